"""Red flags, Naranjo, WHO-UMC, expectation and rates, against what is published and against R."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wheal import knowledge
from wheal.events import causality, expected, flags, rates, seriousness

KNOWN = knowledge.current()
SIGNS = st.sets(st.sampled_from(sorted(KNOWN.signs)))


@pytest.mark.parametrize(
    ("kind", "warnings", "names", "urgency"),
    [
        ("bruising", [], [], "clinic"),
        ("nodule", [], ["lump"], "same_day"),
        ("abscess", [], ["discharge_or_abscess"], "doctor_now"),
        ("anaphylaxis", [], ["hives_or_faint"], "ambulance"),
        ("bruising", ["warning_crooked_smile"], ["crooked_smile"], "same_day"),
        ("nodule", ["warning_fever_with_nodules"], ["fever_with_lumps", "lump"], "doctor_now"),
        ("nerve_injury", ["warning_hives_or_faint"], ["hives_or_faint", "crooked_smile"], "ambulance"),
    ],
)
def test_a_kind_or_a_warning_sign_raises_its_red_flag_and_the_worst_comes_first(
    kind, warnings, names, urgency
):
    found = flags.raised(kind=kind, warnings=warnings, known=KNOWN)
    assert [flag.name for flag in found] == names
    assert flags.urgency_of(found) == urgency


def test_every_warning_sign_that_the_history_asks_for_is_a_red_flag():
    asked = KNOWN.questions["warning_signs"].codes
    assert all(flags.raised(kind="other", warnings=[code], known=KNOWN) for code in asked)


def test_every_red_flag_tells_patients_what_the_sheet_to_take_home_tells():
    told = {sign.aftercare for sign in KNOWN.signs.values() if sign.is_red_flag}
    assert told == {name for name, held in KNOWN.aftercare.items() if held.kind == "red_flag"}


BEGINS = {
    "ambulance": {"en": "Call an ambulance now ", "fr": "Appelez les secours immédiatement "},
    "doctor_now": {"en": "See a doctor now ", "fr": "Consultez immédiatement un médecin "},
    "same_day": {"en": "the same day ", "fr": "le jour même "},
}


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("name", sorted(name for name, sign in KNOWN.signs.items() if sign.is_red_flag))
def test_the_sheet_to_take_home_says_how_soon_as_its_sign_does(name, language):
    sign = KNOWN.signs[name]
    told = KNOWN.text(f"aftercare.{sign.aftercare}", language)
    assert [urgency for urgency, words in BEGINS.items() if words[language] in told] == [sign.urgency]


def test_a_warning_says_more_than_the_kind_alone():
    found = flags.raised(kind="suspected_infection", warnings=["warning_fever"], known=KNOWN)
    assert [flag.name for flag in found] == ["fever"]
    found = flags.raised(kind="suspected_infection", warnings=["warning_crooked_smile"], known=KNOWN)
    assert [flag.name for flag in found] == ["discharge_or_abscess", "crooked_smile"]


@given(SIGNS)
def test_what_a_patient_ticks_and_what_staff_then_record_raise_the_same_urgency_or_a_worse_one(names):
    ticked = flags.of_signs(names, KNOWN)
    recorded = flags.raised(
        kind=flags.kind_of(names, KNOWN), warnings=flags.warnings_of(names, KNOWN), signs=names, known=KNOWN
    )
    worst = flags.URGENCIES.index
    assert worst(flags.urgency_of(recorded)) <= worst(flags.urgency_of(ticked))


@given(SIGNS, SIGNS)
def test_one_sign_more_never_makes_it_less_urgent(some, more):
    worst = flags.URGENCIES.index
    before, after = (flags.urgency_of(flags.of_signs(names, KNOWN)) for names in (some, some | more))
    assert worst(after) <= worst(before)


def test_a_report_is_recorded_as_its_worst_sign_and_an_empty_one_as_something_else():
    assert flags.kind_of(["bruised", "discharge_or_abscess", "lump"], KNOWN) == "suspected_infection"
    assert flags.kind_of(["bruised", "lump"], KNOWN) == "nodule"
    assert flags.kind_of([], KNOWN) == flags.kind_of(["never heard of"], KNOWN) == "other"


def test_samples_are_named_once_and_in_the_order_in_which_they_are_taken():
    found = flags.raised(kind="nodule", warnings=["warning_fever_with_nodules"], known=KNOWN)
    assert [name for name, _sample in flags.samples_of(found, KNOWN)] == [
        "pus",
        "tissue",
        "laboratory",
        "keep_vials",
    ]
    assert [name for name, _sample in flags.samples_for(["device"], KNOWN)] == ["device", "water", "typing"]


# --- Naranjo 1981: the worked example of Table 1 in PMC6136411 (Ther Clin Risk Manag 2018) is 0+2+1+0+2+0+0+0+0+1 = 6

EXAMPLE = {
    "earlier_reports": "not_known", "after_it": "yes", "better_on_stopping": "yes", "other_causes": "no",
    "objective": "yes",
}  # fmt: skip


def test_the_published_example_is_probable():
    assert causality.score(EXAMPLE) == causality.Score(points=6, band="probable", answered=4)


def test_the_range_is_from_minus_four_to_thirteen():
    sums = [sum(pick(pair) for pair in causality.POINTS.values()) for pick in (max, min)]
    assert sums == [13, -4]


@pytest.mark.parametrize(
    ("points", "band"),
    [(9, "definite"), (8, "probable"), (5, "probable"), (4, "possible"), (1, "possible"), (0, "doubtful")],
)
def test_each_band_begins_where_it_is_published_to_begin(points, band):
    for answers in _all_answers():
        scored = causality.score(answers)
        if scored.points == points:
            assert scored.band == band
            return
    raise AssertionError(f"no answers give {points}")


def _all_answers():
    for answers in itertools.product(("yes", "no"), repeat=len(causality.POINTS)):
        yield dict(zip(causality.POINTS, answers, strict=True))


@given(st.dictionaries(st.sampled_from(sorted(causality.POINTS)), st.sampled_from(causality.ANSWERS)))
def test_what_is_not_known_gives_no_points(answers):
    without = {item: answer for item, answer in answers.items() if answer != "not_known"}
    assert causality.score(answers) == causality.score(without)


@pytest.mark.parametrize("answers", [{"after_it": "perhaps"}, {"invented": "yes"}])
def test_an_item_or_answer_that_the_scale_does_not_have_is_refused(answers):
    with pytest.raises(causality.UnknownAnswer):
        causality.score(answers)


# --- expectation


@pytest.mark.parametrize(
    ("kind", "given", "standing", "harms"),
    [
        ("bruising", ["deoxycholic_acid"], "label", ("deoxycholic_bruising",)),
        ("nodule", ["deoxycholic_acid"], "label", ("deoxycholic_nodule",)),
        ("nodule", ["lidocaine"], "published", ("mycobacterial_infection",)),
        ("abscess", ["deoxycholic_acid"], "published", ("mycobacterial_infection",)),
        ("bruising", ["lidocaine"], "not_listed", ()),
        ("other", ["deoxycholic_acid"], "not_known", ()),
        ("bruising", ["a substance not held"], "not_known", ()),
        ("bruising", [], "not_known", ()),
    ],
)
def test_only_what_a_label_of_something_given_lists_is_expected(kind, given, standing, harms):
    judged = expected.judge(kind, given, KNOWN)
    assert (judged.standing, judged.harms) == (standing, harms)


def test_serious_is_any_criterion_and_a_death_that_was_not_ticked_is_noticed():
    assert not seriousness.is_serious([])
    assert seriousness.is_serious(["hospital"])
    assert seriousness.contradictions(grade=5, course="fatal", criteria=[]) == ("death",)
    assert seriousness.contradictions(grade=4, course="better", criteria=["hospital"]) == (
        "life_threatening",
    )
    assert seriousness.contradictions(grade=3, course="better", criteria=[]) == ()


# --- rates: R's binom.test(3, 120)$conf.int, binom.test(1, 1000)$conf.int; 1 - 0.05^(1/n) for none


@pytest.mark.parametrize(
    ("seen", "of", "least", "most"),
    [
        (3, 120, 0.005189, 0.071278),
        (1, 1000, 0.0000253, 0.0055589),
        (0, 120, None, 0.0246554),
        (0, 1, None, 0.95),
    ],
)
def test_limits_are_exact_and_none_seen_tells_what_it_still_allows(seen, of, least, most):
    rate = rates.of_people(seen, of)
    assert rate.most == pytest.approx(most, rel=1e-3)
    assert rate.least is None if least is None else rate.least == pytest.approx(least, rel=1e-3)


@given(st.integers(1, 5000), st.data())
def test_the_share_lies_within_its_limits(of, data):
    rate = rates.of_people(data.draw(st.integers(0, of)), of)
    assert (rate.least or 0) <= rate.share <= rate.most <= 1


def test_where_nobody_was_treated_there_is_no_rate():
    assert rates.of_people(0, 0) is None
    with pytest.raises(ValueError, match="cannot be"):
        rates.of_people(2, 1)


@pytest.mark.parametrize(
    ("kind", "warnings", "signs", "also"),
    [
        ("redness", ["warning_discharge_or_abscess"], [], ("suspected_infection",)),
        ("allergic_reaction", [], ["hives_or_faint", "lump"], ("nodule",)),
        ("vascular_injury", ["warning_skin_white_or_open"], [], ()),  # explained by the kind
        ("abscess", ["warning_discharge_or_abscess"], ["red"], ()),
        ("bruising", [], ["bruised", "red"], ()),  # no red flags
    ],
)
def test_a_red_flag_told_with_another_kind_is_a_kind_of_its_own(kind, warnings, signs, also):
    assert flags.kinds_with(kind, warnings=warnings, signs=signs, known=KNOWN) == also


def test_a_lump_ticked_beside_something_worse_is_a_red_flag_still():
    signs = ["hives_or_faint", "lump", "red"]
    found = flags.raised(
        kind="allergic_reaction", warnings=flags.warnings_of(signs, KNOWN), signs=signs, known=KNOWN
    )
    assert [flag.name for flag in found] == ["hives_or_faint", "lump"]
