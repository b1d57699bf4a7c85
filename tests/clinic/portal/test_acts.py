"""What a patient decides at home is told to the clinic, with time and link, until somebody there has seen it."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from clinic.portal.conftest import DRAWN
from clinic.portal.test_asking import signed, treated  # noqa: F401 (fixtures)
from clinic.portal.test_quotes import quote  # noqa: F401 (a fixture)
from clinic.portal.test_texts import handed, sign
from wheal import knowledge
from wheal.clinic.audit.models import Event
from wheal.clinic.audit.verifying import verify
from wheal.clinic.photographs import actions as photographing
from wheal.clinic.photographs import agreed, wording
from wheal.clinic.portal.models import OwnAct
from wheal.clinic.safety.models import FollowUp
from wheal.clinic.safety.reactions import actions as reactions
from wheal.clinic.treatments.models import Consent

WAITING = "/from-patients/waiting/"


def waiting(client, who) -> str:
    client.force_login(who)
    return client.get(WAITING).content.decode()


def test_a_signature_and_its_withdrawal_wait_with_time_and_link_and_stand_in_the_chart(
    phone, planned, alice, patient, client
):
    sign(phone, handed(planned, alice))
    consent = Consent.objects.get()
    for _twice in range(2):
        phone.send(f"consents/{consent.pk}/withdraw/", reason="I thought again")
    page = waiting(client, alice)
    done, taken_back = OwnAct.objects.order_by("pk")
    assert (done.what, taken_back.what, OwnAct.objects.count()) == ("signed", "withdrew", 2)
    assert page.index("Took back the consent at home") < page.index("Signed the consent at home")
    assert page.count(f"by link no. {phone.link.pk}") == 2
    assert page.count(f'href="/sessions/{planned.pk}/consent/"') == 2
    client.post(f"/from-patients/seen/{done.pk}/")
    assert "Signed the consent at home" not in client.get(WAITING).content.decode()
    chart = client.get(f"/from-patients/{patient.pk}/").content.decode()
    assert "2 things done at home" in chart
    assert "Seen by Alice Example" in chart
    assert "Nobody here has seen it yet" in chart
    assert Event.objects.filter(what="portal.own_act_seen", by=alice).count() == 1
    assert verify().broken == ()


def test_the_desk_hears_of_quotes_alone(phone, quote, planned, alice, dora, client):  # noqa: F811
    sign(phone, handed(planned, alice))
    phone.send(f"quotes/{quote.pk}/accept/", signed_name="Maria Rivera", signature=DRAWN)
    page = waiting(client, dora)
    assert "Accepted the quote at home" in page
    assert "Signed the consent" not in page
    assert client.post(f"/from-patients/seen/{OwnAct.objects.get(what='signed').pk}/").status_code == 404
    client.post(f"/from-patients/seen/{OwnAct.objects.get(what='accepted').pk}/")
    assert "Accepted the quote" not in client.get(WAITING).content.decode()


def test_photographs_taken_back_are_told_once_and_where_nothing_stood_nothing_is(
    phone, patient, alice, client
):
    phone.send("photographs/withdraw/", purpose="record")
    assert OwnAct.objects.count() == 0
    known = knowledge.current()
    photographing.give_consent(
        patient=patient, purposes=["record"], language="en", signed_name="Maria Rivera",
        text_digest=wording.digest(patient, "en", known), signature=[[[0, 0], [900, 60]]], by=alice, known=known,
    )  # fmt: skip
    for _twice in range(2):
        phone.send("photographs/withdraw/", purpose="record")
    assert not agreed.stands("record", patient)
    assert waiting(client, alice).count("/from-patients/seen/") == 1


def test_another_clinic_sees_none_of_it_and_the_asking_is_audited(phone, quote, client, charlie):  # noqa: F811
    phone.send(f"quotes/{quote.pk}/refuse/", reason="Too dear")
    act = OwnAct.objects.get()
    client.force_login(charlie)
    assert client.post(f"/from-patients/seen/{act.pk}/").status_code == 404
    assert (Event.objects.first().what, Event.objects.first().refused) == ("patients.record_refused", True)
    assert OwnAct.objects.get().seen_at is None


def test_what_was_decided_is_fixed_by_the_database_and_seen_once(phone, quote, alice, bob, client):  # noqa: F811
    phone.send(f"quotes/{quote.pk}/refuse/")
    act = OwnAct.objects.get()
    for who in (alice, bob):
        client.force_login(who)
        client.post(f"/from-patients/seen/{act.pk}/")
    assert OwnAct.objects.get().seen_by == alice
    for change in ({"what": "accepted"}, {"seen_by": bob}):
        with pytest.raises(IntegrityError), transaction.atomic():
            OwnAct.objects.update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        OwnAct.objects.all().delete()


def test_a_report_stands_on_the_home_page_with_what_the_clinic_did(phone, signed, alice):  # noqa: F811
    phone.send("report/send/", signs=["fever_with_lumps"], words="Two lumps")
    home = phone.go("home/").content.decode()
    assert "What you reported" in home
    assert "The clinic has not read it yet." in home
    assert "Do not wait" in home
    reaction = phone.link.patient.reports.get().reaction
    seen = FollowUp(on=phone.link.patient.clinic.day_of(), course="unchanged", note="Seen")
    reactions.follow(reaction=reaction, new=seen, is_physician=True, by=alice)
    home = phone.go("home/").content.decode()
    assert "A doctor looked at it on" in home
    assert "Do not wait" not in home


def test_what_was_ticked_is_answered_without_an_if(phone):
    phone.send("report/send/", signs=["fever_with_lumps", "crooked_smile"], words="")
    page = phone.get(phone.at(f"report/{phone.link.patient.reports.get().pk}/")).content.decode()
    panel, after = page.split("What happens next")
    assert "You have fever and lumps. It can be an infection. A doctor must see you now." in panel
    assert "Your smile is crooked, or your chin feels weak. A doctor must see you today." in panel
    assert " if you" not in panel
    assert "Do not wait for its call" in after
    assert "if you have fever" not in after  # that is so already; what is not so yet may still come
    assert "Call an ambulance now for hives" in after
