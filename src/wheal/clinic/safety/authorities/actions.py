"""All that writes about a report to an authority. Keyword-only, one transaction each, the audit row inside."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from wheal.clinic.audit import actions as audit
from wheal.clinic.people.models import Clinic, User
from wheal.clinic.safety.authorities import duties, telling
from wheal.clinic.safety.authorities.models import Declaration, DutyMet, Receipt, Sent
from wheal.clinic.safety.reactions.models import Reaction
from wheal.knowledge import Knowledge

CARRIED = (
    "title", "given", "family", "organisation", "street", "city", "state", "postcode", "telephone", "email",
    "qualification", "receiver", "receiver_id", "sender_id", "meddra_version",
)  # fmt: skip
"""Who reports, and to whom: as in the clinic's last report."""
LEAST = {"words": "nothing_happened", "narrative": "no_narrative", "family": "nobody_reports"}
"""Without these nobody can use a report, whatever its form."""


class DeclarationRefused(Exception):
    """Carries `reason`, a code that the page puts into words, and the field that it is about."""

    def __init__(self, reason: str, about: str = "") -> None:
        super().__init__(reason)
        self.reason, self.about = reason, about


class ChangedElsewhere(DeclarationRefused):
    """Another device saved in between; `version` is what stands."""

    def __init__(self, version: int) -> None:
        super().__init__("changed_elsewhere")
        self.version = version


@transaction.atomic
def begin(*, reaction: Reaction, by: User, known: Knowledge) -> Declaration:
    """The draft that stands, or a new one. After a finished report it amends that one and keeps its number."""
    reaction = Reaction.objects.select_for_update(of=("self",)).select_related("clinic").get(pk=reaction.pk)
    if reaction.withdrawn_at:
        raise DeclarationRefused("withdrawn")
    if draft := reaction.declarations.filter(finished_at=None).first():
        return draft
    before = reaction.declarations.first()
    if before:
        told = {key: value for key, value in before.told.items() if key != "amends"}
    else:
        told = {**_last_told(reaction.clinic), **telling.begun(reaction, known)}
    made = Declaration.objects.create(
        clinic=reaction.clinic, reaction=reaction, amends=before, told=told, started_by=by
    )
    made.number = before.number if before else _number(reaction.clinic, made)
    made.save(update_fields=["number"])
    _note("declaration_begun", made, by)
    return made


@transaction.atomic
def save(*, declaration: Declaration, told: Mapping[str, Any], version: int | None, by: User) -> Declaration:
    """Raises ChangedElsewhere; DeclarationRefused: finished."""
    declaration = _open(declaration)
    if version is not None and version != declaration.draft_version:
        if told == {key: declaration.told.get(key) for key in told}:
            return declaration  # the same answers once more
        raise ChangedElsewhere(declaration.draft_version)
    declaration.told = {**declaration.told, **told}
    declaration.draft_version += 1
    declaration.save(update_fields=["told", "draft_version", "saved_at"])
    return declaration


@transaction.atomic
def finish(*, declaration: Declaration, by: User, known: Knowledge) -> Declaration:
    """Fix it, with the whole case as it stands. Raises DeclarationRefused naming what is missing."""
    declaration = _open(declaration)
    least = LEAST | ({"amends": "no_reason_to_amend"} if declaration.amends_id else {})
    for field, reason in least.items():
        if not str(declaration.told.get(field, "")).strip():
            raise DeclarationRefused(reason, field)
    if not telling.case_of(declaration, known).suspects:
        raise DeclarationRefused("no_product")
    declaration.finished_at, declaration.finished_by = timezone.now(), by
    declaration.report = telling.finished(declaration, known)
    declaration.save(update_fields=["finished_at", "finished_by", "report", "saved_at"])
    _note("declaration_finished", declaration, by, fixes=[Declaration.objects.filter(pk=declaration.pk)])
    return declaration


