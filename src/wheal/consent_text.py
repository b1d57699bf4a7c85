"""The text that a patient reads and signs, assembled from the knowledge alone, as Markdown.

What is injected and how it stands in law, how sure the evidence is, what may happen (as people of 100), what else
could be done, what it costs, and how to change one's mind.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import dropwhile

from wheal import choices, consent_harms, consent_law, formulary
from wheal.consent_terms import Parties, Terms, missing
from wheal.knowledge import Knowledge
from wheal.knowledge.countries import Duty
from wheal.knowledge.records import Status
from wheal.quantities import Quantity, plain


def text(terms: Terms, parties: Parties, language: str, known: Knowledge) -> str:
    """The whole text in one language. Raises ValueError where the plan is not complete, KeyError for unknown codes."""
    if lacking := missing(terms):
        raise ValueError(f"the plan lacks {', '.join(lacking)}")
    writer = _Writer(terms, parties, language, known)
    return "\n".join(writer.lines()).strip() + "\n"


@dataclass(frozen=True, slots=True)
class _Writer:
    terms: Terms
    parties: Parties
    language: str
    known: Knowledge

    def say(self, key: str, **figures: str | int | Decimal | date | Quantity | None) -> str:
        return self.known.text(f"consent.{key}", self.language, **figures)

    def name(self, key: str) -> str:
        return self.known.text(key, self.language)

    def section(self, key: str, lines: Iterable[str]) -> Iterator[str]:
        body = list(dropwhile(lambda line: not line, lines))
        if body:
            yield from ("", f"## {self.say(f'{key}.heading')}", "", *body)

    def lines(self) -> Iterator[str]:
        yield f"# {self.say('title')}"
        yield from ("", self._who())
        if self.parties.practitioner:
            yield from ("", self._training())
        yield from self.section("plan", self._plan())
        yield from self.section("substances", self._substances())
        yield from self.section("evidence", self._evidence())
        yield from self.section("harms", self._common())
        yield from self.section("rare", self._rare())
        yield from self.section("alternatives", self._alternatives())
        yield from self.section("law", self._law())
        yield from self.section("call", self._call())
        yield from self.section("record", [self.say("record.text"), "", self.say("record.data")])
        yield from self.section("choice", [self.say("choice.text")])
        yield from self.section("declaration", [self.say("declaration.text")])
        yield from self.section("sources", self._sources())

    def _who(self) -> str:
        who = self.parties
        return self.say(
            "who",
            patient=who.patient,
            born=who.birth_date,
            clinic=who.clinic,
            practitioner=who.practitioner or None,
        )

    def _training(self) -> str:
        who = self.parties
        names = [self.name(f"code.credential_kinds.{kind}") for kind in who.credentials]
        key = "held" if names else "none"
        return self.say(
            f"training.{key}", practitioner=who.practitioner, credentials=", ".join(names) or None
        )

    def _plan(self) -> Iterator[str]:
        terms = self.terms
        yield "- " + self.say("plan.purpose", purpose=self.name(f"code.purposes.{terms.purpose}"))
        yield "- " + self.say("plan.area", area=self.name(f"area.{terms.area}"))
        yield "- " + self.say("plan.technique", technique=self.name(f"technique.{terms.technique}"))
        yield "- " + self.say("plan.sessions", sessions=terms.sessions)
        yield "- " + self.say("plan.price", price=_money(terms, self.language))

    def _substances(self) -> Iterator[str]:
        yield from self._against()
        for name in self.terms.substances:
            yield f"- {self.name(f'substance.{name}.name')}. {self._standing(name)}"

    def _against(self) -> Iterator[str]:
        """What the law says of the plan, before what it says of each substance."""
        found = consent_law.against(wish(self.terms, self.parties.jurisdiction), self.known)
        if any(said.forbids for said in found):
            yield f"- {self.say('against.forbidden')}"
        yield from (f"- {consent_law.worded(said, self.language, self.known)}" for said in found)

    def _standing(self, name: str) -> str:
        """How it stands in this country's law, and what is doubtful about that."""
        status = self.known.substances[name].status.get(self.parties.jurisdiction)
        codes = self._standing_codes(name, status)
        said = [self.say(f"standing.{code}", areas=self._areas(name)) for code in codes]
        key = f"told.{name}.{self.parties.jurisdiction}"
        said += [self.name(key)] if status and self.known.has_text(key) else []
        return " ".join(said)

    def _standing_codes(self, name: str, status: Status | None) -> tuple[str, ...]:
        """Off-label is only what is authorised: of all else the label that is held is told beside the standing."""
        areas = self.known.substances[name].areas
        standing = status.standing if status else "not_held"
        if areas and self.terms.area not in areas:
            is_authorised = standing in ("approved", "approved_other_use")
            return ("outside_label",) if is_authorised else (standing, "label_names")
        return ("approved_for_another_purpose",) if standing == "approved" and not areas else (standing,)

    def _areas(self, name: str) -> str:
        return ", ".join(self.name(f"area.{area}") for area in self.known.substances[name].areas)

    def _evidence(self) -> Iterator[str]:
        for name in self.terms.substances:
            held = self.known.substances[name].evidence.get(self.terms.purpose)
            label = self.name(f"substance.{name}.name")
            if held is None:
                yield f"- {label}. {self.say('evidence.not_held')}"
                continue
            words = self.name(f"evidence.{name}.{self.terms.purpose}")
            yield f"- {label}. {words} {self.say(f'certainty.{held.certainty}')}"

    def _common(self) -> Iterator[str]:
        yield from consent_harms.common(self.terms, self.language, self.known)

    def _rare(self) -> Iterator[str]:
        yield from consent_harms.rare(self.terms, self.language, self.known)

    def _alternatives(self) -> Iterator[str]:
        yield self.say(f"alternatives.{self.terms.purpose}")
        table = ways_told(self.terms, self.parties.jurisdiction, self.language, self.known)
        if table:
            yield from ("", *_as_table(table), "", self.say("alternatives.note"))

    def _law(self) -> Iterator[str]:
        country = self.known.jurisdictions.get(self.parties.jurisdiction)
        if country is None:
            return
        if quote_is_due(self.terms.price, self.terms.currency, country.quote_from):
            yield "- " + self.say("law.quote", least=_amount_of_money(country.quote_from, self.language))
        if self.parties.quote:
            number, day = self.parties.quote
            yield "- " + self.say("law.quoted", number=number, day=day)
        if country.reflection_days:
            yield "- " + self.say("law.reflection", days=country.reflection_days)
        yield from (f"- {self.name(key)}" for key, _ in owed(self.parties.jurisdiction, self.known))

    def _call(self) -> Iterator[str]:
        clinic = self.parties
        yield self.say("call.text", clinic=clinic.clinic, phone=clinic.phone or None)
        flags = formulary.aftercare_told("red_flag", self.terms.substances, self.terms.purpose, self.known)
        yield ""
        yield from (f"- {self.name(f'aftercare.{name}')}" for name in flags)

    def _sources(self) -> Iterator[str]:
        """Whose figures these are: every source behind what stands above, once."""
        used: list[str] = []
        for name in self.terms.substances:
            substance = self.known.substances[name]
            held = substance.evidence.get(self.terms.purpose)
            status: Status | None = substance.status.get(self.parties.jurisdiction)
            used += [*(held.sources if held else ()), *(status.sources if status else ())]
        for said in consent_law.against(wish(self.terms, self.parties.jurisdiction), self.known):
            used += said.sources
        for _, duty in owed(self.parties.jurisdiction, self.known):
            used += duty.sources
        for name in consent_harms.told(self.terms.substances, self.terms.purpose, self.known):
            used += self.known.harms[name].sources
        used += choices.ways(wish(self.terms, self.parties.jurisdiction), self.known).sources
        yield from (f"- {_cite(self.known, source, self.language)}" for source in dict.fromkeys(used))


