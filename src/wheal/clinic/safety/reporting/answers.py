"""What a patient wrote on the phone, read leniently while it is a draft; and what it says about urgency."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.http import QueryDict

from wheal.clinic.patients.models import Patient
from wheal.clinic.safety.reactions.led_to import candidates
from wheal.clinic.safety.reactions.places import NewPlace
from wheal.clinic.treatments.models import Session
from wheal.events import flags
from wheal.events.flags import Flag
from wheal.knowledge import Knowledge
from wheal.knowledge.signs import Sign, Urgency
from wheal.surveillance import EXTENDED

Answers = dict[str, object]
LONGEST = 4000
MAY_LEAD = timedelta(days=EXTENDED)
"""From a session to the first sign."""


@dataclass(frozen=True, slots=True)
class Said:
    """What the signs that were ticked ask for. The same files judge what the clinic records."""

    flags: tuple[Flag, ...]

    @property
    def urgency(self) -> Urgency:
        return flags.urgency_of(self.flags)

    @property
    def red(self) -> tuple[Flag, ...]:
        """Of which the patient is told to be seen."""
        return tuple(flag for flag in self.flags if flag.sign.is_red_flag)

    @property
    def told(self) -> list[str]:
        """Of which the patient reads at once what to do: nothing of it is in question any more."""
        return [flag.name for flag in self.red or self.flags]


def read(typed: QueryDict, known: Knowledge) -> Answers:
    """Codes that are not held are left out; a day that cannot be read is kept as it was typed, to be mended."""
    return {
        "signs": [name for name in typed.getlist("signs") if name in known.signs],
        "onset": typed.get("onset", "").strip()[:10],
        "onset_is_about": bool(typed.get("onset_is_about")),
        "areas": [name for name in typed.getlist("areas") if name in known.areas],
        "words": typed.get("words", "").strip()[:LONGEST],
    }


def said(answers: Answers, known: Knowledge) -> Said:
    return Said(flags.of_signs(signs_of(answers, known), known))


def signs_of(answers: Answers, known: Knowledge) -> tuple[str, ...]:
    """What was ticked. Words of one's own, which no rule reads, are something else beside whatever is no red flag."""
    ticked = [str(name) for name in answers.get("signs", ())]
    is_seen = any(flag.sign.is_red_flag for flag in flags.of_signs(ticked, known))
    return tuple(dict.fromkeys([*ticked, *([flags.UNREAD] if answers.get("words") and not is_seen else [])]))


def onset_of(answers: Answers) -> date | None:
    try:
        return date.fromisoformat(str(answers.get("onset", "")))
    except ValueError:
        return None


def signs(known: Knowledge) -> tuple[list[tuple[str, Sign]], list[tuple[str, Sign]]]:
    """Red flags, the most urgent first, and the others."""
    held = sorted(known.signs.items(), key=lambda pair: (pair[1].order, pair[0]))
    return [pair for pair in held if pair[1].is_red_flag], [pair for pair in held if not pair[1].is_red_flag]


def warnings_told(said: Said, known: Knowledge) -> list[str]:
    """Every sentence of the sheet that says when not to wait, but for what is there already."""
    there = {flag.sign.aftercare for flag in said.flags}
    return [name for name in flags.when_not_to_wait(known) if name not in there]


def areas_of(patient: Patient, today: date) -> list[str]:
    """Where something was injected in the last year, the newest first."""
    led = candidates(patient, today)
    return list(dict.fromkeys(drawn.row.area for one in led for drawn in one.drawn))


def led_to(patient: Patient, areas: list[str], onset: date) -> tuple[list[Session], list[NewPlace]]:
    """The sessions to tie it to, and its places: those of the areas named; where none was, all that may have led to it,
    for an infection may come of any of them."""
    before = [one for one in candidates(patient, onset) if onset - MAY_LEAD <= one.day <= onset]
    named = [one for one in before if any(drawn.row.area in areas for drawn in one.drawn)]
    rows = [drawn.row for one in named for drawn in one.drawn if drawn.row.area in areas]
    elsewhere = [area for area in areas if area not in {row.area for row in rows}]
    places = [*(NewPlace(row.area, None, row) for row in rows), *(NewPlace(area) for area in elsewhere)]
    return [one.session for one in named or before], places
