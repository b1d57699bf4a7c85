"""The counts of all clinics of one server, told without a clinic, a person or a lot."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

import people
from clinic.safety.outbreak import injected
from clinic.treatments.conftest import as_, draw
from wheal.clinic import jobs
from wheal.clinic.audit.models import Event
from wheal.clinic.people.models import Clinic
from wheal.clinic.safety import across
from wheal.clinic.safety.reactions import actions as reactions
from wheal.clinic.stock.models import Product
from wheal.clinic.treatments import actions


@pytest.fixture
def ill(signed, sam, known):
    reactions.record(
        patient=signed.patient,
        new=reactions.NewReaction(kind="abscess", onset=signed.clinic.day_of(), sessions=[signed]),
        by=sam,
        known=known,
    )
    return signed


def test_a_person_counts_once_in_a_month_with_the_product_and_among_the_ill(ill, lot):
    lot.product.gtin = "09506000134352"
    lot.product.save()
    (cell,) = across.cells()
    assert (cell.product, cell.treated, cell.events) == ("9506000134352", 1, 1)
    assert cell.month.day == 1


def test_what_was_never_signed_and_harmless_reactions_do_not_count(ready, sam, known):
    assert list(across.cells()) == []


def test_of_what_was_not_injected_after_all_nobody_is_treated_and_nobody_is_ill(ill, alice):
    injected("0", ill.mixes.all(), alice)
    assert list(across.cells()) == []
    injected("1", ill.mixes.all(), alice)  # the last word holds
    (cell,) = across.cells()
    assert (cell.treated, cell.events) == (1, 1)


def test_a_bruise_is_no_event_here(signed, sam, known):
    new = reactions.NewReaction(kind="bruising", onset=signed.clinic.day_of(), sessions=[signed])
    reactions.record(patient=signed.patient, new=new, by=sam, known=known)
    (cell,) = across.cells()
    assert cell.events == 0


@pytest.mark.parametrize(
    ("kind", "flags", "days", "usual"),
    [("nodule", [], 3, 1), ("nodule", ["pus"], 3, 0), ("nodule", [], 40, 0), ("abscess", [], 3, 0)],
)
def test_a_nodule_soon_after_deoxycholic_acid_is_what_its_label_lets_expect(
    signed, sam, known, kind, flags, days, usual
):
    """13 of 100 people by the label of Kybella; not what comes late, with a red flag, or of another kind."""
    reaction = reactions.record(
        patient=signed.patient,
        new=reactions.NewReaction(kind=kind, onset=signed.clinic.day_of(), sessions=[signed]),
        by=sam,
        known=known,
    )
    moved = signed.clinic.day_of() + timedelta(days=days)
    type(reaction).objects.filter(pk=reaction.pk).update(onset=moved, flags=flags)
    (cell,) = across.cells()
    assert (cell.events, cell.usual, cell.promised) == (1, usual, 0.13 if kind == "nodule" else 0.0)


@pytest.mark.parametrize(
    ("substances", "told"),
    [
        (["deoxycholic_acid"], {"9506000134352": 0.13}),
        (["hyaluronidase"], {}),
        (["deoxycholic_acid", "deoxycholic_acid"], {"9506000134352": 0.13}),
        (["deoxycholic_acid", "hyaluronidase"], {}),
    ],
)
def test_what_a_code_promises_in_the_registry_is_the_least_that_a_clinic_makes_it(clinic, substances, told):
    clinics = clinic, Clinic.objects.create(name="Elsewhere", jurisdiction="US", time_zone="UTC")
    for held, substance in zip(clinics, substances, strict=False):
        Product.objects.create(
            clinic=held,
            name=f"Product of {held.pk}",
            gtin="09506000134352",
            substance=substance,
            strength=10,
            container_ml=2,
        )
    assert across.promised_by_code() == told


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_page_says_that_silence_clears_nothing(ill, sam, language):
    page = as_(sam, language).get("/safety/across/").content.decode()
    assert ("clears nothing" if language == "en" else "n’innocente rien") in page
    assert "RIVERA" not in page


@pytest.fixture
def standing(monkeypatch, ill):
    """Three people each in four clinics; then again in none."""
    (cell,) = across.cells()
    cells = [across.Cell(cell.month, f"c{number}", cell.product, 20, 3) for number in range(4)]
    monkeypatch.setattr(across, "cells", lambda: cells)
    return cells


def test_what_stands_out_across_clinics_is_told_on_the_day_and_logged_once(standing, sam, dora):
    (job,) = [job for job in jobs.TIMETABLE if job.name == "across"]
    logged = Event.objects.filter(what="safety.product_seen_across").order_by("pk")
    for _night in range(3):
        jobs.run(job)
    assert [event.detail["level"] for event in logged.all()] == ["alarm"]
    told = as_(sam).get("/safety/alarms/on-the-day/").content.decode()
    assert "Alarm across clinics" in told
    assert "12 people ill in 4 clinics" in told
    assert "c1" not in told
    assert "across" not in as_(dora).get("/safety/alarms/on-the-day/").content.decode()
    standing.clear()
    jobs.run(job)
    assert [event.detail["level"] for event in logged.all()] == ["alarm", "over"]
    assert "across" not in as_(sam).get("/safety/alarms/on-the-day/").content.decode()


def test_a_night_without_an_answer_is_not_told_as_quiet(monkeypatch, ill, sam):
    monkeypatch.setattr(across, "cells", lambda: 1 / 0)
    jobs.run(next(job for job in jobs.TIMETABLE if job.name == "across"))
    assert "is not known" in as_(sam).get("/safety/alarms/on-the-day/").content.decode()


def test_the_page_names_neither_clinic_nor_person(monkeypatch, ill, sam):
    cells = [
        across.Cell(cell.month, f"c{number}", cell.product, 20, 3)
        for number in range(4)
        for cell in across.cells()
    ]
    monkeypatch.setattr(across, "cells", lambda: cells)
    page = as_(sam).get("/safety/across/").content.decode()
    assert "12 of 80 people in 4 clinics" in page
    assert "RIVERA" not in page


def test_it_costs_three_queries_for_the_counts_however_many_there_are(ill, lot, clinic, alice):
    with CaptureQueriesContext(connection) as one:
        list(across.cells())
    for number in range(3):
        patient = people.patient(clinic, alice, family_name=f"Invented{number}")
        session = actions.book(clinic=clinic, patient=patient, planned_for=ill.planned_for, by=alice)
        draw(session, lot, alice, "0.5")
    with CaptureQueriesContext(connection) as many:
        list(across.cells())
    assert len(many) == len(one) == 3


def test_only_those_who_may_trace_see_it(ill, dora):
    assert as_(dora).get("/safety/across/").status_code == 403
    assert Event.objects.filter(refused=True).exists()
