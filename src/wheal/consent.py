"""What this patient must read and sign for this plan, as Markdown, and whether a signed text covers a plan.

The text is assembled from the knowledge alone: what is injected and how it stands in law, how sure the evidence
is, what may happen (as people of 100), what else could be done, what it costs, and how to change one's mind.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, Literal

from wheal import choices, formulary, frequencies
from wheal.consent_content import content_digest
from wheal.knowledge import Knowledge
from wheal.knowledge.records import Harm, Status
from wheal.quantities import Quantity, plain

MANDATORY: Final = ("purpose", "area", "technique", "substances", "sessions", "price", "currency")
Json = dict[str, object]
Block = (
    tuple[Literal["title", "heading", "item", "paragraph"], str]
    | tuple[Literal["head"], list[str]]
    | tuple[Literal["row"], list[tuple[str, str]]]
)


@dataclass(frozen=True, slots=True)
class Terms:
    """What is agreed to. `price` is of the whole course."""

    purpose: str
    area: str
    technique: str
    substances: tuple[str, ...]
    sessions: int | None
    price: Decimal | None
    currency: str


@dataclass(frozen=True, slots=True)
class Parties:
    patient: str
    birth_date: date
    clinic: str
    jurisdiction: str
    phone: str
    practitioner: str


def missing(terms: Terms) -> tuple[str, ...]:
    """What must be settled before anybody can agree to it. A price of nothing is a price; an unknown one is not."""
    return tuple(name for name in MANDATORY if getattr(terms, name) in (None, "", ()))


def as_json(terms: Terms) -> Json:
    return {
        "purpose": terms.purpose,
        "area": terms.area,
        "technique": terms.technique,
        "substances": list(terms.substances),
        "sessions": terms.sessions,
        "price": None if terms.price is None else plain(terms.price),
        "currency": terms.currency,
    }


def not_covered(
    signed: Mapping[str, object], terms: Terms, *, substances: Iterable[str] = (), areas: Iterable[str] = ()
) -> tuple[str, ...]:
    """What the signed text did not say: changed terms by name, then substances and areas about to be injected.

    Leaving out a substance that was agreed to is covered; adding one, or changing anything else, is not.
    """
    now = as_json(terms)
    changed = [name for name in MANDATORY if name != "substances" and now[name] != signed.get(name)]
    told = signed.get("substances")
    agreed = told if isinstance(told, list) else []
    added = [name for name in (*terms.substances, *substances) if name not in agreed]
    elsewhere = [area for area in areas if area != signed.get("area") and area != terms.area]
    return tuple(dict.fromkeys([*changed, *added, *elsewhere]))


def snapshot(terms: Terms, country: str, language: str, known: Knowledge) -> Json:
    """What a signed consent covers: the terms, and what was known when its text was made of them."""
    digest = content_digest(_wish(terms, country), language, known)
    return {**as_json(terms), "language": language, "content_digest": digest}


def told_otherwise(signed: Mapping[str, object], country: str, known: Knowledge) -> bool:
    """Whether the same terms would be told differently today; a consent that does not say what it told would be."""
    substances = signed.get("substances")
    names = tuple(map(str, substances)) if isinstance(substances, list) else ()
    language = str(signed.get("language"))
    if language not in known.texts_held or not set(names) <= known.substances.keys():
        return True
    wish = choices.Wish(str(signed.get("purpose")), str(signed.get("area")), names, country)
    return content_digest(wish, language, known) != signed.get("content_digest")


def _wish(terms: Terms, country: str) -> choices.Wish:
    return choices.Wish(terms.purpose, terms.area, terms.substances, country)


def text(terms: Terms, parties: Parties, language: str, known: Knowledge) -> str:
    """The whole text in one language. Raises ValueError where the plan is not complete, KeyError for unknown codes."""
    if lacking := missing(terms):
        raise ValueError(f"the plan lacks {', '.join(lacking)}")
    writer = _Writer(terms, parties, language, known)
    return "\n".join(writer.lines()).strip() + "\n"


def blocks(markdown: str) -> list[Block]:
    """The text as pages and papers lay it out: the only marks that a consent uses are "#", "##", "-" and "|".

    A table is a "head" with the names of its columns, then a "row" for each line; each cell of a row comes with
    the name of its column, so that a narrow page can write it beside the cell.
    """
    found: list[Block] = []
    heads: list[str] = []
    for line in filter(None, (line.strip() for line in markdown.splitlines())):
        mark, _, rest = line.partition(" ")
        if mark == "|":
            cells = [cell.strip() for cell in line[1:-1].split("|")]
            if not heads:
                found.append(("head", cells))
            elif set(cells) != {"---"}:  # the line below a table's head
                found.append(("row", list(zip(heads, cells, strict=True))))
            heads = heads or cells
        else:
            heads = []
            found.append((_MARKS[mark], rest) if mark in _MARKS else ("paragraph", line))
    return found


_MARKS: Final[Mapping[str, Literal["title", "heading", "item"]]] = {
    "#": "title",
    "##": "heading",
    "-": "item",
}


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
        body = list(lines)
        if body:
            yield from ("", f"## {self.say(f'{key}.heading')}", "", *body)

    def lines(self) -> Iterator[str]:
        yield f"# {self.say('title')}"
        yield from ("", self._who())
        yield from self.section("plan", self._plan())
        yield from self.section("substances", self._substances())
        yield from self.section("evidence", self._evidence())
        yield from self.section("harms", self._common())
        yield from self.section("rare", self._rare())
        yield from self.section("alternatives", self._alternatives())
        yield from self.section("law", self._law())
        yield from self.section("call", self._call())
        yield from self.section("record", [self.say("record.text")])
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

    def _plan(self) -> Iterator[str]:
        terms = self.terms
        yield "- " + self.say("plan.purpose", purpose=self.name(f"code.purposes.{terms.purpose}"))
        yield "- " + self.say("plan.area", area=self.name(f"area.{terms.area}"))
        yield "- " + self.say("plan.technique", technique=self.name(f"technique.{terms.technique}"))
        yield "- " + self.say("plan.sessions", sessions=terms.sessions)
        yield "- " + self.say("plan.price", price=_money(terms, self.language))

    def _substances(self) -> Iterator[str]:
        for name in self.terms.substances:
            yield f"- {self.name(f'substance.{name}.name')}. {self._standing(name)}"

    def _standing(self, name: str) -> str:
        """How it stands in this country's law, and what is doubtful about that."""
        status = self.known.substances[name].status.get(self.parties.jurisdiction)
        said = self.say(f"standing.{self._standing_code(name, status)}", areas=self._areas(name))
        if status is None or status.severity is None:
            return said
        key = f"status.{name}.{self.parties.jurisdiction}"
        return f"{said} {self.known.text(key, self.language, about=name)}"

    def _standing_code(self, name: str, status: Status | None) -> str:
        areas = self.known.substances[name].areas
        if areas and self.terms.area not in areas:
            return "outside_label"
        if status is None:
            return "not_held"
        return (
            "approved_for_another_purpose" if status.standing == "approved" and not areas else status.standing
        )

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

    def _harms(self, rare: bool) -> list[tuple[str, Harm]]:
        told = [
            (name, self.known.harms[name]) for name in formulary.harms_told(self.terms.substances, self.known)
        ]
        return [(name, harm) for name, harm in told if harm.rare is rare]

    def _common(self) -> Iterator[str]:
        told = self._harms(rare=False)
        yield from (f"- {self._harm(name, harm)}" for name, harm in told)
        if told:
            yield from ("", self.say("harms.note"))

    def _harm(self, name: str, harm: Harm) -> str:
        return frequencies.of_harm(name, harm, self.language, self.known)

    def _rare(self) -> Iterator[str]:
        told = self._harms(rare=True)
        yield from (f"- {self._harm(name, harm)}" for name, harm in told)
        if told:
            yield from ("", self.say("rare.no_rate"))

    def _alternatives(self) -> Iterator[str]:
        terms = self.terms
        yield self.say(f"alternatives.{terms.purpose}")
        price = self.say("alternatives.price", price=_money(terms, self.language), sessions=terms.sessions)
        table = choices.side_by_side(self._wish(), price, self.language, self.known)
        if table:
            yield from ("", *_as_table(table), "", self.say("alternatives.note"))

    def _wish(self) -> choices.Wish:
        return _wish(self.terms, self.parties.jurisdiction)

    def _law(self) -> Iterator[str]:
        country = self.known.jurisdictions.get(self.parties.jurisdiction)
        if country is None:
            return
        if self._quote_is_due(country.quote_from):
            yield "- " + self.say("law.quote", least=_amount_of_money(country.quote_from, self.language))
        if country.reflection_days:
            yield "- " + self.say("law.reflection", days=country.reflection_days)

    def _quote_is_due(self, quote_from: str) -> bool:
        return quote_is_due(self.terms.price, self.terms.currency, quote_from)

    def _call(self) -> Iterator[str]:
        clinic = self.parties
        yield self.say("call.text", clinic=clinic.clinic, phone=clinic.phone or None)
        flags = [
            (held.order, name)
            for name, held in self.known.aftercare.items()
            if held.kind == "red_flag"
            and (not held.substances or set(held.substances) & set(self.terms.substances))
            and (not held.purposes or self.terms.purpose in held.purposes)
        ]
        yield ""
        yield from (f"- {self.name(f'aftercare.{name}')}" for _, name in sorted(flags))

    def _sources(self) -> Iterator[str]:
        """Whose figures these are: every source behind what stands above, once."""
        used: list[str] = []
        for name in self.terms.substances:
            substance = self.known.substances[name]
            held = substance.evidence.get(self.terms.purpose)
            status: Status | None = substance.status.get(self.parties.jurisdiction)
            used += [*(held.sources if held else ()), *(status.sources if status else ())]
        for _, harm in (*self._harms(rare=False), *self._harms(rare=True)):
            used += harm.sources
        used += choices.ways(self._wish(), self.known).sources
        yield from (f"- {_cite(self.known, source)}" for source in dict.fromkeys(used))


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


def _cite(known: Knowledge, source: str) -> str:
    held = known.sources[source]
    return f"{held.cite}. {held.id}".rstrip(". ") + "."


def _money(terms: Terms, language: str) -> str:
    return _amount_of_money(f"{plain(terms.price or Decimal(0))} {terms.currency}", language)


def _amount_of_money(text: str, language: str) -> str:
    """300 EUR, with the mark for decimals of the language and a space that does not break."""
    digits, currency = text.split()
    return f"{digits.replace('.', ',') if language == 'fr' else digits}\u00a0{currency}"


def languages(known: Knowledge, wanted: str) -> Sequence[str]:
    """Those in which the text can be read, the wanted one first."""
    held = sorted(known.texts_held)
    return [wanted, *(language for language in held if language != wanted)] if wanted in held else held
