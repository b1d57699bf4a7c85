"""Agreeing to count together, ending that, and sending what is new."""

from __future__ import annotations

import secrets
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from wheal import knowledge
from wheal.clinic import vault
from wheal.clinic.audit import actions as audit
from wheal.clinic.people.models import Clinic, User
from wheal.clinic.registry.extracting import Tables, months
from wheal.clinic.registry.models import Enrolment, Sending
from wheal.knowledge import Knowledge
from wheal.measures.deidentifying import Hiding
from wheal.measures.store import Store
from wheal.measures.submissions import packed, signed

ABOUT = "registry enrolment"
SECRET = 32  # bytes of each of the two keys


class NotAgreed(Exception):
    """This clinic has no enrolment, or has one already."""


def store() -> Store:
    return Store(settings.DATA / "registry")


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
def end(*, clinic: Clinic, by: User) -> None:
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
    transaction.on_commit(lambda: _forget(made))


def _forget(made: Enrolment) -> None:
    store().forget(made.name)
    vault.current().remove(made.keys)


def nightly() -> dict[str, object]:
    known = knowledge.current()
    return {
        "sent": sum(len(send(one, known)) for one in Enrolment.objects.standing().select_related("clinic"))
    }


def send(enrolment: Enrolment, known: Knowledge) -> list[Sending]:
    """Every month that is over and is not what was sent last. Broken off, it is done again the next night."""
    held = vault.current().read(enrolment.keys, about=ABOUT)
    hiding, key = Hiding(held[:SECRET]), Ed25519PrivateKey.from_private_bytes(held[SECRET:])
    last = {row.month: row for row in enrolment.sendings.order_by("edition")}
    made = []
    for month, tables in sorted(months(enrolment, hiding, known).items()):
        if sending := _send(enrolment, month, tables, last.get(month), key, known):
            made.append(sending)
    return made


def _send(
    enrolment: Enrolment,
    month: str,
    tables: Tables,
    last: Sending | None,
    key: Ed25519PrivateKey,
    known: Knowledge,
) -> Sending | None:
    edition = last.edition + 1 if last else 1
    sent = packed(enrolment.name, month, tables, edition=edition, knowledge=known.version)
    content = sha256("".join(part.digest for part in sent.manifest.parts).encode()).hexdigest()
    if last and last.content == content:
        return None
    kept = store()
    for digest in kept.missing(sent.manifest):
        kept.take(digest, sent.bodies[digest])
    receipt = kept.accept(signed(sent.manifest, key), key.public_key())
    with transaction.atomic():
        row = Sending.objects.create(
            enrolment=enrolment,
            month=month,
            edition=edition,
            content=content,
            rows=receipt.rows,
            sent_at=timezone.now(),
        )
        audit.record(
            by=None, what="registry.sent", clinic=enrolment.clinic,
            detail={"month": month, "edition": edition, "rows": sum(receipt.rows.values())},
            fixes=[Sending.objects.filter(pk=row.pk)],
        )  # fmt: skip
    return row
