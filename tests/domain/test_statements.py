"""What a summary from elsewhere says: what of it is understood, and what is left for whoever asks to read."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from wheal import knowledge
from wheal.fhir import incoming
from wheal.fhir.datatypes import ABSENT
from wheal.fhir.outcomes import Refused

KNOWN = knowledge.current()
UTC = ZoneInfo("UTC")
PERSON = {
    "resourceType": "Patient", "id": "7", "name": [{"family": "Far", "given": ["Ana"]}], "gender": "female",
    "birthDate": "1986-04-03", "identifier": [{"system": "http://there.example", "value": "A7"}],
}  # fmt: skip
FAR = "https://there.example/fhir/Patient/7"


def document(*resources: dict, sections: tuple[dict, ...] = (), address: str = FAR) -> dict:
    page = {"resourceType": "Composition", "date": "2026-03-02", "section": list(sections)}
    entries = [{"resource": page}, {"fullUrl": address, "resource": PERSON}]
    return {
        "resourceType": "Bundle",
        "type": "document",
        "entry": [
            *entries,
            *({"fullUrl": f"urn:x:{place}", "resource": each} for place, each in enumerate(resources)),
        ],
    }


def allergy(words: str = "Penicillin", whose: object = None, **more: object) -> dict:
    return {
        "resourceType": "AllergyIntolerance", "patient": whose or {"reference": FAR}, "code": {"text": words},
    } | more  # fmt: skip


def became(*resources: dict, sections: tuple[dict, ...] = ()) -> list[tuple[str, str]]:
    return [
        (each.words, each.becomes)
        for each in incoming.read(document(*resources, sections=sections), KNOWN, UTC).said
    ]


@pytest.mark.parametrize(
    ("whose", "address", "is_theirs"),
    [
        ({"reference": FAR}, FAR, True),
        ({"reference": f"{FAR}/_history/3"}, FAR, True),
        ({"reference": "Patient/7"}, FAR, True),
        ({"reference": "Patient/7"}, "urn:uuid:1", True),
        ({"reference": "urn:uuid:1"}, "urn:uuid:1", True),
        ({"identifier": {"system": "http://there.example", "value": "A7"}}, FAR, True),
        ({"reference": "Patient/17"}, FAR, False),
        ({"reference": "https://other.example/fhir/Patient/7"}, FAR, False),
        ({"reference": "urn:uuid:2"}, "urn:uuid:1", False),
        ({"identifier": {"value": "A7"}}, FAR, False),
        ({"display": "The brother"}, FAR, False),
    ],
)
def test_what_is_said_of_somebody_else_is_not_taken_as_said_of_this_person(whose, address, is_theirs) -> None:
    told = document(allergy("Peanut", whose), address=address)
    if is_theirs:
        assert len(incoming.read(told, KNOWN, UTC).said) == 1
        return
    with pytest.raises(Refused) as refused:
        incoming.read(told, KNOWN, UTC)
    assert [each.path for each in refused.value.problems] == ["Bundle.entry[2].resource.patient"]


def test_what_is_not_to_be_given_and_what_was_refuted_is_nobody_s_medicine_or_allergy() -> None:
    never = {
        "resourceType": "MedicationRequest", "status": "active", "intent": "order", "doNotPerform": True,
        "subject": {"reference": FAR}, "medicationCodeableConcept": {"text": "Aspirin"},
    }  # fmt: skip
    refuted = {"verificationStatus": {"coding": [{"code": "refuted"}]}}
    slip = {"verificationStatus": {"coding": [{"code": "entered-in-error"}]}}
    told = incoming.read(document(never, allergy("Nuts", **refuted), allergy("Slip", **slip)), KNOWN, UTC)
    assert [(each.words, each.becomes) for each in told.said] == [
        ("Aspirin", "narrative"),
        ("Nuts", "denied"),
    ]
    assert told.answers == {}
    assert ("note", "doNotPerform") in told.said[0].more


def test_what_only_words_say_and_what_is_named_and_lacking_is_told_wherever_it_stands() -> None:
    def text(words: str, status: str = "generated") -> dict:
        return {"status": status, "div": f"<div><p>{words}</p></div>"}

    within = {"title": "Inner", "text": text("Latex &amp; wool")}
    sections = (
        {"title": "Outer", "text": text("said again below"), "section": [within]},
        {"title": "Same", "text": text("said by its entry"), "entry": [{"reference": "urn:x:0"}]},
        {"title": "More", "text": text("and more", "additional"), "entry": [{"reference": "urn:x:0"}]},
        {"title": "Lost", "entry": [{"reference": "AllergyIntolerance/9"}]},
    )
    assert became(allergy(), sections=sections)[1:] == [
        ("Inner: Latex & wool", "narrative"), ("More: and more", "narrative"), ("AllergyIntolerance/9", "lacking"),
    ]  # fmt: skip


def test_a_day_to_come_is_no_day_and_what_says_nothing_of_the_person_is_counted() -> None:
    told = incoming.read(document({"resourceType": "Provenance"}, {"resourceType": "Provenance"}), KNOWN, UTC)
    assert (told.written_by(date(2026, 3, 1)), told.written_by(date(2026, 3, 2))) == (None, date(2026, 3, 2))
    assert [each.words for each in told.told] == ["2 Provenance: says nothing of the person, and is not read"]


def text(words: str) -> dict:
    return {"text": words}


WHOSE = {"subject": {"reference": FAR}}
ORAL = {
    "doseAndRate": [{"doseQuantity": {"value": 5.0, "unit": "mg"}}], "route": text("oral"),
    "timing": {"repeat": {"frequency": 2, "period": 1, "periodUnit": "d"}},
}  # fmt: skip
LUPUS = {
    "resourceType": "Condition", "code": text("Lupus"), "stage": [{"summary": text("Stage IV")}],
    "verificationStatus": {"coding": [{"code": "differential"}]}, "onsetDateTime": "2019",
    "clinicalStatus": {"coding": [{"code": "active"}]}, "bodySite": [text("kidney")],
} | WHOSE  # fmt: skip
WARFARIN = {
    "resourceType": "MedicationStatement", "status": "on-hold", "statusReason": [text("bleeding")],
    "reasonCode": [text("mechanical valve")], "medicationCodeableConcept": text("Warfarin"), "dosage": [ORAL],
    "effectivePeriod": {"start": "2026-01-01", "end": "2026-05-01"},
} | WHOSE  # fmt: skip
SEIZURE = {
    "manifestation": [text("Seizure")], "severity": "severe", "substance": text("Articaine"),
    "exposureRoute": text("dental injection"), "onset": "2020-01-01", "note": [text("twice")],
}  # fmt: skip


@pytest.mark.parametrize(
    ("told", "line", "more"),
    [
        (LUPUS, "Lupus", [("stage", "summary: Stage IV"), ("certainty", "differential"), ("onsetDateTime", "2019"),
            ("bodySite", "kidney")]),
        (WARFARIN, "Warfarin · 2026-01-01", [("status", "on-hold"), ("reason", "bleeding"), ("why", "mechanical valve"),
            ("dosage", "5 mg, route: oral, frequency: 2, period: 1, periodUnit: d"),
            ("effectivePeriod", "2026-01-01 – 2026-05-01")]),
        (allergy("Lidocaine", reaction=[SEIZURE], category=["medication"],
                _lastOccurrence={"extension": [{"url": ABSENT, "valueCode": "masked"}]},
                extension=[{"url": "http://there.example/tested", "valueBoolean": False}]),
            "Lidocaine", [
                ("reaction", "Seizure, severe, substance: Articaine, exposureRoute: dental injection, "
                    "onset: 2020-01-01, note: twice"),
                ("category", "medication"), ("lastOccurrence", "(masked)"), ("extension", "tested: false")]),
    ],
)  # fmt: skip
def test_a_statement_stands_with_all_that_softens_or_sharpens_it(told: dict, line: str, more: list) -> None:
    (said,) = incoming.read(document(told), KNOWN, UTC).said
    assert said.words == line
    assert sorted(said.more) == sorted(more)


def test_a_statement_of_many_words_says_how_much_of_it_found_no_room() -> None:
    (said,) = incoming.read(
        document(allergy(note=[text(str(number)) for number in range(60)])), KNOWN, UTC
    ).said
    assert (len(said.more), said.more[-1]) == (41, ("left_out", "20"))


def test_whatever_is_said_of_the_person_beside_the_lists_stands_in_its_own_words() -> None:
    pregnancy = {"coding": [{"system": "http://loinc.org", "code": "82810-3", "display": "Pregnancy status"}]}
    mix = {
        "resourceType": "Medication",
        "id": "mix",
        "code": text("Mix A"),
        "ingredient": [{"itemReference": {"reference": "Medication/lot", "display": "Demoxychol L7"}}],
    }
    lot = {
        "resourceType": "Medication", "id": "lot", "code": text("Demoxychol"),
        "ingredient": [{"itemReference": {"display": "Deoxycholic acid"}, "strength": {
            "numerator": {"value": 10, "unit": "mg"}, "denominator": {"value": 1, "unit": "mL"}}}],
        "batch": {"lotNumber": "L7", "expirationDate": "2027-01-31"},
    }  # fmt: skip
    given = {
        "resourceType": "MedicationAdministration", "status": "completed", "effectiveDateTime": "2026-02-01",
        "medicationReference": {"reference": "Medication/mix", "display": "Mix A"},
        "dosage": {"site": text("Under the chin"), "dose": {"value": 5.2, "unit": "mL"}},
    } | WHOSE  # fmt: skip
    told = incoming.read(
        document(
            {"resourceType": "Observation", "status": "final", "code": pregnancy, "effectiveDateTime": "2026-10-01",
                "valueCodeableConcept": text("Pregnant")} | WHOSE,
            {"resourceType": "Observation", "status": "final", "code": text("HIV"), "valueString": "positive"} | WHOSE,
            given, mix, lot,
            {"resourceType": "Procedure", "status": "not-done", "code": text("Biopsy"), "performedDateTime": "2020"}
                | WHOSE,
            {"resourceType": "Device", "id": "p", "deviceName": [{"name": "Pacemaker", "type": "other"}]},
            {"resourceType": "AdverseEvent", "actuality": "actual", "event": text("Skin necrosis after injection"),
                "date": "2024-02-01"} | WHOSE,
            {"resourceType": "Procedure", "status": "entered-in-error", "code": text("Slip")} | WHOSE,
        ),
        KNOWN, UTC,
    )  # fmt: skip
    assert {each.becomes for each in told.said} == {"beside"}
    assert [(each.kind, each.words) for each in told.said] == [
        ("AdverseEvent", "Skin necrosis after injection · 2024-02-01"), ("Device", "Pacemaker"),
        ("MedicationAdministration", "Mix A · Under the chin · 5.2 mL · Demoxychol lot L7 "
            "(Deoxycholic acid 10 mg/mL, expires 2027-01-31) · 2026-02-01"),
        ("Procedure", "not done · Biopsy · 2020"), ("Observation", "HIV: positive"),
        ("Observation", "Pregnancy status · Pregnant · 2026-10-01"),
    ]  # fmt: skip
    more = {each.words.partition(" ·")[0]: dict(each.more) for each in told.said}
    assert more["Mix A"]["lot"] == "Demoxychol · L7 · 2027-01-31 · Deoxycholic acid 10 mg / 1 mL"
    assert more["Skin necrosis after injection"] == {}
    assert more["not done"]["status"] == "not-done"
    assert (told.answers, told.unread) == ({}, {})


def test_a_measure_of_somebody_else_is_refused_by_its_path() -> None:
    other = {
        "resourceType": "Observation",
        "status": "final",
        "code": text("HIV"),
        "subject": {"reference": "Patient/9"},
    }
    with pytest.raises(Refused) as refused:
        incoming.read(document(other), KNOWN, UTC)
    assert [each.path for each in refused.value.problems] == ["Bundle.entry[2].resource.subject"]


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2026-11-27T02:30:00.000Z", "2026-11-26"),  # an evening in Portland
        ("2026-11-27T02:30:00+00:00", "2026-11-26"),
        ("2026-11-27T17:00:00Z", "2026-11-27"),
        ("2026-11-26T23:30:00-05:00", "2026-11-26"),  # by the clock of who wrote it
        ("2026-11-27T01:00:00+09:00", "2026-11-27"),
        ("2026-11-27", "2026-11-27"),
        ("2026-11", "2026-11"),
        ("2026", "2026"),
    ],
)
def test_the_day_of_a_moment_is_the_one_that_it_was_for_who_wrote_it(written, day) -> None:
    portland = ZoneInfo("America/Los_Angeles")
    weight = {
        "resourceType": "Observation",
        "status": "final",
        "code": text("Weight"),
        "effectiveDateTime": written,
    }
    taken = {"resourceType": "MedicationStatement", "status": "active", "effectivePeriod": {"start": written},
        "medicationCodeableConcept": text("Warfarin")}  # fmt: skip
    whole = document(weight | WHOSE, taken | WHOSE, allergy("Nuts", recordedDate=written))
    whole["entry"][0]["resource"]["date"] = written
    told = incoming.read(whole, KNOWN, portland)
    assert {each.words for each in told.said} == {f"Weight · {day}", f"Warfarin · {day}", f"Nuts · {day}"}
    assert told.day == (date.fromisoformat(day) if len(day) == 10 else None)


def snomed(code: str, display: str = "") -> dict:
    return {
        "coding": [
            {"system": "http://snomed.info/sct", "code": code} | ({"display": display} if display else {})
        ]
    }


@pytest.mark.parametrize(
    "code", ["716186003", "409137002", "428607008", "429625007", "428197003", "160244002"]
)
def test_no_known_allergy_is_no_allergy_and_of_one_kind_not_of_all(code) -> None:
    """As most hospitals say it. Nothing is answered by it: every kind is asked here."""
    told = incoming.read(document(allergy(code=snomed(code))), KNOWN, UTC)
    assert [(each.becomes, each.question) for each in told.said] == [("nothing", "")]
    assert (told.kept, told.answers) == ([], {})
    assert [each.words for each in told.told] == [f"{code}: it is asked here"]


def test_no_known_medicines_and_no_problems_are_neither_medicine_nor_problem() -> None:
    none = {"resourceType": "MedicationStatement", "status": "active",
        "medicationCodeableConcept": snomed("787481004", "No known medications")} | WHOSE  # fmt: skip
    well = {
        "resourceType": "Condition",
        "code": snomed("160245001", "No current problems or disability"),
    } | WHOSE
    told = incoming.read(document(none, well), KNOWN, UTC)
    assert [each.becomes for each in told.said] == ["nothing", "nothing"]
    assert told.answers == {}


@pytest.mark.parametrize(
    ("concept", "becomes"),
    [
        (snomed("1", "No known peanut allergy (situation)"), "absent"),  # a code that is not known here
        (text("NKDA"), "absent"),
        (text("NKA - No known allergy"), "absent"),
        (text("No known allergies."), "absent"),
        (text("Pas d’allergie connue"), "absent"),
        (text("Aucune allergie connue"), "absent"),
        (text("No known allergy except latex"), "other"),
        (text("No known allergies; rash with penicillin"), "other"),
        (text("Aucune autre allergie"), "other"),
        (text("Nonoxinol"), "other"),
        (text("Nuts"), "other"),
        ({"text": "Penicillin"} | snomed("1", "No known drug allergy"), "other"),
    ],
)
def test_words_that_sound_like_none_are_kept_and_asked_and_are_no_allergy(concept, becomes) -> None:
    told = incoming.read(document(allergy(code=concept)), KNOWN, UTC)
    assert [each.becomes for each in told.said] == [becomes]
    assert len(told.kept) == 1
    assert bool(told.answers) == (becomes == "other")
    assert told.told[0].severity == "warning"


def test_a_no_with_something_said_beside_it_or_that_was_refuted_is_kept_whole() -> None:
    beside = allergy(code=snomed("716186003"), note=[text("A rash as a child")])
    wrong = allergy(code=snomed("716186003"), verificationStatus={"coding": [{"code": "refuted"}]})
    told = incoming.read(document(beside, wrong), KNOWN, UTC)
    assert [each.becomes for each in told.said] == ["absent", "denied"]
    assert ("note", "A rash as a child") in told.said[0].more


def test_a_section_that_says_itself_that_it_is_empty_holds_no_allergy() -> None:
    def section(words: str, **more: object) -> dict:
        div = {"status": "generated", "div": f"<div>{words}</div>"}
        return {"title": "Allergies", "code": {"coding": [{"code": "48765-2"}]}, "text": div} | more

    empty = section("Not available", emptyReason={"coding": [{"code": "unavailable"}]})
    sections = (empty, section("No known allergies"), section("Latex"))
    assert [each for _words, each in became(sections=sections)] == ["absent", "absent", "narrative"]
