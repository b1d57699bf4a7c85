"""What everybody may read, attacked: by what lies within a band, by one person more, by what came in between."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wheal import knowledge
from wheal.knowledge.measuring import Measure
from wheal.measures import releasing
from wheal.measures.answers import LEAST
from wheal.measures.counting import Apart, Count, Row
from wheal.measures.plain import Plain
from wheal.measures.releasing import (
    AS_JSON,
    EVERY,
    Band,
    Release,
    Section,
    Told,
    band,
    may_still_tell,
    months_of_enough,
    release,
)
from wheal.proportions import at_most, exact_interval

TODAY = date(2026, 11, 26)
AREAS = knowledge.current().measures["infection_by_area"]
ALARMS = knowledge.current().measures["days_to_alarm"]
RESULTS = knowledge.current().measures["result_by_protocol"]


def _told(*groups: tuple[int, int], measure: Measure = AREAS, clinics: int = 5, lost: int = 0) -> Section:
    """Groups of so many people and cases, spread over so many clinics."""
    counts = [
        Count((f"g{at}", f"c{number}"), *_part(of, count, number, clinics), lost=lost if not number else 0)
        for at, (of, count) in enumerate(groups)
        for number in range(clinics)
    ]
    made = release(
        {"x": measure},
        lambda asked, apart=None: counts,
        clinics=clinics,
        between=("2026-01", "2026-02"),
        on=TODAY,
    )
    assert made is not None
    return made.told["x"]


def _part(of: int, count: int, number: int, clinics: int) -> tuple[int, int]:
    """Everything in the first clinic but one person in each other."""
    return (of - clinics + 1, count) if not number else (1, 0)


SAID = ((0, (0, 0)), (1, (1, 4)), (4, (1, 4)), (5, (5, 9)), (9, (5, 9)), (10, (10, 14)), (1096, (1095, 1099)))


@pytest.mark.parametrize(("number", "told"), SAID)
def test_a_number_is_told_as_the_five_that_it_lies_among(number, told) -> None:
    assert band(number) == Band(*told)


@given(st.integers(LEAST, 1500), st.data())
def test_a_harm_is_never_made_smaller(of, data) -> None:
    count = data.draw(st.integers(0, of - LEAST))
    (line,) = _told((of, count)).lines
    low, high = exact_interval(count, of)
    assert line.of.least <= of <= line.of.most
    assert line.count.least <= count <= line.count.most
    assert line.low <= low
    assert line.high >= (high if count else at_most(0, of))


@given(st.integers(LEAST, 1500), st.data())
def test_what_lies_in_the_same_bands_is_told_alike_to_the_last_place(of, data) -> None:
    """So that no interval, share or bound can be led back to a number that is not told."""
    count = data.draw(st.integers(0, of - LEAST))
    line = _told((of, count)).lines[0]
    among = data.draw(st.integers(line.count.least, count))
    other = data.draw(st.integers(max(line.of.least, among + LEAST), line.of.most))
    assert _told((other, among)).lines == (line,)


def test_one_more_case_tells_only_at_the_edge_of_a_band_and_there_it_does() -> None:
    """Mrs X joins a group of which somebody knows all others: who has both tables learns of her in one of five counts,
    and where nobody had fallen ill. The page says so; nothing else may tell."""
    for of in range(50, 55):
        for known in range(20):
            well, ill = _told((of, known)), _told((of, known + 1))
            is_told = well.lines[0].count != ill.lines[0].count
            assert is_told == (well != ill) == (known == 0 or known % LEAST == LEAST - 1)


def test_who_came_in_between_cannot_be_told_apart_by_two_releases() -> None:
    """The attacker knows who joined in the quarter, and the true count before it: everything but who of them fell ill.
    Counts of none and of 1 to 4 are among those drawn."""
    draw, named, first = Random(26), 0, set()
    for _ in range(400):
        of, joined = draw.randrange(20, 400), draw.randrange(LEAST, 40)
        before = draw.choice((0, 1, 2, 3, 4, draw.randrange(of // 10 + 1)))
        new = sum(draw.random() < draw.choice((0.01, 0.1)) for _ in range(joined))
        (later,) = _told((of + joined, before + new)).lines
        possible = [more for more in range(joined + 1) if band(before + more) == later.count]
        assert new in possible
        named += min(possible) == joined  # then each of them is known to be a case
        first.add(later.count.least)
    assert named == 0
    assert {0, 1, 5} <= first


def _line(**said: int) -> Told:
    counts = [Count(("g", "c0"), **said)] + [Count(("g", f"c{number}"), 0, 0) for number in range(1, 5)]
    made = release(
        {"x": AREAS}, lambda asked, apart=None: counts, clinics=5, between=("2026-01", "2026-02"), on=TODAY
    )
    assert made is not None
    (line,) = made.told["x"].lines
    return line


NONE, FEW = Band(0, 0), Band(1, 4)
WHO_WAIT = (  # of, count, waiting, so far: what is told of each
    ((100, 2, 50, 1), (Band(100, 104), FEW, Band(50, 54), FEW)),
    ((100, 2, 0, 0), (Band(100, 104), FEW, NONE, NONE)),
    ((100, 4, 6, 2), (Band(100, 104), Band(5, 9), NONE, NONE)),  # four who wait are no cases: the two count
    ((3, 1, 50, 0), (NONE, NONE, Band(50, 54), FEW)),
    ((9, 6, 50, 0), (NONE, NONE, Band(55, 59), Band(5, 9))),  # three whose weeks are over are no cases
    ((6, 3, 6, 3), (NONE, NONE, Band(10, 14), Band(5, 9))),
)


@pytest.mark.parametrize(("counted", "told"), WHO_WAIT)
def test_who_waits_is_told_apart_where_five_of_them_are_no_cases_and_no_case_is_lost(counted, told) -> None:
    of, count, waiting, so_far = counted
    line = _line(of=of, count=count, waiting=waiting, so_far=so_far)
    assert (line.of, line.count, line.waiting, line.so_far) == told
    assert line.count.most + line.so_far.most >= count + so_far


@given(st.integers(LEAST, 500), st.integers(0, 40), st.data())
def test_whom_nobody_judged_may_be_a_case_in_the_interval(of, unjudged, data) -> None:
    count = data.draw(st.integers(0, of - LEAST))
    line = _line(of=of, count=count, unjudged=min(unjudged, of - count))
    most = count + min(unjudged, of - count)
    assert line.low <= exact_interval(count, of)[0]
    assert line.high >= (exact_interval if count else lambda *of_them: (0, at_most(*of_them)))(most, of)[1]


TOO_FEW = {
    "fewer than five people": {"groups": ((4, 1),), "clinics": 5},
    "everybody harmed": {"groups": ((15, 15),), "clinics": 5},
    "all but four harmed": {"groups": ((15, 11),), "clinics": 5},
}


@pytest.mark.parametrize("why", TOO_FEW)
def test_a_group_in_which_somebody_can_be_pointed_at_is_left_out_and_said_to_be(why) -> None:
    told = _told((60, 3), *TOO_FEW[why]["groups"])
    assert [line.group for line in told.lines] == [("g0",)]
    assert told.leaves_out
    assert not _told((60, 3)).leaves_out


def test_a_group_of_fewer_than_five_clinics_is_left_out() -> None:
    counts = [Count(("a", f"c{at}"), 100, 1) for at in range(5)]
    counts += [Count(("b", f"c{at}"), 100, 1) for at in range(4)]
    made = release(
        {"x": AREAS}, lambda asked, apart=None: counts, clinics=9, between=("2026-01", "2026-02"), on=TODAY
    )
    assert made is not None
    assert [line.group for line in made.told["x"].lines] == [("a",)]
    assert made.clinics == Band(5, 9)
    assert (
        release(
            {"x": AREAS},
            lambda asked, apart=None: counts,
            clinics=4,
            between=("2026-01", "2026-02"),
            on=TODAY,
        )
        is None
    )


def test_every_public_measure_is_asked_by_clinic_and_no_other_is_asked() -> None:
    asked: list[Measure] = []

    def counts(measure: Measure, *, apart: Apart | None = None) -> list[Count]:
        asked.append(measure)
        return []

    held = knowledge.current().measures
    release(held, counts, clinics=5, between=("2026-01", "2026-02"), on=TODAY)
    assert len(asked) == sum(measure.is_public for measure in held.values())
    assert all(measure.is_public and measure.by[-1] == "clinic" for measure in asked)


def test_alarms_and_days_are_told_as_coarsely() -> None:
    counts = [Count(("lot", f"c{at % 6}"), 1, 1, days=days) for at, days in enumerate((4, 9, 10, 12, 15, 60))]
    counts += [Count(("device", f"c{at}"), 2, 2, days=9) for at in range(4)]
    made = release(
        {"x": ALARMS}, lambda asked, apart=None: counts, clinics=6, between=("2026-01", "2026-02"), on=TODAY
    )
    assert made is not None
    (told,) = made.told["x"].delays
    assert (told.group, told.alarms, told.median_weeks, told.nine_in_ten_weeks) == (
        ("lot",),
        Band(5, 9),
        2,
        9,
    )
    assert made.told["x"].leaves_out


MONTHS = {  # clinics by month: what is told
    "one clinic was first, another last": ({"2024-02": 1, "2026-03": 5, "2026-04": 2, "2026-09": 6, "2026-10": 4},
                                           ("2026-03", "2026-09")),
    "of five in one month alone": ({"2026-03": 4, "2026-04": 5}, ("2026-04", "2026-04")),
    "never of five": ({"2026-03": 4, "2026-04": 4}, None),
}  # fmt: skip


@pytest.mark.parametrize("how", MONTHS)
def test_the_first_and_the_last_month_are_of_five_clinics_and_never_of_who_came_first_or_last(how) -> None:
    clinics, told = MONTHS[how]
    assert months_of_enough(month for month, number in clinics.items() for _ in range(number)) == told


def test_who_was_lost_is_told_in_a_band_too() -> None:
    (line,) = _told((40, 20), measure=RESULTS, lost=7).lines
    assert (line.count, line.lost) == (Band(20, 24), Band(5, 9))


def test_a_release_is_read_as_it_was_written_and_due_again_after_thirteen_weeks() -> None:
    made = Release(TODAY, band(11), {"x": _told((60, 0), (70, 9))}, between=("2026-01", "2026-02"))
    assert AS_JSON.validate_json(AS_JSON.dump_json(made)) == made
    assert not made.is_due_again(TODAY + EVERY - timedelta(days=1))
    assert made.is_due_again(TODAY + EVERY)


def test_people_who_are_still_in_their_weeks_allow_no_bound_and_are_told_beside() -> None:
    counts = [Count(("new", f"c{at}"), 0, 0, waiting=80, so_far=1) for at in range(5)]
    counts += [Count(("old", f"c{at}"), 80, 0, unjudged=1) for at in range(5)]
    made = release(
        {"x": AREAS}, lambda asked, apart=None: counts, clinics=5, between=("2026-01", "2026-02"), on=TODAY
    )
    assert made is not None
    new, old = made.told["x"].lines
    assert (new.of, new.high, new.waiting, new.so_far) == (Band(0, 0), 1.0, Band(400, 404), Band(5, 9))
    assert new.least_so_far > 0
    assert (old.unjudged, old.high) == (Band(5, 9), at_most(9, 400))


@pytest.mark.parametrize(("days", "may"), [(0, True), (91, True), (92, False)])
def test_a_release_may_be_of_before_somebody_left_until_thirteen_weeks_are_over(days, may):
    assert may_still_tell(TODAY, TODAY + timedelta(days=days)) is may


IN_ALL = knowledge.current().measures["infection_in_all"]
TOGETHER = {"in_all": IN_ALL, "by_area": AREAS}


def _rows(*groups: tuple[str, int, int, int]) -> Plain:
    """Groups of so many people treated in an area, of whom so many had an abscess, spread over so many clinics."""
    held: dict[str, list[Row]] = {"sessions": [], "passes": [], "events": []}
    for area, people, ill, clinics in groups:
        for at in range(people):
            visit = {"clinic": f"c{at % clinics}", "month": "2026-01", "week": 2922}
            visit |= {"person": len(held["sessions"]), "session": len(held["sessions"])}
            held["sessions"].append(visit)
            held["passes"].append(visit | {"area": area})
            if at < ill:
                held["events"].append(visit | {"kind": "abscess", "grade": 2, "is_serious": False})
    last = {"month": "2026-07", "week": 2950, "person": -1, "kind": "pain", "grade": 1, "is_serious": False}
    held["events"] += [last | {"clinic": f"c{number}"} for number in range(9)]  # so that all weeks are over
    return Plain(held)


def _both(*groups: tuple[str, int, int, int]) -> Release:
    made = release(TOGETHER, _rows(*groups).counts, clinics=9, between=("2026-01", "2026-07"), on=TODAY)
    assert made is not None
    return made


def test_everybody_is_told_in_all_as_coarsely_as_a_group() -> None:
    made = _both(("abdomen", 60, 7, 6), ("thighs", 43, 4, 6))
    (line,) = made.told["in_all"].lines
    assert (made.treated, line.of, line.count, line.group) == (
        Band(100, 104),
        Band(100, 104),
        Band(10, 14),
        (),
    )
    assert line.low <= exact_interval(11, 103)[0]
    assert line.high >= exact_interval(11, 103)[1]
    assert made.told["in_all"] == _both(("abdomen", 62, 9, 6), ("thighs", 42, 3, 6)).told["in_all"]
    assert [it.group for it in made.told["by_area"].lines] == [("abdomen",), ("thighs",)]
    assert not made.told["by_area"].leaves_out


def test_where_nearly_everybody_was_harmed_or_few_clinics_count_nothing_is_told_in_all() -> None:
    for groups in ((("abdomen", 12, 8, 6),), (("abdomen", 60, 3, 4),)):
        made = _both(*groups)
        assert (made.treated, made.told["in_all"].lines) == (None, ())
        assert made.told["in_all"].leaves_out


OTHERS = {  # beside 60 and 40 people: whether they may be pointed at by a total less what is told
    "one, who was harmed": (("neck", 1, 1, 1), True),
    "four, none of them harmed": (("neck", 4, 0, 4), True),
    "ten of two clinics": (("neck", 10, 1, 2), True),
    "nine, all but four harmed": (("neck", 9, 5, 6), True),
    "ten of five clinics whose area was rare": (("", 10, 1, 5), False),
}


@pytest.mark.parametrize("who", OTHERS)
def test_who_is_in_no_group_that_is_told_cannot_be_pointed_at_by_the_total(who) -> None:
    """The smallest group is left out as well, so that whoever is in none are many, of many clinics."""
    others, is_few = OTHERS[who]
    made = _both(("abdomen", 60, 9, 6), ("thighs", 40, 4, 6), others)
    told = [line.group for line in made.told["by_area"].lines]
    assert told == ([("abdomen",)] if is_few else [("abdomen",), ("thighs",)])
    assert made.told["by_area"].leaves_out is is_few
    assert len(made.told["in_all"].lines) == 1


def test_without_that_a_total_would_tell_of_people_in_groups_that_are_not_told(monkeypatch) -> None:
    """The attacker takes what is told of the groups from the total: how many cases at least are left, and of whom."""
    draw, caught = Random(28), {True: 0, False: 0}
    for is_held in (True, False):
        if not is_held:
            monkeypatch.setattr(releasing, "_beside", lambda total, measure, section, counts: section)
        for _ in range(150):
            rest = draw.randrange(1, 9)
            groups = [(area, draw.randrange(20, 80), draw.randrange(12), 6) for area in ("abdomen", "thighs")]
            groups.append(("neck", rest, draw.randrange(rest + 1), draw.randrange(1, 7)))
            made = _both(*groups)
            told = {line.group[0]: line for line in made.told["by_area"].lines}
            left = made.told["in_all"].lines[0].count.least - sum(line.count.most for line in told.values())
            others = [it for it in groups if it[0] not in told]
            healthy = sum(people - ill for _area, people, ill, _clinics in others)
            clinics = max((min(people, clinics) for _area, people, _ill, clinics in others), default=0)
            caught[is_held] += left > 0 and (healthy < LEAST or clinics < LEAST)
    assert caught[True] == 0 < caught[False]


def test_a_case_that_counts_in_more_numbers_is_told_by_one_of_them_more_often() -> None:
    """Who knows of everybody else in every group and in all whether they were harmed: an infection that is severe and
    serious counts in four numbers by group, and in four of all."""
    held = {code: it for code, it in knowledge.current().measures.items() if it.shape == "attack_rate"}
    public = {code: it for code, it in held.items() if it.is_public}
    draw, rounds, told = Random(5), 500, dict.fromkeys(("by group", "with all"), 0)
    for _ in range(rounds):
        known = {(it.question, it.by): draw.randrange(1, 60) for it in public.values()}
        well, ill = (_every(public, known, more) for more in (0, 1))
        changed = {code for code in public if well.told[code] != ill.told[code]}
        told["by group"] += any(public[code].by for code in changed)
        told["with all"] += bool(changed)
    assert [round(10 * number / rounds) for number in told.values()] == [6, 8]


def _every(public: dict[str, Measure], known: dict[tuple, int], more: int) -> Release:
    def counts(measure: Measure, *, apart: Apart | None = None) -> list[Count]:
        by = measure.by[:-1]
        cases = 0 if apart else known.get((measure.question, by), 0) + more
        people = 0 if apart else 500
        spread = [(people - 4, cases), *[(1, 0)] * 4] if people else []
        return [Count((*by, f"c{at}"), of, ill) for at, (of, ill) in enumerate(spread)]

    made = release(public, counts, clinics=5, between=("2026-01", "2026-07"), on=TODAY)
    assert made is not None
    return made


def test_a_release_from_before_everybody_was_told_in_all_stands_until_it_is_due() -> None:
    made = Release(TODAY, band(11), {"x": _told((60, 0))})
    before = AS_JSON.dump_json(made).replace(b',"treated":null,"between":null', b"")
    assert b"treated" not in before
    before = before.replace(b'"told"', b'"months":["2024-02","2026-02"],"told"')  # of whoever came first
    assert AS_JSON.validate_json(before) == made


def _given_to(held: dict[str, list[Row]], clinic: int, product: str, substance: str, *, is_ill: bool) -> None:
    number = len(held["sessions"])
    at = {"clinic": f"c{clinic}", "month": "2025-08", "week": 2900, "person": number}
    visit = at | {"session": number}
    held["sessions"].append(visit | {"purpose": "fat"})
    held["passes"].append(visit | {"area": "abdomen", "technique": "nappage"})
    held["given"].append(visit | {"product": product, "lot": "", "substance": substance})
    if is_ill:
        reaction = {"event": number, "kind": "suspected_infection", "grade": 2, "is_serious": False}
        held["events"].append(at | {"week": 2902} | reaction)


def test_a_product_of_one_clinic_cannot_be_had_by_taking_the_products_from_their_substance() -> None:
    """Six clinics gave 600 people one product of lidocaine, and nobody fell ill; one clinic gave five another, and one
    of them did. Products lie within their substances, and the people without a code make the total no help."""
    held: dict[str, list[Row]] = {
        it: [] for it in ("sessions", "passes", "given", "events", "courses", "alarms")
    }
    for clinic in range(6):
        for _ in range(100):
            _given_to(held, clinic, "9520000000028", "lidocaine", is_ill=False)
        for _ in range(30):
            _given_to(held, clinic, "", "", is_ill=False)
    last = {"month": "2025-12", "week": 2920, "kind": "bruising", "grade": 1, "is_serious": False}
    held["events"] += [
        last | {"clinic": f"c{it}", "person": it * 130, "event": 10**6 + it} for it in range(6)
    ]
    for one in range(5):
        _given_to(held, 0, "9520000000035", "lidocaine", is_ill=not one)
    known = knowledge.current().measures
    made = release(known, Plain(held).counts, clinics=6, between=("2025-08", "2025-12"), on=TODAY)
    assert made is not None
    (line,) = made.told["infection_by_substance"].lines
    assert (line.group, line.of, line.count) == (("lidocaine",), Band(605, 609), FEW)
    assert "952000000" not in AS_JSON.dump_json(made).decode()


def test_no_groups_of_a_release_lie_within_those_of_another() -> None:
    """A lot is of one product, and a product of one set of substances: of what was given one of the three is told."""
    public = [it for it in knowledge.current().measures.values() if it.is_public]
    given_by = [(it.question, it.by) for it in public if it.table == "given"]
    assert [by for _question, by in given_by] == [("substance",)]
    by_columns = [(it.question, it.table, set(it.by)) for it in public if it.by]
    assert not [
        (one, other)
        for one in by_columns
        for other in by_columns
        if one[:2] == other[:2] and one[2] < other[2]
    ]
