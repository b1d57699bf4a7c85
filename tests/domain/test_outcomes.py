from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wheal import knowledge, means
from wheal.knowledge.following import CONCLUSIONS, Arm, Asked
from wheal.outcomes import Followed, Reading, before, beside_placebo, outcome, regain, said_beside, table

DAY = date(2025, 3, 3)
TODAY = DAY + timedelta(days=900)
POINTS = [one for one in knowledge.current().schedules["default"].asked if one.measures]
AT_120 = Asked("120 d", "clinic", True)


def at(day: int, value: float, site: str = "") -> Reading:
    return Reading(DAY + timedelta(days=day), value, site)


def person(
    *readings: Reading, weights: tuple[Reading, ...] = (), until: int | None = None, compares: bool = False
):
    end = None if until is None else DAY + timedelta(days=until)
    return Followed(DAY, DAY, end, readings, weights, compares)


def at_120(one: Followed, today: date = TODAY):
    return outcome(
        one, DAY + timedelta(days=105), DAY + timedelta(days=120), DAY + timedelta(days=160), today
    )


@pytest.mark.parametrize(
    ("freedom", "quantile"),  # R: qt(0.975, …)
    [(1, 12.706204736), (2, 4.302652730), (7, 2.364624252), (30, 2.042272456), (99, 1.984216952)],
)
def test_student_s_t_is_that_of_the_tables(freedom, quantile):
    assert means.t_quantile(freedom) == pytest.approx(quantile, abs=1e-8)


def test_the_interval_of_a_mean_is_that_of_student_s_own_data():
    """Extra hours of sleep of ten patients (Student 1908); R: t.test(sleep$extra[1:10])."""
    found = means.mean([0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0])
    assert (found.value, found.least, found.most) == pytest.approx((0.75, -0.5297804, 2.0297804), abs=1e-6)


def test_the_mean_at_unchanged_weight_is_that_of_r():
    """R: confint(lm(y ~ x))[1, ]."""
    x = [-2, -1, 0, 0, 1, 2, 3, -3, 1, -1, 2, 0]
    y = [-4.1, -3, -2.2, -1.5, -1.9, -0.4, 0.6, -4.9, -1.2, -2.6, -0.1, -2.4]
    found = means.at_no_change(y, x)
    assert found.value == pytest.approx(-2.12425742574, abs=1e-9)
    assert (found.least, found.most) == pytest.approx((-2.34834245957, -1.90017239191), abs=1e-8)


def test_one_alone_has_no_interval_and_equal_weights_draw_no_line():
    assert means.mean([3.0]) is None
    assert means.at_no_change([1.0, 2.0, 3.0], [5.0, 5.0, 5.0]) is None
    assert means.at_no_change([1.0, 2.0], [0.0, 5.0]) is None
    with pytest.raises(ValueError, match="degrees"):
        means.t_quantile(0)


@pytest.mark.parametrize(
    ("readings", "value"),
    [
        ((at(-60, 20),), 20),
        ((at(-61, 20),), None),
        ((at(0, 19), at(-30, 20)), 19),
        ((at(1, 18),), None),  # after the needle
    ],
)
def test_before_is_the_last_measure_of_the_sixty_days_up_to_the_first_session(readings, value):
    found = before(person(*readings))
    assert (found and found.value) == value


@pytest.mark.parametrize(
    ("one", "kind", "change"),
    [
        (person(at(-1, 20), at(121, 17)), "measured", -3),
        (person(at(-1, 20), at(106, 16), at(119, 18)), "measured", -2),  # the nearest to the day
        (person(at(-1, 20), at(104, 16)), "lost", None),
        (person(at(-1, 20), at(160, 16)), "lost", None),
        (person(at(121, 17)), "no_before", None),
        (person(at(-1, 20, "left"), at(120, 17, "right")), "lost", None),  # another site is no comparison
        (
            person(at(-1, 20, "left"), at(120, 17, "left"), at(-1, 20, "right"), at(120, 19, "right")),
            "measured",
            -2,
        ),
        (person(at(-1, 20), at(121, 17), until=110), "treated_again", None),
        (person(at(-1, 20), at(109, 17), until=110), "measured", -3),
        (person(at(119, 2), compares=True), "measured", 2),
    ],
)
def test_what_became_of_one_person_at_a_point(one, kind, change):
    found = at_120(one)
    assert (found.kind, found.change) == (kind, change)


