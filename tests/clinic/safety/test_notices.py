"""A notice of an authority is kept as it came and leads to the recall of the lots that are here."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from clinic.treatments.conftest import as_
from ready import lot as a_lot
from wheal.clinic.equipment import actions as equipment
from wheal.clinic.equipment.models import Kind
from wheal.clinic.safety.models import Notice, Recall

WORDS = "Recall of Kybella, lots K-1, K-2 and K-9, by order of the agency."


def enter(client, **fields):
    sent = {"sender": "The agency", "reference": "2026-17", "text": "", **fields}
    return client.post("/safety/notices/new/", sent)


def test_words_are_kept_and_the_lots_that_are_here_are_found_with_their_people(signed, lot, sam):
    client = as_(sam)
    answer = enter(client, text=WORDS)
    page = client.get(answer.url).content.decode()
    assert "lot and name" in page
    assert "1 patient had it drawn up" in page
    assert "K-2, K-9" in page


def test_a_recall_opened_from_a_notice_names_it(signed, lot, sam):
    client = as_(sam)
    enter(client, text=WORDS)
    kept = Notice.objects.get()
    opened = client.post(f"/safety/lots/{lot.pk}/recall/", {"reason": str(kept), "notice": kept.pk})
    assert Recall.objects.get().notice == kept
    assert "The agency 2026-17" in client.get(opened.url).content.decode()
    listed = client.get("/safety/").content.decode()
    assert "recall under way" in listed
    assert "No recall was opened from it" not in listed
    lot.refresh_from_db()
    assert lot.recalled_at


def test_a_file_of_lots_is_held_against_the_stock(signed, lot, sam):
    table = SimpleUploadedFile("lots.csv", "Dénomination;Numéro de lot\nAutre;k 1\n;Z-7\n".encode("cp1252"))
    page = as_(sam).get(enter(as_(sam), table=table).url).content.decode()
    assert "lot number alone" in page
    assert "Z-7" in page


def test_a_row_of_all_lots_or_of_words_asks_about_its_product_and_is_shown_where_nothing_here_answers(
    signed, lot, sam
):
    rows = f"Lot;Produit\nAll;Elsewhere\nsee annex;{lot.product.name}\n"
    table = SimpleUploadedFile("lots.csv", rows.encode())
    page = as_(sam).get(enter(as_(sam), table=table).url).content.decode()
    assert "what it says of the lots was not read" in page
    assert "… All · Elsewhere" in page
    assert "Named, and not found here" not in page


def test_a_lot_of_needles_that_is_named_leads_to_its_page(signed, clinic, sam):
    needles = equipment.NewThing(Kind.NEEDLE, "30G 4 mm", "N 7")
    made = equipment.add_thing(clinic=clinic, thing=needles, by=sam)
    client = as_(sam)
    page = client.get(enter(client, text="Recall of needles, lots N-7 and N-8").url).content.decode()
    assert f'href="/safety/things/{made.pk}/#recall"' in page
    assert "N-8" in page


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "one of the two"),
        ({"text": WORDS, "table": SimpleUploadedFile("a.csv", b"Lot\nA1")}, "one of the two"),
        ({"text": "All is well."}, "No lot number was found"),
        ({"table": SimpleUploadedFile("a.csv", b"Product\nA1")}, "The headings found: Product"),
        ({"table": SimpleUploadedFile("a.xlsx", b"PK\x03\x04\x00")}, "no table of text"),
        ({"table": SimpleUploadedFile("a.csv", b"Lot\n" + b"A" * 1_000_001)}, "larger than a list"),
        ({"sender": "", "text": WORDS}, "required"),
    ],
)
def test_what_cannot_be_read_is_refused_and_nothing_is_kept(signed, sam, fields, words):
    answer = enter(as_(sam), **fields)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Notice.objects.exists()


def test_a_notice_stays_as_it_came(signed, sam):
    enter(as_(sam), text=WORDS)
    with pytest.raises(IntegrityError, match="fixed"), transaction.atomic():
        Notice.objects.update(text="other")


def test_only_those_who_may_recall_enter_one_and_another_clinic_sees_none(
    signed, lot, bob, dora, sam, charlie
):
    enter(as_(sam), text=WORDS)
    pk = Notice.objects.get().pk
    assert enter(as_(bob), text=WORDS).status_code == 403
    assert as_(bob).get(f"/safety/notices/{pk}/").status_code == 200
    assert as_(dora).get(f"/safety/notices/{pk}/").status_code == 403
    assert as_(charlie).get(f"/safety/notices/{pk}/").status_code == 404
    found = as_(charlie).post(f"/safety/lots/{lot.pk}/recall/", {"reason": "x", "notice": pk})
    assert found.status_code == 404


def test_a_lot_behind_what_is_no_number_is_found_and_what_was_not_read_is_shown(signed, lot, sam):
    words = "Lots Z-9, as we wrote, and also k 1 and Q-7."
    page = as_(sam).get(enter(as_(sam), text=words).url).content.decode()
    assert f"/safety/lots/{lot.pk}/" in page
    assert "Is this one meant?" in page
    assert "as we wrote, and also k 1 and Q-7" in page.split('id="unread"')[1].split("</section>")[0]
    assert enter(as_(sam), text="Kybella: 1) K-1 2) Q-7").status_code == 302  # without the word "lot"


def test_every_lot_of_a_product_is_called_back_at_once_from_a_notice_or_from_its_page(
    signed, lot, clinic, alice, sam
):
    other = a_lot(clinic, alice, "K-2")
    other.product = lot.product
    other.save()
    client = as_(sam)
    page = client.get(
        enter(client, text=f"All lots of {lot.product.name} are recalled.").url
    ).content.decode()
    address = f"/safety/products/{lot.product_id}/recall/"
    assert "The notice speaks of all lots of a product" in page
    assert address in page
    assert (
        "2 lots are not called back yet" in client.get(f"/safety/products/{lot.product_id}/").content.decode()
    )
    client.post(address, {"reason": "The agency 2026-17", "notice": Notice.objects.get().pk})
    assert {row.lot_id for row in Recall.objects.filter(notice=Notice.objects.get())} == {lot.pk, other.pk}
    lot.refresh_from_db()
    assert lot.recalled_at
    again = client.post(address, {"reason": "Once more"}, follow=True).content.decode()
    assert "under way already" in again
    assert Recall.objects.count() == 2


def test_a_range_that_is_not_counted_asks_about_the_lot_between_and_never_says_that_none_is_here(
    signed, lot, sam
):
    told = [(as_(sam), "Lots J-9 to L-1."), (as_(sam), "Lots Q7-B through Q7-Z.")]
    asked, not_here = [client.get(enter(client, text=words).url).content.decode() for client, words in told]
    assert f"/safety/lots/{lot.pk}/" in asked
    assert "It may belong to a range" in asked
    assert "written there as J-9 to L-1" in asked
    assert "None of the lots named" not in not_here
    assert "Q7-B through Q7-Z" in not_here.split('id="unread"')[1].split("</section>")[0]
