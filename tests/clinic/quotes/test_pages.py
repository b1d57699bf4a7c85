"""The pages of quotes: who may what, what is told, the paper and the tables read back by other programs."""

from __future__ import annotations

import csv
import io
import re
import subprocess
import sys
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from clinic.quotes.conftest import SIGNED, drafted
from clinic.treatments.conftest import as_
from wheal.clinic.audit.models import Event
from wheal.clinic.quotes import actions
from wheal.clinic.quotes.models import Quote, Step


def url(name: str, *args: object) -> str:
    return reverse(f"quotes:{name}", args=args)


def form_of(quote: Quote, **other: object) -> dict[str, object]:
    """What the page of a draft sends."""
    line = quote.lines.first()
    sent = {
        "version": quote.draft_version, "valid_until": quote.valid_until or "", "language": "fr", "taxes_included": "1",
        "practitioner": quote.practitioner_id or "", **quote.said, "note": "", "lines-TOTAL_FORMS": "3",
        "lines-INITIAL_FORMS": "1", "lines-0-kind": "session", "lines-0-words": "Séance", "lines-0-quantity": "3",
        "lines-0-unit_price": "180", "lines-0-tax": line.tax_id or "", "lines-1-kind": "session",
        "lines-2-kind": "session",
    }  # fmt: skip
    return {**sent, **other}


def test_the_desk_makes_saves_and_hands_over_a_quote(draft, desk, marie) -> None:
    page = as_(desk)
    assert b"180" in page.get(url("quote", draft.pk)).content
    entered = form_of(draft, **{"lines-0-unit_price": "180,50", "lines-1-words": "Froid", "lines-1-quantity": "1",
                                "lines-1-unit_price": "8", "lines-1-tax": draft.lines.get().tax_id})  # fmt: skip
    saved = page.post(url("save", draft.pk), entered, headers={"X-Requested-With": "fetch"}).json()
    assert saved["errors"] == {}
    assert "549.50" in saved["pieces"]["judged"]
    draft.refresh_from_db()
    again = form_of(draft, **{"lines-0-unit_price": "180.50"})
    assert page.post(url("hand-over", draft.pk), again).status_code == 302
    shown = page.get(url("quote", draft.pk)).content.decode()
    assert "541.50" in shown
    assert "Time to think" in shown


def test_what_cannot_be_read_is_told_at_its_line_and_nothing_is_lost(draft, desk) -> None:
    page = as_(desk)
    wrong = form_of(draft, **{"lines-0-unit_price": "much", "lines-1-unit_price": "5"})
    told = page.post(url("save", draft.pk), wrong, headers={"X-Requested-With": "fetch"}).json()
    assert told["not_taken"]
    assert {name for name, words in told["errors"].items() if words} == {"lines-0-words", "lines-1-words"}
    answer = page.post(url("hand-over", draft.pk), wrong)
    assert answer.status_code == 422
    assert 'value="much"' in answer.content.decode()
    assert draft.lines.get().unit_price == Decimal(180)


def test_what_is_lacking_is_a_page_with_all_reasons(visit, marie, doctor) -> None:
    begun = actions.begin(patient=marie, by=doctor)
    answer = as_(doctor, "fr").post(
        url("hand-over", begun.pk), form_of(begun, valid_until="", anaesthesia="")
    )
    text = answer.content.decode()
    assert answer.status_code == 422
    for words in ("jusqu’à quel jour", "l’anesthésie", "l’assurance du médecin", "comment elle est taxée"):
        assert words in text, words


@pytest.mark.parametrize("how", ["signature", "paper", "typed"])
def test_a_patient_accepts_on_the_pad_on_paper_or_by_the_typed_name(sent, desk, how) -> None:
    given = {
        "signature": {"signature": str(SIGNED)},
        "paper": {"on_paper": "1"},
        "typed": {"signature_typed_only": "1"},
    }
    page = as_(desk)
    assert page.post(url("accept", sent.pk), {"signed_name": "Marie Dupont"}).status_code == 422
    assert page.post(url("accept", sent.pk), {"signed_name": "Marie Dupont", **given[how]}).status_code == 302
    assert Step.objects.get().what == "accepted"


