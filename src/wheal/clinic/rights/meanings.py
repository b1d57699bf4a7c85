"""The values of a record in words: codes by the words that the pages have, days as they are written, moments by the
clinic's clock. What holds no word is told as it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from django.db.models import DateField, DateTimeField, DecimalField, ForeignKey, Model
from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.utils.translation import pgettext_lazy as _p

from wheal.clinic.patients.earlier import TOLD
from wheal.clinic.patients.elsewhere import Statement, statements_in
from wheal.clinic.patients.questionnaire import said as answered
from wheal.clinic.people.models import User
from wheal.clinic.quotes.tables import STATES
from wheal.clinic.rights.labels import LABELS
from wheal.clinic.rights.sections import SECTIONS
from wheal.clinic.safety.models import JOINED, STATUSES
from wheal.clinic.safety.reactions.models import CORRECTS as OF_A_REACTION
from wheal.clinic.treatments.amendments import CORRECTS
from wheal.clinic.treatments.checklist import ITEMS
from wheal.clinic.treatments.grounds import SIDES
from wheal.knowledge import Knowledge

TEXTS: Final[dict[str, tuple[str, ...]]] = {
    "area": ("area.{}",),
    "areas": ("area.{}",),
    "technique": ("technique.{}",),
    "chart": ("chart.{}",),
    "pose": ("pose.{}",),
    "instrument": ("instrument.{}.name",),
    "purpose": ("code.purposes.{}", "photograph_consent.purpose.{}.name"),
    "purposes": ("photograph_consent.purpose.{}.name",),
    "kind": ("code.event_kinds.{}",),
    "recorded_kind": ("code.event_kinds.{}",),
    "course": ("code.courses.{}",),
    "urgency": ("urgency.{}",),
    "signs": ("sign.{}.ask",),
    "flags": ("sign.{}.ask",),
    "warnings": ("fact.{}", "code.conditions.{}"),
    "who_umc": ("code.who_umc.{}",),
    "band": ("code.naranjo_bands.{}",),
    "serious": ("code.serious.{}",),
    "role": ("code.roles.{}",),
    "signed_role": ("code.roles.{}",),
    "prepared_by": ("code.prepared_by.{}",),
    "qualification": ("code.credential_kinds.{}",),
}
"""Where the words of a code stand, by the column that holds it."""
ANSWERS: Final = {
    "yes": _p("record", "yes"),
    "no": _p("record", "no"),
    "not_known": _p("record", "not known"),
}
OWN: Final[dict[str, Mapping[str, Promise]]] = {
    "sex": {"female": _p("record", "female"), "male": _p("record", "male")},
    "side": {key: words for key, words in SIDES.items() if key},
    "state": STATES,
    "status": STATUSES,
    "joined_why": JOINED,
    "corrects": {**OF_A_REACTION, **CORRECTS},
    "language": {"en": _p("record", "English"), "fr": _p("record", "French")},
    "expected": {
        "label": _p("record", "yes, by the label"), "published": _p("record", "yes, by what is published"),
        "not_listed": _p("record", "no"), "not_known": _p("record", "not known"),
    },
    "sent_how": {"hand": _p("record", "Given by hand"), "mail": _p("record", "By e-mail")},
    "decision": {"go": _p("record", "Treated"), "refer": _p("record", "Referred to a physician")},
    "pattern": {
        "square": _p("record", "Square"), "hexagonal": _p("record", "Hexagonal"), "line": _p("record", "Line"),
        "free": _p("record", "Free"),
    },
    "purpose": {
        "follow_up": _p("record", "a follow-up"), "report": _p("record", "a report"),
        "pages": _p("record", "your own pages"),
    },
}  # fmt: skip
"""Codes of the pages alone."""
PROOFS: Final = frozenset({"content_digest"})
"""Of a smaller table, what proves that it is unchanged: for programs."""
SEVERAL: Final = frozenset({"qualification"})
"""Columns whose codes stand in one text."""


@dataclass(frozen=True, slots=True)
class Meanings:
    known: Knowledge
    language: str
    zone: ZoneInfo
    people: Mapping[int, str]
    records: Mapping[str, Mapping[str, object]]

    def said(self, model: type[Model], column: str, value: object) -> str:
        """ "" where nothing is held."""
        field = model._meta.get_field(column)
        if value is None or value in ("", [], {}):
            return ""
        if isinstance(field, ForeignKey) and isinstance(value, dict):
            return self._pointed(field, value)
        choices = getattr(field, "flatchoices", None)
        if (
            choices and (words := dict(choices).get(value, value)) != value
        ):  # else its code has no words there
            return str(words)
        if isinstance(field, DateTimeField) or column == "filled_in":
            return self.moment(str(value))
        if isinstance(field, DateField):
            return _day(str(value))
        if isinstance(field, DecimalField):
            return str(formats.number_format(Decimal(str(value)).normalize().__format__("f"), use_l10n=True))
        if column == "signature":
            return str(_p("record", "by hand"))
        return self._plain(column, value)

    def moment(self, text: str) -> str:
        """Or a day, where no more is known."""
        if len(text) == len("2026-11-27"):
            return _day(text)
        at = datetime.fromisoformat(text).astimezone(self.zone)
        return f"{formats.date_format(at, 'DATE_FORMAT')}, {formats.time_format(at, 'TIME_FORMAT')}"

    def _pointed(self, field: ForeignKey, value: Mapping[str, object]) -> str:  # type: ignore[type-arg]
        table = field.related_model._meta.label_lower  # type: ignore[union-attr]
        if field.related_model is User:
            return self.people.get(int(str(value["id"])), str(value["is"]))
        if table in self.records and table in SECTIONS:
            return f"{SECTIONS[table]}, {_('No.')} {value['id']}"
        return str(value["is"])

    def _plain(self, column: str, value: object) -> str:
        if isinstance(value, bool):
            return _("Yes") if value else _("No")
        if isinstance(value, dict):
            parts = (self._answer(name, held) for name, held in value.items() if name not in PROOFS)
            return "\n".join(part for part in parts if part)
        if isinstance(value, list):
            return ", ".join(self._plain(column, each) for each in value)
        return self._code(column, str(value))

    def _answer(self, name: str, value: object) -> str:
        if question := self.known.questions.get(name):
            words = answered(name, question, value, self.known, self.language)
            return f"{self.known.text(f'question.{name}.ask', self.language)} {words}" if words else ""
        if name == TOLD:
            told = (self._told(each) for each in statements_in({name: value}))
            return "\n".join([_("Said elsewhere, in its own words"), *told])
        if isinstance(value, str) and self.known.has_text(f"code.naranjo.{name}"):
            value = str(ANSWERS.get(value, value))
        words = self._plain(name, value) if value not in (None, "", [], {}) else ""
        said = pgettext("record", "%(name)s: %(words)s") % {"name": self._named(name), "words": words}
        return said if words else ""

    def _told(self, one: Statement) -> str:
        """What was said elsewhere, as it was written there."""
        day = formats.date_format(one.day, "DATE_FORMAT") if one.day else _("day not known")
        told = ", ".join([one.words, *(text for _what, text in one.more)])
        return f"{told} ({', '.join(each for each in (one.where, day) if each)})"

    def _named(self, name: str) -> str:
        """What a key of a smaller table is called."""
        if words := ITEMS.get(name) or LABELS.get(name):
            return str(words)
        for key in (f"quote.content.{name}", f"code.naranjo.{name}", f"fact.{name}"):
            if self.known.has_text(key):
                return self.known.text(key, self.language)
        return self.known.name(name, self.language).replace("_", " ")

    def _code(self, column: str, code: str) -> str:
        if column in SEVERAL and ", " in code:
            return ", ".join(self._code(column, each) for each in code.split(", "))
        if words := OWN.get(column, {}).get(code):
            return str(words)
        for key in TEXTS.get(column, ()):
            for named in (key.format(code.removeprefix("warning_")), key.format(code)):
                if self.known.has_text(named):
                    return self.known.text(named, self.language)
        return self.known.name(code, self.language)


def _day(text: str) -> str:
    return str(formats.date_format(date.fromisoformat(text), "DATE_FORMAT"))
