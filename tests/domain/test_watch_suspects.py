"""Whom the watch suspects: what explains the cases and spares those who stayed well; what it cannot tell apart."""

from __future__ import annotations

import math
import random
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wheal import knowledge
from wheal.events.flags import samples_for
from wheal.surveillance import Notice, Reported, Treated, Watch
from wheal.surveillance.cases import Cases, Key
from wheal.surveillance.causes import EDGES, INCUBATION, SLOT_OF, log_bayes_factor, shown_by
from wheal.surveillance.frequent import Frequent
from wheal.surveillance.ledger import Ledger

BEGIN = date(2026, 1, 5)
RATE_KNOWN = (0.0, 1.0, 0.0, 0.0)  # of MULTIPLES


def day(after: int) -> date:
    return BEGIN + timedelta(days=after)


def session(after: int, patient: str, **exposures: str) -> Treated:
    return Treated(day(after), patient, (("clinic", "c1"), *exposures.items()))


def ill(patient: str, onset: int, reported: int | None = None, kind: str = "abscess") -> Reported:
    return Reported(day(onset + 5 if reported is None else reported), patient, day(onset), kind)


def others(**exposures: str) -> list[Treated]:
    """Two hundred sessions in fifty days with other things of the same kinds, after which nobody fell ill."""
    kinds = {kind: f"other {kind}" for kind in exposures}
    return [session(n // 4, f"well{n}", **kinds) for n in range(200)]


def told(sessions: list[Treated], events: list[Reported]) -> list[Notice]:
    watch = Watch()
    for each in sorted(sessions, key=lambda it: it.day):
        watch.treated(each)
    return [notice for event in events if (notice := watch.reported(event))]


def last(sessions: list[Treated], events: list[Reported]) -> Notice:
    return told(sessions, events)[-1]


def scores(notice: Notice) -> dict[tuple[str, str], float]:
    return {suspect.exposure: suspect.score for suspect in notice.suspects}


THREE = [ill("a", 40), ill("b", 42), ill("c", 44)]


def test_things_that_always_went_together_are_named_together_with_what_would_tell_them_apart(known):
    sessions = [*others(lot="", device=""), *(session(10, name, lot="L1", device="g1") for name in "abcde")]
    notice = last(sessions, THREE)
    assert notice.alike[:2] == (("lot", "L1"), ("device", "g1"))
    wanted = samples_for({kind for kind, _ in notice.alike}, known)
    assert {"keep_vials", "device", "typing"} <= {name for name, _ in wanted}


def test_those_who_stayed_well_tell_two_things_apart_that_all_cases_had():
    both = [session(10, name, lot="L1", device="g1") for name in "abc"]
    spared = [session(8 + n % 5, f"spared{n}", lot="other lot", device="g1") for n in range(80)]
    notice = last([*others(lot="", device=""), *both, *spared], THREE)
    assert notice.suspects[0].exposure == ("lot", "L1")
    assert notice.alike == ()


def test_a_mix_comes_before_its_lot_where_other_mixes_of_the_lot_harmed_nobody():
    sessions = others(lot="", mix="")
    sessions += [session(10, name, lot="L1", mix="m1") for name in "abcd"]
    sessions += [session(9 + n % 3, f"spared{n}", lot="L1", mix=f"m{n // 4 + 2}") for n in range(80)]
    names = [suspect.exposure for suspect in last(sessions, THREE).suspects]
    assert names[0] == ("mix", "m1")
    assert ("lot", "L1") in names


def test_a_lot_comes_before_its_mixes_where_several_of_them_made_people_ill():
    sessions = others(lot="", mix="")
    for at, name in enumerate("abc"):
        sessions += [session(10 + at, who, lot="L1", mix=f"m{at}") for who in (name, f"{name}2", f"{name}3")]
    assert last(sessions, THREE).suspects[0].exposure == ("lot", "L1")


def test_what_the_cases_met_at_every_visit_comes_before_what_they_met_once():
    """The risk rose with the number of visits in four outbreaks. As many who stayed well had either, once."""
    sessions = [session(n // 2, f"well{n}", device="g1", lot="L9") for n in range(60)]
    sessions += [session(n // 2, f"fine{n}", device="g9", lot="L1") for n in range(60)]
    for name in "abc":
        sessions += [session(2 + 5 * n, name, device="g1", lot="L1" if n == 2 else "L9") for n in range(5)]
    found = scores(last(sessions, THREE))
    assert found["device", "g1"] > found["lot", "L1"] + math.log(2)


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 60))
def test_each_exposed_who_stayed_well_speaks_against_a_cause(spared):
    base = [*others(lot=""), *(session(10, name, lot="L1") for name in "abc")]
    well = [session(10, f"spared{n}", lot="L1") for n in range(spared)]
    assert scores(last(base + well, THREE))["lot", "L1"] < scores(last(base, THREE))["lot", "L1"]


@settings(max_examples=10, deadline=None)
@given(st.integers(3, 9))
def test_one_more_linked_case_always_speaks_for_the_cause(cases):
    names = [f"case{n}" for n in range(12)]
    sessions = [*others(lot=""), *(session(10 + n % 3, name, lot="L1") for n, name in enumerate(names))]
    events = [ill(name, 40 + n) for n, name in enumerate(names[: cases + 1])]
    notices = told(sessions, events)
    assert scores(notices[-1])["lot", "L1"] > scores(notices[-2])["lot", "L1"]
    assert notices[-1].suspects[0].cases == cases + 1 == len(notices[-1].patients)


def test_shares_of_the_suspects_add_up_to_no_more_than_one_and_go_by_the_score():
    notice = last([*others(lot="", room=""), *(session(10, n, lot="L1", room="r1") for n in "abc")], THREE)
    shares = [suspect.share for suspect in notice.suspects]
    assert shares == sorted(shares, reverse=True)
    assert 0.95 < sum(shares) <= 1.0000001


def test_a_visit_two_hundred_days_before_the_onset_still_counts_but_less_than_one_a_month_before():
    def score(ago: int) -> float:
        sessions = [*others(lot=""), *(session(230 - ago, name, lot="L1") for name in "abc")]
        notice = last(sessions, [ill("a", 230), ill("b", 230), ill("c", 230)])
        return scores(notice)["lot", "L1"]

    assert score(200) < score(100) < score(30)


LABEL = {("nodule", ("product", "dca")): 0.13}
"""13 of 100 had a nodule after deoxycholic acid in the trials of its label."""


def after_deoxycholic_acid(nodules: list[int], *events: Reported, **how) -> list[Notice]:
    """Forty weeks, four people a day, a lot every ten days; of the people in `nodules` each has one, ten days later."""
    watch, said = Watch(**how), []
    sessions = [session(n // 4, f"p{n}", product="dca", lot=f"L{n // 40}") for n in range(400)]
    reports = sorted(
        [*(ill(f"p{n}", n // 4 + 10, kind="nodule") for n in nodules), *events], key=lambda it: it.day
    )
    for event in reports:
        while sessions and sessions[0].day <= event.day:
            watch.treated(sessions.pop(0))
        said += [notice] if (notice := watch.reported(event)) else []
    return said


THIRTEEN_OF_100 = list(range(3, 400, 8))


@pytest.mark.parametrize(
    "how", [{"promised": LABEL}, {"promised": {("nodule", ("product", "x")): 0.0}, "learns": True}]
)
def test_what_a_label_promises_or_what_is_seen_all_the_time_is_no_sign_of_anything_else(how):
    assert sum(notice.level == "alarm" for notice in after_deoxycholic_acid(THIRTEEN_OF_100)) > 10
    assert not [n for n in after_deoxycholic_acid(THIRTEEN_OF_100, **how) if n.level == "alarm"]


@pytest.mark.parametrize("kind", ["abscess", "suspected_infection", "ulcer_or_necrosis"])
def test_no_label_promises_an_infection_or_a_wound(kind):
    linked = [ill(f"p{n}", n // 4 + 11, kind=kind) for n in (202, 210, 218, 226)]
    last_said = after_deoxycholic_acid(THIRTEEN_OF_100, *linked, promised=LABEL)
    alarms = [notice for notice in last_said if notice.level == "alarm"]
    assert alarms
    assert ("lot", "L5") in [suspect.exposure for suspect in alarms[0].suspects[:3]]


@pytest.mark.parametrize(
    "how", [{"promised": LABEL}, {"promised": {("nodule", ("product", "x")): 0.0}, "learns": True}]
)
def test_nodules_of_one_lot_alarm_though_nodules_are_promised(how):
    of_one_lot = [*THIRTEEN_OF_100, *range(200, 240, 3)]
    alarms = [n for n in after_deoxycholic_acid(sorted(set(of_one_lot)), **how) if n.level == "alarm"]
    assert alarms
    assert alarms[0].suspects[0].exposure == ("lot", "L5")


def test_a_promised_nodule_beside_two_infections_of_one_lot_takes_nothing_from_them():
    two = [ill(f"p{n}", n // 4 + 11, kind="abscess") for n in (202, 210)]
    third = ill("p218", 218 // 4 + 12, kind="nodule")
    *_before, last_said = after_deoxycholic_acid([], *two, third, promised=LABEL)
    assert (last_said.day, last_said.level) == (third.day, "alarm")
    assert last_said.suspects[0].exposure == ("lot", "L5")


def test_an_alarm_of_promised_nodules_makes_them_no_rarer_by_the_label():
    ledger, cases = Ledger(), Cases()
    for n in range(800):
        ledger.add(session(n // 2, f"p{n}", product="dca"))
    for n in range(3, 800, 8):
        cases.add(ill(f"p{n}", n // 2 + 10, kind="nodule"), "nodule", ledger)

    def frequency(explained: set[Key]) -> float:
        how = {"learns": False, "ledger": ledger, "cases": cases, "today": day(420).toordinal()}
        one = Frequent(LABEL, **how, explained=explained)
        (it,) = {of for case in cases.all() for of in one.early(case)}
        return one.of(it).mean

    alarmed = {case.key for case in cases.all() if case.onset < day(250).toordinal()}
    assert len(alarmed) > 50
    assert frequency(alarmed) == frequency(set()) == pytest.approx(0.13, rel=0.05)


def test_what_may_be_learnt_of_nodules_changes_nothing_about_infections():
    learning = {"promised": {("nodule", ("product", "x")): 0.0}, "learns": True}
    linked = [ill(f"p{n}", n // 4 + 11, kind="abscess") for n in (2, 10, 18, 26)]
    found = [
        [(notice.evidence, notice.suspects) for notice in after_deoxycholic_acid([], *linked, **how)]
        for how in ({}, learning)
    ]
    assert found[0]
    assert found[0] == found[1]


def test_more_than_a_label_promises_alarms():
    a_third = list(range(1, 400, 3))
    assert [n for n in after_deoxycholic_acid(a_third, promised=LABEL) if n.level == "alarm"]


def test_a_nodule_with_pus_and_one_that_begins_late_are_promised_by_nothing():
    pus = [Reported(day(62), f"p{n}", day(60), "nodule", ("abscess",)) for n in (202, 210, 218)]
    assert [n for n in after_deoxycholic_acid([], *pus, promised=LABEL) if n.level == "alarm"]
    late = [ill(f"p{n}", n // 4 + 40, kind="nodule") for n in (202, 210, 218)]
    assert [n for n in after_deoxycholic_acid([], *late, promised=LABEL) if n.level == "alarm"]


def test_a_session_that_is_told_late_is_seen_by_the_nightly_look_and_told_once():
    watch = Watch()
    for each in [*others(lot=""), session(10, "a", lot="L1"), session(10, "b", lot="L1")]:
        watch.treated(each)
    assert [watch.reported(event) for event in (THREE[2], THREE[0])] == [None, None]
    notice = watch.reported(THREE[1])
    assert notice is not None
    assert notice.level == "watch"
    assert watch.review(day(60)) == []
    watch.treated(session(10, "c", lot="L1"))
    assert [(each.level, each.suspects[0].exposure) for each in watch.review(day(61))] == [
        ("alarm", ("lot", "L1"))
    ]
    assert watch.review(day(62)) == []


@settings(max_examples=15, deadline=None)
@given(st.randoms(use_true_random=False))
def test_sessions_told_in_any_order_say_the_same(shuffle):
    sessions = [
        *others(lot="", device=""),
        *(session(9 + n, "abc"[n], lot="L1", device="g1") for n in range(3)),
    ]
    before = told(sessions, THREE)
    shuffle.shuffle(sessions)
    watch = Watch()
    for each in sessions:
        watch.treated(each)
    assert [notice for event in THREE if (notice := watch.reported(event))] == before


def test_a_patient_is_a_case_anew_only_after_something_was_met_since():
    sessions = [*others(lot=""), *(session(10, name, lot="L1") for name in "abc")]
    sessions += [session(240, name, lot="L9") for name in "abc"]
    once = [ill("a", 40), ill("b", 42), ill("a", 60, kind="nodule"), ill("b", 200)]
    assert [notice.level for notice in told(sessions, once)] == ["watch"]
    anew = told(sessions, [*once[:3], ill("a", 255), ill("b", 256), ill("c", 257)])[-1]
    assert (anew.level, anew.suspects[0].exposure, anew.patients) == ("alarm", ("lot", "L9"), ("a", "b", "c"))


def test_an_earlier_reaction_hides_no_new_onset_after_new_sessions():
    names = "abcd"
    sessions = [
        *others(lot=""),
        *(session(10 + 9 * at, name, lot=f"A{name}") for at, name in enumerate(names)),
    ]
    sessions += [session(100, name, lot="BAD") for name in names]
    early = [ill(name, 20 + 9 * at, kind="nodule") for at, name in enumerate(names)]
    notices = told(sessions, [*early, *(ill(name, 120 + at) for at, name in enumerate(names))])
    assert (notices[-1].level, notices[-1].suspects[0].exposure) == ("alarm", ("lot", "BAD"))
    assert notices[-1].patients == tuple("abcd")
    assert not any(("lot", "BAD") in scores(notice) for notice in notices[: -len(names) + 1])


def test_a_person_counts_once_for_a_thing_that_was_met_before_both_onsets():
    sessions = [*others(device=""), *(session(at, "a", device="g1") for at in (10, 50, 90))]
    sessions.append(session(90, "b", device="g1"))
    notices = told(sessions, [ill("a", 30), ill("a", 70), ill("a", 110), ill("b", 111)])
    assert [(n.patients, n.suspects[0].cases) for n in notices] == [(("a", "b"), 2)]


def test_an_onset_that_is_told_late_leaves_the_later_one_what_was_met_between():
    sessions = [*others(lot=""), *(session(10, name, lot="L1") for name in "abc"), session(50, "a", lot="L2")]
    in_order = told(sessions, [*THREE, ill("a", 60)])
    late = told(sessions, [ill("a", 60, 70), ill("b", 42, 71), ill("c", 44, 72), ill("a", 40, 73)])
    assert scores(late[-1]).keys() == scores(in_order[-1]).keys() == {("lot", "L1"), ("clinic", "c1")}
    assert set(late[-1].patients) == set("abc")


def test_a_second_outbreak_of_a_device_is_told_though_a_greater_one_was_years_before():
    sessions = [*others(device=""), *(session(10, f"old{n}", device="g1") for n in range(30))]
    sessions += [session(900 + n % 9, f"new{n}", device="g1") for n in range(20)]
    notices = told(sessions, [ill(f"old{n}", 40 + n) for n in range(6)])
    assert notices[-1].suspects[0].cases == 6
    again = told(
        sessions, [*(ill(f"old{n}", 40 + n) for n in range(6)), *(ill(f"new{n}", 930 + n) for n in range(3))]
    )
    assert [notice.level for notice in again[len(notices) :]] == ["watch", "alarm"]


@pytest.mark.parametrize("one_in", [5, 20, 100])
def test_the_bayes_factor_passes_a_number_in_at_most_one_of_so_many_quiet_records(one_in):
    """Monte Carlo of the null distribution: sessions of one thing, events of other causes alone at the known rate."""
    draw, rate, passed, runs = random.Random(11), 0.02, 0, 4000
    ago = [draw.randrange(1, 119) for _ in range(100)]
    shown = [0.0] * len(EDGES)
    for each in ago:
        shown[SLOT_OF[each]] += shown_by(each)
    for _ in range(runs):
        cases = []
        for each in ago:
            onset = draw.randrange(120)
            if draw.random() < rate and onset <= each:
                cases.append([(SLOT_OF[each], INCUBATION[onset] / (rate / 120))])
        passed += log_bayes_factor(cases, shown, RATE_KNOWN) >= math.log(one_in)
    assert passed / runs <= 1 / one_in
    assert passed > 0 or one_in > 20


def test_incubations_are_those_of_the_published_outbreaks():
    """Medians of 30.5, 33 and 33 days; nearly all within the look-back; the longest quoted is 29 weeks."""
    middle = next(days for days in range(211) if shown_by(days) >= 0.5)
    assert 20 <= middle <= 33
    assert 0.9 < shown_by(120) < 1
    assert shown_by(203) == pytest.approx(1, abs=0.01)
    assert (shown_by(-1), shown_by(210), shown_by(4000)) == (0, pytest.approx(1), pytest.approx(1))


@pytest.fixture(scope="module")
def known() -> knowledge.Knowledge:
    return knowledge.current()


def test_every_kind_of_thing_has_something_to_sample(known):
    for kind in known.vocabulary.exposure_kinds:
        assert samples_for([kind], known), kind


def test_expected_is_told_of_the_same_days_as_cases_and_exposed():
    """Twenty sessions with the lot since the first of a case, 175 days ago, at the rate of the clinic."""
    well = [session(31 + n, f"x{n}", lot="L1") for n in range(17)]
    sessions = [*well, *(session(30, name, lot="L1") for name in "abc")]
    suspects = last(sessions, [ill("a", 40), ill("b", 190), ill("c", 200)]).suspects
    lot = next(suspect for suspect in suspects if suspect.exposure == ("lot", "L1"))
    assert (lot.cases, lot.exposed) == (3, 20)
    assert lot.expected == pytest.approx(20 * (1.5 + 1) / (1500 + 20))  # one was ill before the look-back