@transaction.atomic
def note_sent(
    *,
    declaration: Declaration,
    form: str,
    way: str,
    to: str,
    on: date,
    by: User,
    known: Knowledge,
    note: str = "",
    settles: Sequence[str] = (),
) -> Sent:
    """`settles`: the duties that it answers, and no others. Raises DeclarationRefused: not_finished, nobody, to_come,
    unknown_duty."""
    declaration = Declaration.objects.select_related("clinic", "reaction__patient").get(pk=declaration.pk)
    if not declaration.is_finished:
        raise DeclarationRefused("not_finished")
    if not to.strip():
        raise DeclarationRefused("nobody", "to")
    if on > declaration.clinic.day_of():
        raise DeclarationRefused("to_come", "on")
    if not duties.asked(settles, declaration.reaction, known):
        raise DeclarationRefused("unknown_duty", "settles")
    made = Sent.objects.create(
        declaration=declaration, form=form, way=way, to=to.strip(), on=on, note=note.strip(), written_by=by
    )
    detail = {"form": form, "to": made.to, "on": on.isoformat()}
    met = _settled(declaration.reaction, settles, by, sent=made)
    _note("declaration_sent", declaration, by, fixes=[Sent.objects.filter(pk=made.pk), met], **detail)
    return made


@transaction.atomic
def set_aside(*, reaction: Reaction, settles: Sequence[str], reason: str, by: User, known: Knowledge) -> None:
    """These duties do not apply to this reaction. Raises DeclarationRefused: unknown_duty, no_reason_aside."""
    reaction = (
        Reaction.objects.select_for_update(of=("self",))
        .select_related("clinic", "patient")
        .get(pk=reaction.pk)
    )
    if not settles or not duties.asked(settles, reaction, known):
        raise DeclarationRefused("unknown_duty", "settles")
    if not reason.strip():
        raise DeclarationRefused("no_reason_aside", "reason")
    met = _settled(reaction, settles, by, reason=reason.strip())
    audit.record(
        by=by, what="safety.duty_set_aside", subject=reaction, clinic=reaction.clinic, patient=reaction.patient,
        detail={"duties": sorted(settles)}, fixes=[met],
    )  # fmt: skip


def _settled(reaction: Reaction, duties_met: Sequence[str], by: User, **how: object) -> QuerySet[DutyMet]:
    made = [
        DutyMet.objects.create(reaction=reaction, duty=duty, written_by=by, **how)
        for duty in dict.fromkeys(duties_met)
    ]
    return DutyMet.objects.filter(pk__in=[one.pk for one in made])


@transaction.atomic
def note_receipt(*, sent: Sent, number: str, on: date, by: User, note: str = "") -> Receipt:
    """Raises DeclarationRefused: nothing_came, before_it_was_sent, to_come."""
    declaration = Declaration.objects.select_related("clinic", "reaction__patient").get(
        pk=sent.declaration_id
    )
    if not number.strip() and not note.strip():
        raise DeclarationRefused("nothing_came", "number")
    if on < sent.on:
        raise DeclarationRefused("before_it_was_sent", "on")
    if on > declaration.clinic.day_of():
        raise DeclarationRefused("to_come", "on")
    made = Receipt.objects.create(sent=sent, number=number.strip(), on=on, note=note.strip(), written_by=by)
    fixes = [Receipt.objects.filter(pk=made.pk)]
    _note("declaration_answered", declaration, by, fixes=fixes, number=made.number)
    return made


def _open(declaration: Declaration) -> Declaration:
    held = Declaration.objects.select_for_update(of=("self",)).select_related("clinic", "reaction__patient")
    declaration = held.get(pk=declaration.pk)
    if declaration.is_finished:
        raise DeclarationRefused("finished")
    return declaration


def _last_told(clinic: Clinic) -> dict[str, Any]:
    last = clinic.declarations.exclude(finished_at=None).first()
    return {key: last.told[key] for key in CARRIED if key in last.told} if last else {}


def _number(clinic: Clinic, made: Declaration) -> str:
    """Country, clinic and own number; a hyphen within the name would part it wrongly."""
    plain = unicodedata.normalize("NFKD", clinic.name).encode("ascii", "ignore").decode()
    name = re.sub(r"[^A-Z0-9]", "", plain.upper())[:16] or f"CLINIC{clinic.pk}"
    return f"{clinic.jurisdiction}-{name}-{clinic.day_of().year}.{made.pk}"


def _note(
    what: str, declaration: Declaration, by: User, fixes: list[object] | None = None, **detail: str
) -> None:
    audit.record(
        by=by,
        what=f"safety.{what}",
        subject=declaration,
        clinic=declaration.clinic,
        patient=declaration.reaction.patient,
        detail={"number": declaration.number, **detail},
        fixes=fixes or [],
    )
