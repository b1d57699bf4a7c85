"""A quote from draft to acceptance: numbered, fixed, in versions; the time to think; money as it was written down."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from clinic.quotes.conftest import SIGNED, drafted, plan
from people import IN_FRANCE
from wheal.clinic.audit.models import Event
from wheal.clinic.quotes import actions
from wheal.clinic.quotes.models import Payment, Quote, QuoteLine, Step, Tax
from wheal.clinic.quotes.offers import paid, state_of
from wheal.clinic.treatments import requirements
from wheal.clinic.treatments.chart import read_chart, readable
from wheal.clinic.treatments.models import Plan, Quoted, Session

pytestmark = pytest.mark.both_engines


def in_the_way(visit: Session, known, now: datetime | None = None) -> list[str]:
    chart = read_chart(readable(Session.objects.all()).get(pk=visit.pk))
    found = requirements.refusals(chart, known, now or timezone.now())
    return [each.code for each in found if each.code.startswith(("quote", "reflection"))]


def test_a_quote_begins_with_what_the_plan_says(visit, marie, doctor, tax) -> None:
    begun = actions.begin(patient=marie, by=doctor, practitioner=doctor)
    (line,) = begun.lines.all()
    assert (line.quantity, line.unit_price, line.tax, begun.currency) == (3, Decimal(180), tax, "EUR")
    assert "Joues" in begun.said["act"]
    assert actions.begin(patient=marie, by=doctor) == begun, "the draft that is open is gone on with"


def test_a_price_that_does_not_divide_is_not_changed_by_dividing_it(visit, marie, doctor, tax) -> None:
    plan(visit, doctor, sessions=3, price=Decimal("500"))
    begun = actions.begin(patient=marie, by=doctor)
    assert [(line.quantity, line.unit_price) for line in begun.lines.all()] == [
        (3, Decimal("166.66")),
        (1, Decimal("0.02")),
    ]


def test_what_is_lacking_is_told_at_once_and_nothing_is_handed_over(visit, marie, doctor) -> None:
    begun = actions.begin(patient=marie, by=doctor)
    with pytest.raises(actions.NotReady) as refused:
        actions.hand_over(quote=begun, how="hand", by=doctor)
    assert {"tax", "valid_until", "registration", "insurance", "anaesthesia", "days_off"} <= set(
        refused.value.lacking
    )
    begun.refresh_from_db()
    assert (begun.number, begun.sent_at, Quoted.objects.count()) == ("", None, 0)


def test_numbers_follow_each_other_and_a_new_version_keeps_its_number(
    accepted, marie, doctor, tax, desk
) -> None:
    year = accepted.clinic.day_of().year
    second = actions.hand_over(
        quote=drafted(actions.revise(quote=accepted, by=desk), doctor, tax), how="hand", by=desk
    )
    other = drafted(actions.begin(patient=marie, by=doctor), doctor, tax)
    third = actions.hand_over(quote=other, how="hand", by=desk)
    assert [str(each) for each in (accepted, second, third)] == [
        f"{year}-0001/1",
        f"{year}-0001/2",
        f"{year}-0002/1",
    ]
    assert state_of(Quote.objects.get(pk=accepted.pk), accepted.clinic.day_of()) == "replaced"
    with pytest.raises(actions.QuoteRefused, match=f"{year}-0001/2"):
        actions.revise(quote=accepted, by=desk)


def test_a_version_that_was_begun_and_discarded_is_taken_up_again(sent, desk) -> None:
    begun = actions.revise(quote=sent, by=desk)
    actions.discard(quote=begun, by=desk)
    assert actions.revise(quote=sent, by=desk) == begun
    assert actions.revise(quote=sent, by=desk) == begun, "asked for twice"


def test_handing_over_writes_the_price_into_the_plan(draft, doctor, tax, desk) -> None:
    actions.hand_over(quote=drafted(draft, doctor, tax, "200"), how="hand", by=desk)
    assert Plan.objects.get(pk=draft.plan_id).price == Decimal(600)
    assert Event.objects.filter(what="treatments.plan_priced", detail__price="600.00 EUR").exists()


@pytest.mark.parametrize(
    "change",
    [
        lambda quote: Quote.objects.filter(pk=quote.pk).update(gross=1),
        lambda quote: Quote.objects.filter(pk=quote.pk).delete(),
        lambda quote: QuoteLine.objects.filter(quote=quote).update(unit_price=1),
        lambda quote: QuoteLine.objects.create(
            quote=quote, kind="other", words="x", quantity=1, unit_price=1
        ),
        lambda quote: Step.objects.update(signed_name="Nobody"),
        lambda quote: Quoted.objects.update(state="refused"),
        lambda quote: Tax.objects.update(percent=1),
        lambda quote: Payment.objects.all().delete(),
    ],
)
def test_what_was_handed_over_is_fixed_by_the_database(accepted, desk, doctor, at, change) -> None:
    actions.shorten(quote=accepted, reason="Course begun elsewhere.", by=doctor)
    actions.record_money(
        quote=accepted,
        kind="deposit",
        amount=Decimal(10),
        means="cash",
        received_on=accepted.clinic.day_of(),
        by=desk,
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        change(accepted)


def test_a_draft_is_changed_freely_and_by_one_device_at_a_time(draft, doctor, tax) -> None:
    seen = draft.draft_version
    drafted(draft, doctor, tax, "190")
    with pytest.raises(actions.QuoteRefused, match="another device"):
        actions.save_draft(quote=draft, draft=actions.Draft(lines=[]), by=doctor, version=seen)
    assert draft.lines.get().unit_price == Decimal(190)


def test_nobody_accepts_without_a_name_or_twice(sent, desk) -> None:
    for name in ("", "  ", "?"):
        with pytest.raises(actions.QuoteRefused):
            actions.accept(quote=sent, signed_name=name, signature=SIGNED, by=desk)
    actions.accept(quote=sent, signed_name="Marie Dupont", signature=SIGNED, by=desk)
    with pytest.raises(actions.QuoteRefused, match="accepted"):
        actions.accept(quote=sent, signed_name="Marie Dupont", signature=SIGNED, by=desk)


def test_a_quote_is_accepted_until_its_last_minute(sent, at) -> None:
    """By the clinic's clock: in Los Angeles it is another day."""
    last = sent.valid_until
    late = datetime(last.year, last.month, last.day, 23, 59, tzinfo=IN_FRANCE)
    at(late + timedelta(minutes=1))
    with pytest.raises(actions.QuoteRefused, match="no longer holds"):
        actions.accept(quote=sent, signed_name="Marie Dupont", signature=SIGNED, by=None)
    at(late)
    assert (
        actions.accept(quote=sent, signed_name="Marie Dupont", signature=SIGNED, by=None).what == "accepted"
    )


