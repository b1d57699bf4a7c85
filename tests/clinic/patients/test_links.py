"""A link opens one patient's page to whoever has it and knows the birth date, and nothing to anybody else."""

from __future__ import annotations

from datetime import timedelta

import pypdfium2
import pytest
import typst
import zxingcpp
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

import people
from wheal.clinic.audit.models import Event
from wheal.clinic.patients import link_actions, links
from wheal.clinic.patients.models import Link, Patient

BORN = {"day": "2", "month": "5", "year": "1984"}
WRONG = {"day": "3", "month": "5", "year": "1984"}


@pytest.fixture(autouse=True)
def _nothing_counted_yet() -> None:
    cache.clear()


@pytest.fixture
def link(patient: Patient, dora) -> Link:
    return link_actions.give(patient=patient, purpose="report", by=dora)


def door(link: Link) -> str:
    return f"/p/{links.token(link)}/"


def page_of(link: Link) -> str:
    return f"{door(link)}report/"


def last() -> tuple[str, bool]:
    event = Event.objects.first()
    return event.what, event.refused


def test_the_right_birth_date_opens_it_in_this_browser_and_in_no_other(link):
    phone, other = Client(), Client()
    assert phone.get(page_of(link)).url == door(link)
    opened = phone.post(door(link), BORN)
    assert opened.url == page_of(link)
    assert phone.get(page_of(link)).status_code == 200
    assert last() == ("patients.link_opened", False)
    assert other.get(page_of(link)).url == door(link)


def test_the_door_shows_nothing_of_the_patient(link, patient):
    page = Client().get(door(link)).content.decode()
    assert patient.family_name not in page
    assert patient.given_names not in page
    assert "Bridge Street" in page


@pytest.mark.parametrize("born", [{"day": "31", "month": "2", "year": "1984"}, {"day": "x"}, {}])
def test_what_is_no_day_opens_nothing_and_is_no_try(link, born):
    phone = Client()
    assert "There is no such day" in phone.post(door(link), born).content.decode()
    assert phone.get(page_of(link)).status_code == 302
    assert not Event.objects.filter(what="patients.wrong_birth_date").exists()


def test_a_wrong_birth_date_opens_nothing_and_is_audited_without_what_was_typed(link):
    phone = Client()
    assert phone.post(door(link), WRONG).status_code == 422
    assert phone.get(page_of(link)).status_code == 302
    event = Event.objects.first()
    assert (event.what, event.refused, event.patient_id) == (
        "patients.wrong_birth_date",
        True,
        link.patient_id,
    )
    assert event.detail == {"purpose": "report", "tries": 1}


def test_five_wrong_dates_shut_it_for_an_hour_also_for_the_right_one(link):
    phone = Client()
    answers = [phone.post(door(link), WRONG).status_code for _try in range(5)]
    assert answers == [422, 422, 422, 422, 429]
    assert phone.post(door(link), BORN).status_code == 429
    Link.objects.update(locked_until=timezone.now() - timedelta(seconds=1))
    assert phone.post(door(link), BORN).status_code == 302
    link.refresh_from_db()
    assert link.failures == 0


def test_a_lock_holds_new_openings_and_not_the_browser_that_showed_the_right_date(link):
    """Who was sent the link by mistake cannot close the pages of the person whose they are."""
    mine, other = Client(), Client()
    mine.post(door(link), BORN)
    for _try in range(5):
        other.post(door(link), WRONG)
    assert mine.get(page_of(link)).status_code == 200
    assert mine.get(door(link)).url == page_of(link)
    assert (other.get(page_of(link)).status_code, other.post(door(link), BORN).status_code) == (429, 429)
    event = Event.objects.first()
    assert (event.what, event.refused, event.detail) == ("patients.link_refused", True, {"reason": "locked"})
    mine.post(f"{door(link)}leave/")
    assert mine.get(page_of(link)).status_code == 429  # closed by itself, it opens anew like any other


def test_in_place_of_one_that_is_shut_the_desk_gives_a_new_one_and_is_told_so(link, dora):
    for _try in range(5):
        Client().post(door(link), WRONG)
    desk = Client()
    desk.force_login(dora)
    shut = desk.get(f"/patients/links/{link.pk}/").content.decode()
    assert "shut for an hour" in shut
    assert "Give a new link" in shut
    page = desk.post(f"/patients/{link.patient_id}/link/report/", follow=True)
    given = page.context["link"]
    assert given.pk != link.pk
    assert "A link given before is shut for an hour" in page.content.decode()
    assert Client().post(door(given), BORN).status_code == 302
    assert link_actions.give(patient=link.patient, purpose="report", by=dora) == given


def test_fifteen_wrong_dates_shut_it_for_good_and_the_clinic_ends_it_for_all(link, dora):
    mine, other = Client(), Client()
    mine.post(door(link), BORN)
    for _try in range(15):
        Link.objects.update(locked_until=None)
        other.post(door(link), WRONG)
    assert other.post(door(link), BORN).status_code == 410
    assert link_actions.give(patient=link.patient, purpose="report", by=dora).pk != link.pk
    assert mine.get(page_of(link)).status_code == 200
    desk = Client()
    desk.force_login(dora)
    assert "End this link" in desk.get(f"/patients/links/{link.pk}/").content.decode()
    link_actions.end(link=link, by=dora)
    assert mine.get(page_of(link)).status_code == 410


