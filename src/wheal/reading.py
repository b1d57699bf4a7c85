"""Strict values of JSON documents: what a field may hold, and the error that says where it does not.

Numbers are JSON numbers read as Decimal, never through a float; text is never taken for a number.
"""

from __future__ import annotations

import json
import re
from datetime import date, datetime
from decimal import Context, Decimal
from typing import Annotated, Any, Final, NoReturn

from pydantic import PlainValidator, Strict, StringConstraints
from pydantic_core import PydanticCustomError

from wheal.quantities import Quantity

_ROUND: Final = Context(prec=28)
_LONGEST: Final = 200
_LARGEST: Final = Decimal(10) ** 12
_SMALLEST: Final = Decimal(10) ** -12
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT: Final = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})")


class Malformed(ValueError):
    """A document that cannot be judged: what is wrong, and at which path."""

    def __init__(self, code: str, path: str, message: str) -> None:
        super().__init__(f"{path}: {message}")
        self.code, self.path, self.message = code, path, message

    def as_json(self) -> dict[str, dict[str, str]]:
        return {"error": {"code": self.code, "path": self.path, "message": self.message}}


def wrong_type(wanted: str) -> PydanticCustomError:
    return PydanticCustomError("wrong_type", "this must be {wanted}", {"wanted": wanted})


def bad_value(complaint: str) -> PydanticCustomError:
    return PydanticCustomError("bad_value", "{complaint}", {"complaint": complaint})


def _number(value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        raise wrong_type("a number")
    number = Decimal(value)
    size = abs(number)
    if size > _LARGEST or 0 < size < _SMALLEST or _ROUND.plus(number) != number:
        raise bad_value("this number is out of all proportion")
    return number


def _positive(value: object) -> Decimal:
    number = _number(value)
    if number <= 0:
        raise bad_value("this must be more than zero")
    return number


def _at_least_zero(value: object) -> Decimal:
    number = _number(value)
    if number < 0:
        raise bad_value("this must not be negative")
    return number


def _count(value: object) -> int:
    number = _positive(value)
    if number != number.to_integral_value():
        raise bad_value("this must be a whole number")
    return int(number)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise wrong_type("text")
    return value


_YEARS: Final = range(1900, 2200)
"""Years in which a person lives, a lot expires or a credential ends."""


NO_DAY: Final = "this must be a date that exists, such as 2026-11-22, from 1900 to 2199"


def day_of(text: str) -> date | None:
    """2026-11-22 and no other way of writing it; None for what is no such day, see NO_DAY."""
    try:
        if _DAY.fullmatch(text) and (day := date.fromisoformat(text)).year in _YEARS:
            return day
    except ValueError:
        pass
    return None


def _day(value: object) -> date:
    if not isinstance(value, str):
        raise wrong_type("a date as text, such as 2026-11-22")
    if day := day_of(value):
        return day
    raise bad_value(NO_DAY)


def _moment(value: object) -> datetime:
    if not isinstance(value, str):
        raise wrong_type("a time as text, such as 2026-11-22T09:20:00Z")
    try:
        if _MOMENT.fullmatch(value) and (moment := datetime.fromisoformat(value)).year in _YEARS:
            return moment
    except ValueError:
        pass
    raise bad_value("this must be a time with its zone, such as 2026-11-22T09:20:00Z, from 1900 to 2199")


def _amount(value: object) -> Quantity:
    if not isinstance(value, dict):
        raise wrong_type('an amount, such as {"value": 10, "unit": "mg/mL"}')
    if unknown := sorted(set(value) - {"value", "unit"}):
        raise PydanticCustomError("unknown_field", "this field is not known here", {"below": unknown[0]})
    if missing := [name for name in ("value", "unit") if name not in value]:
        raise PydanticCustomError("missing_field", "this field is mandatory", {"below": missing[0]})
    number = _within(_number, value["value"], "value")
    unit = _within(_text, value["unit"], "unit")
    try:
        return Quantity.of(number, unit)
    except ValueError as complaint:
        raise PydanticCustomError(
            "bad_value", "{complaint}", {"complaint": str(complaint), "below": "unit"}
        ) from None


def _within(read: Any, value: object, below: str) -> Any:
    try:
        return read(value)
    except PydanticCustomError as problem:
        context = {**(problem.context or {}), "below": below}
        raise PydanticCustomError(problem.type, problem.message_template, context) from None


def _dose(value: object) -> Quantity:
    amount = _amount(value)
    if amount.value < 0:
        raise bad_value("this must not be negative")
    return amount


def _strength(value: object) -> Quantity:
    amount = _amount(value)
    if amount.value <= 0:
        raise bad_value("this must be more than zero")
    return amount


Positive = Annotated[Decimal, PlainValidator(_positive)]
AtLeastZero = Annotated[Decimal, PlainValidator(_at_least_zero)]
Count = Annotated[int, PlainValidator(_count)]
Code = Annotated[str, Strict(), StringConstraints(min_length=1, max_length=_LONGEST, pattern=r"\S")]
YesNo = Annotated[bool, Strict()]
Day = Annotated[date, PlainValidator(_day)]
Moment = Annotated[datetime, PlainValidator(_moment)]
Dose = Annotated[Quantity, PlainValidator(_dose)]
Strength = Annotated[Quantity, PlainValidator(_strength)]
Codes = tuple[Code, ...]


def _refuse_constant(name: str) -> NoReturn:
    raise Malformed("bad_value", "", f"{name} is not a number that JSON knows")


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Malformed("not_json", twice, f"the field {twice!r} stands twice in one object")
    return made


_decoder: Final = json.JSONDecoder(
    parse_float=Decimal, parse_constant=_refuse_constant, object_pairs_hook=_without_repeats
)


def parse(data: bytes) -> Any:
    """JSON without repeated names and without NaN, fractions as Decimal. Raises Malformed."""
    try:
        return _decoder.decode(data.decode("utf-8").removeprefix("\ufeff"))
    except Malformed:
        raise
    except (ValueError, ArithmeticError, RecursionError) as complaint:
        raise Malformed("not_json", "", f"this is not a JSON document: {complaint}") from None
