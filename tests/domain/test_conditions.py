from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wheal.conditions import ConditionError, Facts, compile, mentions

ALL_KNOWN = Facts(
    answers={"pregnant": False, "age_years": 42, "bmi": Decimal("31"), "sex": "female"},
    conditions=frozenset({"dysphagia"}),
    allergies=frozenset(),
    medications=frozenset({"warfarin", "aspirin"}),
    plan={"purpose": "fat", "area": "submental", "prepared_by": None},
    substances=frozenset({"lidocaine", "salt"}),
    members={"local_anaesthetic": frozenset({"lidocaine"})},
)


@pytest.mark.parametrize(
    ("table", "truth", "abouts"),
    [
        ({}, True, ()),
        ({"answer": "pregnant", "is": False}, True, ("pregnant",)),
        ({"answer": "pregnant", "is": True}, False, ()),
        ({"answer": "sex", "is": "female"}, True, ("sex",)),
        ({"answer": "age_years", "below": 18}, False, ()),
        ({"answer": "age_years", "at_least": 42, "at_most": 42}, True, ("age_years",)),
        ({"answer": "bmi", "above": 30}, True, ("bmi",)),
        ({"answer": "bmi", "above": 31}, False, ()),
        ({"condition": "dysphagia"}, True, ("dysphagia",)),
        ({"allergy": ["soy", "egg"]}, False, ()),
        ({"medication": ["warfarin", "aspirin", "heparin"]}, True, ("aspirin", "warfarin")),
        ({"plan": "purpose", "is": "fat"}, True, ()),
        ({"plan": "area", "in": ["face", "abdomen"]}, False, ()),
        ({"mix": "lidocaine"}, True, ("lidocaine",)),
        ({"mix": ["local_anaesthetic", "procaine"]}, True, ("lidocaine",)),
        ({"mix": "procaine"}, False, ()),
        ({"mix_only": ["lidocaine", "salt", "water"]}, True, ()),
        ({"mix_only": ["lidocaine"]}, False, ()),
        ({"mix_count": "products", "above": 1}, True, ()),
        ({"mix_count": "products", "above": 2}, False, ()),
        ({"not": {"condition": "epilepsy"}}, True, ()),
        ({"not": {"condition": "dysphagia"}}, False, ()),
        ({"all": [{"mix": "lidocaine"}, {"condition": "dysphagia"}]}, True, ("dysphagia",)),
        ({"any": [{"mix": "lidocaine"}, {"condition": "dysphagia"}]}, True, ("dysphagia",)),
        ({"any": [{"allergy": "soy"}, {"allergy": "egg"}]}, False, ()),
    ],
)
def test_a_condition_on_known_facts_is_true_or_false(table, truth, abouts):
    verdict = compile(table)(ALL_KNOWN)
    assert (verdict.truth, verdict.abouts, verdict.missing) == (truth, abouts, frozenset())
    assert verdict.about == (abouts[0] if abouts else None)


@pytest.mark.parametrize(
    ("table", "missing"),
    [
        ({"answer": "pregnant", "is": True}, {"pregnant"}),
        ({"answer": "bmi", "above": 40}, {"weight_kg", "height_cm"}),
        ({"condition": "dysphagia"}, {"conditions"}),
        ({"allergy": "soy"}, {"allergies"}),
        ({"medication": "warfarin"}, {"medications"}),
        ({"plan": "prepared_by", "is": "chairside"}, {"prepared_by"}),
        ({"not": {"condition": "dysphagia"}}, {"conditions"}),
        ({"all": [{"mix_only": []}, {"condition": "dysphagia"}]}, {"conditions"}),
        (
            {"any": [{"mix": "lidocaine"}, {"allergy": "soy"}, {"condition": "x"}]},
            {"allergies", "conditions"},
        ),
    ],
)
def test_what_is_not_known_is_asked_for_by_name(table, missing):
    verdict = compile(table)(Facts())
    assert (verdict.truth, verdict.missing) == (None, missing)


def test_only_the_missing_half_of_a_body_mass_index_is_asked_for():
    verdict = compile({"answer": "bmi", "above": 40})(Facts(answers={"weight_kg": Decimal(62)}))
    assert verdict.missing == {"height_cm"}


@pytest.mark.parametrize(
    ("table", "truth"),
    [
        ({"all": [{"condition": "x"}, {"mix": "procaine"}]}, False),
        ({"any": [{"condition": "x"}, {"mix_only": []}]}, True),
    ],
)
def test_one_known_fact_can_settle_what_another_leaves_open(table, truth):
    assert compile(table)(Facts()).truth is truth


