"""Whether a resource matches what a search asks of it: tokens, references, dates, strings, as FHIR compares them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from wheal.fhir.elements import walk
from wheal.fhir.outcomes import refused

PREFIXES: Final = ("eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap")
_DATE: Final = re.compile(
    r"(?P<year>\d{4})(-(?P<month>\d\d)(-(?P<day>\d\d)(T(?P<hour>\d\d):(?P<minute>\d\d)(:(?P<second>\d\d)(\.\d+)?)?"
    r"(?P<zone>Z|[+-]\d\d:\d\d)?)?)?)?",
    re.ASCII,
)
Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Criterion:
    """One parameter of a search. Any of `values` is enough; every criterion must match."""

    name: str
    type: str
    paths: tuple[str, ...]
    of: tuple[str, ...]
    modifier: str
    values: tuple[str, ...]  # of tokens with what is escaped in them; see `parted`
    system: str = ""  # of a plain code: the one that its element takes codes from

    def matches(self, resource: Mapping[str, Any], zone: ZoneInfo) -> bool:
        found = [each for path in self.paths for each in walk(resource, path)]
        if self.modifier == "missing":
            return (not found) == (self.values[0] == "true")
        if self.modifier == "not":
            return not any(_token(each, value, self.system) for each in found for value in self.values)
        return any(self._is(each, value, zone) for each in found for value in self.values)

    def _is(self, element: Any, value: str, zone: ZoneInfo) -> bool:
        if self.type == "date":
            return dated(element, value, zone)
        if self.type == "string":
            return _string(element, value, self.modifier)
        if self.type == "reference":
            return _reference(element, value, self.of, self.modifier)
        return _uri(element, value) if self.type == "uri" else _token(element, value, self.system)


def split(text: str, at: str) -> list[str]:
    """Where the sign stands for itself: `a\\,b` is one value with a comma in it."""
    parts = [""]
    for piece in re.findall(r"\\.|.", text, re.DOTALL):
        if piece == at:
            parts.append("")
        else:
            parts[-1] += piece
    return parts


def unescaped(text: str) -> str:
    return re.sub(r"\\([\\,|$])", r"\1", text)


def parted(value: str) -> tuple[str | None, str]:
    """System and code of a token: None where no system is asked for, "" where there shall be none."""
    first, *rest = split(value, "|")
    return (unescaped(first), unescaped("|".join(rest))) if rest else (None, unescaped(first))


def _token(element: Any, value: str, of: str) -> bool:
    system, code = parted(value)
    return any(
        (not code or code == held_code) and (system is None or system == (held_system or ""))
        for held_system, held_code in _codes(element, of)
    )


def _codes(element: Any, of: str) -> Iterable[tuple[str | None, str]]:
    """(system, code) of a code, a Coding, a concept, an Identifier. `of`: the system of a plain code."""
    if isinstance(element, bool | str):
        code = element if isinstance(element, str) else str(element).lower()
        yield from ((system, code) for system in (None, of))
    elif isinstance(element, Mapping):
        for each in element.get("coding", []):
            yield each.get("system"), each.get("code", "")
        for name in ("code", "value"):
            if isinstance(element.get(name), str):
                yield element.get("system"), element[name]


def _reference(element: Any, value: str, of: tuple[str, ...], modifier: str) -> bool:
    """The element is a Reference, or the id of the resource itself. What is of another server is not of this one."""
    if "://" in value:
        return False
    literal = element.get("reference", "") if isinstance(element, Mapping) else f"{of[0]}/{element}"
    kind, _slash, identity = literal.rpartition("/")
    wanted_kind, _slash, wanted = value.rpartition("/")
    wanted_kind = wanted_kind.rpartition("/")[2] or modifier
    return identity == wanted and (kind == wanted_kind if wanted_kind else kind in of)


def _uri(element: Any, value: str) -> bool:
    return isinstance(element, str) and value in (element, element.partition("|")[0])


def plain(text: str) -> str:
    """Without case and accents."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(each for each in parts if not unicodedata.combining(each))


def _string(element: Any, value: str, modifier: str) -> bool:
    if isinstance(element, list):
        return any(_string(each, value, modifier) for each in element)
    if isinstance(element, Mapping):
        return any(_string(each, value, modifier) for name, each in element.items() if name != "use")
    if not isinstance(element, str):
        return False
    if modifier == "exact":
        return element == value
    text, sought = plain(element), plain(value)
    return sought in text if modifier == "contains" else text.startswith(sought)


_FIRST: Final = datetime(1, 1, 4, tzinfo=UTC)
_LAST: Final = datetime(9999, 12, 28, tzinfo=UTC)
"""The clocks of every zone tell these, and a day or two to both sides. "Until 9999-12-31" says that there is no end."""