def test_only_a_physician_shortens_the_time_to_think(accepted, desk, doctor) -> None:
    reason = {"reason": "The course began in May."}
    assert as_(desk).post(url("shorten", accepted.pk), reason).status_code == 403
    assert as_(doctor).post(url("shorten", accepted.pk), reason).status_code == 302


def test_money_that_may_not_be_taken_is_refused_on_the_page_with_the_first_day(
    accepted, desk, doctor
) -> None:
    today = accepted.clinic.day_of()
    sent = {"kind": "deposit", "amount": "100,00", "means": "card", "received_on": today, "reference": "=1+1"}
    page = as_(desk, "fr")
    refused = page.post(url("record-money", accepted.pk), sent)
    assert refused.status_code == 422
    assert str((today + timedelta(days=16)).day) in refused.content.decode()
    actions.shorten(quote=accepted, reason="The course began in May.", by=doctor)
    assert page.post(url("record-money", accepted.pk), sent).status_code == 302
    assert "440,00\u00a0EUR" in page.get(url("quote", accepted.pk)).content.decode()


PAGES = ("list", "prices", "accounts")


@pytest.mark.parametrize(
    ("who", "allowed"),
    [
        ("desk", {"list"}),
        ("doctor", {"list", "prices", "accounts"}),
        ("ada", {"prices", "accounts"}),
        ("sam", set()),
    ],
)
def test_who_sees_quotes_prices_and_accounts(request, who, allowed, accepted) -> None:
    page = as_(request.getfixturevalue(who))
    assert {name for name in PAGES if page.get(url(name)).status_code == 200} == allowed


def test_a_quote_of_another_clinic_is_not_found_and_the_asking_is_audited(accepted, alice) -> None:
    page = as_(alice)
    for name in ("quote", "pdf"):
        assert page.get(url(name, accepted.pk)).status_code == 404
    assert page.post(url("withdraw", accepted.pk), {"reason": "x"}).status_code == 404
    assert page.get(url("of-patient", accepted.patient_id)).status_code == 404
    assert page.get(url("of-plan", accepted.plan_id)).status_code == 404
    assert Event.objects.filter(what="quotes.record_refused", refused=True).count() == 3


def test_the_list_is_searched_by_name_and_number(accepted, desk) -> None:
    page = as_(desk)
    for asked in ("dupont", accepted.number, str(accepted), "marie Dûp"):
        assert b"DUPONT" in page.get(url("list"), {"q": asked}).content, asked
    assert b"DUPONT" not in page.get(url("list"), {"q": "nobody"}).content
    assert b"DUPONT" not in page.get(url("list"), {"state": "draft"}).content


@pytest.mark.parametrize("name", ["list", "quote"])
def test_queries_do_not_grow_with_the_rows(
    accepted, desk, doctor, tax, django_assert_max_num_queries, name
) -> None:
    newest = accepted
    for _time in range(3):
        newest = actions.hand_over(
            quote=drafted(actions.revise(quote=newest, by=desk), doctor, tax), how="hand", by=desk
        )
    page, args = as_(desk), () if name == "list" else (newest.pk,)
    with django_assert_max_num_queries(14):
        assert page.get(url(name, *args)).status_code == 200


def text_of(answer: object) -> str:
    pages = PdfReader(io.BytesIO(answer.content)).pages
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))


def test_the_french_paper_says_what_the_country_asks(accepted, desk) -> None:
    text = text_of(as_(desk).get(url("pdf", accepted.pk)))
    for words in (
        f"Devis {accepted}", "Numéro d’inscription", "I-7", "aucune", "TVA 20 % (inventée)", "90,00 EUR", "540,00 EUR",
        "assurance maladie", "15 jours", "deux exemplaires", "Accepté par Marie Dupont",
    ):  # fmt: skip
        assert words in text, words


def test_a_draft_is_printed_as_one(draft, desk) -> None:
    assert "Brouillon" in text_of(as_(desk).get(url("pdf", draft.pk)))


