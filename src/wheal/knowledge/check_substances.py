"""Every amount fits what it limits, and a substance without limits says so."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from wheal.knowledge.check_conditions import mixable
from wheal.knowledge.check_sources import only_general_knowledge
from wheal.knowledge.known import Knowledge
from wheal.knowledge.problems import Problem
from wheal.knowledge.records import Compatibility, Limit, LimitCode, Substance
from wheal.quantities import Quantity, Unit

_UNITS: Final[dict[LimitCode, tuple[str, ...]]] = {
    "dose_per_session": ("DOSE",),
    "dose_per_day": ("DOSE",),
    "dose_per_kg": ("DOSE/kg",),
    "dose_per_area": ("DOSE/cm2",),
    "dose_per_point": ("DOSE",),
    "volume_per_session": ("mL",),
    "volume_per_point": ("mL",),
    "points_per_session": ("{points}",),
    "dose_per_side": ("DOSE",),
    "volume_per_side": ("mL",),
    "points_per_side": ("{points}",),
    "min_spacing": ("cm",),
    "min_interval": ("d", "mo"),
    "max_sessions": ("{sessions}",),
}
_WHOLE: Final = ("points_per_session", "points_per_side", "min_interval", "max_sessions")


def problems(known: Knowledge) -> Iterator[Problem]:
    for name, substance in known.substances.items():
        file = f"substances/{name}.toml"
        yield from _substance(known, file, substance)
        yield from _codes(known, file, substance)
        yield from _measured(file, substance)
        for at, limit in enumerate(substance.limits):
            yield from _limit(known, file, f"limits.{at}.", limit, substance)
    for name, pair in known.compatibility.items():
        yield from _pair(known, f"mixing/{name}.toml", pair)
    if known.handling.beyond_use_hours <= 0 or known.handling.multi_dose_days <= 0:
        yield Problem("mixing/handling.toml", "", "a clock is more than zero")


def _substance(known: Knowledge, file: str, substance: Substance) -> Iterator[Problem]:
    if not substance.limits and not substance.no_limit_published:
        yield Problem(file, "limits", "there is no limit, and no_limit_published is not set")
    if substance.no_limit_published and any(limit.kind != "clinic" for limit in substance.limits):
        yield Problem(file, "no_limit_published", "this is set, yet limits are held")
    for country, status in substance.status.items():
        if status.standing == "unclear" and status.severity not in ("refer", "stop"):
            key = f"status.{country}.severity"
            yield Problem(file, key, 'what is unclear reassures nobody: "refer" or "stop"')
    for at, strength in enumerate(substance.strengths):
        if not _fits(strength, (f"{substance.measured_in}/mL",)):
            yield Problem(
                file, f"strengths.{at}", f"{strength!r} is not so much {substance.measured_in} a mL"
            )


def _codes(known: Knowledge, file: str, substance: Substance) -> Iterator[Problem]:
    yield from (
        Problem(file, "contains", f"the substance {code!r} is not held")
        for code in substance.contains
        if code not in known.substances
    )
    yield from (
        Problem(file, "areas", f"the area {area!r} is not held")
        for area in substance.areas
        if area not in known.areas
    )
    yield from (
        Problem(file, f"evidence.{purpose}", "this purpose is not held")
        for purpose in substance.evidence
        if purpose not in known.vocabulary.purposes
    )
    for it in substance.holds:
        if it.allergy and it.allergy not in known.vocabulary.allergies:
            yield Problem(file, f"holds.{it.code}.allergy", f"{it.allergy!r} is no allergy of the vocabulary")
        if not it.question and only_general_knowledge(known, it.sources):
            yield Problem(file, f"holds.{it.code}", "only general knowledge (grade D): make it a question")


def _measured(file: str, substance: Substance) -> Iterator[Problem]:
    for key, most in (("ph", Decimal(14)), ("osmolality", Decimal(10_000))):
        for at, it in enumerate(getattr(substance, key)):
            if not 0 <= it.least <= it.most <= most:
                yield Problem(file, f"{key}.{at}", f"{it.least} to {it.most} cannot be")


def _limit(known: Knowledge, file: str, key: str, limit: Limit, substance: Substance) -> Iterator[Problem]:
    wanted = tuple(unit.replace("DOSE", substance.measured_in) for unit in _UNITS[limit.code])
    whole = limit.amount.value == limit.amount.value.to_integral_value()
    if not _fits(limit.max, wanted):
        yield Problem(file, f"{key}max", f"{limit.max!r} is not in {' or '.join(wanted)}")
    if limit.amount.value <= 0 or (limit.code in _WHOLE and not whole):
        yield Problem(file, f"{key}max", "a limit is more than zero, and a count or an interval is whole")
    if not limit.jurisdictions and limit.kind != "clinic":
        yield Problem(file, f"{key}jurisdictions", "it must be said whose text this is")
    if only_general_knowledge(known, limit.sources):
        yield Problem(file, f"{key}sources", "only general knowledge (grade D): this cannot be a limit")
    for area in limit.areas:
        if area not in known.areas:
            yield Problem(file, f"{key}areas", f"the area {area!r} is not held")


def _fits(text: str, units: tuple[str, ...]) -> bool:
    try:
        return Quantity.parse(text).unit.dimension in {Unit.parse(unit).dimension for unit in units}
    except ValueError:
        return False


def _pair(known: Knowledge, file: str, pair: Compatibility) -> Iterator[Problem]:
    held = mixable(known) | {"*"}
    for key, codes in (("a", pair.a), ("b", pair.b)):
        yield from (
            Problem(file, key, f"the substance {code!r} is not held") for code in codes if code not in held
        )
    if not pair.question and only_general_knowledge(known, pair.sources):
        yield Problem(file, "sources", "only general knowledge (grade D): make it a question")
    if pair.question and pair.severity == "stop":
        yield Problem(file, "severity", "a question to the clinician cannot be a stop")
