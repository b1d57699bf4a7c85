"""The knowledge as the judgements use it: records by id, names and wording in every language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from wheal.knowledge import wording
from wheal.knowledge.alternatives import Alternative
from wheal.knowledge.charts import Area, Chart, DangerZone
from wheal.knowledge.cited import Source
from wheal.knowledge.countries import Jurisdiction
from wheal.knowledge.emergencies import Emergency
from wheal.knowledge.following import Instrument, Schedule, Trial
from wheal.knowledge.measuring import Measure
from wheal.knowledge.notes import Note
from wheal.knowledge.poses import Pose
from wheal.knowledge.records import (
    EVIDENCE_FOR,
    Aftercare,
    Claim,
    Compatibility,
    HandlingRules,
    Harm,
    Question,
    Rule,
    StandardCode,
    Substance,
    Technique,
    Vocabulary,
)
from wheal.knowledge.signs import Sample, Sign
from wheal.knowledge.wording import Figure
from wheal.quantities import Quantity, Unit

LANGUAGES = ("en", "fr")
"""Those that are always held. A further one is a file more in text/: see `Knowledge.languages`."""


@dataclass(frozen=True, slots=True, eq=False)
class Knowledge:
    """Everything held, and the version and digest that every decision stores.

    Each mapping goes from the file name (the id) to its record; `texts_held` from language to key to wording.
    """

    version: str
    digest: str
    sources: Mapping[str, Source]
    vocabulary: Vocabulary
    substances: Mapping[str, Substance]
    screening: Mapping[str, Rule]
    questions: Mapping[str, Question]
    compatibility: Mapping[str, Compatibility]
    handling: HandlingRules
    areas: Mapping[str, Area]
    charts: Mapping[str, Chart]
    techniques: Mapping[str, Technique]
    jurisdictions: Mapping[str, Jurisdiction]
    claims: Mapping[str, Claim]
    harms: Mapping[str, Harm]
    aftercare: Mapping[str, Aftercare]
    alternatives: Mapping[str, Alternative]
    emergencies: Mapping[str, Emergency]
    signs: Mapping[str, Sign]
    samples: Mapping[str, Sample]
    notes: Mapping[str, Note]
    poses: Mapping[str, Pose]
    instruments: Mapping[str, Instrument]
    schedules: Mapping[str, Schedule]
    trials: Mapping[str, Trial]
    measures: Mapping[str, Measure]
    texts_held: Mapping[str, Mapping[str, str]]
    standard: Mapping[str, Mapping[str, StandardCode]] = field(
        default_factory=dict
    )  # by group of the vocabulary
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    named_by_clinic: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """What a case may name only by its own folder, by group or folder: no source says what follows from it."""
    layers: tuple[Mapping[str, bytes], ...] = field(default=(), repr=False)
    """The files themselves: those of the folder, then those of the clinic's own that was laid over it."""

    @property
    def languages(self) -> tuple[str, ...]:
        """Every language that has a file of wording, English first."""
        return tuple(self.texts_held)

    @property
    def danger_zones(self) -> tuple[tuple[str, str, DangerZone], ...]:
        """Every zone with the file and the name of the chart or area that holds it."""
        held: dict[str, Mapping[str, Chart | Area]] = {"charts": self.charts, "areas": self.areas}
        return tuple(
            (f"{folder}/{name}.toml", name, zone)
            for folder, records in held.items()
            for name, record in records.items()
            for zone in record.danger_zones
        )

    def text(self, key: str, language: str, **figures: Figure) -> str:
        """The wording of a key, amounts, dates and codes put in as people of that language read them.

        Raises KeyError for a key that is not held: the load has checked those that the judgements use.
        """
        held = self.texts_held[language][key]
        if not figures:
            return held
        names = self.names[language]
        return held.format_map(
            {name: wording.said(figure, language, names) for name, figure in figures.items()}
        )

    def texts(self, key: str, **figures: Figure) -> dict[str, str]:
        return {language: self.text(key, language, **figures) for language in self.texts_held}

    def name(self, code: str, language: str) -> str:
        """What people call a code; the code itself where no word is held."""
        return self.names[language].get(code, code)

    def in_own_unit(self, substance: str, amount: Quantity) -> Quantity:
        """A dose or a strength in the unit that the substance is counted in, where a source says it is the same."""
        held = self.substances.get(substance)
        if held is None:
            return amount
        for same in held.same_units:
            for a_volume in ("", "/mL"):
                if amount.unit.dimension == Unit.parse(same.unit + a_volume).dimension:
                    return Quantity.of(amount.value_in(same.unit + a_volume), held.measured_in + a_volume)
        return amount

    def is_of_the_clinic(self, group: str, code: str) -> bool:
        return code in self.named_by_clinic.get(group, ())

    def has_text(self, key: str) -> bool:
        return all(key in held for held in self.texts_held.values())

    def members(self, substances: frozenset[str]) -> dict[str, frozenset[str]]:
        """Which of these substances are in each group that they touch."""
        touched: dict[str, set[str]] = {}
        for code in substances & self.substances.keys():
            for group in self._groups(code):
                touched.setdefault(group, set()).add(code)
        return {group: frozenset(codes) for group, codes in touched.items()}

    def _groups(self, code: str) -> tuple[str, ...]:
        """A clinic's own word is no evidence."""
        groups = self.substances[code].groups_in_rules
        if not self.is_of_the_clinic("substances", code):
            return groups
        return tuple(group for group in groups if not group.startswith(EVIDENCE_FOR))
