"""A search as it was asked: parameters known or refused by name, values checked, what the database can leave out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from wheal.clinic.fhir.kinds import Kind, Source, Telling, numbers
from wheal.fhir.matching import Criterion, checked_date, prefixed, span
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
    """`pairs`: as they stood in the address, for the links of the pages."""

    criteria: tuple[Criterion, ...]
    count: int
    page: str
    pairs: tuple[tuple[str, str], ...]
    includes: tuple[str, ...] = ()
    further: tuple[str, ...] = ()  # of what was included too
    revincludes: tuple[str, ...] = ()
    elements: tuple[str, ...] = ()
    counts_only: bool = False
    counts: bool = False


def asked(kind: Kind, pairs: Iterable[tuple[str, str]], telling: Telling, *, lenient: bool) -> Asked:
    """Raises Refused. A parameter that is not known is refused: left out, it would answer more than was asked for."""
    pairs = tuple(pairs)
    criteria = []
    for name, value in pairs:
        bare = name.partition(":")[0].partition(".")[0]
        if bare in CONTROLS or (lenient and bare not in kind.parameters):
            continue
        criteria.append(_criterion(kind, name, value, telling))
    told = {name: value for name, value in pairs if name in CONTROLS}
    count = _count(told.get("_count"))
    if not lenient:
        _refuse_other_forms(told)
    return Asked(
        criteria=tuple(criteria), count=count, page=told.get("_page", ""), pairs=pairs,
        includes=tuple(value for name, value in pairs if name == "_include"),
        further=tuple(value for name, value in pairs if name in ("_include:iterate", "_include:recurse")),
        revincludes=tuple(value for name, value in pairs if name == "_revinclude"),
        elements=tuple(filter(None, told.get("_elements", "").split(","))),
        counts_only=told.get("_summary") == "count" or count == 0, counts=told.get("_total") == "accurate",
    )  # fmt: skip


def _refuse_other_forms(told: Mapping[str, str]) -> None:
    if told.get("_sort", "_id") != "_id":
        raise refused(400, "not-supported", "answers come in the order of their ids", "_sort")
    if told.get("_summary", "false") not in ("false", "count", "data"):
        words = "resources are told whole; _elements names some of them"
        raise refused(400, "not-supported", words, "_summary")


def _count(told: str | None) -> int:
    if told is None:
        return USUAL
    if not numbers([told]):
        raise refused(400, "value", f"{told!r} is no count", "_count")
    return min(int(told), MOST)


def _criterion(kind: Kind, name: str, value: str, telling: Telling) -> Criterion:
    bare, _colon, modifier = name.partition(":")
    parameter = kind.parameters.get(bare)
    if parameter is None:
        known = ", ".join(sorted(kind.parameters))
        raise refused(
            400, "not-supported", f"{kind.name} is not searched by {bare!r}. It is by: {known}", bare
        )
    values = tuple(each.strip() for each in value.split(",") if each.strip())
    if not values:
        raise refused(400, "value", "no value is given", bare)
    typed = parameter.type == "reference" and modifier in parameter.of
    if modifier and modifier not in MODIFIERS[parameter.type] and not typed:
        raise refused(400, "not-supported", f"{bare!r} takes no {modifier!r}", name)
    if parameter.type == "date" and modifier != "missing":
        for each in values:
            checked_date(bare, each, telling.zone)
    return Criterion(bare, parameter.type, parameter.paths, parameter.of, modifier, values)


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
        return rows.filter(source.narrow[by.name](list(_bare(by))))
    if by.of == ("Patient",) and source.patient and by.name in ("patient", "subject"):
        return rows.filter(**{f"{source.patient}__in": numbers(_bare(by))})
    if by.type == "date" and len(by.values) == 1:
        return rows.filter(_dated(source, by, telling))
    return rows


def _bare(by: Criterion) -> list[str]:
    """Ids of references; tokens and the rest as they are."""
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
    if patient is None or not kind.is_of_a_patient:
        return criteria
    path = kind.patient_path
    whose = Criterion("patient", "reference", (path,), ("Patient",), "", (str(patient),))
    return (*criteria, whose)
