"""A wrong value of the environment is told in words, and nothing said is what stands without it."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured

from wheal.clinic import environment


@pytest.mark.parametrize(
    ("name", "said", "expected"),
    [
        ("WHEAL_IDLE_MINUTES", "abc", "a whole number is expected, such as 60"),
        ("WHEAL_IDLE_MINUTES", "-1", "a whole number is expected, such as 60"),
        ("WHEAL_LOG", "loud", "one of these is expected: DEBUG, INFO"),
    ],
)
def test_a_wrong_value_of_the_environment_is_told_in_words(monkeypatch, name, said, expected) -> None:
    monkeypatch.setenv(name, said)
    with pytest.raises(ImproperlyConfigured, match=f"{name} is '{said}', and {expected}"):
        environment.number(name, 60) if "MINUTES" in name else environment.one_of(
            name, "WARNING", environment.LEVELS
        )


def test_a_level_may_be_written_small_and_nothing_said_is_what_stands_without_it(monkeypatch) -> None:
    monkeypatch.setenv("WHEAL_LOG", "info")
    monkeypatch.delenv("WHEAL_IDLE_MINUTES", raising=False)
    assert environment.one_of("WHEAL_LOG", "WARNING", environment.LEVELS) == "INFO"
    assert environment.number("WHEAL_IDLE_MINUTES", 60) == 60
