"""The picture by clinic stays legible however many clinics count."""

from __future__ import annotations

from itertools import pairwise
from math import comb, exp, log, log1p
from time import process_time

from wheal import knowledge
from wheal.clinic.registry import pictures
from wheal.measures.answers import LEAST, funnel, limits
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


def _limit(share: float, of: int, tail: float) -> float:
    """By the chances themselves, with whole numbers of ways."""
    total = 0.0
    for count in range(of + 1):
        total += comb(of, count) * share**count * (1 - share) ** (of - count)
        if total >= tail:
            return count / of
    return 1.0


def test_the_lines_are_the_limits_of_every_size_and_not_of_those_that_there_are_alone():
    """Between a clinic of 9 and one of 172 the lines had been straight: at 60 people 8 of 100 lay within the
    dashed ones, where the limit is 2 of 60."""
    counts = [Count(("small",), 9, 0), Count(("large",), 172, 1), Count(("usual",), 172, 2)]
    drawn = pictures.funnel(funnel(ASKED, counts), "")
    assert drawn is not None
    share = 3 / 353
    for line, tail in zip([*drawn.inner, *drawn.outer], (0.025, 0.975, 0.001, 0.999), strict=True):
        points = [tuple(map(int, point.split(","))) for point in line.split()]
        assert len(points) >= 80
        for x, y in points:
            of = round(x * drawn.largest / pictures.WIDTH)
            at = pictures.HEIGHT * (1 - _limit(share, of, tail) / drawn.most)
            assert abs(y - at) <= 1, (of, tail)
        sizes = sorted(round(x * drawn.largest / pictures.WIDTH) for x, _y in points)
        assert (sizes[0], sizes[-1]) in ((LEAST, 172), (LEAST + 1, 172))
        assert max(there - here for here, there in pairwise(sizes)) <= 2


def test_limits_of_large_clinics_are_those_of_the_whole_sum():
    for share, of in ((0.5, 1_000), (0.01, 30_000), (0.9, 2_000)):
        inner, outer = limits(share, of)
        whole = [_exact(share, of, tail) for tail in (0.025, 0.975, 0.001, 0.999)]
        assert [each * of for each in (*inner, *outer)] == whole


def _exact(share: float, of: int, tail: float) -> int:
    """Step by step from none, with nothing left out."""
    log_now, total = of * log1p(-share), 0.0
    for count in range(of + 1):
        total += exp(log_now)
        if total >= tail:
            return count
        log_now += log((of - count) / (count + 1) * share / (1 - share))
    return of
