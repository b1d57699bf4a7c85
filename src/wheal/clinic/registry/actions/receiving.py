"""What clinics of other servers send to the registry of this one: who may, and what becomes of it."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import timedelta
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db import transaction
from django.utils import timezone

from wheal.clinic.audit import actions as audit
from wheal.clinic.registry.actions.telling import tell
from wheal.clinic.registry.benchmark import Told
from wheal.clinic.registry.delivering import allowed, store
from wheal.clinic.registry.models import Contributor
from wheal.measures.letters import (
    ANSWERS,
    FORGET,
    HELD,
    NAME,
    NO_SUCH_QUESTION,
    NotGenuine,
    proven,
    read,
    whose,
    whose_proof,
)

WAITS: Final = timedelta(days=30)
"""How long a part lies whose month does not come."""


class NotAdmitted(Exception):
    """Says why."""


class NotKnown(NotGenuine):
    """No such clinic sends here, and nothing of it is held."""


@transaction.atomic
def admit(*, name: str, key: str, called: str) -> Contributor:
    """At the console: by whoever keeps the registry."""
    if not NAME.fullmatch(name) or len(key) != 64 or not called:
        raise NotAdmitted("the name, the key of 64 signs and what the clinic is called")
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key))
    except ValueError as problem:
        raise NotAdmitted(f"{key} is no key") from problem
    if Contributor.objects.filter(name=name).exists():
        raise NotAdmitted(f"{name} is known here already; a clinic that left comes back under another name")
    made = Contributor.objects.create(name=name, key=key.lower(), called=called, admitted_at=timezone.now())
    audit.record(by=None, what="registry.admitted", subject=made, detail={"name": name})
    return made


def let_go(*, contributor: Contributor, why: str) -> None:
    """Everything of this clinic is taken out first; broken off in between, it is asked for again. What came in
    meanwhile goes too: here, or by `_still_sends` where it is written only after this."""
    store().forget(contributor.name)
    with transaction.atomic():
        contributor.ended_at = timezone.now()
        contributor.save(update_fields=["ended_at"])
        detail = {"name": contributor.name, "why": why}
        audit.record(by=None, what="registry.left", subject=contributor, detail=detail)
    store().forget(contributor.name)


def take_letter(*, letter: bytes, shown: str, here: str) -> dict[str, object] | Told:
    """What is answered. `shown`: the Authorization header; `here`: the address by which this registry was asked.
    Raises NotGenuine, Refused, NotWhole."""
    made = _proven(shown, hashlib.sha256(letter).hexdigest(), here)
    if whose(letter) != made.name:
        raise NotGenuine("the letter is of another clinic than its proof")
    said = read(letter, _key(made))
    if "asks" in said:
        return _asked(made, str(said["asks"]), str(said.get("has", "")))
    if missing := store().wanted(letter, _key(made), allowed()):
        return {"missing": missing}
    receipt = store().accept(letter, _key(made), allowed())
    _still_sends(made)
    detail = {"name": made.name, "month": receipt.month, "edition": receipt.edition}
    audit.record(by=None, what="registry.taken", subject=made, detail=detail)
    return {"receipt": {"month": receipt.month, "edition": receipt.edition, "rows": receipt.rows}}


def _asked(made: Contributor, what: str, has: str) -> dict[str, object] | Told:
    if what == HELD:
        return {"held": store().editions(made.name)}
    if what == FORGET:
        let_go(contributor=made, why="the clinic ended it")
        return {"forgotten": made.name}
    if what == ANSWERS:
        told = tell(made=made, has=has)
        _still_sends(made)
        return told
    raise NotGenuine(NO_SUCH_QUESTION)


def take_part(*, shown: str, digest: str, body: bytes, here: str) -> None:
    """`shown` and `here` as of a letter. Raises NotGenuine, NotWhole."""
    made = _proven(shown, digest, here)
    store().waiting.take(made.name, digest, body)
    _still_sends(made)


def take_out_months(*, months: Collection[tuple[str, str]]) -> None:
    """At the console: months that cannot be counted. Each clinic finds them missing and sends them again."""
    for clinic, month in sorted(months):
        store().drop(clinic, month)
        audit.record(by=None, what="registry.month_taken_out", detail={"name": clinic, "month": month})


def sweep() -> int:
    return store().waiting.sweep((timezone.now() - WAITS).timestamp())


def _proven(shown: str, digest: str, here: str) -> Contributor:
    made = _known(whose_proof(shown))
    proven(shown, digest, _key(made), here=here, now=int(timezone.now().timestamp()))
    return made


def _known(name: str) -> Contributor:
    made = Contributor.objects.standing().filter(name=name).first()
    if made is None and store().holds(name):
        raise NotGenuine("this clinic may not send here, and something of it is held")
    if made is None:
        raise NotKnown("this clinic is not admitted here")
    return made


def _still_sends(made: Contributor) -> None:
    """Of a clinic that left while something of it was taken in, nothing stays."""
    if not Contributor.objects.standing().filter(pk=made.pk).exists():
        store().forget(made.name)
        raise NotKnown("this clinic has left, and nothing of it is held")


def _key(made: Contributor) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(bytes.fromhex(made.key))
