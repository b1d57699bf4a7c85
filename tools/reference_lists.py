"""The pages of rules, areas, countries and claims: a list each."""

from __future__ import annotations

from typing import get_args

from reference_pieces import SEVERITY, Pieces
from wheal import bodymap, formulary
from wheal.knowledge.check_sources import OWN_RULE
from wheal.knowledge.countries import DutyKind


class Lists(Pieces):
    def rules(self) -> str:
        held = self.known.screening.values()
        handling = self.known.handling
        told = {
            f"A mix is injected within {handling.beyond_use_hours} hours.": handling.beyond_use_sources,
            f"A multi-dose vial is used for {handling.multi_dose_days} days.": handling.multi_dose_sources,
            "A single-dose container serves one patient on one day.": handling.single_dose_sources,
            f"More than {handling.max_products} products: a caution.": handling.max_products_sources,
            "No lot after its expiry date.": handling.expiry_sources,
        }
        clocks = [f"- {words} {self.sources(sources)}" for words, sources in told.items()]
        named = {source for rule in held for source in rule.sources}
        named.update(source for sources in told.values() for source in sources)
        named.update(source for pair in self.known.compatibility.values() for source in pair.sources)
        return self.page(
            "Rules for everybody",
            "Those of one substance are on [its page](substances.md), of a country on [its own](jurisdictions.md). "
            "Those who make Wheal compared them with their sources. **No doctor has signed them off: a doctor of "
            "the clinic does so before they are used.**",
            self.lines("Screening", self.teller.rules(rule for rule in held if not rule.question)),
            self.lines(
                "Questions to the clinician",
                self.teller.rules(rule for rule in held if rule.question),
                question=True,
            ),
            self._pairs(),
            "## Clocks and containers\n\n" + "\n".join(clocks),
            self.cited(formulary.in_rank(named, self.known)),
        )

    def _pairs(self) -> str:
        rows = ["| rule | this | with | what happens | source |", "| --- | --- | --- | --- | --- |"]
        for name, pair in self.known.compatibility.items():
            sides = [
                self.text("when.any_other") if "*" in side else self.names(side) for side in (pair.a, pair.b)
            ]
            what = "question" if pair.question else SEVERITY[pair.severity].lower()
            rows.append(f"| `{name}` | {sides[0]} | {sides[1]} | {what} | {self.sources(pair.sources)} |")
        return "## In one syringe\n\n" + "\n".join(rows)

    def practice(self) -> str:
        told = self.teller.notes(formulary.notes_of_all(self.known))
        parts = [
            f"## {self.text(f'word.subject.{subject}')}\n\n"
            + "\n".join(self.note(line, about=True) for line in lines)
            for subject, lines in told
        ]
        named = {source for note in self.known.notes.values() for source in note.sources}
        return self.page(
            "Technique and preparation",
            "What sources say of doing it. Nothing here is a limit, and nothing here permits.",
            *parts,
            self.cited(formulary.in_rank(named, self.known)),
        )

    def _zones(self) -> list[str]:
        """Each danger zone once, with the charts it is drawn on; one without ground is told beside the map."""
        charts: dict[str, list[str]] = {}
        for _file, holder, zone in self.known.danger_zones:
            where = self.text(f"chart.{holder}") if holder in self.known.charts else self.name(holder)
            charts.setdefault(zone.code, []).append(where if zone.outline else f"{where} (told, not drawn)")
        zones = {zone.code: zone for _file, _holder, zone in self.known.danger_zones}
        return [
            "| danger zone | for | on | source |",
            "| --- | --- | --- | --- |",
            *(
                f"| {self.text(f'danger.{code}')} | {self.names(zone.substances)} | "
                f"{'; '.join(dict.fromkeys(charts[code]))} | {self.sources(zone.sources)} |"
                for code, zone in zones.items()
            ),
        ]

    def areas(self) -> str:
        rows = ["| area | code | seen on | measured on the patient |", "| --- | --- | --- | --- |"]
        for name, area in sorted(self.known.areas.items(), key=lambda item: item[1].order):
            places = bodymap.places(name, self.known)
            charts = "; ".join(dict.fromkeys(self.text(f"chart.{place.chart}") for place in places))
            measured = self.text(f"measure.{name}") if area.ruler else ""
            rows.append(f"| {self.name(name)} | `{name}` | {charts} | {measured} |")
        rows += ["", *self._zones()]
        ways = [
            "| technique | code | layer | depth | offered first | source |",
            "| --- | --- | --- | --- | --- | --- |",
        ]
        for name, way in sorted(self.known.techniques.items(), key=lambda item: item[1].order):
            layers = ", ".join(self.text(f"word.layer.{layer}") for layer in way.layers)
            depth = " to ".join(f"{it} mm" for it in (way.depth_min_mm, way.depth_max_mm) if it is not None)
            first = [
                f"{way.spacing_cm} cm apart" if way.spacing_cm else "",
                f"{way.volume_ml} mL a point" if way.volume_ml else "",
            ]
            offered = ", ".join(filter(None, first))
            ways.append(
                f"| {self.name(name)} | `{name}` | {layers} | {depth} | {offered} | {self.sources(way.sources)} |"
            )
        return self.page("Areas and techniques", "\n".join(rows), "## Techniques\n\n" + "\n".join(ways))

    def jurisdictions(self) -> str:
        countries = [self._country(code) for code in sorted(self.known.jurisdictions)]
        return self.page("Countries", "Facts with a date and a source. This is not legal advice.", *countries)

    def _country(self, code: str) -> str:
        law = self.known.jurisdictions[code]
        roles = [
            f"- **{self.name(role)}**: {self.known.text(f'law.{code}.{role}', 'en', about=role)} "
            + (f"Needs: {self.names(held.credentials)}. " if held.credentials else "")
            + self.sources(held.sources)
            + (
                f". Asked by Wheal itself, by no text that is held: {self.names(held.asked_by_wheal)}. `{OWN_RULE}`"
                if held.asked_by_wheal
                else ""
            )
            for role, held in law.roles.items()
        ]
        duties = [
            *(
                []
                if law.chairside_mixing
                else [f"- Mixing: {self.text(f'law.{code}.chairside')} {self.sources(law.chairside_sources)}"]
            ),
            "- Written quote: "
            + (
                f"{self.text(f'law.{code}.quote')} {self.sources(law.quote_sources)}"
                if law.quote_from
                else "no duty is held."
            ),
            *(
                [
                    f"- What it says: {', '.join(self.text(f'quote.content.{it}') for it in law.quote_contents)}."
                ]
                if law.quote_contents
                else []
            ),
            f"- Time to think: {self.teller.text_if_held(f'law.{code}.reflection') or 'no number of days is held.'} "
            + self.sources(law.reflection_sources),
            *(
                [f"- Nothing is owed during the time to think. {self.sources(law.nothing_owed_sources)}"]
                if law.nothing_owed_in_reflection
                else []
            ),
            *(
                f"- {self.text(f'word.duty.{kind}')}: {self.text(f'law.{code}.duty.{duty.id}')} "
                + ("*Not verified: to be checked.* " if duty.standing == "question" else "")
                + self.sources(duty.sources)
                for kind in get_args(DutyKind)
                for duty in law.duties_of(kind)
            ),
            *(
                f"- {self.text(f'word.duty.{kind}')}: nothing is held."
                for kind in get_args(DutyKind)
                if not law.duties_of(kind) and (kind != "mixing" or law.chairside_mixing)
            ),
            *(
                f"- Emergency number, offered to a clinic: **{held.number}**. {self.sources(held.sources)}"
                for held in law.emergency_numbers
            ),
        ]
        bans = [self.line(line) for line in self.teller.rules(law.rules)]
        head = f"## {self.name(code)}\n\nReviewed {self.teller.day(law.reviewed)}."
        return head + "\n\n" + "\n".join(it.rstrip() for it in [*roles, *duties, *bans])

    def claims(self) -> str:
        return self.page(
            "Claims and what the evidence says of them", *(self._claim(name) for name in self.known.claims)
        )

    def _claim(self, name: str) -> str:
        claim = self.known.claims[name]
        verdict = self.text(f"word.verdict.{claim.verdict}")
        certainty = self.text(f"word.certainty.{claim.certainty}").lower()
        instead = self.teller.text_if_held(f"claim.{name}.instead")
        truthful = f"\n\nTruthful instead: {instead}" if instead else ""
        cited = "\n".join(f"- {self._cited(source)}" for source in claim.sources)
        why = self.text(f"claim.{name}.why")
        head = f"## “{self.text(f'claim.{name}.text')}”\n\n`{name}` · **{verdict}** · {certainty}"
        return f"{head}\n\n{why}{truthful}\n\n{cited}"

    def _cited(self, source: str) -> str:
        held = self.known.sources[source]
        return (
            held.cite
            + (f" · {held.id}" if held.id and held.id not in held.cite else "")
            + f" (grade {held.grade})"
        )
