"""The picture by clinic stays legible however many clinics count."""

from __future__ import annotations

from time import process_time

from wheal import knowledge
from wheal.clinic.registry import pictures
from wheal.measures.answers import funnel
from wheal.measures.counting import Count

ASKED = knowledge.current().measures["infection_by_clinic"]


def test_of_thousands_of_clinics_ones_own_and_those_outside_are_drawn_and_the_limits_are_reckoned_once():
    counts = [Count((f"c{at}",), 300 + at % 900, 5 + at % 3) for at in range(4_500)]
    counts += [Count(("own",), 400, 6), Count(("high",), 400, 40)]
    funnel(ASKED, counts, "own")
    began = process_time()
    places = funnel(ASKED, counts, "own")
    assert process_time() - began < 1
    drawn = pictures.funnel(places, "own")
    assert drawn is not None
    outside = [place.clinic for place in places if place.is_outside]
    assert "high" in outside
    assert [dot.is_own for dot in drawn.dots].count(True) == 1
    assert len(drawn.dots) == len({"own", *outside})
    assert drawn.left_out == len(places) - len(drawn.dots) > 4_000
    assert len(drawn.outer[1].split()) <= pictures.MANY


def test_of_a_few_clinics_each_is_drawn():
    counts = [Count((f"c{at}",), 300, 6) for at in range(20)]
    drawn = pictures.funnel(funnel(ASKED, counts), "")
    assert drawn is not None
    assert (len(drawn.dots), drawn.left_out) == (20, 0)
