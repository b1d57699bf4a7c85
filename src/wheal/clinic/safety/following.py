"""A list that is being worked off follows the record: whoever is found to have received it later comes onto it.

Amendments are made, drafts are signed, products get the code that shows them to be the same, while people are called.
Each time somebody looks at the list, and every night, it is held against the record anew. Nobody ever leaves it.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from wheal.clinic.audit import actions as audit
from wheal.clinic.people.models import Clinic, User
from wheal.clinic.safety import webs, whom
from wheal.clinic.safety.models import Reach, Recall
from wheal.clinic.treatments.models import Amendment


@dataclass(frozen=True, slots=True)
class Met:
    was_injected: bool
    why: str  # a code of JOINED, if they are not on the list yet


def met(recall: Recall) -> dict[int, Met]:
    """Everybody who belongs on the list by the record as it stands, by patient, as lists are sorted."""
    if recall.lot is None:
        found = whom.people(whom.met(recall.clinic, recall.exposure, recall.since))
        return {patient: Met(signed, "session") for patient, signed in found.items()}
    return {
        one.id: Met(
            one.was_injected, "amendment" if any(each.corrected for each in one.sessions) else "session"
        )
        for one in webs.of_lots([recall.lot]).patients
    }


def follow(*, recall: Recall, by: User | None) -> list[Reach]:
    """Those who came onto the list by this; nothing where it is closed. `by` None: the night."""
    if recall.closed_at is not None or not _lacks(recall, met(recall)):
        return []
    return _grown(recall, by)


@transaction.atomic
def _grown(recall: Recall, by: User | None) -> list[Reach]:
    recall = (
        Recall.objects.select_for_update(of=("self",))
        .select_related("clinic", "lot__product")
        .get(pk=recall.pk)
    )
    found = met(recall)
    lacking = {} if recall.closed_at else _lacks(recall, found)
    new = [patient for patient, one in lacking.items() if one is None]
    now = timezone.now()
    Reach.objects.bulk_create(
        Reach(
            recall=recall, patient_id=patient, was_injected=found[patient].was_injected, joined_at=now,
            joined_why=found[patient].why,
        )
        for patient in new
    )  # fmt: skip
    Reach.objects.filter(recall=recall, patient__in=lacking.keys() - new).update(was_injected=True)
    if new:
        detail = {"patients": new, "why": sorted({found[patient].why for patient in new})}
        audit.record(by=by, what="safety.recall_grew", subject=recall, clinic=recall.clinic, detail=detail)
    return list(recall.people.filter(patient__in=new).select_related("patient"))


def _lacks(recall: Recall, found: dict[int, Met]) -> dict[int, bool | None]:
    """Who is not on it (None), or stands there as not injected and was (False)."""
    held = dict(recall.people.values_list("patient", "was_injected"))
    return {
        patient: held.get(patient)
        for patient, one in found.items()
        if patient not in held or (one.was_injected and not held[patient])
    }


def unlisted(clinic: Clinic) -> list[Amendment]:
    """Those that brought somebody to a recalled lot when its recall was closed already, while no list names them. Each
    with its lot and patient."""
    closed = Recall.objects.filter(lot=OuterRef("lot"), is_drill=False, closed_at__lt=OuterRef("made_at"))
    named = Reach.objects.filter(
        recall__lot=OuterRef("lot"), recall__is_drill=False, patient=OuterRef("session__patient")
    )
    under_way = Recall.objects.filter(lot=OuterRef("lot"), is_drill=False, closed_at=None)
    late = Amendment.objects.filter(
        Exists(closed),
        ~Exists(named),
        ~Exists(under_way),
        session__clinic=clinic,
        lot__recalled_at__isnull=False,
    )
    return list(late.select_related("lot__product", "session__patient"))
