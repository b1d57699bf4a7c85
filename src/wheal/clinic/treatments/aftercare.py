"""What a patient is told after a session: the sheet to take home and the page on the phone say the same, save what is
told of the sheet itself."""

from __future__ import annotations

from typing import Final, Literal

from wheal import formulary, frequencies
from wheal.clinic.treatments.chart import Chart
from wheal.knowledge import Knowledge

Kind = Literal["do", "avoid", "expect", "red_flag"]
OF_THE_SHEET: Final = frozenset({"keep_this_sheet"})  # the page names no lots: the passport does


def told(chart: Chart, known: Knowledge, language: str, kind: Kind, *, on_paper: bool = True) -> list[str]:
    """Of what was injected, for the purpose of the plan."""
    names = formulary.aftercare_told(kind, chart.substances, chart.session.plan.purpose, known)
    return [
        frequencies.of_aftercare(name, known.aftercare[name], language, known)
        for name in names
        if on_paper or name not in OF_THE_SHEET
    ]
