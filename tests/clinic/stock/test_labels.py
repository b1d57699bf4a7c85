"""Labels of our own read back, lead to what they name, and a digit misread leads nowhere."""

from __future__ import annotations

import io
from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pypdfium2
import pytest
import zxingcpp
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

import people
import ready
from wheal.clinic import own_labels, vault
from wheal.clinic.photographs import checking
from wheal.clinic.stock import actions as stock
from wheal.clinic.stock.models import Container, Place, Product

UNTIL = people.today() + timedelta(days=400)


def as_alice(client, alice):
    client.force_login(alice)
    return client


def codes_on(pdf: bytes) -> dict[str, str]:
    """What a scanner finds on the printed label, by kind of symbol."""
    picture = pypdfium2.PdfDocument(pdf)[0].render(scale=6).to_numpy()
    return {found.format.name: found.text for found in zxingcpp.read_barcodes(picture)}


def words_on(pdf: bytes) -> str:
    return PdfReader(io.BytesIO(pdf)).pages[0].extract_text().replace("\xa0", " ")


@pytest.fixture
def container(clinic, alice) -> Container:
    return stock.open_container(lot=ready.lot(clinic, alice, "A-1"), by=alice)


@pytest.fixture
def cupboard(clinic, alice) -> Place:
    return stock.keep_place(
        clinic=clinic, name="Cupboard 2", kind="cupboard", warmest_c=Decimal(25), by=alice
    )


def test_the_label_of_a_container_says_until_when_and_both_symbols_read(client, alice, container):
    client = as_alice(client, alice)
    printed = client.get(f"/stock/containers/{container.pk}/label.pdf").content
    code = own_labels.code_of(own_labels.CONTAINER, container.pk)
    found = codes_on(printed)
    assert found["DataMatrix"] == code
    assert found["QRCode"] == f"http://testserver/stock/scan/?code={code}"
    zone = ZoneInfo(container.lot.product.clinic.time_zone)
    last = timezone.localtime(container.opened_at + timedelta(days=28), zone)
    words = words_on(printed)
    assert all(said in words for said in ("Test deoxycholic_acid", "Lot A-1", "Alice Example", code))
    assert f"Not after {last.day} {last:%b %Y}" in words
    assert client.get("/stock/scan/", {"code": found["DataMatrix"]}).url == f"/stock/lots/{container.lot_id}/"


def test_the_label_of_a_place_leads_to_it(client, alice, cupboard):
    client = as_alice(client, alice)
    printed = client.get(f"/stock/places/{cupboard.pk}/label.pdf").content
    found = codes_on(printed)
    assert "Cupboard 2" in words_on(printed)
    assert client.get(found["QRCode"]).url == f"/stock/places/{cupboard.pk}/"


@given(
    kind=st.sampled_from("CPT"),
    number=st.integers(1, 10**11 - 1),
    at=st.integers(2, 13),
    more=st.integers(1, 9),
)
def test_a_digit_misread_names_nothing(kind, number, at, more):
    code = own_labels.code_of(kind, number)
    assert own_labels.read(code) == own_labels.read(f" {code.lower()}\r\n") == (kind, number)
    wrong = code[:at] + str((int(code[at]) + more) % 10) + code[at + 1 :]
    with pytest.raises(own_labels.WrongCode):
        own_labels.read(wrong)


@pytest.mark.parametrize("code", ["", "WM000000000012", "WC12", "XC000000000017", "(01)09506000134352"])
def test_what_is_not_ours_is_left_to_others(code):
    assert own_labels.read(code) is None


def test_a_label_of_another_clinic_leads_nowhere(client, charlie, container, cupboard):
    client.force_login(charlie)
    for kind, row in ((own_labels.CONTAINER, container), (own_labels.PLACE, cupboard)):
        answer = client.get("/stock/scan/", {"code": own_labels.code_of(kind, row.pk)}, follow=True)
        assert answer.status_code == 404


