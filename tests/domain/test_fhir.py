"""How a search is compared, what scopes allow, how answers travel: plain values, no server."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wheal import knowledge
from wheal.fhir import questionnaires, scopes
from wheal.fhir.datatypes import with_meta
from wheal.fhir.matching import Criterion, dated, prefixed, span

PARIS = ZoneInfo("Europe/Paris")


@pytest.mark.parametrize(
    ("element", "value", "is_so"),
    [
        ("2024-05-02", "2024-05-02", True),
        ("2024-05-02", "2024-05", True),
        ("2024-05-02", "2024", True),
        ("2024-05", "2024-05-02", False),
        ("2024-05-02", "ne2024-05-02", False),
        ("2024-05-02", "gt2024-05-01", True),
        ("2024-05-02", "gt2024-05-02", False),
        ("2024-05-02", "ge2024-05-02", True),
        ("2024-05-02", "lt2024-05-02", False),
        ("2024-05-02", "le2024-05-02", True),
        ("2024-05-02", "sa2024-05-01", True),
        ("2024-05-02", "eb2024-05-03", True),
        ("2024-05-02T10:00:00Z", "2024-05-02", True),
        ("2024-05-01T22:30:00Z", "2024-05-02", True),  # half past midnight in Paris
        ("2024-05-01T22:30:00Z", "2024-05-01T22:30Z", True),
        ("2024-05-01T22:30:00.500Z", "2024-05-01T22:30:00Z", True),
        ({"start": "2024-05-01"}, "gt2030", True),  # not ended
        ({"start": "2024-05-01", "end": "2024-06-01"}, "gt2030", False),
        ({"start": "2024-05-01", "end": "2024-06-01"}, "2024", True),
    ],
)
def test_dates_are_compared_as_spans(element: object, value: str, is_so: bool) -> None:
    assert dated(element, value, PARIS) is is_so


@pytest.mark.parametrize(
    "text", ["", "x", "20240502", "2024-13", "2024-02-30", "2024-05-02T25:00Z", "2024-05-02 10:00"]
)
def test_what_is_no_date_is_none(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        span(text, PARIS)


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.dates(date(1900, 1, 1), date(2100, 1, 1)))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_of_two_days_exactly_one_order_holds(one: date, other: date) -> None:
    said = {
        prefix: dated(one.isoformat(), f"{prefix}{other.isoformat()}", PARIS) for prefix in ("lt", "eq", "gt")
    }
    assert [prefix for prefix, is_so in said.items() if is_so] == [
        "lt" if one < other else "gt" if one > other else "eq"
    ]
    assert prefixed(other.isoformat()) == ("eq", other.isoformat())


CONCEPT = {"code": {"coding": [{"system": "http://a", "code": "1"}, {"system": "http://b", "code": "2"}]},
    "active": True,
           "name": [{"use": "official", "family": "Étoile-Noire", "given": ["Zoë"]}],
           "subject": {"reference": "Patient/7"}}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "path", "value", "modifier", "is_so"),
    [
        ("token", "code", "1", "", True),
        ("token", "code", "http://a|1", "", True),
        ("token", "code", "http://b|1", "", False),
        ("token", "code", "http://b|", "", True),
        ("token", "code", "|1", "", False),
        ("token", "code", "3", "not", True),
        ("token", "code", "1", "not", False),
        ("token", "active", "true", "", True),
        ("string", "name", "etoile", "", True),
        ("string", "name", "noire", "", False),
        ("string", "name", "noire", "contains", True),
        ("string", "name", "zoe", "", True),
        ("string", "name", "Zoë", "exact", True),
        ("string", "name", "zoë", "exact", False),
        ("string", "name", "official", "", False),
        ("reference", "subject", "7", "", True),
        ("reference", "subject", "Patient/7", "", True),
        (
            "reference",
            "subject",
            "https://elsewhere/fhir/Patient/7",
            "",
            False,
        ),  # our own is taken off before
        ("reference", "subject", "Group/7", "", False),
        ("reference", "subject", "77", "", False),
        ("reference", "nobody", "true", "missing", True),
        ("reference", "subject", "true", "missing", False),
    ],
)
def test_elements_are_compared_as_their_type_wants(
    kind: str, path: str, value: str, modifier: str, is_so: bool
) -> None:
    assert Criterion("x", kind, (path,), ("Patient",), modifier, (value,)).matches(CONCEPT, PARIS) is is_so


@pytest.mark.parametrize(
    ("scope", "kind", "letters"),
    [
        ("patient/*.rs", "Observation", "rs"),
        ("user/Patient.read", "Patient", "rs"),
        ("system/Appointment.cruds", "Appointment", "cruds"),
        ("patient/*.*", "Condition", "cruds"),
        ("user/Appointment.write", "Appointment", "cud"),
        ("user/Patient.r", "Observation", ""),
        ("launch/patient", "Patient", ""),
        ("patient/Observation.sr", "Observation", ""),  # letters in their order alone
        ("patient/Observation.rs?category=laboratory", "Observation", ""),  # not held to, so not granted
        ("patient/Observation.", "Observation", ""),
    ],
)
def test_a_scope_allows_what_it_says(scope: str, kind: str, letters: str) -> None:
    granted = scopes.of([scope])
    assert {letter for letter in scopes.LETTERS if scopes.allow(granted, kind, letter)} == set(letters)


def _answers() -> st.SearchStrategy[dict[str, object]]:
    offered = {}
    for name, question in knowledge.current().questions.items():
        each = {
            "yes_no": st.booleans(),
            "codes": st.lists(st.sampled_from(question.codes or ("x",)), unique=True, max_size=3),
            "number": st.decimals(question.least or 0, question.most or 1, places=1).map(
                lambda value: f"{value:f}"
            ),
            "date": st.dates(date(1900, 1, 1), date(2020, 1, 1)).map(date.isoformat),
            "text": st.text("abc é’", min_size=1, max_size=9).filter(str.strip),
        }[question.kind]
        offered[name] = st.none() | each
    return st.fixed_dictionaries({}, optional=offered)


@given(_answers())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_answers_that_were_told_read_back_as_they_were(answers: dict[str, object]) -> None:
    known = knowledge.current()
    read = questionnaires.read(
        {"item": questionnaires.items(answers, known, "fr")}, known, today=date(2026, 1, 1)
    )
    assert read.problems == ()
    assert read.answers.keys() == answers.keys()
    for name, answer in answers.items():
        same = (
            float(answer) == float(read.answers[name])
            if known.questions[name].kind == "number" and answer
            else None
        )
        assert same or read.answers[name] == answer, name


def test_the_version_is_of_the_content_alone() -> None:
    one = with_meta({"resourceType": "Patient", "id": "1", "gender": "female"}, None)
    same = with_meta({"gender": "female", "id": "1", "resourceType": "Patient"}, None)
    other = with_meta({"resourceType": "Patient", "id": "1", "gender": "male"}, None)
    assert one["meta"]["versionId"] == same["meta"]["versionId"] != other["meta"]["versionId"]


def test_units_of_the_questions_are_codes_of_ucum_and_what_people_write_stands_beside() -> None:
    asked = questionnaires.questionnaire(knowledge.current(), "fr")
    units = {
        (each["valueCoding"]["code"], each["valueCoding"]["display"])
        for page in asked["item"] for item in page["item"] for each in item.get("extension", [])
        if each["url"].endswith("questionnaire-unit")
    }  # fmt: skip
    assert units == {("kg", "kg"), ("cm", "cm"), ("/min", "/min"), ("mm[Hg]", "mmHg")}
