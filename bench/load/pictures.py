"""Photographs of some people of the clinic, as a tablet takes them, kept as the site keeps them."""

from __future__ import annotations

import random
from datetime import timedelta
from io import BytesIO
from typing import TYPE_CHECKING
from uuid import uuid4

from PIL import Image, ImageDraw

from bench import clinic

if TYPE_CHECKING:
    from wheal.clinic.patients.models import Patient
    from wheal.clinic.photographs.models import Photograph

PEOPLE, OF_EACH = 30, 4
POSES = ("head_front", "head_left", "head_right", "head_front")
SIZE = (2048, 1536)
SIGNATURE = [[[0, 0], [400, 120], [900, 60]]]


def jpeg() -> bytes:
    """About a megabyte: skin, an oval, and the noise of a sensor."""
    ground = Image.new("RGB", SIZE, (200, 170, 150))
    ImageDraw.Draw(ground).ellipse((600, 300, 1450, 1230), fill=(230, 205, 190))
    noise = Image.merge("RGB", [Image.effect_noise(SIZE, 40)] * 3)
    out = BytesIO()
    Image.blend(ground, noise, 0.15).save(out, "JPEG", quality=90)
    return out.getvalue()


def photographed(bench: clinic.Bench, draw: random.Random) -> tuple[list[int], list[int]]:
    """Their patients and they, by their numbers. Taken where there are none, and found there the next time."""
    from wheal.clinic.photographs.models import Photograph

    if not Photograph.objects.exists():
        for patient in draw.sample(bench.patients, PEOPLE):
            _take(patient, bench)
    rows = list(Photograph.objects.filter(deleted_at=None).order_by("pk")[: PEOPLE * OF_EACH])
    return sorted({row.patient_id for row in rows}), [row.pk for row in rows]


def _take(patient: Patient, bench: clinic.Bench) -> list[Photograph]:
    from django.utils import timezone

    from wheal import knowledge
    from wheal.clinic.photographs import actions, wording

    known, by, today = knowledge.current(), bench.physician, timezone.now().date()
    actions.give_consent(
        patient=patient, purposes=["record"], language="en", text_digest=wording.digest(patient, "en", known),
        signed_name=str(patient), signature=SIGNATURE, by=by, known=known,
    )  # fmt: skip
    return [
        actions.add(
            patient=patient,
            shot=actions.Shot(jpeg(), pose, today - timedelta(days=30 * number), uuid4()),
            by=by,
        )
        for number, pose in enumerate(POSES, 1)
    ]
