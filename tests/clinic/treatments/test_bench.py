"""The bench: protocols, scanned vials, the clock, labels that are scanned back, and sums that must add up."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from decimal import Decimal

import numpy as np
import pytest
import zxingcpp
from django.db import DatabaseError, transaction
from django.utils import timezone
from pypdf import PdfReader

import people
from clinic.treatments.conftest import again, as_, draw, inject
from ready import lot as a_lot
from wheal import knowledge
from wheal.clinic.audit.models import Event
from wheal.clinic.stock import actions as stock
from wheal.clinic.treatments import actions, adding_up, labels
from wheal.clinic.treatments.chart import read_chart
from wheal.clinic.treatments.models import Protocol

GTIN = "09506000134352"


@pytest.fixture
def numbing(clinic, alice, anaesthetic) -> Protocol:
    lines = [actions.NewLine("lidocaine", Decimal(10), "mg/mL", Decimal(4))]
    return actions.write_protocol(clinic=clinic, name="Numbing", lines=lines, by=alice)


def page(session, user, step) -> str:
    return as_(user).get(f"/sessions/{session.pk}/{step}/").content.decode().replace("\xa0", " ")


def bench(session, user) -> str:
    return page(session, user, "mix")


def test_a_protocol_is_written_on_its_page_and_drawn_in_one_tap(booked, anaesthetic, alice, clinic) -> None:
    client = as_(alice)
    part = "lidocaine 10 mg/mL"
    client.post("/protocols/new/", {"name": "Numbing", "part0": part, "volume0": "4"})
    assert "Numbing" in bench(booked, alice)
    client.post(f"/sessions/{booked.pk}/mix/from-protocol", {"protocol": clinic.protocols.get().pk})
    mix = booked.mixes.get()
    assert [(row.lot, row.volume_ml) for row in mix.components.all()] == [(anaesthetic, 4)]
    assert (mix.protocol.version, mix.preparer, mix.prepared_by) == (1, alice, "chairside")


def test_it_is_scaled_to_the_volume_needed(booked, numbing, alice) -> None:
    mix = actions.mix_from_protocol(session=booked, protocol=numbing, volume_ml=Decimal("12"), by=alice)
    assert [row.volume_ml for row in mix.components.all()] == [5, 5, 2]  # ampoules of 5 mL


def test_a_part_may_be_a_product_of_several_substances_and_no_other_will_do(
    booked, anaesthetic, alice, clinic
) -> None:
    both = stock.NewProduct(
        "Two in one", "lidocaine", Decimal(10), "mg/mL", "single_dose", Decimal(5),
        also=(("epinephrine", "0.005", "mg/mL"),),
    )  # fmt: skip
    client = as_(alice)
    product = stock.add_product(clinic=clinic, product=both, by=alice)
    part = "lidocaine 10 mg/mL + epinephrine 0.005 mg/mL"
    client.post("/protocols/new/", {"name": "Both", "part0": part, "volume0": "4"})
    held = clinic.protocols.get()
    assert [code for code, _strength in held.lines.get().contents] == ["lidocaine", "epinephrine"]
    with pytest.raises(actions.LotRefused, match=r"Lidocaine 10 mg/mL \+ "):
        actions.mix_from_protocol(session=booked, protocol=held, by=alice)
    until = people.today() + timedelta(days=90)
    lot = stock.receive(product=product, number="B-1", expires=until, containers=3, by=alice)
    mix = actions.mix_from_protocol(session=booked, protocol=held, by=alice)
    assert mix.components.get().lot == lot


def test_it_takes_the_lot_that_expires_first_and_never_a_blocked_one(
    booked, numbing, anaesthetic, alice
) -> None:
    sooner = stock.receive(
        product=anaesthetic.product, number="L-1", expires=people.today() + timedelta(days=9), containers=3,
        by=alice,
    )  # fmt: skip
    assert (
        actions.mix_from_protocol(session=booked, protocol=numbing, by=alice).components.get().lot == sooner
    )
    stock.quarantine(lot=sooner, reason="Cloudy", by=alice)
    assert (
        actions.mix_from_protocol(session=booked, protocol=numbing, by=alice).components.get().lot
        == anaesthetic
    )
    stock.recall(lot=anaesthetic, reason="Letter", by=alice)
    with pytest.raises(actions.LotRefused, match="no usable lot"):
        actions.mix_from_protocol(session=booked, protocol=numbing, by=alice)
    assert booked.mixes.count() == 2  # nothing half-made


def test_the_next_version_retires_the_one_before_and_neither_can_be_rewritten(numbing, clinic, alice) -> None:
    later = actions.write_protocol(
        clinic=clinic, name="Numbing", by=alice,
        lines=[actions.NewLine("lidocaine", Decimal(10), "mg/mL", Decimal(2))],
    )  # fmt: skip
    numbing.refresh_from_db()
    assert later.version == 2
    assert numbing.retired_at
    for change in (
        lambda: Protocol.objects.filter(pk=numbing.pk).update(note="softer"),
        lambda: numbing.lines.update(volume_ml=1),
        lambda: numbing.lines.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_a_protocol_of_another_clinic_is_not_found(booked, numbing, charlie, client) -> None:
    client.force_login(charlie)
    assert client.post(f"/protocols/{numbing.pk}/retire/").status_code == 404


def test_a_part_without_its_volume_is_asked_for(alice, anaesthetic) -> None:
    answer = as_(alice).post("/protocols/new/", {"name": "Half", "part0": "lidocaine 10 mg/mL"})
    assert answer.status_code == 422
    assert "both the part and its volume" in answer.content.decode()


def test_an_assistant_mixes_by_a_protocol_but_does_not_write_one(booked, numbing, bob) -> None:
    client = as_(bob)
    assert client.get("/protocols/new/").status_code == 403
    assert (
        client.post(f"/sessions/{booked.pk}/mix/from-protocol", {"protocol": numbing.pk}).status_code == 302
    )


def test_a_scanned_vial_is_found_and_drawn(booked, anaesthetic, alice) -> None:
    anaesthetic.product.gtin = GTIN
    anaesthetic.product.save()
    client = as_(alice)
    page = client.get(f"/sessions/{booked.pk}/mix/", {"code": f"01{GTIN}17301231\x1d10L-7"})
    assert page.status_code == 200
    assert page.context["scanned"].lot == anaesthetic
    client.post(f"/sessions/{booked.pk}/mix/draw-scanned", {"lot": anaesthetic.pk, "volume_ml": "2"})
    assert booked.mixes.get().components.get().volume_ml == 2


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (f"01{GTIN}10OTHER", "was not received here"),
        ("0109506000134369" + "10L-7", "No product here has the GTIN"),
        ("01095060001343521", "Read:"),
        ("", "Nothing was read"),
    ],
)
def test_what_cannot_be_drawn_after_a_scan_is_said(booked, anaesthetic, alice, code, words) -> None:
    anaesthetic.product.gtin = GTIN
    anaesthetic.product.save()
    answer = as_(alice).get(f"/sessions/{booked.pk}/mix/", {"code": code})
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_a_scanned_lot_that_is_blocked_cannot_be_drawn(booked, anaesthetic, alice) -> None:
    anaesthetic.product.gtin = GTIN
    anaesthetic.product.save()
    stock.recall(lot=anaesthetic, reason="Letter", by=alice)
    page = as_(alice).get(f"/sessions/{booked.pk}/mix/", {"code": f"01{GTIN}10L-7"}).content.decode()
    assert "Recalled: do not use" in page
    assert "draw-scanned" not in page


@pytest.mark.parametrize(
    ("days", "status", "words"),
    [
        (None, 422, "By its own code this expired on"),
        (-1, 422, "By its own code this may be used until"),
        (0, 200, ""),
        (1, 200, "the earlier day counts"),
    ],
)
def test_a_vial_whose_code_tells_an_earlier_end_than_the_books_is_not_drawn(
    booked, anaesthetic, alice, days, status, words
) -> None:
    anaesthetic.product.gtin = GTIN
    anaesthetic.product.save()
    today = people.today()
    said = today - timedelta(days=1) if days is None else anaesthetic.expires + timedelta(days=days)
    code = f"01{GTIN}17{said:%y%m%d}10L-7"
    answer = as_(alice).get(f"/sessions/{booked.pk}/mix/", {"code": code})
    page = answer.content.decode()
    assert answer.status_code == status
    assert words in page
    assert ("draw-scanned" in page) == (status == 200)
    found = as_(alice).get("/stock/scan/", {"code": code}, follow=True).content.decode()
    assert words in found


def test_the_ph_of_what_was_drawn_stands_beneath_it_or_is_not_known(ready, alice, clinic) -> None:
    assert not knowledge.current().substances["biotin"].ph
    new = stock.NewProduct("Test", "biotin", Decimal(10), "mg/mL", "single_dose", Decimal(2))
    product = stock.add_product(clinic=clinic, product=new, by=alice)
    expires = people.today() + timedelta(days=90)
    draw(
        ready,
        stock.receive(product=product, number="B-1", expires=expires, containers=5, by=alice),
        alice,
        "2",
    )
    acid, biotin = (
        part.split("</p>")[0] for part in bench(again(ready), alice).split("pH as labels print it:")[1:]
    )
    assert "8.3" in acid
    assert "not known" not in acid
    assert "not known" in biotin
    assert "No published pH of the mixture is held." in biotin


def test_the_clock_says_until_when_with_its_source(ready, alice) -> None:
    page = bench(ready, alice)
    assert "Injectable until" in page
    assert "4 h after its preparation" in page
    mix = ready.mixes.get()
    actions.save_mix(mix=mix, prepared_at=timezone.now() - timedelta(hours=5), by=alice)
    assert "Not injectable since" in bench(ready, alice)
    actions.save_mix(mix=mix, prepared_at=None, by=alice)
    assert "No time of preparation" in bench(ready, alice)


def test_only_those_who_may_prepare_are_offered(ready, alice, bob, dora) -> None:
    form = as_(alice).get(f"/sessions/{ready.pk}/mix/").context["mixes"][0]["form"]
    offered = {name for _pk, name in form.fields["checker"].choices}
    assert bob.shown_name in offered
    assert dora.shown_name not in offered


def read_back(svg: str) -> str:
    """The symbol as a scanner's camera sees it."""
    width, height = (int(re.search(rf'<svg[^>]*{side}="(\d+)"', svg)[1]) for side in ("width", "height"))
    picture = np.full((height, width), 255, np.uint8)
    for x, y, w, h in re.findall(r"M(\d+) (\d+)h(\d+)v(\d+)", svg):
        picture[int(y) : int(y) + int(h), int(x) : int(x) + int(w)] = 0
    picture = np.pad(picture, 4, constant_values=255).repeat(6, 0).repeat(6, 1)
    return zxingcpp.read_barcode(picture).text


