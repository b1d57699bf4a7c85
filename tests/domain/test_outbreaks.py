"""Published outbreaks drawn again: what was published is held to, and the watch alarms at the second to fifth case."""

from __future__ import annotations

import json
import random
from datetime import timedelta
from pathlib import Path

import pytest
from bench import outbreaks
from bench.redrawn import PROMPT, Drawn, Outbreak, drawn, published

from wheal import knowledge
from wheal.surveillance import answer_line

TOLD = (Path(__file__).parents[2] / "docs" / "explanation" / "outbreaks.md").read_text(encoding="utf-8")
ALL = published()
SINGLE = [one for one in ALL if not one.across]


def again(one: Outbreak, seed: int = 1) -> Drawn:
    return drawn(one, random.Random(seed))


@pytest.mark.parametrize("one", SINGLE, ids=lambda one: one.id)
def test_a_drawing_holds_to_what_was_published(one):
    made = again(one)
    linked = made.stream.linked
    assert len(linked) == len({event.patient for event in linked}) == len(made.infected) == one.cases
    met = {
        s.patient for s in made.stream.sessions if made.stream.source in s.exposures and s.day >= made.begins
    }
    if one.exposed and one.cause:
        assert set(made.infected) <= met
    if one.begins and one.ends:
        assert all(one.begins <= day <= one.ends for day in made.infected.values())
    for event in linked:
        waited = event.onset - made.infected[event.patient]
        if one.incubation:
            least, _middle, most = one.incubation
            assert timedelta(days=least) <= waited <= timedelta(days=most)
        if one.onsets:
            assert one.onsets[0] <= event.onset <= one.onsets[1]
        assert 1 <= (event.day - event.onset).days <= PROMPT


def test_the_same_seed_draws_the_same_and_another_does_not():
    one = SINGLE[0]
    assert again(one).stream == again(one).stream != again(one, seed=2).stream


def test_most_are_alarmed_by_the_fourth_case_and_while_people_are_still_being_infected():
    """One drawing of each; `python -m bench outbreaks` makes twenty-five."""
    found = [outbreaks.answers(one, PROMPT, 1)[0] for one in SINGLE if one.cases > 1]
    alarmed = [answer for answer in found if answer]
    assert len(alarmed) >= len(found) - 1
    assert sum(answer.at_case <= 4 for answer in alarmed) >= len(found) * 2 // 3
    assert sum(answer.later for answer in alarmed) > 300


def test_a_product_in_many_clinics_is_seen_on_their_counts():
    for one in ALL:
        if one.id in ("mexico_2019", "nayarit_2018"):
            (answer,) = outbreaks.answers(one, PROMPT, 1)
            assert answer is not None
            assert answer.at_case < one.cases


def test_a_drawing_goes_through_the_command():
    line = next(outbreaks.scenarios())
    said = json.loads(answer_line(line, frozenset(knowledge.current().vocabulary.event_kinds)))
    assert said["scenario"] == SINGLE[0].id
    assert "alarm" in {notice["level"] for notice in said["alarms"]}


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.id)
def test_each_is_told_with_its_source(one):
    assert f"| {one.told} [{one.source}] |" in TOLD
