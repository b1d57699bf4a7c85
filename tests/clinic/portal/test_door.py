"""The door of the own pages: who it opens to, what it refuses, and what it leaves behind."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import get_resolver
from django.utils import timezone

import people
from clinic.portal.conftest import phone_of
from wheal.clinic.audit.models import Event
from wheal.clinic.patients import link_actions, links
from wheal.clinic.patients.models import Link
from wheal.clinic.people.models import Clinic

TOKEN = re.compile(r"[A-Za-z0-9]{64}")  # against forged requests: another each time
PAGES = ("home/", "history/", "questions/", "aftercare/", "passport/", "photographs/", "data/")


def patient_pages() -> list[tuple[str, object]]:
    found = []
    for resolver in get_resolver().url_patterns:
        if str(resolver.pattern) == "p/":
            found += [(f"{resolver.namespace}:{each.name}", each.callback) for each in resolver.url_patterns]
    return found


def test_every_page_behind_the_door_wears_the_guard_of_a_link():
    unguarded = {
        name for name, view in patient_pages() if not str(getattr(view, "permission", "")).startswith("link:")
    }
    assert unguarded == {"links:door", "links:language", "links:device-key", "links:leave"}


@pytest.mark.parametrize("page", [*PAGES, "report/"])
def test_a_link_to_the_own_pages_opens_all_of_them_and_nobody_else_s_browser_does(phone, page):
    assert phone.go(page).status_code == 200
    assert Client().get(phone.at(page)).url == phone.at("")


@pytest.mark.parametrize("page", PAGES)
def test_a_link_to_report_a_reaction_opens_the_report_alone(patient, dora, page):
    link, phone, born = (
        link_actions.give(patient=patient, purpose="report", by=dora),
        Client(),
        patient.birth_date,
    )
    phone.post(f"/p/{links.token(link)}/", {"day": born.day, "month": born.month, "year": born.year})
    assert phone.get(f"/p/{links.token(link)}/report/").status_code == 200
    assert phone.get(f"/p/{links.token(link)}/{page}").status_code == 404
    assert Event.objects.first().what == "patients.link_refused"


def test_nothing_of_it_is_kept_by_browsers_told_to_others_or_found_by_search_engines(phone):
    for answer in (phone.go("home/"), phone.go(""), Client().get(phone.at(""))):
        assert answer["Cache-Control"] == "no-store"
        assert answer["Referrer-Policy"] == "same-origin"
        assert answer["X-Robots-Tag"] == "noindex, nofollow"
    cookie = phone.cookies[links.COOKIE]
    assert (cookie["path"], cookie["httponly"], cookie["max-age"]) == ("/p/", True, links.REST)


def test_it_is_no_log_in_and_a_log_in_is_none_of_it(phone, alice):
    assert "/accounts/login/" in phone.get("/").url
    staff = Client()
    staff.force_login(alice)
    assert staff.get(phone.at("home/")).url == phone.at("")


def test_after_four_hours_the_birth_date_is_asked_again_however_busy_the_phone_is(phone, monkeypatch):
    assert phone.go("home/").status_code == 200
    monkeypatch.setattr(links, "LONGEST", -1)
    assert phone.go("home/").url == phone.at("")


def test_a_piece_of_a_page_takes_the_whole_page_to_the_door(phone):
    answer = Client().get(phone.at("home/"), headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Redirect"]) == (204, phone.at(""))


def test_closing_the_pages_closes_them_on_this_device(phone):
    assert "Your pages are closed" in phone.send("leave/").content.decode()
    assert phone.go("home/").url == phone.at("")
    assert Event.objects.filter(what="patients.link_left").count() == 1


def test_closing_the_pages_ends_every_opening_of_them_a_copied_cookie_too(phone, patient):
    copied = Client()
    copied.cookies[links.COOKIE] = phone.cookies[links.COOKIE].value
    assert copied.get(phone.at("home/")).status_code == 200
    phone.send("leave/")
    assert copied.get(phone.at("home/")).url == phone.at("")
    event = Event.objects.get(what="patients.link_refused")
    assert event.detail == {"reason": "not_open", "page": "portal:home"}
    born = patient.birth_date
    phone.send("", day=born.day, month=born.month, year=born.year)
    assert phone.go("home/").status_code == 200


@pytest.mark.parametrize(("country", "first"), [("US", "month"), ("FR", "day"), ("GB", "day")])
def test_the_birth_date_is_asked_as_the_country_writes_it_and_no_day_is_no_try(patient, dora, country, first):
    Clinic.objects.update(
        jurisdiction=country, emergency_number="112", emergency_number_confirmed_by=dora,
        emergency_number_confirmed_at=timezone.now(),
    )  # fmt: skip
    phone = phone_of(patient, dora, is_open=False)
    page = phone.go("").content.decode()
    assert re.findall(r'name="(day|month|year)"', page)[0] == first
    for _six_times in range(6):
        told = phone.send("", day=31, month=2, year=1980)
        assert (told.status_code, "There is no such day" in told.content.decode()) == (422, True)
    phone.link.refresh_from_db()
    assert phone.link.failures == 0
    for _five_times in range(5):
        shut = phone.send("", day=1, month=2, year=1980)
    assert (shut.status_code, 'href="tel:112"' in shut.content.decode()) == (429, True)


def test_an_open_door_leads_on_and_the_language_is_changed_on_the_page_where_one_is(phone):
    assert phone.go("").url == phone.at("home/")
    changed = phone.send("language/", language="fr", next=phone.at("data/"))
    assert changed.url == phone.at("data/")
    assert "Vos données" in phone.get(changed.url).content.decode()
    assert phone.send("language/", language="en", next="//elsewhere.example/").url == phone.at("")


def test_the_link_of_another_patient_with_the_same_birth_date_shows_only_hers(phone, clinic, alice, dora):
    sister = people.patient(clinic, alice, family_name="Rivera", given_names="Ana")
    hers = phone_of(sister, dora)
    assert "Hello Ana" in hers.go("home/").content.decode()
    assert hers.get(phone.at("home/")).url == phone.at("")


def test_an_ended_or_expired_link_shuts_pages_that_are_open_and_is_audited(phone, dora):
    Link.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert phone.go("history/").status_code == 410
    assert Event.objects.first().detail == {"reason": "expired"}
    Link.objects.update(expires_at=timezone.now() + timedelta(days=1))
    link_actions.end(link=phone.link, by=dora)
    assert phone.send("questions/ask/", question="May I swim?").status_code == 410


@pytest.mark.parametrize(
    ("is_checked", "status", "reason"), [(False, 302, "not_open"), (True, 403, "forged")]
)
def test_what_is_sent_past_the_door_is_refused_and_audited_without_the_link(
    patient, dora, is_checked, status, reason
):
    closed = phone_of(patient, dora, is_open=False)
    stranger = Client(enforce_csrf_checks=is_checked)
    answer = stranger.post(closed.at("questions/ask/"), {"question": "Who is it?"})
    assert (answer.status_code, patient.messages.count()) == (status, 0)
    event = Event.objects.get(what="patients.link_refused")
    assert (event.refused, event.patient_id) == (True, patient.pk)
    assert event.detail == {"reason": reason, "page": "portal:ask"}


def test_an_existing_link_and_an_invented_one_are_told_apart_only_by_whoever_holds_one(phone):
    text = links.token(phone.link)
    number, _dot, seal = text.partition(".")
    forged = [
        f"{int(number.split('-')[0])}-x.{seal}",
        f"{int(number.split('-')[0]) + 1}-x.{seal}",
        f"9999-x.{seal}",
    ]
    answers = [Client().get(f"/p/{each}/") for each in forged]
    assert {answer.status_code for answer in answers} == {404}
    assert len({TOKEN.sub("", answer.content.decode()) for answer in answers}) == 1
