"""What a summary from elsewhere says: what of it is understood, and what is left for whoever asks to read."""

from __future__ import annotations

from datetime import date

import pytest

from wheal import knowledge
from wheal.fhir import incoming
from wheal.fhir.outcomes import Refused

KNOWN = knowledge.current()
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
        for each in incoming.read(document(*resources, sections=sections), KNOWN).said
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
        assert len(incoming.read(told, KNOWN).said) == 1
        return
    with pytest.raises(Refused) as refused:
        incoming.read(told, KNOWN)
    assert [each.path for each in refused.value.problems] == ["Bundle.entry[2].resource.patient"]


def test_what_is_not_to_be_given_and_what_was_refuted_is_nobody_s_medicine_or_allergy() -> None:
    never = {
        "resourceType": "MedicationRequest", "status": "active", "intent": "order", "doNotPerform": True,
        "subject": {"reference": FAR}, "medicationCodeableConcept": {"text": "Aspirin"},
    }  # fmt: skip
    refuted = {"verificationStatus": {"coding": [{"code": "refuted"}]}}
    slip = {"verificationStatus": {"coding": [{"code": "entered-in-error"}]}}
    told = incoming.read(document(never, allergy("Nuts", **refuted), allergy("Slip", **slip)), KNOWN)
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


def test_a_day_to_come_is_no_day_and_other_kinds_are_counted() -> None:
    told = incoming.read(document({"resourceType": "Observation"}, {"resourceType": "Observation"}), KNOWN)
    assert (told.written_by(date(2026, 3, 1)), told.written_by(date(2026, 3, 2))) == (None, date(2026, 3, 2))
    assert [each.words for each in told.told] == ["2 Observation: not read into the history"]
