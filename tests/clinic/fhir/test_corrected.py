"""A session that was corrected is told as it holds; as it was signed it stays an earlier version."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import fhirkit
import pytest
from django.test import Client
from django.utils import timezone
from fhir.resources.R4B import get_fhir_model_class

from wheal import knowledge
from wheal.clinic.patients.models import Patient
from wheal.clinic.people.models import User
from wheal.clinic.safety.models import Reaction
from wheal.clinic.safety.reactions import judging
from wheal.clinic.safety.reactions.judging import NewAssessment
from wheal.clinic.stock.models import Lot
from wheal.clinic.treatments import actions
from wheal.clinic.treatments.injected import none_injected, not_injected, volumes_said
from wheal.clinic.treatments.models import Amendment, Pass, Session

Seen = Callable[[str], Client]
ALICE = "alice"


@pytest.fixture
def corrected(demo, db) -> Session:
    """Another lot of the same product was drawn, and less was injected."""
    alice = User.objects.get(username=ALICE)
    session = Session.objects.get(pk=25)
    mix = session.mixes.get()
    for each in mix.components.all():
        other = (
            Lot.objects.filter(product=each.lot.product, number="US01-EARLY").exclude(pk=each.lot_id).get()
        )
        actions.amend_lot(component=each, lot=other, reason="misread", by=alice)
        break
    actions.amend_volume(mix=mix, injected_ml=Decimal("4.1"), reason="a drop ran down", by=alice)
    return session


def asked(client: Client, path: str) -> dict:
    answer = client.get(f"/fhir/{path}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def ids(bundle: dict) -> set[str]:
    return {each["resource"]["id"] for each in bundle.get("entry", [])}


def test_lot_and_volume_are_told_as_they_hold_and_found_by(seen_by: Seen, corrected: Session) -> None:
    client, mix = seen_by(ALICE), corrected.mixes.get()
    was = mix.components.first().lot
    holds = Lot.objects.get(product=was.product, number="US01-EARLY")
    given = asked(client, f"MedicationAdministration?part-of=Procedure/{corrected.pk}")["entry"]
    assert sum(Decimal(str(each["resource"]["dosage"]["dose"]["value"])) for each in given) == Decimal("4.1")
    notes = json.dumps([each["resource"]["note"] for each in given], ensure_ascii=False)
    assert f"{was.number} → {holds.number}" in notes
    now = asked(client, f"Medication/mix-{mix.pk}")
    assert now["ingredient"][0]["itemReference"]["reference"] == f"Medication/lot-{holds.pk}"
    assert f"mix-{mix.pk}" in ids(
        asked(client, f"Medication?ingredient=Medication/lot-{holds.pk}&_count=500")
    )
    for told in (now, *(each["resource"] for each in given)):
        assert fhirkit.validate(told) == []


def test_whoever_follows_is_told_and_what_was_signed_stays_an_earlier_version(
    seen_by: Seen, corrected: Session
) -> None:
    client, mix = seen_by(ALICE), corrected.mixes.get()
    given = corrected.passes.filter(count__gt=0).first()
    since = (timezone.now() - timedelta(minutes=5)).strftime("%Y-%m-%dT%H:%M:%SZ")
    for kind, identity in (
        ("Procedure", str(corrected.pk)), ("MedicationAdministration", str(given.pk)), ("Medication", f"mix-{mix.pk}"),
        ("DocumentReference", f"session-{corrected.pk}"),
    ):  # fmt: skip
        assert identity in ids(asked(client, f"{kind}?_lastUpdated=ge{since}")), kind
    versions = [
        each["resource"] for each in asked(client, f"MedicationAdministration/{given.pk}/_history")["entry"]
    ]
    signed = versions[-1]
    assert signed["dosage"]["dose"]["value"] == float(given.total_ml)
    assert "note" not in signed
    assert len({each["meta"]["versionId"] for each in versions}) == len(versions) == 3
    mixed = [each["resource"] for each in asked(client, f"Medication/mix-{mix.pk}/_history")["entry"]]
    assert len(mixed) == 2
    was = mix.components.first().lot_id
    assert mixed[-1]["ingredient"][0]["itemReference"]["reference"] == f"Medication/lot-{was}"
    version = mixed[-1]["meta"]["versionId"]
    assert asked(client, f"Medication/mix-{mix.pk}/_history/{version}") == mixed[-1]


def test_the_summary_has_the_lot_that_holds_and_says_what_was_corrected(
    seen_by: Seen, corrected: Session
) -> None:
    document = asked(seen_by(ALICE), f"Patient/{corrected.patient_id}/$summary")
    assert fhirkit.validate(document) == []
    lots = {each["resource"].get("batch", {}).get("lotNumber") for each in document["entry"]}
    assert "US01-EARLY" in lots
    sections = document["entry"][0]["resource"]["section"]
    injected = next(each for each in sections if each["code"]["coding"][0]["code"] == "18610-6")["text"][
        "div"
    ]
    line = next(each for each in injected.split("<li>") if "4.1 mL" in each)
    for words in ("US01-EARLY", "10 mg/mL", "expires", "Corrected afterwards", "4.1 mL injected of mix"):
        assert words in line, line


def test_what_is_corrected_in_words_stands_with_the_pass_that_it_may_mean(seen_by: Seen) -> None:
    """Session 24 of the demo went deeper than was written: words alone, so that the figure stays and is noted."""
    given = asked(seen_by(ALICE), "MedicationAdministration?part-of=Procedure/24")["entry"][0]["resource"]
    assert "6 mm → 8 mm" in given["note"][0]["text"]
    assert given["meta"]["lastUpdated"] == asked(seen_by(ALICE), "Procedure/24")["meta"]["lastUpdated"]


def test_left_and_right_are_told_where_people_read(seen_by: Seen) -> None:
    given = [
        each["resource"] for each in asked(seen_by("camille"), "MedicationAdministration?_count=500")["entry"]
    ]
    sides = {
        part["valueCode"]: each["dosage"]["site"]["text"]
        for each in given
        for part in each["extension"][0]["extension"]
        if part["url"] == "side"
    }
    assert sides["left"].endswith(", côté gauche")


FELL = "The syringe fell; nothing was injected."


@pytest.fixture
def fallen(demo, db) -> Session:
    """Signed, and nothing of it was injected after all."""
    session = Session.objects.get(pk=25)
    for mix in session.mixes.all():
        actions.amend_volume(
            mix=mix, injected_ml=Decimal(0), reason=FELL, by=User.objects.get(username=ALICE)
        )
    return session


def test_what_was_not_injected_after_all_is_not_done_with_the_reason(seen_by: Seen, fallen: Session) -> None:
    client = seen_by(ALICE)
    since = (timezone.now() - timedelta(minutes=5)).strftime("%Y-%m-%dT%H:%M:%SZ")
    procedure = asked(client, f"Procedure/{fallen.pk}")
    assert (procedure["status"], procedure["statusReason"]) == ("not-done", {"text": FELL})
    assert str(fallen.pk) in ids(asked(client, f"Procedure?status=not-done&_lastUpdated=ge{since}"))
    assert str(fallen.pk) not in ids(asked(client, "Procedure?status=completed&_count=500"))
    given = [
        each["resource"] for each in asked(client, f"MedicationAdministration?part-of={fallen.pk}")["entry"]
    ]
    assert given
    for told in given:
        assert (told["status"], told["statusReason"]) == ("not-done", [{"text": FELL}])
        assert "dosage" not in told
        assert "extension" not in told  # no point, no volume
        assert FELL in told["note"][-1]["text"]
    for told in (procedure, *given):
        assert fhirkit.validate(told) == []
        get_fhir_model_class(told["resourceType"]).model_validate(told)
    signed = asked(client, f"MedicationAdministration/{given[0]['id']}/_history")["entry"][-1]["resource"]
    assert signed["status"] == "completed"
    assert signed["dosage"]["dose"]["value"] > 0
    assert asked(client, f"Procedure/{fallen.pk}/_history")["entry"][-1]["resource"]["status"] == "completed"
    assert not_injected(Session.objects.filter(pk=fallen.pk)).sessions == {fallen.pk}  # one rule everywhere


@pytest.mark.parametrize(("language", "words"), [("en", "not injected"), ("fr", "non injecté")])
def test_the_summary_says_first_that_it_was_not_injected(
    seen_by: Seen, fallen: Session, language, words
) -> None:
    Patient.objects.filter(pk=fallen.patient_id).update(language=language)
    document = asked(seen_by(ALICE), f"Patient/{fallen.patient_id}/$summary")
    assert fhirkit.validate(document) == []
    text = json.dumps(document["entry"][0]["resource"]["section"], ensure_ascii=False)
    lines = [each for each in text.split("<li>") if FELL in each]
    passes = fallen.passes.filter(count__gt=0).count()
    assert len(lines) == passes + 1  # each pass, and the session
    assert all(each.startswith(f"{words} · ") for each in lines)
    assert not any("· 0 mL" in each for each in lines)


@pytest.mark.parametrize(
    ("laid", "volumes", "is_none"),
    [
        ({1: 3}, [(1, 0)], True),
        ({1: 3}, [(1, 0), (1, 4)], False),  # the last one holds
        ({1: 3}, [(1, 4), (1, 0)], True),
        ({1: 3}, [], False),
        ({1: 3, 2: 5}, [(1, 0)], False),
        ({1: 3, 2: 5}, [(1, 0), (2, 0)], True),
        ({1: 3, 2: 0}, [(1, 0)], True),  # drawn and without a point: thrown away
        ({1: 3, 2: 0}, [(1, 0), (2, 2)], False),
        ({1: 0}, [], False),
    ],
)
def test_a_session_is_without_an_injection_where_nothing_of_any_mix_is_left(laid, volumes, is_none) -> None:
    passes = [Pass(mix_id=mix, count=count) for mix, count in laid.items()]
    amendments = [Amendment(mix_id=mix, injected_ml=Decimal(volume)) for mix, volume in volumes]
    assert none_injected(passes, volumes_said(amendments)) is is_none


def test_amended_back_it_is_done_again(seen_by: Seen, fallen: Session) -> None:
    client, alice = seen_by(ALICE), User.objects.get(username=ALICE)
    for mix in fallen.mixes.all():
        actions.amend_volume(mix=mix, injected_ml=Decimal(2), reason="It was another syringe", by=alice)
    assert asked(client, f"Procedure/{fallen.pk}")["status"] == "completed"
    given = asked(client, f"MedicationAdministration?part-of={fallen.pk}")["entry"]
    assert {each["resource"]["status"] for each in given} == {"completed"}
    assert sum(Decimal(str(each["resource"]["dosage"]["dose"]["value"])) for each in given) == Decimal(2)


def test_a_reaction_that_was_judged_not_serious_says_so_and_one_that_nobody_judged_does_not(
    seen_by: Seen,
) -> None:
    alice, client = User.objects.get(username=ALICE), seen_by(ALICE)
    row = next(
        each for each in Reaction.objects.filter(clinic__memberships__user=alice, withdrawn_at=None)
        if not each.assessments.exists()
    )  # fmt: skip
    assert "seriousness" not in asked(client, f"AdverseEvent/{row.pk}")
    judging.assess(reaction=row, new=NewAssessment(), by=alice, known=knowledge.current())
    told = asked(client, f"AdverseEvent/{row.pk}")
    assert [each["code"] for each in told["seriousness"]["coding"]] == ["Non-serious"]
    assert str(row.pk) in ids(asked(client, "AdverseEvent?seriousness=Non-serious&_count=500"))
    assert fhirkit.validate(told) == []
