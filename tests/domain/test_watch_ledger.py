"""What the watch keeps of sessions answers as if it looked through all of them, in whatever order they came."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from wheal.surveillance import BY_SHARING, Exposure, Treated
from wheal.surveillance.ledger import Ledger

BEGIN = date(2026, 1, 5)
FIRST = BEGIN.toordinal()
DAYS = st.integers(0, 40)
THINGS = st.sampled_from([(kind, name) for kind in ("lot", "device", "mix", "container") for name in "ab"])
SESSIONS = st.lists(
    st.builds(
        lambda day, patient, clinic, things: Treated(
            BEGIN + timedelta(days=day), patient, (*things, *((("clinic", clinic),) if clinic else ()))
        ),
        DAYS,
        st.sampled_from("pqrs"),
        st.sampled_from(("", "c1", "c2")),
        st.lists(THINGS, max_size=5),
    ),
    max_size=40,
)


def clinic_of(session: Treated) -> str:
    return next((name for kind, name in session.exposures if kind == "clinic"), "")


def met(sessions: Iterable[Treated], thing: Exposure, since: int, until: int) -> list[Treated]:
    return [it for it in sessions if thing in it.exposures and since <= it.day.toordinal() <= until]


def in_use(sessions: list[Treated], clinic: str, since: int) -> Counter[str]:
    lately = [it for it in sessions if clinic_of(it) == clinic and it.day.toordinal() >= since]
    things = {thing for session in lately for thing in session.exposures}
    everywhere = {thing: {it.patient for it in met(sessions, thing, 0, FIRST + 99)} for thing in things}
    return Counter(kind for kind, name in things if kind not in BY_SHARING or len(everywhere[kind, name]) > 1)


@settings(max_examples=60, deadline=None)
@given(SESSIONS, DAYS, DAYS)
def test_the_ledger_answers_as_one_who_looks_through_everything(sessions, one, other):
    ledger, since, until = Ledger(), FIRST + min(one, other), FIRST + max(one, other)
    for session in sessions:
        ledger.add(session)
    for number, thing in enumerate(ledger.names):
        found = met(sessions, thing, since, until)
        edges = [since, (since + until) // 2, until]
        assert ledger.number(thing) == number
        assert ledger.exposed(number, since, until) == len({it.patient for it in found})
        clinics = Counter({ledger.clinics[at]: n for at, n in ledger.by_clinic(number, since, until).items()})
        assert clinics == Counter(map(clinic_of, found))
        assert ledger.uses(number, edges) == [len(met(sessions, thing, a, b - 1)) for a, b in pairwise(edges)]
    for number, name in enumerate(ledger.clinics):
        days = [it.day.toordinal() for it in sessions if clinic_of(it) == name]
        assert ledger.sessions(number, until) == sum(day <= until for day in days)
        assert ledger.in_use(number, since) == in_use(sessions, name, since)
    for patient in "pqrs":
        theirs = sorted(it.day.toordinal() for it in sessions if it.patient == patient)
        found = ledger.visits(patient, since, until)
        assert [visit.day for visit in found] == [day for day in theirs if since <= day <= until]


def test_sessions_that_are_only_counted_count_with_the_others():
    ledger = Ledger()
    ledger.count("c1", {BEGIN: 3, BEGIN + timedelta(days=2): 2})
    ledger.add(Treated(BEGIN + timedelta(days=1), "p", (("clinic", "c1"),)))
    assert [ledger.sessions(0, FIRST + after) for after in (-1, 0, 1, 2)] == [0, 3, 4, 6]
