"""What a patient is told after a session: the sheet to take home and the page on the phone say the same."""

from __future__ import annotations

from typing import Literal

from wheal import formulary, frequencies
from wheal.clinic.treatments.chart import Chart
from wheal.knowledge import Knowledge

Kind = Literal["do", "avoid", "expect", "red_flag"]


def told(chart: Chart, known: Knowledge, language: str, kind: Kind) -> list[str]:
    """Of what was injected, for the purpose of the plan."""
    names = formulary.aftercare_told(kind, chart.substances, chart.session.plan.purpose, known)
    return [frequencies.of_aftercare(name, known.aftercare[name], language, known) for name in names]