@pytest.mark.parametrize(("days", "kind"), [(159, "not_due"), (160, "lost")])
def test_nobody_is_lost_before_the_point_has_passed(days, kind):
    assert at_120(person(at(-1, 20)), DAY + timedelta(days=days)).kind == kind


def test_the_weight_beside_it_is_that_of_the_same_two_fortnights():
    weights = (at(-15, 70), at(14, 71), at(130, 75), at(200, 60))
    assert at_120(person(at(0, 20), at(120, 18), weights=weights)).kilos == 4
    assert at_120(person(at(0, 20), at(120, 18), weights=(at(15, 71), at(130, 75)))).kilos is None


def test_what_came_back_is_told_with_the_weight_since_the_lowest_value():
    one = person(at(0, 20), at(60, 15), at(120, 14), at(365, 16.5), weights=(at(121, 70), at(360, 76)))
    found = regain(one)
    assert (found.fall, found.back, found.kilos) == (6, 2.5, 6)
    assert found.is_measured_since
    assert not regain(person(at(0, 20), at(60, 15))).is_measured_since
    assert regain(person(at(0, 20), at(60, 21))) is None
    assert regain(person(at(60, 15), at(90, 16))) is None


def group(changes: list[float], *, lost: int = 0, kilos: list[float] | None = None) -> list[Followed]:
    weights = kilos or [0.0] * len(changes)
    made = [
        person(at(0, 30), at(120, 30 + change), weights=(at(0, 70), at(120, 70 + kg)))
        for change, kg in zip(changes, weights, strict=True)
    ]
    return made + [person(at(0, 30))] * lost


def line(people: list[Followed], least: int = 10, **more: bool):
    return next(
        it for it in table(people, POINTS, today=TODAY, least=least, **more) if it.asked.after == "120 d"
    )


def test_all_who_started_are_counted_at_every_point():
    people = [*group([-2.0] * 12, lost=3), person(at(120, 9)), person(at(0, 30), until=90)]
    for one in table(people, POINTS, today=TODAY, least=10):
        assert one.started == 17
        assert one.not_due + one.measured + one.no_before + one.treated_again + one.lost == 17
    found = line(people)
    assert (found.measured, found.lost, found.no_before, found.treated_again) == (12, 3, 1, 1)
    assert found.everybody.of == 17
    assert found.everybody.value == pytest.approx(-24 / 17)


@pytest.mark.parametrize(("count", "said"), [(9, "too_few"), (10, "weight_not_known")])
def test_no_result_from_fewer_than_the_stated_number(count, said):
    found = line(group([-2.0 + step / 100 for step in range(count)]))
    assert found.conclusion == said
    assert (found.change is None) == (said == "too_few")


def test_a_fall_that_the_weight_fell_with_is_not_called_lower():
    random = Random(1)
    kilos = [random.uniform(-9, -2) for _ in range(40)]
    along = [kg * 0.6 + random.gauss(0, 0.4) for kg in kilos]
    apart = [-4 + kg * 0.6 + random.gauss(0, 0.4) for kg in kilos]
    assert line(group(along, kilos=kilos)).conclusion == "goes_with_weight"
    assert line(group(apart, kilos=kilos)).conclusion == "lower"


def test_a_fall_that_the_lost_would_undo_is_not_called_lower():
    changes = [-2.0, -1.5, -0.1, -3.0, -0.2, -1.0, -0.4, -2.2, -0.3, -0.9]
    kilos = [0.1, -0.1, 0.2, 0, -0.2, 0.1, 0, 0.1, -0.1, 0.1]
    assert line(group(changes, kilos=kilos)).conclusion == "lower"
    assert line(group([-5.0, *[0.3] * 9, -4.5, -4.8, -0.1], lost=60)).conclusion in (
        "nothing_shown",
        "not_all_agree",
    )