def test_the_label_says_whose_it_is_and_bears_a_code_that_reads(ready, alice, patient) -> None:
    mix = ready.mixes.get()
    answer = as_(alice).post(f"/sessions/{ready.pk}/mix/{mix.pk}/label.pdf")
    mix.refresh_from_db()
    pdf = PdfReader(io.BytesIO(answer.content))
    words = pdf.pages[0].extract_text().replace("\xa0", " ")
    assert len(pdf.pages) == 1
    assert all(said in words for said in (str(patient), "Not after", mix.code, "10 mg/mL", "lot K-1 until"))
    assert "Alice Example" in words
    assert "Checked by nobody yet" in words
    assert read_back(labels.data_matrix(mix.code)) == mix.code


def test_the_right_syringe_is_noted_and_shown_in_the_record(ready, alice, known) -> None:
    mix = ready.mixes.get()
    code = actions.code_of(mix=mix, by=alice)
    assert actions.code_of(mix=mix, by=alice) == code
    answer = as_(alice).post(f"/sessions/{ready.pk}/inject/syringe", {"code": code.lower()})
    assert answer.status_code == 302
    actions.sign_off(session=again(ready), by=alice, known=known)
    page = as_(alice).get(f"/sessions/{ready.pk}/sign/").content.decode()
    assert "syringe scanned" in page
    assert "intact" in page


