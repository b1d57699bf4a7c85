"""The pages of the substances."""

from __future__ import annotations

from collections.abc import Iterable

from reference_pieces import Pieces
from wheal import formulary
from wheal.formulary import Sign
from wheal.knowledge import wording
from wheal.knowledge.notes import Measured
from wheal.quantities import Quantity
from wheal.telling import Holds, LimitLine, Standing

SIGN: dict[Sign, str] = {
    "stop": "may not be used",
    "refer": "a physician decides",
    "caution": "not forbidden, with caution",
    "clear": "not forbidden",
    "unknown": "not known",
    "by_area": "depends on the area",
}


class Substances(Pieces):
    def substances(self) -> str:
        rows = [
            "| substance | kind | limits | " + " | ".join(self._uses()) + " |",
            "| --- " * (3 + len(self._uses())) + "|",
        ]
        for name, held in sorted(
            self.known.substances.items(), key=lambda item: self.name(item[0]).casefold()
        ):
            limits = f"{len(held.limits)} held" if held.limits else "none published"
            certainty = [
                self.text(f"word.certainty.{held.evidence[use].certainty}")
                if use in held.evidence
                else "no study held"
                for use in self.known.vocabulary.purposes
            ]
            kind = self.text(f"word.kind.{held.kind}")
            rows.append(
                f"| [{self.name(name)}](substances/{name}.md) | {kind} | {limits} | {' | '.join(certainty)} |"
            )
        return self.page("Substances", "\n".join(rows))

    def _uses(self) -> list[str]:
        return [f"evidence: {self.name(use).lower()}" for use in self.known.vocabulary.purposes]

    def substance(self, name: str) -> str:
        held = self.known.substances[name]
        partners = [one for one in formulary.mixing_of(name, self.known) if not one.by_any]
        asked = [rule for rule in held.rules if rule.question]
        ruled = [rule for rule in held.rules if not rule.question]
        mixing = self.teller.mixing((it for it in partners if not it.pair.question), name)
        mixing_asked = self.teller.mixing((it for it in partners if it.pair.question), name)
        return self.page(
            self.name(name),
            self._what(name),
            self._law(name),
            self._limits(name),
            self.lines("Contraindications and cautions", self.teller.rules(ruled, name)),
            self._for_everybody(),
            self.lines("Questions to the clinician", self.teller.rules(asked, name), question=True),
            self.lines("In one syringe with others", mixing),
            self.lines("In one syringe: questions to the clinician", mixing_asked, question=True),
            self._notes(name),
            self._evidence(name),
            self._harms(name),
            self.cited(formulary.cited(name, self.known)),
        )

    def _for_everybody(self) -> str:
        return (
            f"Beside these, the {len(self.known.screening)} [rules for everybody](../rules.md) hold, whatever is "
            "injected: pregnancy, age, infection at the site, medicines that thin the blood and the rest."
        )

    def _what(self, name: str) -> str:
        held = self.known.substances[name]
        layers = ", ".join(self.text(f"word.layer.{layer}") for layer in held.routes)
        strengths = ", ".join(wording.amount(Quantity.parse(it), "en") for it in held.strengths)
        facts = {
            "Code": f"`{name}`",
            "Kind": self.text(f"word.kind.{held.kind}"),
            "Counts as a medicine": "yes" if held.medicine else "no",
            "Routes that its sources name": layers or "none into or under the skin",
            "Strengths on the market": strengths or "none held",
            "pH": self._measured(name, held.ph),
            "Osmolality": self._measured(name, held.osmolality, "mOsm/kg"),
            "Areas that a label names": self.names(held.areas),
            "Counted together with": ", ".join(self.text(f"group.{group}") for group in held.groups),
            "Compared with its sources": f"{self.teller.day(held.reviewed)}, not signed off by a doctor",
            "Sources": self.sources(held.sources),
        }
        zones = [
            f"- Danger zone: {self.text(f'danger.{zone.code}')} {self.sources(zone.sources)}"
            for zone in formulary.zones_of(name, self.known)
        ]
        zones += [self._ingredient(one) for one in self.teller.holds(name)]
        notes = "\n\n".join(self.text(f"substance.{name}.{note}") for note in held.notes)
        told = [f"- {key}: {value}" for key, value in facts.items() if value]
        return notes + "\n\n" + "\n".join([*told, *zones])

    def _measured(self, name: str, printed: Iterable[Measured], unit: str = "") -> str:
        told = self.teller.measured(name, printed, unit)
        return "; ".join(
            f"{it.text}{f' ({it.of})' if it.of else ''} {self.sources(it.sources)}" for it in told
        )

    def _ingredient(self, one: Holds) -> str:
        asked = f" Allergy asked: {self.name(one.allergy)}." if one.allergy else ""
        return f"- Holds: {one.text}.{asked}{' *Not verified.*' if one.question else ''} {self.sources(one.sources)}"

    def _notes(self, name: str) -> str:
        parts = [
            f"## {self.text(f'word.subject.{subject}')}\n\n" + "\n".join(self.note(line) for line in lines)
            for subject, lines in self.teller.notes(formulary.notes_of(name, self.known))
        ]
        return "\n\n".join(parts)

    def _law(self, name: str) -> str:
        told = [
            self._standing(self.teller.standing(name, country), name)
            for country in sorted(self.known.jurisdictions)
        ]
        return "## Lawful where?\n\n" + "\n".join(told)

    def _standing(self, standing: Standing, name: str) -> str:
        uses = ", ".join(
            f"{self.name(use).lower()}: {SIGN[self._sign(name, use, standing.country)]}"
            for use in self.known.vocabulary.purposes
        )
        word = self.text(f"word.standing.{standing.word}").lower()
        since = f" since {standing.since}" if standing.since else ""
        whose = f"- **{self.name(standing.country)}** — {word}{since} ({uses})."
        head = f"{whose} {standing.text} {self.sources(standing.sources)}"
        return "\n".join([head.rstrip(), *(f"  {self.line(line)}" for line in standing.lines)])

    def _sign(self, name: str, purpose: str, country: str) -> Sign:
        return formulary.sign_of(name, purpose=purpose, country=country, on=self.teller.on, known=self.known)

    def _limits(self, name: str) -> str:
        held = self.known.substances[name]
        if not held.limits:
            return f"## Limits\n\n{self.teller.no_limit(name)}"
        rows = ["| what | figure | whose text | holds in | source |", "| --- | --- | --- | --- | --- |"]
        countries = sorted(self.known.jurisdictions)
        by_country = {
            country: formulary.limits_of(name, country=country, on=self.teller.on, known=self.known)
            for country in countries
        }
        for group in self.teller.limits(by_country[countries[0]], name):
            for line in sorted(group.lines, key=lambda it: held.limits.index(it.limit)):
                holding = [
                    country
                    for country, groups in by_country.items()
                    if any(text.limit == line.limit and text.holds for it in groups for text in it.texts)
                ]
                rows.append(self._limit(group.code, line, group.is_least, holding))
        differ = [group for group in self.teller.limits(by_country[countries[0]], name) if group.differ]
        codes = ", ".join(self.text(f"word.limit.{group.code}").lower() for group in differ)
        conflict = (
            f"\n\n**The texts differ** ({codes}). Each country is held to the strictest that binds it."
            if differ
            else ""
        )
        return "## Limits\n\n" + "\n".join(rows) + conflict

    def _limit(self, code: str, line: LimitLine, is_least: bool, holding: list[str]) -> str:
        limit = line.limit
        figure = f"{'at least' if is_least else 'at most'} {wording.amount(limit.amount, 'en')}"
        areas = f" ({self.names(limit.areas)})" if limit.areas else ""
        whose = f"{self.names(limit.jurisdictions)} · {self.text(f'word.limit_kind.{limit.kind}').lower()}"
        basis = f" {line.basis}" if line.basis else ""
        what = self.text(f"word.limit.{code}") + areas
        places = ", ".join(holding) or "nowhere held"
        return f"| {what} | {figure} | {whose}.{basis} | {places} | {self.sources(limit.sources)} |"

    def _evidence(self, name: str) -> str:
        held = self.known.substances[name].evidence
        told = [
            f"- **{self.name(one.purpose)}** — {self.text(f'word.certainty.{held[one.purpose].certainty}').lower()}. "
            f"{one.text} {self.sources(one.sources)}"
            for one in self.teller.evidence(name)
        ]
        missing = [use for use in self.known.vocabulary.purposes if use not in held]
        told += [
            f"- **{self.name(use)}** — no study is held: whether it works is not known." for use in missing
        ]
        return "## Evidence\n\n" + "\n".join(told)

    def _harms(self, name: str) -> str:
        told = [
            f"- {self.teller.harm(code, harm)} {self.sources(harm.sources)}"
            for code, harm in formulary.harms_of(name, self.known)
        ]
        return "## Harms that were counted or reported\n\n" + "\n".join(told) if told else ""
