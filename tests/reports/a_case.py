"""A case that fills every element which Wheal tells, and one that fills as few as may be. Nobody in it is real."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

from wheal.quantities import Quantity
from wheal.reports import (
    FDA,
    Dosage,
    Ingredient,
    Opinion,
    Party,
    Patient,
    Product,
    Reaction,
    Receiver,
    SafetyReport,
)

TODAY = date(2026, 11, 25)
NODULE = "1f0a2a3e-5c0b-4d5e-8f43-3b1f2f1c9a01"
FEVER = "1f0a2a3e-5c0b-4d5e-8f43-3b1f2f1c9a02"
DRUG = "1f0a2a3e-5c0b-4d5e-8f43-3b1f2f1c9b01"
HORMONE = "1f0a2a3e-5c0b-4d5e-8f43-3b1f2f1c9b02"

ALICE = Party(
    organisation="Clinic of the Meadow", department="Injections", title="Dr", given="Alice", family="Example",
    street="1 Meadow Way", city="Meadowton", state="CT", postcode="06000", country="US",
    telephone="+15550100", email="alice@example.org",
)  # fmt: skip

FULL = SafetyReport(
    number="US-MEADOW-2026.17",
    created_at=datetime(2026, 11, 20, 10, 30, tzinfo=timezone(timedelta(hours=-5))),
    first_received=date(2026, 11, 18),
    latest=date(2026, 11, 19),
    receiver=FDA,
    sender_id="MEADOW",
    sender=ALICE,
    reporter=ALICE,
    qualification="physician",
    patient=Patient("EXA-B", 42, "female", Decimal("62.5"), 168, "Thyroid disease & <migraine>"),
    reactions=(
        Reaction(
            NODULE, "nodule douloureux sous le menton", "fr", "not_recovered",
            frozenset({"other_important", "intervention"}), "10054107", "27.1", "painful nodule under the chin",
            date(2026, 11, 10), None, True, "US",
        ),
        Reaction(
            FEVER, "fever", "en", "recovered", frozenset(), "10016558", "27.1",
            began=date(2026, 11, 11), ended=date(2026, 11, 14), confirmed=False, country="US",
        ),
    ),
    products=(
        Product(
            DRUG, "Deoxycholic acid injection",
            ingredients=(Ingredient("deoxycholic acid", Quantity.of("10", "mg/mL")),),
            dosages=(
                Dosage(
                    date(2026, 10, 20), Quantity.of("80", "mg"), "A1(17)", date(2027, 1, 31), "subcutaneous",
                    "40 points of 0.2 mL",
                ),
                Dosage(date(2026, 9, 20), Quantity.of("64.5", "mg"), "A0", route="subcutaneous"),
            ),
            maker="Maker of the Meadow", ndc="00000-000", obtained_in="US", indication="fat under the chin",
            action="withdrawn",
        ),
        Product(HORMONE, "Levothyroxine", "concomitant"),
    ),
    narrative="Three weeks after the second session a nodule came up where a point had been.\nIt was drained.",
    expedited=True,
    tests="2026-11-15: culture taken, no answer yet",
    product_kept=True,
    opinions=(Opinion(DRUG, NODULE, "PRIMARY SOURCE REPORTER", "WHO-UMC", "probable"),),
    reporter_comment="The lot has been quarantined.",
    sender_comment="Two further patients of this lot are followed.",
    amends="The result of a swab was added.",
)  # fmt: skip

LEAST = replace(
    FULL,
    created_at=datetime(2026, 11, 20, 10, 30, tzinfo=UTC),
    receiver=Receiver("SOMEBODY", "SOMEBODY"),
    reporter=Party(country="FR"),
    sender=Party(organisation="Cabinet de la Prairie"),
    patient=Patient(),
    reactions=(Reaction(NODULE, "nodule", "fr", "unknown", meddra_code="10054107", meddra_version="27.1"),),
    products=(Product(DRUG, "unknown product"),),
    opinions=(), expedited=False, tests="", product_kept=None, reporter_comment="", sender_comment="", amends="",
)  # fmt: skip
