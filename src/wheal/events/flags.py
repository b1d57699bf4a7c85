"""Red flags: what of an event makes a physician look, how soon, with what to do and what to sample.

The list is put together from published reports and labels (see signs/ of the knowledge); no published rule stands
behind it as a whole. What a patient ticks and what staff record are judged by the same files.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from wheal.knowledge import Knowledge
from wheal.knowledge.signs import URGENCIES, Sample, Sign, Urgency

UNKNOWN_KIND = "other"
UNREAD = "something_else"
"""The sign of what no rule reads: ticked, or said in words of one's own."""


@dataclass(frozen=True, slots=True)
class Flag:
    """A red flag that an event raises."""

    name: str
    sign: Sign


def raised(
    *, kind: str, warnings: Collection[str], known: Knowledge, signs: Collection[str] = ()
) -> tuple[Flag, ...]:
    """What sends an event to a physician: its kind, the warning signs that came with it; the worst first.

    A warning of the same kind, as urgent, says more than the kind alone: fever is not told as pus. Of the signs that a
    patient ticked, those that no warning says: a lump beside hives is a lump still.
    """
    held = [Flag(name, sign) for name, sign in known.signs.items() if sign.goes_to_a_physician]
    warned = [flag for flag in held if flag.sign.warning and flag.sign.warning in warnings]
    by_kind = [flag for flag in held if kind in flag.sign.kinds and not _is_said(flag, kind, warned)]
    alone = [flag for flag in held if flag.name in signs and not flag.sign.warning]
    return _sorted({flag.name: flag for flag in (*warned, *by_kind, *alone)}.values())


def _is_said(flag: Flag, kind: str, warned: Iterable[Flag]) -> bool:
    worst = URGENCIES.index
    return any(
        said.sign.kind == kind and worst(said.sign.urgency) <= worst(flag.sign.urgency) for said in warned
    )


def of_signs(names: Collection[str], known: Knowledge) -> tuple[Flag, ...]:
    """Those among the signs that a patient ticked, the worst first. Names not held are left out."""
    return _sorted(Flag(name, known.signs[name]) for name in names if _is_flag(name, known))


def urgency_of(found: Collection[Flag]) -> Urgency:
    """That of the worst; where none is raised, the clinic reads and calls."""
    return min((flag.sign.urgency for flag in found), key=URGENCIES.index, default="clinic")


def warnings_of(names: Collection[str], known: Knowledge) -> tuple[str, ...]:
    """The warning signs of the history that say the same as these signs."""
    held = (known.signs[name].warning for name in sorted(names) if name in known.signs)
    return tuple(dict.fromkeys(warning for warning in held if warning))


def kind_of(names: Collection[str], known: Knowledge) -> str:
    """What a report is recorded as until somebody has looked: the kind of its worst sign that names one."""
    held = [known.signs[name] for name in names if name in known.signs and name != UNREAD]
    worst = min(held, key=lambda sign: (URGENCIES.index(sign.urgency), sign.order), default=None)
    return worst.kind if worst else UNKNOWN_KIND


def kinds_with(
    kind: str, *, warnings: Collection[str], signs: Collection[str], known: Knowledge
) -> tuple[str, ...]:
    """What else the red flags would be that were told with an event of this kind: redness with pus is an infection too.

    A flag that the kind itself explains (white skin of an injured vessel) adds nothing.
    """
    told = (sign for name, sign in known.signs.items() if name in signs or sign.warning in warnings)
    held = (sign.kind for sign in told if sign.is_red_flag and kind not in sign.kinds)
    return tuple(dict.fromkeys(other for other in held if other != kind))


def samples_of(found: Collection[Flag], known: Knowledge) -> list[tuple[str, Sample]]:
    """What to take or keep, each once, in the order in which it is taken."""
    names = {name for flag in found for name in flag.sign.samples}
    return _in_order(names, known)


def samples_for(kinds: Collection[str], known: Knowledge) -> list[tuple[str, Sample]]:
    """What examines things of these kinds of exposure: the vial, the device, the water."""
    return _in_order({name for name, held in known.samples.items() if set(held.tests) & set(kinds)}, known)


def _in_order(names: Collection[str], known: Knowledge) -> list[tuple[str, Sample]]:
    held = [(name, known.samples[name]) for name in names]
    return sorted(held, key=lambda pair: (pair[1].order, pair[0]))


def _is_flag(name: str, known: Knowledge) -> bool:
    return name in known.signs and known.signs[name].goes_to_a_physician


def _sorted(found: Iterable[Flag]) -> tuple[Flag, ...]:
    return tuple(sorted(found, key=lambda flag: (URGENCIES.index(flag.sign.urgency), flag.sign.order)))


def when_not_to_wait(known: Knowledge) -> list[str]:
    """Every sentence of the sheet to take home that says so, the most urgent first, each once."""
    held = sorted(known.signs.items(), key=lambda pair: (pair[1].order, pair[0]))
    return list(dict.fromkeys(sign.aftercare for _name, sign in held if sign.is_red_flag))
