"""What counts as an entry about a patient: the term of keeping runs from the latest of them.

Whatever was written about the patient or sent from home counts, in whichever table: a term that runs from visits
alone would end sooner. A table that is added must be named here, one way or the other; a test holds it.
"""

from __future__ import annotations

from typing import Any, Final

from django.db.models import OuterRef, QuerySet, Subquery

from wheal.clinic.appointments.models import Appointment, State, Waiting
from wheal.clinic.followup.models import Contact, Measure
from wheal.clinic.patients.models import History, Patient
from wheal.clinic.photographs.models import Photograph, PhotographConsent, PhotographConsentWithdrawal
from wheal.clinic.portal.models import HandedText, Message, OwnAct, OwnHistory
from wheal.clinic.preparing.models import Answer, Behaviour, Kept, Letter, OwnDoctor, Question, Sending
from wheal.clinic.quotes.models import Payment, Quote, Step
from wheal.clinic.safety.authorities.models import Declaration, DutyMet, Receipt, Sent
from wheal.clinic.safety.models import Attempt, Reach
from wheal.clinic.safety.reactions.models import Assessment, Correction, FollowUp, Reaction
from wheal.clinic.safety.reporting.models import PatientReport, PhotographsTakenBack
from wheal.clinic.treatments.models import Amendment, Consent, ConsentWithdrawal, Plan, Quoted, Session

CAME: Final = Appointment.objects.filter(state__in=(State.ARRIVED, State.DONE))

ENTRIES: Final[tuple[tuple[QuerySet[Any], str, str], ...]] = (
    (History.objects.all(), "patient", "completed_at"),
    (History.objects.all(), "patient", "saved_at"),
    (OwnHistory.objects.all(), "patient", "sent_at"),
    (OwnHistory.objects.all(), "patient", "checked_at"),
    (Message.objects.all(), "patient", "written_at"),
    (OwnAct.objects.all(), "patient", "done_at"),
    (HandedText.objects.all(), "session__patient", "handed_at"),
    (Plan.objects.all(), "patient", "saved_at"),
    (Consent.objects.all(), "plan__patient", "signed_at"),
    (ConsentWithdrawal.objects.all(), "consent__plan__patient", "withdrawn_at"),
    (Quoted.objects.all(), "plan__patient", "handed_at"),
    (Session.objects.all(), "patient", "saved_at"),
    (Session.objects.all(), "patient", "signed_at"),
    (Amendment.objects.all(), "session__patient", "made_at"),
    (Measure.objects.all(), "patient", "recorded_at"),
    (Contact.objects.all(), "patient", "recorded_at"),
    (Reaction.objects.all(), "patient", "recorded_at"),
    (FollowUp.objects.all(), "reaction__patient", "written_at"),
    (Assessment.objects.all(), "reaction__patient", "made_at"),
    (Correction.objects.all(), "reaction__patient", "made_at"),
    (PatientReport.objects.all(), "patient", "sent_at"),
    (PhotographsTakenBack.objects.all(), "report__patient", "taken_back_at"),
    (Declaration.objects.all(), "reaction__patient", "saved_at"),
    (DutyMet.objects.all(), "reaction__patient", "written_at"),
    (Sent.objects.all(), "declaration__reaction__patient", "written_at"),
    (Receipt.objects.all(), "sent__declaration__reaction__patient", "written_at"),
    (Reach.objects.all(), "patient", "settled_at"),
    (Attempt.objects.all(), "reach__patient", "made_at"),
    (Photograph.objects.all(), "patient", "added_at"),
    (PhotographConsent.objects.all(), "patient", "signed_at"),
    (PhotographConsentWithdrawal.objects.all(), "consent__patient", "withdrawn_at"),
    (CAME, "patient", "starts_at"),
    (Appointment.objects.all(), "patient", "changed_at"),
    (Waiting.objects.all(), "patient", "added_at"),
    (Quote.objects.all(), "patient", "saved_at"),
    (Quote.objects.all(), "patient", "sent_at"),
    (Step.objects.all(), "quote__patient", "taken_at"),
    (Payment.objects.all(), "quote__patient", "recorded_at"),
    (Behaviour.objects.all(), "patient", "agreed_at"),
    (Kept.objects.all(), "behaviour__patient", "recorded_at"),
    (OwnDoctor.objects.all(), "patient", "recorded_at"),
    (Letter.objects.all(), "plan__patient", "made_at"),
    (Sending.objects.all(), "letter__plan__patient", "recorded_at"),
    (Question.objects.all(), "patient", "recorded_at"),
    (Answer.objects.all(), "question__patient", "recorded_at"),
)
"""Rows, the way from them to the patient, and the column of the moment."""

NO_ENTRIES: Final = frozenset(
    {
        # doors to the record, and who went through them
        "patients.link", "fhir.healthlink", "breakglass.opening",
        # about the record, not in it: a wish for deletion would otherwise keep it for as long again
        "portal.datarequest", "rights.forgetting", "appointments.noreminders",
        # made by the machine from other rows
        "patients.searchword", "safety.exposed", "safety.sighting", "appointments.reminder",
        # parts of what is counted as a whole
        "treatments.mix", "treatments.mixcomponent", "treatments.pass", "treatments.thingused", "safety.tie",
        "safety.place", "safety.reportphotograph", "quotes.quoteline",
    }
)  # fmt: skip


def _last(rows: QuerySet[Any], patient: str, moment: str) -> Subquery:
    held = rows.filter(**{patient: OuterRef("pk"), f"{moment}__isnull": False})
    return Subquery(held.order_by(f"-{moment}").values(moment)[:1])


_SEEN: Final = {f"entry_{number}": _last(*entry) for number, entry in enumerate(ENTRIES)}


def with_entries(patients: QuerySet[Patient]) -> QuerySet[Patient]:
    return patients.annotate(**_SEEN)


def last_entry(row: Patient) -> Any:
    """The moment, of one that was asked `with_entries`: of the registration where nothing followed."""
    moments = [row.created_at, *(getattr(row, name) for name in _SEEN)]
    return max(moment for moment in moments if moment)
