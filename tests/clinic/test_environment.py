"""A wrong value of the environment is told in words, and nothing said is what stands without it."""

from __future__ import annotations

import os
import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from serving import free_port
from wheal.clinic import databases, environment

SETTINGS = Path(environment.__file__).with_name("settings.py")
NUMBER, ONE_OR_NOUGHT = "a whole number is expected, such as {}", "1 (yes) or 0 (no) is expected"


@pytest.mark.parametrize(
    ("name", "said", "expected"),
    [
        ("WHEAL_IDLE_MINUTES", "abc", NUMBER.format(60)),
        ("WHEAL_IDLE_MINUTES", "-1", NUMBER.format(60)),
        ("WHEAL_LOCK_TIMEOUT", "soon", NUMBER.format(20)),
        ("WHEAL_SLOW_STATEMENT", "0,2", "seconds are expected, such as 0.2"),
        ("WHEAL_LOG", "loud", "one of these is expected: DEBUG, INFO, WARNING, ERROR, CRITICAL"),
        ("WHEAL_SECOND_FACTOR", "everyone", "one of these is expected: nobody, signers, everybody"),
        ("WHEAL_HTTPS", "yes", ONE_OR_NOUGHT),
        ("WHEAL_DEBUG", "true", ONE_OR_NOUGHT),
        ("WHEAL_DEMO", "on", ONE_OR_NOUGHT),
        ("WHEAL_WITHOUT_SNAPSHOT", "Y", ONE_OR_NOUGHT),
    ],
)
def test_a_wrong_value_of_the_environment_is_told_in_words(
    tmp_path, monkeypatch, name, said, expected
) -> None:
    monkeypatch.setenv("WHEAL_DATA", str(tmp_path))
    monkeypatch.setenv(name, said)
    with pytest.raises(ImproperlyConfigured, match=f"^{re.escape(f'{name} is {said!r}, and {expected}')}$"):
        runpy.run_path(str(SETTINGS))


@pytest.mark.parametrize("command", ["serve", "doctor", "nightly"])
def test_the_console_says_it_in_one_sentence_and_does_nothing(tmp_path, command) -> None:
    databases.file(tmp_path).write_bytes(b"SQLite format 3\0")
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("WHEAL_", "DJANGO_"))}
    wheal = Path(sys.executable).with_name("wheal")
    own_port = (
        ["--port", str(free_port())] if command == "serve" else []
    )  # another test may hold the usual one
    ran = subprocess.run(
        [wheal, command, "--data", tmp_path, *own_port], env=clean | {"WHEAL_HTTPS": "yes"}, capture_output=True,
        text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr == f"wheal: WHEAL_HTTPS is 'yes', and {ONE_OR_NOUGHT}\n"


def test_a_yes_or_no_is_1_or_0_and_nothing_said_is_no(monkeypatch) -> None:
    for said, is_on in (("1", True), (" 1 ", True), ("0", False), ("", False)):
        monkeypatch.setenv("WHEAL_HTTPS", said)
        assert environment.is_on("WHEAL_HTTPS") is is_on
    for said in ("yes", "true", "2", "no"):
        monkeypatch.setenv("WHEAL_HTTPS", said)
        with pytest.raises(
            ImproperlyConfigured, match=re.escape(f"WHEAL_HTTPS is {said!r}, and {ONE_OR_NOUGHT}")
        ):
            environment.is_on("WHEAL_HTTPS")


def test_no_setting_is_held_against_a_word_without_refusing_others() -> None:
    for path in (Path(environment.__file__).parent).rglob("*.py"):
        assert not re.search(r"""environ\.get\("WHEAL_\w+"[^)]*\) [!=]= """, path.read_text()), path


def test_a_level_may_be_written_small_and_nothing_said_is_what_stands_without_it(monkeypatch) -> None:
    monkeypatch.setenv("WHEAL_LOG", "info")
    monkeypatch.setenv("WHEAL_SECOND_FACTOR", "Everybody")
    monkeypatch.delenv("WHEAL_IDLE_MINUTES", raising=False)
    assert environment.one_of("WHEAL_LOG", "WARNING", environment.LEVELS) == "INFO"
    assert environment.one_of("WHEAL_SECOND_FACTOR", "signers", ("signers", "everybody")) == "everybody"
    assert environment.number("WHEAL_IDLE_MINUTES", 60) == 60
