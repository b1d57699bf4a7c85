"""A finished case as JSON and back, so that its papers can be made again as they were."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from wheal.quantities import Quantity
from wheal.reports import case
from wheal.reports.case import SafetyReport

Json = dict[str, Any]


def as_json(report: SafetyReport) -> Json:
    """Amounts as "80 mg", days and moments in ISO 8601, decimals as text."""
    told: Json = _plain(report)
    return told


def from_json(told: Mapping[str, Any]) -> SafetyReport:
    """The same case. Raises KeyError or ValueError where it is not one."""
    report: SafetyReport = _read(SafetyReport, told)
    return report


def _plain(value: Any) -> Any:
    if isinstance(value, Quantity):
        return f"{value.value:f} {value.unit.code}"
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:f}" if isinstance(value, Decimal) else value


def _read(kind: Any, value: Any) -> Any:
    if value is None:
        return None
    if get_origin(kind) in (Union, UnionType):
        (kind,) = (each for each in get_args(kind) if each is not NoneType)
    if is_dataclass(kind) and kind is not Quantity:
        return _read_record(kind, value)
    if get_origin(kind) is tuple:
        return tuple(_read(get_args(kind)[0], each) for each in value)
    if get_origin(kind) is frozenset:
        return frozenset(value)
    read = _FROM_TEXT.get(kind)
    return read(value) if read else value


def _read_record(kind: Any, told: Mapping[str, Any]) -> Any:
    """What was not known of yet when the case was kept has its default."""
    hints = _hints(kind)
    there = [each.name for each in fields(kind) if each.name in told or each.default is MISSING]
    return kind(**{name: _read(hints[name], told[name]) for name in there})


@cache
def _hints(kind: Any) -> Mapping[str, Any]:
    return get_type_hints(kind, vars(case))


_FROM_TEXT = {
    Quantity: Quantity.parse,
    datetime: datetime.fromisoformat,
    date: date.fromisoformat,
    Decimal: Decimal,
}
