"""What a signature asks, what it fixes, and what a refusal leaves behind: nothing but the refusal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.forms.models import model_to_dict
from django.utils import timezone

import people
from clinic.treatments.conftest import OUTLINE, SQUARE, again, agree, as_, check_all, draw, inject, lapse
from wheal.clinic.audit.models import Event
from wheal.clinic.patients.models import History
from wheal.clinic.people import actions as staff
from wheal.clinic.people.models import User
from wheal.clinic.stock import actions as stock
from wheal.clinic.stock.models import Lot
from wheal.clinic.treatments import actions, record
from wheal.clinic.treatments.chart import read_chart
from wheal.clinic.treatments.models import Consent, Mix, MixComponent, Pass, Session
from wheal.clinic.treatments.rejudging import Replay
from wheal.knowledge import Knowledge

pytestmark = pytest.mark.both_engines


def everything() -> list[dict[str, object]]:
    """Every row of the treatments, column by column."""
    rows = [
        row for model in (Session, Mix, MixComponent, Pass, Consent) for row in model.objects.order_by("pk")
    ]
    return [model_to_dict(row) | {"pk": row.pk} for row in rows]


def refused(session: Session, by: User, known: Knowledge, reason: str = "") -> list[str]:
    """The reasons of a refusal, which must have changed nothing and been written to the audit."""
    before, events = everything(), Event.objects.count()
    with pytest.raises(actions.SignOffRefused) as refusal:
        actions.sign_off(session=session, by=by, known=known, reason=reason)
    assert everything() == before
    assert Event.objects.count() == events + 1
    kept = Event.objects.first()
    reasons = [f"{row.code}:{row.about}" for row in refusal.value.reasons]
    assert (kept.what, kept.refused, kept.detail) == (
        "treatments.sign_off_refused",
        True,
        {"reasons": reasons},
    )
    assert all(row.message["en"] and row.message["fr"] for row in refusal.value.reasons)
    return reasons


def test_a_session_with_everything_in_order_is_signed_and_fixed(ready, alice, known):
    session = actions.sign_off(session=ready, by=alice, known=known)
    kept = again(session)
    assert (kept.decision, kept.signed_by, kept.signed_role, kept.reason) == ("go", alice, "physician", "")
    assert kept.given["substances"] == {"deoxycholic_acid": "80 mg"}
    assert kept.judgement["decision"] == "go"
    assert kept.document["plan"]["points"] == {"count": 40, "volume_ml": 0.2, "spacing_cm": 1}
    assert (kept.knowledge_version, kept.knowledge_digest) == (known.version, known.digest)
    assert kept.history_id
    assert kept.consent_id
    event = Event.objects.first()
    assert (event.what, event.refused) == ("treatments.session_signed", False)
    assert event.detail["record"] == kept.record_digest


def test_the_stored_document_is_what_the_command_line_judges_alike(signed, known):
    import json

    from wheal.assessment import answer_line

    answer = json.loads(answer_line(json.dumps(signed.document).encode(), known))
    assert answer["decision"] == signed.judgement["decision"]
    assert answer["totals"] == signed.judgement["totals"]


def test_the_digest_is_that_of_the_record_as_it_lies_in_the_database(signed):
    row = Session.objects.select_related("consent", "clinic").get(pk=signed.pk)
    assert (
        record.digest_of(replace(read_chart(signed), session=row), row.consent.digest) == signed.record_digest
    )
    assert record.is_as_signed(read_chart(signed), row)


def test_a_second_tap_signs_once(ready, alice, known):
    first = actions.sign_off(session=ready, by=alice, known=known)
    with pytest.raises(actions.AlreadySigned):
        actions.sign_off(session=ready, by=alice, known=known)
    assert Event.objects.filter(what="treatments.session_signed").count() == 1
    assert again(ready).signed_at == first.signed_at


@dataclass(frozen=True)
class Room:
    """Those who stand around when something is changed at the last moment."""

    session: Session
    lot: Lot
    alice: User
    known: Knowledge


def points(room: Room, count: int) -> None:
    row = room.session.passes.get()
    actions.save_pass(
        row=row, by=room.alice, points=SQUARE[:count] + [(100 * n, 700) for n in range(1, count - 47)], outline=OUTLINE,
        spacing_cm=Decimal(1), depth_mm=Decimal(6), volume_ml=Decimal("0.2"),
    )  # fmt: skip


def one_point_too_many(room: Room) -> None:
    more = actions.add_mix(session=room.session, by=room.alice)
    actions.add_component(mix=more, lot=room.lot, volume_ml=Decimal(2), by=room.alice)
    points(room, 51)


def expired(room: Room) -> None:
    Lot.objects.update(expires=people.today() - timedelta(days=2))


def recalled(room: Room) -> None:
    stock.recall(lot=room.lot, reason="Called back by the maker", by=room.alice)


def quarantined(room: Room) -> None:
    stock.quarantine(lot=room.lot, reason="A glass splinter was seen", by=room.alice)


def certificate_lapsed(room: Room) -> None:
    lapse(room.alice, "mesotherapy_certificate")


def consent_withdrawn(room: Room) -> None:
    actions.withdraw_consent(session=room.session, consent=Consent.objects.get(), reason="", by=room.alice)


def pregnant(room: Room) -> None:
    people.completed_history(room.session.patient, room.alice, people.healthy_answers({"pregnant": True}))


def history_half_asked(room: Room) -> None:
    answers = people.healthy_answers(without=("swallowing_and_neck",))
    people.completed_history(room.session.patient, room.alice, answers)


def newer_history_left_open(room: Room) -> None:
    History.objects.create(patient=room.session.patient, answers={"pregnant": True}, started_by=room.alice)


def price_changed(room: Room) -> None:
    actions.save_plan(
        session=room.session, by=room.alice, purpose="fat", area="submental", technique="point_by_point",
        substances=["deoxycholic_acid"], sessions=4, price=Decimal(1500), currency="USD",
    )  # fmt: skip


def one_check_taken_back(room: Room) -> None:
    actions.tick(session=room.session, item="allergies", done=False, by=room.alice)


def prepared_long_ago(room: Room) -> None:
    Mix.objects.update(prepared_at=timezone.now() - timedelta(hours=4, minutes=1))


def points_taken_off(room: Room) -> None:
    points(room, 0)


def injected_tomorrow(room: Room) -> None:
    actions.save_inject_at(session=room.session, inject_at=timezone.now() + timedelta(days=1), by=room.alice)


def injected_before_the_consent(room: Room) -> None:
    actions.save_inject_at(session=room.session, inject_at=timezone.now() - timedelta(hours=2), by=room.alice)


def one_point_beside_the_outline(room: Room) -> None:
    row = room.session.passes.get()
    stray = [*SQUARE[:39], (300, 1200)]
    actions.save_pass(
        row=row, by=room.alice, points=stray, outline=OUTLINE, spacing_cm=row.spacing_cm, depth_mm=row.depth_mm,
        volume_ml=row.volume_ml,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (one_point_too_many, "points_per_session:deoxycholic_acid"),
        (expired, "lot_expired:deoxycholic_acid"),
        (recalled, "lot_recalled:deoxycholic_acid"),
        (quarantined, "lot_recalled:deoxycholic_acid"),
        (certificate_lapsed, "credential_expired:mesotherapy_certificate"),
        (consent_withdrawn, "consent_withdrawn:consent"),
        (pregnant, "pregnancy:pregnant"),
        (history_half_asked, "fact_missing:conditions"),
        (newer_history_left_open, "history_draft_open:history"),
        (price_changed, "consent_does_not_cover:price"),
        (one_check_taken_back, "check_open:allergies"),
        (prepared_long_ago, "beyond_use:"),
        (points_taken_off, "no_points:points"),
        (injected_tomorrow, "injection_in_future:inject_at"),
        (injected_before_the_consent, "injection_before_consent:inject_at"),
        (one_point_beside_the_outline, "points_outside:submental"),
    ],
)
def test_what_stands_against_it_refuses_the_signature_and_changes_nothing(
    ready, lot, alice, known, change: Callable[[Room], None], reason: str
):
    change(Room(ready, lot, alice, known))
    reasons = refused(again(ready), alice, known)
    assert any(each.startswith(reason) for each in reasons), reasons


def test_all_reasons_are_told_at_once(booked, alice, known):
    reasons = refused(booked, alice, known)
    for reason in (
        "history_missing:history",
        "plan_incomplete:area",
        "consent_missing:consent",
        "no_points:points",
        "check_open:lots",
    ):
        assert reason in reasons


def test_an_injected_substance_that_the_consent_does_not_name_is_refused(ready, anaesthetic, alice, known):
    mix = draw(ready, anaesthetic, alice, "1")
    inject(ready, mix, alice, known, count=2)
    assert "consent_does_not_cover:lidocaine" in refused(again(ready), alice, known)


def test_a_new_consent_to_the_changed_plan_makes_it_good(ready, alice, known):
    price_changed(Room(ready, None, alice, known))
    agree(again(ready), alice, known)
    assert actions.sign_off(session=again(ready), by=alice, known=known).is_signed


def test_signing_twice_and_withdrawing_once_is_withdrawn(ready, alice, known):
    second = agree(ready, alice, known)
    actions.withdraw_consent(session=ready, consent=second, reason="", by=alice)
    assert "consent_withdrawn:consent" in refused(again(ready), alice, known)


def takes_warfarin(session: Session, by: User) -> None:
    people.completed_history(session.patient, by, people.healthy_answers({"blood_thinners": ["warfarin"]}))


def test_a_referral_is_signed_by_a_physician_with_a_reason(ready, alice, known):
    takes_warfarin(ready, alice)
    reasons = refused(ready, alice, known, reason="  ")
    assert reasons == ["reason_missing:reason", "anticoagulant_or_antiplatelet:warfarin"]
    session = actions.sign_off(session=ready, by=alice, known=known, reason="INR 2.1 today, small area")
    assert (session.decision, session.reason) == ("refer", "INR 2.1 today, small area")


def test_a_nurse_cannot_sign_a_referral_even_with_a_reason(ready, nora, alice, known):
    actions.save_practitioner(session=ready, practitioner=nora, by=nora)
    takes_warfarin(ready, alice)
    agree(again(ready), alice, known)
    assert "physician_must_sign:role" in refused(again(ready), nora, known, reason="It is fine")


def test_a_nurse_with_a_delegation_signs_what_is_clear(ready, nora, alice, known):
    actions.save_practitioner(session=ready, practitioner=nora, by=nora)
    session = actions.sign_off(session=again(ready), by=nora, known=known)
    assert (session.decision, session.signed_role) == ("go", "nurse")


def test_an_assistant_does_not_sign(ready, bob, known):
    assert "role_not_permitted:assistant" in refused(ready, bob, known)


def test_a_physician_does_not_sign_for_the_hands_of_an_assistant(ready, bob, alice, known):
    actions.save_practitioner(session=ready, practitioner=bob, by=alice)
    assert "role_not_permitted:assistant" in refused(again(ready), alice, known)


def test_somebody_who_left_the_clinic_does_not_sign(ready, alice, ada, known):
    staff.end_membership(membership=alice.memberships.get(), by=ada)
    assert "role_not_permitted:layperson" in refused(ready, alice, known)


def test_a_session_a_day_after_another_is_refused_by_the_interval(signed, clinic, patient, lot, alice, known):
    session = actions.book(
        clinic=clinic, patient=patient, planned_for=timezone.now(), practitioner=alice, by=alice
    )
    mix = draw(session, lot, alice)
    inject(again(session), mix, alice, known)
    check_all(session, alice)
    assert "min_interval:deoxycholic_acid" in refused(again(session), alice, known)


def test_the_page_of_a_refusal_names_every_reason_and_keeps_what_was_entered(ready, lot, alice):
    recalled(Room(ready, lot, alice, None))
    one_check_taken_back(Room(ready, lot, alice, None))
    answer = as_(alice).post(f"/sessions/{ready.pk}/sign/off", {"reason": "kept words"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "This session cannot be signed" in page
    assert "Not confirmed yet: Allergies read aloud" in page
    assert "K-1" in page
    against = [each.code for each in answer.context["refusals"]]
    assert against[-1] == "check_open", "what was only not done yet comes after what forbids it"


def test_the_button_signs_and_a_double_submit_shows_the_record(ready, alice):
    client = as_(alice)
    for _tap in range(2):
        answer = client.post(f"/sessions/{ready.pk}/sign/off", follow=True)
        assert "Signed and fixed" in answer.content.decode()
    assert Event.objects.filter(what="treatments.session_signed").count() == 1


MARIA = "Given before the letter came; she was told at once"


def given_at(session: Session, by: User, at) -> Session:
    return actions.save_inject_at(session=again(session), inject_at=at, by=by)


@pytest.mark.parametrize("code", ["given_before_block", "given_after_block"])
def test_what_was_injected_of_a_lot_that_is_blocked_by_now_is_signed_as_what_was_done(
    ready, lot, alice, known, code
):
    """A block stops every signature; a physician who says when it was given, and why it stands, signs the truth."""
    moment = timezone.now()
    recalled(Room(ready, lot, alice, known))
    as_usual = ["lot_recalled:deoxycholic_acid"]
    assert refused(ready, alice, known) == as_usual
    assert refused(ready, alice, known, reason=MARIA) == as_usual
    with pytest.raises(actions.SignOffRefused, match="lot_recalled"):  # nobody has said when
        actions.sign_off(session=again(ready), by=alice, known=known, reason=MARIA, was_given=True)
    with pytest.raises(actions.DraftRefused, match="Inject nothing of it"):
        actions.save_inject_at(session=again(ready), inject_at=moment, by=alice, is_now=True)
    session = given_at(ready, alice, moment if code == "given_before_block" else timezone.now())
    assert (
        refused(session, alice, known, reason=MARIA) == as_usual
    )  # the usual button says nothing of the block
    with pytest.raises(actions.SignOffRefused, match="reason_missing"):
        actions.sign_off(session=session, by=alice, known=known, was_given=True)
    signed = actions.sign_off(session=session, by=alice, known=known, reason=MARIA, was_given=True)
    assert (signed.decision, signed.reason) == ("refer", MARIA)
    (found,) = [row for row in signed.judgement["findings"] if row["code"] == code]
    assert "Called back by the maker" in found["message"]["fr"]
    assert signed.document["plan"]["mix"]["components"][0]["lot"]["recalled"] is True
    assert Replay().differences(signed.pk) == []
    stock.free(lot=lot, reason="The maker took it back", by=alice)
    assert Replay().differences(signed.pk) == []


def test_the_other_reasons_stand_where_what_was_given_is_signed(ready, lot, alice, known):
    given_at(ready, alice, timezone.now())
    recalled(Room(ready, lot, alice, known))
    one_check_taken_back(Room(again(ready), lot, alice, known))
    with pytest.raises(actions.SignOffRefused, match="check_open:allergies"):
        actions.sign_off(session=again(ready), by=alice, known=known, reason=MARIA, was_given=True)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_page_to_sign_says_what_to_do_about_a_blocked_lot(ready, lot, alice, known, language):
    client, path = as_(alice, language), f"/sessions/{ready.pk}/sign/"
    recalled(Room(ready, lot, alice, known))
    usual = {"en": "Sign and fix this session", "fr": "Signer et figer cette séance"}[language]
    page = client.get(path).content.decode()
    assert usual not in page
    assert f'href="/sessions/{ready.pk}/mix/"' in page
    assert f'href="/sessions/{ready.pk}/inject/"' in page
    now = client.post(f"/sessions/{ready.pk}/inject/save", {"now": "1"})
    assert now.status_code == 422
    given_at(ready, alice, timezone.now())
    assert 'name="was_given"' in client.get(path).content.decode()
    client.post(f"/sessions/{ready.pk}/sign/off", {"was_given": "1", "reason": MARIA})
    assert again(ready).is_signed
    assert MARIA in client.get(path).content.decode()