def test_a_syringe_of_another_session_is_refused_and_the_audit_keeps_it(
    ready, patient, clinic, alice, lot
) -> None:
    other = actions.book(
        clinic=clinic, patient=patient, planned_for=timezone.now() + timedelta(hours=2), by=alice
    )
    code = actions.code_of(mix=draw(other, lot, alice, "1"), by=alice)
    answer = as_(alice).post(f"/sessions/{ready.pk}/inject/syringe", {"code": code})
    assert answer.status_code == 422
    assert "another session. Do not inject it" in answer.content.decode()
    assert Event.objects.filter(what="treatments.wrong_syringe_scanned", refused=True).exists()


@pytest.mark.parametrize("code", ["", "WM000000000000", "K-1"])
def test_an_unknown_code_is_no_syringe(ready, alice, code) -> None:
    with pytest.raises(actions.WrongSyringe, match="No syringe"):
        actions.scan_syringe(session=ready, code=code, by=alice)


def test_what_was_not_injected_counts_as_thrown_away_with_the_signature(ready, alice, known) -> None:
    """10 mL were drawn, 40 points of 0.2 mL injected."""
    assert "The rest, 2 mL, counts as thrown away" in page(ready, alice, "check")
    actions.sign_off(session=ready, by=alice, known=known)
    assert ready.mixes.get().thrown_ml == 2
    assert "2 mL thrown away" in page(ready, alice, "sign")


