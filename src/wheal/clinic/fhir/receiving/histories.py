"""A QuestionnaireResponse that came in. One of today becomes a completed history, by the action that the page uses; one
of an earlier day, or of nobody knows which, is laid into the draft as said elsewhere: it answers nothing until somebody
asks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from wheal import knowledge
from wheal.clinic.fhir.access import Caller
from wheal.clinic.fhir.models import Identifier
from wheal.clinic.fhir.receiving import references
from wheal.clinic.fhir.receiving.taken import Taken, warning
from wheal.clinic.patients import actions, elsewhere
from wheal.clinic.patients.models import History, Patient
from wheal.fhir import canonical, matching, questionnaires
from wheal.fhir.datatypes import instant
from wheal.fhir.outcomes import Problem, Refused, refused

AHEAD = timedelta(minutes=10)
"""By which the clock of another system may be wrong."""
EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
"""Nobody who filled in a form before that comes today."""


def take(sent: Mapping[str, Any], caller: Caller, path: str) -> Taken:
    """Raises Refused; a draft that somebody of the clinic is filling in is never overwritten."""
    if sent.get("status") != "completed":
        raise refused(422, "not-supported", "only what is completed is taken", f"{path}.status")
    if str(sent.get("questionnaire", "")).partition("|")[0] != canonical.QUESTIONNAIRE:
        raise refused(
            422, "not-supported", f"answers to {canonical.QUESTIONNAIRE} are taken", f"{path}.questionnaire"
        )
    patient = references.patient(sent.get("subject"), caller, f"{path}.subject")
    if held := _waits_already(sent, patient, caller):
        return Taken(held.pk, (_waits(held),), (_waits(held),), waits=True, is_new=False, whose=patient.pk)
    last = patient.histories.completed().select_related("patient__clinic").first()
    day = _own_day(sent, last, caller, f"{path}.authored")
    known = knowledge.current()
    _of_the_person(sent, patient, caller, f"{path}.source")
    read = _read(sent, caller, known, path)
    if patient.histories.filter(completed_at=None).exists():
        raise refused(
            409, "conflict", "somebody of the clinic is filling in this history: complete it there first"
        )
    form = Form(patient, last, read, day, caller, known, _filled_in(sent, caller))
    taken = _completed(form) if day == caller.clinic.day_of() else _laid_beside(form)
    beside = (*_of_another_version(sent, known, path), *read.told)
    return replace(taken, told=(*taken.told, *beside), bare=(*taken.bare, *beside))


def _of_the_person(sent: Mapping[str, Any], patient: Patient, caller: Caller, path: str) -> None:
    """A history is told back as the person's own answers."""
    source = sent.get("source")
    if source is not None and references.named(source, caller) != ("Patient", str(patient.pk)):
        words = "the history holds what the person says: answers of anybody else are not taken as theirs"
        raise refused(422, "business-rule", words, path)


def _of_another_version(sent: Mapping[str, Any], known: knowledge.Knowledge, path: str) -> Iterator[Problem]:
    version = str(sent["questionnaire"]).partition("|")[2]
    if version not in ("", known.version):
        words = f"answers to version {version}, here is {known.version}: are the questions still the same?"
        yield warning(words, f"{path}.questionnaire")


@dataclass(frozen=True, slots=True)
class Form:
    """`last`: the newest history of the person here. `day`: None where it does not say on which it was filled in.
    `filled_in`: that day, or the moment, as it is kept; None where its clock is ahead of ours."""

    patient: Patient
    last: History | None
    read: questionnaires.Read
    day: date | None
    caller: Caller
    known: knowledge.Knowledge
    filled_in: str | None = None

    def kept_beside(self, given: questionnaires.Answers) -> questionnaires.Answers:
        return elsewhere.kept_beside(self.last, given, self.known, on=self.caller.clinic.day_of())

    def with_withheld(self, held: questionnaires.Answers) -> questionnaires.Answers:
        """`held`, and beside it what was not told there: it is not known here, and is asked."""
        return elsewhere.with_words(held, [self._withheld(*each) for each in self.read.withheld.items()])

    def _withheld(self, question: str, why: str) -> elsewhere.Statement:
        return elsewhere.Statement(
            self.known.text(f"question.{question}.ask", self.caller.clinic.language), "", "withheld", question,
            (("absent", why),), self.day, self.caller.program, "QuestionnaireResponse",
        )  # fmt: skip

    def saved(self, by: Callable[..., History], answers: questionnaires.Answers) -> History:
        after = self.last.pk if self.last else 0
        return by(
            patient=self.patient,
            answers=answers,
            version=0,
            after=after,
            by=self.caller.user,
            known=self.known,
        )


