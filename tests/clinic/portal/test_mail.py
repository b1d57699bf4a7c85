"""A link really sent, and really received by a mail server on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller

from serving import free_port
from wheal.clinic.audit.models import Event
from wheal.clinic.patients import link_actions, links
from wheal.clinic.patients.models import Link, Patient


class Post:
    """Takes every letter; none where `refuses`."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.refuses = False

    async def handle_DATA(self, server, session, envelope) -> str:  # noqa: N802 (as the library names it)
        if self.refuses:
            return "554 not today"
        self.letters.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"


@pytest.fixture
def post(settings) -> Iterator[Post]:
    taken, port = Post(), free_port()
    server = Controller(taken, hostname="127.0.0.1", port=port)
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", port, False
    settings.DEFAULT_FROM_EMAIL, settings.PUBLIC_ADDRESS = "clinic@clinic.example", "https://clinic.example"
    yield taken
    server.stop()


@pytest.fixture
def link(patient: Patient, dora) -> Link:
    Patient.objects.update(email="maria@patient.example", language="fr")
    patient.refresh_from_db()
    return link_actions.give(patient=patient, purpose="pages", by=dora)


def send(client, link: Link) -> str:
    return client.post(f"/patients/links/{link.pk}/send/", follow=True).content.decode()


def test_it_arrives_in_the_patient_s_language_with_the_link_and_nothing_of_anybody_s_health(
    post, link, client, dora
):
    client.force_login(dora)
    assert "Sent to maria@patient.example" in send(client, link)
    (letter,) = post.letters
    text = letter.get_content()
    assert letter["To"] == "maria@patient.example"
    assert letter["From"] == "Bridge Street <clinic@clinic.example>"
    assert letter["Subject"] == "Vos pages chez Bridge Street"
    assert f"https://clinic.example/p/{links.token(link)}/" in text
    assert "Votre date de naissance est demandée" in text
    said = f"{letter['Subject']} {text}".lower()
    for word in (
        "rivera",
        "maria",
        "1984",
        "inject",
        "trait",
        "consent",
        "santé",
        "séance",
        "sous le menton",
    ):
        assert word not in said.replace("maria@patient.example", ""), word
    link.refresh_from_db()
    assert (link.times_sent, link.sent_at is not None) == (1, True)
    assert Event.objects.exclude(what="patients.record_opened").first().what == "patients.link_sent"


def test_what_the_mail_server_does_not_take_is_said_and_counted_as_not_sent(post, link, client, dora):
    post.refuses = True
    client.force_login(dora)
    assert "did not take the letter" in send(client, link)
    link.refresh_from_db()
    assert (link.times_sent, link.sent_at) == (0, None)
    event = Event.objects.exclude(what="patients.record_opened").first()
    assert (event.what, event.refused, event.detail["answer"]) == (
        "patients.link_not_sent",
        True,
        "SMTPDataError",
    )


def test_an_address_with_an_invisible_mark_is_counted_as_not_sent(post, link, client, dora):
    Patient.objects.update(email="maria@patient.example\u200e")
    client.force_login(dora)
    assert "did not take the letter" in send(client, link)
    assert Event.objects.exclude(what="patients.record_opened").first().what == "patients.link_not_sent"
    assert post.letters == []


def test_a_server_that_is_away_is_told_too(post, link, client, dora, settings):
    settings.EMAIL_PORT = free_port()
    client.force_login(dora)
    assert "did not take the letter" in send(client, link)
    assert post.letters == []


def test_it_is_sent_five_times_at_most_and_not_once_it_is_ended(post, link, client, dora):
    client.force_login(dora)
    for _turn in range(5):
        send(client, link)
    assert "sent five times" in send(client, link)
    link_actions.end(link=link, by=dora)
    assert "opens nothing any more" in send(client, link)
    assert len(post.letters) == 5


def test_without_an_address_or_a_server_the_page_offers_the_code_alone(post, link, client, dora, settings):
    client.force_login(dora)
    Patient.objects.update(email="")
    assert "No e-mail address" in send(client, link)
    settings.EMAIL_HOST = ""
    assert "no mail server" in client.get(f"/patients/links/{link.pk}/").content.decode()
    assert post.letters == []


def test_a_name_with_a_line_break_smuggles_no_header_into_a_letter(post, link, client, dora, clinic):
    clinic.name = "Bridge\nBcc: everybody@clinic.example"
    clinic.save()
    client.force_login(dora)
    send(client, link)
    (letter,) = post.letters
    assert letter["Bcc"] is None
    assert letter["To"] == "maria@patient.example"


def test_every_link_is_listed_with_what_became_of_it_and_ended_there(link, client, dora, patient):
    client.force_login(dora)
    page = f"/patients/{patient.pk}/links/"
    assert "not opened yet" in client.get(page).content.decode()
    client.post(f"/patients/links/{link.pk}/end/")
    assert "ended" in client.get(page).content.decode()
