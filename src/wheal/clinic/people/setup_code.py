"""The one-time code with which the first visitor of an empty site proves to be who started it.

Only its hash is kept, in a file beside the data. The file exists as long as the site waits to be set up.
"""

from __future__ import annotations

import secrets
from pathlib import Path

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password

ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # no 0 and O, no 1 and I


def _file() -> Path:
    return settings.DATA / "setup-code"


def issue() -> str:
    """A new code, shown once; one issued before is void."""
    code = "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(3))
    _file().touch(mode=0o600)
    _file().write_text(make_password(_bare(code)))
    return code


def is_awaited() -> bool:
    return _file().exists()


def matches(typed: str) -> bool:
    try:
        held = _file().read_text()
    except FileNotFoundError:
        return False
    return check_password(_bare(typed), held)


def void() -> None:
    _file().unlink(missing_ok=True)


def _bare(code: str) -> str:
    return "".join(letter for letter in code.upper() if letter in ALPHABET)
