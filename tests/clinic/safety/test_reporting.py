"""A patient reports from a phone: told at once what to do, recorded, counted by the watch, read by the clinic."""

from __future__ import annotations

import csv
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

import people
import ready
from clinic.safety.outbreak import treated
from clinic.treatments.conftest import as_
from wheal import knowledge
from wheal.clinic.audit.verifying import verify
from wheal.clinic.patients import link_actions, links
from wheal.clinic.patients.models import Patient
from wheal.clinic.safety.authorities import actions as declarations
from wheal.clinic.safety.authorities import telling
from wheal.clinic.safety.models import Alarm, PatientReport, Reaction
from wheal.clinic.safety.reactions import actions as reactions
from wheal.events import flags


@pytest.fixture
def phone(signed, dora) -> Client:
    return opened(signed.patient, dora)


def opened(patient: Patient, by) -> Client:
    """The patient's phone, with the right birth date shown; `path` is where the report is."""
    link = link_actions.give(patient=patient, purpose="report", by=by)
    client, born = Client(), patient.birth_date
    client.path = f"/p/{links.token(link)}/report/"
    client.post(f"/p/{links.token(link)}/", {"day": born.day, "month": born.month, "year": born.year})
    return client


def told(patient: Patient, **change: object) -> dict[str, object]:
    return {"signs": ["discharge_or_abscess"], "onset": patient.clinic.day_of().isoformat(), "areas": ["submental"],
            "words": "It is red and warm"} | change  # fmt: skip


def test_a_report_becomes_a_reaction_tied_to_the_session_and_the_area(phone, signed):
    answer = phone.post(f"{phone.path}send/", told(signed.patient, signs=["bruised", "discharge_or_abscess"]))
    made = Reaction.objects.get()
    assert answer.url == f"{phone.path}{made.report.pk}/"
    assert (made.source, made.kind, made.recorded_by) == ("patient", "suspected_infection", None)
    assert made.warnings == ["warning_discharge_or_abscess"]
    assert made.ties.get().session == signed
    assert made.places.get().drawn == signed.passes.get()
    assert (made.is_unread, made.waits_for_a_physician) == (True, True)
    assert verify().broken == ()


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize(
    ("sign", "words"),
    [
        ("hives_or_faint", {"en": "Call an ambulance now", "fr": "Appelez les secours"}),
        (
            "discharge_or_abscess",
            {"en": "A doctor must see you now", "fr": "Un médecin doit vous voir maintenant"},
        ),
        (
            "crooked_smile",
            {"en": "A doctor must see you today", "fr": "Un médecin doit vous voir aujourd’hui"},
        ),
    ],
)
def test_the_answer_says_what_to_do_by_the_same_rules_while_ticking_and_after_sending(
    phone, signed, sign, words, language
):
    Patient.objects.update(language=language)
    saved = phone.post(f"{phone.path}save/", told(signed.patient, signs=[sign], version="0")).json()
    assert words[language] in saved["pieces"]["now"]
    sent = phone.post(f"{phone.path}send/", told(signed.patient, signs=[sign]), follow=True).content.decode()
    known = knowledge.current()
    assert words[language] in sent
    assert known.text(f"sign.{sign}.told", language) in sent


@pytest.mark.parametrize(
    "sign", sorted(name for name, sign in knowledge.current().signs.items() if not sign.is_red_flag)
)
def test_no_answer_reassures(phone, signed, sign):
    sent = (
        phone.post(f"{phone.path}send/", told(signed.patient, signs=[sign]), follow=True)
        .content.decode()
        .lower()
    )
    for word in ("normal", "harmless", "usual", "no need to worry", "nothing to worry", "do not worry"):
        assert word not in sent
    assert "do not wait if one of these appears" in sent


