"""The quote as it is printed, in the patient's language."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from django.utils import formats, translation
from django.utils.translation import gettext as _

from wheal import quotes
from wheal.clinic import printing
from wheal.clinic.money import money
from wheal.clinic.quotes.models import Quote, QuoteLine
from wheal.clinic.quotes.offers import as_offer, country_of, totals_of
from wheal.clinic.treatments.consents import terms_of
from wheal.knowledge import Knowledge
from wheal.knowledge.countries import QUOTE_STATEMENTS, Jurisdiction
from wheal.knowledge.wording import digits

TEMPLATE = Path(__file__).parent / "typst" / "quote.typ"
Json = dict[str, object]


def quote_pdf(quote: Quote, lines: Iterable[QuoteLine], known: Knowledge) -> bytes:
    language = quote.language if quote.language in known.texts_held else "en"
    with translation.override(language):
        return printing.pdf(TEMPLATE, _data(quote, list(lines), known, language))


def _data(quote: Quote, lines: list[QuoteLine], known: Knowledge, language: str) -> Json:
    clinic, country = quote.clinic, country_of(quote)
    totals = totals_of(quote, lines)
    return {
        "title": _("Quote %(number)s") % {"number": quote} if quote.is_sent else _("Draft of a quote"),
        "language": language,
        "paper": "us-letter" if clinic.jurisdiction == "US" else "a4",
        "clinic": {"name": clinic.name, "address": clinic.address, "phone": clinic.phone},
        "draft": "" if quote.is_sent else _("Draft: not handed over, and no offer yet."),
        "facts": _facts(quote, known, language),
        "columns": [_("Act or product"), _("Quantity"), _("Price of one"), _("Tax"), _("Amount")],
        "lines": [_line(row, quote, language) for row in lines],
        "sums": _sums(quote, totals),
        "note": quote.note,
        "law": _statements(country, known, language),
        "beside": _beside(quote, known, language),
        "words": {
            "beside": _("What other ways cost"),
            "sign": _("Read and accepted"),
            "name": _("Name and signature of the patient, with the date"),
        },
        "signed": _signed(quote),
        "footer": _("Money is recorded by the clinic; this paper is no receipt."),
    }


def _facts(quote: Quote, known: Knowledge, language: str) -> list[list[str]]:
    said = as_offer(quote, ()).said if not quote.is_sent else quote.said
    who = quote.practitioner.shown_name if quote.practitioner else ""
    rows = [
        (_("Patient"), _("%(name)s · born %(day)s · no. %(number)s") % {
            "name": quote.patient, "day": formats.date_format(quote.patient.birth_date, "DATE_FORMAT"),
            "number": quote.patient.number,
        }),
        (_("Handed over"), printing.moment(quote.sent_at) if quote.is_sent else "—"),
        (_("Holds until"), formats.date_format(quote.valid_until, "DATE_FORMAT") if quote.valid_until else "—"),
        (_("What is done"), said.get("act", "")),
        (_("Sessions"), str(quote.plan.sessions or "—")),
        (_("Where it is done"), ", ".join(said.get("place", "").splitlines())),
        (_("Who treats"), who),
        (_("Registration number"), said.get("registration", "")),
        (_("Professional qualification"), _kinds(said.get("qualification", ""), known, language)),
        (_("Insurance"), said.get("insurance", "")),
        (_("Anaesthesia"), said.get("anaesthesia", "")),
        (_("Days off work"), said.get("days_off", "")),
    ]  # fmt: skip
    return [[head, text] for head, text in rows if text]


def _kinds(held: str, known: Knowledge, language: str) -> str:
    return ", ".join(
        known.text(f"code.credential_kinds.{kind}", language) for kind in held.split(", ") if kind
    )


def _line(row: QuoteLine, quote: Quote, language: str) -> list[str]:
    return [
        row.words,
        digits(row.quantity, language),
        money(row.unit_price, quote.currency),
        f"{row.tax.name}" if row.tax else "—",
        money(row.as_line().amount, quote.currency),
    ]


def _sums(quote: Quote, totals: quotes.Totals) -> list[list[str]]:
    net = [[_("Without tax"), money(totals.net, quote.currency)]] if totals.tax else []
    taxes = [[each.tax.name, money(each.amount, quote.currency)] for each in totals.by_tax if each.tax.name]
    return [*net, *taxes, [_("To pay for the whole course"), money(totals.gross, quote.currency)]]


def _statements(country: Jurisdiction, known: Knowledge, language: str) -> list[str]:
    asked = [name for name in QUOTE_STATEMENTS if name in country.quote_contents]
    return [known.text(f"quote.statement.{name}", language, days=country.reflection_days) for name in asked]


def _beside(quote: Quote, known: Knowledge, language: str) -> list[list[str]]:
    """The ways that the plan stands beside, what is held of their price, how sure, from where and when."""
    terms = terms_of(quote.plan)
    if not terms.purpose:
        return []
    found = quotes.beside(terms, quote.clinic.jurisdiction, known)
    return [
        [known.text(f"alternative.{each.way}.name", language), *price_words(each, known, language)]
        for each in found
    ]


def price_words(each: quotes.Beside, known: Knowledge, language: str) -> tuple[str, str]:
    """What is held of the price of another way, and whose figure it is."""
    if each.told is None:
        return known.text("consent.alternatives.not_known.price", language), ""
    said = known.text(f"alternative.{each.way}.price", language)
    sure = (
        ""
        if each.told.certainty == "not_applicable"
        else known.text(f"consent.certainty.{each.told.certainty}", language)
    )
    return f"{said} {sure}".strip(), "; ".join(
        known.sources[source].cited(language) for source, _year in each.years
    )


def _signed(quote: Quote) -> Json | None:
    step = quote.steps.filter(what="accepted").first()
    if step is None:
        return None
    how = _("signed on the printed copy") if step.on_paper else _("signed on the screen")
    return {
        "words": _("Accepted by %(name)s, %(when)s, %(how)s")
        % {"name": step.signed_name, "when": printing.moment(step.taken_at), "how": how},
        "strokes": step.signature,
    }
