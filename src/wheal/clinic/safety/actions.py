"""All that changes a recall. Keyword-only, one transaction each, the audit row inside."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from wheal import notices
from wheal.clinic import walls
from wheal.clinic.audit import actions as audit
from wheal.clinic.people.models import Clinic, User
from wheal.clinic.safety import same, webs, whom
from wheal.clinic.safety.models import SETTLED, STATUSES, Attempt, Notice, Reach, Recall
from wheal.clinic.stock import actions as stock
from wheal.clinic.stock.models import Lot
from wheal.surveillance import Exposure


class RecallRefused(Exception):
    """Carries `reason`, a code that the page puts into words."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@transaction.atomic
def keep_notice(
    *, clinic: Clinic, sender: str, text: str, by: User, reference: str = "", is_table: bool = False
) -> Notice:
    """As it came. Raises NoticeUnreadable where no lot can be read out of it."""
    notices.read_table(text.encode()) if is_table else notices.read_text(text)
    kept = Notice.objects.create(
        clinic=clinic,
        sender=sender.strip(),
        reference=reference.strip(),
        text=text,
        is_table=is_table,
        kept_by=by,
    )
    audit.record(
        by=by,
        what="safety.notice_kept",
        subject=kept,
        clinic=clinic,
        detail={"sender": kept.sender, "reference": kept.reference},
        fixes=[Notice.objects.filter(pk=kept.pk)],
    )
    return kept


@transaction.atomic
def open_recall(
    *, lot: Lot, reason: str, by: User, is_drill: bool = False, notice: Notice | None = None
) -> Recall:
    """Block the lot in every clinic that holds it, and list everybody who received it, in one transaction.

    Whoever signs afterwards is refused, wherever they are. Each clinic works off its own list; the answer is that of
    the lot's own clinic. A drill lists the same people of this clinic alone, and blocks nothing.
    Raises RecallRefused: reason_missing, already_open.
    """
    if not reason.strip():
        raise RecallRefused("reason_missing")
    held = list(_held(same.everywhere(lot)))
    lot = next(each for each in held if each.pk == lot.pk)
    if is_drill:
        return _opened(lot, reason, by, notice=notice, is_drill=True)
    if _is_called_back(lot):
        raise RecallRefused("already_open")
    with walls.every_clinic():  # whoever received it, wherever they are
        first = _opened(lot, reason, by, notice=notice)
        for other in held:
            if other.pk != lot.pk and not _is_called_back(other):
                _opened(other, reason, by, origin=first)
    return first


def _held(lots: QuerySet[Lot]) -> QuerySet[Lot]:
    """Locked in one order, so that two recalls of one lot never wait for each other."""
    return lots.select_for_update(of=("self",)).select_related("product__clinic").order_by("pk")


def _is_called_back(lot: Lot) -> bool:
    return lot.recalls.filter(closed_at=None, is_drill=False).exists()


def _opened(
    lot: Lot,
    reason: str,
    by: User,
    *,
    notice: Notice | None = None,
    origin: Recall | None = None,
    is_drill: bool = False,
) -> Recall:
    clinic = lot.product.clinic
    if not is_drill and lot.recalled_at is None:
        stock.recall(lot=lot, reason=reason, by=by)
    recall = Recall.objects.create(
        clinic=clinic,
        lot=lot,
        reason=reason.strip(),
        is_drill=is_drill,
        opened_by=by,
        notice=notice,
        origin=origin,
    )
    found = webs.of_lots([lot])
    Reach.objects.bulk_create(
        Reach(recall=recall, patient_id=one.id, was_injected=one.was_injected) for one in found.patients
    )
    detail = {"lot": lot.pk, "number": lot.number, "people": len(found.patients), "drill": is_drill}
    if origin:
        detail["opened_from"] = origin.clinic.name
    audit.record(by=by, what="safety.recall_opened", subject=recall, clinic=clinic, detail=detail)
    return recall


@transaction.atomic
def open_list(
    *, clinic: Clinic, exposure: Exposure, called: str, since: date, reason: str, by: User
) -> Recall:
    """List everybody who met a thing since a day, to be called as in a recall. Blocks nothing by itself.

    Raises RecallRefused: reason_missing, already_open.
    """
    if not reason.strip():
        raise RecallRefused("reason_missing")
    Clinic.objects.select_for_update().get(pk=clinic.pk)  # two at a time would open two lists
    kind, name = exposure
    if Recall.objects.filter(clinic=clinic, lot=None, kind=kind, name=name, closed_at=None).exists():
        raise RecallRefused("already_open")
    made = Recall.objects.create(
        clinic=clinic, kind=kind, name=name, called=called, since=since, reason=reason.strip(), opened_by=by
    )
    found = whom.people(whom.met(clinic, exposure, since))
    Reach.objects.bulk_create(
        Reach(recall=made, patient_id=patient, was_injected=signed) for patient, signed in found.items()
    )
    detail = {"kind": kind, "id": name, "since": since.isoformat(), "people": len(found)}
    audit.record(by=by, what="safety.list_opened", subject=made, clinic=clinic, detail=detail)
    return made


@transaction.atomic
def note_attempt(*, reach: Reach, status: str, by: User, note: str = "") -> Attempt:
    """What came of a call, a message or a visit. Every try stays; the last one says where the person stands."""
    if status not in STATUSES:
        raise RecallRefused("unknown_status")
    reach = Reach.objects.select_for_update().select_related("recall__clinic", "patient").get(pk=reach.pk)
    if reach.recall.closed_at:
        raise RecallRefused("closed")
    attempt = Attempt.objects.create(reach=reach, status=status, note=note.strip(), made_by=by)
    reach.status = status
    reach.settled_at = attempt.made_at if status in SETTLED else None
    reach.save(update_fields=["status", "settled_at"])
    audit.record(
        by=by,
        what="safety.attempt_noted",
        subject=reach,
        clinic=reach.recall.clinic,
        patient=reach.patient,
        detail={"recall": reach.recall_id, "status": status},
        fixes=[Attempt.objects.filter(pk=attempt.pk)],
    )
    return attempt


@transaction.atomic
def close_recall(*, recall: Recall, conclusion: str, by: User) -> Recall:
    """Ends the work list. Raises RecallRefused: conclusion_missing; people_left where somebody was never tried."""
    recall = Recall.objects.select_for_update().get(pk=recall.pk)
    if recall.closed_at:
        return recall
    if not conclusion.strip():
        raise RecallRefused("conclusion_missing")
    if recall.people.filter(status="").exists() and not recall.is_drill:
        raise RecallRefused("people_left")
    recall.closed_at, recall.closed_by, recall.conclusion = timezone.now(), by, conclusion.strip()
    recall.save(update_fields=["closed_at", "closed_by", "conclusion"])
    left = recall.people.filter(settled_at=None).count()
    detail = {"people": recall.people.count(), "not_reached": left}
    audit.record(
        by=by,
        what="safety.recall_closed",
        subject=recall,
        clinic=recall.clinic,
        detail=detail,
        fixes=[Recall.objects.filter(pk=recall.pk)],
    )
    return recall
