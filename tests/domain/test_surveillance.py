"""The watch: three cases that share one thing raise the alarm; chance, crowds and repetition do not."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from bench import watch as simulated
from bench.streams import SOURCES, Setting
from hypothesis import given, settings
from hypothesis import strategies as st

from wheal import cli, knowledge
from wheal.surveillance import Reported, Treated, Watch, answer_line
from wheal.surveillance.chances import at_least
from wheal.surveillance.replay import Scenario, replay

BEGIN = date(2009, 1, 5)
KINDS = frozenset(knowledge.current().vocabulary.event_kinds)


def day(after: int) -> date:
    return BEGIN + timedelta(days=after)


def clinic(sessions: int = 400, *, lot_of: int = 10) -> list[Treated]:
    """Two sessions a day, a new lot every `lot_of` sessions, two guns and two hands in turn."""
    return [
        Treated(
            day(number // 2), f"p{number}",
            (("lot", f"L{number // lot_of}"), ("device", f"g{number % 2}"), ("practitioner", f"d{number // 2 % 2}"),
             ("clinic", "c1")),
        )
        for number in range(sessions)
    ]  # fmt: skip


def ill(patient: int, *, after: int = 20, kind: str = "suspected_infection") -> Reported:
    onset = day(patient // 2 + after)
    return Reported(onset + timedelta(days=5), f"p{patient}", onset, kind)


def told(events: list[Reported], sessions: list[Treated] | None = None):
    return replay(Scenario("", tuple(clinic() if sessions is None else sessions), tuple(events)))


@pytest.mark.parametrize(
    ("count", "expected", "p"),
    [
        (0, 1.0, 1.0),
        (1, 1.0, 0.632121),
        (2, 0.05, 0.001209),
        (3, 0.5, 0.014388),
        (10, 3.0, 0.001102),
        (3, 3.0, 0.576810),
    ],
)
def test_the_tail_of_the_poisson_distribution_is_that_of_printed_tables(count, expected, p):
    assert at_least(count, expected) == pytest.approx(p, rel=1e-3)


@given(st.integers(1, 40), st.floats(0.001, 30))
def test_one_more_case_is_never_likelier_and_more_expected_never_rarer(count, expected):
    assert at_least(count + 1, expected) <= at_least(count, expected)
    assert at_least(count, expected * 1.1) >= at_least(count, expected)


def test_three_cases_of_one_lot_raise_the_alarm_and_name_the_lot_first():
    notices = told([ill(101), ill(104), ill(107)])
    assert [notice.level for notice in notices][-1] == "alarm"
    last = notices[-1]
    assert last.suspects[0].exposure == ("lot", "L10")
    assert (last.suspects[0].cases, set(last.patients)) == (3, {"p101", "p104", "p107"})
    assert last.suspects[0].expected < 0.1


def test_a_single_case_says_nothing():
    assert told([ill(101)]) == []


def test_the_events_of_one_patient_count_once():
    again = [
        ill(101),
        ill(101, after=22),
        ill(101, after=24, kind="abscess"),
        ill(101, after=30, kind="nodule"),
    ]
    assert told(again) == []


def test_cases_months_apart_that_share_only_the_clinic_raise_no_alarm():
    assert all(notice.level != "alarm" for notice in told([ill(10), ill(170), ill(330)]))


def test_bruises_are_expected_and_never_watched():
    assert told([ill(number, kind="bruising") for number in range(100, 110)]) == []


def test_infection_abscess_and_nodule_are_counted_together_and_other_kinds_apart():
    assert told([ill(101), ill(104, kind="abscess"), ill(107, kind="nodule")])[-1].level == "alarm"
    assert told([ill(101), ill(104, kind="pigmentation")]) == []


@pytest.mark.parametrize(("after", "level"), [(20, ""), (28, ""), (29, "alarm"), (60, "alarm")])
def test_redness_that_begins_late_may_be_an_infection_and_is_counted_with_them(after, level):
    """Mycobacteria show as redness or a hard place first; in the first four weeks the injection itself does so too."""
    kinds = ("redness", "hardening", "swelling")
    notices = told(
        [ill(each, after=after, kind=kind) for each, kind in zip((101, 104, 107), kinds, strict=True)]
    )
    assert (notices[-1].level if notices else "") == level


def test_what_came_with_an_event_is_heard_too():
    """Hives and pus, reported as an allergy: the watch hears the pus."""
    with_pus = [
        replace(ill(each, kind="allergic_reaction"), also=("suspected_infection",)) for each in (104, 107)
    ]
    assert told([ill(101), *with_pus])[-1].level == "alarm"


def usual_after(outbreak: Sequence[Reported], *, chance: bool = False) -> float:
    """As many cases of other causes as are expected of a later lot."""
    watch, notice = Watch(), None
    events = [*outbreak, ill(601), ill(604)]
    for session in clinic(1400):
        while events and events[0].day < session.day:
            notice = watch.reported(events.pop(0))
        if chance and session.day == day(200):
            watch.by_chance([each.patient for each in outbreak])
        watch.treated(session)
    return next(each.expected for each in notice.suspects if each.exposure == ("lot", "L60"))


def test_the_cases_of_an_alarm_do_not_become_what_is_usual():
    """Nine infected of one lot are no reason to expect more infections of the next; found to be chance, they are."""
    outbreak = [ill(each, after=20) for each in range(101, 110)]
    assert usual_after(outbreak) == pytest.approx(usual_after([]), rel=0.05)
    assert usual_after(outbreak, chance=True) > 1.5 * usual_after([])


def test_a_device_that_explains_the_cases_comes_before_lots_that_do_not():
    notices = told([ill(number) for number in (101, 115, 125, 139, 149)])
    assert notices[-1].level == "alarm"
    assert notices[-1].suspects[0].exposure == ("device", "g1")


def test_an_event_without_a_session_before_it_is_nobody_s():
    onset = day(3)
    assert told([Reported(day(9), "stranger", onset, "suspected_infection")] * 3) == []


@settings(max_examples=25, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_in_which_records_are_listed_changes_nothing(shuffle):
    sessions, events = clinic(), [ill(101), ill(104), ill(107), ill(300)]
    before = told(events, sessions)
    shuffle.shuffle(sessions)
    shuffle.shuffle(events)
    assert told(events, sessions) == before


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 200))
def test_nothing_is_known_before_its_day(cut):
    """What is told until a day is the same whether or not anything follows."""
    events = [ill(101), ill(104), ill(107), ill(300), ill(304)]
    until = day(cut)
    sessions = [each for each in clinic() if each.day <= until]
    short = told([event for event in events if event.day <= until], sessions)
    assert short == [notice for notice in told(events) if notice.day <= until]


def scenario(**changes: object) -> bytes:
    sessions = [
        {
            "id": f"s{n}",
            "date": "2009-01-05",
            "patient": f"p{n}",
            "exposures": {"lot": ["H-123", "L-9"], "clinic": ["c1"]},
        }
        for n in range(4)
    ]
    events = [
        {
            "patient": f"p{n}",
            "onset": "2009-02-01",
            "reported": f"2009-02-1{n}",
            "kind": "suspected_infection",
        }
        for n in range(3)
    ]
    return json.dumps({"scenario": "name", "sessions": sessions, "events": events} | changes).encode()


def test_a_scenario_is_answered_as_the_contract_says():
    said = json.loads(answer_line(scenario(), KINDS))
    assert said["scenario"] == "name"
    assert [alarm["level"] for alarm in said["alarms"]] == ["watch", "alarm"]
    last = said["alarms"][-1]
    assert set(last) == {"date", "level", "events", "patients", "suspects"}
    assert (last["date"], last["events"], last["patients"]) == ("2009-02-12", 3, ["p0", "p1", "p2"])
    assert set(last["suspects"][0]) == {"kind", "id", "cases", "exposed", "expected", "score", "p"}
    assert [each["score"] for each in last["suspects"]] == sorted(
        (e["score"] for e in last["suspects"]), reverse=True
    )


SESSION = {"id": "s", "date": "2009-01-05", "patient": "p", "exposures": {}}
EVENT = {"patient": "p", "onset": "2009-02-01", "reported": "2009-02-10", "kind": "abscess"}


def without(row: dict[str, object], key: str) -> dict[str, object]:
    return {name: value for name, value in row.items() if name != key}


def exposed(exposures: object) -> dict[str, object]:
    return SESSION | {"exposures": exposures}


@pytest.mark.parametrize(
    ("document", "error"),
    [
        (b"nonsense", "not_json "),
        (b"", "not_json "),
        (b'{"scenario": "x", "scenario": "y"}', "not_json scenario"),
        (b'\xff{"scenario": "x"}', "not_json "),
        (b'{"scenario": NaN}', "bad_value "),
        (b"[]", "wrong_type "),
        (b"null", "wrong_type "),
        (scenario(colour=1), "unknown_field colour"),
        (b'{"scenario": "x", "sessions": []}', "missing_field events"),
        (b'{"events": [], "sessions": []}', "missing_field scenario"),
        (b'{"events": [], "scenario": "x"}', "missing_field sessions"),
        (scenario(scenario=""), "bad_value scenario"),
        (scenario(scenario="   "), "bad_value scenario"),
        (scenario(scenario=7), "wrong_type scenario"),
        (scenario(scenario="x" * 201), "bad_value scenario"),
        (scenario(sessions={}), "wrong_type sessions"),
        (scenario(sessions=None), "wrong_type sessions"),
        (scenario(sessions=["s1"]), "wrong_type sessions.0"),
        (scenario(sessions=[SESSION, SESSION]), "bad_value sessions.1.id"),
        (scenario(sessions=[SESSION | {"id": ""}]), "bad_value sessions.0.id"),
        (scenario(sessions=[SESSION | {"id": 7}]), "wrong_type sessions.0.id"),
        (scenario(sessions=[without(SESSION, "id")]), "missing_field sessions.0.id"),
        (scenario(sessions=[without(SESSION, "date")]), "missing_field sessions.0.date"),
        (scenario(sessions=[without(SESSION, "patient")]), "missing_field sessions.0.patient"),
        (scenario(sessions=[without(SESSION, "exposures")]), "missing_field sessions.0.exposures"),
        (scenario(sessions=[SESSION | {"mix": "m"}]), "unknown_field sessions.0.mix"),
        (scenario(sessions=[SESSION | {"patient": None}]), "wrong_type sessions.0.patient"),
        (scenario(sessions=[SESSION | {"patient": " "}]), "bad_value sessions.0.patient"),
        (scenario(sessions=[SESSION | {"date": "5.1.2009"}]), "bad_value sessions.0.date"),
        (scenario(sessions=[SESSION | {"date": "2009-02-30"}]), "bad_value sessions.0.date"),
        (scenario(sessions=[SESSION | {"date": "2009-W01-1"}]), "bad_value sessions.0.date"),
        (scenario(sessions=[SESSION | {"date": "20090105"}]), "bad_value sessions.0.date"),
        (scenario(sessions=[SESSION | {"date": "1066-10-14"}]), "bad_value sessions.0.date"),
        (scenario(sessions=[SESSION | {"date": "2009-01-05T10:00"}]), "bad_value sessions.0.date"),
        (scenario(sessions=[SESSION | {"date": 2009}]), "wrong_type sessions.0.date"),
        (scenario(sessions=[SESSION | {"exposures": []}]), "wrong_type sessions.0.exposures"),
        (scenario(sessions=[exposed({"moon": ["full"]})]), "unknown_code sessions.0.exposures.moon"),
        (scenario(sessions=[exposed({"lot": "A"})]), "wrong_type sessions.0.exposures.lot"),
        (scenario(sessions=[exposed({"lot": ["A", 7]})]), "wrong_type sessions.0.exposures.lot.1"),
        (scenario(sessions=[exposed({"lot": [""]})]), "bad_value sessions.0.exposures.lot.0"),
        (scenario(events=7), "wrong_type events"),
        (scenario(events=[7]), "wrong_type events.0"),
        (scenario(events=[EVENT | {"grade": 2}]), "unknown_field events.0.grade"),
        (scenario(events=[without(EVENT, "patient")]), "missing_field events.0.patient"),
        (scenario(events=[without(EVENT, "onset")]), "missing_field events.0.onset"),
        (scenario(events=[without(EVENT, "reported")]), "missing_field events.0.reported"),
        (scenario(events=[without(EVENT, "kind")]), "missing_field events.0.kind"),
        (scenario(events=[EVENT | {"patient": ""}]), "bad_value events.0.patient"),
        (scenario(events=[EVENT | {"onset": "soon"}]), "bad_value events.0.onset"),
        (scenario(events=[EVENT | {"reported": None}]), "wrong_type events.0.reported"),
        (scenario(events=[EVENT | {"kind": "sadness"}]), "unknown_code events.0.kind"),
        (scenario(events=[EVENT | {"kind": ["abscess"]}]), "wrong_type events.0.kind"),
        (scenario(events=[EVENT | {"reported": "2009-01-01"}]), "bad_value events.0.reported"),
        (scenario(events=[EVENT, EVENT | {"kind": ""}]), "bad_value events.1.kind"),
    ],
)
def test_what_cannot_be_replayed_says_why_and_where(document, error):
    said = json.loads(answer_line(document, KINDS))["error"]
    assert f"{said['code']} {said['path']}" == error


def test_replay_answers_line_by_line_and_tells_a_malformed_one_by_its_exit_status(tmp_path, capfdbinary):
    file = tmp_path / "scenarios.ndjson"
    file.write_bytes(b"\n".join([scenario(), b'{"scenario": 3}', b"", scenario(scenario="again")]))
    assert cli.main(["replay", str(file)]) == 2
    answers = [json.loads(line) for line in capfdbinary.readouterr().out.splitlines()]
    assert [next(iter(each)) for each in answers] == ["scenario", "error", "scenario"]
    assert answers[0]["alarms"] == answers[2]["alarms"]
    file.write_bytes(scenario())
    assert cli.main(["replay", str(file)]) == 0


def test_a_scenario_without_anything_is_answered_by_no_alarm():
    assert json.loads(answer_line(b'{"scenario": "x", "sessions": [], "events": []}', KINDS)) == {
        "scenario": "x",
        "alarms": [],
    }


def test_names_in_any_script_come_back_as_they_were():
    renamed = scenario(scenario="été \U0001f9ea").replace(b"H-123", "Ñ-\u05d0".encode())
    said = json.loads(answer_line(renamed, KINDS))
    assert said["scenario"] == "été \U0001f9ea"
    assert "Ñ-\u05d0" in [suspect["id"] for suspect in said["alarms"][-1]["suspects"]]


def test_quiet_years_raise_few_alarms_and_a_bad_thing_is_found_and_named():
    """Drawn with a fixed seed; the bench draws hundreds."""
    setting = Setting()
    told = [notice for year in simulated.quiet_years(setting, 12) for notice in simulated.notices(year)]
    assert sum(notice.level == "alarm" for notice in told) <= 3
    assert len(told) <= 12 * 2
    found = [
        simulated.judged(stream, simulated.notices(stream))
        for kind in SOURCES
        for stream in simulated.outbreaks(kind, setting, 3)
    ]
    assert sum(each.at_case <= 4 for each in found) >= 9
    assert sum(each.three for each in found) >= 10


def test_an_event_is_judged_alike_whether_earlier_ones_were_judged_again_or_only_known():
    again, knowing = Watch(), Watch()
    for session in clinic(120):
        again.treated(session)
        knowing.treated(session)
    for number in (101, 104):
        again.reported(ill(number))
        knowing.known(ill(number))
    last = again.reported(ill(107))
    assert last is not None
    assert knowing.reported(ill(107)) == last


def test_late_records_are_put_in_their_place():
    watch = Watch()
    for session in reversed(clinic(120)):
        watch.treated(session)
    notices = [watch.reported(ill(number)) for number in (101, 104, 107)]
    assert notices[-1] is not None
    assert notices[-1].suspects[0].exposure == ("lot", "L10")