@settings(deadline=None, max_examples=60)
@given(st.lists(st.floats(-20, 20), min_size=10, max_size=30), st.integers(0, 20))
def test_an_interval_that_holds_no_change_never_gives_a_direction(changes, lost):
    found = line(group(changes, lost=lost, kilos=[(place % 5) - 2.0 for place in range(len(changes))]))
    estimates = (found.change, found.everybody, found.adjusted)
    if any(it is None or it.least <= 0 <= it.most for it in estimates):
        assert found.conclusion not in ("lower", "higher")
    elif found.conclusion in ("lower", "higher"):
        assert len({it.value < 0 for it in estimates}) == 1
        assert (found.conclusion == "lower") == (found.change.value < 0)


CAUSAL = re.compile(
    r"\bworks?\b|effective|efficac|\breduc|\bréduit|\bcaus|\bbecause|thanks to|grâce à|\bdue to|proves?\b|prouve|"
    r"marche|\bburn|\bmelt|\bdissol|\bfond\b|successful|succès|result of|recommend",
    re.I,
)


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("key", [*CONCLUSIONS, "placebo.more", "placebo.overlaps", "placebo.fewer"])
def test_no_sentence_about_a_result_names_a_cause_or_praises(key, language):
    known = knowledge.current()
    told = known.texts_held[language][f"outcome.{key}"]
    assert not CAUSAL.search(told)
    if key in ("lower", "higher", "placebo.more", "placebo.fewer"):
        assert re.search(r"no comparison|no group|pas de groupe|aucun tirage", told)
    elif key.startswith("placebo") or key in ("nobody", "too_few", "share"):
        assert not re.search(r"\b(lower|higher|plus bas|plus haut)\b", told, re.I)
    else:
        assert not re.search(r"^(lower|higher|plus bas|plus haut)", told, re.I)


def graded(clinician: int | None, patient: int | None) -> tuple[Followed, Followed]:
    def one(after: int | None) -> Followed:
        return person(at(0, 3), *([] if after is None else [at(84, after)]))

    return one(clinician), one(patient)


def test_improved_means_on_both_scales_and_who_was_lost_counts_as_not_improved():
    trial = knowledge.current().trials["refine1_one_grade"]
    people = [graded(2, 2)] * 8 + [graded(2, 3)] * 2 + [graded(1, None)] * 3 + [graded(None, None)] * 2
    found, beside = beside_placebo(trial, people, today=TODAY, least=10)
    assert (found.improved, found.of, found.without) == (8, 15, 5)
    assert found.at_best == pytest.approx(13 / 15)
    assert beside == "more"
    assert beside_placebo(trial, people, today=TODAY, least=11)[1] is None
    assert (
        beside_placebo(trial, people, today=DAY + timedelta(days=140), least=1)[0].of == 10
    )  # five may still come


@pytest.mark.parametrize(("day", "counts"), [(55, False), (56, True), (140, True), (141, False)])
def test_what_counts_beside_a_trial_lies_around_its_time(day, counts):
    trial = knowledge.current().trials["refine1_one_grade"]
    both = tuple(person(at(0, 3), at(day, 2)) for _scale in range(2))
    assert (beside_placebo(trial, [both], today=TODAY, least=1)[0].improved == 1) == counts


@pytest.mark.parametrize(
    ("improved", "of", "said"), [(3, 10, "overlaps"), (5, 10, "overlaps"), (8, 10, "more"), (0, 60, "fewer")]
)
def test_beside_placebo_only_intervals_that_do_not_touch_are_apart(improved, of, said):
    """REFINE-1, placebo: 18.6 of 100 of 250 people; R: binom.test(46, 250), 0.138 to 0.238."""
    assert said_beside(improved, of, Arm(Decimal("18.6"), 250)) == said


def test_of_a_scale_a_share_is_told_and_no_mean():
    people = [person(at(0, 3), at(120, 2)) for _ in range(7)] + [
        person(at(0, 3), at(120, 3)) for _ in range(5)
    ]
    found = line(people, is_scale=True)
    assert (found.response.improved, found.response.of, found.change, found.conclusion) == (
        7,
        12,
        None,
        "share",
    )
    better = [person(at(120, 1), compares=True)] * 6 + [person(at(120, 0), compares=True)] * 6
    assert line(better, is_scale=True).response.improved == 6
