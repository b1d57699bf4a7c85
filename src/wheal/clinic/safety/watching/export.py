"""The line list as CSV: one case a line, stable codes, ISO dates, no names, ready for any statistics program."""

from __future__ import annotations

from collections.abc import Iterator

from wheal.clinic.safety.watching.cases import Case, Cluster
from wheal.surveillance import EXTENDED

COLUMNS = (
    "case", "reaction", "patient_number", "sex", "age_years", "kind", "recorded_kind", "onset", "onset_is_about",
    "reported", "source", "grade", "course", "over_on", "withdrawn", f"sessions_{EXTENDED}_days", "first_session",
    "last_session", "days_last_session_to_onset",
)  # fmt: skip


def line_list(of: Cluster) -> Iterator[list[object]]:
    """Behind the columns of the case one for each suspect: in how many sessions of the look-back it was met."""
    yield [*COLUMNS, *(suspect.column for suspect in of.suspects)]
    for case in of.cases:
        yield [*_of_case(case), *(case.met.get(suspect.exposure, 0) for suspect in of.suspects)]


def _of_case(case: Case) -> list[object]:
    one = case.reaction
    return [
        case.number,
        one.pk,
        one.patient.number,
        one.patient.sex,
        case.age,
        one.kind,
        one.recorded_kind,
        one.onset.isoformat() if one.onset else "",
        int(one.onset_is_about),
        one.reported_on.isoformat(),
        one.source,
        one.grade or "",
        one.course,
        one.over_on.isoformat() if one.over_on else "",
        int(one.withdrawn_at is not None),
        len(case.days),
        case.days[0].isoformat() if case.days else "",
        case.days[-1].isoformat() if case.days else "",
        case.days_to_onset if case.days_to_onset is not None else "",
    ]
