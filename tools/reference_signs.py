"""The page of what is noticed after a session: how urgent, what the patient is told, what the clinic does."""

from __future__ import annotations

from reference_pieces import Pieces, table
from wheal import frequencies
from wheal.knowledge.signs import URGENCIES, Sign

_OTHERS = (
    "## Other signs\n\nThe clinic reads the report and calls; nothing is told to be harmless. What no list names, and "
    "words of one's own, a physician reads the same day."
)


class Signs(Pieces):
    def signs(self) -> str:
        held = sorted(self.known.signs.items(), key=lambda pair: (pair[1].order, pair[0]))
        red = [self._flag(name, sign) for name, sign in held if sign.is_red_flag]
        return self.page(
            "Signs after a session",
            "Red flags, the most urgent first. The list is put together from reports and labels; no published rule "
            "stands behind it as a whole.",
            *red,
            _OTHERS,
            table(
                ["sign", "asked as", "recorded as"],
                [self._row(*pair) for pair in held if not pair[1].is_red_flag],
            ),
            "## Samples",
            table(["sample", "what and why", "examines", "sources"], self._samples()),
        )

    def _flag(self, name: str, sign: Sign) -> str:
        told = frequencies.of_aftercare(
            sign.aftercare, self.known.aftercare[sign.aftercare], "en", self.known
        )
        rows = [
            f"## {self.text(f'sign.{name}.ask')}",
            f"- `{name}`, urgency {URGENCIES.index(sign.urgency) + 1} of {len(URGENCIES)}: "
            f"{self.text(f'urgency.{sign.urgency}')} Recorded as: {self.name(sign.kind)}.",
            f"- **To the patient**: {told}",
            f"- **The clinic**: {self.text(f'sign.{name}.do')}",
        ]
        if sign.kinds:
            rows.append(f"- Also raised by the kind: {self.names(sign.kinds)}.")
        if sign.samples:
            rows.append(f"- Samples: {', '.join(f'`{sample}`' for sample in sign.samples)}.")
        return rows[0] + "\n\n" + "\n".join([*rows[1:], f"- {self.sources(sign.sources)}"])

    def _row(self, name: str, sign: Sign) -> list[object]:
        return [f"`{name}`", self.text(f"sign.{name}.ask"), self.name(sign.kind)]

    def _samples(self) -> list[list[object]]:
        held = sorted(self.known.samples.items(), key=lambda pair: (pair[1].order, pair[0]))
        return [
            [
                f"`{name}`",
                self.text(f"sample.{name}"),
                self.names(it.tests) or "the patient",
                self.sources(it.sources),
            ]
            for name, it in held
        ]
