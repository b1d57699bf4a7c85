"""What is measured is asked again where it is unusual, kept as it was written, and corrected beside itself."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from clinic.audit.test_fixed_rows import refuses
from clinic.followup.conftest import SITE
from clinic.treatments.conftest import as_
from wheal.clinic.audit.models import Event
from wheal.clinic.audit.verifying import verify
from wheal.clinic.followup import actions
from wheal.clinic.followup.actions import Figure, MeasureRefused
from wheal.clinic.followup.models import Contact, Measure, OwnSchedule
from wheal.outcomes.asking import doubt


@pytest.mark.parametrize(
    ("code", "value", "last", "found"),
    [
        ("ultrasound", "0.4", None, "impossible"),
        ("ultrasound", "0.5", None, "unusual"),
        ("ultrasound", "1.9", None, "unusual"),
        ("ultrasound", "2", None, None),
        ("ultrasound", "80", None, None),
        ("ultrasound", "80.1", None, "unusual"),
        ("ultrasound", "200.1", None, "impossible"),
        ("ultrasound", "9.25", None, "too_fine"),
        ("ultrasound", "15", "10", None),
        ("ultrasound", "15.1", "10", "jump"),
        ("tape", "72", "90", None),
        ("tape", "71.9", "90", "jump"),
        ("weight", "84", "70", None),
        ("weight", "84.1", "70", "jump"),
        ("submental_clinician", "5", None, "impossible"),
        ("submental_clinician", "4", "0", None),  # a scale jumps as far as it is long
        ("improvement_patient", "-1", None, None),
    ],
)
def test_what_is_asked_again_from_both_sides_of_each_limit(known, code, value, last, found):
    assert doubt(known.instruments[code], Decimal(value), last and Decimal(last)) == found


def sent(patient, **fields: str) -> dict[str, str]:
    return {
        "on": patient.clinic.day_of().isoformat(),
        "side": "",
        "site": "midline",
        "how": "12 MHz",
        **fields,
    }


def test_an_unusual_figure_is_asked_again_and_kept_once_it_is_said_to_be_right(treated, bob):
    patient, helper = treated(10), as_(bob)
    path = f"/follow-up/patients/{patient.pk}/submental/measure/"
    asked = helper.post(path, sent(patient, ultrasound="91", weight="70"))
    assert asked.status_code == 422
    assert "Look again" in asked.content.decode()
    assert 'name="sure_ultrasound"' in asked.content.decode()
    assert not Measure.objects.exists()  # the weight waits with it
    again = helper.post(path, sent(patient, ultrasound="91", weight="70", sure_ultrasound="on"))
    assert again.status_code == 302
    thickness, weight = Measure.objects.order_by("pk")
    assert (thickness.value, thickness.is_sure, thickness.site, thickness.how) == (
        91,
        True,
        "midline",
        "12 MHz",
    )
    assert (weight.area, weight.site, weight.recorded_by) == ("", "", bob)
    assert [one for one in verify().broken if "followup" in one.where] == []


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"ultrasound": "201"}, "cannot be"),
        ({"ultrasound": "201", "sure_ultrasound": "on"}, "cannot be"),
        ({"on": "2999-01-01", "ultrasound": "9"}, "still to come"),
        ({"on": "1950-01-01", "ultrasound": "9"}, "before the birth"),
        ({}, "at least one figure"),
    ],
)
def test_what_cannot_be_is_refused_in_words_and_nothing_is_kept(treated, bob, fields, words):
    patient = treated(10)
    answer = as_(bob).post(f"/follow-up/patients/{patient.pk}/submental/measure/", sent(patient, **fields))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Measure.objects.exists()


@pytest.mark.both_engines
def test_no_row_can_be_changed_or_deleted(treated, measured, alice):
    patient = treated(10)
    measured(patient, 5, ultrasound="9.2")
    actions.contact(patient=patient, new=actions.NewContact("submental", "answered"), by=alice)
    actions.write_schedule(clinic=patient.clinic, protocol="", asked=[], reason="x", by=alice)
    for model, change in ((Measure, {"value": 1}), (Contact, {"note": "x"}), (OwnSchedule, {"reason": "y"})):
        assert refuses(lambda model=model, change=change: model.objects.update(**change))
        assert refuses(model.objects.all().delete)


def test_a_correction_stands_beside_what_it_corrects_and_only_once(treated, measured, bob, known):
    patient = treated(10)
    measured(patient, 5, ultrasound="9.2")
    row, helper = Measure.objects.get(), as_(bob)
    path = f"/follow-up/measures/{row.pk}/correct/"
    assert helper.post(path, {"value": "19.2", "on": row.on.isoformat(), "reason": ""}).status_code == 422
    assert (
        helper.post(path, {"value": "19.2", "on": row.on.isoformat(), "reason": "A slip"}).status_code == 302
    )
    assert [one.value for one in Measure.objects.standing()] == [Decimal("19.20")]
    second = helper.post(path, {"value": "8", "on": row.on.isoformat(), "reason": "Again"})
    assert "already" in second.content.decode()
    corrected = Measure.objects.standing().get()
    actions.correct(
        measure=corrected, value=None, on=corrected.on, reason="Another patient", by=bob, known=known
    )
    assert not Measure.objects.standing().exists()
    assert Measure.objects.count() == 3
    page = helper.get(f"/follow-up/patients/{patient.pk}/").content.decode()
    assert "Another patient" in page
    assert "taken back" in page


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("900", "900 cannot be: from"),
        ("9.25", "steps of 0.1"),
        ("2", "Far from the last one at this place"),
    ],
)
def test_a_correction_is_asked_again_as_the_first_entry_was(treated, measured, bob, value, says):
    patient = treated(10)
    measured(patient, 9, ultrasound="9.2")
    measured(patient, 5, ultrasound="9.1")
    row, helper = Measure.objects.last(), as_(bob)
    path = f"/follow-up/measures/{row.pk}/correct/"
    sent = {"value": value, "on": row.on.isoformat(), "reason": "A slip"}
    answer = helper.post(path, sent)
    assert (answer.status_code, Measure.objects.count()) == (422, 2)
    assert says in answer.content.decode()
    is_kept = helper.post(path, {**sent, "is_sure": "on"}).status_code == 302
    assert is_kept is says.startswith("Far")


def test_a_weight_of_the_follow_up_can_be_corrected_from_the_page(treated, measured, bob):
    patient = treated(10)
    measured(patient, 9, weight="70")
    measured(patient, 5, weight="71")
    page, row = as_(bob).get(f"/follow-up/patients/{patient.pk}/").content.decode(), Measure.objects.last()
    assert f"/follow-up/measures/{row.pk}/correct/" in page
    sent = {"value": "107", "on": row.on.isoformat(), "reason": "A slip"}
    far = as_(bob).post(f"/follow-up/measures/{row.pk}/correct/", sent)
    assert (far.status_code, "Last time it was 70\u00a0kg" in far.content.decode()) == (422, True)


def test_whether_anything_came_back_is_not_told_before_it_was_measured_again(treated, measured, bob):
    patient = treated(60)
    measured(patient, 61, ultrasound="9.5")
    measured(patient, 20, ultrasound="9.2")
    course = f"/follow-up/patients/{patient.pk}/"
    page = as_(bob).get(course).content.decode()
    assert ("Not measured since" in page, "had come back" in page) == (True, False)
    measured(patient, 5, ultrasound="9.4")
    page = as_(bob).get(course).content.decode()
    assert ("Not measured since" in page, "had come back" in page) == (False, True)


def test_a_patient_measures_nothing_that_is_the_clinic_s(treated, alice, known):
    from wheal.clinic.patients import link_actions

    link = link_actions.give(patient=treated(10), purpose="follow_up", by=alice)
    figures = {"submental": [Figure("ultrasound", Decimal(9))]}
    with pytest.raises(MeasureRefused, match="not_allowed"):
        actions.answer(link=link, contacts=[], figures=figures, known=known)


def test_the_course_is_seen_by_its_clinic_and_by_no_other(treated, measured, alice, charlie, dora):
    patient = treated(10)
    measured(patient, 5, ultrasound="9.2")
    path = f"/follow-up/patients/{patient.pk}/"
    assert as_(alice).get(path).status_code == 200
    assert as_(charlie).get(path).status_code == 404
    assert Event.objects.filter(what="patients.record_refused", by=charlie, refused=True).exists()
    assert as_(charlie).get(f"/follow-up/measures/{Measure.objects.get().pk}/correct/").status_code == 404
    assert as_(dora).get(path).status_code == 403


def test_the_page_of_a_course_tells_the_curve_in_words_too(
    treated, measured, bob, django_assert_max_num_queries
):
    patient = treated(400, 370, 340)
    for ago, mm, kg in ((401, "12", "70"), (310, "9", "70.5"), (280, "8", "71"), (20, "11", "78")):
        measured(patient, ago, ultrasound=mm, weight=kg)
    helper = as_(bob)
    with django_assert_max_num_queries(16):
        page = helper.get(f"/follow-up/patients/{patient.pk}/").content.decode()
    lowest = patient.clinic.day_of() - timedelta(days=280)
    assert f"{lowest:%Y}" in page
    assert "4 mm less than before" in page
    assert "3 mm of it had come back" in page
    assert "+7\u00a0kg" in page
    assert "nobody can tell what the injections" in page
    assert page.count('<svg class="curve"') == 1
    assert "18.6 of 100 with placebo" in page
    assert "REFINE-1" in page


def test_where_no_trial_is_held_that_is_said_and_tape_alone_is_flagged(treated, measured, bob):
    patient = treated(100, area="abdomen", substance="phosphatidylcholine_deoxycholate")
    place = actions.Place("abdomen", "", "navel")
    measured(patient, 100, place, tape="90")
    measured(patient, 40, place, tape="88")
    page = as_(bob).get(f"/follow-up/patients/{patient.pk}/").content.decode()
    assert "No trial held here tells what would be expected" in page
    assert "Measured by tape alone" in page
    assert "0.0142" in page


def test_the_measures_as_a_table_keep_what_was_corrected(treated, measured, bob, known):
    patient = treated(10)
    measured(patient, 5, ultrasound="9.2")
    actions.correct(measure=Measure.objects.get(), value=Decimal(9), on=patient.clinic.day_of(), reason="=1+1", by=bob,
                    known=known)  # fmt: skip
    lines = as_(bob).get(f"/follow-up/patients/{patient.pk}/measures.csv").content.decode().splitlines()
    assert len(lines) == 3
    assert "'=1+1" in lines[2]  # no spreadsheet calculates it
    assert SITE.site in lines[1]
