"""What was drawn up and injected, in one query: a row for each component and pass, as plain as the database has it.

A lot may have thousands of these. So nothing is read that is not told (a session carries its whole judgement),
volumes come as microlitres and moments as text, and the query of one lot or patient is compiled once.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Field, Func, OuterRef, QuerySet, Subquery
from django.utils import timezone

from wheal import tracing
from wheal.clinic.prepared import Prepared
from wheal.clinic.stock.models import Lot, numbered, state_of
from wheal.clinic.treatments.models import Amendment, MixComponent

Found = tuple[list[tracing.Drawn], dict[int, int], list[tracing.Injected], dict[int, tracing.Lot]]
"""What was drawn, the microlitres of each whole mix, what was injected, and the lots where they were asked for."""


class _Plain(Func):
    """SQL whose value is taken as the driver gives it."""

    output_field = Field()


class _Moment(_Plain):
    """The first that is known, as text with its zone."""

    template = "CAST(COALESCE(%(expressions)s) AS text)"

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        """It keeps moments in UTC and does not say so."""
        return self.as_sql(compiler, connection, template=f"{self.template} || '+00:00'", **extra)


def _microlitres(*volume_ml: Any) -> _Plain:
    return _Plain(*volume_ml, template="CAST(ROUND(%(expressions)s * 1000) AS integer)")


def _whole_mix(mix: str) -> Subquery:
    parts = MixComponent.objects.filter(mix=OuterRef(mix)).order_by()
    whole = _microlitres(_Plain("volume_ml", function="SUM"))
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


def amended_rows(amendments: QuerySet[Amendment], *, with_lots: bool = True) -> QuerySet[Any]:
    """What came from another lot than was signed, told as of that lot. The signed one stays: both are called."""
    told = amendments.filter(lot__isnull=False, component__isnull=False)
    facts = _lot_facts("lot__") if with_lots else ()
    return _rows(told, "component__", "lot_id", *facts, container="container_id")


def _rows(asked: QuerySet[Any], to: str, lot: str, *facts: Any, container: str = "") -> QuerySet[Any]:
    """By patient as lists are sorted, then in the order in which it was drawn and injected. `to`: the way to what was
    drawn, `lot` that to the lot's id, `container` that to the container's where it is not the one drawn from."""
    session, passes = f"{to}mix__session__", f"{to}mix__passes__"
    moment = _Moment(f"{session}inject_at", f"{session}signed_at", f"{session}planned_for")
    signed = _Plain(f"{session}signed_at", template="(%(expressions)s IS NOT NULL)")
    person, by = f"{session}patient__", f"{session}practitioner__"
    return asked.order_by(
        f"{person}search_name", f"{session}patient_id", f"{to}id", f"{passes}order", f"{passes}id"
    ).values_list(
        f"{to}id", lot, container or f"{to}container_id", _microlitres(f"{to}volume_ml"), f"{to}mix_id",
        f"{to}mix__label", _whole_mix(f"{to}mix"), f"{to}mix__session_id", moment, signed, f"{by}id",
        f"{by}first_name", f"{by}last_name", f"{by}username", f"{session}clinic__name", f"{session}clinic__time_zone",
        f"{session}patient_id", f"{person}family_name", f"{person}given_names", f"{passes}id", f"{passes}area",
        f"{passes}technique", f"{passes}count", _microlitres(f"{passes}total_ml"), *facts,
    )  # fmt: skip


NO_NUMBER = "no lot has this number \N{SYMBOL FOR NULL}"
_OF_LOT = Prepared(lambda pk: rows_of(MixComponent.objects.filter(lot=pk), with_lots=False))
_OF_NUMBER = Prepared(
    lambda number: _rows(Lot.objects.filter(numbered(number)), "drawn__", "id", *_lot_facts("")), NO_NUMBER
)
_AMENDED_TO_LOT = Prepared(lambda pk: amended_rows(Amendment.objects.filter(lot=pk), with_lots=False))
_AMENDED_OF_PATIENT = Prepared(lambda pk: amended_rows(Amendment.objects.filter(session__patient=pk)))
_OF_PATIENT = Prepared(lambda pk: rows_of(MixComponent.objects.filter(mix__session__patient=pk)))


def of_number(number: str) -> Found:
    """Of every lot of this number, those included from which nothing was drawn."""
    *found, lots = read(_OF_NUMBER(number))
    signed: Found = *found, dict(sorted(lots.items()))  # type: ignore[assignment]
    return together(signed, *(read(_AMENDED_TO_LOT(pk)) for pk in lots))


def of_lot(pk: int) -> Found:
    return together(read(_OF_LOT(pk)), read(_AMENDED_TO_LOT(pk)))


def of_patient(pk: int) -> Found:
    return together(read(_OF_PATIENT(pk)), read(_AMENDED_OF_PATIENT(pk)))


def together(first: Found, *others: Found) -> Found:
    """Passes that are met more than once are told once."""
    for drawn, wholes, injected, lots in others:
        if drawn:
            passes = {each.id: each for each in (*first[2], *injected)}
            first = [*first[0], *drawn], first[1] | wholes, list(passes.values()), first[3] | lots
    return first


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
            )))  # fmt: skip
        if given_by is not None and given_by not in injected:
            injected[given_by] = injected_of((given_by, mix, area, technique, count, total or 0))
    return drawn, wholes, list(injected.values()), lots


def _lot(
    pk: int, today: date, gtin: str, number: str, product: str, substance: str, expires: str, *blocked: bool
) -> tracing.Lot:
    ends = date.fromisoformat(expires)
    return tracing.Lot(pk, gtin, number, product, substance, ends, state_of(ends, *blocked, today))
