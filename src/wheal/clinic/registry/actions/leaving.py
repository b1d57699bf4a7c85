"""Ending an enrolment: what was sent is taken out wherever it was sent to, each registry asked until it says so."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from wheal.clinic import vault
from wheal.clinic.audit import actions as audit
from wheal.clinic.people.models import Clinic, User
from wheal.clinic.registry import copies
from wheal.clinic.registry.actions.enrolling import NotAgreed, shifts_of, signing_key
from wheal.clinic.registry.delivering import NotDelivered, registry_at, store
from wheal.clinic.registry.models import Destination, Enrolment


@transaction.atomic
def end(*, clinic: Clinic, by: User) -> Enrolment:
    """Every registry that it sent to is asked to take it out. The keys go once all have: they are what asks
    them."""
    made = Enrolment.objects.standing().select_for_update().filter(clinic=clinic).first()
    if made is None:
        raise NotAgreed(f"{clinic} has no enrolment")
    made.ended_at, made.ended_by = timezone.now(), by
    made.save(update_fields=["ended_at", "ended_by"])
    audit.record(
        by=by, what="registry.ended", clinic=clinic, detail={"name": made.name},
        fixes=[Enrolment.objects.filter(pk=made.pk)],
    )  # fmt: skip
    transaction.on_commit(lambda: take_out(made))
    return made


def is_taken_out(made: Enrolment) -> bool:
    """Of one that has ended: nowhere is anything of it left to be asked for."""
    return not made.destinations.filter(out_at=None).exists()


def take_out(made: Enrolment) -> None:
    """Of one that has ended; each night again, until every registry has answered that nothing is held. What a registry
    had told the clinic goes at once."""
    copies.drop(made.name)
    if store().holds(made.name):
        made.destinations.filter(address="").update(out_at=None)
        Destination.objects.get_or_create(enrolment=made, address="", defaults={"first_at": timezone.now()})
    for place in made.destinations.filter(out_at=None):
        _take_out(made, place)
    if is_taken_out(made) and vault.current().holds(made.keys):
        shifts_of(
            made.clinic
        )  # stays: of one that agreed before clinics had it, it lies among these keys alone
        vault.current().remove(made.keys)


def _take_out(made: Enrolment, place: Destination) -> None:
    place.asked_at, place.answer = timezone.now(), ""
    try:
        if not place.address:
            store().forget(made.name)
        elif vault.current().holds(
            made.keys
        ):  # one that ended before places were remembered lost it once it was out
            registry_at(place.address).forget(made.name, signing_key(made))
    except NotDelivered as problem:
        place.answer = problem.reason
        if problem.reason != "unknown":
            note(made, problem, place.address)
            place.save(update_fields=["asked_at", "answer"])
            return
    place.out_at = place.asked_at
    with transaction.atomic():
        place.save(update_fields=["asked_at", "answer", "out_at"])
        detail = {"name": made.name, "from": place.address}
        audit.record(by=None, what="registry.taken_out", clinic=made.clinic, detail=detail)


def note(made: Enrolment, problem: NotDelivered, address: str) -> None:
    audit.record(
        by=None, what="registry.not_sent", clinic=made.clinic, refused=True,
        detail={"reason": problem.reason, "words": problem.words, "to": address},
    )  # fmt: skip
