"""The limits that hold for a session, compared with what it does: which of them it breaks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from wheal.comparisons import (
    PER_SIDE,
    Comparison,
    FactMissing,
    Session,
    amount,
    counted_together,
    members_of,
)
from wheal.dosing import delivered
from wheal.findings import Figures, Finding, fact_missing, find
from wheal.intervals import earliest
from wheal.knowledge import Knowledge
from wheal.knowledge.records import Limit, LimitCode, LimitKind
from wheal.quantities import Quantity
from wheal.reach import in_reach, scope_of, sorted_out, strictest


@dataclass(frozen=True, slots=True)
class AppliedLimit:
    """A limit that was compared with what the session does. For min_* codes `max` is the least allowed.

    `found` is None where there is nothing to compare yet, or a fact needed for it is not known.
    """

    code: LimitCode
    max: Quantity
    source: str
    found: Quantity | None
    kind: LimitKind
    jurisdiction: str
    sources: tuple[str, ...] = ()
    broken: bool = False


@dataclass(frozen=True, slots=True)
class Total:
    """What a session gives of one substance. `per_cm2` is that of the area where it is highest."""

    dose: Quantity
    per_kg: Quantity | None = None
    per_cm2: Quantity | None = None
    limits: tuple[AppliedLimit, ...] = ()
    no_limit_published: bool = False


def judge(session: Session, known: Knowledge) -> tuple[dict[str, Total], list[Finding]]:
    """Totals of every substance with the limits that held, and what broke them."""
    given = delivered(session.passes, known)
    totals: dict[str, Total] = {}
    findings: list[Finding] = []
    for name, one in given.items():
        comparison = Comparison(session, one, counted_together(one, given, known), members_of(name, known))
        applied = list(_judge_one(comparison, known, findings)) if name in known.substances else []
        published = name in known.substances and _is_published(comparison, known)
        totals[name] = _total(comparison, tuple(applied), published)
    return totals, findings


def _judge_one(comparison: Comparison, known: Knowledge, findings: list[Finding]) -> Iterator[AppliedLimit]:
    name = comparison.given.substance
    held = known.substances[name]
    session = comparison.session
    areas = comparison.given.areas
    here, borrowed, elsewhere = sorted_out(known, name, session.jurisdiction, areas, session.on)
    applied = []
    for limit in here:
        there = comparison.within(limit)
        try:
            applied.append(_applied(limit, there))
        except FactMissing as missing:
            findings.append(fact_missing(known, missing.fact, limit.sources))
            applied.append(_as_far_as_known(limit, there, missing.fact))
        if applied[-1].broken:
            findings.append(_refusal(applied[-1], there, known))
        elif _may_break(applied[-1]):
            findings.append(_side_not_known(applied[-1], there, known))
    if held_from := [limit for limit in here if limit in borrowed]:
        findings.append(_borrowed(held_from, name, known))
    if not _is_published(comparison, known):
        findings.append(find(known, "no_published_limit", "info", name, held.sources))
    broken = {scope_of(limit) for limit, judged in zip(here, applied, strict=True) if judged.broken}
    others = (it for it in elsewhere if scope_of(it) not in broken)
    findings += _stricter_elsewhere(others, comparison, known)
    return iter(applied)


def _is_published(comparison: Comparison, known: Knowledge) -> bool:
    """Whether anybody but the clinic itself limits this here: a clinic's own figure is no authority's."""
    name, country = comparison.given.substance, comparison.session.jurisdiction
    here, borrowed, _elsewhere = in_reach(known, name, country, comparison.given.areas)
    return bool(borrowed) or any(limit.kind != "clinic" for limit in here)


def _applied(limit: Limit, comparison: Comparison | None) -> AppliedLimit:
    """Compared, or only named where there is no comparison. Raises FactMissing."""
    found = comparison.found(limit) if comparison else None
    broken = comparison is not None and found is not None and _breaks(found, limit, comparison)
    whose = limit.jurisdictions[0] if limit.jurisdictions else ""
    return AppliedLimit(
        limit.code, limit.amount, limit.sources[0], found, limit.kind, whose, limit.sources, broken
    )


def _as_far_as_known(limit: Limit, comparison: Comparison, fact: str) -> AppliedLimit:
    """What is measured may break the limit already: that a further pass lacks a fact takes nothing back."""
    if (part := comparison.where_measured(fact)) and (certain := _applied(limit, part)).broken:
        return certain
    return _applied(limit, None)


def _breaks(found: Quantity, limit: Limit, comparison: Comparison) -> bool:
    """The limit itself is allowed. An interval is counted on the calendar."""
    if limit.code == "min_interval":
        last = comparison.last()
        return last is not None and comparison.session.on < earliest(last, limit.amount)
    if limit.code in PER_SIDE:
        certain = comparison.on_a_side(limit)
        return certain is not None and certain > limit.amount
    return found < limit.amount if limit.code == "min_spacing" else found > limit.amount


def _may_break(limit: AppliedLimit) -> bool:
    """More than one side may get was drawn, and it is not known on which side all of it lies."""
    return limit.code in PER_SIDE and limit.found is not None and limit.found > limit.max


def _side_not_known(limit: AppliedLimit, comparison: Comparison, known: Knowledge) -> Finding:
    figures = Figures(limit.found, limit.max)
    about = comparison.given.substance
    return find(known, "side_not_known", "refer", about, limit.sources, figures=figures)


_SUMMED: Final = frozenset(("dose_per_session", "dose_per_kg"))


def _refusal(limit: AppliedLimit, comparison: Comparison, known: Knowledge) -> Finding:
    """Where other doses were added to that of the substance, the words say so."""
    substance = comparison.given.substance
    last = comparison.last() if limit.code == "min_interval" else None
    figures = Figures(
        limit.found,
        limit.max,
        date=earliest(last, limit.max) if last else None,
        substance=substance,
        jurisdiction=limit.jurisdiction,
    )
    summed = "_together" if limit.code in _SUMMED and comparison.is_sum else ""
    wording = f"finding.{limit.code}{summed}"
    return find(
        known,
        limit.code,
        "stop",
        substance,
        limit.sources,
        figures=figures,
        wording=wording,
        waits=last is not None,
    )


def _borrowed(borrowed: Sequence[Limit], substance: str, known: Knowledge) -> Finding:
    """Whose texts are applied here."""
    whose = sorted({country for limit in borrowed for country in limit.jurisdictions})
    sources = sorted({source for limit in borrowed for source in limit.sources})
    figures = Figures(jurisdiction=tuple(whose), substance=substance)
    return find(known, "limit_borrowed", "caution", substance, tuple(sources), figures=figures)


def _stricter_elsewhere(
    elsewhere: Iterable[Limit], comparison: Comparison, known: Knowledge
) -> Iterator[Finding]:
    """What another country's text would not allow is said; it asks for no facts and decides nothing."""
    for limit in strictest(elsewhere, comparison.session.on):
        try:
            foreign = _applied(limit, comparison.within(limit))
        except FactMissing as missing:
            foreign = _as_far_as_known(limit, comparison.within(limit), missing.fact)
        if foreign.broken:
            figures = Figures(foreign.found, foreign.max, jurisdiction=foreign.jurisdiction)
            about = comparison.given.substance
            yield find(known, "stricter_figure_elsewhere", "caution", about, limit.sources, figures=figures)


def _total(comparison: Comparison, applied: tuple[AppliedLimit, ...], published: bool) -> Total:
    weight, unit, dose = comparison.session.patient.weight_kg, comparison.given.unit, comparison.given.dose
    density = comparison.given.per_cm2
    return Total(
        dose=amount(dose, unit),
        per_kg=None if weight is None else amount(dose / Fraction(weight), f"{unit}/kg"),
        per_cm2=None if density is None else amount(density, f"{unit}/cm2"),
        limits=applied,
        no_limit_published=not published,
    )
