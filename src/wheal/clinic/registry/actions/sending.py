"""Sending what is new, each night."""

from __future__ import annotations

from collections import defaultdict
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import transaction
from django.utils import timezone

from wheal import knowledge
from wheal.clinic.audit import actions as audit
from wheal.clinic.registry.actions.enrolling import keys
from wheal.clinic.registry.actions.leaving import note, take_out
from wheal.clinic.registry.actions.receiving import sweep
from wheal.clinic.registry.actions.releasing import release_if_due
from wheal.clinic.registry.answering import NotCounted, count_anew
from wheal.clinic.registry.delivering import NotDelivered, Registry, address, registry, store
from wheal.clinic.registry.extracting import Tables, months
from wheal.clinic.registry.models import Destination, Enrolment, Sending
from wheal.knowledge import Knowledge
from wheal.measures.submissions import packed


def nightly() -> dict[str, object]:
    known, told = knowledge.current(), {"sent": 0, "not_sent": 0, "swept": sweep()}
    for made in Enrolment.objects.select_related("clinic"):
        if made.ended_at:
            take_out(made)
            continue
        try:
            told["sent"] += len(send(made, known))
        except NotDelivered as problem:
            note(made, problem, address())
            told["not_sent"] += 1
    return dict(told) | {"merged": store().merge()} | _counted() | _released()


def _counted() -> dict[str, object]:
    """What the pages tell of a large store."""
    try:
        return {"counted": count_anew(timezone.localdate())}
    except NotCounted:
        return {"not_counted": 1}


def _released() -> dict[str, object]:
    try:
        made = release_if_due(timezone.localdate())
    except NotCounted:
        return {"not_released": 1}
    return {"released": f"{made.on}"} if made else {}


def send(enrolment: Enrolment, known: Knowledge) -> list[Sending]:
    """Every month that is over and not held as it is now; broken off, the next night goes on. Raises NotDelivered, and
    where the registry refused a month only after the others were sent."""
    (hiding, key), to = keys(enrolment), registry()
    held = to.held(enrolment.name, key)
    last = {row.month: row for row in enrolment.sendings.order_by("edition")}
    made, refused = [], []
    for month, tables in sorted(months(enrolment, hiding, known).items()):
        edition = held.get(month, 0)
        try:
            made.append(_send(enrolment, month, tables, last.get(month), edition, key, to, known))
        except NotDelivered as problem:
            if problem.reason != "refused":
                raise
            refused.append(f"{month}: {problem.words}")
    if refused:
        raise NotDelivered("refused", "; ".join(refused))
    return [row for row in made if row]


def _send(
    enrolment: Enrolment,
    month: str,
    tables: Tables,
    last: Sending | None,
    held: int,
    key: Ed25519PrivateKey,
    to: Registry,
    known: Knowledge,
) -> Sending | None:
    edition = max(held, last.edition if last else 0) + 1
    sent = packed(enrolment.name, month, tables, edition=edition, knowledge=known.version)
    content = sha256("".join(part.digest for part in sent.manifest.parts).encode()).hexdigest()
    if last and last.content == content and held == last.edition:
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
            content=content,
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