def span(text: str, zone: ZoneInfo) -> Span:
    """From when until when: a day is the whole day, in the clinic's zone where none is given. What lies at the very
    ends of the calendar is taken as the first or the last moment. Raises ValueError."""
    start, end = _span(text, zone)
    return min(max(start, _FIRST), _LAST), min(max(end, _FIRST), _LAST)


def moment(text: str) -> datetime:
    """An instant of FHIR, with its offset. Raises ValueError, also for a second of 60."""
    found = _DATE.fullmatch(text)
    if found is None or not found["zone"]:
        raise ValueError(text)
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def day_of(text: str, zone: ZoneInfo) -> str:
    """The day, month or year that a date or a moment means, as FHIR writes it; what cannot be read, as it stands.

    A moment in UTC says nothing of where it was written: its day is that of `zone`, for an evening in America would be
    the next day. One with another offset was written by the clock of its author, and keeps the day of that clock.
    """
    found = _DATE.fullmatch(text)
    if found is None or found["zone"] is None or found["zone"] not in _UTC:
        return text[:10]
    try:
        begun, _over = span(f"{text[:16]}Z", zone)  # to the minute: a second may be the sixtieth
    except ValueError:
        return text[:10]
    return begun.astimezone(zone).date().isoformat()


_UTC: Final = ("Z", "+00:00", "-00:00")


def _span(text: str, zone: ZoneInfo) -> Span:
    found = _DATE.fullmatch(text)
    if found is None:
        raise ValueError(text)
    part = {name: int(value) for name, value in found.groupdict().items() if value and name != "zone"}
    if "minute" in part:
        start = datetime.fromisoformat(text.replace("Z", "+00:00"))
        length = timedelta(seconds=1) if "second" in part else timedelta(minutes=1)
        start = start.replace(microsecond=0, tzinfo=start.tzinfo or zone)
        return start, _LAST if start.year == LAST_YEAR else start + length
    start = datetime(part["year"], part.get("month", 1), part.get("day", 1), tzinfo=zone)
    return start, _after(start, part)


LAST_YEAR: Final = _LAST.year


def _after(start: datetime, part: Mapping[str, int]) -> datetime:
    if start.year == LAST_YEAR:
        return _LAST
    if "day" in part:
        return start + timedelta(days=1)
    if "month" in part:
        return start.replace(year=start.year + start.month // 12, month=start.month % 12 + 1)
    return start.replace(year=start.year + 1)


def prefixed(value: str) -> tuple[str, str]:
    return (value[:2], value[2:]) if value[:2] in PREFIXES else ("eq", value)


_NEVER: Final = (datetime.min.replace(tzinfo=ZoneInfo("UTC")), datetime.max.replace(tzinfo=ZoneInfo("UTC")))
_COMPARED: Final[Mapping[str, Callable[[Span, Span], bool]]] = {
    "eq": lambda held, asked: asked[0] <= held[0] and held[1] <= asked[1],
    "ne": lambda held, asked: not (asked[0] <= held[0] and held[1] <= asked[1]),
    "gt": lambda held, asked: held[1] > asked[1],
    "lt": lambda held, asked: held[0] < asked[0],
    "ge": lambda held, asked: held[1] > asked[1] or asked[0] <= held[0],
    "le": lambda held, asked: held[0] < asked[0] or held[1] <= asked[1],
    "sa": lambda held, asked: held[0] >= asked[1],
    "eb": lambda held, asked: held[1] <= asked[0],
    "ap": lambda held, asked: held[0] < asked[1] and asked[0] < held[1],
}


def dated(element: Any, value: str, zone: ZoneInfo) -> bool:
    prefix, text = prefixed(value)
    return _COMPARED[prefix](_held(element, zone), span(text, zone))


def _held(element: Any, zone: ZoneInfo) -> Span:
    """Of a date, a moment or a Period; an end that is not told is open."""
    if isinstance(element, Mapping):
        start, end = element.get("start"), element.get("end")
        return (span(start, zone)[0] if start else _NEVER[0], span(end, zone)[1] if end else _NEVER[1])
    return span(element, zone)


_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def begin(element: Any, zone: ZoneInfo) -> int | None:
    """When a date, a moment or a Period begins: milliseconds since 1970, a day from midnight in `zone`. None for a
    Period without a start."""
    text = element.get("start") if isinstance(element, Mapping) else element
    if not text:
        return None
    found = _DATE.fullmatch(text)
    start = moment(text) if found and found["zone"] else span(text, zone)[0]
    return (start - _EPOCH) // timedelta(milliseconds=1)


def checked_date(name: str, value: str, zone: ZoneInfo) -> None:
    """Raises Refused for what is no date."""
    try:
        span(prefixed(value)[1], zone)
    except ValueError as problem:
        words = (
            f"{value!r} is no date: a year, month, day, or a time of hours to 23, minutes and seconds to 59"
        )
        raise refused(400, "value", words, name) from problem
