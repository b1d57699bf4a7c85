"""A search as it was asked: parameters known or refused by name, values checked, what the database can leave out."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from django.utils import timezone

from wheal.clinic.fhir import orders
from wheal.clinic.fhir.kinds import Kind, Parameter, Source, Telling, numbers
from wheal.fhir import implied
from wheal.fhir.matching import Criterion, checked_date, parted, prefixed, span, split, unescaped
from wheal.fhir.outcomes import refused

LEAST, USUAL, MOST = 0, 50, 500
A_DAY = timedelta(days=1)
MODIFIERS = {
    "token": {"not", "missing"}, "string": {"exact", "contains", "missing"}, "date": {"missing"}, "uri": {"missing"},
    "reference": {"missing"},
}  # fmt: skip
CONTROLS = {
    "_count", "_page", "_totalMethod", "_include", "_revinclude", "_summary", "_total", "_elements", "_format",
    "_pretty", "_sort",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """`pairs`: as they stood in the address, for the links of the pages; without what was left out."""

    criteria: tuple[Criterion, ...]
    count: int
    page: str
    pairs: tuple[tuple[str, str], ...]
    left_out: tuple[str, ...] = ()  # names that are not known, where the client wants no refusal
    includes: tuple[str, ...] = ()
    further: tuple[str, ...] = ()  # of what was included too
    revincludes: tuple[str, ...] = ()
    elements: tuple[str, ...] = ()
    counts_only: bool = False
    counts: bool = False
    by: tuple[orders.By, ...] = ()  # the order; (): that of ids


def asked(
    kind: Kind, pairs: Iterable[tuple[str, str]], telling: Telling, *, lenient: bool, base: str = ""
) -> Asked:
    """Raises Refused. A parameter that is not known is refused: left out, it would answer more than was asked for.

    `base`: the address of this server, by which a reference may be written whole.
    """
    wanted = tuple(pairs)
    left_out = tuple(
        dict.fromkeys(name for name, value in wanted if lenient and _is_unknown(kind, name, value))
    )
    pairs = tuple((name, value) for name, value in wanted if name not in left_out)
    criteria = [
        _criterion(kind, name, value, telling, base)
        for name, value in pairs
        if _bare_name(name) not in CONTROLS
    ]
    told = {name: value for name, value in pairs if name in CONTROLS}
    count = _count(told.get("_count"))
    _refuse_other_forms(told)
    return Asked(
        criteria=tuple(criteria), count=count, page=told.get("_page", ""), pairs=pairs, left_out=left_out,
        includes=tuple(value for name, value in pairs if name == "_include"),
        further=tuple(value for name, value in pairs if name in ("_include:iterate", "_include:recurse")),
        revincludes=tuple(value for name, value in pairs if name == "_revinclude"),
        elements=tuple(filter(None, told.get("_elements", "").split(","))),
        by=_order(kind, pairs),
        counts_only=told.get("_summary") == "count" or count == 0, counts=told.get("_total") == "accurate",
    )  # fmt: skip


def _bare_name(name: str) -> str:
    return name.partition(":")[0].partition(".")[0]


SUMMARIES = ("false", "count", "data")


def _is_unknown(kind: Kind, name: str, value: str) -> bool:
    if name == "_summary":
        return value not in SUMMARIES
    if name == "_sort":
        return not orders.is_known(kind, value)
    return _bare_name(name) not in CONTROLS and _bare_name(name) not in kind.parameters


def _refuse_other_forms(told: Mapping[str, str]) -> None:
    if told.get("_summary", SUMMARIES[0]) not in SUMMARIES:
        words = "resources are told whole; _elements names some"
        raise refused(400, "not-supported", words, "_summary")


def _order(kind: Kind, pairs: Iterable[tuple[str, str]]) -> tuple[orders.By, ...]:
    told = [value for name, value in pairs if name == "_sort"]
    return orders.read(kind, ",".join(told)) if told else ()


def only(pairs: Iterable[tuple[str, str]], known: Collection[str], *, lenient: bool) -> list[tuple[str, str]]:
    """Of what is no search: the parameters that are known there. Raises Refused for any other."""
    kept = []
    for name, value in pairs:
        if name in known or name in ("_format", "_pretty"):
            kept.append((name, value))
        elif not lenient:
            words = f"{name!r} is not supported here" + (f", but {', '.join(sorted(known))}" if known else "")
            raise refused(400, "not-supported", words, name)
    return kept


def types_of(pairs: Iterable[tuple[str, str]]) -> list[str]:
    """Every kind that `_type` names, each once: commas and repeats say the same."""
    named = (each.strip() for name, value in pairs if name == "_type" for each in value.split(","))
    return list(dict.fromkeys(filter(None, named)))


def since_of(pairs: Iterable[tuple[str, str]], zone: ZoneInfo) -> str:
    """ "" where none is asked for. Raises Refused for what is no moment, and for two of them."""
    told = [value.replace(" ", "+") for name, value in pairs if name == "_since"]
    if len(told) > 1:
        raise refused(400, "value", "since when is said twice: send one", "_since")
    if not told:
        return ""
    since = told[0]
    if not since[:1].isdecimal():  # a search would take a prefix
        raise refused(400, "value", f"{since!r} is no date", "_since")
    checked_date("_since", since, zone)
    return since


def _count(told: str | None) -> int:
    if told is None:
        return USUAL
    if not numbers([told]):
        raise refused(400, "value", f"{told!r} is no count", "_count")
    return min(int(told), MOST)


def _criterion(kind: Kind, name: str, value: str, telling: Telling, base: str) -> Criterion:
    bare, _colon, modifier = name.partition(":")
    parameter = kind.parameters.get(bare)
    if parameter is None:
        known = ", ".join(sorted(kind.parameters))
        raise refused(
            400, "not-supported", f"{kind.name} is not searched by {bare!r}. It is by: {known}", bare
        )
    values = tuple(each.strip() for each in split(value, ",") if each.strip())
    if not values:
        raise refused(400, "value", "no value is given", bare)
    typed = parameter.type == "reference" and modifier in parameter.of
    if modifier and modifier not in MODIFIERS[parameter.type] and not typed:
        raise refused(400, "not-supported", f"{bare!r} takes no {modifier!r}", name)
    if parameter.type == "date" and modifier != "missing":
        for each in values:
            checked_date(bare, each, telling.zone)
    system = implied.SYSTEMS.get(f"{kind.name}.{bare}", "")
    if modifier != "missing":
        values = tuple(_checked(parameter, bare, each, system, base) for each in values)
    return Criterion(bare, parameter.type, parameter.paths, parameter.of, modifier, values, system)


_HERE: Final = re.compile(r"([A-Z][A-Za-z]+/)?[A-Za-z0-9.-]{1,64}")


def _checked(parameter: Parameter, name: str, value: str, system: str, base: str) -> str:
    """One value as it is compared. Raises Refused for what would silently find nothing."""
    if parameter.type == "token":
        if name in implied.NO_SYSTEM and parted(value)[0]:
            raise refused(400, "not-supported", f"{name!r} has no system: ask for the value alone", name)
        return value
    if parameter.type != "reference":
        return unescaped(value)
    local = value.removeprefix(f"{base}/") if base else value
    if "://" not in local and not local.startswith("urn:") and not _HERE.fullmatch(local):
        raise refused(400, "value", f"{value!r} is no reference: Kind/id, an id, or a whole address", name)
    return local


def narrowed(
    rows: QuerySet, kind: Kind, source: Source, criteria: Iterable[Criterion], telling: Telling
) -> QuerySet:
    """Without rows that cannot match; what is left is held against the criteria one by one."""
    for each in criteria:
        if not each.modifier or each.modifier == "Patient":
            rows = _narrowed_by(rows, kind, source, each, telling)
    return rows


def _narrowed_by(rows: QuerySet, kind: Kind, source: Source, by: Criterion, telling: Telling) -> QuerySet:
    if by.name == "_id":
        return rows.filter(pk__in=[key for each in by.values if (key := source.key_of(each))])
    if by.name in source.narrow:
        bare = _bare(by)
        return rows.filter(source.narrow[by.name](bare)) if all(bare) else rows  # "": whatever is of a system
    if by.of == ("Patient",) and source.patient and by.name in ("patient", "subject"):
        return rows.filter(**{f"{source.patient}__in": numbers(_bare(by))})
    if by.type == "date" and len(by.values) == 1:
        return rows.filter(_dated(source, by, telling))
    return rows


def _bare(by: Criterion) -> list[str]:
    """Ids of references, codes of tokens; the rest as they are."""
    if by.type == "token":
        return [parted(each)[1] for each in by.values]
    return [each.rpartition("/")[2] if by.type == "reference" else each for each in by.values]


def _dated(source: Source, by: Criterion, telling: Telling) -> Q:
    """A day to both sides: columns of days are of the clinic's clock, others of any."""
    prefix, text = prefixed(by.values[0])
    start, end = (each.astimezone(timezone.get_default_timezone()) for each in span(text, telling.zone))
    if by.name == "_lastUpdated":
        later = Q()
        for column in source.updated if prefix in ("eq", "gt", "ge", "sa", "ap") else ():
            later |= Q(**{f"{column}__gte": start - A_DAY})
        return later
    if not source.date:
        return Q()
    first, last = (each if source.is_moment else each.date() for each in (start - A_DAY, end + A_DAY))
    within = Q()
    if prefix in ("eq", "gt", "ge", "sa", "ap"):
        within &= Q(**{f"{source.date}__gte": first})
    if prefix in ("eq", "lt", "le", "eb", "ap"):
        within &= Q(**{f"{source.date}__lte": last})
    return within | Q(**{source.date: None}) if within else within


def only_of(kind: Kind, patient: int | None, criteria: tuple[Criterion, ...]) -> tuple[Criterion, ...]:
    """With the one patient that a program was opened for, whatever else it asked."""
    if patient is None or not kind.patient_path:
        return criteria
    path = kind.patient_path
    whose = Criterion("patient", "reference", (path,), ("Patient",), "", (str(patient),))
    return (*criteria, whose)
