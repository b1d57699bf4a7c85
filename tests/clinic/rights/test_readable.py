"""The copy in words: whatever record.json holds stands in the document that a person can read."""

from __future__ import annotations

import html
import io
import json
import re
import zipfile
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest
from django.db.models import Model
from django.utils import translation

from wheal import knowledge
from wheal.clinic.followup.models import Contact, Measure
from wheal.clinic.patients import actions as patients
from wheal.clinic.patients import elsewhere, link_actions
from wheal.clinic.patients.models import History, Patient
from wheal.clinic.portal import actions as portal
from wheal.clinic.preparing.models import OwnDoctor, Question
from wheal.clinic.rights.bundle import bundle
from wheal.clinic.rights.labels import LABELS
from wheal.clinic.rights.meanings import Meanings
from wheal.clinic.rights.readable import FOR_MACHINES, is_told
from wheal.clinic.rights.sections import SECTIONS
from wheal.clinic.rights.whole import EDGES, LEFT_OUT, SECRET

KNOWN = knowledge.current()
CODE = re.compile(r"\b[a-z]+(?:_[a-z]+)+\b")


def tables() -> Iterator[type[Model]]:
    """All that a record may hold."""
    seen: list[type[Model]] = [Patient]
    for model in seen:
        yield model
        further = (each.related_model for each in model._meta.related_objects if not each.many_to_many)
        for one in further:
            if one not in seen and one._meta.app_label not in EDGES and one._meta.label_lower not in LEFT_OUT:
                seen.append(one)


def test_every_table_and_every_column_of_a_record_has_words() -> None:
    found = list(tables())
    assert len(found) > 50
    assert {model._meta.label_lower for model in found} == set(SECTIONS)
    nameless = {
        f"{model._meta.label_lower}.{field.name}"
        for model in found
        for field in model._meta.fields
        if field.name not in SECRET and is_told(model, field.name) and field.name not in LABELS
    }
    assert not nameless


def _copy(patient: Patient) -> tuple[dict[str, dict[str, dict[str, object]]], str]:
    archive = zipfile.ZipFile(io.BytesIO(bundle(patient, KNOWN)))
    return json.loads(archive.read("record.json"))["records"], archive.read("record.html").decode()


@pytest.fixture
def followed(signed, alice, dora) -> Patient:
    """One signed session, a question, a weight, an answer of follow-up, an own doctor and a question to them."""
    patient, day = signed.patient, signed.clinic.day_of()
    portal.ask(link=link_actions.give(patient=patient, purpose="pages", by=dora), text="May I swim <soon>?")
    Measure.objects.create(patient=patient, instrument="weight", value="63.4", on=day, recorded_by=alice)
    Contact.objects.create(
        patient=patient, area="submental", on=day, outcome="answered", note="A numb spot", recorded_by=alice
    )
    OwnDoctor.objects.create(patient=patient, name="Dr Elm", may_be_told=True, recorded_by=alice)
    said = elsewhere.Statement(
        "Penicillin", "allergies", "other", "", (("code", "SNOMED CT 91936005"),), None, "Hôpital du Lac"
    )
    last = patient.histories.completed().first().pk
    patients.save_history(
        patient=patient,
        answers=elsewhere.with_words({}, [said]),
        version=0,
        after=last,
        by=alice,
        known=KNOWN,
    )
    Question.objects.create(patient=patient, words="Has warfarin changed?", asked_on=day, recorded_by=alice)
    return patient


@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_record_json_holds_stands_in_the_readable_document(followed, language) -> None:
    Patient.objects.filter(pk=followed.pk).update(language=language)
    followed.refresh_from_db()
    records, page = _copy(followed)
    assert len(records) > 12
    told = html.unescape(page)
    with translation.override(language):
        for table, rows in records.items():
            assert f"<h2>{SECTIONS[table]}</h2>" in told
            for number, row in rows.items():
                entry = told.split(f'<article id="{table}-{number}">')[1].split("</article>")[0]
                held = [name for name, value in row.items() if value not in (None, "", [], {})]
                missing = [name for name in held if name not in FOR_MACHINES and name != "points"
                           and f"<dt>{LABELS[name]}</dt>" not in entry]  # fmt: skip
                assert not missing, table
        empty = [str(title) for table, title in SECTIONS.items() if table not in records]
    assert all(f"<li>{title}</li>" in told for title in empty)
    assert "<script" not in page
    assert "May I swim &lt;soon&gt;?" in page


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("female", "Under the chin", "Deoxycholic acid", "Are you pregnant?", "Yes", "A numb spot",
                "Dr Elm", "Penicillin, SNOMED CT 91936005 (Hôpital du Lac, day not known)")),
        ("fr", ("féminin", "Sous le menton", "Acide désoxycholique", "Êtes-vous enceinte", "Oui", "A numb spot",
                "Dr Elm", "Penicillin, SNOMED CT 91936005 (Hôpital du Lac, jour inconnu)")),
    ],
)  # fmt: skip
def test_it_is_told_in_the_patient_s_words_and_in_no_codes(followed, language, words) -> None:
    Patient.objects.filter(pk=followed.pk).update(language=language)
    followed.refresh_from_db()
    _records, page = _copy(followed)
    told = html.unescape(re.sub(r"<[^>]+>", "\n", page))
    assert [each for each in words if each not in told] == []
    assert set(CODE.findall(told)) == set()
    assert not re.search(r"\b[0-9a-f]{64}\b", told), "what proves that nothing changed is for programs"


@pytest.mark.parametrize(
    ("filled_in", "words"),
    [("2026-11-26T17:30:00.000Z", "26 November 2026, 09:30"), ("2026-11-26", "26 November 2026")],
)
def test_when_another_system_took_a_history_in_is_told_no_sharper_than_it_is_known(filled_in, words) -> None:
    meanings = Meanings(KNOWN, "en", ZoneInfo("America/Los_Angeles"), {}, {})
    assert meanings.said(History, "filled_in", filled_in) == words
