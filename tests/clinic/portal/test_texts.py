"""The consent at home: handed over, read, the time to think counted, signed once, taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader

import people
from clinic.portal.conftest import DRAWN, phone_of
from wheal import knowledge
from wheal.clinic.audit.models import Event
from wheal.clinic.audit.verifying import verify
from wheal.clinic.demo_sessions import clock_at
from wheal.clinic.patients.models import Patient
from wheal.clinic.portal import actions
from wheal.clinic.portal.models import HandedText
from wheal.clinic.treatments import actions as treatments
from wheal.clinic.treatments.models import Consent

pytestmark = pytest.mark.both_engines


def handed(session, by, *, days_ago: int = 0, because: str = "") -> HandedText:
    with clock_at(timezone.now() - timedelta(days=days_ago)):
        return actions.hand_over(
            session=session, by=by, known=knowledge.current(), shortened_because=because, is_physician=True
        )


def digest(phone, text: HandedText) -> str:
    page = phone.go(f"texts/{text.pk}/").content.decode()
    return page.split('name="digest" value="')[1].split('"')[0] if 'name="digest"' in page else ""


def sign(phone, text: HandedText, **change: object):
    fields = {"digest": digest(phone, text), "signed_name": "Maria Rivera", "signature": DRAWN} | change
    return phone.send(f"texts/{text.pk}/sign/", **fields)


def last_reason() -> str:
    return Event.objects.filter(what="portal.signing_refused", refused=True).first().detail["reason"]


def test_nothing_is_to_be_read_before_the_clinic_hands_it_over(phone, planned, alice):
    assert "Read and sign" not in phone.go("home/").content.decode()
    text = handed(planned, alice)
    assert "Read and sign your consent" in phone.go("home/").content.decode()
    page = phone.go(f"texts/{text.pk}/").content.decode()
    assert "Maria Rivera" in page
    text.refresh_from_db()
    assert text.first_read_at is not None


def test_signed_at_home_it_is_the_consent_of_the_visit_and_says_by_which_link(phone, planned, alice, client):
    text = handed(planned, alice)
    assert sign(phone, text).url == phone.at(f"consents/{Consent.objects.get().pk}/")
    consent = Consent.objects.get()
    assert (consent.link, consent.witnessed_by, consent.signature) == (
        phone.link,
        None,
        [[[0, 0], [400, 120], [900, 60]]],
    )
    planned.refresh_from_db()
    assert planned.consent == consent
    event = Event.objects.filter(what="treatments.consent_given").get()
    assert (event.by, event.detail["link"]) == (None, phone.link.pk)
    client.force_login(alice)
    page = client.get(f"/sessions/{planned.pk}/consent/").content.decode()
    assert "The consent is signed" in page
    assert f"At home, by link no. {phone.link.pk}" in page
    pdf = phone.go(f"consents/{consent.pk}/consent.pdf")
    words = "".join(page.extract_text() for page in PdfReader(BytesIO(pdf.content)).pages)
    assert f"by link no. {phone.link.pk}, given by Dora Example" in " ".join(words.split())
    with pytest.raises(IntegrityError), transaction.atomic():
        Consent.objects.update(link=None)
    assert verify().broken == ()


def test_the_same_signature_sent_again_signs_nothing_and_is_audited(phone, planned, alice):
    text = handed(planned, alice)
    fields = {"digest": digest(phone, text), "signed_name": "Maria Rivera", "signature": DRAWN}
    phone.send(f"texts/{text.pk}/sign/", **fields)
    replayed = phone.send(f"texts/{text.pk}/sign/", **fields)
    assert (replayed.status_code, Consent.objects.count(), last_reason()) == (409, 1, "signed_already")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"signature": "[]"}, "Draw the signature"),
        ({"signed_name": " "}, "Type the full name"),
        ({"digest": "0" * 64}, "The plan has changed"),
    ],
)
def test_without_name_or_signature_or_of_another_text_nothing_is_signed(phone, planned, alice, change, words):
    refused = sign(phone, handed(planned, alice), **change)
    assert refused.status_code == 422
    assert words in refused.content.decode()
    assert Consent.objects.count() == 0


def test_where_the_plan_changes_the_text_is_of_no_use_any_more(phone, planned, alice):
    text = handed(planned, alice)
    seen = digest(phone, text)
    treatments.save_plan(session=planned, by=alice, price=Decimal(1200))  # and nothing else of it any more
    refused = sign(phone, text, digest=seen)
    assert (refused.status_code, last_reason()) == (422, "plan_changed")
    for page in ("home/", f"texts/{text.pk}/"):
        assert "changing your plan" in phone.go(page).content.decode()


def test_who_is_not_of_age_signs_at_the_clinic(phone, planned, alice, patient):
    text = handed(planned, alice)
    seen = digest(phone, text)
    Patient.objects.update(birth_date=people.today() - timedelta(days=17 * 365))
    patient.refresh_from_db()
    minor = phone_of(patient, alice)
    refused = sign(minor, text, digest=seen)
    assert (refused.status_code, last_reason(), Consent.objects.count()) == (422, "minor", 0)


@pytest.mark.parametrize(("days_ago", "may"), [(0, False), (14, False), (15, False), (16, True), (40, True)])
def test_in_france_fifteen_whole_days_lie_between_the_text_and_the_signature(french, camille, days_ago, may):
    text, phone = handed(french, camille, days_ago=days_ago), phone_of(french.patient, camille)
    page = phone.go(f"texts/{text.pk}/").content.decode()
    assert ("Vous pouvez signer à partir du" in page) == (not may)
    assert ("<canvas" in page) == may
    answer = sign(phone, text, signed_name="Zoé Durand")
    assert (answer.status_code, Consent.objects.count()) == ((302, 1) if may else (422, 0))
    assert may or last_reason() == "too_early"


def test_a_physician_may_shorten_it_with_a_reason_that_the_patient_reads(french, camille):
    text = handed(french, camille, because="Troisième cure du même plan.")
    phone = phone_of(french.patient, camille)
    assert "Troisième cure du même plan." in phone.go(f"texts/{text.pk}/").content.decode()
    assert sign(phone, text, signed_name="Zoé Durand").status_code == 302


def test_nobody_but_a_physician_shortens_it(planned, nora, client):
    client.force_login(nora)
    client.post(
        f"/from-patients/sessions/{planned.pk}/text/hand-over/", {"shortened_because": "She is in a hurry"}
    )
    assert HandedText.objects.count() == 0
    client.post(f"/from-patients/sessions/{planned.pk}/text/hand-over/")
    assert "Not read yet" in client.get(f"/from-patients/sessions/{planned.pk}/text/").content.decode()


def test_where_the_days_are_held_as_law_nobody_shortens_them(french, camille):
    known = knowledge.current()
    law = replace(known.jurisdictions["FR"], reflection_standing="law")
    settled = replace(known, jurisdictions={**known.jurisdictions, "FR": law})
    with pytest.raises(actions.PortalRefused) as refused:
        actions.hand_over(
            session=french, by=camille, known=settled, is_physician=True, shortened_because="Third course."
        )
    assert refused.value.reason == "is_the_law"


def test_a_handed_text_is_fixed_by_the_database(planned, alice):
    text = handed(planned, alice)
    for change in ({"days": 3}, {"handed_at": timezone.now()}, {"terms": {}}, {"shortened_because": "x"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            HandedText.objects.filter(pk=text.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        HandedText.objects.all()._raw_delete("default")


def test_the_choices_stand_beside_each_other_with_doing_nothing_among_them(phone, planned, alice):
    page = phone.go(f"texts/{handed(planned, alice).pk}/choices/").content.decode()
    names = [row.split("<", 1)[0] for row in page.split('<b class="way">')[1:]]
    assert knowledge.current().text("alternative.doing_nothing.name", "en") in names
    assert len(set(names)) >= 3


def test_taken_back_at_home_no_session_can_be_signed_on_it(phone, planned, alice):
    sign(phone, handed(planned, alice))
    consent = Consent.objects.get()
    phone.send(f"consents/{consent.pk}/withdraw/", reason="I changed my mind")
    consent.refresh_from_db()
    assert (consent.withdrawal.link, consent.withdrawal.recorded_by) == (phone.link, None)
    assert "You took back this consent" in phone.go(f"consents/{consent.pk}/").content.decode()
    assert verify().broken == ()


def test_the_text_and_the_consent_of_another_patient_are_not_found(phone, french, camille):
    text = handed(french, camille, days_ago=20)
    theirs = phone_of(french.patient, camille)
    sign(theirs, text, signed_name="Zoé Durand")
    consent = Consent.objects.get()
    for page in (
        f"texts/{text.pk}/",
        f"texts/{text.pk}/choices/",
        f"consents/{consent.pk}/",
        f"consents/{consent.pk}/consent.pdf",
    ):
        assert phone.go(page).status_code == 404
    assert (
        phone.send(f"texts/{text.pk}/sign/", signed_name="Maria Rivera", signature=DRAWN).status_code == 404
    )
    assert phone.send(f"consents/{consent.pk}/withdraw/").status_code == 404
    assert Event.objects.filter(what="patients.link_refused", detail__reason="not_theirs").count() == 6
    assert Client().get(theirs.at(f"consents/{consent.pk}/")).url == theirs.at("")


FORBIDDEN = {
    "purpose": "fat", "area": "abdomen", "technique": "point_by_point", "substances": ["deoxycholic_acid"],
    "sessions": 3, "price": Decimal(450), "currency": "EUR",
}  # fmt: skip


def test_a_forbidden_plan_is_neither_handed_over_nor_printed_and_the_reason_is_told(french, camille, client):
    treatments.save_plan(session=french, by=camille, **FORBIDDEN)
    client.force_login(camille)
    answers = [
        client.post(f"/from-patients/sessions/{french.pk}/text/hand-over/", follow=True),
        client.get(f"/sessions/{french.pk}/consent-to-read.pdf", follow=True),
    ]
    for answer in answers:
        page = answer.content.decode()
        assert "2011-382" in page.split("<article")[0], "the reason"
        assert 'name="signature"' not in page
        assert "consent-to-read.pdf" not in page
    assert HandedText.objects.count() == 0


def test_a_text_that_was_handed_over_before_the_plan_was_forbidden_is_not_signed(
    french, camille, french_clinic
):
    """The plan stayed as it was read; what the law says of it did not."""
    french_clinic.jurisdiction = "US"
    french_clinic.save()
    treatments.save_plan(session=french, by=camille, **FORBIDDEN)
    french.refresh_from_db()
    text = handed(french, camille, days_ago=40)
    french_clinic.jurisdiction = "FR"
    french_clinic.save()
    phone = phone_of(french.patient, camille)
    page = phone.go(f"texts/{text.pk}/").content.decode()
    assert "il n’y a donc rien à signer" in page
    assert "<canvas" not in page
    assert "2011-382" in page
    assert sign(phone, text, signed_name="Zoé Durand").status_code == 422
    assert (last_reason(), Consent.objects.count()) == ("forbidden", 0)
