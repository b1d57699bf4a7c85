"""A measure as a table, for a spreadsheet: with the same things hidden as on the page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TypeVar

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.utils.translation import pgettext as _p

from wheal.clinic.registry.copies import Copy
from wheal.clinic.registry.showing import Shown as Held
from wheal.clinic.registry.templatetags.registry import words
from wheal.clinic.safety import across
from wheal.knowledge.measuring import Measure
from wheal.measures import answers
from wheal.measures.answers import Line
from wheal.measures.releasing import Told

MOST = 40
"""Lines shown on a page; the table for a spreadsheet has all."""
ITSELF = ("clinic", "lot")
"""Columns whose codes have no word."""
Shown = TypeVar("Shown", Line, Told)


def products(measure: Measure, held: Held) -> dict[str, str]:
    """How what is counted by GTIN is called in this server's stock: free words of clinics, so never for everybody."""
    if "product" not in measure.by:
        return {}
    at = measure.by.index("product")
    codes = {one.group[at] for one in held.groups}
    return {code: name for code, name in across.names(codes).items() if code in codes and name != code}


def most_first(lines: Sequence[Shown]) -> list[Shown]:
    """Those whose harm may least be waved away: by the lower end of the interval, or by that of what was seen so far
    among those who wait, then by the upper."""
    return sorted(lines, key=lambda line: (-max(line.low, line.least_so_far), -line.high, line.group))


def whole(
    measure: Measure, held: Held, as_of: date | None, said: Sequence[str] = ()
) -> Iterator[list[object]]:
    """The table and, below an empty line, what must be known of it. `as_of`: the day of an answer that stands though
    months have come or gone since. `said`: where it is from, of what was counted elsewhere."""
    yield from of(measure, held)
    yield []
    yield from ([line] for line in said)
    if as_of:
        yield [
            _(
                "As counted on %(day)s. Since then months have come, were corrected, or went with a clinic that left;"
                " they are in it from tonight on."
            )
            % {"day": date_format(as_of)}
        ]
    for line in _of_delays(held) if measure.shape == "delay" else _caveats(measure, held):
        yield [line]


def from_where(copy: Copy, code: str, held: Held) -> Iterator[str]:
    """Of what another registry told."""
    came = timezone.localtime(copy.came_at) if copy.came_at else None
    said = {"place": copy.address, "day": date_format(held.on), "told": date_format(came)}
    yield (
        _("Counted by the registry at %(place)s on %(day)s (UTC), as it told this clinic on %(told)s.") % said
    )
    if copy.told and code in copy.told.now.older:
        yield _("Months that came or went there since are in its next count.")
    if copy.is_old or copy.problem:
        yield _(
            "This may be old: when it was last asked, that registry told nothing, or it was not asked since."
        )


def _of_delays(held: Held) -> Iterator[str]:
    yield _(
        "Only alarms of the watch are counted. What nobody recorded raised none, and how long it took is not known."
    )
    if held.leaves_out:
        yield _("Causes with fewer than five alarms are not told.")


def _caveats(measure: Measure, held: Held) -> Iterator[str]:
    yield _(
        "Only what clinics recorded is counted. What nobody recorded is missing here too: the true share may be higher."
    )
    hidden = held.hidden
    yield ngettext(
        "%(number)s group is not shown: too few people, or it would give another away.",
        "%(number)s groups are not shown: too few people, or they would give others away.",
        hidden,
    ) % {"number": hidden}
    yield _("Exact intervals (Clopper and Pearson) from “From” to “To”, 95 in 100. Of a count of none “At most” is the "
            "share that it still allows, one-sided.")  # fmt: skip
    if measure.lost_may_count:
        yield _("The upper end counts all who were not measured.")
    yield _(
        "Small counts can often be reckoned from other lines, other measures or a sum: hiding them keeps a glance from"
        " telling of somebody, and no more. These figures are for those who keep them in confidence; what may be"
        " passed on is the page for everybody."
    )


def of(measure: Measure, held: Held) -> Iterator[list[object]]:
    called = products(measure, held)
    headings = [heading for column in measure.by for heading in _headings(column)]
    if measure.shape == "delay":
        yield [*headings, _("Alarms"), _("Half of them within, days"), _("Nine in ten within, days")]
        for row in held.delays:
            yield [*_cells(measure, row.group, called), row.alarms, row.median, row.nine_in_ten]
        return
    yield [
        *headings,
        _("Of"),
        _("Counted"),
        _("Share"),
        _p("of an interval", "From"),
        _("To"),
        _("At most"),
        _("Lost"),
        _("Sessions"),
        *(beside := _beside(measure)),
    ]
    few = _("fewer than %(least)s") % {"least": answers.LEAST}
    for line in most_first(held.answer.lines):
        count = few if line.count is None else line.count
        lost = few if line.lost is None else line.lost
        yield [
            *_cells(measure, line.group, called),
            line.of,
            count,
            _exactly(line.share),
            _exactly(line.low if line.of else None),
            _exactly(line.high if line.of else None),
            _exactly(line.bound),
            lost if measure.lost else None,
            line.times if beside else None,
            *(
                few if number is None else number
                for number in (line.waiting, line.so_far, line.unjudged)
                if beside
            ),
        ]


def _exactly(share: float | None) -> Decimal | None:
    """With the decimal mark of whoever reads it."""
    return None if share is None else Decimal(str(share))


def _headings(column: str) -> list[str]:
    """Of the code, as programs read it, and beside it of the word, where it has one."""
    word = {
        "area": _("Area"),
        "cause": _("Cause that was suspected"),
        "clinic": _("Clinic"),
        "lot": _("Lot"),
        "product": _("Product"),
        "protocol": _("Substances"),
        "purpose": _("Purpose"),
        "substance": _("Substances"),
        "technique": _("Technique"),
    }.get(column, column)
    if column == "product":
        return ["GTIN", word]
    return [word] if column in ITSELF else [_("%(heading)s, code") % {"heading": word}, word]


def _cells(measure: Measure, group: Sequence[str], called: Mapping[str, str]) -> Iterator[str]:
    for column, code in zip(measure.by, group, strict=True):
        yield code
        if column == "product":
            yield called.get(code, "")
        elif column not in ITSELF:
            yield words(code)


def _beside(measure: Measure) -> list[str]:
    if measure.shape != "attack_rate":
        return []
    return [
        _("Still in their weeks"),
        _("Counted among them so far"),
        _("People with a reaction that nobody judged"),
    ]
