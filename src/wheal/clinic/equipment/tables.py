"""The log of a thing as a table for a spreadsheet, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.utils import timezone
from django.utils.translation import gettext as _

from wheal.clinic.equipment.models import Care


def of_log(rows: Iterable[Care]) -> Iterator[list[object]]:
    yield [
        _("Number"), _("When"), _("What"), _("Passed"), _("Water point"), _("Disinfectant"), _("Note"), _("By"),
        _("Takes back"),
    ]  # fmt: skip
    for row in rows:
        yield [
            row.pk, timezone.localtime(row.done_at).isoformat(timespec="minutes"), row.get_what_display(),
            "" if row.passed is None else str(int(row.passed)), row.water_point or "", row.disinfectant or "", row.note,
            row.done_by.shown_name, row.takes_back_id,
        ]  # fmt: skip
