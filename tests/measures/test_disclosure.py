"""De-identification attacked: by dates, by rare things, by differences between tables and between releases."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from measures import drawn
from measures.kept import kept
from wheal import knowledge
from wheal.measures.answers import LEAST, delays, funnel, lines
from wheal.measures.counting import Count
from wheal.measures.deidentifying import MONDAY, SHIFT, Hiding, month_of, withheld
from wheal.measures.duck import Duck
from wheal.measures.plain import Plain
from wheal.measures.standing import standing
from wheal.proportions import at_most, exact_interval

SECRET = hashlib.sha256(b"a clinic").digest()
BY_CLINIC = knowledge.current().measures["infection_by_clinic"]
DAY = date(2026, 3, 10)


def test_a_number_means_nothing_without_the_secret_and_stays_the_same_with_it() -> None:
    hiding, other = Hiding(SECRET), Hiding(hashlib.sha256(b"another").digest())
    assert hiding.person(7) == Hiding(SECRET).person(7) != other.person(7)
    assert hiding.person(7) != hiding.thing("session", 7)
    assert len({hiding.person(number) for number in range(20_000)}) == 20_000
    with pytest.raises(ValueError, match="32 bytes"):
        Hiding(b"short")


@given(st.integers(1, 10**6), st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(0, 400))
def test_intervals_of_one_person_stay_to_the_week(patient, first, days) -> None:
    hiding = Hiding(SECRET)
    weeks = hiding.week(patient, first + timedelta(days=days)) - hiding.week(patient, first)
    assert abs(weeks - days / 7) < 1
    assert -14 <= hiding.shift(patient).days <= 14


def test_one_known_visit_leaves_somebody_among_many() -> None:
    """500 people of a clinic, 12 a day: who knows the day of one visit is left with all of about four weeks."""
    hiding = Hiding(SECRET)
    told = [hiding.week(patient, DAY + timedelta(days=patient // 12)) for patient in range(500)]
    for known in (0, 100, 250, 499):
        day = DAY + timedelta(days=known // 12)
        possible = range(_week(day - timedelta(days=SHIFT)), _week(day + timedelta(days=SHIFT)) + 1)
        assert told[known] in possible
        assert sum(week in possible for week in told) >= 100


def _week(day: date) -> int:
    return (day - MONDAY).days // 7


def test_all_visits_known_still_seldom_name_somebody() -> None:
    """300 people who came five times at intervals of four weeks, give or take days: a rhythm to the week is shared."""
    draw, hiding = Random(20261126), Hiding(SECRET)
    rhythms: dict[tuple[int, ...], int] = {}
    for patient in range(300):
        days, weeks = DAY + timedelta(days=draw.randrange(90)), []
        for _ in range(5):
            weeks.append(hiding.week(patient, days))
            days += timedelta(days=28 + draw.choice((-1, 0, 0, 0, 0, 1, 7)))
        rhythm = tuple(later - earlier for earlier, later in pairwise(weeks))
        rhythms[rhythm] = rhythms.get(rhythm, 0) + 1
    alone = sum(number for number in rhythms.values() if number == 1)
    assert alone / 300 < 0.1


def test_what_fewer_than_five_people_had_does_not_leave() -> None:
    rows = [
        {
            "person": person,
            "product": "common",
            "lot": "big" if person < 5 else "small",
            "substance": "caffeine",
        }
        for person in range(9)
    ] + [
        {"person": 90 + person, "product": "rare", "lot": "x", "substance": "procaine"} for person in range(4)
    ]
    left = withheld({"given": rows})["given"]
    assert {row["lot"] for row in left} == {"big", ""}
    assert [row["product"] for row in left].count("") == [row["substance"] for row in left].count("") == 4
    assert rows[-1]["product"] == "rare"


def _clinic(people: int, **last: object) -> dict[str, list[dict]]:
    """So many with everything alike; the last one with what is said."""
    sessions, courses = [], []
    for person in range(people):
        own = last if person == people - 1 else {}
        sessions.append({"person": person, "purpose": "fat"} | own)
        courses.append(
            {"person": person, "protocol": "caffeine", "area": "abdomen", "response": "responded"} | own
        )
    return {"sessions": sessions, "courses": courses, "events": [], "alarms": []}


def test_a_rare_purpose_and_a_rare_protocol_do_not_leave_and_what_became_of_the_course_does() -> None:
    left = withheld(_clinic(9, purpose="skin", protocol="buflomedil+calcitonin+procaine", response="did_not"))
    assert [row["purpose"] for row in left["sessions"]] == ["fat"] * 8 + [""]
    assert (left["courses"][8]["protocol"], left["courses"][8]["area"]) == ("", "")
    assert left["courses"][8]["response"] == "did_not"
    assert {row["protocol"] for row in left["courses"][:8]} == {"caffeine"}
    rare_area = withheld(_clinic(9, area="neck"))["courses"][8]
    assert (rare_area["protocol"], rare_area["area"]) == ("caffeine", "")


def test_a_rare_reaction_leaves_as_it_is() -> None:
    tables = _clinic(12)
    common = [{"person": person, "kind": "bruising", "grade": 1, "is_serious": False} for person in range(6)]
    rare = {"person": 3, "kind": "anaphylaxis", "grade": 4, "is_serious": True}
    left = withheld(tables | {"events": [*common, rare]})
    assert left == tables | {"events": [*common, rare]}


def test_of_a_clinic_of_fewer_than_five_people_nothing_leaves() -> None:
    assert not any(withheld(_clinic(4)).values())
    assert all(withheld(_clinic(5))[table] for table in ("sessions", "courses"))


KNOWS = {  # beside the day: the median of those left; of 100 people for how many fewer than five, or nobody else
    (): (467, 0, 0),
    ("area",): (69, 0, 0),
    ("area", "product"): (17, 5, 0),
    ("area", "product", "lot"): (13, 9, 0),
}


@pytest.mark.parametrize("known", KNOWS)
def test_who_knows_more_than_the_day_is_left_with_fewer(known) -> None:
    """500 people who came three times, 12 new ones a day, eight areas, four products and a lot of each a month."""
    people = _people_of_a_clinic()
    left = []
    for person, (day, is_told) in people.items():
        possible = range(_week(day - timedelta(days=SHIFT)), _week(day + timedelta(days=SHIFT)) + 1)
        alike = {
            other
            for other, (_day, told) in people.items()
            for row in told
            if row["week"] in possible and all(row[it] in (is_told[0][it], "") for it in known)
        }
        assert person in alike
        left.append(len(alike))
    median = sorted(left)[len(left) // 2]
    few, alone = (sum(number <= most for number in left) / len(left) for most in (LEAST - 1, 1))
    assert (median, round(100 * few), round(100 * alone)) == KNOWS[known]


def _people_of_a_clinic() -> dict[int, tuple[date, list[dict]]]:
    """By person the day of the first visit, and the rows that left."""
    draw, hiding = Random(20261126), Hiding(SECRET)
    passes, given_ = [], []
    for person in range(500):
        area = draw.choices(
            ("abdomen", "flanks", "thighs", "chin", "arms", "cheeks", "neck", "knees"), range(8, 0, -1)
        )[0]
        product = draw.choice(("3400000000005", "3400000000012", "3400000000029", "3400000000036"))
        for visit in range(3):
            week = hiding.week(person, DAY + timedelta(days=person // 12 + 28 * visit))
            lot = f"L{(person // 12 + 28 * visit) // 30}"  # the clinic opens another each month
            passes.append({"person": person, "week": week, "area": area, "technique": "nappage"})
            given_.append({"person": person, "product": product, "lot": lot, "substance": "caffeine"})
    left = withheld({"passes": passes, "given": given_})
    told: dict[int, list[dict]] = {}
    for row, at in zip(left["passes"], left["given"], strict=True):
        told.setdefault(row["person"], []).append(row | {"product": at["product"], "lot": at["lot"]})
    return {person: (DAY + timedelta(days=person // 12), rows) for person, rows in told.items()}


def test_no_number_of_the_clinic_and_no_day_stands_in_what_leaves() -> None:
    hiding = Hiding(SECRET)
    week = hiding.week(41, DAY)
    assert month_of(week)[:4] in ("2026",)
    assert {hiding.person(41), hiding.thing("session", 12)}.isdisjoint(range(10**6))


def test_a_small_count_is_told_as_small_and_never_makes_a_harm_smaller() -> None:
    (line,) = lines([Count(("lot",), 120, 3)]).lines
    assert (line.count, line.share) == (None, None)
    assert line.low <= exact_interval(1, 120)[0]
    assert line.high >= exact_interval(3, 120)[1]


def test_none_of_120_is_told_with_what_it_still_allows() -> None:
    (line,) = lines([Count(("lot",), 120, 0)]).lines
    assert (line.count, line.bound) == (0, at_most(0, 120))
    assert line.bound == pytest.approx(0.0247, abs=0.0001)


def test_none_of_people_who_may_still_fall_ill_is_no_share_and_no_bound() -> None:
    (line,) = lines([Count(("new",), 0, 0, waiting=400)]).lines
    assert (line.of, line.share, line.bound, line.waiting, line.so_far) == (0, None, None, 400, 0)
    (line,) = lines([Count(("half",), 120, 0, waiting=400, so_far=6)]).lines
    assert (line.count, line.bound, line.so_far) == (0, at_most(0, 120), 6)


@pytest.mark.parametrize(
    ("counted", "told"),
    [  # of, count, waiting and so far as they are told
        (Count(("new",), 0, 0, waiting=400, so_far=3), (0, 0, 400, None)),  # a new lot with a case is seen
        (Count(("few",), 4, 2, waiting=400, so_far=3), (0, 0, 404, 5)),  # nothing of fewer than five apart
        (Count(("end",), 40, 6, waiting=3, so_far=2), (42, 8, None, 0)),  # no case of few is lost
        (Count(("end",), 40, 6, waiting=3, so_far=3), (43, 9, 0, 0)),
    ],
)
def test_a_case_is_never_lost_with_those_who_wait(counted, told) -> None:
    (line,) = lines([counted]).lines
    assert (line.of, line.count, line.waiting, line.so_far) == told
    assert max(line.low, line.least_so_far) > 0


def test_what_nobody_judged_may_be_severe() -> None:
    (line,) = lines([Count(("fat",), 200, 0, unjudged=7)]).lines
    assert (line.bound, line.high, line.unjudged) == (at_most(7, 200), exact_interval(7, 200)[1], 7)
    (line,) = lines([Count(("fat",), 200, 6, unjudged=2)]).lines
    assert (line.low, line.high, line.unjudged) == (
        exact_interval(6, 200)[0],
        exact_interval(10, 200)[1],
        None,
    )


def test_whom_nobody_measured_again_may_have_lost_what_was_gained(tmp_path) -> None:
    """Of 100 whose result was better 10 are known to have lost it again, 40 were seen well and 50 were not seen."""
    told = ["regained"] * 10 + ["kept"] * 40 + ["not_seen"] * 50
    at = {"clinic": "clinic-0", "month": "2026-01", "week": 2923, "protocol": "caffeine", "area": "abdomen",
          "response": "responded"}  # fmt: skip
    rows = {"courses": [at | {"person": n, "course": n, "regain": it} for n, it in enumerate(told)]}
    for engine in (Plain(rows), Duck(*kept(rows, tmp_path).shelves())):
        (regain,) = lines(engine.counts(knowledge.current().measures["regain_by_protocol"])).lines
        assert (regain.share, regain.lost) == (0.1, 50)
        assert (regain.low, regain.high) == (exact_interval(10, 100)[0], exact_interval(60, 100)[1])
        (result,) = lines(engine.counts(knowledge.current().measures["result_by_protocol"])).lines
        assert (result.unjudged, result.high) == (0, exact_interval(100, 100)[1])


def test_one_person_of_another_group_takes_no_answer_from_a_thousand() -> None:
    answer = lines([Count(("fat",), 1216, 3), Count(("skin",), 1, 0)])
    assert [line.group for line in answer.lines] == [("fat",)]
    assert (answer.hidden_groups, answer.hidden_people) == (1, None)


def test_a_group_of_few_is_hidden_and_the_total_does_not_give_it_away() -> None:
    counts = [Count(("a",), 3, 1), Count(("b",), 40, 6), Count(("c",), 12, 0)]
    answer = lines(counts)
    assert [line.group for line in answer.lines] == [("b",)]
    assert (answer.hidden_groups, answer.hidden_people) == (2, 15)
    assert lines([Count(("a",), 3, 0)]).hidden_people is None


@given(st.integers(0, 2**32))
def test_no_line_is_about_fewer_than_five_people(seed) -> None:
    draw = Random(seed)
    sizes = [draw.randrange(1, 30) for _ in range(6)]
    counts = [Count((str(at),), of, draw.randrange(0, of + 1)) for at, of in enumerate(sizes)]
    answer = lines(counts)
    assert all(line.of >= LEAST for line in answer.lines)
    assert all(line.count is None or line.count == 0 or line.count >= LEAST for line in answer.lines)
    assert not answer.hidden_groups or answer.hidden_people is None or answer.hidden_people >= LEAST


def test_the_delay_of_nine_in_ten() -> None:
    (told,) = delays([Count(("lot",), 1, 1, days=days) for days in (4, 9, 10, 11, 12, 13, 20, 21, 22, 90)])
    assert (told.alarms, told.median, told.nine_in_ten) == (10, 12, 22)
    (told,) = delays([Count(("lot",), 1, 1, days=days) for days in (8, 41, 45, 49, 58, 58)])
    assert (
        told.median == 45
    )  # half of them came within so many: one of the days, and not 47 between two of them
    assert delays([Count(("lot",), 4, 4, days=1)]) == ()


def test_a_clinic_outside_the_funnel_is_seen_and_one_inside_is_not() -> None:
    counts = [Count((f"c{at}",), 400, 4) for at in range(20)] + [
        Count(("high",), 400, 16),
        Count(("tiny",), 3, 3),
    ]
    places = {place.clinic: place for place in funnel(BY_CLINIC, counts)}
    assert places["high"].is_outside
    assert not places["c1"].is_outside
    assert "tiny" not in places
    assert (places["c1"].count, places["c1"].low, places["c1"].high) == (None, 1 / 400, 4 / 400)
    assert (places["high"].count, places["high"].low) == (16, 16 / 400)
    assert places["c1"].inner[0] >= places["c1"].outer[0]


def test_the_picture_shows_no_clinic_that_the_table_hides_but_ones_own() -> None:
    counts = [Count(("a",), 3, 0), Count(("b",), 16, 2), Count(("c",), 200, 4)]
    assert [line.group for line in lines(counts).lines] == [("c",)]
    assert [place.clinic for place in funnel(BY_CLINIC, counts)] == ["c"]
    assert [place.clinic for place in funnel(BY_CLINIC, counts, own="a")] == ["a", "c"]
    (own, _other) = funnel(BY_CLINIC, counts, own="b")
    assert (own.clinic, own.count, own.low, own.high) == ("b", 2, 2 / 16, 2 / 16)


ALL = [Count((f"c{at}",), 400, 4) for at in range(20)]
STANDS = (
    (Count(("own",), 16, 0), "within", False),
    (Count(("own",), 3, 0), "within", False),
    (Count(("own",), 400, 10), "a_little_above", False),
    (Count(("own",), 400, 16), "above", True),
    (Count(("own",), 4000, 22), "a_little_below", False),
    (Count(("own",), 4000, 5), "below", True),
)


@pytest.mark.parametrize(("own", "side", "is_outside"), STANDS)
def test_a_clinic_is_told_its_own_figures_exactly_and_how_it_stands(own, side, is_outside) -> None:
    told = standing(BY_CLINIC, [*ALL, own], "own")
    assert told.own is not None
    assert told.together is not None
    assert (told.own.of, told.own.count) == (own.of, own.count)
    assert (told.own.low, told.own.high) == exact_interval(own.count, own.of)
    assert told.own.bound == (None if own.count else at_most(0, own.of))
    assert (told.together.of, told.together.count) == (8000 + own.of, 80 + own.count)
    assert (told.clinics, told.side) == (21, side)
    assert [place.clinic for place in told.outside] == (["own"] if is_outside else [])


def test_without_a_case_nobody_has_a_place_and_of_few_others_nothing_is_told() -> None:
    told = standing(BY_CLINIC, [Count(("own",), 30, 0), Count(("b",), 4, 0)], "own")
    assert (told.side, told.together, told.outside) == (None, None, ())
    assert funnel(BY_CLINIC, [Count(("own",), 30, 0)]) == ()
    assert standing(BY_CLINIC, ALL, "own").own is None


def test_words_and_picture_tell_the_same_bound_of_none() -> None:
    (line,) = lines([Count(("lot",), 322, 0)]).lines
    assert line.most == line.bound == at_most(0, 322) < line.high


def test_the_drawn_registry_holds_every_measure_s_columns() -> None:
    from wheal.knowledge.measuring import TABLES

    assert {table: set(rows[0]) for table, rows in drawn.tables(1).items()} == {
        table: set(columns) for table, columns in TABLES.items()
    }
