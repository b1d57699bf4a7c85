"""What was drawn up and injected, in one query: a row for each component and pass, as plain as the database has it.

A lot may have thousands of these. So nothing is read that is not told (a session carries its whole judgement),
volumes come as microlitres and moments as text, and the query of one lot or patient is compiled once.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import Field, Func, OuterRef, QuerySet, Subquery
from django.utils import timezone

from wheal import tracing
from wheal.clinic.prepared import Prepared
from wheal.clinic.stock.models import Lot, numbered, state_of
from wheal.clinic.treatments.models import MixComponent


class Found(NamedTuple):
    drawn: list[tracing.Drawn]
    mixed: dict[int, int]  # the microlitres of each whole mix
    injected: list[tracing.Injected]
    lots: dict[int, tracing.Lot]  # where they were asked for
    given: dict[int, int] = {}
    parts: dict[int, dict[int, int]] = {}  # noqa: RUF012; each part of the mixes that do not divide evenly


class _Plain(Func):
    """SQL whose value is taken as the driver gives it."""

    output_field = Field()


class _Moment(_Plain):
    """The first that is known, as text with its zone."""

    template = "CAST(COALESCE(%(expressions)s) AS text)"

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        """It keeps moments in UTC and does not say so."""
        return self.as_sql(compiler, connection, template=f"{self.template} || '+00:00'", **extra)


def microlitres(*volume_ml: Any) -> _Plain:
    return _Plain(*volume_ml, template="CAST(ROUND(%(expressions)s * 1000) AS integer)")


def _whole_mix(mix: str) -> Subquery:
    parts = MixComponent.objects.filter(mix=OuterRef(mix)).order_by()
    whole = microlitres(_Plain("volume_ml", function="SUM"))
    return Subquery(parts.annotate(whole=whole).values("whole"), output_field=Field())


def _lot_facts(of: str) -> tuple[Any, ...]:
    """`of`: the way to the lot."""
    blocked = (f"{of}recalled_at", f"{of}quarantined_at")
    return (
        f"{of}product__gtin", f"{of}number", f"{of}product__name", f"{of}product__substance",
        _Plain(f"{of}expires", template="CAST(%(expressions)s AS text)"),
        *(_Plain(moment, template="(%(expressions)s IS NOT NULL)") for moment in blocked),
    )  # fmt: skip


def rows_of(components: QuerySet[MixComponent], *, with_lots: bool = True) -> QuerySet[Any]:
    return _rows(components, "", "lot_id", *(_lot_facts("lot__") if with_lots else ()))


def _rows(asked: QuerySet[Any], to: str, lot: str, *facts: Any) -> QuerySet[Any]:
    """By patient as lists are sorted, then in the order in which it was drawn and injected. `to`: the way to what was
    drawn, `lot` that to the lot's id."""
    session, passes = f"{to}mix__session__", f"{to}mix__passes__"
    moment = _Moment(f"{session}inject_at", f"{session}signed_at", f"{session}planned_for")
    signed = _Plain(f"{session}signed_at", template="(%(expressions)s IS NOT NULL)")
    person, by = f"{session}patient__", f"{session}practitioner__"
    return asked.order_by(
        f"{person}search_name", f"{session}patient_id", f"{to}id", f"{passes}order", f"{passes}id"
    ).values_list(
        f"{to}id", lot, f"{to}container_id", microlitres(f"{to}volume_ml"), f"{to}mix_id",
        f"{to}mix__label", _whole_mix(f"{to}mix"), f"{to}mix__session_id", moment, signed, f"{by}id",
        f"{by}first_name", f"{by}last_name", f"{by}username", f"{session}clinic__name", f"{session}clinic__time_zone",
        f"{session}patient_id", f"{person}family_name", f"{person}given_names", f"{passes}id", f"{passes}area",
        f"{passes}technique", f"{passes}count", microlitres(f"{passes}total_ml"), *facts,
    )  # fmt: skip


NO_NUMBER = "no lot has this number \N{SYMBOL FOR NULL}"
_OF_LOT = Prepared(lambda pk: rows_of(MixComponent.objects.filter(lot=pk), with_lots=False))
_OF_NUMBER = Prepared(
    lambda number: _rows(Lot.objects.filter(numbered(number)), "drawn__", "id", *_lot_facts("")), NO_NUMBER
)
_OF_PATIENT = Prepared(lambda pk: rows_of(MixComponent.objects.filter(mix__session__patient=pk)))


def of_number(number: str) -> Found:
    """Of every lot of this number, those included from which nothing was drawn."""
    found = read(_OF_NUMBER(number))
    return found._replace(lots=dict(sorted(found.lots.items())))


def of_lot(pk: int) -> Found:
    return read(_OF_LOT(pk))


def of_patient(pk: int) -> Found:
    return read(_OF_PATIENT(pk))


def read(rows: Iterable[tuple[Any, ...]]) -> Found:
    """Components and passes of one mix meet each other in several rows; each is told once."""
    drawn: list[tracing.Drawn] = []
    wholes: dict[int, int] = {}
    injected: dict[int, tracing.Injected] = {}
    lots, today = {}, timezone.localdate()
    names: dict[int | None, str] = {None: ""}
    drawn_of, injected_of = tracing.drawn_of, tracing.injected_of
    zones: dict[str, ZoneInfo] = {}
    moment_of, last_part = datetime.fromisoformat, None
    for (
        part, lot, container, volume, mix, label, whole, session, moment, signed, by, first, last, username, clinic,
        zone, patient, family, given, given_by, area, technique, count, total, *facts,
    ) in rows:  # fmt: skip
        if lot not in lots and facts:
            lots[lot] = _lot(lot, today, *facts)
        if part is None:  # nothing was drawn from this lot
            continue
        if part != last_part:
            last_part, wholes[mix] = part, whole
            if by not in names:
                names[by] = f"{first} {last}".strip() or username
            if zone not in zones:
                zones[zone] = ZoneInfo(zone)
            day, person = moment_of(moment).astimezone(zones[zone]).date(), f"{family.upper()} {given}"
            drawn.append(drawn_of((
                lot, container, volume, mix, label, session, day, bool(signed), names[by], patient, person, clinic,
                part, True, False,
            )))  # fmt: skip
        if given_by is not None and given_by not in injected:
            injected[given_by] = injected_of((given_by, mix, area, technique, count, total or 0))
    return Found(drawn, wholes, list(injected.values()), lots)


def _lot(
    pk: int, today: date, gtin: str, number: str, product: str, substance: str, expires: str, *blocked: bool
) -> tracing.Lot:
    ends = date.fromisoformat(expires)
    return tracing.Lot(pk, gtin, number, product, substance, ends, state_of(ends, *blocked, today))
