from __future__ import annotations

import json

import pytest

import documents
from wheal.assessment import Malformed, answer_line, read_document

C = "plan.mix.components.0"
PATHS = "plan.mix.components[0]"


def _refusal(known, data):
    with pytest.raises(Malformed) as refused:
        read_document(data, known)
    return refused.value.code, refused.value.path


@pytest.mark.parametrize(
    ("sets", "code", "path"),
    [
        ({"colour": 1}, "unknown_field", "colour"),
        ({"patient.name": "x"}, "unknown_field", "patient.name"),
        ({f"{C}.lot.maker": "x"}, "unknown_field", f"{PATHS}.lot.maker"),
        ({f"{C}.concentration.text": "x"}, "unknown_field", f"{PATHS}.concentration.text"),
        ({"plan.mix_id": "x"}, "unknown_field", "plan.mix_id"),
        ({"plan.mix.mix_id": "x"}, "unknown_field", "plan.mix.mix_id"),
        ({"plan.points.count": "40"}, "wrong_type", "plan.points.count"),
        ({"plan.points.count": True}, "wrong_type", "plan.points.count"),
        ({"plan.points.count": 40.5}, "bad_value", "plan.points.count"),
        ({"plan.points.count": 0}, "bad_value", "plan.points.count"),
        ({"plan.points.volume_ml": 0}, "bad_value", "plan.points.volume_ml"),
        ({"plan.points.volume_ml": "0.2"}, "wrong_type", "plan.points.volume_ml"),
        ({"plan.points": [1]}, "wrong_type", "plan.points"),
        ({"plan.points.spacing_cm": -1}, "bad_value", "plan.points.spacing_cm"),
        ({"plan.depth_mm": -1}, "bad_value", "plan.depth_mm"),
        ({"plan.area_cm2": 0}, "bad_value", "plan.area_cm2"),
        ({"plan.area_cm2": 1e300}, "bad_value", "plan.area_cm2"),
        ({"plan.area_cm2": 1e-300}, "bad_value", "plan.area_cm2"),
        ({"plan.area_cm2": 10**30}, "bad_value", "plan.area_cm2"),
        ({"patient": "Alice"}, "wrong_type", "patient"),
        ({"patient.sex": 3}, "wrong_type", "patient.sex"),
        ({"patient.sex": " "}, "bad_value", "patient.sex"),
        ({"patient.pregnant": "no"}, "wrong_type", "patient.pregnant"),
        ({"patient.pregnant": 0}, "wrong_type", "patient.pregnant"),
        ({"patient.weight_kg": 0}, "bad_value", "patient.weight_kg"),
        ({"patient.weight_kg": -62}, "bad_value", "patient.weight_kg"),
        ({"patient.allergies": "soy"}, "wrong_type", "patient.allergies"),
        ({"patient.allergies": [3]}, "wrong_type", "patient.allergies[0]"),
        ({"patient.birth_date": "2026-11-23"}, "bad_value", "patient.birth_date"),
        ({"patient.birth_date": 19840502}, "wrong_type", "patient.birth_date"),
        ({"date": "2026-02-30"}, "bad_value", "date"),
        ({"date": "22/11/2026"}, "bad_value", "date"),
        ({"date": "2026-11-22T00:00:00Z"}, "bad_value", "date"),
        ({"plan.mix.inject_at": "2026-11-22T09:20:00"}, "bad_value", "plan.mix.inject_at"),
        ({"plan.mix.inject_at": "2026-11-22T25:20:00Z"}, "bad_value", "plan.mix.inject_at"),
        ({"plan.mix.inject_at": "0001-01-01T00:00:00+14:00"}, "bad_value", "plan.mix.inject_at"),
        ({"plan.mix.inject_at": 1}, "wrong_type", "plan.mix.inject_at"),
        ({"plan.mix.components": []}, "bad_value", "plan.mix.components"),
        ({"plan.mix.components": {}}, "wrong_type", "plan.mix.components"),
        ({f"{C}.volume_ml": -8}, "bad_value", f"{PATHS}.volume_ml"),
        ({f"{C}.concentration": 10}, "wrong_type", f"{PATHS}.concentration"),
        ({f"{C}.concentration.value": 0}, "bad_value", f"{PATHS}.concentration"),
        ({f"{C}.concentration.value": "10"}, "wrong_type", f"{PATHS}.concentration.value"),
        ({f"{C}.concentration.unit": "mg"}, "bad_value", f"{PATHS}.concentration.unit"),
        ({f"{C}.concentration.unit": "[iU]/mL"}, "bad_value", f"{PATHS}.concentration.unit"),
        ({f"{C}.concentration.unit": "mg per mL"}, "bad_value", f"{PATHS}.concentration.unit"),
        ({f"{C}.concentration.unit": 3}, "wrong_type", f"{PATHS}.concentration.unit"),
        ({f"{C}.lot.expires": "soon"}, "bad_value", f"{PATHS}.lot.expires"),
        ({f"{C}.lot.recalled": "no"}, "wrong_type", f"{PATHS}.lot.recalled"),
        ({"jurisdiction": "XX"}, "unknown_code", "jurisdiction"),
        ({"patient.sex": "f"}, "unknown_code", "patient.sex"),
        ({"practitioner.role": "wizard"}, "unknown_code", "practitioner.role"),
        ({"practitioner.credentials.1.kind": "badge"}, "unknown_code", "practitioner.credentials[1].kind"),
        ({"plan.purpose": "hair"}, "unknown_code", "plan.purpose"),
        ({"plan.area": "elbow"}, "unknown_code", "plan.area"),
        ({"plan.technique": "throw"}, "unknown_code", "plan.technique"),
        ({"plan.mix.prepared_by": "magic"}, "unknown_code", "plan.mix.prepared_by"),
        ({f"{C}.container.kind": "bucket"}, "unknown_code", f"{PATHS}.container.kind"),
        ({"previous_sessions.0.area": "elbow"}, "unknown_code", "previous_sessions[0].area"),
        ({"previous_sessions.0.date": "2026-11-23"}, "bad_value", "previous_sessions[0].date"),
        ({"previous_sessions": {}}, "wrong_type", "previous_sessions"),
        ({"previous_sessions.0.substances": []}, "wrong_type", "previous_sessions[0].substances"),
        (
            {"previous_sessions.0.substances.dissolvine.unit": "mL"},
            "bad_value",
            "previous_sessions[0].substances.dissolvine.unit",
        ),
        (
            {"previous_sessions.0.substances.dissolvine.value": -1},
            "bad_value",
            "previous_sessions[0].substances.dissolvine",
        ),
        (
            {f"{C}.substance": "newthing", f"{C}.concentration.unit": "mg"},
            "bad_value",
            f"{PATHS}.concentration.unit",
        ),
    ],
)
def test_a_document_that_cannot_be_judged_names_the_path(known, sets, code, path):
    assert _refusal(known, json.dumps(documents.changed(documents.CLEAN, sets)).encode()) == (code, path)


