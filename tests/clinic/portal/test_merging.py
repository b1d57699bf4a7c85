"""Answers from home beside those of the clinic: what is new comes in, what differs waits for a choice."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from wheal import knowledge
from wheal.clinic.patients.answers import is_known
from wheal.clinic.portal.merging import Undecided, compared, merged

KNOWN = knowledge.current()
ANSWER = some.one_of(some.none(), some.booleans(), some.just([]), some.just(["warfarin"]), some.just("62"))
ANSWERS = some.dictionaries(some.sampled_from(["weight", "pregnant", "blood_thinners"]), ANSWER)


def test_only_what_the_patient_answered_comes_in_and_the_rest_stays():
    held, own = {"weight": "62", "pregnant": None}, {"height": "168", "pregnant": False}
    assert merged(own, held, {}, KNOWN) == {"weight": "62", "height": "168", "pregnant": False}


def test_a_denied_blood_thinner_replaces_nothing_until_somebody_chooses():
    held, own = {"blood_thinners": ["warfarin"]}, {"blood_thinners": []}
    with pytest.raises(Undecided) as refused:
        merged(own, held, {}, KNOWN)
    assert refused.value.about == ("blood_thinners",)
    assert merged(own, held, {"blood_thinners": "clinic"}, KNOWN) == held
    assert merged(own, held, {"blood_thinners": "patient"}, KNOWN) == own


def test_not_known_from_home_never_wipes_out_what_the_clinic_knows():
    with pytest.raises(Undecided):
        merged({"pregnant": None}, {"pregnant": True}, {}, KNOWN)


@given(ANSWERS, ANSWERS)
def test_kept_for_the_clinic_nothing_known_of_it_is_ever_lost(own, held):
    chosen = {row.question: "clinic" for row in compared(own, held, KNOWN) if row.differs}
    after = merged(own, held, chosen, KNOWN)
    assert all(after[name] == answer for name, answer in held.items() if is_known(answer))
    assert set(after) == set(own) | set(held)
