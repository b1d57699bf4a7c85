"""A consent is the text that was read, to the letter, and one's own to take back."""

from __future__ import annotations

from hashlib import sha256

import pytest

from clinic.treatments.conftest import again, agree, as_
from wheal.clinic.treatments import actions
from wheal.clinic.treatments.models import Consent
from wheal.knowledge import load

pytestmark = pytest.mark.both_engines


def test_the_exact_text_is_kept_with_its_digest_and_what_it_covers(planned, alice, known):
    consent = agree(planned, alice, known)
    assert consent.digest == sha256(consent.text.encode()).hexdigest()
    told = consent.covers.pop("content_digest")
    assert len(told) == 64
    assert consent.covers == {
        "purpose": "fat", "area": "submental", "technique": "point_by_point", "substances": ["deoxycholic_acid"],
        "sessions": 4, "price": "1200", "currency": "USD", "language": "en",
    }  # fmt: skip
    assert "Maria Rivera" in consent.text
    assert consent.knowledge_digest == known.digest


def test_a_text_that_changed_since_it_was_shown_is_not_signed(planned, alice, known):
    with pytest.raises(actions.DraftRefused, match="changed since"):
        actions.give_consent(
            session=planned, language="en", text_digest="0" * 64, signed_name="Maria Rivera", signature=[], by=alice,
            known=known,
        )  # fmt: skip
    assert not Consent.objects.exists()


def test_a_plan_that_is_not_whole_has_no_text_to_sign(booked, alice):
    page = as_(alice).get(f"/sessions/{booked.pk}/consent/").content.decode()
    assert "There is no text to sign yet" in page


def test_it_is_read_and_signed_on_the_page_in_the_patients_language(planned, alice):
    planned.patient.language = "fr"
    planned.patient.save()
    client = as_(alice)
    page = client.get(f"/sessions/{planned.pk}/consent/")
    assert "Ce qui est injecté" in page.content.decode()
    answer = client.post(
        f"/sessions/{planned.pk}/consent/give",
        {
            "digest": page.context["digest"], "language": "fr", "signed_name": "Maria Rivera",
            "signature": "[[[0,0],[400,120]]]",
        },
    )  # fmt: skip
    assert answer.status_code == 302
    assert Consent.objects.get().language == "fr"


@pytest.mark.parametrize("signature", ["", "[]", "[[]]", "[[[5,5],[6,6]]]", "drawn", '{"a": 1}', "[[1]]"])
def test_without_a_signature_nothing_is_signed(planned, alice, signature):
    client = as_(alice)
    digest = client.get(f"/sessions/{planned.pk}/consent/").context["digest"]
    answer = client.post(
        f"/sessions/{planned.pk}/consent/give",
        {"digest": digest, "language": "en", "signed_name": "Maria Rivera", "signature": signature},
    )
    assert (answer.status_code, Consent.objects.count()) == (422, 0)


def test_a_typed_name_suffices_for_those_who_cannot_draw(planned, alice):
    client = as_(alice)
    digest = client.get(f"/sessions/{planned.pk}/consent/").context["digest"]
    client.post(
        f"/sessions/{planned.pk}/consent/give",
        {
            "digest": digest,
            "language": "en",
            "signed_name": "Maria Rivera",
            "signature": "",
            "signature_typed_only": "1",
        },
    )
    assert Consent.objects.get().signature == []


def test_it_is_withdrawn_once_and_shown(ready, alice):
    consent = Consent.objects.get()
    client = as_(alice)
    for _tap in range(2):
        client.post(
            f"/sessions/{ready.pk}/consent/withdraw", {"consent": consent.pk, "reason": "I changed my mind"}
        )
    assert Consent.objects.get().withdrawal.reason == "I changed my mind"
    assert "The consent was withdrawn" in client.get(f"/sessions/{ready.pk}/consent/").content.decode()
    assert again(ready).consent == consent


def test_a_harm_learnt_since_asks_for_a_new_consent_and_the_new_one_covers(ready, alice, known, tmp_path):
    for name, text in {
        "events/hiccups.toml": 'substances = ["deoxycholic_acid"]\nsources = ["kybella_ae"]\norder = 1\nrare = true\n',
        "text/en.toml": 'harm.hiccups = "Hiccups."\n',
        "text/fr.toml": 'harm.hiccups = "Hoquet."\n',
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    later = load(extra=tmp_path)
    with pytest.raises(actions.SignOffRefused) as refusal:
        actions.sign_off(session=ready, by=alice, known=later)
    (reason,) = refusal.value.reasons
    assert (reason.code, reason.about) == ("consent_does_not_cover", "knowledge")
    assert "has changed since" in reason.message["en"]
    assert "changé depuis" in reason.message["fr"]
    agree(ready, alice, later)
    assert actions.sign_off(session=again(ready), by=alice, known=later).signed_at
