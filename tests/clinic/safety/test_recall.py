"""A recall blocks, lists, is worked off and closed; every try stays."""

from __future__ import annotations

import csv
import io
from dataclasses import fields
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from pypdf import PdfReader

import people
from clinic.treatments.conftest import again, as_
from ready import lot as a_lot
from wheal.clinic.audit.models import Event
from wheal.clinic.safety import actions
from wheal.clinic.safety.models import Reach, Recall
from wheal.clinic.safety.working_off import WorkList
from wheal.clinic.stock import actions as stock
from wheal.clinic.stock.refusals import StockRefused
from wheal.clinic.treatments import actions as treatments

pytestmark = pytest.mark.both_engines


@pytest.fixture
def recall(signed, lot, sam) -> Recall:
    return actions.open_recall(lot=lot, reason="Maker's letter of today", by=sam)


def test_opening_blocks_the_lot_and_lists_who_received_it(recall, lot, signed):
    lot.refresh_from_db()
    assert lot.recalled_at is not None
    (reach,) = recall.people.all()
    assert (reach.patient, reach.was_injected, reach.status) == (signed.patient, True, "")


def test_a_session_being_drawn_cannot_be_signed_once_the_recall_is_open(ready, lot, alice, sam, known):
    recall = actions.open_recall(lot=lot, reason="Particles seen", by=sam)
    with pytest.raises(treatments.SignOffRefused):
        treatments.sign_off(session=again(ready), by=alice, known=known)
    assert recall.people.get().patient == ready.patient


def test_a_lot_that_was_blocked_before_is_called_back_all_the_same(signed, lot, sam):
    first = actions.open_recall(lot=lot, reason="Letter", by=sam)
    with pytest.raises(actions.RecallRefused, match="already_open"):
        actions.open_recall(lot=lot, reason="Letter again", by=sam)
    actions.note_attempt(reach=first.people.get(), status="reached", by=sam)
    actions.close_recall(recall=first, conclusion="All told", by=sam)
    assert actions.open_recall(lot=lot, reason="Second letter", by=sam).people.count() == 1


def test_a_drill_lists_the_same_people_and_blocks_nothing(signed, lot, sam):
    drill = actions.open_recall(lot=lot, reason="Practice", by=sam, is_drill=True)
    lot.refresh_from_db()
    assert lot.recalled_at is None
    assert drill.people.count() == 1
    actions.open_recall(lot=lot, reason="The real one", by=sam)


def test_a_person_is_tried_until_told_and_every_try_stays(recall, sam):
    reach = recall.people.get()
    actions.note_attempt(reach=reach, status="no_answer", by=sam)
    reach.refresh_from_db()
    assert reach.settled_at is None
    actions.note_attempt(reach=reach, status="reached", note="comes on Monday", by=sam)
    reach.refresh_from_db()
    assert reach.settled_at is not None
    assert [each.status for each in reach.attempts.all()] == ["reached", "no_answer"]
    with pytest.raises(actions.RecallRefused, match="unknown_status"):
        actions.note_attempt(reach=reach, status="dead letter", by=sam)


def test_who_was_told_stays_told_until_that_is_taken_back_with_a_reason(recall, sam):
    reach = recall.people.get()
    for status in ("reached", "no_answer", "letter_returned"):
        actions.note_attempt(reach=reach, status=status, by=sam)
        reach.refresh_from_db()
        assert (reach.state, reach.status) == ("told", "reached")
    with pytest.raises(actions.RecallRefused, match="why_missing"):
        actions.note_attempt(reach=reach, status="taken_back", by=sam)
    actions.note_attempt(reach=reach, status="taken_back", note="It was the neighbour", by=sam)
    reach.refresh_from_db()
    assert (reach.state, reach.attempts.count()) == ("tried", 4)
    assert recall.people.left().exists()


def table(client, recall) -> list[dict[str, str]]:
    told = client.get(f"/safety/recalls/{recall.pk}.csv").content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(told)))


