"""Deliveries, counts, transfers and places, as people work with them."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

import people
import ready
from wheal.clinic.people.models import Role
from wheal.clinic.safety.checking_trace import discrepancies
from wheal.clinic.stock import actions as stock
from wheal.clinic.stock.models import Count, Delivery, Lot, Movement, Place, Product, Transfer

GTIN = "09506000134352"
UNTIL = people.today() + timedelta(days=400)


def box(lot: str = "AB-1", serial: str = "") -> str:
    return f"]d201{GTIN}17{UNTIL:%y%m%d}10{lot}" + (f"\x1d21{serial}" if serial else "")


@pytest.fixture
def product(clinic, alice) -> Product:
    """Sold in boxes of five."""
    new = stock.NewProduct(
        "Acid",
        "deoxycholic_acid",
        Decimal(10),
        "mg/mL",
        "single_dose",
        Decimal(2),
        GTIN,
        per_box=5,
        low_at=12,
    )
    return stock.add_product(clinic=clinic, product=new, by=alice)


@pytest.fixture
def lot(product, alice) -> Lot:
    return stock.receive(product=product, number="AB-1", expires=UNTIL, containers=10, by=alice)


@pytest.fixture
def as_alice(client, alice):
    client.force_login(alice)
    return client


def words(answer) -> str:
    return answer.content.decode()


def begun(as_alice) -> Delivery:
    today = people.today().isoformat()
    as_alice.post("/stock/deliveries/new/", {"supplier": "", "document": "N-7", "arrived_on": today})
    return Delivery.objects.get()


def test_a_delivery_is_scanned_box_after_box_and_received_in_one_go(as_alice, product):
    stock.keep_supplier(clinic=product.clinic, name="Wholesale", contact="Robin", by=None)
    delivery = begun(as_alice)
    for code in (box(serial="S1"), box(serial="S2"), box("AB-2")):
        assert as_alice.post(f"/stock/deliveries/{delivery.pk}/scan/", {"code": code}).status_code == 302
    again = as_alice.post(f"/stock/deliveries/{delivery.pk}/scan/", {"code": box(serial="S2")})
    assert (again.status_code, "scanned already (serial number S2)" in words(again)) == (422, True)
    assert not Movement.objects.exists()
    as_alice.post(f"/stock/deliveries/{delivery.pk}/receive/")
    as_alice.post(f"/stock/deliveries/{delivery.pk}/receive/")  # a second tap
    assert dict(Lot.objects.values_list("number", "unopened")) == {"AB-1": 10, "AB-2": 5}
    assert discrepancies() == []
    page = words(as_alice.get(f"/stock/deliveries/{delivery.pk}/"))
    assert "15 containers" in page
    late = as_alice.post(f"/stock/deliveries/{delivery.pk}/scan/", {"code": box("AB-3")})
    assert "was received already" in words(late)


@pytest.mark.parametrize("why", ["recalled", "expired"])
def test_a_box_that_may_not_be_used_is_told_when_it_is_scanned_and_lies_in_quarantine(
    as_alice, alice, product, lot, why
):
    """Called back before, or past its day: nobody takes it in without a word."""
    code, told = box(), "Lot AB-1 is called back (Particles seen)."
    if why == "recalled":
        stock.recall(lot=lot, reason="Particles seen", by=alice)
    else:
        code, told = (
            f"01{GTIN}1720013110AB-9",
            "Lot AB-9 is in quarantine (Past its expiry date when it was received).",
        )
    delivery = begun(as_alice)
    scanned = words(as_alice.post(f"/stock/deliveries/{delivery.pk}/scan/", {"code": code}, follow=True))
    assert "Put this box aside" in scanned
    received = words(as_alice.post(f"/stock/deliveries/{delivery.pk}/receive/", follow=True))
    assert told in received
    assert Lot.objects.get(number=code.split("10")[-1]).is_blocked
    assert discrepancies() == []


def test_a_code_without_lot_or_expiry_fills_in_the_line_to_be_completed(as_alice, product):
    delivery = begun(as_alice)
    answer = as_alice.post(f"/stock/deliveries/{delivery.pk}/scan/", {"code": f"01{GTIN}"})
    assert answer.status_code == 422
    form = answer.context["line_form"]
    assert (form["product"].value(), form["containers"].value()) == (product.pk, 5)
    typed = {"line-product": product.pk, "line-number": "C-1", "line-expires": UNTIL.isoformat(),
             "line-containers": "3", "line-price": "12,50"}  # fmt: skip
    as_alice.post(f"/stock/deliveries/{delivery.pk}/add/", typed)
    line = delivery.lines.get()
    assert (line.number, line.containers, line.price) == ("C-1", 3, Decimal("12.50"))


def test_a_line_that_was_received_wrongly_is_replaced_and_both_stay(as_alice, product):
    delivery = begun(as_alice)
    as_alice.post(f"/stock/deliveries/{delivery.pk}/scan/", {"code": box()})
    as_alice.post(f"/stock/deliveries/{delivery.pk}/receive/")
    line = delivery.lines.get()
    name = f"line{line.pk}"
    right = {f"{name}-product": product.pk, f"{name}-number": "AB-9", f"{name}-expires": UNTIL.isoformat(),
             f"{name}-containers": "4", f"{name}-reason": "one was broken, and the number misread"}  # fmt: skip
    assert as_alice.post(f"/stock/lines/{line.pk}/change/", right).status_code == 302
    assert dict(Lot.objects.values_list("number", "unopened")) == {"AB-1": 0, "AB-9": 4}
    assert "in place of another line: one was broken" in words(
        as_alice.get(f"/stock/deliveries/{delivery.pk}/")
    )
    twice = as_alice.post(f"/stock/lines/{line.pk}/change/", right)
    assert "replaced already" in words(twice)
    assert discrepancies() == []


def test_what_was_used_since_cannot_be_taken_out_of_a_delivery(as_alice, alice, product):
    delivery = begun(as_alice)
    as_alice.post(f"/stock/deliveries/{delivery.pk}/scan/", {"code": box()})
    as_alice.post(f"/stock/deliveries/{delivery.pk}/receive/")
    stock.open_container(lot=Lot.objects.get(), by=alice)
    line = delivery.lines.get()
    new = stock.NewLine(product, "AB-9", UNTIL, 5)
    with pytest.raises(stock.StockRefused, match="used_since"):
        stock.replace_line(line=line, new=new, reason="wrong", by=alice)
    assert discrepancies() == []


def test_the_price_of_a_millilitre_is_that_of_the_last_delivery(as_alice, alice, product):
    for price, number in (("10.00", "P-1"), ("13.00", "P-2")):
        made = stock.begin_delivery(
            clinic=product.clinic, supplier=None, document="", arrived_on=people.today(), by=alice
        )
        stock.scan_line(delivery=made, new=stock.NewLine(product, number, UNTIL, 5, Decimal(price)), by=alice)
        stock.receive_delivery(delivery=made, by=alice)
    page = words(as_alice.get(f"/stock/products/{product.pk}/"))
    assert "6.50 USD" in page
    assert "13.00 a container" in page


def test_low_soon_expired_and_left_open_stand_on_top(as_alice, alice, product, clinic):
    soon = people.today() + timedelta(days=5)
    stock.receive(product=product, number="SOON", expires=soon, containers=3, by=alice)
    gone = stock.receive(product=product, number="GONE", expires=UNTIL, containers=2, by=alice)
    Lot.objects.filter(pk=gone.pk).update(expires=people.today() - timedelta(days=1))
    vials = ready.lot(clinic, alice, "V-1", substance="lidocaine")
    begun_long_ago = timezone.now() - timedelta(days=40)
    container = stock.open_container(lot=vials, by=alice, at=begun_long_ago)
    to_do = as_alice.get("/stock/").context["to_do"]
    assert [row.product for row in to_do.low] == [product]
    assert [row.lot.number for row in to_do.ends_soon] == ["SOON"]
    assert [row.lot.number for row in to_do.expired] == ["GONE"]
    assert to_do.open_too_long == [container]
    as_alice.post(f"/stock/containers/{container.pk}/empty/", {"back": "list"})
    assert as_alice.get("/stock/").context["to_do"].open_too_long == []


@pytest.mark.parametrize(
    ("asked", "shown", "found"),
    [("", "all", True), ("acid", "all", True), ("ACIDE DÉSOXYCHOLIQUE", "all", True), ("ab-1", "all", True),
     ("950600013", "all", True), ("lidocaine", "all", False), ("", "low", True), ("", "unusable", False)],
)  # fmt: skip
def test_the_shelf_is_searched_by_name_substance_code_and_lot(as_alice, lot, asked, shown, found):
    rows = as_alice.get("/stock/", {"q": asked, "shown": shown}).context["rows"]
    assert bool(rows) is found


def test_a_count_is_saved_explained_and_closed(as_alice, alice, lot):
    container = stock.open_container(lot=lot, by=alice)
    as_alice.post("/stock/counts/", {"place": ""})
    count = Count.objects.get()
    shelf, opened = count.lines.get(container=None), count.lines.get(container=container)
    path = f"/stock/counts/{count.pk}/save/"
    assert "Not counted yet" in words(as_alice.post(path, {f"found_{shelf.pk}": "8", "close": ""}))
    counted = {f"found_{shelf.pk}": "8", f"found_{opened.pk}": "2", "close": ""}
    refused = words(as_alice.post(path, counted))
    assert "what is there differs from the books" in refused
    assert "the books say 9" in refused
    explained = counted | {f"why_{shelf.pk}": "one fell behind the drawer"}
    assert as_alice.post(path, explained).status_code == 302
    lot.refresh_from_db()
    assert lot.unopened == 8
    assert "one fell behind the drawer" in words(as_alice.get(f"/stock/counts/{count.pk}/"))
    assert discrepancies() == []


def test_what_moved_since_it_was_counted_is_counted_again(as_alice, alice, lot):
    count = stock.begin_count(clinic=lot.product.clinic, by=alice)
    line = count.lines.get()
    stock.save_count(count=count, found={line.pk: stock.Found(20_000)}, by=alice)
    stock.open_container(lot=lot, by=alice)
    with pytest.raises(stock.StockRefused, match="moved_since"):
        stock.close_count(count=count, by=alice)
    lot.refresh_from_db()
    assert lot.unopened == 9


def test_what_moved_and_came_back_is_counted_again_to_the_same_number(as_alice, alice, lot):
    count = stock.begin_count(clinic=lot.product.clinic, by=alice)
    line = count.lines.get()
    path, before = f"/stock/counts/{count.pk}/save/", Movement.objects.last().pk
    entered = {f"found_{line.pk}": "9", f"latest_{line.pk}": str(before)}
    as_alice.post(path, entered)
    stock.waste(lot=lot, containers=1, reason="broken", by=alice)
    stale = words(as_alice.post(path, entered | {"close": ""}))  # from the page made before
    assert "count it again" in stale
    assert 'value="9"' not in stale
    again = {f"found_{line.pk}": "9", f"latest_{line.pk}": str(Movement.objects.last().pk), "close": ""}
    assert as_alice.post(path, again).status_code == 302
    count.refresh_from_db()
    assert (count.closed_at is not None, count.lines.get().movement) == (True, None)


def test_a_vial_in_the_hand_that_the_books_do_not_know_is_counted_in(as_alice, alice, lot):
    stock.waste(lot=lot, containers=10, reason="broken", by=alice)
    count = stock.begin_count(clinic=lot.product.clinic, by=alice)
    as_alice.post(f"/stock/counts/{count.pk}/add/", {"lot": lot.pk})
    line = count.lines.get()
    found = {f"found_{line.pk}": "1", f"why_{line.pk}": "it had rolled under the shelf", "close": ""}
    as_alice.post(f"/stock/counts/{count.pk}/save/", found)
    lot.refresh_from_db()
    assert lot.unopened == 1
    assert Movement.objects.last().kind == "found"


@pytest.fixture
def lane(clinic, alice):
    """Another clinic of the group, where Lena works."""
    return people.clinic("Mill Lane")


@pytest.fixture
def as_lena(django_user_model, lane):
    from django.test import Client

    client = Client()
    client.force_login(people.person("Lena", Role.NURSE, lane))
    return client


def test_what_is_sent_arrives_with_its_difference_explained(as_alice, as_lena, lot, lane):
    as_alice.post("/stock/transfers/new/", {"receiver": lane.pk, "note": "", f"lot_{lot.pk}": "4"})
    transfer = Transfer.objects.get()
    lot.refresh_from_db()
    assert lot.unopened == 6
    assert (
        "Arrived"
        not in words(as_alice.get(f"/stock/transfers/{transfer.pk}/")).split("</h1>")[1].split("<table")[0]
    )
    line = transfer.lines.get()
    path, found = f"/stock/transfers/{transfer.pk}/arrive/", {f"there_{line.pk}": "3"}
    assert as_alice.post(path, found).status_code == 404  # the sender does not say what arrived
    assert "differs from the books" in words(as_lena.post(path, found))
    assert as_lena.post(path, found | {f"why_{line.pk}": "one broke on the way"}).status_code == 302
    there = Lot.objects.get(product__clinic=lane)
    assert (there.number, there.unopened, there.product.gtin) == ("AB-1", 3, GTIN)
    assert as_alice.post(f"/stock/transfers/{transfer.pk}/call-back/").status_code == 302
    lot.refresh_from_db()
    assert lot.unopened == 6  # it has arrived: nothing comes back
    assert discrepancies() == []


def test_what_did_not_leave_is_called_back(as_alice, as_lena, lot, lane):
    as_alice.post("/stock/transfers/new/", {"receiver": lane.pk, f"lot_{lot.pk}": "4"})
    transfer = Transfer.objects.get()
    assert as_lena.post(f"/stock/transfers/{transfer.pk}/call-back/").status_code == 404
    as_alice.post(f"/stock/transfers/{transfer.pk}/call-back/")
    lot.refresh_from_db()
    assert lot.unopened == 10
    assert discrepancies() == []


def test_what_was_called_back_on_its_way_arrives_blocked(as_lena, alice, lot, lane):
    transfer = stock.send(sender=lot.product.clinic, receiver=lane, lots=[(lot, 2)], by=alice)
    lot.refresh_from_db()
    stock.recall(lot=lot, reason="particles", by=alice)
    assert "Recalled" in words(as_lena.get(f"/stock/transfers/{transfer.pk}/"))
    as_lena.post(f"/stock/transfers/{transfer.pk}/arrive/", {f"there_{transfer.lines.get().pk}": "2"})
    assert Lot.objects.get(product__clinic=lane).recalled_at is not None


@pytest.mark.parametrize("state", ["recalled", "expired"])
def test_nothing_unusable_is_sent(lot, lane, alice, state):
    if state == "recalled":
        stock.recall(lot=lot, reason="particles", by=alice)
    else:
        Lot.objects.filter(pk=lot.pk).update(expires=people.today() - timedelta(days=2))
    with pytest.raises(stock.StockRefused):
        stock.send(sender=lot.product.clinic, receiver=lane, lots=[(lot, 1)], by=alice)
    assert not Transfer.objects.exists()


@pytest.fixture
def cold(clinic, alice, lot) -> Place:
    kept = stock.keep_place(
        clinic=clinic,
        name="Refrigerator 1",
        kind="refrigerator",
        coldest_c=Decimal(2),
        warmest_c=Decimal(8),
        by=alice,
    )
    stock.put(lot=lot, place=kept, by=alice)
    return kept


@pytest.mark.parametrize(
    ("shown", "bounds", "aside"),
    [
        ({"celsius": "8"}, None, False),
        ({"celsius": "8,1"}, None, True),
        ({"celsius": "1.9"}, None, True),
        ({"celsius": "5", "highest_c": "12"}, None, True),
        ({"celsius": "9"}, (None, "25"), False),  # outside the place, within what the label asks
        ({"celsius": "1"}, ("2", "25"), True),
        (
            {"celsius": "-5"},
            (None, "25"),
            True,
        ),  # too cold for the place, and nobody wrote down how cold it may be
    ],
)
def test_what_lay_too_warm_or_too_cold_is_set_aside(as_alice, lot, cold, shown, bounds, aside):
    if bounds:
        coldest, warmest = (each and Decimal(each) for each in bounds)
        Product.objects.update(coldest_c=coldest, warmest_c=warmest)
    as_alice.post(f"/stock/places/{cold.pk}/read/", shown)
    lot.refresh_from_db()
    assert (lot.quarantined_at is not None) is aside
    assert ("Kept in Refrigerator 1 at" in lot.block_reason) is aside


def test_what_was_blocked_before_is_named_by_the_excursion_and_not_freed_with_it(as_alice, alice, lot, cold):
    stock.quarantine(lot=lot, reason="particles seen", by=alice)
    stock.read_temperature(place=cold, celsius=Decimal(19), by=alice)
    lot.refresh_from_db()
    assert lot.block_reason.startswith("particles seen · Kept in ")
    excursion = cold.excursions.get()
    page = words(as_alice.get(f"/stock/places/{cold.pk}/"))
    assert "was blocked before" in page
    assert "particles seen" in page
    settled = {"lots": [lot.pk], "conclusion": "fine"}
    assert as_alice.post(f"/stock/excursions/{excursion.pk}/settle/", settled).status_code == 422
    as_alice.post(f"/stock/excursions/{excursion.pk}/settle/", {"conclusion": "fine"})
    lot.refresh_from_db()
    assert lot.is_blocked


def test_each_reading_sets_aside_what_was_freed_since_and_tells_the_rest_once(alice, lot, cold):
    stock.quarantine(lot=lot, reason="particles seen", by=alice)
    for celsius in (19, 20):
        stock.read_temperature(place=cold, celsius=Decimal(celsius), by=alice)
    lot.refresh_from_db()
    assert lot.block_reason.count("Kept in ") == 1
    stock.free(lot=lot, reason="no particles", by=alice)
    stock.read_temperature(place=cold, celsius=Decimal(21), by=alice)
    lot.refresh_from_db()
    excursion = cold.excursions.get()
    assert lot.block_reason == "Kept in Refrigerator 1 at 21 °C."
    assert (list(excursion.lots.all()), list(excursion.already.all())) == ([lot], [])
    stock.free(lot=lot, reason="four hours do no harm", by=alice)
    stock.read_temperature(place=cold, celsius=Decimal(22), by=alice)
    lot.refresh_from_db()
    assert lot.is_blocked


def test_an_excursion_is_settled_by_whoever_may_free_a_lot(as_alice, client, bob, lot, cold):
    as_alice.post(f"/stock/places/{cold.pk}/read/", {"celsius": "14"})
    excursion = cold.excursions.get()
    assert "nothing of it may be injected" in words(as_alice.get(f"/stock/places/{cold.pk}/"))
    settled = {"lots": [lot.pk], "conclusion": "the maker says four hours at 25 degrees do no harm"}
    client.force_login(bob)
    assert client.post(f"/stock/excursions/{excursion.pk}/settle/", settled).status_code == 403
    client.force_login(excursion.reading.read_by)
    assert client.post(f"/stock/excursions/{excursion.pk}/settle/", {"conclusion": ""}).status_code == 422
    client.post(f"/stock/excursions/{excursion.pk}/settle/", settled)
    lot.refresh_from_db()
    excursion.refresh_from_db()
    assert (lot.is_blocked, excursion.settled_at is not None) == (False, True)


def test_a_lot_that_was_called_back_meanwhile_is_not_freed_by_settling(as_alice, alice, lot, cold):
    as_alice.post(f"/stock/places/{cold.pk}/read/", {"celsius": "14"})
    lot.refresh_from_db()
    stock.recall(lot=lot, reason="particles", by=alice)
    excursion = cold.excursions.get()
    as_alice.post(f"/stock/excursions/{excursion.pk}/settle/", {"lots": [lot.pk], "conclusion": "fine"})
    lot.refresh_from_db()
    assert lot.is_blocked


def test_a_temperature_is_taken_back_and_stays(as_alice, cold):
    as_alice.post(f"/stock/places/{cold.pk}/read/", {"celsius": "45"})
    reading = cold.readings.get()
    as_alice.post(f"/stock/readings/{reading.pk}/take-back/", {"reason": "4.5 was meant"})
    page = words(as_alice.get(f"/stock/places/{cold.pk}/"))
    assert "<s>45 °C</s>" in page
    assert "4.5 was meant" in page
    assert "Too warm or too cold" in words(as_alice.get("/stock/places/"))  # until somebody settles it
    as_alice.post(f"/stock/excursions/{cold.excursions.get().pk}/settle/", {"conclusion": "mistyped"})
    assert "Not judged" in words(as_alice.get("/stock/places/"))


@pytest.mark.parametrize("celsius", ["99", "-100", "warm", ""])
def test_an_absurd_temperature_is_refused(as_alice, cold, celsius):
    assert as_alice.post(f"/stock/places/{cold.pk}/read/", {"celsius": celsius}).status_code == 422
    assert not cold.readings.exists()


def test_a_table_holds_nothing_that_a_spreadsheet_would_calculate(as_alice, alice, lot):
    Product.objects.update(name="=HYPERLINK(1)")
    stock.waste(lot=lot, containers=1, reason="other", note="+cmd|calc", by=alice)
    for path in ("/stock/stock.csv", "/stock/movements.csv", f"/stock/lots/{lot.pk}.csv"):
        text = as_alice.get(path).content.decode("utf-8-sig")
        cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
        assert "'=HYPERLINK(1)" in cells, path
        assert not [cell for cell in cells if cell.startswith(("=", "+", "@"))], path
    assert "'+cmd|calc" in text


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "never"])
def test_movements_until_no_day_of_a_clinic_are_those_until_today(as_alice, lot, day):
    answer = as_alice.get("/stock/movements.csv", {"until": day})
    assert answer.status_code == 200
    assert str(lot.product.clinic.day_of()) in answer["Content-Disposition"]


PAGES = [
    "", "deliveries/", "deliveries/new/", "counts/", "transfers/", "transfers/new/", "places/", "places/new/",
    "suppliers/", "products/new/", "products/{product}/", "products/{product}/edit/", "lots/{lot}/", "lots/{lot}.csv",
    "places/{place}/", "places/{place}/edit/", "places/{place}.csv", "places/{place}/label.pdf", "stock.csv",
    "movements.csv",
]  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_page_opens_in_both_languages_with_few_queries(
    as_alice, alice, lot, cold, page, language, django_assert_max_num_queries
):
    alice.language = language
    alice.save()
    for number in range(12):
        stock.receive(product=lot.product, number=f"N{number}", expires=UNTIL, containers=1, by=alice)
        stock.open_container(lot=lot, by=alice) if number < 8 else None
    path = "/stock/" + page.format(product=lot.product_id, lot=lot.pk, place=cold.pk)
    with django_assert_max_num_queries(13):
        assert as_alice.get(path).status_code == 200


@pytest.mark.parametrize("page", [page for page in PAGES if "{" in page])
def test_nothing_of_another_clinic_is_found(client, charlie, lot, cold, page):
    client.force_login(charlie)
    path = "/stock/" + page.format(product=lot.product_id, lot=lot.pk, place=cold.pk)
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("page", ["", "deliveries/", "counts/", "transfers/", "places/", "stock.csv"])
def test_the_desk_sees_no_stock(client, dora, page):
    client.force_login(dora)
    assert client.get(f"/stock/{page}").status_code == 403