def _read(
    sent: Mapping[str, Any], caller: Caller, known: knowledge.Knowledge, path: str
) -> questionnaires.Read:
    read = questionnaires.read(sent, known, today=caller.clinic.day_of(), path=path)
    if read.problems:
        raise Refused(422, *read.problems)
    if not read.answers:
        raise refused(422, "required", "nothing is answered", f"{path}.item")
    return read


def _own_day(sent: Mapping[str, Any], last: History | None, caller: Caller, path: str) -> date | None:
    """On which it was filled in; None where it does not say a whole day. What is taken is the newest history from then
    on: it may be of no day to come, and none of before the newest."""
    authored = str(sent.get("authored", ""))
    if not authored:
        return None
    zone = ZoneInfo(caller.clinic.time_zone)
    matching.checked_date(path, authored, zone)
    begun, over = matching.span(authored, zone)
    if begun < EARLIEST:
        raise refused(422, "business-rule", f"{authored} is before {EARLIEST.year}: is the year right?", path)
    if begun > timezone.now() + AHEAD:
        raise refused(422, "business-rule", f"{authored} has not come", path)
    if last and over <= last.completed_at:
        words = f"one completed on {caller.clinic.day_of(last.completed_at)} is a newer history than that of {authored}"
        raise refused(409, "conflict", words, path)
    is_a_day = over - begun <= timedelta(days=1)
    return min(begun.astimezone(zone).date(), caller.clinic.day_of()) if is_a_day else None


def _filled_in(sent: Mapping[str, Any], caller: Caller) -> str | None:
    """As it is kept, no sharper than it was told."""
    authored = str(sent.get("authored", ""))
    if "T" not in authored:
        return authored or None
    begun, _over = matching.span(authored, ZoneInfo(caller.clinic.time_zone))
    return instant(begun) if begun <= timezone.now() else None


def _completed(form: Form) -> Taken:
    given = form.read.answers
    kept = form.kept_beside(given)
    by = partial(actions.complete_history, filled_in=form.filled_in)
    done = form.saved(by, form.with_withheld({**kept, **given}))
    yeses = sorted(
        name for name, answer in kept.items() if name in form.known.questions and elsewhere.is_yes(answer)
    )
    if not yeses:
        return Taken(done.pk)
    words = (
        f"not in these answers, and known here: {', '.join(yeses)}. Each is kept as of the day on which it was said, "
        "and counts until somebody asks again"
    )
    return Taken(done.pk, (warning(words),))


def _laid_beside(form: Form) -> Taken:
    held, day = form.kept_beside({}), form.day
    laid = elsewhere.with_form(held, form.read.answers, day, form.caller.program, form.known)
    answers = form.with_withheld(laid)
    if answers == held:
        raise refused(
            422, "business-rule", "it answers nothing that an earlier day can answer, and is not held here"
        )
    draft = form.saved(actions.save_history, answers)
    told = _waits(draft, f"on {day}" if day else "on a day that it does not tell")
    return Taken(draft.pk, (told,), (told,), waits=True, whose=form.patient.pk)


def _waits(draft: History, when: str = "on an earlier day") -> Problem:
    words = (
        f"said elsewhere, {when}: it answers nothing today. It waits in the draft of the history; once somebody of the "
        f"clinic has asked, that is QuestionnaireResponse/{draft.pk}"
    )
    return warning(words)


def _waits_already(sent: Mapping[str, Any], patient: Patient, caller: Caller) -> History | None:
    """The draft into which this very one was laid, by its number."""
    number = sent.get("identifier", {})
    kept = Identifier.objects.filter(
        clinic=caller.clinic, kind="QuestionnaireResponse", system=number.get("system", ""),
        value=number.get("value", ""),
    )  # fmt: skip
    return patient.histories.filter(completed_at=None, pk__in=kept.values("key")).first()