def test_whoever_does_not_want_to_hear_is_not_told_and_not_without_a_reason(recall, clinic, sam):
    unwilling = recall.people.get()
    other = recall.people.create(patient=people.patient(clinic, sam, given_names="Ana"), was_injected=False)
    with pytest.raises(actions.RecallRefused, match="why_missing"):
        actions.note_attempt(reach=unwilling, status="refused", by=sam)
    actions.note_attempt(reach=unwilling, status="refused", note="Hung up twice", by=sam)
    actions.note_attempt(reach=other, status="reached", by=sam)
    client, path = as_(sam), f"/safety/recalls/{recall.pk}/"
    page = client.get(path).content.decode()
    assert "1 of 2 told" in page
    assert "1 does not want to hear" in page
    assert "Everybody told" not in page
    shown = client.get(f"{path}?show=refused").content.decode()
    assert (f'id="person-{unwilling.pk}"' in shown, f'id="person-{other.pk}"' in shown) == (True, False)
    row = table(client, recall)[0]
    assert (row["Status"], row["Told at"]) == ("refused", "")
    actions.close_recall(recall=recall, conclusion="One would not hear", by=sam)


def test_a_session_that_nobody_signed_is_not_told_as_injected(ready, lot, alice, known, sam):
    recall = actions.open_recall(lot=lot, reason="Letter", by=sam)
    assert not recall.people.get().was_injected
    client, path = as_(sam), f"/safety/recalls/{recall.pk}/"
    assert "drawn, not signed" in client.get(path).content.decode()
    assert table(client, recall)[0]["Injected"] == "0"


