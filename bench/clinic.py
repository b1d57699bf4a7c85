"""A clinic of a chosen size in a scratch folder, written in bulk: what the figures are measured on."""

from __future__ import annotations

import os
import random
import tempfile
from datetime import date, timedelta
from decimal import Decimal

NAMES = "Amberly Birchfold Cragwell Dunmere Elderglen Fernhollow Gorsefield Hazelwick Ivymoor Juniperson".split()
GIVEN = "Alder Briar Clover Daisy Elm Fern Ginger Heather Iris Jasmine Kale Laurel Maple Nettle Olive Poppy".split()


def scratch() -> tempfile.TemporaryDirectory[str]:
    """A folder of its own and Django set up on it, migrated."""
    folder = tempfile.TemporaryDirectory(prefix="wheal-bench-")
    os.environ["WHEAL_DATA"] = folder.name
    os.environ["DJANGO_SETTINGS_MODULE"] = "wheal.clinic.settings"
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    return folder


def staff():  # noqa: ANN201
    from wheal.clinic.people.models import Clinic, Credential, Membership, User

    clinic = Clinic.objects.create(name="Bench", jurisdiction="US", time_zone="UTC", language="en")
    physician = User.objects.create_user("bench-physician", password=None, first_name="Bench", last_name="Physician")
    Membership.objects.create(user=physician, clinic=clinic, role="physician")
    for kind in ("licence", "mesotherapy_certificate"):
        Credential.objects.create(user=physician, kind=kind, valid_until=date(2099, 1, 1), recorded_by=physician)
    return clinic, physician


def stock(clinic, physician):  # noqa: ANN001, ANN201
    from wheal.clinic.stock.models import Lot, Product

    product = Product.objects.create(
        clinic=clinic, name="Bench acid", substance="deoxycholic_acid", strength=Decimal(10),
        container_kind="single_dose", container_ml=Decimal(2),
    )  # fmt: skip
    return [
        Lot.objects.create(product=product, number=f"B{n}", expires=date(2099, 1, 1), received_by=physician)
        for n in range(50)
    ]


def patients(clinic, physician, count: int):  # noqa: ANN001, ANN201
    from wheal.clinic.patients.models import Patient

    draw = random.Random(1)
    rows = []
    for number in range(count):
        family, given = f"{draw.choice(NAMES)}{number % 97}", draw.choice(GIVEN)
        rows.append(
            Patient(
                clinic=clinic, number=f"P{number:06}", family_name=family, given_names=given,
                search_name=f"{family} {given}".casefold(), sex=draw.choice(["female", "male"]),
                birth_date=date(1945, 1, 1) + timedelta(days=draw.randrange(21000)), created_by=physician,
            )  # fmt: skip
        )
    return Patient.objects.bulk_create(rows, batch_size=2000)


def sessions(clinic, physician, people, lots, count: int) -> None:  # noqa: ANN001
    """Signed sessions over five years, and forty drafts today; forty points each."""
    from django.utils import timezone

    from wheal.bodymap import pack_points
    from wheal.clinic.treatments.models import Mix, MixComponent, Pass, Session

    draw, now = random.Random(2), timezone.now()
    packed = pack_points([(x * 100, y * 100) for x in range(8) for y in range(5)])
    rows = []
    for number in range(count):
        on = now if number < 40 else now - timedelta(days=1 + draw.randrange(1800), minutes=draw.randrange(600))
        rows.append(Session(clinic=clinic, patient=draw.choice(people), planned_for=on, practitioner=physician, created_by=physician))
    rows = Session.objects.bulk_create(rows, batch_size=2000)
    mixes = Mix.objects.bulk_create([Mix(session=row, label="A", prepared_by="chairside") for row in rows], batch_size=2000)
    MixComponent.objects.bulk_create(
        [
            MixComponent(mix=mix, lot=draw.choice(lots), substance="deoxycholic_acid", strength=10, strength_unit="mg/mL", volume_ml=8)
            for mix in mixes
        ],
        batch_size=2000,
    )
    Pass.objects.bulk_create(
        [
            Pass(
                session=mix.session, mix=mix, order=1, area="submental", technique="point_by_point", area_cm2=42,
                spacing_cm=1, depth_mm=6, volume_ml=Decimal("0.2"), points=packed, count=40, total_ml=8,
            )
            for mix in mixes
        ],
        batch_size=2000,
    )  # fmt: skip
    for row in rows[40:]:
        row.signed_at, row.signed_by, row.signed_role, row.decision = row.planned_for, physician, "physician", "go"
        row.judgement = {"decision": "go", "totals": {}, "findings": []}
    Session.objects.bulk_update(
        rows[40:], ["signed_at", "signed_by", "signed_role", "decision", "judgement"], batch_size=500
    )