@pytest.mark.parametrize(("thrown", "signs"), [("2", True), ("1.5", False), ("2.5", False), ("0", False)])
def test_what_was_measured_must_add_up(ready, alice, known, thrown, signs) -> None:
    as_(alice).post(f"/sessions/{ready.pk}/mix/{ready.mixes.get().pk}/thrown", {"thrown_ml": thrown})
    if signs:
        assert actions.sign_off(session=again(ready), by=alice, known=known).is_signed
        return
    with pytest.raises(actions.SignOffRefused) as refused:
        actions.sign_off(session=again(ready), by=alice, known=known)
    assert [(row.code, row.about) for row in refused.value.reasons] == [("does_not_add_up", "A")]


def test_two_passes_of_one_mix_count_together(ready, alice, known) -> None:
    mix = ready.mixes.get()
    row = inject(ready, mix, alice, known, count=5)
    assert row.total_ml == 1
    actions.throw_away(mix=mix, volume_ml=Decimal(1), by=alice)
    assert [each.unaccounted_ml for each in adding_up.sums(read_chart(again(ready)))] == [0]


def test_a_protocol_says_before_the_tap_that_the_shelf_does_not_hold_enough(planned, lot, alice) -> None:
    line = actions.NewLine("deoxycholic_acid", Decimal(10), "mg/mL", Decimal(lot.unopened * 2 + 1))
    actions.write_protocol(clinic=planned.clinic, name="Too much", lines=[line], by=alice)
    page = " ".join(as_(alice).get(f"/sessions/{planned.pk}/mix/").content.decode().split())
    assert f"Deoxycholic acid: only {lot.unopened * 2} mL on the shelf" in page


def test_every_open_container_of_a_lot_is_offered_the_oldest_first_and_before_new_ones(
    booked, clinic, alice
) -> None:
    multi = a_lot(clinic, alice, "M-1", substance="lidocaine")
    mix = actions.add_mix(session=booked, by=alice)
    for hours in (2, 30):
        opened = timezone.now() - timedelta(hours=hours)
        actions.add_component(mix=mix, lot=multi, volume_ml=Decimal("0.5"), opened_at=opened, by=alice)
    newer, older = multi.containers.order_by("-opened_at")
    offered = re.findall(rf'name="lot" value="({multi.pk}[:0-9]*)"', bench(booked, alice))
    assert offered == [f"{multi.pk}:{older.pk}", f"{multi.pk}:{newer.pk}", str(multi.pk)]
    too_long = timedelta(days=float(knowledge.current().handling.multi_dose_days) + 1)
    type(older).objects.filter(pk=older.pk).update(opened_at=timezone.now() - too_long)
    offered = re.findall(rf'name="lot" value="({multi.pk}[:0-9]*)"', bench(booked, alice))
    assert offered == [f"{multi.pk}:{newer.pk}", str(multi.pk)]