@pytest.mark.parametrize("sql", ["UPDATE safety_attempt SET note = 'x'", "DELETE FROM safety_attempt"])
def test_a_try_is_fixed_by_the_database(recall, sam, sql):
    actions.note_attempt(reach=recall.people.get(), status="no_answer", by=sam)
    with pytest.raises(IntegrityError, match="fixed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_it_is_not_closed_while_somebody_is_neither_told_nor_given_up_with_a_reason(recall, sam):
    (reach,) = recall.people.all()
    for status in ("", "moved", "letter_returned"):
        if status:
            actions.note_attempt(reach=reach, status=status, by=sam)
        with pytest.raises(actions.RecallRefused, match="people_left"):
            actions.close_recall(recall=recall, conclusion="Done", by=sam)
    with pytest.raises(actions.RecallRefused, match="why_missing"):
        actions.note_attempt(reach=reach, status="given_up", note=" ", by=sam)
    actions.note_attempt(reach=reach, status="given_up", note="Abroad; the town hall was written to", by=sam)
    with pytest.raises(actions.RecallRefused, match="conclusion_missing"):
        actions.close_recall(recall=recall, conclusion=" ", by=sam)
    closed = actions.close_recall(recall=recall, conclusion="One could not be reached", by=sam)
    assert closed.closed_by == sam
    with pytest.raises(actions.RecallRefused, match="closed"):
        actions.note_attempt(reach=recall.people.get(), status="reached", by=sam)
    with pytest.raises(IntegrityError, match="fixed"), transaction.atomic():
        Recall.objects.update(conclusion="other")


def test_whoever_is_found_to_have_got_it_while_people_are_called_comes_onto_the_list(
    signed, lot, clinic, alice, sam
):
    """Signed as of K-1; K-2 is called back; then an amendment says that it was K-2."""
    really = a_lot(clinic, alice, "K-2")
    recall = actions.open_recall(lot=really, reason="Letter", by=sam)
    assert not recall.people.exists()
    component = signed.mixes.get().components.first()
    treatments.amend_lot(component=component, lot=really, reason="the other box was open", by=alice)
    client = as_(sam)
    assert "0 of 1 told" in client.get("/safety/under-way/").content.decode()
    page = client.get(f"/safety/recalls/{recall.pk}/").content.decode()
    assert "RIVERA Maria" in page
    assert "an amendment says that this lot was used" in page
    assert "1 added since the opening" in page
    (grown,) = Event.objects.filter(what="safety.recall_grew")
    assert (grown.by, grown.detail["patients"]) == (sam, [signed.patient_id])
    assert client.get(f"/safety/recalls/{recall.pk}/").status_code == 200
    assert recall.people.count() == 1
    treatments.amend_lot(component=component, lot=component.lot, reason="no, the first was right", by=alice)
    client.get(f"/safety/recalls/{recall.pk}/")
    assert recall.people.count() == 1  # nobody is ever taken off
    with pytest.raises(actions.RecallRefused, match="people_left"):
        actions.close_recall(recall=recall, conclusion="Nobody had it", by=sam)


def test_whoever_is_found_after_the_closing_stands_on_the_day_list_until_called(
    signed, lot, clinic, alice, sam
):
    really = a_lot(clinic, alice, "K-2")
    recall = actions.open_recall(lot=really, reason="Letter", by=sam)
    actions.close_recall(recall=recall, conclusion="Nobody had it", by=sam)
    treatments.amend_lot(
        component=signed.mixes.get().components.first(), lot=really, reason="the other box", by=alice
    )
    client = as_(sam)
    for path in ("/safety/under-way/", "/safety/"):
        page = client.get(path).content.decode()
        assert "Found after the recall was closed" in page
        assert "RIVERA Maria" in page
    again = actions.open_recall(lot=really, reason="One was found", by=sam)
    assert again.people.count() == 1
    assert "Found after the recall was closed" not in client.get("/safety/under-way/").content.decode()


def test_every_night_the_lists_are_held_against_the_record(signed, lot, elsewhere, clinic, alice, sam):
    """Another clinic of the server that is only found to hold the lot after the opening gets a list of its own."""
    elsewhere.product.gtin = ""
    elsewhere.product.save()
    first = actions.open_recall(lot=lot, reason="Letter", by=sam)
    assert not first.elsewhere.exists()
    assert actions.nightly() == {"added": 0, "recalls": []}
    elsewhere.product.gtin = lot.product.gtin
    elsewhere.product.save()
    actions.nightly()
    assert first.elsewhere.get().lot == elsewhere
    elsewhere.refresh_from_db()
    assert elsewhere.recalled_at is not None


@pytest.mark.parametrize("is_closed", [False, True])
def test_a_code_that_is_entered_later_takes_the_recall_to_the_other_clinics_at_once(
    signed, lot, elsewhere, sam, is_closed
):
    code = lot.product.gtin
    lot.product.gtin = ""
    lot.product.save()
    recall = actions.open_recall(lot=lot, reason="Letter", by=sam)
    if is_closed:
        actions.note_attempt(reach=recall.people.get(), status="reached", by=sam)
        actions.close_recall(recall=recall, conclusion="All told", by=sam)
    told = {each.name: getattr(lot.product, each.name) for each in fields(stock.NewProduct)} | {"gtin": code}
    stock.correct_product(product=lot.product, to=stock.NewProduct(**told), by=sam)
    elsewhere.refresh_from_db()
    assert elsewhere.recalled_at is not None
    assert elsewhere.block_reason == f"As in {lot.product.clinic.name}: Letter"


def test_the_list_is_shown_in_parts_and_comes_back_at_the_row_that_was_saved(recall, sam):
    client, path = as_(sam), f"/safety/recalls/{recall.pk}/"
    reach = recall.people.get()
    assert f'id="person-{reach.pk}"' in client.get(f"{path}?show=left").content.decode()
    assert f'id="person-{reach.pk}"' not in client.get(f"{path}?show=told").content.decode()
    assert f'id="person-{reach.pk}"' in client.get(f"{path}?show=nonsense").content.decode()
    sent = {"status": "given_up", "note": "", "show": "left"}
    refused = client.post(f"/safety/reach/{reach.pk}/", sent)
    assert (refused.status_code, f'id="why-{reach.pk}"' in refused.content.decode()) == (422, True)
    sent["status"] = "no_answer"
    assert client.post(f"/safety/reach/{reach.pk}/", sent).url == f"{path}?show=left#person-{reach.pk}"
    sent["status"] = "reached"
    assert client.post(f"/safety/reach/{reach.pk}/", sent).url == f"{path}?show=left#people"
    assert "1 of 1 told" in client.get(path).content.decode()


def test_whoever_was_told_keeps_their_place_on_the_list(recall, clinic, sam):
    first = recall.people.get()
    second = recall.people.create(patient=people.patient(clinic, sam, given_names="Ana"), was_injected=True)
    actions.note_attempt(reach=first, status="reached", by=sam)
    assert [one.pk for one in WorkList(recall, "").people] == [first.pk, second.pk]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_whole_recall_is_worked_off_on_its_pages(signed, lot, sam, language):
    client = as_(sam, language)
    assert client.post(f"/safety/lots/{lot.pk}/recall/", {"reason": ""}).status_code == 422
    form = f'action="/safety/lots/{lot.pk}/recall/"'
    assert form in client.get(f"/safety/lots/{lot.pk}/").content.decode()
    opened = client.post(f"/safety/lots/{lot.pk}/recall/", {"reason": "Letter of the maker"})
    assert form not in client.get(f"/safety/lots/{lot.pk}/").content.decode()  # it is under way
    recall = Recall.objects.get()
    assert opened.url == f"/safety/recalls/{recall.pk}/"
    assert "RIVERA Maria" in client.get(opened.url).content.decode()
    assert f"/safety/recalls/{recall.pk}/" in client.get("/safety/under-way/").content.decode()
    alarms = client.get(f"/safety/patients/{signed.patient_id}/alarms/").content.decode()
    assert "K-1" in alarms
    assert client.post(f"/safety/recalls/{recall.pk}/close/", {"conclusion": "Done"}).status_code == 422
    reach = Reach.objects.get()
    client.post(f"/safety/reach/{reach.pk}/", {"status": "examined", "note": "well"})
    assert client.post(f"/safety/recalls/{recall.pk}/close/", {"conclusion": "Done"}).status_code == 302
    assert "well" in client.get(opened.url).content.decode()
    assert client.get("/safety/").status_code == 200


def test_letters_are_in_the_language_of_each_patient(recall, signed, sam):
    signed.patient.language = "fr"
    signed.patient.save()
    pdf = as_(sam).get(f"/safety/recalls/{recall.pk}/letters.pdf").content
    text = PdfReader(io.BytesIO(pdf)).pages[0].extract_text()
    assert "rappelé" in text
    assert "K-1" in text


def test_a_letter_about_what_was_drawn_up_and_never_signed_does_not_say_that_it_was_given(ready, lot, sam):
    recall = actions.open_recall(lot=lot, reason="Letter", by=sam)
    words = {}
    for language in ("en", "fr"):
        ready.patient.language = language
        ready.patient.save()
        pdf = as_(sam).get(f"/safety/recalls/{recall.pk}/letters.pdf").content
        words[language] = " ".join(PdfReader(io.BytesIO(pdf)).pages[0].extract_text().split())
    assert "does not show for certain that you received it" in words["en"]
    assert "At your treatment" not in words["en"]
    assert "ne permet pas d’affirmer que vous l’avez reçu" in words["fr"]


def test_only_those_who_may_open_and_note_do(recall, lot, bob, dora, charlie):
    assert as_(bob).get(f"/safety/recalls/{recall.pk}/").status_code == 200
    assert as_(bob).post(f"/safety/lots/{lot.pk}/recall/", {"reason": "x"}).status_code == 403
    assert as_(dora).get("/safety/").status_code == 403
    assert as_(charlie).get(f"/safety/recalls/{recall.pk}/").status_code == 404
    reach = recall.people.get()
    assert as_(bob).post(f"/safety/reach/{reach.pk}/", {"status": "reached"}).status_code == 403
    assert as_(charlie).post(f"/safety/reach/{reach.pk}/", {"status": "reached"}).status_code == 404


@pytest.fixture
def elsewhere(lot, charlie):
    """The same lot of the same maker, in another clinic of this server."""
    lot.product.gtin = "9506000134352"
    lot.product.save()
    acid = stock.NewProduct(
        "Deoxycholic acid",
        lot.product.substance,
        Decimal(10),
        "mg/mL",
        "single_dose",
        Decimal(2),
        "09506000134352",
    )
    product = stock.add_product(clinic=charlie.memberships.get().clinic, product=acid, by=charlie)
    return stock.receive(product=product, number="k-1", expires=lot.expires, containers=3, by=charlie)


def test_a_recall_blocks_the_lot_in_every_clinic_and_gives_each_its_own_list(
    signed, lot, elsewhere, sam, charlie
):
    first = actions.open_recall(lot=lot, reason="Letter", by=sam)
    elsewhere.refresh_from_db()
    assert elsewhere.recalled_at is not None
    (second,) = first.elsewhere.all()
    assert (second.clinic, second.lot, second.people.count()) == (elsewhere.product.clinic, elsewhere, 0)
    assert as_(charlie).get(f"/safety/recalls/{second.pk}/").status_code == 200
    assert as_(charlie).get(f"/safety/recalls/{first.pk}/").status_code == 404
    assert as_(sam).get(f"/safety/recalls/{second.pk}/").status_code == 404
    opened = Event.objects.filter(what="safety.recall_opened", clinic_id=second.clinic_id).get()
    assert opened.detail["opened_from"] == first.clinic.name


@pytest.mark.parametrize(
    ("here", "there"),
    [
        (("3400930000120", ""), ("", "34009 300 001 2 0")),
        (("", "34009 300 001 2 0"), ("03400930000120", "")),
        (("", "0409-1120-01"), ("", "0409 1120 01")),
    ],
)
def test_the_lot_is_blocked_elsewhere_by_its_national_number_too(
    signed, lot, elsewhere, sam, charlie, here, there
):
    for product, (gtin, code) in ((lot.product, here), (elsewhere.product, there)):
        product.gtin, product.national_code = gtin, code
        product.save()
    actions.open_recall(lot=lot, reason="Letter", by=sam)
    elsewhere.refresh_from_db()
    assert elsewhere.recalled_at is not None
    later = stock.receive(
        product=elsewhere.product, number=" K-1", expires=lot.expires, containers=1, by=charlie
    )
    assert later == elsewhere  # of one number, whatever its capitals and blanks


def test_a_drill_touches_no_other_clinic(signed, lot, elsewhere, sam):
    drill = actions.open_recall(lot=lot, reason="Practice", by=sam, is_drill=True)
    elsewhere.refresh_from_db()
    assert elsewhere.recalled_at is None
    assert not drill.elsewhere.exists()


def test_the_same_number_of_another_product_is_left_alone(signed, lot, elsewhere, sam):
    elsewhere.product.gtin = "9506000134369"
    elsewhere.product.save()
    actions.open_recall(lot=lot, reason="Letter", by=sam)
    elsewhere.refresh_from_db()
    assert elsewhere.recalled_at is None


def test_the_list_tells_how_long_each_step_took(recall, sam):
    page = as_(sam).get(f"/safety/recalls/{recall.pk}/").content.decode()
    assert "nobody tried yet" in page
    actions.note_attempt(reach=recall.people.get(), status="reached", by=sam)
    page = as_(sam).get(f"/safety/recalls/{recall.pk}/").content.decode()
    assert page.count("after the opening") == 3


def test_the_message_is_in_the_patients_language_and_says_nothing_medical(recall, signed, sam):
    signed.patient.language, signed.patient.phone, signed.patient.email = (
        "fr",
        "+33600000000",
        "maria@example.org",
    )
    signed.patient.save()
    page = as_(sam).get(f"/safety/recalls/{recall.pk}/").content.decode()
    assert "merci de nous appeler" in page
    assert 'href="sms:+33600000000?body=' in page
    assert 'href="mailto:maria@example.org?subject=' in page
    assert "deoxycholic" not in page.split("sms:")[1].split('"')[0]


def test_a_drill_offers_no_message(signed, lot, sam):
    signed.patient.phone = "+33600000000"
    signed.patient.save()
    drill = actions.open_recall(lot=lot, reason="Practice", by=sam, is_drill=True)
    page = as_(sam).get(f"/safety/recalls/{drill.pk}/").content.decode()
    assert "sms:" not in page
    assert f"/safety/recalls/{drill.pk}/letters" not in page
    paper = PdfReader(io.BytesIO(as_(sam).get(reverse("safety:letters", args=[drill.pk])).content))
    told = " ".join(paper.pages[0].extract_text().split())
    assert "This is a drill. Nobody is to be told." in told
    assert "A product that you received has been called back" not in told


def test_whoever_closes_a_drill_reads_that_nothing_was_blocked(signed, lot, sam):
    address = f"/safety/recalls/{actions.open_recall(lot=lot, reason='Practice', by=sam, is_drill=True).pk}/"
    page = as_(sam).get(address).content.decode()
    assert "nothing was blocked" in page
    assert "stays blocked" not in page
    told = as_(sam, "fr").post(f"{address}close/", {"conclusion": "Practised."}, follow=True).content.decode()
    assert "L’exercice est clos. Rien n’a été bloqué." in told


def test_the_list_goes_out_as_a_table_with_every_try(recall, sam):
    actions.note_attempt(reach=recall.people.get(), status="letter_returned", note="=moved", by=sam)
    table = as_(sam).get(f"/safety/recalls/{recall.pk}.csv").content.decode("utf-8-sig")
    assert "letter_returned =moved" in table
    assert "RIVERA Maria" in table


def test_a_lot_is_not_freed_while_its_recall_is_under_way(lot, alice):
    recall = actions.open_recall(lot=lot, reason="Called back", by=alice)
    lot.refresh_from_db()
    with pytest.raises(StockRefused, match="recall_open"):
        stock.free(lot=lot, reason="a mistake", by=alice)
    actions.close_recall(recall=recall, conclusion="It was another maker's", by=alice)
    stock.free(lot=lot, reason="another maker's", by=alice)
    lot.refresh_from_db()
    assert lot.recalled_at is None


@pytest.mark.parametrize("number", ["K1", "k 1", "K–1", "K\N{NON-BREAKING HYPHEN}1"])
def test_the_same_lot_in_another_spelling_is_blocked_by_the_recall_and_at_receipt(lot, alice, number):
    twin = a_lot(lot.product.clinic, alice, number)
    actions.open_recall(lot=lot, reason="Called back", by=alice)
    twin.refresh_from_db()
    assert twin.recalled_at
    assert stock.blocked_already(lot.product, " K - 1")
    assert a_lot(lot.product.clinic, alice, "K -1").recalled_at
    assert stock.blocked_already(lot.product, "K-11") is None


@pytest.mark.parametrize("asked", ["K1", "k 1", "K–1"])
def test_a_lot_is_found_in_another_spelling_and_that_is_said(lot, sam, asked):
    page = as_(sam).get("/safety/", {"lot": asked}).content.decode()
    assert f"/safety/lots/{lot.pk}/" in page
    assert "written otherwise here" in page


@pytest.mark.parametrize("code", ["(01)09520000000011(10)K-1", "0109520000000011" + "10K-1", " K-1 "])
def test_a_code_that_is_scanned_leads_to_the_lot(lot, sam, code):
    type(lot.product).objects.update(gtin="09520000000011")
    answer = as_(sam).get("/safety/", {"lot": code})
    assert answer.status_code == 302
    assert answer.url == f"/safety/lots/{lot.pk}/"


def test_a_code_of_another_product_or_misread_is_no_silent_answer(lot, sam):
    page = as_(sam).get("/safety/", {"lot": "(01)09520000000011(10)K-1"}).content.decode()
    assert "the product is another" in page
    page = as_(sam).get("/safety/", {"lot": "(01)09520000000012(10)K-1"}).content.decode()
    assert "check digit" in page
