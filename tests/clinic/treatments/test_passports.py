"""The treatment passport: the PDF that the patient keeps, read by somebody else's readers."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO

import pypdfium2
import zxingcpp
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from clinic.treatments.conftest import as_
from wheal import passport
from wheal.clinic.audit.models import Event
from wheal.clinic.treatments import actions, passports


def printed(signed, alice) -> bytes:
    answer = as_(alice).get(f"/passport/{signed.patient_id}.pdf")
    assert answer["Content-Type"] == "application/pdf"
    return answer.content


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split())


def scanned(pdf: bytes) -> list[str]:
    pages = pypdfium2.PdfDocument(pdf)
    return [
        code.text
        for page in pages
        for code in zxingcpp.read_barcodes(page.render(scale=3).to_numpy())
        if code.format == zxingcpp.BarcodeFormat.QRCode
    ]


def test_it_names_product_lot_area_volume_day_and_practitioner(signed, alice) -> None:
    text = text_of(printed(signed, alice))
    (row,) = signed.passes.all()
    lots = [name for each in row.mix.components.all() for name in (each.lot.number, each.lot.product.name)]
    for told in (str(signed.patient), alice.shown_name, "Under the chin", *lots):
        assert told in text
    assert f"{row.total_ml.normalize():f} mL" in text


def test_its_codes_say_the_same_without_a_connection(signed, alice) -> None:
    texts = scanned(printed(signed, alice))
    assert "N|Under the chin" in texts[0]
    person, visits = passport.read(texts)
    assert person.name == str(signed.patient)
    assert visits == passports.visits_of(signed.patient)
    (treated,) = visits[0].treated
    assert abs(sum(given.volume_ml for given in treated.given) - treated.volume_ml) < Decimal("0.01")


def test_an_amendment_is_told_on_it(signed, alice) -> None:
    actions.amend(
        session=signed, corrects="other", was="US01-A", should_be="US01-B", reason="misread", by=alice
    )
    pdf = printed(signed, alice)
    assert "US01-B" in text_of(pdf)
    assert "US01-A → US01-B" in passport.read(scanned(pdf))[1][0].corrections[0]


def test_it_speaks_the_language_of_the_patient(signed, alice) -> None:
    signed.patient.language = "fr"
    signed.patient.save()
    pdf = printed(signed, alice)
    assert "Passeport de soins" in text_of(pdf)
    assert PdfReader(BytesIO(pdf)).trailer["/Root"]["/Lang"].startswith("fr")


def test_printing_it_is_written_down(signed, alice) -> None:
    printed(signed, alice)
    event = Event.objects.first()
    assert (event.what, event.patient_id) == ("treatments.passport_printed", signed.patient_id)


def test_before_the_first_signature_there_is_none_and_that_is_said(ready, alice) -> None:
    answer = as_(alice).get(f"/passport/{ready.patient_id}.pdf", follow=True)
    assert "The passport begins with the first" in answer.content.decode()
    assert "passport" not in as_(alice).get(f"/timeline/{ready.patient_id}/").content.decode()


def test_another_clinic_does_not_find_it(signed, charlie) -> None:
    assert as_(charlie).get(f"/passport/{signed.patient_id}.pdf").status_code == 404


def test_few_queries_however_many_sessions(signed, alice) -> None:
    client = as_(alice)
    client.get("/")
    with CaptureQueriesContext(connection) as asked:
        client.get(f"/passport/{signed.patient_id}.pdf")
    assert len(asked) < 14
