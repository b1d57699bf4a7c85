"""A clinic of a chosen size in a scratch folder, written in bulk: what the figures are measured on."""

from __future__ import annotations

import os
import random
import sqlite3
import tempfile
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wheal.clinic.patients.models import Patient
    from wheal.clinic.people.models import Clinic, User
    from wheal.clinic.stock.models import Lot

NAMES = [
    "Amberly",
    "Birchfold",
    "Cragwell",
    "Dunmere",
    "Elderglen",
    "Fernhollow",
    "Gorsefield",
    "Hazelwick",
    "Ivymoor",
    "Juniperson",
]
GIVEN = [
    "Alder",
    "Briar",
    "Clover",
    "Daisy",
    "Elm",
    "Fern",
    "Ginger",
    "Heather",
    "Iris",
    "Jasmine",
    "Kale",
    "Laurel",
    "Maple",
    "Nettle",
    "Olive",
    "Poppy",
]
ANAESTHETIC = "Bench anaesthetic"
AT_ONCE = 2000  # rows in one statement


def scratch() -> tempfile.TemporaryDirectory[str]:
    """A folder of its own and Django set up on it, migrated. One in a run."""
    folder = tempfile.TemporaryDirectory(prefix="wheal-bench-")
    settled(Path(folder.name))
    return folder


def settled(data: Path, url: str = "") -> None:
    """Django set up on a folder, and on the PostgreSQL at `url` where one is named; migrated. One in a run."""
    if url:
        (data / "database-url").write_text(url)  # so that a server on the folder finds it
    os.environ |= {
        "WHEAL_DATA": str(data), "DJANGO_SETTINGS_MODULE": "wheal.clinic.settings", "WHEAL_HOSTS": "testserver",
        "WHEAL_SECOND_FACTOR": "nobody", "WHEAL_STATEMENT_TIMEOUT": "0",
    }  # fmt: skip
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def raw() -> sqlite3.Connection:
    """The same file by the driver alone, as durable as the site's own connection."""
    from django.conf import settings

    return connect(Path(settings.DATABASES["default"]["NAME"]))


def connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-32000;")
    return connection


@dataclass
class Bench:
    clinic: Clinic
    physician: User
    lots: list[Lot]
    patients: list[Patient]


def made(patients: int) -> Bench:
    from django.db import transaction

    with transaction.atomic():
        clinic, physician = _staff()
        return Bench(clinic, physician, _lots(clinic, physician), _patients(clinic, physician, patients))


def join(username: str) -> None:
    """Somebody of a clinic that was made otherwise becomes its physician, with lots to draw from."""
    from wheal.clinic.people.models import Membership

    member = Membership.objects.select_related("user", "clinic").get(user__username=username)
    member.role = "physician"
    member.save()
    _certified(member.user)
    _lots(member.clinic, member.user)


def found(username: str, some: int) -> Bench:
    """The clinic of that physician, with so many of its patients."""
    from wheal.clinic.patients.models import Patient
    from wheal.clinic.people.models import Membership
    from wheal.clinic.stock.models import Lot

    member = Membership.objects.select_related("user", "clinic").get(user__username=username)
    here = Patient.objects.filter(clinic=member.clinic)
    keys = list(here.order_by("pk").values_list("pk", flat=True))
    drawn = here.filter(pk__in=random.Random(5).sample(keys, min(some, len(keys))))
    lots = Lot.objects.filter(product__clinic=member.clinic, product__name=ANAESTHETIC)
    return Bench(member.clinic, member.user, list(lots), list(drawn))


def _staff() -> tuple[Clinic, User]:
    from wheal.clinic.people.models import Clinic, Membership, User

    clinic = Clinic.objects.create(name="Bench", jurisdiction="US", time_zone="UTC", language="en")
    physician = User.objects.create_user("bench", password=None, first_name="Bench", last_name="Physician")
    Membership.objects.create(user=physician, clinic=clinic, role="physician")
    _certified(physician)
    return clinic, physician


def _certified(physician: User) -> None:
    from wheal.clinic.people.models import Credential

    for kind in ("licence", "mesotherapy_certificate"):
        Credential.objects.create(
            user=physician, kind=kind, valid_until=date(2099, 1, 1), recorded_by=physician
        )


def _lots(clinic: Clinic, physician: User) -> list[Lot]:
    from wheal.clinic.stock.models import Lot, Product

    product = Product.objects.create(
        clinic=clinic, name=ANAESTHETIC, substance="lidocaine", strength=Decimal(10),
        container_kind="multi_dose", container_ml=Decimal(50),
    )  # fmt: skip
    return [
        Lot.objects.create(
            product=product, number=f"B{number}", expires=date(2099, 1, 1), received_by=physician
        )
        for number in range(50)
    ]


def _patients(clinic: Clinic, physician: User, count: int) -> list[Patient]:
    from wheal.clinic.patients.models import Patient, SearchWord
    from wheal.clinic.patients.names import fold, words

    draw, rows = random.Random(1), []
    for number in range(count):
        family, given = f"{draw.choice(NAMES)}{'abcdefghijklmnop'[number % 16]}", draw.choice(GIVEN)
        rows.append(
            Patient(
                clinic=clinic,
                number=f"{10001 + number}",
                family_name=family,
                given_names=given,
                search_name=fold(f"{family} {given}"),
                sex=draw.choice(["female", "male"]),
                created_by=physician,
                birth_date=date(1965, 1, 1) + timedelta(days=draw.randrange(13000)),
                search_phone=f"5550{number:05}",
            )
        )
    rows = Patient.objects.bulk_create(rows, batch_size=AT_ONCE)
    SearchWord.objects.bulk_create(
        (
            SearchWord(patient=row, clinic=clinic, word=word)
            for row in rows
            for word in words(f"{row.family_name} {row.given_names}")
        ),
        batch_size=AT_ONCE,
    )
    return rows