@pytest.mark.parametrize(
    ("change", "status", "reason"),
    [
        ({"expires_at": timezone.now() - timedelta(days=1)}, 410, "expired"),
        ({"ended_at": timezone.now()}, 410, "ended"),
        ({"nonce": "another"}, 410, "ended"),
    ],
)
def test_an_old_or_replayed_link_opens_nothing_even_where_it_was_open(link, change, status, reason):
    phone, text = Client(), links.token(link)
    phone.post(f"/p/{text}/", BORN)
    Link.objects.update(**change)
    for path in (f"/p/{text}/", f"/p/{text}/report/"):
        assert phone.get(path).status_code == status
        assert Event.objects.first().detail == {"reason": reason}
        assert last() == ("patients.link_refused", True)


def test_a_made_up_or_altered_link_is_not_found_and_many_of_them_are_not_looked_at(link):
    text, phone = links.token(link), Client()
    altered = [text[:-1] + ("A" if text[-1] != "A" else "B"), text.replace("-", "-x", 1), "nonsense", "1-2.3"]
    for made_up in altered:
        assert phone.get(f"/p/{made_up}/").status_code == 404
    before = Event.objects.count()
    answers = [phone.get("/p/nonsense/").status_code for _try in range(links.MOST_UNREADABLE)]
    assert answers[-1] == 429
    assert Event.objects.count() < before + links.MOST_UNREADABLE


def test_a_forwarded_cookie_of_another_link_opens_nothing(link, clinic, alice, dora):
    sister = people.patient(clinic, alice, family_name="Other", birth_date=link.patient.birth_date)
    hers = link_actions.give(patient=sister, purpose="report", by=dora)
    phone = Client()
    phone.post(door(hers), BORN)
    assert phone.get(page_of(link)).status_code == 302


def test_after_half_an_hour_of_rest_the_birth_date_is_asked_again(link, monkeypatch):
    phone = Client()
    phone.post(door(link), BORN)
    monkeypatch.setattr(links, "REST", -1)
    assert phone.get(page_of(link)).status_code == 302
    asked = phone.post(f"{page_of(link)}save/", {}, headers={"X-Requested-With": "fetch"})
    assert asked.status_code == 401


def test_what_the_phone_keeps_opens_only_behind_the_birth_date_and_while_the_link_does(link, dora):
    phone, keys = Client(), f"{door(link)}device-key/"
    assert phone.post(keys).status_code == 401
    phone.post(door(link), BORN)
    assert len(phone.post(keys).json()["secret"]) == 44
    link_actions.end(link=link, by=dora)
    assert phone.post(keys).status_code == 401


def test_the_standing_link_is_given_again_and_a_new_one_only_when_its_time_runs_short(link, patient, dora):
    assert link_actions.give(patient=patient, purpose="report", by=dora) == link
    Link.objects.update(expires_at=timezone.now() + timedelta(days=100))
    assert link_actions.give(patient=patient, purpose="report", by=dora) != link


def test_it_is_in_the_patient_s_language_unless_another_is_chosen_on_the_phone(link, patient):
    Patient.objects.update(language="fr")
    phone = Client(headers={"accept-language": "en"})
    assert "Date de naissance" in phone.get(door(link)).content.decode()
    phone.post(f"{door(link)}language/", {"language": "en"})
    assert "Birth date" in phone.get(door(link)).content.decode()


def test_staff_give_it_on_the_screen_as_a_code_that_a_phone_reads(patient, dora, client, settings):
    settings.PUBLIC_ADDRESS = "https://clinic.example"
    client.force_login(dora)
    given = client.post(f"/patients/{patient.pk}/link/report/")
    page = client.get(given.url).content.decode()
    address = f"https://clinic.example{door(Link.objects.get())}"
    assert address in page
    assert read_code(page) == address
    client.post(f"/patients/links/{Link.objects.get().pk}/end/")
    assert "It was ended" in client.get(given.url).content.decode()
    assert Client().get(door(Link.objects.get())).status_code == 410


def read_code(page: str) -> str:
    """The QR code of a page, drawn as a picture and read back."""
    begin = page.index("<svg", page.index("qr-card"))
    svg = page[begin : page.index("</svg>", begin) + 6]
    source = '#image(bytes(sys.inputs.code), format: "svg", width: 70mm)'
    pdf = typst.compile(source.encode(), sys_inputs={"code": svg})
    picture = next(iter(pypdfium2.PdfDocument(pdf))).render(scale=3).to_numpy()
    (found,) = zxingcpp.read_barcodes(picture)
    return found.text


def test_who_may_give_one(patient, client, ada, charlie, bob):
    for who, status in ((ada, 403), (charlie, 404), (bob, 302)):
        client.force_login(who)
        assert client.post(f"/patients/{patient.pk}/link/report/").status_code == status
    client.force_login(charlie)
    link = Link.objects.get()
    assert client.get(f"/patients/links/{link.pk}/").status_code == 404
    assert client.post(f"/patients/links/{link.pk}/end/").status_code == 404
