"""All that changes a recall. Keyword-only, one transaction each, the audit row inside."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from wheal import notices
from wheal.clinic import walls
from wheal.clinic.audit import actions as audit
from wheal.clinic.people.models import Clinic, User
from wheal.clinic.safety import following, matching, same
from wheal.clinic.safety.models import ENDED, SETTLED, STATUSES, TAKEN_BACK, Attempt, Notice, Reach, Recall
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
    notices.refuse_none(matching.read_as(text, is_table), matching.numbers_here(clinic))
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
    detail = {"lot": lot.pk, "number": lot.number, "people": _listed(recall), "drill": is_drill}
    if origin:
        detail["opened_from"] = origin.clinic.name
    audit.record(by=by, what="safety.recall_opened", subject=recall, clinic=clinic, detail=detail)
    return recall


def _listed(recall: Recall) -> int:
    found = following.met(recall)
    Reach.objects.bulk_create(
        Reach(recall=recall, patient_id=patient, was_injected=one.was_injected)
        for patient, one in found.items()
    )
    return len(found)


def catch_up(*, recall: Recall, by: User | None) -> list[Reach]:
    """Whoever is found to belong on the list by now comes onto it, and a clinic that is found to hold the lot gets a
    list of its own. Nobody is taken off. `by` None: the night. The answer is who came onto this one."""
    if recall.lot and not (recall.is_drill or recall.origin_id or recall.closed_at):
        with walls.every_clinic():
            for lot in _found_elsewhere(recall):
                _opened_there(lot, recall, by)
    return following.follow(recall=recall, by=by)


def _found_elsewhere(recall: Recall) -> QuerySet[Lot]:
    """Held as the same since the opening, and on no list for it."""
    under_way = Recall.objects.filter(lot=OuterRef("pk"), closed_at=None, is_drill=False)
    theirs = Recall.objects.filter(lot=OuterRef("pk"), origin=recall)
    return same.everywhere(recall.lot).filter(~Exists(under_way), ~Exists(theirs))


@transaction.atomic
def _opened_there(lot: Lot, recall: Recall, by: User | None) -> None:
    lot = _held(Lot.objects.filter(pk=lot.pk)).get()
    if not _is_called_back(lot):
        _opened(lot, recall.reason, by or recall.opened_by, origin=recall)


def catch_up_all(clinic: Clinic, by: User | None) -> list[Reach]:
    rows = Recall.objects.filter(clinic=clinic, closed_at=None).select_related(
        "clinic", "lot__product__clinic", "opened_by"
    )
    return [reach for recall in rows for reach in catch_up(recall=recall, by=by)]


def nightly() -> dict[str, object]:
    """Every open list of every clinic. Says how many people came onto one."""
    new = [reach for clinic in Clinic.objects.order_by("pk") for reach in catch_up_all(clinic, None)]
    return {"added": len(new), "recalls": sorted({reach.recall_id for reach in new})}


@transaction.atomic
def open_list(
    *,
    clinic: Clinic,
    exposure: Exposure,
    called: str,
    since: date,
    reason: str,
    by: User,
    origin: Recall | None = None,
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
        clinic=clinic, kind=kind, name=name, called=called, since=since, reason=reason.strip(), opened_by=by,
        origin=origin,
    )  # fmt: skip
    detail = {"kind": kind, "id": name, "since": since.isoformat(), "people": _listed(made)}
    audit.record(by=by, what="safety.list_opened", subject=made, clinic=clinic, detail=detail)
    return made


@transaction.atomic
def note_attempt(*, reach: Reach, status: str, by: User, note: str = "") -> Attempt:
    """What came of a call, a message or a visit. Every try stays; the last one says where the person stands, and
    who was told stays told until that is taken back.

    Raises RecallRefused: unknown_status, closed; why_missing where one gives up or takes back without a word.
    """
    if status not in STATUSES:
        raise RecallRefused("unknown_status")
    if status in (*ENDED, TAKEN_BACK) and not note.strip():
        raise RecallRefused("why_missing")
    reach = Reach.objects.select_for_update().select_related("recall__clinic", "patient").get(pk=reach.pk)
    if reach.recall.closed_at:
        raise RecallRefused("closed")
    attempt = Attempt.objects.create(reach=reach, status=status, note=note.strip(), made_by=by)
    if not reach.settled_at or status in (*SETTLED, TAKEN_BACK):
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
    """Ends the work list. Raises RecallRefused: conclusion_missing; people_left where somebody has neither been told
    nor is unwilling or given up with a written reason. Who is found to belong on it only now is on it, and left."""
    following.follow(recall=recall, by=by)
    recall = Recall.objects.select_for_update().get(pk=recall.pk)
    if recall.closed_at:
        return recall
    if not conclusion.strip():
        raise RecallRefused("conclusion_missing")
    if not recall.is_drill and recall.people.left().exists():
        raise RecallRefused("people_left")
    recall.closed_at, recall.closed_by, recall.conclusion = timezone.now(), by, conclusion.strip()
    recall.save(update_fields=["closed_at", "closed_by", "conclusion"])
    detail = {
        "people": recall.people.count(), "not_reached": recall.people.filter(settled_at=None).count(),
    }  # fmt: skip
    audit.record(
        by=by,
        what="safety.recall_closed",
        subject=recall,
        clinic=recall.clinic,
        detail=detail,
        fixes=[Recall.objects.filter(pk=recall.pk)],
    )
    return recall
