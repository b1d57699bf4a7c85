"""What was drawn up and injected, in one query: a row for each component and pass, as plain as the database has it.

A lot may have thousands of these. So nothing is read that is not told (a session carries its whole judgement),
volumes come as microlitres and moments as text, and the query of one lot or patient is compiled once.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import Field, Func, OuterRef, QuerySet, Subquery
from django.utils import timezone

from wheal import tracing
from wheal.clinic.stock.models import state_of
from wheal.clinic.treatments.models import MixComponent
from wheal.clinic.treatments.prepared import Prepared

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


def _whole_mix() -> Subquery:
    parts = MixComponent.objects.filter(mix=OuterRef("mix")).order_by()
    whole = _microlitres(_Plain("volume_ml", function="SUM"))
    return Subquery(parts.annotate(whole=whole).values("whole"), output_field=Field())


LOT = (
    "lot__product__gtin", "lot__number", "lot__product__name", "lot__product__substance",
    _Plain("lot__expires", template="CAST(%(expressions)s AS text)"),
    *(_Plain(f"lot__{how}_at", template="(%(expressions)s IS NOT NULL)") for how in ("recalled", "quarantined")),
)  # fmt: skip


def rows_of(components: QuerySet[MixComponent], *, with_lots: bool = True) -> QuerySet[Any]:
    """By patient as lists are sorted, then in the order in which it was drawn and injected."""
    session = "mix__session__"
    moments = (f"{session}inject_at", f"{session}signed_at", f"{session}planned_for")
    moment = _Moment(*moments)
    signed = _Plain(f"{session}signed_at", template="(%(expressions)s IS NOT NULL)")
    person = "mix__session__patient__"
    by = "mix__session__practitioner__"
    return components.order_by(
        f"{person}search_name", "mix__session__patient_id", "id", "mix__passes__order", "mix__passes__id"
    ).values_list(
        "id", "lot_id", "container_id", _microlitres("volume_ml"), "mix_id", "mix__label", _whole_mix(),
        "mix__session_id", moment, signed, f"{by}id", f"{by}first_name", f"{by}last_name",
        f"{by}username", "mix__session__clinic__name", "mix__session__patient_id", f"{person}family_name",
        f"{person}given_names", "mix__passes__id", "mix__passes__area", "mix__passes__technique", "mix__passes__count",
        _microlitres("mix__passes__total_ml"), *(LOT if with_lots else ()),
    )  # fmt: skip


_OF_LOT = Prepared(lambda pk: rows_of(MixComponent.objects.filter(lot=pk), with_lots=False))
_OF_PATIENT = Prepared(lambda pk: rows_of(MixComponent.objects.filter(mix__session__patient=pk)))


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
    zone, moment_of, last_part = timezone.get_current_timezone(), datetime.fromisoformat, None
    for (
        part, lot, container, volume, mix, label, whole, session, moment, signed, by, first, last, username, clinic,
        patient, family, given, given_by, area, technique, count, total, *facts,
    ) in rows:  # fmt: skip
        if part != last_part:
            last_part, wholes[mix] = part, whole
            if by not in names:
                names[by] = f"{first} {last}".strip() or username
            day, person = moment_of(moment).astimezone(zone).date(), f"{family.upper()} {given}"
            drawn.append(
                tracing.Drawn(
                    lot,
                    container,
                    volume,
                    mix,
                    label,
                    session,
                    day,
                    bool(signed),
                    names[by],
                    patient,
                    person,
                    clinic,
                )
            )
            if facts and lot not in lots:
                lots[lot] = _lot(lot, today, *facts)
        if given_by is not None and given_by not in injected:
            injected[given_by] = tracing.Injected(given_by, mix, area, technique, count, total or 0)
    return drawn, wholes, list(injected.values()), lots


def _lot(
    pk: int, today: date, gtin: str, number: str, product: str, substance: str, expires: str, *blocked: bool
) -> tracing.Lot:
    ends = date.fromisoformat(expires)
    return tracing.Lot(pk, gtin, number, product, substance, ends, state_of(ends, *blocked, today))
