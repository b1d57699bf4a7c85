"""Which published limits hold for a session, and which of them it breaks.

Those of the country hold. Where a substance has labels but none for this country, the strictest of the foreign
labels hold as a ceiling, and that is said. Limits of another route are ceilings everywhere: never a licence.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from wheal.dosing import Delivered, Pass, PreviousSession, decimal, delivered, per_cm2
from wheal.findings import Figures, Finding, fact_missing, find
from wheal.intervals import earliest, ordinal
from wheal.knowledge import Knowledge
from wheal.knowledge.records import Limit, LimitCode, LimitKind, Substance
from wheal.quantities import Quantity
from wheal.screening import Patient

COUNTED_TOGETHER: Final = "local_anaesthetic"
"""Doses of this group are added up, and the sum is held against the limits of each member."""
_AT_LEAST: Final = frozenset(("min_spacing", "min_interval"))


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

    @property
    def broken(self) -> bool:
        """The limit itself is allowed. An interval is broken by the calendar: see `intervals`."""
        if self.found is None:
            return False
        return self.found < self.max if self.code == "min_spacing" else self.found > self.max


@dataclass(frozen=True, slots=True)
class Total:
    """What a session gives of one substance. `per_cm2` is that of the area where it is highest."""

    dose: Quantity
    per_kg: Quantity | None = None
    per_cm2: Quantity | None = None
    limits: tuple[AppliedLimit, ...] = ()
    no_limit_published: bool = False


@dataclass(frozen=True, slots=True)
class Session:
    """What limits are compared with: the passes, the person, the day, and the earlier sessions (None: not known)."""

    passes: tuple[Pass, ...]
    patient: Patient
    on: date
    jurisdiction: str
    earlier: tuple[PreviousSession, ...] | None


class _Missing(Exception):
    """A fact that the comparison needs is not known."""

    def __init__(self, fact: str) -> None:
        super().__init__(fact)
        self.fact = fact


def judge(session: Session, known: Knowledge) -> tuple[dict[str, Total], list[Finding]]:
    """Totals of every substance with the limits that held, and what broke them."""
    given = delivered(session.passes, known)
    totals, findings = {}, []
    for name, one in given.items():
        comparison = _Comparison(session, one, _together(one, given, known))
        held = known.substances.get(name)
        applied: tuple[AppliedLimit, ...] = ()
        if held is not None:
            applied, said = _judge_one(comparison, held, known)
            findings += said
        totals[name] = comparison.total(applied)
    return totals, findings


def _together(one: Delivered, given: Mapping[str, Delivered], known: Knowledge) -> Delivered:
    """The substance, or for a local anaesthetic all local anaesthetics of the session."""
    held = known.substances.get(one.substance)
    if held is None or COUNTED_TOGETHER not in held.groups:
        return one
    members = known.members(frozenset(given))[COUNTED_TOGETHER]
    return Delivered(
        one.substance, one.unit, tuple(it for name in sorted(members) for it in given[name].portions)
    )


def _judge_one(
    comparison: _Comparison, held: Substance, known: Knowledge
) -> tuple[tuple[AppliedLimit, ...], list[Finding]]:
    session, name = comparison.session, comparison.given.substance
    limits = [
        limit for limit in held.limits if not limit.areas or comparison.given.areas.intersection(limit.areas)
    ]
    here, borrowed, elsewhere = _sorted_out(limits, held.limits, session.jurisdiction)
    findings: list[Finding] = []
    applied = []
    for limit in _strictest([*here, *borrowed], session):
        try:
            found = comparison.found(limit)
        except _Missing as missing:
            findings.append(fact_missing(known, missing.fact, limit.sources))
            found = None
        applied.append(_applied(limit, found))
        if comparison.breaks(applied[-1]):
            findings.append(_broken(applied[-1], name, known))
    if borrowed:
        findings.append(_borrowed(borrowed, name, known))
    if not applied:
        findings.append(find(known, "no_published_limit", "info", name, held.sources))
    findings += _stricter_elsewhere(comparison, elsewhere, applied, known)
    return tuple(applied), findings


def _sorted_out(
    limits: Sequence[Limit], all_limits: Sequence[Limit], country: str
) -> tuple[list[Limit], list[Limit], list[Limit]]:
    """Those that hold here, those borrowed from foreign labels, and those of elsewhere that do not hold."""
    has_label = any(limit.kind == "label" and country in limit.jurisdictions for limit in all_limits)
    here, borrowed, elsewhere = [], [], []
    for limit in limits:
        if limit.kind in ("other_route", "clinic") or country in limit.jurisdictions:
            here.append(limit)
        elif limit.kind == "label" and not has_label:
            borrowed.append(limit)
        else:
            elsewhere.append(limit)
    return here, borrowed, elsewhere


def _strictest(limits: Iterable[Limit], session: Session) -> list[Limit]:
    """One limit for each code, in the order of the codes."""
    kept: dict[LimitCode, Limit] = {}
    for limit in limits:
        other = kept.get(limit.code)
        if other is None or _strictness(limit, session) < _strictness(other, session):
            kept[limit.code] = limit
    return [kept[code] for code in sorted(kept)]


def _strictness(limit: Limit, session: Session) -> tuple[Fraction, tuple[str, ...]]:
    if limit.code == "min_interval":
        return Fraction(-ordinal(earliest(session.on, limit.amount))), limit.sources
    size = Fraction(limit.amount.value) * Fraction(limit.amount.unit.size)
    return (-size if limit.code in _AT_LEAST else size), limit.sources


def _applied(limit: Limit, found: Quantity | None) -> AppliedLimit:
    whose = limit.jurisdictions[0] if limit.jurisdictions else ""
    return AppliedLimit(limit.code, limit.amount, limit.sources[0], found, limit.kind, whose, limit.sources)


def _broken(limit: AppliedLimit, substance: str, known: Knowledge) -> Finding:
    figures = Figures(limit.found, limit.max, substance=substance, jurisdiction=limit.jurisdiction)
    return find(known, limit.code, "stop", substance, limit.sources, figures=figures)


def _borrowed(borrowed: Sequence[Limit], substance: str, known: Knowledge) -> Finding:
    first = min(borrowed, key=lambda limit: (limit.jurisdictions, limit.sources))
    figures = Figures(jurisdiction=first.jurisdictions[0], substance=substance)
    return find(known, "limit_borrowed", "caution", substance, first.sources, figures=figures)


def _stricter_elsewhere(
    comparison: _Comparison, elsewhere: Iterable[Limit], applied: Sequence[AppliedLimit], known: Knowledge
) -> Iterator[Finding]:
    """What another country's text would not allow is said; it asks for no facts and decides nothing."""
    broken = {limit.code for limit in applied if comparison.breaks(limit)}
    for limit in _strictest((limit for limit in elsewhere if limit.code not in broken), comparison.session):
        try:
            foreign = _applied(limit, comparison.found(limit))
        except _Missing:
            continue
        if comparison.breaks(foreign):
            figures = Figures(foreign.found, foreign.max, jurisdiction=foreign.jurisdiction)
            about = comparison.given.substance
            yield find(known, "stricter_figure_elsewhere", "caution", about, limit.sources, figures=figures)


