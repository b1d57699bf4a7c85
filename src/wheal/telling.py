"""Records of the knowledge in the words of one language, as pages and reference show them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from wheal import formulary, frequencies
from wheal.formulary import ANY_OTHER, LimitTexts, Partner, Sign
from wheal.knowledge import Knowledge, wording
from wheal.knowledge.notes import Measured, Note
from wheal.knowledge.records import Harm, Limit, Rule, Severity, Status
from wheal.knowledge.said_when import said_when
from wheal.knowledge.wording import Figure

SEVERITIES: tuple[Severity, ...] = ("stop", "refer", "caution", "info")
_SIGNS: dict[str, Sign] = {"approved": "clear", "banned": "stop", "device": "caution", "unclear": "unknown"}


@dataclass(frozen=True, slots=True)
class Line:
    """A rule: what it does, what it says, when it holds, and who says so."""

    code: str
    severity: Severity
    text: str
    when: str
    sources: tuple[str, ...]
    jurisdictions: tuple[str, ...] = ()
    since: str = ""
    until: str = ""
    with_substances: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    country: str
    sign: Sign
    word: str  # a code of word.standing
    text: str
    sources: tuple[str, ...]
    since: str
    lines: tuple[Line, ...]  # its rules besides: bans by purpose and mixture


@dataclass(frozen=True, slots=True)
class LimitLine:
    limit: Limit
    holds: bool
    borrowed: bool
    basis: str


@dataclass(frozen=True, slots=True)
class LimitLines:
    code: str
    differ: bool
    is_least: bool
    lines: tuple[LimitLine, ...]


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    purpose: str
    text: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NoteLine:
    """What a source says beside what is judged. `about` are the substances and techniques that it speaks of."""

    name: str
    text: str
    about: tuple[str, ...]
    jurisdictions: tuple[str, ...]
    question: bool
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MeasuredLine:
    """A pH or an osmolality: "7 to 8.5", and of which product."""

    text: str
    of: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Holds:
    """An ingredient, and the allergy under which people name it: "" where none is asked by name."""

    text: str
    allergy: str
    question: bool
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Teller:
    """Tells in one language what is held, as it is on one day."""

    language: str
    on: date
    known: Knowledge

    def day(self, when: date | None) -> str:
        return wording.day(when, self.language) if when else ""

    def rules(self, rules: Iterable[Rule], substance: str = "") -> list[Line]:
        """The gravest first."""
        lines = [self._rule(rule, substance) for rule in rules]
        return sorted(lines, key=lambda line: SEVERITIES.index(line.severity))

    def _rule(self, rule: Rule, substance: str) -> Line:
        return Line(
            code=rule.code,
            severity=rule.severity,
            text=self._of_rule(rule, substance),
            when=said_when(rule.when, self.language, self.known),
            sources=rule.sources,
            jurisdictions=rule.jurisdictions,
            since=self.day(rule.since),
            until=self.day(rule.until),
        )

    def mixing(self, partners: Iterable[Partner], substance: str) -> list[Line]:
        lines = [self._partner(partner, substance) for partner in partners]
        return sorted(lines, key=lambda line: SEVERITIES.index(line.severity))

    def _partner(self, partner: Partner, substance: str) -> Line:
        any_other = self.known.text("when.any_other", self.language)
        others = any_other if partner.others == (ANY_OTHER,) else partner.others
        about, beside = (substance, others) if partner.is_first else (others, substance)
        return Line(
            code=partner.pair.code,
            severity=partner.pair.severity,
            text=self._text(f"mixing.{partner.name}", about=about, substance=beside),
            when="",
            sources=partner.pair.sources,
            with_substances=tuple(code for code in partner.others if code != ANY_OTHER),
        )

    def standing(self, substance: str, country: str) -> Standing:
        held = self.known.substances[substance]
        status = held.status.get(country)
        own = [rule for rule in held.rules if country in rule.jurisdictions]
        text = f"status.{substance}.{country}" if status else "finding.status_not_held"
        return Standing(
            country=country,
            sign=_sign(status),
            word=status.standing if status else "not_held",
            text=self._text(text, about=substance, substance=substance, jurisdiction=country),
            sources=status.sources if status else (),
            since=self.day(status.since if status else None),
            lines=_each_once(self.rules([*own, *self._bans(substance, country)], substance)),
        )

    def _bans(self, substance: str, country: str) -> list[Rule]:
        """Rules of the country that bear on this substance."""
        held = self.known.jurisdictions.get(country)
        return (
            [rule for rule in held.rules if formulary.bears_on(rule, substance, self.known)] if held else []
        )

    def _of_rule(self, rule: Rule, substance: str) -> str:
        """With what is waited for, where it passes."""
        codes = formulary.about_of(rule, substance)
        # a class of substances stands for its members
        about = tuple(code for code in codes if code not in self.known.substances) or codes
        said = self._text(f"rule.{rule.code}", about=about, substance=substance)
        return f"{said} {self._text(f'wait.{rule.code}')}" if rule.waits else said

    def limits(self, groups: Iterable[LimitTexts], substance: str) -> list[LimitLines]:
        return [self._limit(group, substance) for group in groups]

    def _limit(self, group: LimitTexts, substance: str) -> LimitLines:
        lines = tuple(
            LimitLine(
                limit=one.limit,
                holds=one.holds,
                borrowed=one.borrowed,
                basis=self._text(f"limit.{substance}.{one.limit.basis}") if one.limit.basis else "",
            )
            for one in group.texts
        )
        return LimitLines(group.code, group.differ, group.is_least, lines)

    def no_limit(self, substance: str) -> str:
        return self._text("finding.no_published_limit", about=substance)

    def evidence(self, substance: str) -> list[EvidenceLine]:
        held = self.known.substances[substance].evidence.items()
        return [EvidenceLine(use, self._text(f"evidence.{substance}.{use}"), it.sources) for use, it in held]

    def notes(self, notes: Iterable[tuple[str, Note]]) -> list[tuple[str, list[NoteLine]]]:
        """By subject, in the order in which they come."""
        told: dict[str, list[NoteLine]] = {}
        for name, note in notes:
            told.setdefault(note.subject, []).append(self._note(name, note))
        return list(told.items())

    def _note(self, name: str, note: Note) -> NoteLine:
        about = (*note.substances, *note.techniques)
        return NoteLine(
            name, self._text(f"note.{name}"), about, note.jurisdictions, note.question, note.sources
        )

    def measured(self, substance: str, printed: Iterable[Measured], unit: str = "") -> list[MeasuredLine]:
        """Between two figures, or the one where both are the same."""
        return [
            MeasuredLine(
                text=self._between(it, unit),
                of=self._text(f"substance.{substance}.{it.of}") if it.of else "",
                sources=it.sources,
            )
            for it in printed
        ]

    def _between(self, it: Measured, unit: str) -> str:
        figures = wording.digits(it.least, self.language)
        if it.least != it.most:
            figures = self._text("word.between", least=it.least, most=it.most)
        return f"{figures}\u00a0{unit}".rstrip()

    def holds(self, substance: str) -> list[Holds]:
        return [
            Holds(self._text(f"substance.{substance}.holds.{it.code}"), it.allergy, it.question, it.sources)
            for it in self.known.substances[substance].holds
        ]

    def text_if_held(self, key: str) -> str:
        return self._text(key) if self.known.has_text(key) else ""

    def harm(self, name: str, harm: Harm) -> str:
        return frequencies.of_harm(name, harm, self.language, self.known)

    def _text(self, key: str, **figures: Figure) -> str:
        return self.known.text(key, self.language, **figures)


def _each_once(lines: Iterable[Line]) -> tuple[Line, ...]:
    """What a substance and its country say in the same words is told once."""
    return tuple({(line.severity, line.text): line for line in lines}.values())


def _sign(status: Status | None) -> Sign:
    """The finding that it makes decides; where it makes none, what the word itself says."""
    if status is None:
        return "unknown"
    if status.severity in ("stop", "refer", "caution"):
        return status.severity
    return _SIGNS.get(status.standing, "caution")
