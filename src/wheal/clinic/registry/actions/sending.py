"""Sending what is new, each night."""

from __future__ import annotations

from collections import defaultdict

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import transaction
from django.utils import timezone

from wheal import knowledge
from wheal.clinic.audit import actions as audit
from wheal.clinic.registry import copies
from wheal.clinic.registry.actions.enrolling import keys
from wheal.clinic.registry.actions.fetching import fetch
from wheal.clinic.registry.actions.leaving import note, take_out
from wheal.clinic.registry.actions.receiving import sweep
from wheal.clinic.registry.actions.releasing import release_if_due
from wheal.clinic.registry.answering import NotCounted, count_anew, today
from wheal.clinic.registry.delivering import NotDelivered, Registry, address, registry, store
from wheal.clinic.registry.extracting import Tables, months, over_by
from wheal.clinic.registry.models import Destination, Enrolment, Sending
from wheal.knowledge import Knowledge
from wheal.measures.submissions import Packed, packed


def nightly() -> dict[str, object]:
    known, told = knowledge.current(), {"sent": 0, "not_sent": 0, "swept": sweep()}
    if address():
        told |= {"answered": 0, "not_answered": 0}
    for made in Enrolment.objects.select_related("clinic"):
        if made.ended_at:
            take_out(made)
            continue
        try:
            told["sent"] += len(send(made, known))
        except NotDelivered as problem:
            note(made, problem, address())
            told["not_sent"] += 1
        if address():
            told["answered" if fetch(made) else "not_answered"] += 1
        else:
            copies.drop(made.name)
    return dict(told) | {"merged": store().merge()} | _counted() | _released()


def _counted() -> dict[str, object]:
    """What the pages tell of a large store."""
    try:
        return {"counted": count_anew(today())}
    except NotCounted:
        return {"not_counted": 1}


def _released() -> dict[str, object]:
    try:
        made = release_if_due(today())
    except NotCounted:
        return {"not_released": 1}
    return {"released": f"{made.on}"} if made else {}


def send(enrolment: Enrolment, known: Knowledge) -> list[Sending]:
    """Every month that is over and not held as it was when this round began; broken off, the next night goes on. One of
    which nothing is left by now is sent without a row, so that what was there goes. Raises NotDelivered, and where the
    registry refused a month only after the others were sent."""
    (hiding, key), to, over = keys(enrolment), registry(), over_by(enrolment)
    held = to.held(enrolment.name, key)
    last = {row.month: row for row in enrolment.sendings.order_by("edition")}
    gone: dict[str, Tables] = {month: {} for month in last.keys() & held.keys() if month < over}
    told = sorted((gone | months(enrolment, hiding, known)).items())
    made = {
        month: packed(enrolment.name, month, tables, edition=edition, knowledge=known.version)
        for month, tables in told
        for edition in [_edition(last.get(month), held.get(month, 0))]
    }
    offered = _offered(enrolment, over, {month: one.content for month, one in made.items()})
    due = {month: one for month, one in made.items() if offered.get(month) == one.content}
    done, refused = [], []
    for month, one in due.items():
        try:
            done.append(_send(enrolment, one, last.get(month), held.get(month, 0), key, to))
        except NotDelivered as problem:
            if problem.reason != "refused":
                raise
            refused.append(f"{month}: {problem.words}")
    if refused:
        raise NotDelivered("refused", "; ".join(refused))
    return [row for row in done if row]


def _edition(last: Sending | None, held: int) -> int:
    return max(held, last.edition if last else 0) + 1


@transaction.atomic
def _offered(enrolment: Enrolment, over: str, now: dict[str, str]) -> dict[str, str]:
    """The content of each month as it stood on the first night of this round on which the registry answered. What has
    changed since waits for the next: what leaves, when asked for again too, tells no day but the clinic's own."""
    made = Enrolment.objects.standing().select_for_update().filter(pk=enrolment.pk).first()
    if made is None:
        raise NotDelivered("ended")
    if made.round != over:
        made.round, made.offered = over, now
        made.save(update_fields=["round", "offered"])
    return dict(made.offered or {})


def _send(
    enrolment: Enrolment, sent: Packed, last: Sending | None, held: int, key: Ed25519PrivateKey, to: Registry
) -> Sending | None:  # fmt: skip
    month, edition = sent.manifest.month, sent.manifest.edition
    if last and last.content == sent.content and held == last.edition:
        return None
    _remember(enrolment)
    to.deliver(sent, key)
    rows: dict[str, int] = defaultdict(int)
    for part in sent.manifest.parts:
        rows[part.table] += part.rows
    with transaction.atomic():
        row = Sending.objects.create(
            enrolment=enrolment,
            month=month,
            edition=edition,
            content=sent.content,
            rows=dict(rows),
            sent_at=timezone.now(),
        )
        audit.record(
            by=None, what="registry.sent", clinic=enrolment.clinic,
            detail={"month": month, "edition": edition, "rows": sum(rows.values())},
            fixes=[Sending.objects.filter(pk=row.pk)],
        )  # fmt: skip
    return row


@transaction.atomic
def _remember(enrolment: Enrolment) -> None:
    """Before anything leaves: where it goes. Whoever has left meanwhile sends no more."""
    if not Enrolment.objects.standing().select_for_update().filter(pk=enrolment.pk).exists():
        raise NotDelivered("ended")
    Destination.objects.get_or_create(
        enrolment=enrolment, address=address(), defaults={"first_at": timezone.now()}
    )
