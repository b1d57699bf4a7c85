"""Whether what a registry tells may be shown: within bounds, small numbers hidden, and no words but codes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from math import isfinite
from typing import Final

from wheal.clinic.registry.benchmark import Answers, NotSound, Now, Told, known_alone
from wheal.clinic.registry.pictures import Funnel
from wheal.clinic.registry.showing import Shown, compares
from wheal.knowledge import Knowledge
from wheal.knowledge.measuring import Measure
from wheal.measures.allowed import lot_code, product_code
from wheal.measures.answers import LEAST, Delay, Figures, at_least
from wheal.measures.letters import NAME
from wheal.measures.standing import Standing
from wheal.surveillance.across import LEAST_CLINICS, Found

MOST: Final = 1_000_000_000
MOST_DAYS: Final = 40_000
MOST_GROUPS: Final = 200_000
FIRST: Final = date(2000, 1, 1)
_TAG: Final = re.compile(r"[0-9a-f]{64}")
_CODE: Final = re.compile(r"[a-z][a-z0-9_]{0,59}")
_MONTH: Final = re.compile(r"[12]\d{3}-(0[1-9]|1[0-2])")
_VERSION: Final = re.compile(r"[0-9A-Za-z.+_-]{1,60}")
_POINTS: Final = re.compile(r"-?\d{1,9},-?\d{1,9}( -?\d{1,9},-?\d{1,9})*")
_FAR: Final = 1_000_000_000  # of a mark above the picture: the limits of one person are far out of it


def _is_code(word: str) -> bool:
    return bool(_CODE.fullmatch(word))


def _are_codes(words: str) -> bool:
    return all(map(_is_code, words.split("+")))


NAMED: Final[Mapping[str, Callable[[str], bool]]] = {
    "clinic": lambda name: bool(NAME.fullmatch(name)),
    "product": lambda code: bool(code) and product_code(code) == code,
    "lot": lambda lot: bool(lot) and lot_code(lot) == lot,
}
"""By column of a measure, what its groups may be called; any other column names codes, of several at once with a plus
between them, as the substances of a product. A code that this knowledge does not have is shown as it is."""


def sound(told: Told, name: str, known: Knowledge, on: date) -> Told:
    """The same, without measures that this knowledge asks otherwise or not at all. `on`: today. Raises NotSound."""
    wrong = next(_wrong(told, name, known, on), None)
    if wrong:
        raise NotSound(wrong)
    return Told(told.tag, told.now, known_alone(told.answers, known) if told.answers else None)


def _wrong(told: Told, name: str, known: Knowledge, on: date) -> Iterator[str]:
    latest = on + timedelta(days=1)  # the registry's clock may be in another zone
    if not _TAG.fullmatch(told.tag):
        yield "tag: it is no SHA-256"
    yield from _of_now(told.now, latest)
    if told.answers:
        yield from _of_answers(told.answers, name, known, latest)


def _of_now(now: Now, latest: date) -> Iterator[str]:
    if not _all_within((now.clinics, now.sessions)):
        yield "now: a number that cannot be"
    if now.months and not (all(map(_MONTH.fullmatch, now.months)) and now.months[0] <= now.months[1]):
        yield "now.months: they are no months"
    if now.watched and not FIRST <= now.watched <= latest:
        yield "now.watched: a day that cannot be"
    if len(now.older) > MOST_GROUPS or not all(map(_is_code, now.older)):
        yield "now.older: they are no codes"


def _of_answers(answers: Answers, name: str, known: Knowledge, latest: date) -> Iterator[str]:
    if answers.clinic != name:
        yield "clinic: it is about another clinic"
    yield from _of_asked(answers)
    for code, shown in known_alone(answers, known).measures.items():
        for words in _of_measure(known.measures[code], shown, name, latest):
            yield f"{code}: {words}"
    for words in filter(None, (_of_found(found, latest) for found in answers.found)):
        yield f"found: {words}"


def _of_asked(answers: Answers) -> Iterator[str]:
    if not _VERSION.fullmatch(answers.knowledge):
        yield "knowledge: it is no version"
    if answers.measures.keys() != answers.asked.keys():
        yield "asked: it does not say of each measure what it asks"
    if not all(map(_is_code, answers.asked)) or not all(map(_TAG.fullmatch, answers.asked.values())):
        yield "asked: they are no codes with their digests"


def _of_measure(measure: Measure, shown: Shown, name: str, latest: date) -> Iterator[str]:
    if not FIRST <= shown.on <= latest:
        yield "a day that cannot be"
    if not 0 <= shown.hidden <= MOST or len(shown.groups) + len(shown.delays) > MOST_GROUPS:
        yield "too many groups"
    if shown.groups if measure.shape == "delay" else shown.delays:
        yield "it is of another shape"
    yield from _of_groups(measure, [one.group for one in (*shown.groups, *shown.delays)])
    yield from filter(None, map(_of_figures, shown.groups))
    yield from filter(None, map(_of_delay, shown.delays))
    if bool(shown.standing) != compares(measure) or (shown.picture and not shown.standing):
        yield "how the clinic stands is told where it is not asked, or is not told"
    if shown.standing:
        yield from _of_standing(shown.standing, name)
    if shown.picture and not _is_picture(shown.picture):
        yield "a picture that cannot be"


def _of_groups(measure: Measure, groups: list[tuple[str, ...]]) -> Iterator[str]:
    if len(set(groups)) != len(groups):
        yield "a group is told twice"
    named = [NAMED.get(column, _are_codes) for column in measure.by]
    for group in groups:
        if len(group) != len(named):
            yield "a group is not of its columns"
        elif not all(is_named(part) for is_named, part in zip(named, group, strict=True)):
            yield "a group is called by what is no code"


def _of_figures(told: Figures) -> str:
    """A line as it may be shown: nobody in it is one of fewer than five."""
    numbers = (told.of, told.counted, told.lost, told.times, told.waiting, told.so_far, told.unjudged)
    if not _all_within(number for number in numbers if number is not None):
        return "a number that cannot be"
    few = (told.of, told.counted, told.lost, told.waiting, told.so_far, told.unjudged)
    if any(number is not None and 0 < number < LEAST for number in few):
        return "a small number is not hidden"
    waiting = at_least(told.waiting)
    if told.of + (LEAST - 1 if told.waiting is None else waiting) < LEAST:
        return "a group of fewer than five people is not hidden"
    return "" if _adds_up(told, told.of + waiting) else "more are counted than there are"


def _adds_up(told: Figures, people: int) -> bool:
    return (
        at_least(told.counted) <= told.of
        and at_least(told.so_far) <= at_least(told.waiting)
        and max(at_least(told.lost), at_least(told.unjudged)) <= people
    )


def _of_delay(told: Delay) -> str:
    if not LEAST <= told.alarms <= MOST:
        return "fewer than five alarms are not hidden"
    return "" if 0 <= told.median <= told.nine_in_ten <= MOST_DAYS else "days that cannot be"


def _of_standing(told: Standing, name: str) -> Iterator[str]:
    if told.its and not _is_own(told.its, name):
        yield "what is said of the clinic itself cannot be"
    if told.of_all and (words := _of_figures(told.of_all)):
        yield f"of all together: {words}"
    if told.of_all and told.of_all.group:
        yield "of all together: it is of one group"
    if not _all_within((told.clinics, len(told.outside))) or len(told.outside) > told.clinics:
        yield "more clinics lie outside than there are"
    for outside in told.outside:
        if not NAME.fullmatch(outside.clinic) or outside.side not in ("above", "below"):
            yield "a clinic outside the limits is not named, or not outside"


def _is_own(its: Figures, name: str) -> bool:
    """Exact, however few."""
    is_whole = its.group == (name,) and _all_within((its.of, *its[2:]))
    return is_whole and _adds_up(its, its.of + (its.waiting or 0))


def _is_picture(told: Funnel) -> bool:
    marks = [(dot.x, dot.y, dot.top) for dot in told.dots]
    return (
        all(0 <= x <= 1_000 and max(abs(y), abs(top)) <= _FAR for x, y, top in marks)
        and sum(dot.is_own for dot in told.dots) <= 1
        and all(len(line) == 2 and all(map(_is_line, line)) for line in (told.inner, told.outer))
        and isfinite(told.most)
        and 0 < told.most <= 2
        and abs(told.overall) <= _FAR
        and _all_within((told.largest, told.left_out))
    )


def _is_line(points: str) -> bool:
    return not points or bool(_POINTS.fullmatch(points))


def _of_found(found: Found, latest: date) -> str:
    if product_code(found.product) != found.product or not found.product:
        return "it names no product"
    if (
        not _all_within((found.events, found.clinics, found.treated, found.set_aside))
        or found.events > found.treated
    ):
        return "a number that cannot be"
    if found.clinics < LEAST_CLINICS:
        return "fewer clinics than may be told of"
    if not FIRST <= found.since <= latest:
        return "a day that cannot be"
    known = isfinite(found.expected) and isfinite(found.p)
    return "" if known and found.expected >= 0 and found.p >= 0 else "a chance that cannot be"


def _all_within(numbers: Iterable[int | None]) -> bool:
    return all(number is not None and 0 <= number <= MOST for number in numbers)
