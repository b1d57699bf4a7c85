"""Lists of this app for a spreadsheet: what stands on the pages, with codes as they are stored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from wheal.clinic.followup.due import STATES, Row
from wheal.clinic.followup.models import Measure
from wheal.clinic.followup.results import Group
from wheal.knowledge import Knowledge
from wheal.means import Estimate


def of_due(rows: Iterable[Row], known: Knowledge, language: str) -> Iterator[list[object]]:
    yield [_("Number"), _("Name"), _("Phone"), _("Area"), _("Protocol"), _("Last session"), _("Call"), _("Due on"),
           _("State"), _("Answered by"), _("Tried in vain")]  # fmt: skip
    for row in rows:
        call = row.call
        yield [
            row.patient.number, str(row.patient), row.patient.phone, known.name(row.treated.area, language),
            row.treated.protocol, row.treated.course.last.isoformat(), call.asked.after if call else "",
            call.due.isoformat() if call else "", STATES[row.state], call.by if call else "", row.tries,
        ]  # fmt: skip


def of_measures(measures: Iterable[Measure], known: Knowledge, language: str) -> Iterator[list[object]]:
    """Every row, the corrected ones too: what they were replaced by stands beside them."""
    yield [
        pgettext("of a measure", "Day"), _("Instrument"), _("Quality"), _("Area"), _("Side"),
        pgettext("on the body", "Place"),
        _("Value"), _("Unit"), _("How"), _("Recorded by"), _("Recorded at"), _("Row"), _("Replaces row"), _("Reason"),
    ]  # fmt: skip
    for one in measures:
        held = known.instruments[one.instrument]
        yield [
            one.on.isoformat(), known.text(f"instrument.{one.instrument}.name", language), held.quality,
            known.name(one.area, language) if one.area else "", one.side, one.site, one.value, held.unit, one.how,
            one.recorded_by.shown_name if one.recorded_by else _("the patient"),
            one.recorded_at.isoformat(timespec="minutes"), one.pk, one.replaces_id, one.reason,
        ]  # fmt: skip


def of_results(groups: Sequence[Group], known: Knowledge, language: str) -> Iterator[list[object]]:
    yield [_("Group"), _("Area"), _("Instrument"), _("Quality"), _("Unit"), _("Point"), _("Started"), _("Not yet due"),
           pgettext("people", "Measured"), _("Without a measure before"), _("Treated again"), _("Lost"), _("Weighed"),
           *_interval(_("Mean change")), *_interval(_("With everybody")), *_interval(_("At unchanged weight")),
           _("Better"), _("Better of"), _("What may be said")]  # fmt: skip
    for group in groups:
        for measured in group.measured:
            for line in measured.lines:
                response = line.response
                yield [
                    group.name, known.name(group.area, language),
                    known.text(f"instrument.{measured.code}.name", language),
                    measured.instrument.quality, measured.instrument.unit, line.asked.after, line.started, line.not_due,
                    line.measured, line.no_before, line.treated_again, line.lost, line.weighed, *_three(line.change),
                    *_three(line.everybody), *_three(line.adjusted), response.improved if response else "",
                    response.of if response else "", line.conclusion,
                ]  # fmt: skip


def _interval(name: str) -> list[str]:
    return [name, _("%(name)s, least") % {"name": name}, _("%(name)s, most") % {"name": name}]


def _three(one: Estimate | None) -> list[object]:
    return ["", "", ""] if one is None else [round(value, 3) for value in (one.value, one.least, one.most)]
