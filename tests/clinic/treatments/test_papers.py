"""The papers, read back as text."""

from __future__ import annotations

import io

import pypdfium2
import pytest
import zxingcpp
from pypdf import PdfReader

from clinic.treatments.conftest import as_
from wheal.clinic.patients import links
from wheal.clinic.patients.models import Link
from wheal.clinic.people.actions import confirm_emergency_number
from wheal.clinic.treatments import actions


def text_of(answer) -> tuple[str, int]:
    assert answer["Content-Type"] == "application/pdf"
    pages = PdfReader(io.BytesIO(answer.content)).pages
    return " ".join(" ".join(page.extract_text().split()) for page in pages), len(pages)


def test_the_record_is_one_page_with_people_points_lots_and_doses(signed, alice):
    text, pages = text_of(as_(alice).get(f"/sessions/{signed.pk}/record.pdf"))
    assert pages == 1
    for words in (
        "RIVERA Maria",
        "Alice Example",
        "40 points",
        "K-1",
        "80 mg",
        "Under the chin",
        signed.record_digest,
    ):
        assert words in text, words


def test_the_record_says_what_became_of_the_mix(signed, alice):
    text, _pages = text_of(as_(alice).get(f"/sessions/{signed.pk}/record.pdf"))
    assert "10 mL drawn = 8 mL injected + 2 mL thrown away" in text


def test_the_record_shows_its_amendments(signed, alice):
    actions.amend(
        session=signed, corrects="depth", was="6 mm", should_be="5 mm", reason="Misread the stop", by=alice
    )
    text, _pages = text_of(as_(alice).get(f"/sessions/{signed.pk}/record.pdf"))
    assert "Misread the stop" in text


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "en",
            (
                "Call at once",
                "Emergency number: 911",
                "Call an ambulance now",
                "lot K-1",
                "fever",
                "it names each product",
            ),
        ),
        (
            "fr",
            (
                "Appelez aussitôt",
                "Numéro d’urgence : 911",
                "Appelez les secours",
                "lot K-1",
                "fièvre",
                "elle indique chaque produit",
            ),
        ),
    ],
)
def test_the_sheet_speaks_the_patients_language_and_begins_with_whom_to_call(signed, alice, language, words):
    signed.patient.language = language
    signed.patient.save()
    text, _pages = text_of(as_(alice).get(f"/sessions/{signed.pk}/aftercare.pdf"))
    assert ("this clinic has set none here" in text) or ("n’en a défini aucun ici" in text)
    confirm_emergency_number(clinic=signed.clinic, number="911", by=alice)
    text, _pages = text_of(as_(alice).get(f"/sessions/{signed.pk}/aftercare.pdf"))
    for each in words:
        assert each in text, each


def test_the_consent_is_printed_as_it_was_signed(signed, alice):
    answer = as_(alice).get(f"/sessions/{signed.pk}/consent.pdf")
    text, _pages = text_of(answer)
    for words in ("What is injected", "Deoxycholic acid", "Signed by", signed.consent.digest):
        assert words in text, words
    *_before, last = PdfReader(io.BytesIO(answer.content)).pages
    assert "Where this comes from" in last.extract_text() or last.extract_text().count("– ") >= 3
    for page in PdfReader(io.BytesIO(answer.content)).pages:
        assert f"{signed.patient} · SHA-256" in page.extract_text()


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("To take home and read", "What is injected", "Not signed.", "US prescribing information")),
        ("fr", ("À emporter et à lire", "Ce qui est injecté", "Non signé.", "notice américaine")),
    ],
)
def test_the_text_goes_home_on_paper_before_anything_is_signed(planned, alice, language, words):
    client = as_(alice)
    address = f"/sessions/{planned.pk}/consent-to-read.pdf"
    assert f"{address}?language=en" in client.get(f"/sessions/{planned.pk}/consent/").content.decode()
    text, _pages = text_of(client.get(f"{address}?language={language}"))
    for each in words:
        assert each in text, each
    assert "Signed by" not in text
    assert not planned.plan.consents.exists()


def test_there_is_no_paper_of_a_plan_that_says_too_little(booked, alice):
    assert as_(alice).get(f"/sessions/{booked.pk}/consent-to-read.pdf").status_code == 404


def test_a_name_is_never_read_as_a_command(signed, patient, alice):
    patient.family_name = '#panic("x") $1$ *bold* "'
    patient.save()
    text, _pages = text_of(as_(alice).get(f"/sessions/{signed.pk}/record.pdf"))
    assert "#PANIC" in text


def test_there_is_no_record_before_the_signature(ready, alice):
    assert as_(alice).get(f"/sessions/{ready.pk}/record.pdf").status_code == 404
    assert as_(alice).get(f"/sessions/{ready.pk}/aftercare.pdf").status_code == 404
    assert as_(alice).get(f"/sessions/{ready.pk}/consent.pdf").status_code == 200


def test_the_sheet_carries_a_code_under_which_this_patient_reports_a_reaction(signed, alice, settings):
    settings.PUBLIC_ADDRESS = "https://clinic.example"
    sheet = as_(alice).get(f"/sessions/{signed.pk}/aftercare.pdf").content
    again = as_(alice).get(f"/sessions/{signed.pk}/aftercare.pdf").content
    link = Link.objects.get()
    for printed in (sheet, again):
        (code,) = zxingcpp.read_barcodes(pypdfium2.PdfDocument(printed)[0].render(scale=3).to_numpy())
        assert code.text == f"https://clinic.example/p/{links.token(link)}/"
    assert (link.patient, link.purpose) == (signed.patient, "report")