@pytest.fixture
def table(accepted, desk, doctor) -> Client:
    """Money with a reference that a spreadsheet would calculate, and a line that was taken back."""
    actions.shorten(quote=accepted, reason="The course began in May.", by=doctor)
    today = accepted.clinic.day_of()
    for amount, kind in (("140", "deposit"), ("60", "payment"), ("40", "refund")):
        made = actions.record_money(
            quote=accepted, kind=kind, amount=Decimal(amount), means="cash", received_on=today,
            reference='=HYPERLINK("x")', by=desk,
        )  # fmt: skip
    actions.take_back(payment=made, reason="+not given", by=desk)
    return as_(doctor)


def asked(accepted: Quote) -> dict[str, object]:
    today = accepted.clinic.day_of()
    return {"first": today, "last": today}


def rows_of(answer: object) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_the_money_of_a_period_as_a_table(table, accepted) -> None:
    rows = rows_of(table.get(url("money-csv"), asked(accepted)))
    assert [row["Counts as"] for row in rows] == ["140.00", "60.00", "0.00", "0.00"]
    assert {row["Reference"] for row in rows} == {'\'=HYPERLINK("x")', ""}
    assert rows[-1]["Reason"] == "'+not given"
    before = accepted.clinic.day_of() - timedelta(days=1)
    assert rows_of(table.get(url("money-csv"), {"first": before, "last": before})) == []
    assert table.get(url("money-csv"), {"first": "2026-02-01", "last": "2026-01-01"}).status_code == 422


def test_the_quotes_of_a_period_with_their_taxes(table, accepted) -> None:
    (row,) = rows_of(table.get(url("quotes-csv"), asked(accepted)))
    assert (row["Net"], row["Tax amount"], row["Gross"], row["State"]) == (
        "450.00",
        "90.00",
        "540.00",
        "Accepted",
    )


def test_another_program_reads_the_table_and_adds_it_up(table, accepted, tmp_path: Path) -> None:
    (tmp_path / "money.csv").write_bytes(table.get(url("money-csv"), asked(accepted)).content)
    adding_up = (
        "import csv, decimal, sys; rows = csv.DictReader(open(sys.argv[1], encoding='utf-8-sig', newline=''));"
        "print(sum(decimal.Decimal(row['Counts as']) for row in rows))"
    )
    read = subprocess.run(
        [sys.executable, "-I", "-c", adding_up, str(tmp_path / "money.csv")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert Decimal(read.stdout.strip()) == Decimal(200)


def test_where_the_comma_is_the_decimal_mark_the_table_opens_in_columns_that_add_up(accepted, doctor) -> None:
    text = as_(doctor, "fr").get(url("quotes-csv"), asked(accepted)).content.decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text), delimiter=";")
    assert [row[name] for name in ("Hors taxes", "Montant de la taxe", "Taxes comprises")] == [
        "450,00",
        "90,00",
        "540,00",
    ]


def test_a_typed_name_that_is_not_the_patients_is_told_to_the_clinic(sent, desk) -> None:
    page = as_(desk)
    page.post(url("accept", sent.pk), {"signed_name": "Paul Martin", "signature_typed_only": "1"})
    assert "check who signed" in page.get(url("quote", sent.pk)).content.decode()


def test_the_money_of_a_quote_is_seen_on_each_of_its_versions(accepted, desk, doctor, tax) -> None:
    actions.shorten(quote=accepted, reason="The course began in May.", by=doctor)
    entered = {"kind": "deposit", "amount": "100", "means": "card", "received_on": accepted.clinic.day_of()}
    page = as_(desk)
    assert page.post(url("record-money", accepted.pk), entered).status_code == 302
    newer = drafted(actions.revise(quote=accepted, by=desk), doctor, tax)
    actions.hand_over(quote=newer, how="hand", by=desk)
    for pk in (accepted.pk, newer.pk):
        text = page.get(url("quote", pk)).content.decode()
        assert "Received in all" in text
        assert "Still owed" not in text


def test_a_period_that_ends_with_time_itself_is_refused(accepted, doctor) -> None:
    ends = {"first": "2026-01-01", "last": "9999-12-31"}
    assert as_(doctor).get(url("quotes-csv"), ends).status_code == 422
