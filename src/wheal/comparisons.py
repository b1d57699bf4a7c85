"""What a session does of what each kind of limit is about: a dose, a volume, a spacing, an interval."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final

from wheal.dosing import Delivered, Pass, PreviousSession, decimal
from wheal.knowledge import Knowledge
from wheal.knowledge.records import Limit, LimitCode
from wheal.quantities import Quantity
from wheal.screening import Patient

COUNTED_TOGETHER: Final = "local_anaesthetic"
"""Doses of this group are added up, and the sum is held against the limits of each member."""


@dataclass(frozen=True, slots=True)
class Session:
    """What limits are compared with. `earlier` None means that earlier sessions are not known."""

    passes: tuple[Pass, ...]
    patient: Patient
    on: date
    jurisdiction: str
    earlier: tuple[PreviousSession, ...] | None


PER_SIDE: Final = frozenset(("dose_per_side", "volume_per_side", "points_per_side"))


class FactMissing(Exception):
    """A fact that the comparison needs is not known."""

    def __init__(self, fact: str) -> None:
        super().__init__(fact)
        self.fact = fact


_MEASURED: Final[Mapping[str, Callable[[Pass], bool]]] = {
    "area_cm2": lambda one: one.area_cm2 is not None,
    "spacing_cm": lambda one: one.points.count == 1 or one.points.spacing_cm is not None,
}


@dataclass(frozen=True, slots=True)
class Comparison:
    """One substance of a session; `together` is what is counted with it."""

    session: Session
    given: Delivered
    together: Delivered
    members: frozenset[str] = frozenset()  # that are counted with it, itself included, where there is a group

    @property
    def is_sum(self) -> bool:
        """More than the substance itself is held against its limits."""
        return self.together.dose + self.earlier_today() != self.given.dose

    def earlier_today(self) -> Fraction:
        """What earlier sessions of the same calendar day gave: two sessions in a day are no way round a limit."""
        doses = (
            dose.value_in(self.given.unit)
            for session in self.session.earlier or ()
            if session.date == self.session.on
            for name, dose in session.substances.items()
            if name in self.members
        )
        return sum(map(Fraction, doses), Fraction(0))

    def within(self, limit: Limit) -> Comparison:
        """Only the passes that the limit is about."""
        if not limit.areas:
            return self
        return self._only(lambda one: one.area in limit.areas)

    def where_measured(self, fact: str) -> Comparison | None:
        """Only the passes of which the fact is known, where it is one of a pass and some have it."""
        if fact not in _MEASURED or not (part := self._only(_MEASURED[fact])).given.portions:
            return None
        return part

    def _only(self, wanted: Callable[[Pass], bool]) -> Comparison:
        given, together = self.given.only(wanted), self.together.only(wanted)
        return Comparison(self.session, given, together, self.members)

    def found(self, limit: Limit) -> Quantity | None:
        """What the session does of what the limit is about, None where there is nothing to compare.

        Raises FactMissing.
        """
        return _FOUND[limit.code](self)

    def on_a_side(self, limit: Limit) -> Quantity | None:
        """The most that one side gets for certain, what was drawn without naming a side left out."""
        return _most_of_a_side(_OF_A_SIDE[limit.code], self, astride=False)

    def of_side(self, side: str, *, astride: bool) -> Comparison:
        given = self.given.of_side(side, astride=astride)
        return Comparison(self.session, given, given, self.members)

    def earlier(self) -> list[PreviousSession]:
        """Earlier sessions in which the same substance was given, on any area. Raises FactMissing."""
        if self.session.earlier is None:
            raise FactMissing("previous_sessions")
        name = self.given.substance
        return [
            one for one in self.session.earlier if name in one.substances and one.substances[name].value > 0
        ]

    def last(self) -> date | None:
        return max((one.date for one in self.earlier()), default=None)

    def passes(self) -> list[Pass]:
        return [portion.given for portion in self.given.portions]


def members_of(substance: str, known: Knowledge) -> frozenset[str]:
    """The substances whose doses of the whole day are added to those of this one: none but for its group."""
    held = known.substances.get(substance)
    if held is None or COUNTED_TOGETHER not in held.groups:
        return frozenset()
    return frozenset(name for name, it in known.substances.items() if COUNTED_TOGETHER in it.groups)


def counted_together(one: Delivered, given: Mapping[str, Delivered], known: Knowledge) -> Delivered:
    """The substance, or for a local anaesthetic all local anaesthetics of the session."""
    held = known.substances.get(one.substance)
    if held is None or COUNTED_TOGETHER not in held.groups:
        return one
    members = sorted(known.members(frozenset(given))[COUNTED_TOGETHER])
    return Delivered.of(one.substance, one.unit, (it for name in members for it in given[name].portions))


def amount(exact: Fraction, unit: str) -> Quantity:
    return Quantity.of(decimal(exact), unit)


def _dose_per_session(one: Comparison) -> Quantity:
    return amount(one.together.dose + one.earlier_today(), one.given.unit)


def _dose_per_day(one: Comparison) -> Quantity:
    """Earlier sessions of the same calendar day count."""
    name, unit = one.given.substance, one.given.unit
    today = (session for session in one.earlier() if session.date == one.session.on)
    earlier = sum((Fraction(session.substances[name].value_in(unit)) for session in today), Fraction(0))
    return amount(one.given.dose + earlier, unit)


def _dose_per_kg(one: Comparison) -> Quantity:
    weight = one.session.patient.weight_kg
    if weight is None:
        raise FactMissing("weight_kg")
    return amount((one.together.dose + one.earlier_today()) / Fraction(weight), f"{one.given.unit}/kg")


def _dose_per_area(one: Comparison) -> Quantity:
    density = one.given.per_cm2
    if density is None:
        raise FactMissing("area_cm2")
    return amount(density, f"{one.given.unit}/cm2")


def _dose_per_point(one: Comparison) -> Quantity:
    return amount(max(portion.per_point for portion in one.given.portions), one.given.unit)


def _volume_per_session(one: Comparison) -> Quantity:
    return Quantity.of(sum((it.volume_ml for it in one.passes()), Decimal(0)), "mL")


def _volume_per_point(one: Comparison) -> Quantity:
    return Quantity.of(max(it.points.volume_ml for it in one.passes()), "mL")


def _points_per_session(one: Comparison) -> Quantity:
    return Quantity.of(sum(it.points.count for it in one.passes()), "{points}")


def _dose(one: Comparison) -> Quantity:
    return amount(one.given.dose, one.given.unit)


_OF_A_SIDE: Final[Mapping[LimitCode, Callable[[Comparison], Quantity]]] = {
    "dose_per_side": _dose,
    "volume_per_side": _volume_per_session,
    "points_per_side": _points_per_session,
}


def _most_of_a_side(
    measure: Callable[[Comparison], Quantity], one: Comparison, *, astride: bool
) -> Quantity | None:
    """None where nothing was drawn on a side. `astride`: what names no side may all lie on the same one."""
    sides = {it.given.side for it in one.given.portions} - {""}
    if not sides and not astride:
        return None
    return max(measure(one.of_side(side, astride=astride)) for side in sides or {""})


def _side(code: LimitCode) -> Callable[[Comparison], Quantity | None]:
    return lambda one: _most_of_a_side(_OF_A_SIDE[code], one, astride=True)


def _least_spacing(one: Comparison) -> Quantity | None:
    """A single point has no neighbour."""
    spaced = [it.points.spacing_cm for it in one.passes() if it.points.count > 1]
    known = [spacing for spacing in spaced if spacing is not None]
    if len(known) < len(spaced):
        raise FactMissing("spacing_cm")
    return Quantity.of(min(known), "cm") if known else None


def _interval(one: Comparison) -> Quantity | None:
    last = one.last()
    return None if last is None else Quantity.of((one.session.on - last).days, "d")


def _sessions(one: Comparison) -> Quantity:
    return Quantity.of(len(one.earlier()) + 1, "{sessions}")


_FOUND: Final[Mapping[LimitCode, Callable[[Comparison], Quantity | None]]] = {
    "dose_per_session": _dose_per_session,
    "dose_per_day": _dose_per_day,
    "dose_per_kg": _dose_per_kg,
    "dose_per_area": _dose_per_area,
    "dose_per_point": _dose_per_point,
    "volume_per_session": _volume_per_session,
    "volume_per_point": _volume_per_point,
    "points_per_session": _points_per_session,
    **{code: _side(code) for code in _OF_A_SIDE},
    "min_spacing": _least_spacing,
    "min_interval": _interval,
    "max_sessions": _sessions,
}
