"""Agreeing to count together, ending that, and sending what is new."""

from __future__ import annotations

import secrets
from collections import defaultdict
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import transaction
from django.utils import timezone

from wheal import knowledge
from wheal.clinic import vault
from wheal.clinic.audit import actions as audit
from wheal.clinic.people.models import Clinic, User
from wheal.clinic.registry.actions.receiving import sweep
from wheal.clinic.registry.actions.releasing import release_if_due
from wheal.clinic.registry.answering import NotCounted
from wheal.clinic.registry.delivering import NotDelivered, Registry, registry, store
from wheal.clinic.registry.extracting import Tables, months
from wheal.clinic.registry.models import Enrolment, Sending
from wheal.knowledge import Knowledge
from wheal.measures.deidentifying import Hiding
from wheal.measures.submissions import packed

ABOUT = "registry enrolment"
SECRET = 32  # bytes of each of the two keys


class NotAgreed(Exception):
    """This clinic has no enrolment, or has one already."""


@transaction.atomic
def agree(*, clinic: Clinic, by: User) -> Enrolment:
    """Nothing is sent by this: the next night, or `send`, does."""
    if Enrolment.objects.standing().filter(clinic=clinic).exists():
        raise NotAgreed(f"{clinic} has agreed already")
    with vault.current().all_or_none() as put:
        kept = put([secrets.token_bytes(2 * SECRET)], about=ABOUT)
        made = Enrolment.objects.create(
            clinic=clinic,
            name=f"clinic-{secrets.token_hex(6)}",
            keys=kept.name,
            agreed_at=timezone.now(),
            agreed_by=by,
        )
        audit.record(by=by, what="registry.agreed", clinic=clinic, detail={"name": made.name})
    return made


@transaction.atomic
def end(*, clinic: Clinic, by: User) -> Enrolment:
    """What was sent is taken out of the registry, and the secret goes: its numbers can never be led back."""
    made = Enrolment.objects.standing().select_for_update().filter(clinic=clinic).first()
    if made is None:
        raise NotAgreed(f"{clinic} has no enrolment")
    made.ended_at, made.ended_by = timezone.now(), by
    made.save(update_fields=["ended_at", "ended_by"])
    audit.record(
        by=by, what="registry.ended", clinic=clinic, detail={"name": made.name},
        fixes=[Enrolment.objects.filter(pk=made.pk)],
    )  # fmt: skip
    transaction.on_commit(lambda: _take_out(made))
    return made


def is_taken_out(made: Enrolment) -> bool:
    """Of one that has ended. The keys go once the registry has let go of everything: they are what asks for it."""
    return not vault.current().holds(made.keys)


def _take_out(made: Enrolment) -> None:
    if is_taken_out(made):
        return
    try:
        registry().forget(made.name, _keys(made)[1])
    except NotDelivered as problem:
        if problem.reason != "unknown":
            _note(made, problem)
            return
    vault.current().remove(made.keys)


def nightly() -> dict[str, object]:
    known, told = knowledge.current(), {"sent": 0, "not_sent": 0, "swept": sweep()}
    for made in Enrolment.objects.select_related("clinic"):
        if made.ended_at:
            _take_out(made)
            continue
        try:
            told["sent"] += len(send(made, known))
        except NotDelivered as problem:
            _note(made, problem)
            told["not_sent"] += 1
    return dict(told) | {"merged": store().merge()} | _released()


def _released() -> dict[str, object]:
    try:
        made = release_if_due(timezone.localdate())
    except NotCounted:
        return {"not_released": 1}
    return {"released": f"{made.on}"} if made else {}


def _note(made: Enrolment, problem: NotDelivered) -> None:
    audit.record(
        by=None, what="registry.not_sent", clinic=made.clinic, refused=True,
        detail={"reason": problem.reason, "words": problem.words},
    )  # fmt: skip


def _keys(made: Enrolment) -> tuple[Hiding, Ed25519PrivateKey]:
    held = vault.current().read(made.keys, about=ABOUT)
    return Hiding(held[:SECRET]), Ed25519PrivateKey.from_private_bytes(held[SECRET:])


def public_key(made: Enrolment) -> str:
    """By which a registry elsewhere knows this clinic."""
    return _keys(made)[1].public_key().public_bytes_raw().hex()


def send(enrolment: Enrolment, known: Knowledge) -> list[Sending]:
    """Every month that is over and not held as it is now; broken off, the next night goes on. Raises NotDelivered, and
    where the registry refused a month only after the others were sent."""
    (hiding, key), to = _keys(enrolment), registry()
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