def test_a_draft_survives_and_another_device_is_noticed(phone, signed, dora):
    first = phone.post(f"{phone.path}save/", told(signed.patient, version="0")).json()
    other = opened(signed.patient, dora)
    page = other.get(other.path).content.decode()
    assert "It is red and warm" in page
    assert 'value="discharge_or_abscess" checked' in page
    other.post(f"{other.path}save/", told(signed.patient, words="Worse", version=first["version"]))
    late = phone.post(f"{phone.path}save/", told(signed.patient, words="Better", version=first["version"]))
    assert late.status_code == 409
    sent = phone.post(f"{phone.path}send/", told(signed.patient, words="Better", version=first["version"]))
    assert (sent.status_code, Reaction.objects.count()) == (422, 0)
    assert "This was changed on another device." in sent.content.decode()
    assert PatientReport.objects.get().answers["words"] == "Worse"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"signs": [], "words": ""}, "Tick what you notice"),
        ({"signs": ["bruised"], "onset": ""}, "Choose the day"),
        ({"signs": ["bruised"], "onset": "soon"}, "Choose the day"),
        ({"onset": "2199-01-01"}, "still to come"),
        ({"onset": "1900-01-01"}, "before you were born"),
    ],
)
def test_what_is_missing_is_said_and_what_was_entered_is_kept(phone, signed, change, words):
    answer = phone.post(f"{phone.path}send/", told(signed.patient, **change))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Reaction.objects.exists()
    assert PatientReport.objects.get().sent_at is None


def test_a_red_flag_does_not_wait_for_a_day_and_none_is_made_up(phone, signed, alice):
    sent = phone.post(f"{phone.path}send/", told(signed.patient, onset=""), follow=True)
    assert (sent.status_code, "You named no day" in sent.content.decode()) == (200, True)
    made = Reaction.objects.get()
    assert (made.onset, made.recorded_onset, made.onset_is_about) == (None, None, False)
    assert made.counted_from == signed.clinic.day_of()
    assert made.ties.get().session == signed
    page = f"/safety/reactions/{made.pk}/"
    assert "The patient named no first day" in as_(alice).get(page).content.decode()
    known = knowledge.current()
    declaration = declarations.begin(reaction=made, by=alice, known=known)
    assert telling.case_of(declaration, known).reactions[0].began is None
    fragment = as_(alice).get(f"/safety/patients/{signed.patient_id}/reactions/").content.decode()
    assert "first day not told" in fragment
    reactions.correct(
        reaction=made, corrects="onset", should_be=made.counted_from.isoformat(), reason="Asked.",
        is_physician=True, by=alice, known=known,
    )  # fmt: skip
    assert "The patient named no first day" not in as_(alice).get(page).content.decode()
    assert (
        "first day not told"
        not in as_(alice).get(f"/safety/patients/{signed.patient_id}/reactions/").content.decode()
    )


def test_a_first_day_that_nobody_told_is_told_as_such_in_the_line_list(clinic, alice, dora):
    sessions = treated(clinic, alice, ready.lot(clinic, alice, "BAD-1"), 3)
    for session in sessions:
        phone = opened(session.patient, dora)
        phone.post(
            f"{phone.path}send/",
            told(session.patient, onset="" if session == sessions[-1] else clinic.day_of()),
        )
    alarm = Alarm.objects.get()
    page = as_(alice).get(f"/safety/alarms/{alarm.pk}/").content.decode()
    assert page.count("nobody has told the first day") == 1
    lines = list(
        csv.DictReader(
            as_(alice)
            .get(f"/safety/alarms/{alarm.pk}/line-list.csv")
            .content.decode("utf-8-sig")
            .splitlines()
        )
    )
    assert sorted((line["onset"], bool(line["days_last_session_to_onset"])) for line in lines) == [
        ("", False), (clinic.day_of().isoformat(), True), (clinic.day_of().isoformat(), True),
    ]  # fmt: skip


def test_words_alone_are_a_report_too(phone, signed):
    phone.post(f"{phone.path}send/", told(signed.patient, signs=[], words="Something is odd"))
    made = Reaction.objects.get()
    assert (made.kind, made.description, made.flags) == ("other", "Something is odd", ["something_else"])
    assert (made.urgency, made.waits_for_a_physician) == ("read_today", True)


