"""Whatever is corrected, taken back or ended later is found by whoever follows, and says what it was."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import fhirkit
import pytest
from django.test import Client
from django.utils import timezone

from wheal import knowledge
from wheal.clinic.fhir.bulk import actions as bulk
from wheal.clinic.fhir.models import Export
from wheal.clinic.followup import actions as followup
from wheal.clinic.followup.models import Measure
from wheal.clinic.people.models import Clinic, User
from wheal.clinic.safety import actions as safety
from wheal.clinic.safety.models import FollowUp, Reach, Reaction
from wheal.clinic.safety.reactions import actions as reactions
from wheal.clinic.safety.reactions import judging, tying
from wheal.clinic.safety.reactions.judging import NewAssessment
from wheal.clinic.treatments.models import Plan

Seen = Callable[[str], Client]
Changed = tuple[int, list[str]]
"""Whose, and which resources say something else now."""
MISTAKEN = "http://hl7.org/fhir/5.0/StructureDefinition/extension-AdverseEvent.status"


def alice() -> User:
    return User.objects.get(username="alice")


def hers() -> Clinic:
    return Clinic.objects.filter(memberships__user=alice()).earliest("pk")


def correct(reaction: Reaction, corrects: str, should_be: str = "", *, by_physician: bool = True) -> None:
    reactions.correct(
        reaction=reaction, corrects=corrects, should_be=should_be, reason="read again <b>", is_physician=by_physician,
        by=alice(), known=knowledge.current(),
    )  # fmt: skip


def bruising() -> Reaction:
    return Reaction.objects.standing().filter(clinic=hers(), kind="bruising", flags=[]).earliest("pk")


def flagged() -> Reaction:
    held = Reaction.objects.standing().filter(clinic=hers(), looked_at=None).exclude(urgency="read_today")
    return held.exclude(flags=[]).earliest("pk")


def kind() -> Changed:
    row = bruising()
    correct(row, "kind", "anaphylaxis", by_physician=False)
    return row.patient_id, [f"AdverseEvent/{row.pk}", f"Flag/reaction-{row.pk}"]


def kind_without_a_flag() -> Changed:
    row = flagged()
    Reaction.objects.filter(pk=row.pk).update(kind="abscess")
    correct(row, "kind", "anaphylaxis")
    correct(row, "kind", "bruising")
    return row.patient_id, [f"AdverseEvent/{row.pk}", f"Flag/reaction-{row.pk}"]


def first_day() -> Changed:
    row = bruising()
    correct(row, "onset", (row.counted_from + timedelta(days=1)).isoformat())
    return row.patient_id, [f"AdverseEvent/{row.pk}"]


def words() -> Changed:
    row = bruising()
    correct(row, "other", "It was on both cheeks too")
    return row.patient_id, [f"AdverseEvent/{row.pk}"]


def ties() -> Changed:
    row = (
        Reaction.objects.standing().filter(clinic=hers(), ties__taken_back_at=None).distinct().earliest("pk")
    )
    tying.tie(reaction=row, sessions=[], reason="it began before", by=alice())
    return row.patient_id, [f"AdverseEvent/{row.pk}"]


def grade() -> Changed:
    row, new = bruising(), NewAssessment(grade=3, who_umc="possible")
    judging.assess(reaction=row, new=new, by=alice(), known=knowledge.current())
    return row.patient_id, [f"AdverseEvent/{row.pk}"]


def course() -> Changed:
    row = flagged()
    new = FollowUp(on=row.clinic.day_of(), course="better", note="less red")
    reactions.follow(reaction=row, new=new, is_physician=True, by=alice())
    return row.patient_id, [f"AdverseEvent/{row.pk}", f"Flag/reaction-{row.pk}"]


def withdrawn() -> Changed:
    row = flagged()
    correct(row, "withdrawn")
    return row.patient_id, [f"AdverseEvent/{row.pk}", f"Flag/reaction-{row.pk}"]


def measured() -> Measure:
    return Measure.objects.standing().filter(patient__clinic=hers(), instrument="weight").earliest("pk")


def measure_replaced() -> Changed:
    row = measured()
    new = followup.correct(
        measure=row, value=row.value + Decimal("0.5"), on=row.on, reason="misread", by=alice(),
        known=knowledge.current(), is_sure=True,
    )  # fmt: skip
    return row.patient_id, [f"Observation/measure-{row.pk}", f"Observation/measure-{new.pk}"]


def measure_taken_back() -> Changed:
    row = measured()
    followup.correct(
        measure=row, value=None, on=row.on, reason="another person", by=alice(), known=knowledge.current()
    )
    return row.patient_id, [f"Observation/measure-{row.pk}"]


def plan_ended() -> Changed:
    """As `planning` replaces it."""
    row = Plan.objects.filter(patient__clinic=hers(), closed_at=None).exclude(purpose="").earliest("pk")
    row.closed_at = timezone.now()
    row.save(update_fields=["closed_at"])
    return row.patient_id, [f"CarePlan/{row.pk}"]


def recalled() -> Reach:
    held = Reach.objects.filter(recall__clinic=hers(), recall__is_drill=False, recall__closed_at=None)
    return held.earliest("pk")


def told_of_a_recall() -> Changed:
    row = recalled()
    safety.note_attempt(reach=row, status="reached", by=alice())
    return row.patient_id, [f"Flag/recall-{row.pk}"]


def not_told_after_all() -> Changed:
    row = recalled()
    safety.note_attempt(reach=row, status="reached", by=alice())
    safety.note_attempt(reach=row, status="taken_back", by=alice(), note="it was her sister")
    return row.patient_id, [f"Flag/recall-{row.pk}"]


CHANGES = [
    kind, kind_without_a_flag, first_day, words, ties, grade, course, withdrawn, measure_replaced, measure_taken_back,
    plan_ended, told_of_a_recall, not_told_after_all,
]  # fmt: skip


def asked(client: Client, path: str) -> dict:
    answer = client.get(f"/fhir/{path}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def names(resources: list[dict]) -> set[str]:
    return {f"{each['resourceType']}/{each['id']}" for each in resources}


def entries(bundle: dict) -> list[dict]:
    return [each["resource"] for each in bundle.get("entry", [])]


def an_instant_ago() -> str:
    return (timezone.now() - timedelta(seconds=2)).strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.mark.parametrize("change", CHANGES, ids=lambda each: each.__name__)
def test_whoever_follows_is_told(seen_by: Seen, change: Callable[[], Changed]) -> None:
    client, before = seen_by("alice"), an_instant_ago()
    patient, changed = change()
    for each in changed:
        kind = each.partition("/")[0]
        assert each in names(entries(asked(client, f"{kind}?_lastUpdated=gt{before}&_count=500")))
        assert fhirkit.validate(asked(client, each)) == []
    kinds = ",".join(sorted({each.partition("/")[0] for each in changed}))
    found = asked(client, f"Patient/{patient}/$everything?_since={before}&_type={kinds}&_count=500")
    assert set(changed) <= names(entries(found))
    export = bulk.begin(
        export=Export(clinic=hers(), asked_by=alice(), address="x", kinds=kinds.split(","), since=before)
    )
    bulk.write(export.pk)
    manifest = asked(client, f"exports/{export.pk}")
    files = [client.get(each["url"].removeprefix("http://testserver")) for each in manifest["output"]]
    lines = [json.loads(line) for file in files for line in b"".join(file.streaming_content).splitlines()]
    assert set(changed) <= names(lines)


def test_a_correction_stands_in_the_reaction_with_who_when_and_why(seen_by: Seen) -> None:
    row = bruising()
    before = asked(seen_by("alice"), f"AdverseEvent/{row.pk}")
    kind()
    between = asked(seen_by("alice"), f"AdverseEvent/{row.pk}")
    correct(row, "other", "It was on both cheeks too")
    now = asked(seen_by("alice"), f"AdverseEvent/{row.pk}")
    assert now["event"]["text"] == "Anaphylaxis"
    versions = {each["meta"]["versionId"] for each in (before, between, now)}
    assert len(versions) == 3
    first, second = (each["valueAnnotation"] for each in now["extension"])
    assert "Bruising → Anaphylaxis" in first["text"]
    assert "It was on both cheeks too" in second["text"]
    assert first["authorReference"]["reference"] == f"Practitioner/{alice().pk}"
    assert second["time"] == now["meta"]["lastUpdated"] > between["meta"]["lastUpdated"]
    assert "Bruising → Anaphylaxis (read again &lt;b&gt;)</p>" in now["text"]["div"]


def test_what_was_recorded_by_mistake_says_so_and_can_be_read_as_no_reaction(seen_by: Seen) -> None:
    client, row = seen_by("alice"), flagged()
    summary = f"Patient/{row.patient_id}/$summary"
    title = asked(client, f"AdverseEvent/{row.pk}")["event"]["text"]
    of = f"patient={row.patient_id}"
    assert title in json.dumps(asked(client, summary))
    withdrawn()
    told = asked(client, f"AdverseEvent/{row.pk}")
    assert told["modifierExtension"] == [{"url": MISTAKEN, "valueCode": "entered-in-error"}]
    assert not told.keys() & {"severity", "seriousness", "outcome", "suspectEntity", "date", "detected"}
    assert told["event"] == {"text": "Recorded by mistake: this is no reaction of the patient"}
    assert "read again" in told["text"]["div"]
    assert asked(client, f"Flag/reaction-{row.pk}")["status"] == "entered-in-error"
    assert f"AdverseEvent/{row.pk}" in names(entries(asked(client, f"AdverseEvent?{of}")))
    assert f"AdverseEvent/{row.pk}" not in names(
        entries(asked(client, f"AdverseEvent?{of}&event={row.kind}"))
    )
    assert f"Flag/reaction-{row.pk}" not in names(entries(asked(client, f"Flag?{of}&status=active")))
    document = json.dumps(asked(client, summary))
    assert "Recorded by mistake" not in document
    assert "entered-in-error" not in document


def test_a_flag_that_a_correction_raises_anew_is_up_from_then_on(seen_by: Seen) -> None:
    client, row = seen_by("alice"), bruising()
    assert client.get(f"/fhir/Flag/reaction-{row.pk}").status_code == 404
    kind()
    assert asked(client, f"Flag/reaction-{row.pk}")["status"] == "active"
    correct(row, "kind", "bruising")
    ended = asked(client, f"Flag/reaction-{row.pk}")
    assert (ended["status"], ended["period"]["end"]) == ("entered-in-error", ended["meta"]["lastUpdated"])


def test_a_measure_that_was_taken_back_says_why_who_and_when(seen_by: Seen) -> None:
    row = measured()
    measure_taken_back()
    told = asked(seen_by("alice"), f"Observation/measure-{row.pk}")
    assert told["status"] == "entered-in-error"
    assert told["note"][-1] == {
        "authorReference": {"reference": f"Practitioner/{alice().pk}", "display": alice().shown_name},
        "time": told["meta"]["lastUpdated"],
        "text": "another person",
    }
