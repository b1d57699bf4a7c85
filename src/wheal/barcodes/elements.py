"""One element: an identifier and the field that follows it, held to every rule that GS1 has for that field."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from biip.checksums import gs1_standard_check_digit

from wheal.barcodes import dates, identifiers
from wheal.barcodes.identifiers import Identifier
from wheal.barcodes.refusals import Unreadable, shown

_GTINS = ("01", "02", "03")


@dataclass(frozen=True, slots=True)
class Element:
    identifier: Identifier
    value: str

    def __str__(self) -> str:
        return f"{self.identifier}: {shown(self.value)}"


def check(element: Element, *, today: date) -> None:
    """Raises Unreadable, which names the identifier, what was read, and what is wrong with it."""
    _characters(element)
    _length(element)
    _dates(element, today)
    if not element.identifier.pattern.fullmatch(element.value):
        raise Unreadable("bad_field", str(element), "does not have the form that GS1 gives this field")
    _check_digit(element)


def _characters(element: Element) -> None:
    identifier, value = element.identifier, element.value
    if not value:
        raise Unreadable("empty_field", str(identifier), "is followed by no data")
    if outside := identifier.outside(value):
        allowed = identifiers.SET_NAMES[identifier.kind]
        raise Unreadable(
            "bad_character", str(element), f"holds {shown(outside)}: only {allowed} may stand there"
        )


def _length(element: Element) -> None:
    identifier, count = element.identifier, len(element.value)
    if count < identifier.shortest:
        complaint = f"has {count} characters, not {identifier.shortest}"
        raise Unreadable("short_field", str(element), complaint + _with_zeros(element))
    if count > identifier.longest:
        raise Unreadable(
            "over_long_field",
            str(element),
            f"has {count} characters, at most {identifier.longest} may stand there; "
            "is a separator (FNC1) missing?",
        )


def _with_zeros(element: Element) -> str:
    """A GTIN of 8, 12 or 13 digits is written in fourteen."""
    number = element.value
    if element.identifier.ai in _GTINS and len(number) in (8, 12, 13) and is_checked(number):
        return f"; write a shorter GTIN with zeros in front: {number.zfill(14)}"
    return ""


def _dates(element: Element, today: date) -> None:
    ai, value = element.identifier.ai, element.value
    if ai not in identifiers.DATED:
        return
    try:
        dates.day(value[:6], today=today, may_be_00=ai in identifiers.DAY_MAY_BE_00)
        if ai == "7003":
            dates.moment(value, today=today)
    except ValueError:
        raise Unreadable("impossible_date", str(element), "is not a date and time that exists") from None


def _check_digit(element: Element) -> None:
    count = identifiers.CHECKED.get(element.identifier.ai)
    if count is None:
        return
    number = element.value[:count]
    if not is_checked(number):
        right = gs1_standard_check_digit(number[:-1])
        raise Unreadable(
            "wrong_check_digit",
            str(element),
            f"ends in the check digit {number[-1]}, which should be {right}",
        )


def is_checked(number: str) -> bool:
    """It ends in its check digit."""
    return number[-1] == str(gs1_standard_check_digit(number[:-1]))


def without_repeats(elements: Iterable[Element]) -> dict[str, str]:
    """Values by identifier. The same value twice is fine, two different ones are not."""
    values: dict[str, str] = {}
    for element in elements:
        ai = element.identifier.ai
        if values.setdefault(ai, element.value) != element.value:
            raise Unreadable(
                "conflicting_values",
                str(element.identifier),
                f"stands twice: {shown(values[ai])} and {shown(element.value)}",
            )
    return values
