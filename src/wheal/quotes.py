"""The price of a plan: what its lines add up to, until when it holds, what the country asks, what it stands beside.

Money is exact: a Decimal of the currency, two places, halves rounded up, once for each rate of tax. A rate of tax is
what the clinic states; none is held here, and none is supposed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, Literal

from wheal import choices, reflection
from wheal.consent_terms import MANDATORY, Terms, not_covered
from wheal.consent_text import quote_is_due
from wheal.knowledge import Knowledge
from wheal.knowledge.alternatives import Told
from wheal.knowledge.check_sources import OWN_RULE
from wheal.knowledge.countries import QUOTE_STATEMENTS, Jurisdiction

CENT: Final = Decimal("0.01")
HUNDRED: Final = Decimal(100)
State = Literal["draft", "sent", "accepted", "refused", "withdrawn", "replaced", "expired"]
Step = Literal["accepted", "refused", "withdrawn", "replaced"]
LINE_KINDS: Final = ("session", "product", "other", "reduction")


@dataclass(frozen=True, slots=True)
class Tax:
    """As the clinic states it; `percent` 0 with its reason in the name where none is due."""

    name: str
    percent: Decimal


@dataclass(frozen=True, slots=True)
class Line:
    """`tax` None: nobody has said yet how it is taxed. Only a reduction has a price below nothing."""

    kind: str
    words: str
    quantity: Decimal
    unit_price: Decimal
    tax: Tax | None

    @property
    def amount(self) -> Decimal:
        return rounded(self.quantity * self.unit_price)


@dataclass(frozen=True, slots=True)
class TaxSum:
    tax: Tax
    net: Decimal
    amount: Decimal

    @property
    def gross(self) -> Decimal:
        return self.net + self.amount


@dataclass(frozen=True, slots=True)
class Totals:
    """`gross` is what the patient pays: the net sums and the taxes of every rate, each rounded once."""

    by_tax: tuple[TaxSum, ...]

    @property
    def net(self) -> Decimal:
        return sum((each.net for each in self.by_tax), Decimal(0))

    @property
    def tax(self) -> Decimal:
        return sum((each.amount for each in self.by_tax), Decimal(0))

    @property
    def gross(self) -> Decimal:
        return self.net + self.tax


NO_TAX: Final = Tax("", Decimal(0))


def rounded(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)


def add_up(lines: Iterable[Line], *, taxes_included: bool) -> Totals:
    """By rate, in the order in which the rates appear. `taxes_included`: the prices are what the patient pays."""
    sums: dict[Tax, Decimal] = {}
    for line in lines:
        tax = line.tax or NO_TAX
        sums[tax] = sums.get(tax, Decimal(0)) + line.amount
    return Totals(tuple(_taxed(tax, total, taxes_included) for tax, total in sums.items()))


def _taxed(tax: Tax, total: Decimal, included: bool) -> TaxSum:
    if not included:
        return TaxSum(tax, total, rounded(total * tax.percent / HUNDRED))
    amount = rounded(total * tax.percent / (HUNDRED + tax.percent))
    return TaxSum(tax, total - amount, amount)


@dataclass(frozen=True, slots=True)
class Offer:
    """A quote before it is handed over. What is "" was not said."""

    terms: Terms
    lines: tuple[Line, ...]
    taxes_included: bool
    valid_until: date | None
    said: Mapping[str, str]  # of the contents that a country may ask: act, registration, anaesthesia, …


BY_ITSELF: Final = ("date", "items", *QUOTE_STATEMENTS)
"""Contents that the paper has without anybody saying them."""


def lacking(offer: Offer, country: Jurisdiction, today: date) -> tuple[str, ...]:
    """All that must be mended before it may be handed over, by name: of the plan, the lines, the country's contents."""
    return tuple(
        dict.fromkeys(
            (
                *(f"plan.{name}" for name in MANDATORY if _is_open(offer.terms, name)),
                *_of_the_lines(offer),
                *_of_the_day(offer, country, today),
                *(
                    name
                    for name in country.quote_contents
                    if name not in BY_ITSELF and not offer.said.get(name)
                ),
            )
        )
    )


def _is_open(terms: Terms, name: str) -> bool:
    """The price is what the quote itself is about."""
    return name not in ("price", "currency") and getattr(terms, name) in (None, "", ())


def _of_the_lines(offer: Offer) -> Iterator[str]:
    if not offer.lines:
        yield "lines"
    if any(line.tax is None for line in offer.lines):
        yield "tax"
    if any((line.unit_price < 0) != (line.kind == "reduction") and line.unit_price for line in offer.lines):
        yield "reduction"
    if add_up(offer.lines, taxes_included=offer.taxes_included).gross < 0:
        yield "total"


