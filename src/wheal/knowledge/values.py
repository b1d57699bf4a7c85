"""The plain values of knowledge files: strict, so that "1" is no number and a date stands without quotation marks."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Final

from pydantic import BeforeValidator, ConfigDict, Strict


def _number(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        raise ValueError("this must be a number")
    return value


Number = Annotated[Decimal, BeforeValidator(_number)]
Whole = Annotated[int, Strict()]
YesNo = Annotated[bool, Strict()]
Day = Annotated[date, Strict()]
CLOSED: Final = ConfigDict(extra="forbid")
"""An unknown key in a file is refused."""