def ways_told(terms: Terms, country: str, language: str, known: Knowledge) -> list[list[str]]:
    """The plan beside what else could be done, as the rows of a table; none where nothing is held."""
    price = known.text(
        "consent.alternatives.price", language, price=_money(terms, language), sessions=terms.sessions
    )
    return choices.side_by_side(wish(terms, country), price, language, known)


def owed(country: str, known: Knowledge) -> list[tuple[str, Duty]]:
    """What the country's duties of consent owe the patient, with its wording; what nobody verified is owed by none."""
    held = known.jurisdictions.get(country)
    duties = [(f"owed.{country}.{it.id}", it) for it in (held.duties_of("consent") if held else ())]
    return [(key, it) for key, it in duties if it.standing != "question" and known.has_text(key)]


def wish(terms: Terms, country: str) -> choices.Wish:
    """What the alternatives are set beside."""
    return choices.Wish(terms.purpose, terms.area, terms.substances, country)


def _as_table(rows: list[list[str]]) -> Iterator[str]:
    """In Markdown. A bar within a cell would end it."""
    lines = [f"| {' | '.join(cell.replace('|', '/') for cell in row)} |" for row in rows]
    yield lines[0]
    yield f"|{' --- |' * len(rows[0])}"
    yield from lines[1:]


def quote_is_due(price: Decimal | None, currency: str, quote_from: str) -> bool:
    """A written quote is due from this price on, in this currency: "300 EUR"."""
    if price is None or not quote_from:
        return False
    least, money = quote_from.split()
    return currency == money and price >= Decimal(least)


def _cite(known: Knowledge, source: str, language: str) -> str:
    held = known.sources[source]
    told = [held.cited(language), held.numbered(language)]
    return ". ".join(filter(None, told)).rstrip(". ") + "."


def _money(terms: Terms, language: str) -> str:
    return _amount_of_money(f"{plain(terms.price or Decimal(0))} {terms.currency}", language)


def _amount_of_money(text: str, language: str) -> str:
    """300 EUR, with the mark for decimals of the language and a space that does not break."""
    digits, currency = text.split()
    return f"{digits.replace('.', ',') if language == 'fr' else digits}\u00a0{currency}"