def test_treating_waits_for_the_quote_and_for_the_time_to_think(visit, draft, desk, known, at) -> None:
    assert in_the_way(visit, known) == ["quote_missing"]
    at(datetime(2026, 11, 2, 23, 59, tzinfo=IN_FRANCE))  # one minute later it were the next day
    sent = actions.hand_over(
        quote=drafted(draft, draft.practitioner, draft.lines.get().tax), how="hand", by=desk
    )
    assert in_the_way(visit, known) == ["quote_not_accepted", "reflection_open"]
    actions.accept(quote=sent, signed_name="Marie Dupont", signature=SIGNED, by=desk)
    last_minute = datetime(2026, 11, 17, 23, 59, tzinfo=IN_FRANCE)
    assert in_the_way(visit, known, last_minute) == ["reflection_open"]
    assert in_the_way(visit, known, last_minute + timedelta(minutes=1)) == []


def test_the_refusal_says_the_earliest_day_in_both_languages(visit, accepted, known) -> None:
    chart = read_chart(readable(Session.objects.all()).get(pk=visit.pk))
    (found,) = [
        row for row in requirements.refusals(chart, known, timezone.now()) if row.code == "reflection_open"
    ]
    first = accepted.clinic.day_of() + timedelta(days=16)
    assert str(first.year) in found.message["en"]
    assert str(first.day) in found.message["fr"]
    assert found.source == "fr_d6322_30"


def test_a_physician_may_note_why_the_time_to_think_is_not_waited_for(visit, accepted, doctor, known) -> None:
    with pytest.raises(actions.QuoteRefused, match="reason"):
        actions.shorten(quote=accepted, reason=" ", by=doctor)
    actions.shorten(quote=accepted, reason="The course began in May.", by=doctor)
    assert in_the_way(visit, known) == []
    with pytest.raises(actions.QuoteRefused, match="already"):
        actions.shorten(quote=accepted, reason="The course began in May.", by=doctor)


def test_a_plan_that_changed_is_not_covered(visit, accepted, doctor, known) -> None:
    actions.shorten(quote=accepted, reason="The course began in May.", by=doctor)
    plan(visit, doctor, sessions=3, price=Decimal(540), area="neck")
    assert in_the_way(visit, known) == ["quote_does_not_cover"]


def test_a_withdrawn_quote_holds_no_more_and_says_why(visit, accepted, desk, known) -> None:
    with pytest.raises(actions.QuoteRefused, match="why"):
        actions.withdraw(quote=accepted, reason="", by=desk)
    actions.withdraw(quote=accepted, reason="Moved away.", by=desk)
    assert "quote_ended" in in_the_way(visit, known)


def money(quote: Quote, amount: str, by, kind: str = "deposit", on=None) -> Payment:
    return actions.record_money(
        quote=quote,
        kind=kind,
        amount=Decimal(amount),
        means="card",
        received_on=on or quote.clinic.day_of(),
        by=by,
    )