@pytest.mark.parametrize(
    ("table", "complaint"),
    [
        ("pregnant", "is a table"),
        ({"sign": "x"}, "exactly one of"),
        ({"condition": "x", "allergy": "y"}, "exactly one of"),
        ({"condition": "x", "is": True}, "no place"),
        ({"condition": 3}, "neither a code"),
        ({"condition": ["x", 3]}, "neither a code"),
        ({"answer": "mood", "is": True}, "not an answer"),
        ({"answer": "pregnant"}, "needs either"),
        ({"answer": "age_years", "is": 3, "below": 4}, "needs either"),
        ({"answer": "age_years", "below": "18"}, "takes a number"),
        ({"answer": "age_years", "below": True}, "takes a number"),
        ({"plan": "colour", "is": "x"}, "no part"),
        ({"plan": "area"}, "needs either"),
        ({"plan": "area", "is": "x", "in": ["y"]}, "needs either"),
        ({"mix_count": "products"}, "needs one of"),
        ({"mix_count": "syringes", "above": 3}, "counts"),
        ({"all": []}, "list of conditions"),
        ({"any": {"condition": "x"}}, "list of conditions"),
        ({"not": [{"condition": "x"}]}, "is a table"),
        ({"any": [{"condition": "x"}, {"nonsense": 1}]}, "exactly one of"),
    ],
)
def test_a_table_that_is_no_condition_says_why(table, complaint):
    with pytest.raises(ConditionError, match=complaint):
        compile(table)


def test_every_code_is_mentioned_wherever_it_stands():
    table = {
        "all": [
            {"any": [{"condition": ["a", "b"]}, {"allergy": "c"}, {"medication": "d"}]},
            {"not": {"mix": "e"}},
            {"mix_only": ["f"]},
            {"plan": "area", "in": ["g"]},
            {"plan": "purpose", "is": "h"},
            {"answer": "pregnant", "is": True},
        ]
    }
    assert {mention.code or mention.name for mention in mentions(table)} == set("abcdefgh") | {"pregnant"}


codes = st.sampled_from(["a", "b", "c"])
leaves = st.one_of(
    st.builds(
        lambda head, code: {head: code}, st.sampled_from(["condition", "allergy", "medication"]), codes
    ),
    st.just({"answer": "pregnant", "is": True}),
    st.builds(lambda bound: {"answer": "age_years", "below": bound}, st.integers(0, 100)),
    st.builds(lambda code: {"mix": code}, codes),
)
tables = st.recursive(
    leaves,
    lambda below: st.one_of(
        st.builds(lambda child: {"not": child}, below),
        st.builds(
            lambda head, children: {head: children},
            st.sampled_from(["all", "any"]),
            st.lists(below, min_size=1, max_size=3),
        ),
    ),
    max_leaves=8,
)
known_sets = st.frozensets(codes)


def _facts(pregnant, age, conditions, allergies, medications, mix):
    answers = {"pregnant": pregnant, "age_years": age}
    return Facts(answers, conditions, allergies, medications, {}, mix)


whole = st.builds(_facts, st.booleans(), st.integers(0, 100), known_sets, known_sets, known_sets, known_sets)


@given(tables, whole, st.sets(st.sampled_from(["answers", "conditions", "allergies", "medications"])))
def test_learning_a_fact_never_turns_a_settled_answer(table, facts, forgotten):
    """Forget some facts: whatever could still be decided is decided the same by the whole of them."""
    less = Facts(
        answers={} if "answers" in forgotten else facts.answers,
        conditions=None if "conditions" in forgotten else facts.conditions,
        allergies=None if "allergies" in forgotten else facts.allergies,
        medications=None if "medications" in forgotten else facts.medications,
        substances=facts.substances,
    )
    before, after = compile(table)(less), compile(table)(facts)
    assert before.truth in (None, after.truth)
    assert (before.truth is None) == bool(before.missing)
    assert after.truth is not None


@given(tables, tables, whole)
def test_the_order_of_a_list_changes_no_truth(one, other, facts):
    for head in ("all", "any"):
        assert compile({head: [one, other]})(facts).truth == compile({head: [other, one]})(facts).truth


@given(tables, whole)
def test_not_not_is_nothing(table, facts):
    assert compile({"not": {"not": table}})(facts).truth == compile(table)(facts).truth