def _of_the_day(offer: Offer, country: Jurisdiction, today: date) -> Iterator[str]:
    """It must hold longer than the time to think: an offer that ends before one may take it is none."""
    if offer.valid_until is None:
        yield "valid_until"
    elif offer.valid_until < reflection.earliest(today, country.reflection_days):
        yield "valid_too_short"


_FINAL: Final[tuple[Step, ...]] = ("replaced", "withdrawn", "refused", "accepted")
"""The strongest first."""


def state_of(sent: bool, valid_until: date | None, steps: Sequence[str], today: date) -> State:
    """The last day of validity is one of them. What was accepted in time does not expire."""
    if not sent:
        return "draft"
    final = next((one for one in _FINAL if one in steps), None)
    if final:
        return final
    return "expired" if valid_until is not None and today > valid_until else "sent"


POSSIBLE: Final[Mapping[State, tuple[Step, ...]]] = {
    "draft": (),
    "sent": ("accepted", "refused", "withdrawn", "replaced"),
    "accepted": ("withdrawn", "replaced"),
    "expired": ("replaced",),
    "refused": (),
    "withdrawn": (),
    "replaced": (),
}
"""What may follow. A refused or withdrawn quote stays so: a new version is handed over instead."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How the newest quote of a plan stands. `shortened`: a physician noted why the time to think is not waited for."""

    number: str
    state: State
    handed_on: date
    covers: Mapping[str, object]
    shortened: bool = False

    def earliest(self, country: Jurisdiction) -> date:
        return (
            self.handed_on if self.shortened else reflection.earliest(self.handed_on, country.reflection_days)
        )


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a plan may not be carried out on a day. `what`: the terms that the quote does not cover."""

    code: Literal[
        "quote_missing", "quote_not_accepted", "quote_ended", "quote_does_not_cover", "reflection_open"
    ]
    sources: tuple[str, ...]
    earliest: date | None = None
    what: tuple[str, ...] = ()


def obstacles(
    terms: Terms, standing: Standing | None, country: Jurisdiction, on: date
) -> tuple[Obstacle, ...]:
    """What the country's duties put in the way of treating on a day. Where no duty is held, nothing."""
    return (*_of_the_quote(terms, standing, country), *_of_the_reflection(standing, country, on))


def _of_the_quote(terms: Terms, standing: Standing | None, country: Jurisdiction) -> Iterator[Obstacle]:
    if not quote_is_due(terms.price, terms.currency, country.quote_from):
        return
    if standing is None:
        yield Obstacle("quote_missing", country.quote_sources)
    elif standing.state in ("sent", "draft"):
        yield Obstacle("quote_not_accepted", country.quote_sources)
    elif standing.state != "accepted":
        yield Obstacle("quote_ended", country.quote_sources)
    elif what := not_covered(standing.covers, terms):
        yield Obstacle("quote_does_not_cover", country.quote_sources, what=what)


def _of_the_reflection(standing: Standing | None, country: Jurisdiction, on: date) -> Iterator[Obstacle]:
    if standing is None or standing.state not in ("sent", "accepted"):
        return
    if on < (earliest := standing.earliest(country)):
        yield Obstacle("reflection_open", country.reflection_sources, earliest)


def money_may_be_taken(standing: Standing, country: Jurisdiction, on: date) -> bool:
    """Where the country lets nothing be owed while the patient thinks, no deposit before that time has passed."""
    return not country.nothing_owed_in_reflection or on >= standing.earliest(country)


@dataclass(frozen=True, slots=True)
class Paid:
    """What was recorded of a quote; a line that was taken back is in none of the sums."""

    received: Decimal
    refunded: Decimal

    @property
    def kept(self) -> Decimal:
        return self.received - self.refunded


def balance(total: Decimal, paid: Paid) -> Decimal:
    """What is still owed. Below nothing: what the clinic owes."""
    return total - paid.kept


@dataclass(frozen=True, slots=True)
class Beside:
    """Another way to go and what is held of its price. `told` None: nothing is."""

    way: str
    told: Told | None
    years: tuple[tuple[str, int | None], ...]  # source and year, as far as it says one


def beside(terms: Terms, country: str, known: Knowledge) -> tuple[Beside, ...]:
    """The price of the course beside the ways that fit its purpose and area, as in the consent; doing nothing apart."""
    found = choices.ways(choices.Wish(terms.purpose, terms.area, terms.substances, country), known)
    return tuple(
        Beside(name, way.price, tuple((source, known.sources[source].year) for source in _sources(way.price)))
        for name, way in found.others
        if way.price is None or way.price.certainty != "not_applicable"
    )


def _sources(told: Told | None) -> tuple[str, ...]:
    """Those of other people."""
    return tuple(source for source in told.sources if source != OWN_RULE) if told else ()
