"""What somebody reads of a summary who has no program for it."""

from zoneinfo import ZoneInfo

import pytest

from wheal.fhir.narrative import Wording, line, words

ML = {"unit": "mL", "system": "http://unitsofmeasure.org", "code": "mL"}


def ingredient(named: str, volume: float) -> dict:
    return {"itemReference": {"display": named}, "strength": {"numerator": {"value": volume} | ML}}


def mix(*ingredients: dict) -> dict:
    return {"Medication/mix-3": {"amount": {"numerator": {"value": 6} | ML}, "ingredient": list(ingredients)}}


PASS = {
    "resourceType": "MedicationAdministration", "effectivePeriod": {"start": "2026-06-09T17:00:00Z"},
    "medicationReference": {"reference": "Medication/mix-3"},
    "dosage": {"site": {"text": "Under the chin"}, "dose": {"value": 4} | ML},
}  # fmt: skip


@pytest.mark.parametrize(
    ("held", "said"),
    [
        (mix(ingredient("Demoxychol US01-A", 2), ingredient("Demoxychol US01-A", 4)),
            "Under the chin · 4 mL · Demoxychol US01-A · 2026-06-09"),
        (mix(ingredient("Demoxychol US01-A", 4.5), ingredient("Democaine US02-A", 0.5),
             ingredient("Democaine US02-A", 1)),
            "Under the chin · 4 mL · of a mix of 6 mL: Demoxychol US01-A 4.5 mL, Democaine US02-A 1.5 mL · 2026-06-09"),
        ({}, "Under the chin · 4 mL · 2026-06-09"),
    ],
)  # fmt: skip
def test_of_an_injection_where_how_much_of_which_lot_and_when(held, said) -> None:
    assert words(PASS, held) == said


def test_the_day_is_the_one_of_the_clinic() -> None:
    late = PASS | {"effectivePeriod": {"start": "2026-06-10T00:30:00.000Z"}}
    assert words(late, {}, ZoneInfo("America/Los_Angeles")).endswith("2026-06-09")
    assert words(late, {}, ZoneInfo("Europe/Paris")).endswith("2026-06-10")
    assert words(PASS | {"effectivePeriod": {"start": "2026-06-10"}}, {}, ZoneInfo("Asia/Tokyo")).endswith(
        "06-10"
    )


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"code": {"coding": [{"code": "85354-9", "display": "Blood pressure panel with all children optional"}]},
          "component": [{"valueQuantity": {"value": each, "unit": "mm[Hg]"}} for each in (122, 78)]},
            "Blood pressure · 122/78 mmHg"),
        ({"code": {"text": "Pregnancy status"}, "valueCodeableConcept": {"coding": [{"display": "Not pregnant"}]},
          "effectiveDateTime": "2026-11-26T17:05:03Z"}, "Pregnancy status · Not pregnant · 2026-11-26"),
        ({"code": {"text": "Body weight"}, "valueQuantity": {"value": 62, "unit": "kg"}}, "Body weight · 62 kg"),
    ],
)  # fmt: skip
def test_of_a_measure_what_was_found(told, said) -> None:
    assert words({"resourceType": "Observation"} | told) == said


def test_a_grade_bears_no_unit_that_reads_as_a_figure() -> None:
    graded = {
        "resourceType": "Observation",
        "code": {"text": "Grade"},
        "valueQuantity": {"value": 3, "unit": "1"},
    }
    assert words(graded) == "Grade · 3"


def test_the_lot_is_called_one() -> None:
    pointed = {"itemReference": {"display": "Demoxychol US01-A", "reference": "Medication/lot-1"}}
    held = mix(pointed) | {
        "Medication/lot-1": {"batch": {"lotNumber": "US01-A", "expirationDate": "2027-05-28"}}
    }
    assert (
        words(PASS, held) == "Under the chin · 4 mL · Demoxychol lot US01-A (expires 2027-05-28) · 2026-06-09"
    )


def coded(code: str, display: str) -> dict:
    return {"coding": [{"code": code, "display": display}]}


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"date": "2026-10-08", "severity": coded("severe", "Severe"), "seriousness": coded("Serious", "Serious"),
          "outcome": coded("resolved", "Resolved"),
          "text": {"div": "<div><p>Worse &lt; a week.</p><p>Pain</p></div>"}},
            "Necrosis · 2026-10-08 · serious reaction · Severe · outcome: Resolved · Worse < a week. · Pain"),
        ({"date": "2026-10", "outcome": coded("unknown", "Unknown")}, "Necrosis · 2026-10 · outcome not known"),
        ({"detected": "2026-10-09"}, "Necrosis · told of on 2026-10-09"),
    ],
)  # fmt: skip
def test_of_a_reaction_since_when_how_bad_and_how_it_went_on(told, said) -> None:
    reaction = {"resourceType": "AdverseEvent", "event": {"text": "Necrosis"}} | told
    assert line(reaction, {}, ZoneInfo("UTC"), Wording()) == said


def test_of_an_event_the_day_on_which_it_began_and_never_the_day_of_its_record() -> None:
    told = {
        "resourceType": "AdverseEvent",
        "recordedDate": "2026-11-13T09:00:00Z",
        "code": {"text": "Swelling"},
    }
    assert words(told) == "Swelling"
    assert words(told | {"date": "2026-11-12"}) == "Swelling · 2026-11-12"


def test_figures_and_days_are_as_the_reader_writes_them() -> None:
    french = Wording(number=lambda text: text.replace(".", ","), day=lambda text: f"le {text}")
    held = mix(ingredient("Demoxychol US01-A", 4.5), ingredient("Democaine US02-A", 1.5))
    told = PASS | {"dosage": {"dose": {"value": 0.3} | ML}}
    assert line(told, held, ZoneInfo("UTC"), french) == (
        "0,3 mL · of a mix of 6 mL: Demoxychol US01-A 4,5 mL, Democaine US02-A 1,5 mL · le 2026-06-09"
    )


def test_an_alert_says_since_when() -> None:
    told = {"resourceType": "Flag", "code": {"text": "Pus"}, "period": {"start": "2026-11-11T09:00:00Z"}}
    assert line(told, {}, ZoneInfo("UTC"), Wording()) == "Pus · 2026-11-11"
