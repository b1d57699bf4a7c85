"""What was said on an earlier day reassures nobody: pregnancy, complaints, medicines and reactions are asked anew."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.template.loader import render_to_string
from django.utils import timezone

import people
from clinic.treatments.conftest import again, agree, as_, check_all, draw, inject
from wheal.clinic import dose_bars
from wheal.clinic.demo_sessions import clock_at
from wheal.clinic.patients.earlier import carried_over
from wheal.clinic.treatments import actions
from wheal.clinic.treatments.chart import read_chart
from wheal.clinic.treatments.judging import judge
from wheal.quantities import Quantity

ANEW = {
    "allergies", "breastfeeding", "conditions", "medications", "pregnant", "last_period", "blood_pressure_systolic",
    "blood_pressure_diastolic", "pulse", "hopes", "weight_six_months_ago", "pictures_taken",
}  # fmt: skip


def _asked(days_ago, patient, by, **said):
    with clock_at(timezone.now() - timedelta(days=days_ago)):
        return people.completed_history(patient, by, people.healthy_answers(said))


@pytest.fixture
def prepared(planned, lot, alice, known):
    """Everything of today is there but the history."""
    agree(planned, alice, known)
    inject(planned, draw(planned, lot, alice), alice, known)
    check_all(planned, alice)
    return again(planned)


def test_a_session_on_an_older_history_is_refused_until_it_is_asked_anew(prepared, patient, alice, known):
    _asked(40, patient, alice)
    judged = judge(read_chart(again(prepared)), known)
    assert judged.decision == "incomplete"
    assert {row.about for row in judged.refusals} == {*ANEW, "weight_kg"}
    with pytest.raises(actions.SignOffRefused):
        actions.sign_off(session=prepared, by=alice, known=known)
    people.completed_history(patient, alice)
    assert again(actions.sign_off(session=prepared, by=alice, known=known)).decision == "go"


def test_a_weight_measured_today_is_known_whenever_the_history_was_asked(prepared, patient, alice, known):
    _asked(1, patient, alice)
    actions.save_weight(session=prepared, weight_kg=Decimal("61.5"), by=alice)
    judged = judge(read_chart(again(prepared)), known)
    assert {row.about for row in judged.refusals} == ANEW


def test_a_yes_of_an_earlier_day_goes_on_counting(prepared, patient, alice, known):
    _asked(40, patient, alice, pregnant=True, blood_thinners=["warfarin"])
    judged = judge(read_chart(again(prepared)), known)
    assert judged.decision == "stop"
    assert {"pregnancy", "anticoagulant_or_antiplatelet"} <= {row.code for row in judged.findings}


def test_none_of_it_is_carried_over_to_the_new_history(patient, alice, known):
    last = _asked(40, patient, alice)
    kept = carried_over(last, known, on=people.today())
    assert not {"pregnant", "skin_today", "warning_signs", "blood_thinners", "earlier_reaction"} & set(kept)
    assert kept["organs"] == {"earlier": [], "said_on": (people.today() - timedelta(days=40)).isoformat()}


def test_the_check_says_what_was_not_asked_today_and_leads_to_the_questions(prepared, patient, alice, known):
    _asked(40, patient, alice)
    check = f"/sessions/{prepared.pk}/check/"
    page = as_(alice).get(check).content.decode()
    assert "Not asked today" in page
    assert f"/patients/{patient.pk}/history/?next={check}" in page
    assert "Nothing known against it" not in page
    asked = as_(alice, "fr").get(f"/patients/{patient.pk}/history/").content.decode()
    first, rest = asked.split('<section class="card stack part" id="today"')
    assert "Redemandé aujourd’hui" in first
    assert 'name="pregnant"' in first
    assert 'name="pregnant"' not in rest
    assert 'name="organs"' in rest
    assert 'name="pregnant" value="no" checked' not in asked
    people.completed_history(patient, alice)
    assert "Not asked today" not in as_(alice).get(check).content.decode()


def test_the_page_of_the_patient_does_not_reassure_on_old_answers_and_keeps_the_warnings(patient, alice):
    _asked(40, patient, alice, blood_thinners=["warfarin"])
    page = as_(alice).get(f"/patients/{patient.pk}/").content.decode()
    assert "Facts are missing" in page
    assert "Warfarin" in page


def test_an_old_no_stands_above_no_page_as_if_it_were_of_today(prepared, patient, alice, known):
    _asked(40, patient, alice)
    plan = f"/sessions/{prepared.pk}/plan/"
    page = as_(alice).get(plan).content.decode()
    assert "not asked today" in page
    assert "Asked: no allergy reported" not in page
    people.completed_history(patient, alice)
    assert "Asked: no allergy reported" in as_(alice).get(plan).content.decode()


def test_what_is_lacking_of_the_least_data_stands_against_a_signature_and_once_on_the_page(
    prepared, patient, alice, known
):
    people.completed_history(patient, alice, people.healthy_answers(without=("pulse",)))
    judged = judge(read_chart(again(prepared)), known)
    assert (judged.decision, [row.about for row in judged.refusals]) == ("incomplete", ["pulse"])
    page = as_(alice).get(f"/sessions/{prepared.pk}/screen/").content.decode()
    assert "not measured today" not in page  # the verdict, fetched beneath, says it
    people.completed_history(patient, alice, people.healthy_answers({"pulse": None}))
    assert judge(read_chart(again(prepared)), known).decision == "refer"  # a physician signs with a reason


def test_the_guard_never_reckons_quietly_with_a_weight_of_another_day(prepared, patient, alice):
    """What a weight of half a year ago leaves may be a stop by today's weight."""
    _asked(180, patient, alice)
    guard = f"/sessions/{prepared.pk}/inject/guard"
    quiet = "Weight: last answered on"
    assert quiet in as_(alice).get(guard).content.decode()
    assert quiet in as_(alice).get(f"/sessions/{prepared.pk}/inject/").content.decode()
    actions.save_weight(session=prepared, weight_kg=Decimal("61.5"), by=alice)
    assert quiet not in as_(alice).get(guard).content.decode()


def test_a_bar_for_each_kilogram_names_the_day_of_its_weight_in_place_of_what_is_left(known):
    for_each_kg, in_all = (dose_bars.Bar(
        code, Quantity(Decimal("4.43"), unit), Decimal("0.98"), Quantity(Decimal("4.5"), unit),
        Quantity(Decimal("0.07"), unit), Decimal(98), "near", "lido_200", "label",
    ) for code, unit in (("dose_per_kg", "mg/kg"), ("dose_per_session", "mg")))  # fmt: skip

    def shown(bar, day):
        return render_to_string("components/meter.html", {"bar": bar, "weighed_before": day})

    assert "by the weight of 28 May 2026, not of today" in shown(for_each_kg, date(2026, 5, 28))
    assert "left" not in shown(for_each_kg, date(2026, 5, 28)).split("</p>")[0].replace('class="left', "")
    assert "mg/kg left" in shown(for_each_kg, None)
    assert "mg left" in shown(in_all, date(2026, 5, 28))
