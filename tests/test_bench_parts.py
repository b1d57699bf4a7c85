"""`make bench` asks every part for its full size."""

from bench.__main__ import PARTS, apart


def test_what_is_asked_of_all_reaches_each_part():
    assert apart(["--full"]) == [[name, "--full"] for name in PARTS]
    assert apart(["trace", "sign", "--full", "--cpu"]) == [
        ["trace", "--full", "--cpu"],
        ["sign", "--full", "--cpu"],
    ]
    assert apart([]) == [[name] for name in PARTS]
