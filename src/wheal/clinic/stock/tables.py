"""The stock as tables for a spreadsheet, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.utils import timezone
from django.utils.translation import gettext as _

from wheal.clinic.stock.models import Movement, Reading
from wheal.clinic.stock.overview import ProductRow

AT_ONCE = 500


def of_stock(rows: Iterable[ProductRow]) -> Iterator[list[object]]:
    yield [
        _("Product"), _("Substance"), _("GTIN"), _("Lot"), _("Expires"), _("State"), _("Place"), _("Unopened"),
        _("Open"), _("In stock (mL)"),
    ]  # fmt: skip
    for each in rows:
        for row in each.lots:
            lot, product = row.lot, each.product
            yield [
                product.name, " + ".join(code for code, _strength in product.contents), product.gtin, lot.number,
                lot.expires.isoformat(), row.state, lot.place or "", lot.unopened, lot.open_now, row.volume_ml,
            ]  # fmt: skip


def of_movements(rows: Iterable[Movement]) -> Iterator[list[object]]:
    yield [
        _("Number"), _("When"), _("Product"), _("Lot"), _("What"), _("Volume (mL)"), _("Container"), _("Mix"),
        _("Reason"), _("Note"), _("By"), _("Takes back"),
    ]  # fmt: skip
    for row in rows:
        yield [
            row.pk, timezone.localtime(row.at).isoformat(timespec="minutes"), row.lot.product.name, row.lot.number,
            row.get_kind_display(), row.volume_ml, row.container_id, row.mix, row.get_reason_display(), row.note,
            row.by.shown_name, row.takes_back_id,
        ]  # fmt: skip


def of_readings(rows: Iterable[Reading]) -> Iterator[list[object]]:
    yield [
        _("When"), _("Temperature (°C)"), _("Lowest (°C)"), _("Highest (°C)"), _("Outside the bounds"), _("Note"),
        _("By"), _("Taken back, because"),
    ]  # fmt: skip
    for row in rows:
        back = getattr(row, "taken_back_by", None)
        yield [
            timezone.localtime(row.read_at).isoformat(timespec="minutes"), row.celsius, row.lowest_c, row.highest_c,
            "1" if row.outside else "0", row.note, row.read_by.shown_name, back.note if back else "",
        ]  # fmt: skip