@pytest.mark.parametrize(
    "path",
    [
        "jurisdiction",
        "date",
        "patient",
        "patient.birth_date",
        "patient.sex",
        "practitioner.role",
        "practitioner.credentials",
        "practitioner.credentials.0.kind",
        "plan",
        "plan.purpose",
        "plan.area",
        "plan.technique",
        "plan.mix",
        "plan.mix.components",
        f"{C}.substance",
        f"{C}.concentration",
        f"{C}.concentration.value",
        f"{C}.concentration.unit",
        f"{C}.volume_ml",
        f"{C}.lot",
        f"{C}.lot.number",
        f"{C}.lot.expires",
        "plan.points.count",
        "plan.points.volume_ml",
        "previous_sessions.0.date",
        "previous_sessions.0.substances",
    ],
)
def test_a_missing_mandatory_field_is_named(known, path):
    document = documents.changed(documents.CLEAN, removes=[path])
    named = path.replace(".0", "[0]")
    assert _refusal(known, json.dumps(document).encode()) == ("missing_field", named)


@pytest.mark.parametrize(
    "path",
    [
        "patient.weight_kg",
        "patient.height_cm",
        "patient.pregnant",
        "patient.breastfeeding",
        "patient.allergies",
        "patient.conditions",
        "patient.medications",
        "previous_sessions",
        "plan.area_cm2",
        "plan.depth_mm",
        "plan.mix.prepared_at",
        "plan.mix.inject_at",
        "plan.mix.prepared_by",
        f"{C}.container",
        f"{C}.container.opened_at",
        f"{C}.lot.recalled",
        "plan.points.spacing_cm",
        "practitioner.credentials.0.valid_until",
    ],
)
def test_everything_else_may_be_absent_or_null_which_is_the_same(known, path):
    absent = documents.changed(documents.CLEAN, removes=[path])
    null = documents.changed(documents.CLEAN, {path: None})
    answers = [answer_line(json.dumps(it).encode(), known) for it in (absent, null)]
    assert answers[0] == answers[1]
    assert b'"error"' not in answers[0]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "not_json"),
        (b"{", "not_json"),
        (b"nonsense", "not_json"),
        (b"\xff\xfe", "not_json"),
        (b'{"date": NaN}', "bad_value"),
        (b'{"date": -Infinity}', "bad_value"),
        (b'{"date": 1, "date": 2}', "not_json"),
        (b'{"patient": {"sex": "male", "sex": "female"}}', "not_json"),
        (b"[" * 100_000, "not_json"),
        (b'{"date": 1e99999999999999999999999}', "not_json"),
        (b'{"date": ' + b"9" * 5000 + b"}", "not_json"),
        (b"[]", "wrong_type"),
        (b"null", "wrong_type"),
        (b"3", "wrong_type"),
    ],
)
def test_what_is_no_document_says_so(known, data, code):
    assert _refusal(known, data)[0] == code


