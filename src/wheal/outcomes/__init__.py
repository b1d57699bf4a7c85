"""What became of a result: one person's course, and all who started counted together.

    series = Followed(first, last, until, readings, weights)     # one course, measured in one way
    table(people, points, today=today, least=10)                  # a line for each point of the schedule
    beside_placebo(trial, people, today=today, least=10)          # who improved, beside the placebo group of a trial

Nothing here says why something changed: there is no comparison group in a clinic's record. What may be said is chosen
by the figures alone (`Line.conclusion`); docs/explanation/results.md tells the method.
"""

from __future__ import annotations

from wheal.outcomes.everybody import Line, Response, conclusion, table
from wheal.outcomes.person import BEFORE, Followed, Outcome, Reading, Regain, before, outcome, regain
from wheal.outcomes.placebo import beside_placebo, said_beside

__all__ = [
    "BEFORE", "Followed", "Line", "Outcome", "Reading", "Regain", "Response", "before", "beside_placebo", "conclusion",
    "outcome", "regain", "said_beside", "table",
]  # fmt: skip