@pytest.mark.parametrize(
    ("gtin", "national_code"),
    [("09506000134352", ""), ("9506000134352", ""), ("", "34009 300 001 2 0"), ("", "61414-567-89")],
)
def test_a_box_is_found_by_its_gtin_or_its_national_number(client, alice, clinic, gtin, national_code):
    scanned = {"34009 300 001 2 0": "03400930000120", "61414-567-89": "00361414567894"}
    code = scanned.get(national_code, "09506000134352")
    new = stock.NewProduct(
        "Acid",
        "deoxycholic_acid",
        Decimal(10),
        "mg/mL",
        "single_dose",
        Decimal(2),
        gtin,
        national_code=national_code,
    )
    product = stock.add_product(clinic=clinic, product=new, by=alice)
    client = as_alice(client, alice)
    known = {"code": f"01{code}17{UNTIL:%y%m%d}10B-1"}
    assert client.get("/stock/receive/", known).context["form"]["product"].value() == product.pk
    assert client.get("/stock/scan/", known).url.startswith("/stock/receive/?code=")
    lot = stock.receive(product=product, number="B-1", expires=UNTIL, containers=1, by=alice)
    assert client.get("/stock/scan/", known).url == f"/stock/lots/{lot.pk}/"


def test_a_leaflet_is_kept_encrypted_and_read_back(client, alice, clinic, settings):
    product = stock.add_product(
        clinic=clinic,
        product=stock.NewProduct("Acid", "deoxycholic_acid", Decimal(10), "mg/mL", "single_dose", Decimal(2)),
        by=alice,
    )
    pdf = own_labels.pdf(
        own_labels.Label("en", "Leaflet of Acid", (), "", "WC000000000017", "x", "Bridge Street")
    )
    client = as_alice(client, alice)
    form = {
        "substance": "deoxycholic_acid", "name": "Acid", "strength": "10", "strength_unit": "mg/mL",
        "container_kind": "single_dose", "container_ml": "2", "per_box": "5", "substance_2": "lidocaine",
        "strength_2": "5", "strength_unit_2": "mg/mL", "label": "Maker, 2026",
    }  # fmt: skip
    path = f"/stock/products/{product.pk}/edit/"
    for no_pdf in (b"MZ no PDF", b"%PDF-1.7\n<html><script>1</script></html>", pdf[: len(pdf) // 2]):
        refused = client.post(path, form | {"label_file": io.BytesIO(no_pdf)})
        assert "A PDF of no more than 10 MB" in refused.content.decode()
    assert client.post(path, form | {"label_file": io.BytesIO(pdf)}).status_code == 302
    product.refresh_from_db()
    assert product.also == [["lidocaine", "5", "mg/mL"]]
    answer = client.get(f"/stock/products/{product.pk}/leaflet.pdf")
    assert b"".join(answer.streaming_content) == pdf
    assert not [
        file for file in settings.VAULT.rglob("*") if file.is_file() and pdf[:64] in file.read_bytes()
    ]
    assert str(checking.look()).startswith("1 leaflet: each has its files")
    vault.current().remove(product.label_file)
    assert checking.look().wrong == (f"leaflet {product.pk}: the leaflet has no file",)
    stock.receive(product=product, number="B-1", expires=UNTIL, containers=1, by=alice)
    fixed = client.post(path, form | {"strength": "20"})
    assert "can no longer change" in fixed.content.decode()
    assert Product.objects.get().strength == 10


@pytest.mark.parametrize(
    ("typed", "leads_to_stock"),
    [
        ("{label}", True),
        ("010950600013435217301231\x1d10AB-1", True),
        ("(01)09506000134352(10)AB-1", True),
        ("https://id.gs1.org/01/09506000134352/10/AB-1", True),
        ("Rivera", False),
        ("02/05/1984", False),
        ("0155501234", False),
        ("01 55 50 12 34 56 78 90", False),
    ],
)
def test_a_code_scanned_into_the_search_finds_what_it_names(client, alice, container, typed, leads_to_stock):
    typed = typed.format(label=own_labels.code_of(own_labels.CONTAINER, container.pk))
    answer = as_alice(client, alice).get("/patients/", {"q": typed})
    assert (answer.status_code == 302 and answer.url.startswith("/stock/scan/")) is leads_to_stock


def test_the_desk_searches_people_alone(client, dora, container):
    client.force_login(dora)
    code = own_labels.code_of(own_labels.CONTAINER, container.pk)
    assert client.get("/patients/", {"q": code}).status_code == 200