def test_a_misspelt_field_is_told_before_the_one_that_it_leaves_missing(known):
    document = documents.changed(documents.CLEAN, {"plan.aera": "chin"}, ["plan.area"])
    assert _refusal(known, json.dumps(document).encode()) == ("unknown_field", "plan.aera")


def test_two_units_of_one_unknown_substance_must_agree(known):
    parts = [documents.component("newthing", 1, "mg/mL", 8), documents.component("newthing", 1, "[iU]/mL", 8)]
    document = documents.changed(documents.CLEAN, {"plan.mix.components": parts})
    path = "plan.mix.components[1].concentration.unit"
    assert _refusal(known, json.dumps(document).encode()) == ("bad_value", path)


def test_numbers_are_read_exactly(known):
    document = json.dumps(documents.CLEAN).replace('"volume_ml": 8.0', '"volume_ml": 8.0000000000000000001')
    case = read_document(document.encode(), known)
    assert str(case.passes[0].mix.volume_ml) == "8.0000000000000000001"


def test_an_error_is_one_line_with_code_path_and_message(known):
    answer = json.loads(answer_line(b"{}", known))
    assert set(answer) == {"error"}
    assert set(answer["error"]) == {"code", "path", "message"}


@pytest.mark.parametrize(
    "text",
    ['{"\\ud800": 1}', json.dumps(documents.CLEAN).replace('"allergies": []', '"allergies": ["\\ud800"]')],
)
def test_half_a_character_is_answered_like_any_other_text(known, text):
    assert json.loads(answer_line(text.encode(), known))


def test_a_byte_order_mark_is_no_part_of_the_document(known):
    assert b"error" not in answer_line(b"\xef\xbb\xbf" + json.dumps(documents.CLEAN).encode(), known)
