"""A clinic from before the ledger of stock, brought to this version: `python -m engines.from_before` tells, as JSON,
what its books say afterwards."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal

import django

django.setup()

from django.db import connection  # noqa: E402
from django.db.migrations.executor import MigrationExecutor  # noqa: E402

from wheal.clinic import rubbish  # noqa: E402
from wheal.clinic.audit.actions import adopt  # noqa: E402
from wheal.clinic.audit.verifying import verify  # noqa: E402
from wheal.clinic.safety.checking_trace import discrepancies  # noqa: E402
from wheal.clinic.stock.models import Movement  # noqa: E402
from wheal.clinic.treatments.models import CalledThen  # noqa: E402

BEFORE = [("stock", "0001_initial"), ("treatments", "0007_protocols_fixed")]
AT = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)


class Old:
    """The tables as they were, and what a clinic kept in them."""

    def __init__(self) -> None:
        executor = MigrationExecutor(connection)
        executor.migrate(BEFORE)
        self.apps = MigrationExecutor(connection).loader.project_state(BEFORE).apps
        self.clinic = self.make(
            "people.Clinic", name="Old", jurisdiction="US", time_zone="UTC", language="en"
        )
        self.by = self.make("people.User", username="old")
        self.patient = self.make(
            "patients.Patient", clinic=self.clinic, number="1", family_name="A", given_names="B", sex="female",
            birth_date=AT.date(), created_by=self.by,
        )  # fmt: skip
        self.product = self.make(
            "stock.Product", clinic=self.clinic, name="Acid", substance="deoxycholic_acid", strength=10,
            container_kind="single_dose", container_ml=Decimal(2),
        )  # fmt: skip

    def make(self, model: str, **columns: object) -> object:
        return self.apps.get_model(model).objects.create(**columns)

    def lot(self, number: str, containers: int) -> object:
        return self.make(
            "stock.Lot", product=self.product, number=number, expires=AT.date(), containers_received=containers,
            received_by=self.by,
        )  # fmt: skip

    def container(self, lot: object, **more: object) -> object:
        return self.make("stock.Container", lot=lot, opened_at=AT, opened_by=self.by, **more)

    def session(self, *parts: tuple[object, str], points: str, signed: bool) -> None:
        held = self.make(
            "treatments.Session", clinic=self.clinic, patient=self.patient, planned_for=AT, created_by=self.by
        )
        mix = self.make("treatments.Mix", session=held, label="A")
        for vial, volume in parts:
            self.make(
                "treatments.MixComponent", mix=mix, lot=vial.lot, container=vial, substance="deoxycholic_acid",
                strength=10, strength_unit="mg/mL", volume_ml=Decimal(volume),
            )  # fmt: skip
        self.make(
            "treatments.Pass", session=held, mix=mix, order=1, area="submental", technique="papule",
            total_ml=Decimal(points),
        )  # fmt: skip
        if signed:
            rows = self.apps.get_model("treatments.Session").objects.filter(pk=held.pk)
            rows.update(signed_at=AT, signed_by=self.by, decision="go", signed_role="physician")


if __name__ == "__main__":
    rubbish.wait()  # as `wheal serve` does while tables change
    old = Old()
    enough, few = old.lot("A", 4), old.lot("B", 1)  # of the second, one more was opened than received
    old.session((old.container(enough), "2"), (old.container(few), "1.5"), points="3", signed=True)
    old.session((old.container(enough), "1"), points="0", signed=False)
    old.container(enough, emptied_at=AT)
    old.session((old.container(few), "2"), points="1", signed=True)
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())
    adopt()
    found = Movement.objects.filter(kind="found")
    told = {
        "books": [str(each) for each in discrepancies()],
        "injected": sum(row.volume_ul for row in Movement.objects.filter(kind="injected")),
        "found": [(row.lot.number, row.volume_ul, row.note) for row in found],
        "audit": len([each for each in verify().broken if "stock.movement" in each.where]),
        "called": [str(each) for each in CalledThen.objects.all()],
        "called_otherwise": len([each for each in verify().broken if "calledthen" in each.where]),
    }
    print(json.dumps(told))
