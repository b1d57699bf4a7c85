"""A record that is closed to somebody opens in an emergency: read for an hour, told to its clinic, looked at there."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from unittest.mock import patch

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import strip_tags

import guards
import people
from wheal.clinic.audit.models import Event
from wheal.clinic.audit.verifying import verify
from wheal.clinic.breakglass import actions
from wheal.clinic.breakglass.models import Opening
from wheal.clinic.patients.earlier import of_day
from wheal.clinic.patients.elsewhere import Statement, with_words
from wheal.clinic.people.models import Role, User

ASK = "/emergency-access/"
WHY = "Swollen face after an injection; she cannot speak."


@pytest.fixture
def charlie(charlie) -> User:
    """Reads English, though the clinic is French."""
    charlie.language = "en"
    charlie.save()
    return charlie


def said(of, **but: object) -> dict[str, object]:
    born = of.birth_date.isoformat()
    return {"family_name": of.family_name, "birth_date": born, "cause": "reaction", "reason": WHY} | but


@pytest.fixture
def opened(client, charlie, patient, history) -> Opening:
    """By a physician of another clinic."""
    client.force_login(charlie)
    answer = client.post(ASK, said(patient))
    assert answer.status_code == 302, answer.content.decode()
    return Opening.objects.get()


def told(opening: Opening) -> list[str]:
    rows = Event.objects.filter(clinic_id=opening.clinic_id, what__startswith="breakglass.").order_by("id")
    return list(rows.values_list("what", flat=True))


def test_a_physician_of_another_clinic_reads_it_at_once_and_its_own_clinic_can_read_of_that(
    client, opened, patient, charlie
) -> None:
    page = client.get(f"{ASK}{opened.pk}/").content.decode()
    assert "RIVERA" in page
    assert "1 January 2020" in page, "days as the reader's language writes them"
    assert "2020-01-01" not in page
    assert "kg=62" in page, "the emergency page is led to with this person's weight"
    assert told(opened) == ["breakglass.record_opened", "breakglass.record_read"]
    assert opened.clinic == patient.clinic
    assert (opened.came_from, opened.role) == (charlie.memberships.get().clinic, Role.PHYSICIAN)


def test_nothing_else_of_that_clinic_opens_with_it(client, opened, patient) -> None:
    assert client.get(f"/patients/{patient.pk}/").status_code == 404
    assert client.get(f"/rights/patients/{patient.pk}/copy.zip").status_code in (404, 405)
    assert client.post(f"/patients/{patient.pk}/history/save/").status_code == 404


def test_a_bar_says_on_every_page_that_it_lasts_until_it_is_ended(client, opened) -> None:
    assert "Emergency access until" in client.get("/").content.decode()
    client.post(f"{ASK}{opened.pk}/end/")
    assert "Emergency access until" not in client.get("/").content.decode()
    answer = client.get(f"{ASK}{opened.pk}/")
    assert (answer.status_code, answer.headers["Location"]) == (302, ASK)
    assert told(opened)[-1] == "breakglass.access_ended"


def test_after_an_hour_it_is_over_by_itself(client, opened) -> None:
    opened.refresh_from_db()
    later = timezone.now() + timedelta(minutes=61)
    with patch.object(timezone, "now", lambda: later):
        assert client.get(f"{ASK}{opened.pk}/").status_code == 302
        assert "Emergency access until" not in client.get("/").content.decode()
    assert "breakglass.record_read" not in told(opened)


def test_nobody_else_reads_on_somebodys_opening(client, opened, nora) -> None:
    client.force_login(nora)
    assert client.get(f"{ASK}{opened.pk}/").status_code == 404


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"birth_date": "1984-05-03"}, "exactly this name"),
        ({"family_name": "River"}, "exactly this name"),
        ({"reason": "help"}, "ten letters"),
        ({"reason": ""}, "This field is required"),
        ({"cause": "curious"}, "valid choice"),
    ],
)
def test_without_the_whole_name_the_birth_date_and_a_reason_it_stays_closed(
    client, charlie, patient, wrong, words
) -> None:
    client.force_login(charlie)
    answer = client.post(ASK, said(patient, **wrong))
    assert (answer.status_code, words in answer.content.decode()) == (422, True)
    assert not Opening.objects.exists()


def test_the_name_may_be_written_without_accents_and_a_number_of_another_row_opens_nothing(
    client, charlie, clinic, alice, patient
) -> None:
    other = people.patient(clinic, alice, family_name="Müller-Été")
    client.force_login(charlie)
    assert client.post(ASK, said(other, family_name="muller ete", patient=patient.pk)).status_code == 302
    assert Opening.objects.get().patient == other


def test_of_two_with_the_same_name_and_birth_date_one_is_chosen(
    client, charlie, clinic, alice, patient
) -> None:
    twin = people.patient(clinic, alice, given_names="Ana")
    client.force_login(charlie)
    answer = client.post(ASK, said(patient))
    assert (answer.status_code, answer.content.decode().count('name="patient"')) == (422, 2)
    assert client.post(ASK, said(patient, patient=twin.pk)).status_code == 302
    assert Opening.objects.get().patient == twin


def test_the_front_desk_opens_a_record_of_its_own_clinic_and_the_fields_are_filled(
    client, dora, patient, history
) -> None:
    client.force_login(dora)
    page = client.get(f"{ASK}?patient={patient.pk}").content.decode()
    assert 'value="Rivera"' in page
    assert 'value="1984-05-02"' in page
    assert client.post(ASK, said(patient)).status_code == 302


def test_who_may_read_the_chart_is_sent_there(client, nora, patient) -> None:
    client.force_login(nora)
    answer = client.post(ASK, said(patient))
    assert (answer.status_code, "without emergency access" in answer.content.decode()) == (422, True)


def test_an_administrator_has_no_emergency_access(client, ada) -> None:
    client.force_login(ada)
    assert client.get(ASK).status_code == 403


def test_the_safety_officer_sees_it_at_once_says_what_it_was_and_ends_it(client, opened, sam) -> None:
    client.force_login(sam)
    assert "1 is open now" in client.get(f"{ASK}openings/waiting/").content.decode()
    assert ">1</span>" in client.get(f"{ASK}openings/badge/").content.decode()
    page = client.get(f"{ASK}openings/{opened.pk}/").content.decode()
    assert WHY in page
    assert "Charlie Example" in page
    wrong = client.post(f"{ASK}openings/{opened.pk}/", {"finding": "not_justified", "words": "no"})
    assert wrong.status_code == 422
    client.post(f"{ASK}openings/{opened.pk}/", {"finding": "justified", "words": ""})
    opened.refresh_from_db()
    assert (opened.finding, opened.reviewed_by, opened.is_over(timezone.now())) == ("justified", sam, True)
    assert client.get(f"{ASK}openings/badge/").content.decode().strip() == ""
    again = client.post(f"{ASK}openings/{opened.pk}/", {"finding": "justified"}, follow=True)
    assert "in the meantime" in again.content.decode()
    assert verify().broken == ()


def test_a_review_that_somebody_turns_into_its_opposite_is_found(opened, sam) -> None:
    actions.review(opening=opened, finding="not_justified", words="Nobody was ill that day.", by=sam)
    guards.take_away_triggers()
    Opening.objects.filter(pk=opened.pk).update(finding="justified")
    assert [str(each) for each in verify().broken] == [
        f"breakglass.review {opened.pk} was altered after it was fixed."
    ]


def test_the_administrator_sees_a_number_and_the_other_clinic_nothing(client, opened, ada, charlie) -> None:
    client.force_login(ada)
    page = client.get(f"{ASK}openings/{opened.pk}/").content.decode()
    assert opened.patient.number in page
    assert "RIVERA" not in page
    charlie.memberships.update(role=Role.SAFETY_OFFICER)
    client.force_login(charlie)
    assert client.get(f"{ASK}openings/{opened.pk}/").status_code == 404


def test_nobody_looks_at_their_own(opened, sam) -> None:
    with pytest.raises(actions.OpeningRefused, match="own"):
        actions.review(opening=opened, finding="justified", words="", by=opened.by)


def test_asking_twice_is_one_opening(client, opened, patient) -> None:
    assert client.post(ASK, said(patient)).headers["Location"] == f"{ASK}{opened.pk}/"
    assert Opening.objects.count() == 1


@pytest.mark.both_engines
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE breakglass_opening SET reason = 'another'",
        "UPDATE breakglass_opening SET ends_at = opened_at",
        "DELETE FROM breakglass_opening",
    ],
)
def test_what_was_said_is_fixed_by_the_database(charlie, patient, statement) -> None:
    actions.open_record(
        patient=patient, cause="reaction", reason=WHY, came_from=charlie.memberships.get().clinic,
        role="physician", by=charlie,
    )  # fmt: skip
    with pytest.raises(DatabaseError, match="fixed"), transaction.atomic():
        connection.cursor().execute(statement)


ANEW = {"pregnant": False, "weight": "62.5", "smoking": True}
MAY = date(2026, 5, 29)


def page_of(client, charlie, patient) -> str:
    client.force_login(charlie)
    opened = client.post(ASK, said(patient))
    page = client.get(opened.headers["Location"]).content.decode()
    return " ".join(strip_tags(page).split())


def test_an_answer_of_an_earlier_day_says_of_which_and_one_of_elsewhere_says_where(
    client, charlie, patient, alice
) -> None:
    """Asked again with three answers: height and allergy were said half a year before, and confirmed by nobody."""
    of_may = {"height": of_day("168", MAY), "food_and_plant_allergies": of_day(["soy"], MAY)}
    there = {"organs": of_day(["liver_disease"], date(2025, 3, 1), "Clinique des Lilas")}
    nobody_knows = {"mind": of_day(["depression"], None, "")}
    people.completed_history(patient, alice, ANEW | of_may | there | nobody_knows)
    page = page_of(client, charlie, patient)
    assert f"Asked {date_format(people.today(), 'j F Y')}." in page
    assert "On 29 May 2026: 168 cm" in page
    assert "On 29 May 2026: Soy" in page
    assert "Said elsewhere (Clinique des Lilas), 1 March 2025: Liver disease" in page
    assert "Said elsewhere, day not known: Depression" in page
    assert "62.5 kg" in page
    assert "2026: 62.5 kg" not in page, "said today"
    assert "never answered" not in page


def test_a_no_of_an_earlier_day_is_left_out_as_one_of_today_is(client, charlie, patient, alice) -> None:
    people.completed_history(patient, alice, ANEW | {"food_and_plant_allergies": of_day([], MAY)})
    assert "29 May" not in page_of(client, charlie, patient)


def test_what_was_said_elsewhere_in_its_own_words_stands_there_of_a_history_only_begun_too(
    client, charlie, patient, alice
) -> None:
    words = Statement(
        "Anaphylaxis after chymopapain", "allergies", "unasked", "", (), MAY, "Clinique des Lilas"
    )
    patient.histories.create(answers=with_words({}, [words]), started_by=alice)
    page = page_of(client, charlie, patient)
    assert "No history was completed" in page
    assert "Clinique des Lilas · 29 May 2026" in page
    assert "Anaphylaxis after chymopapain" in page


def test_days_are_those_of_the_patients_clinic_and_another_zone_is_told(
    client, charlie, patient, alice
) -> None:
    """In the evening in Los Angeles it is the next day in Paris."""
    evening = datetime(2026, 3, 12, 4, tzinfo=UTC)
    for place, zone in (
        (patient.clinic, "America/Los_Angeles"),
        (charlie.memberships.get().clinic, "Europe/Paris"),
    ):
        place.time_zone = zone
        place.save()
    with patch.object(timezone, "now", lambda: evening):
        people.completed_history(patient, alice)
    page = page_of(client, charlie, patient)
    assert "Asked 11 March 2026." in page
    assert "Days on this page are those of Bridge Street (America/Los_Angeles), not of your clinic." in page


def test_within_one_zone_nothing_is_said_of_it(client, dora, patient, history) -> None:
    assert "Days on this page" not in page_of(client, dora, patient)


def test_in_french_the_day_of_an_answer_stands_beside_it(client, charlie, patient, alice) -> None:
    charlie.language = "fr"
    charlie.save()
    people.completed_history(patient, alice, ANEW | {"height": of_day("168", MAY)})
    page = page_of(client, charlie, patient)
    assert "Le 29 mai 2026 : 168 cm" in page
    assert "personne ne l’a confirmé depuis" in page