def test_no_deposit_before_the_time_to_think_has_passed(accepted, desk, at) -> None:
    with pytest.raises(actions.QuoteRefused, match="Nothing is owed"):
        money(accepted, "100", desk)
    handed = accepted.sent_at.astimezone(IN_FRANCE).replace(hour=0, minute=0, second=0, microsecond=0)
    at(handed + timedelta(days=15, hours=23, minutes=59))
    with pytest.raises(actions.QuoteRefused, match="Nothing is owed"):
        money(accepted, "100", desk)
    at(handed + timedelta(days=16, hours=1))
    assert money(accepted, "100", desk).amount == Decimal(100)
    with pytest.raises(actions.QuoteRefused, match="Nothing is owed"):
        money(accepted, "100", desk, on=accepted.clinic.day_of() - timedelta(days=1))


@pytest.fixture
def free(accepted, doctor) -> Quote:
    """Money may be taken today."""
    actions.shorten(quote=accepted, reason="The course began in May.", by=doctor)
    return accepted


def test_what_is_paid_refunded_and_taken_back_adds_up(free, desk) -> None:
    first = money(free, "140", desk)
    money(free, "400", desk, "payment")
    with pytest.raises(actions.QuoteRefused, match="more than is owed"):
        money(free, "0.01", desk, "payment")
    with pytest.raises(actions.QuoteRefused, match="more than was paid"):
        money(free, "540.01", desk, "refund")
    money(free, "500", desk, "refund")
    with pytest.raises(actions.QuoteRefused, match="refunded"):
        actions.take_back(payment=first, reason="Typed twice.", by=desk)
    money(free, "200", desk, "payment")
    back = actions.take_back(payment=first, reason="Typed twice.", by=desk)
    assert actions.take_back(payment=first, reason="Typed twice.", by=desk) == back
    held = paid(free.payments.all())
    assert (held.received, held.refunded, held.kept) == (Decimal(600), Decimal(500), Decimal(100))


def test_money_is_taken_on_an_accepted_quote_alone(sent, desk) -> None:
    with pytest.raises(actions.QuoteRefused, match="accepted"):
        money(sent, "10", desk)


def test_a_refund_is_written_down_after_the_quote_was_withdrawn(free, desk) -> None:
    money(free, "100", desk)
    actions.withdraw(quote=free, reason="Pregnant since.", by=desk)
    assert money(free, "100", desk, "refund").kind == "refund"


def test_a_rate_of_tax_is_stated_by_the_clinic_and_kept_by_what_used_it(sent, french_clinic, doctor) -> None:
    actions.state_tax(clinic=french_clinic, name="TVA 20 % (inventée)", percent=Decimal("5.5"), by=doctor)
    assert sent.lines.get().tax.percent == Decimal(20)
    assert Tax.objects.filter(retired_at=None).get().percent == Decimal("5.5")


def test_a_package_adds_its_lines_and_a_reduction(draft, french_clinic, doctor, tax) -> None:
    lines = [
        actions.NewLine("session", "Six séances", Decimal(6), Decimal(180), tax),
        actions.NewLine("reduction", "Forfait", Decimal(1), Decimal("-100"), tax),
    ]
    package = actions.write_package(clinic=french_clinic, name="Six", lines=lines, by=doctor)
    actions.save_draft(quote=draft, draft=actions.Draft(lines=[]), by=doctor)
    actions.add_package(quote=draft, package=package, by=doctor)
    assert sum(line.quantity * line.unit_price for line in draft.lines.all()) == Decimal(980)


def test_money_counts_for_every_version_of_a_quote(free, desk, doctor, tax) -> None:
    money(free, "140", desk)
    newer = drafted(actions.revise(quote=free, by=desk), doctor, tax, price="200")
    newer = actions.hand_over(quote=newer, how="hand", by=desk)
    actions.accept(quote=newer, signed_name="Marie Dupont", signature=SIGNED, by=desk)
    actions.shorten(quote=newer, reason="The course began in May.", by=doctor)
    with pytest.raises(actions.QuoteRefused, match="more than is owed: 460"):
        money(newer, "460.01", desk, "payment")
    money(newer, "460", desk, "payment")
    with pytest.raises(actions.QuoteRefused, match="more than was paid"):
        money(free, "600.01", desk, "refund")
    assert money(newer, "600", desk, "refund").amount == Decimal(600)


def test_the_tenth_thousandth_number_of_a_year_is_followed(sent, draft, marie, doctor, tax, visit) -> None:
    year = sent.clinic.day_of().year
    for number in ("9999", "10000"):
        row = drafted(actions.begin(patient=marie, by=doctor), doctor, tax)
        Quote.objects.filter(pk=row.pk).update(
            number=f"{year}-{number}",
            version=1,
            sent_at=timezone.now(),
            sent_by=doctor,
            gross=1,
            net=1,
            tax=0,
        )
    last = drafted(actions.begin(patient=marie, by=doctor), doctor, tax)
    assert actions.hand_over(quote=last, how="hand", by=doctor).number == f"{year}-10001"