@dataclass(frozen=True, slots=True)
class _Comparison:
    """One substance of a session; `together` is what is counted with it."""

    session: Session
    given: Delivered
    together: Delivered

    def found(self, limit: Limit) -> Quantity | None:
        """What the session does of what the limit is about. Raises _Missing."""
        given = self.given.within(limit.areas) if limit.areas else self.given
        together = self.together.within(limit.areas) if limit.areas else self.together
        unit, passes = given.unit, [portion.given for portion in given.portions]
        match limit.code:
            case "dose_per_session":
                return _amount(together.dose, unit)
            case "dose_per_day":
                return _amount(given.dose + self._earlier_today(unit), unit)
            case "dose_per_kg":
                return _amount(together.dose / Fraction(self._needed("weight_kg")), f"{unit}/kg")
            case "dose_per_area":
                density = per_cm2(given.portions)
                if density is None:
                    raise _Missing("area_cm2")
                return _amount(density, f"{unit}/cm2")
            case "dose_per_point":
                return _amount(max(portion.per_point for portion in given.portions), unit)
            case "volume_per_session":
                return _amount(sum((Fraction(one.volume_ml) for one in passes), Fraction(0)), "mL")
            case "volume_per_point":
                return _amount(max(Fraction(one.points.volume_ml) for one in passes), "mL")
            case "points_per_session":
                return _amount(Fraction(sum(one.points.count for one in passes)), "{points}")
            case "min_spacing":
                return _least_spacing(passes)
            case "min_interval":
                last = max((one.date for one in self._earlier()), default=None)
                return None if last is None else Quantity.of((self.session.on - last).days, "d")
            case "max_sessions":
                return Quantity.of(len(self._earlier()) + 1, "{sessions}")

    def breaks(self, limit: AppliedLimit) -> bool:
        if limit.code != "min_interval" or limit.found is None:
            return limit.broken
        last = max(one.date for one in self._earlier())
        return ordinal(self.session.on) < ordinal(earliest(last, limit.max))

    def total(self, applied: tuple[AppliedLimit, ...]) -> Total:
        weight, unit, dose = self.session.patient.weight_kg, self.given.unit, self.given.dose
        density = per_cm2(self.given.portions)
        return Total(
            dose=_amount(dose, unit),
            per_kg=None if weight is None else _amount(dose / Fraction(weight), f"{unit}/kg"),
            per_cm2=None if density is None else _amount(density, f"{unit}/cm2"),
            limits=applied,
            no_limit_published=not applied,
        )

    def _needed(self, fact: str) -> Fraction:
        value = self.session.patient.weight_kg
        if value is None:
            raise _Missing(fact)
        return Fraction(value)

    def _earlier(self) -> list[PreviousSession]:
        """Earlier sessions in which the same substance was given, on any area."""
        if self.session.earlier is None:
            raise _Missing("previous_sessions")
        return [
            one
            for one in self.session.earlier
            if one.substances.get(self.given.substance) is not None
            and one.substances[self.given.substance].value > 0
        ]

    def _earlier_today(self, unit: str) -> Fraction:
        today = (one for one in self._earlier() if one.date == self.session.on)
        return sum(
            (Fraction(one.substances[self.given.substance].value_in(unit)) for one in today), Fraction(0)
        )


def _least_spacing(passes: Iterable[Pass]) -> Quantity | None:
    """A single point has no neighbour."""
    spaced = [one.points.spacing_cm for one in passes if one.points.count > 1]
    known = [spacing for spacing in spaced if spacing is not None]
    if len(known) < len(spaced):
        raise _Missing("spacing_cm")
    return Quantity.of(min(known), "cm") if known else None


def _amount(exact: Fraction, unit: str) -> Quantity:
    return Quantity.of(decimal(exact), unit)
