"""Asking a registry on another server how a clinic stands there, each night after its months were sent."""

from __future__ import annotations

from dataclasses import replace

from django.db import transaction
from django.utils import timezone

from wheal import knowledge
from wheal.clinic.audit import actions as audit
from wheal.clinic.registry import copies
from wheal.clinic.registry.actions.enrolling import signing_key
from wheal.clinic.registry.benchmark import NotSound, Told
from wheal.clinic.registry.checking import sound
from wheal.clinic.registry.copies import Copy
from wheal.clinic.registry.delivering import NotDelivered, There, address
from wheal.clinic.registry.models import Enrolment


def fetch(made: Enrolment) -> bool:
    """Whether the registry told it. What is not sound is not kept: what came before stands, and says of when it is."""
    there = address()
    before = copies.kept(made.name, there) or Copy(there, timezone.now())
    try:
        told = _told(made, there, before)
    except NotDelivered as problem:
        now = replace(before, asked_at=timezone.now(), problem=problem.reason, words=problem.words)
    else:
        now = Copy(
            there, timezone.now(), came_at=timezone.now(), told=told, knowledge=knowledge.current().digest
        )
    _keep(made, now, is_new=now.tag != before.tag)
    return not now.problem


def _told(made: Enrolment, there: str, before: Copy) -> Told:
    told = There(there).answers(made.name, signing_key(made), has=before.tag)
    try:
        told = sound(told, made.name, knowledge.current(), timezone.localdate())
    except NotSound as problem:
        raise NotDelivered("wrong", str(problem)) from problem
    if told.answers:
        return told
    if before.told is None or told.tag != before.tag:
        raise NotDelivered("wrong", "answers: it tells nothing, and says that nothing has changed")
    return replace(told, answers=before.told.answers)


@transaction.atomic
def _keep(made: Enrolment, now: Copy, *, is_new: bool) -> None:
    """Nothing of a clinic that has left meanwhile."""
    if not Enrolment.objects.standing().select_for_update().filter(pk=made.pk).exists():
        return
    if now.problem:
        audit.record(
            by=None, what="registry.answers_not_fetched", clinic=made.clinic, refused=True,
            detail={"reason": now.problem, "words": now.words, "from": now.address},
        )  # fmt: skip
    elif is_new:
        detail = {"from": now.address, "tag": now.tag}
        audit.record(by=None, what="registry.answers_fetched", clinic=made.clinic, detail=detail)
    copies.keep(made.name, now)
