"""The page of what else could be done: every way, every aspect, as a consent tells it."""

from __future__ import annotations

from reference_pieces import Pieces
from wheal import frequencies
from wheal.knowledge.alternatives import Alternative


class Ways(Pieces):
    def alternatives(self) -> str:
        held = sorted(self.known.alternatives.items(), key=lambda pair: (pair[1].order, pair[0]))
        return self.page(
            "Ways to go, side by side",
            "Each aspect as a consent tells it, with its certainty and sources. What is not known is said to be so.",
            *(self._way(name, way) for name, way in held),
        )

    def _way(self, name: str, way: Alternative) -> str:
        rows = [f"## {self.text(f'alternative.{name}.name')}", f"Reviewed {self.teller.day(way.reviewed)}."]
        told = [self._aspect(name, aspect, way) for aspect in way.told()]
        return "\n\n".join([*rows, "\n".join(told)])

    def _aspect(self, name: str, aspect: str, way: Alternative) -> str:
        title = self.text(f"consent.alternatives.aspect.{aspect}")
        told = way.told()[aspect]
        if told is None:
            return f"- **{title}**: {self.text(f'consent.alternatives.not_known.{aspect}')}"
        said = [frequencies.with_counts(f"alternative.{name}.{aspect}", told.counts, "en", self.known)]
        said += [frequencies.of_harm(harm, self.known.harms[harm], "en", self.known) for harm in told.harms]
        certainty = self.text(f"word.certainty.{told.certainty}")
        return f"- **{title}**: {' '.join(said)} *{certainty}.* {self.sources(told.sources)}"
