"""The page of how results are measured, when somebody is asked, and what trials saw with placebo."""

from __future__ import annotations

from reference_pieces import Pieces
from wheal.frequencies import interval_of_100
from wheal.knowledge.following import Arm, Instrument
from wheal.knowledge.wording import amount


class Following(Pieces):
    def results(self) -> str:
        return self.page(
            "Measures, calls and trials",
            "How results are measured and with what quality, when somebody is asked after a session, and how many "
            "improved with placebo. A way without a source is a convention and claims nothing. "
            "[How results are counted](../explanation/results.md)",
            "## Ways to measure\n\n" + self._instruments(),
            "## When somebody is asked\n\n" + self._schedules(),
            "## Beside placebo\n\n" + self._trials(),
        )

    def _instruments(self) -> str:
        rows = ["| way | code | quality | from … to | asked again outside | R² with a geometric model | source |",
                "| --- | --- | --- | --- | --- | --- | --- |"]  # fmt: skip
        held = sorted(self.known.instruments.items(), key=lambda pair: pair[1].order)
        return "\n".join([*rows, *(self._instrument(name, it) for name, it in held)])

    def _instrument(self, name: str, it: Instrument) -> str:
        unit = "" if it.unit == "1" else f" {it.unit}"
        usual = f"{it.usual_least} … {it.usual_most}{unit}" if it.usual_least is not None else ""
        agrees = f"{it.agreement.r2} in {it.agreement.people} people" if it.agreement else ""
        source = self.sources(it.sources) if it.sources else ""
        return (
            f"| {self.text(f'instrument.{name}.name')} | `{name}` | {it.quality} | {it.least} … {it.most}{unit} | "
            f"{usual} | {agrees} | {source} |"
        )

    def _schedules(self) -> str:
        parts = []
        for name, it in sorted(self.known.schedules.items(), key=lambda pair: pair[1].order):
            calls = [
                f"{amount(one.interval, 'en')} ({one.by}{', measured' if one.measures else ''})"
                for one in it.asked
            ]
            parts.append(f"`{name}`: {'; '.join(calls)}. {self.sources(it.sources)}")
        return "\n\n".join(parts)

    def _trials(self) -> str:
        rows = ["| what | placebo | substance | source |", "| --- | --- | --- | --- |"]
        for name, it in sorted(self.known.trials.items(), key=lambda pair: pair[1].order):
            what = f"{self.names(it.substances)}, {self.names(it.areas)}: {self.text(f'trial.{name}')}"
            arms = " | ".join(_arm(arm, it.of_responders) for arm in (it.placebo, it.treated))
            rows.append(f"| {what} | {arms} | {self.sources(it.sources)} |")
        return "\n".join(rows)


def _arm(arm: Arm, of_responders: bool) -> str:
    """How many were left in a later year is not printed, so that no interval can be told then."""
    if of_responders:
        return f"{arm.of_100} of 100 ({arm.of} people enrolled)"
    least, most = interval_of_100(arm.of_100, arm.of)
    return f"{arm.of_100} of 100 ({least} to {most}, {arm.of} people)"
