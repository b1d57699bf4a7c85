"""The day list: who comes, where, at which step, what is missing and what alarms. Two queries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wheal import consent as wording
from wheal import knowledge, screening
from wheal.clinic.patients.answers import lacking, patient_facts
from wheal.clinic.patients.models import History
from wheal.clinic.people.models import Clinic
from wheal.clinic.treatments.checklist import left
from wheal.clinic.treatments.consents import TERMS, terms_of
from wheal.clinic.treatments.models import Consent, MixComponent, Pass, Session
from wheal.clinic.treatments.steps import NAMES
from wheal.findings import decide

_STEPS = {
    "history": "screen", "plan": "plan", "consent": "consent", "mix": "mix", "points": "inject", "checks": "check",
}  # fmt: skip
MISSING = {
    "history": _("history"),
    "plan": _("plan"),
    "consent": _("consent"),
    "mix": _("lots"),
    "points": _("points"),
    "checks": _("checks"),
}


@dataclass(frozen=True, slots=True)
class Visit:
    session: Session
    missing: tuple[str, ...]  # keys of `_STEPS`, in the order of the path
    verdict: str = ""  # stop, refer or incomplete: what the latest history says where it does not clear

    @property
    def step(self) -> str:
        """Where the visit goes on."""
        return _STEPS[self.missing[0]] if self.missing else "sign"

    @property
    def step_name(self) -> Promise:
        return NAMES[self.step]

    @property
    def missing_words(self) -> list[str]:
        return [str(MISSING[name]) for name in self.missing]

    @property
    def state(self) -> str:
        session = self.session
        if session.cancelled_at:
            return "cancelled"
        if session.is_signed:
            return "signed"
        return "here" if session.arrived_at else "expected"


def visits(clinic: Clinic, on: date) -> list[Visit]:
    begin, end = clinic.begin_of(on), clinic.begin_of(on + timedelta(days=1))
    rows = with_what_is_there(
        Session.objects.filter(clinic=clinic, planned_for__gte=begin, planned_for__lt=end)
    )
    shown = rows.select_related("patient", "plan", "practitioner").defer("judgement", "document", "given")
    return [Visit(session, tuple(_missing(session))) for session in shown.order_by("planned_for", "id")]


def with_verdicts(rows: list[Visit], clinic: Clinic, on: date) -> list[Visit]:
    """What the latest completed history of each patient says of them on that day."""
    waiting = {
        row.session.patient_id: row.session.patient for row in rows if row.state in ("expected", "here")
    }
    completed = History.objects.filter(patient=OuterRef("patient")).completed()
    newest = completed.order_by("-completed_at", "-id").values("pk")[:1]
    said = {}
    for history in History.objects.filter(patient__in=waiting, pk=Subquery(newest)):
        history.patient = waiting[history.patient_id]
        said[history.patient_id] = _verdict(history, clinic, on)
    return [replace(row, verdict=said.get(row.session.patient_id, "")) for row in rows]


def _verdict(history: History, clinic: Clinic, on: date) -> str:
    known, facts = knowledge.current(), patient_facts(history)
    found = screening.screen_person(
        facts,
        on=on,
        jurisdiction=clinic.jurisdiction,
        purpose=None,
        known=known,
    )
    decision = decide([*found, *lacking(history.answers, known, facts)])
    return "" if decision == "go" else decision


def with_what_is_there(sessions: QuerySet[Session]) -> QuerySet[Session]:
    histories = History.objects.filter(patient=OuterRef("patient"))
    newest = histories.order_by("-id")
    terms = {
        f"plan__{name}": OuterRef(f"plan__{name}") for name in TERMS
    }  # of this plan, or of one before its note
    consents = Consent.objects.filter(plan__patient=OuterRef("patient"), withdrawal=None, **terms)
    return sessions.annotate(
        history_completed=newest.values("completed_at")[:1],
        consent_given=Exists(consents),
        something_mixed=Exists(MixComponent.objects.filter(mix__session=OuterRef("pk"))),
        points_drawn=Exists(Pass.objects.filter(session=OuterRef("pk"), count__gt=0)),
    )


def _asked_that_day(session: Session) -> bool:
    """A history of an earlier day is asked anew in part: see `answers.of_another_day`."""
    asked = session.history_completed
    return asked is not None and timezone.localdate(asked) >= timezone.localdate(session.planned_for)


def _missing(session: Session) -> Iterator[str]:
    if session.is_signed or session.cancelled_at:
        return
    there = {
        "history": _asked_that_day(session),
        "plan": not wording.missing(terms_of(session.plan)),
        "consent": session.consent_given,
        "mix": session.something_mixed,
        "points": session.points_drawn,
        "checks": not left(session.checklist),
    }
    yield from (name for name, is_there in there.items() if not is_there)
