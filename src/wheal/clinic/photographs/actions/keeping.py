"""Photographs: added, framed, filed anew, looked at, given out, deleted by rule."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import partial
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from PIL import Image

from wheal.clinic import vault
from wheal.clinic.audit import actions as audit
from wheal.clinic.patients.models import Patient
from wheal.clinic.people.models import User
from wheal.clinic.photographs import agreed, files, pictures, uploads
from wheal.clinic.photographs.models import ORIGINAL, Photograph
from wheal.photography import Framing

Because = Photograph.Because
BEST = 95
"""The quality in which originals are kept."""


class NotAgreed(Exception):
    """The patient's consent for this does not stand."""

    def __init__(self, purpose: str) -> None:
        super().__init__(purpose)
        self.purpose = purpose


class PhotographRefused(Exception):
    """Carries one sentence: why this photograph stays as it is."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Shot:
    """What came in. `key` is made where it was taken: the same key sent again adds nothing."""

    data: bytes
    pose: str
    taken_on: date
    key: UUID
    how: str = Photograph.How.FILE


def add(*, patient: Patient, shot: Shot, by: User) -> Photograph:
    """Raises NotAgreed, or PictureRefused in words."""
    _agreed("record", patient)
    same = Photograph.objects.filter(patient=patient, key=shot.key)
    if there := same.first():
        return there
    try:
        with pictures.ONE_AT_A_TIME, vault.current().all_or_none() as put:
            return _added(put, patient, shot, uploads.read(shot.data).image, by)
    except IntegrityError:  # sent twice at once: the first one stands
        return same.get()


def _added(put: files.Put, patient: Patient, shot: Shot, image: Image.Image, by: User) -> Photograph:
    """Drawn and encrypted before the transaction begins: others need not wait for it to write."""
    kept = put([pictures.jpeg(image, BEST)], about=ORIGINAL)
    screen, thumb = files.put_framed(put, image, Framing(), kept.name)
    row = Photograph(
        patient=patient, key=shot.key, how=shot.how, width=image.width, height=image.height, original=kept.name,
        size=kept.size, sha256=kept.sha256, added_by=by, pose=shot.pose, taken_on=shot.taken_on, screen=screen,
        thumb=thumb,
    )  # fmt: skip
    with transaction.atomic():
        row.save(force_insert=True)
        _note("photograph_added", row, by, fixes=True, pose=row.pose, taken_on=f"{row.taken_on}", how=row.how)
    return row


def _agreed(purpose: str, patient: Patient) -> None:
    if not agreed.stands(purpose, patient):
        raise NotAgreed(purpose)


def refuse_upload(*, patient: Patient, code: str, by: User) -> None:
    """Somebody sent what is no photograph: written down."""
    audit.record(
        by=by, what="photographs.upload_refused", clinic=patient.clinic, patient=patient, refused=True,
        detail={"reason": code},
    )  # fmt: skip


def frame(*, photograph: Photograph, framing: Framing, by: User) -> None:
    """Lay it anew in its frame. The original stays as it is."""
    photograph.refresh_from_db()
    _still_there(photograph)
    before = photograph.framing
    with pictures.ONE_AT_A_TIME, vault.current().all_or_none() as put:
        image = pictures.opened(files.original(photograph))
        screen, thumb = files.put_framed(put, image, framing, photograph.original)
        with transaction.atomic():
            row = _held(photograph)
            _remove(row.screen, row.thumb)
            row.framing = {} if framing.as_taken else framing.as_json()
            row.screen, row.thumb = screen, thumb
            row.save(update_fields=["framing", "screen", "thumb"])
            _note("photograph_framed", row, by, was=before, now=row.framing)


@transaction.atomic
def refile(*, photograph: Photograph, pose: str, taken_on: date, by: User) -> None:
    """Put it under another view or another day."""
    row = _held(photograph)
    was = {"pose": row.pose, "taken_on": f"{row.taken_on}"}
    row.pose, row.taken_on = pose, taken_on
    row.save(update_fields=["pose", "taken_on"])
    _note("photograph_filed", row, by, was=was, now={"pose": pose, "taken_on": f"{taken_on}"})


@transaction.atomic
def delete_for_good(*, photograph: Photograph, because: str, note: str, by: User) -> None:
    """For good. Only where the patient withdrew the consent, or where it shows somebody else. Raises PhotographRefused.

    The row stays and says who, when and why; the files go, and their keys with them.
    """
    row = _held(photograph)
    if because == Because.WITHDRAWN and agreed.stands("record", row.patient):
        raise PhotographRefused(_("The consent for photographs stands. It has to be withdrawn first."))
    if because not in Because.values:
        raise PhotographRefused(_("Choose why it is deleted."))
    if len(note.strip()) < 5:
        raise PhotographRefused(_("Write down in a few words why it is deleted."))
    row.deleted_at, row.deleted_by = timezone.now(), by
    row.deleted_because, row.deletion_note = because, note.strip()
    row.save(update_fields=["deleted_at", "deleted_by", "deleted_because", "deletion_note"])
    _remove(row.original, row.screen, row.thumb)
    _note("photograph_deleted", row, by, because=because)


def _held(photograph: Photograph) -> Photograph:
    """The row as it is now, held against others who change it. Raises PhotographRefused where it was deleted."""
    row = (
        Photograph.objects.select_for_update(of=("self",))
        .select_related("patient__clinic")
        .get(pk=photograph.pk)
    )
    _still_there(row)
    return row


def _still_there(row: Photograph) -> None:
    if row.deleted_at is not None:
        raise PhotographRefused(_("This photograph was deleted."))


def _remove(*names: str) -> None:
    for name in names:
        transaction.on_commit(partial(vault.current().remove, name))


def show(*, patient: Patient, photographs: Iterable[Photograph], where: str, by: User) -> None:
    """Somebody looks at these: `where` is a page or a single picture. Raises NotAgreed."""
    _agreed("record", patient)
    seen = sorted(each.pk for each in photographs)
    if seen:
        audit.record(
            by=by, what="photographs.photographs_seen", clinic=patient.clinic, patient=patient,
            detail={"photographs": seen, "where": where},
        )  # fmt: skip


def give_out(*, photograph: Photograph, purpose: str, by: User) -> bytes:
    """A copy that leaves the record, framed and without a name. Raises NotAgreed where the purpose does not
    stand, PhotographRefused where it was deleted."""
    photograph.refresh_from_db(fields=["deleted_at", "screen"])
    _still_there(photograph)
    _agreed(purpose, photograph.patient)
    copy = files.screen(photograph)
    _note("copy_given_out", photograph, by, purpose=purpose)
    return copy


def _note(what: str, row: Photograph, by: User, *, fixes: bool = False, **detail: object) -> None:
    audit.record(
        by=by, what=f"photographs.{what}", subject=row, clinic=row.patient.clinic, patient=row.patient, detail=detail,
        fixes=[Photograph.objects.filter(pk=row.pk)] if fixes else [],
    )  # fmt: skip
