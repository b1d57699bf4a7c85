"""What was injected of a lot or with a device that is blocked by now: signed as what was done, with the block shown.

A block stops every signature. But what was given must be in the record, whatever became known since: a physician who
states when it was given, and writes why it stands, signs it in spite of the block. Nothing else is lifted by that.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import formats, timezone
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from wheal.clinic.equipment.models import Thing
from wheal.clinic.treatments.chart import Chart
from wheal.clinic.treatments.judging import Judgement
from wheal.clinic.treatments.stops import stop
from wheal.findings import Finding, decide, in_order

OF_A_BLOCK = ("lot_recalled", "thing_blocked")
BEFORE, AFTER = "given_before_block", "given_after_block"


def blocks(judgement: Judgement) -> tuple[Finding, ...]:
    """What stands against a signature because a lot or a thing is blocked."""
    return tuple(row for row in judgement.refusals if row.code in OF_A_BLOCK)


def as_given(judgement: Judgement, chart: Chart) -> Judgement:
    """The same judgement of what was done already. Where nobody said when, the block stands."""
    if chart.session.inject_at is None or not blocks(judgement):
        return judgement
    found = [row for row in judgement.findings if row.code not in OF_A_BLOCK] + list(_given(chart))
    return replace(judgement, decision=decide(found), findings=in_order(found))


def _given(chart: Chart) -> Iterator[Finding]:
    lots = {row.lot.pk: row.lot for held in chart.components.values() for row in held if row.lot.is_blocked}
    for lot in lots.values():
        yield _found(chart, lot.number, lot.blocked_since, lot.block_reason, _("Lot %(about)s"))
    for thing in _things(chart):
        yield _found(chart, str(thing), thing.blocked_at, thing.block_reason)


def _things(chart: Chart) -> list[Thing]:
    cleaned = [row.cleaning for row in chart.things if row.cleaning is not None]
    named = [row.thing for row in chart.things]
    named += [thing for row in cleaned for thing in (row.water_point, row.disinfectant) if thing]
    return list({thing.pk: thing for thing in named if thing.blocked_at}.values())


def _found(chart: Chart, about: str, blocked: datetime, reason: str, called: str = "%(about)s") -> Finding:
    given = chart.session.inject_at
    code = BEFORE if given < blocked else AFTER
    words = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            words[language] = _words(code) % {
                "about": str(called) % {"about": about},
                "given": _moment(given, chart),
                "blocked": _moment(blocked, chart),
                "reason": reason,
            }
    return replace(stop(code, about, words), severity="refer")


def _words(code: str) -> str:
    if code == BEFORE:
        return gettext(
            "%(about)s was given on %(given)s, before it was blocked on %(blocked)s: %(reason)s. This is signed as "
            "what was done. Inject nothing more of it, and tell the safety officer that this patient had it."
        )
    return gettext(
        "%(about)s was given on %(given)s, although it was blocked since %(blocked)s: %(reason)s. This is signed as "
        "what was done. Inject nothing more of it, and tell the safety officer at once."
    )


def _moment(at: datetime, chart: Chart) -> str:
    here = timezone.localtime(at, ZoneInfo(chart.session.clinic.time_zone))
    return formats.date_format(here, "SHORT_DATETIME_FORMAT")
