"""Shares of people: the exact interval against other people's figures, and how it is told."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wheal import frequencies, knowledge
from wheal.knowledge.records import Count
from wheal.proportions import at_most, exact_count, exact_interval


@pytest.mark.parametrize(
    ("count", "of", "least", "most"),
    [
        (682, 925, 0.7076683, 0.7654066),  # the example of R's own help page of binom.test
        (5, 10, 0.187086, 0.812914),  # the others: scipy.stats.binomtest, method "exact"
        (1, 10, 0.0025286, 0.4450161),
        (369, 513, 0.6782512, 0.7577969),
        (354, 506, 0.6575892, 0.7392697),
        (16, 105, 0.0896813, 0.2356314),
        (17, 77, 0.1341889, 0.3297857),
        (317, 10581, 0.0267938, 0.033387),
        (95, 496245, 0.0001549, 0.000234),
    ],
)
def test_the_interval_is_the_one_that_others_publish(count, of, least, most):
    assert exact_interval(count, of) == pytest.approx((least, most), abs=1e-7)


@pytest.mark.parametrize("of", [1, 10, 120, 10_000])
def test_of_none_and_of_all_one_side_is_known_in_closed_form(of):
    """None of n: the greatest share p has (1 - p) to the n = 2.5 %. None of 120 allows for 3.03 of 100."""
    assert exact_interval(0, of) == pytest.approx((0, 1 - 0.025 ** (1 / of)), abs=1e-9)
    assert exact_interval(of, of) == pytest.approx((0.025 ** (1 / of), 1), abs=1e-9)


@pytest.mark.parametrize(("of", "most"), [(10, 0.258865551), (120, 0.0246554011), (17376, 0.000172391462)])
def test_zero_events_allow_for_as_much_as_r_says_one_sided(of, most):
    """R: binom.test(0, n, alternative = "less"). None of 120: at most 2.5 %."""
    assert at_most(0, of) == pytest.approx(most, rel=1e-7)
    assert at_most(0, of) == pytest.approx(1 - 0.05 ** (1 / of), rel=1e-9)


@pytest.mark.parametrize(
    ("count", "least", "most"),
    [
        (0, 0.0, 3.68887945), (1, 0.025317808, 5.571643391), (2, 0.242209279, 7.224687668),
        (3, 0.618672123, 8.767273070), (10, 4.7953887, 18.3903560), (42, 30.2699057, 56.7717988),
        (100, 81.3639913, 121.6267938), (1000, 938.973018, 1063.952136),
    ],
)  # fmt: skip
def test_the_interval_of_a_count_is_that_of_r_poisson_test(count, least, most):
    assert exact_count(count) == pytest.approx((least, most), rel=1e-7, abs=1e-9)


@settings(deadline=None)
@given(st.integers(0, 400))
def test_a_count_lies_in_its_interval_and_more_events_move_both_ends_up(count):
    least, most = exact_count(count)
    assert least <= count <= most
    assert exact_count(count + 1) > (least, most)


@settings(deadline=None)
@given(st.integers(0, 200), st.integers(1, 800))
def test_more_people_without_an_event_allow_for_less_and_more_events_for_more(count, more):
    of = count + more
    assert at_most(count, of + 1) < at_most(count, of)
    assert at_most(count, of) < at_most(count + 1, of)
    assert at_most(count, of) <= exact_interval(count, of)[1]


def test_what_cannot_be_counted_has_no_bound():
    for ask in (lambda: at_most(1, 0), lambda: at_most(-1, 5), lambda: exact_count(-1)):
        with pytest.raises(ValueError, match="cannot be"):
            ask()


@given(st.integers(1, 3000).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_the_share_itself_lies_within_and_the_two_sides_mirror_each_other(pair):
    count, of = pair
    least, most = exact_interval(count, of)
    assert 0 <= least <= count / of <= most <= 1
    assert exact_interval(of - count, of) == pytest.approx((1 - most, 1 - least), abs=1e-9)


@pytest.mark.parametrize(("count", "of"), [(-1, 10), (11, 10), (0, 0)])
def test_what_cannot_be_counted_has_no_interval(count, of):
    with pytest.raises(ValueError, match="cannot be"):
        exact_interval(count, of)


@pytest.fixture(scope="module")
def known() -> knowledge.Knowledge:
    return knowledge.current()


@pytest.mark.parametrize(
    ("counted", "english", "french"),
    [
        (Count(16, 105), "16 of 105 (15 of 100, between 9 and 24)", "16 sur 105 (15 sur 100, entre 9 et 24)"),
        (
            Count(95, 496245),
            "95 of 496,245 (19 of 100,000, between 15 and 23)",
            "95 sur 496\u202f245 (19 sur 100\u202f000, entre 15 et 23)",
        ),
        (Count(0, 120), "0 of 120 (0 of 100, between 0 and 3)", "0 sur 120 (0 sur 100, entre 0 et 3)"),
    ],
)
def test_a_count_is_told_out_of_a_round_number_of_people(known, counted, english, french):
    assert frequencies.of_count(counted, "en", known) == english
    assert frequencies.of_count(counted, "fr", known) == french


@pytest.mark.parametrize(
    ("count", "of", "english", "french"),
    [
        (0, 120, "0 of 120: at most 2.5%", "0 sur 120 : au plus 2,5 %"),
        (0, 1, "0 of 1: at most 95%", "0 sur 1 : au plus 95 %"),
        (0, 17376, "0 of 17,376: at most 0.018%", "0 sur 17 376 : au plus 0,018 %"),
        (3, 120, "3 of 120: 2.5% (between 0.51% and 7.2%)", "3 sur 120 : 2,5 % (entre 0,51 % et 7,2 %)"),
        (16, 105, "16 of 105: 15% (between 8.9% and 24%)", "16 sur 105 : 15 % (entre 8,9 % et 24 %)"),
        (7, 7, "7 of 7: 100% (between 59% and 100%)", "7 sur 7 : 100 % (entre 59 % et 100 %)"),
    ],
)  # fmt: skip
def test_what_a_clinic_counted_is_told_with_its_interval_and_zero_with_its_bound(
    known, count, of, english, french
):
    assert frequencies.of_observed(count, of, "en", known) == english
    assert frequencies.of_observed(count, of, "fr", known) == french


def test_what_may_happen_is_never_rounded_down_to_nobody():
    assert frequencies.interval_of_100(Decimal(1), 506) == (Decimal("0.1"), Decimal("2.8"))
    assert frequencies.interval_of_100(Decimal("13.3"), 165) == (9, 19)


def test_a_rounded_percentage_claims_no_more_than_it_can():
    assert frequencies.interval_of_100(Decimal(3), 10_581) == (2, 4)
    assert frequencies.interval_of_100(Decimal(100), 4) == (40, 100)  # 4 of 4 alone is printed so


def test_the_sheet_to_take_home_tells_the_frequency_of_the_harms_it_names(known):
    told = frequencies.of_aftercare("expect_swelling", known.aftercare["expect_swelling"], "en", known)
    assert told.startswith("Swelling is usual. 87 of 100 people (between 83 and 90), 43 of 100 with placebo")


def test_every_figure_out_of_100_is_told_with_its_interval_in_every_language(known):
    for name, harm in known.harms.items():
        for language, between in (("en", "between"), ("fr", "entre")):
            told = frequencies.of_harm(name, harm, language, known)
            assert "{" not in told
            if harm.of_100 is not None:
                assert told.count(between) == 1 + (harm.of_100_comparison is not None), told


def test_a_figure_without_the_number_that_was_counted_is_refused(tmp_path):
    (tmp_path / "events").mkdir()
    (tmp_path / "events" / "hiccups.toml").write_text(
        'substances = []\nsources = ["kybella_ae"]\norder = 1\nof_100 = 12\nof_100_comparison = 3\nof_comparison = 0\n'
    )
    with pytest.raises(knowledge.KnowledgeError) as refused:
        knowledge.load(extra=tmp_path)
    told = str(refused.value)
    assert "of: a figure out of 100 and the number of those who were counted go together" in told
    assert "of_comparison: nobody was counted" in told


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize(
    ("substance", "purpose", "trials"),
    [
        ("deoxycholic_acid", "fat", ("refine1_one_grade", "refine2_one_grade")),
        ("collagenase_cch", "skin", ("release1_one_level", "release2_one_level")),
    ],
)
def test_what_a_consent_says_of_trials_is_what_the_trials_hold_in_whole_people_with_intervals(
    substance, purpose, trials, language
):
    known = knowledge.current()
    words = known.text(f"evidence.{substance}.{purpose}", language)
    between = {"en": "between {} and {}", "fr": "entre {} et {}"}[language]
    for group in (
        side for name in trials for side in (known.trials[name].treated, known.trials[name].placebo)
    ):
        assert between.format(*frequencies.interval_of_100(group.of_100, group.of)) in words
        assert f"{round(group.of_100)}" in words