@pytest.mark.parametrize(
    ("language", "today"), [("en", "Call the clinic today"), ("fr", "Appelez le cabinet aujourd’hui")]
)
@pytest.mark.parametrize("sign", ["something_else", "painful"])
def test_what_no_rule_reads_goes_before_a_physician_today_and_when_to_call_stands_first(
    phone, signed, sign, language, today
):
    Patient.objects.update(language=language)
    words = "Fever 39.5, redness spreads fast, see badly with one eye"
    page = phone.post(f"{phone.path}send/", told(signed.patient, signs=[sign], words=words), follow=True)
    text, next_ = page.content.decode(), {"en": "What happens next", "fr": "Et maintenant"}[language]
    assert (
        text.index(today)
        < text.index(knowledge.current().text("aftercare.fever", language))
        < text.index(next_)
    )
    made = Reaction.objects.get()
    assert (made.flags, made.waits_for_a_physician) == (["something_else"], True)


@pytest.mark.parametrize(
    ("sign", "urgency"),
    [
        ("fever", "doctor_now"),
        ("redness_spreads", "doctor_now"),
        ("sight", "ambulance"),
        ("stroke", "ambulance"),
    ],
)
def test_fever_spreading_redness_sight_and_stroke_have_a_sign_of_their_own(phone, signed, sign, urgency):
    phone.post(f"{phone.path}send/", told(signed.patient, signs=[sign], onset=""))
    made = Reaction.objects.get()
    assert (made.flags, made.urgency, made.waits_for_a_physician) == ([sign], urgency, True)
    assert [
        flag.name for flag in flags.raised(kind=made.kind, warnings=made.warnings, known=knowledge.current())
    ] == [sign]  # as the clinic judges what it records itself


def test_an_area_that_was_not_treated_is_kept_as_said(phone, signed):
    phone.post(f"{phone.path}send/", told(signed.patient, areas=["abdomen", "nowhere"]))
    place = Reaction.objects.get().places.get()
    assert (place.area, place.drawn) == ("abdomen", None)
    assert Reaction.objects.get().ties.get().session == signed


def test_a_session_after_the_onset_is_not_tied(phone, signed):
    before = signed.clinic.day_of() - timedelta(days=3)
    phone.post(f"{phone.path}send/", told(signed.patient, onset=before.isoformat()))
    assert not Reaction.objects.get().ties.exists()


def test_what_was_sent_is_fixed_and_more_can_be_sent_but_not_without_end(phone, signed):
    for _time in range(6):
        assert phone.post(f"{phone.path}send/", told(signed.patient)).status_code == 302
    assert phone.post(f"{phone.path}send/", told(signed.patient)).status_code == 422
    with pytest.raises(IntegrityError, match="fixed"), transaction.atomic():
        PatientReport.objects.exclude(sent_at=None).update(answers={})


def test_another_patient_s_report_is_not_found(phone, signed, clinic, alice, dora):
    phone.post(f"{phone.path}send/", told(signed.patient))
    other = opened(people.patient(clinic, alice, family_name="Other"), dora)
    report = PatientReport.objects.exclude(sent_at=None).get()
    assert other.get(f"{other.path}{report.pk}/").status_code == 404


def test_three_reports_of_three_patients_raise_the_alarm(clinic, alice, dora):
    sessions = treated(clinic, alice, ready.lot(clinic, alice, "BAD-1"), 3)
    for session in sessions:
        phone = opened(session.patient, dora)
        phone.post(f"{phone.path}send/", told(session.patient))
    assert Alarm.objects.get().level == "alarm"


def test_the_clinic_finds_it_unread_on_the_day_and_reading_it_is_noted(phone, signed, bob):
    phone.post(f"{phone.path}send/", told(signed.patient, signs=["bruised"], words=""))
    assert "not read yet" in as_(bob).get("/safety/waiting/").content.decode()
    made = Reaction.objects.get()
    assert "A bruise" in as_(bob).get(f"/safety/reactions/{made.pk}/").content.decode()
    made.refresh_from_db()
    assert made.read_at is not None
    assert "not read yet" not in as_(bob).get("/safety/waiting/").content.decode()
