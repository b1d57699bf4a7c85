"""A code from the box fills in the receipt, or says in both languages why it cannot."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import translation

import people
from wheal.barcodes import REASONS
from wheal.clinic.scan_words import WORDS
from wheal.clinic.stock import actions
from wheal.clinic.stock.models import Lot, Product

GTIN = "09506000134352"
UNTIL = people.today() + timedelta(days=400)
CODE = f"]d201{GTIN}10AB-1\x1d17{UNTIL:%y%m%d}"


def _product(clinic, by, gtin: str) -> Product:
    new = actions.NewProduct("Democaine", "lidocaine", Decimal(10), "mg/mL", "multi_dose", Decimal(20), gtin)
    return actions.add_product(clinic=clinic, product=new, by=by)


@pytest.fixture
def product(clinic, alice) -> Product:
    return _product(clinic, alice, GTIN)


@pytest.fixture
def as_alice(client, alice):
    client.force_login(alice)
    return client


def _filled(answer) -> dict[str, object]:
    return {
        name: answer.context["form"][name].value() for name in ("product", "number", "expires", "containers")
    }


@pytest.mark.parametrize("code", [CODE, CODE[3:] + "\r\n", f"(01){GTIN}(10)AB-1(17){UNTIL:%y%m%d}"])
def test_a_scanned_code_fills_in_product_lot_and_expiry(as_alice, product, code):
    answer = as_alice.get("/stock/receive/", {"code": code})
    assert answer.status_code == 200
    assert _filled(answer) == {"product": product.pk, "number": "AB-1", "expires": UNTIL, "containers": 1}
    assert "Compare it with what is printed" in answer.content.decode()
    assert not Lot.objects.exists()


@pytest.mark.parametrize("kept", ["09506000134352", "9506000134352"])
def test_a_product_is_found_with_or_without_leading_zeros(as_alice, clinic, alice, kept):
    product = _product(clinic, alice, kept)
    assert _filled(as_alice.get("/stock/receive/", {"code": CODE}))["product"] == product.pk


def test_what_was_filled_in_is_received_as_if_typed(as_alice, product):
    filled = _filled(as_alice.get("/stock/receive/", {"code": CODE}))
    as_alice.post("/stock/receive/", filled | {"expires": filled["expires"].isoformat()})
    lot = Lot.objects.get()
    assert (lot.product, lot.number, lot.expires) == (product, "AB-1", UNTIL)


def test_a_time_of_expiry_fills_in_its_day(as_alice, product):
    answer = as_alice.get("/stock/receive/", {"code": f"01{GTIN}70033012312200"})
    assert _filled(answer)["expires"] == date(2030, 12, 31)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("", "Nothing was read."),
        ("4006381333931", "plain EAN barcode"),
        (CODE.replace(GTIN, "09506000134353"), "check digit is wrong"),
        (f"01{GTIN}17271301", "date that does not exist"),
        ("10AB-1", "not the product (GTIN)"),
        ("17271231", "does not say which product"),
        ("0103400930000120", "No product here has the GTIN 03400930000120"),
        ("+A123BJC5D6E71G", "HIBC"),
    ],
)
def test_a_code_that_does_not_help_is_refused_clearly_and_fills_in_nothing(as_alice, product, code, words):
    answer = as_alice.get("/stock/receive/", {"code": code})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert _filled(answer) == {"product": None, "number": None, "expires": None, "containers": 1}


def test_two_products_with_the_same_gtin_are_left_to_choose(as_alice, clinic, alice, product):
    _product(clinic, alice, GTIN[1:])
    answer = as_alice.get("/stock/receive/", {"code": CODE})
    assert answer.status_code == 422
    assert "Several products" in answer.content.decode()


def test_a_product_of_another_clinic_is_not_found_by_its_code(client, product, charlie):
    client.force_login(charlie)
    _product(charlie.memberships.get().clinic, charlie, "")
    assert "Aucun produit ici" in client.get("/stock/receive/", {"code": CODE}).content.decode()


def test_every_reason_is_said_in_both_languages():
    assert set(WORDS) == set(REASONS)
    for words in WORDS.values():
        with translation.override("en"):
            english = str(words)
        with translation.override("fr"):
            assert str(words) != english


def test_the_page_shows_what_was_read_without_letting_it_become_markup(as_alice, product):
    page = as_alice.get("/stock/receive/", {"code": "<script>alert(1)</script>"}).content.decode()
    assert "<script>alert" not in page
