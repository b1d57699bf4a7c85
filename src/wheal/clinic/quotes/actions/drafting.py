"""A quote while it is made: begun from the plan, its lines, a package, thrown away."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from decimal import ROUND_DOWN, Decimal

from django.db import transaction
from django.utils import timezone

from wheal import knowledge, quotes
from wheal.clinic.patients.models import Patient
from wheal.clinic.people.models import User
from wheal.clinic.quotes import wording
from wheal.clinic.quotes.actions.noting import note, open_draft
from wheal.clinic.quotes.models import LineKind, Package, Quote, QuoteLine, Tax
from wheal.clinic.quotes.price_list import Priced
from wheal.clinic.treatments import actions as treatments
from wheal.clinic.treatments.models import Plan


@dataclass(frozen=True, slots=True)
class NewLine:
    kind: str
    words: str
    quantity: Decimal
    unit_price: Decimal
    tax: Tax | None = None

    @classmethod
    def of(cls, row: Priced) -> NewLine:
        return cls(row.kind, row.words, row.quantity, row.unit_price, row.tax)

    def as_fields(self) -> dict[str, object]:
        return {each.name: getattr(self, each.name) for each in fields(self)}


@dataclass(frozen=True, slots=True)
class Draft:
    """All of a draft, as it is entered."""

    lines: Sequence[NewLine]
    taxes_included: bool = True
    valid_until: date | None = None
    practitioner: User | None = None
    language: str = "en"
    said: dict[str, str] = field(default_factory=dict)
    note: str = ""


@transaction.atomic
def begin(*, patient: Patient, by: User, practitioner: User | None = None) -> Quote:
    """The draft that is open for the patient's plan, or a new one filled in from the plan."""
    plan = treatments.open_plan(patient=patient, by=by)
    held = Quote.objects.filter(plan=plan, sent_at=None, discarded_at=None).first()
    if held:
        return held
    clinic = patient.clinic
    known = knowledge.current()
    language = patient.language if patient.language in known.texts_held else clinic.language
    made = Quote.objects.create(
        clinic=clinic, patient=patient, plan=plan, practitioner=practitioner, created_by=by,
        currency=known.jurisdictions[clinic.jurisdiction].currency,
        language=language, said={"place": clinic.address, "act": wording.act_of(plan, language, known)},
    )  # fmt: skip
    _from_the_plan(made, plan)
    note(by=by, what="draft_begun", quote=made)
    return made


def _from_the_plan(quote: Quote, plan: Plan) -> None:
    """As many sessions as planned, at the share of the price; what does not divide is on a line of its own."""
    if not plan.sessions or plan.price is None:
        return
    each = (plan.price / plan.sessions).quantize(quotes.CENT, ROUND_DOWN)
    tax = _only_tax(quote)
    words = wording.session_words(quote.language)
    lines = [NewLine(LineKind.SESSION, words, Decimal(plan.sessions), each, tax)]
    if rest := plan.price - each * plan.sessions:
        lines.append(NewLine(LineKind.OTHER, wording.rest_words(quote.language), Decimal(1), rest, tax))
    write_lines(quote, lines)


def _only_tax(quote: Quote) -> Tax | None:
    """Where the clinic has stated one rate alone there is nothing to choose."""
    held = list(Tax.objects.filter(clinic=quote.clinic, retired_at=None)[:2])
    return held[0] if len(held) == 1 else None


def write_lines(quote: Quote, lines: Iterable[NewLine]) -> None:
    """After those that stand."""
    QuoteLine.objects.bulk_create(QuoteLine(quote=quote, **line.as_fields()) for line in lines)


@transaction.atomic
def save_draft(*, quote: Quote, draft: Draft, by: User, version: int | None = None) -> Quote:
    """The whole draft anew. Raises QuoteRefused."""
    quote = open_draft(quote, version)
    quote.lines.all().delete()
    write_lines(quote, draft.lines)
    quote.taxes_included, quote.valid_until = draft.taxes_included, draft.valid_until
    quote.practitioner, quote.language = draft.practitioner, draft.language
    quote.said, quote.note = draft.said, draft.note
    quote.draft_version += 1
    quote.save()
    note(by=by, what="draft_saved", quote=quote, version=quote.draft_version)
    return quote


@transaction.atomic
def add_package(*, quote: Quote, package: Package, by: User) -> Quote:
    """Its lines after those that stand."""
    quote = open_draft(quote)
    write_lines(quote, (NewLine.of(row) for row in package.lines.select_related("tax")))
    quote.draft_version += 1
    quote.save(update_fields=["draft_version", "saved_at"])
    note(by=by, what="package_added", quote=quote, package=package.pk)
    return quote


@transaction.atomic
def discard(*, quote: Quote, by: User) -> None:
    quote = open_draft(quote)
    quote.discarded_at = timezone.now()
    quote.save(update_fields=["discarded_at", "saved_at"])
    note(by=by, what="draft_discarded", quote=quote)
