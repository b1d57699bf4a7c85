"""What may be injected and with what: substances of the knowledge, lots on the shelf, devices."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from django.db.models import Q, QuerySet

from wheal.clinic.equipment.models import Kind as ThingKind
from wheal.clinic.equipment.models import Thing
from wheal.clinic.fhir.kinds import Kind, Parameter, Source, Telling
from wheal.clinic.fhir.resources.patients import CODE, STATUS
from wheal.clinic.fhir.resources.people import TOKEN_ID, organization_reference, place_reference
from wheal.clinic.fhir.resources.treatments import MIXES
from wheal.clinic.people.models import Clinic
from wheal.clinic.people.permissions import P
from wheal.clinic.stock.models import Lot
from wheal.fhir import canonical, terms
from wheal.fhir.datatypes import Json, coding, concept, day, quantity, ratio, reference, resource, with_meta
from wheal.knowledge.records import Substance

_UPDATED = {"_lastUpdated": Parameter("date", ("meta.lastUpdated",))}


def _substances(telling: Telling) -> Iterator[Json]:
    for code, row in telling.known.substances.items():
        yield with_meta(_substance(code, row, telling), None)


def _substance(code: str, row: Substance, telling: Telling) -> Json:
    words = telling.known.name(code, telling.language)
    contains = [
        {
            "substanceReference": reference(
                "Substance", canonical.as_id(each), telling.known.name(each, telling.language)
            )
        }
        for each in row.contains
        if each in telling.known.substances
    ]
    return resource(
        "Substance", canonical.as_id(code), status="active",
        category=[terms.plain("substance-kinds", canonical.as_id(row.kind), row.kind.replace("_", " "))],
        code=concept([coding(canonical.system("substances"), code, words)], words), ingredient=contains,
    )  # fmt: skip


def _lots(clinic: Clinic) -> QuerySet[Lot]:
    return Lot.objects.filter(product__clinic=clinic).select_related("product").order_by()


def _lot(row: Lot, telling: Telling) -> Iterator[Json]:
    """A lot that is set aside or called back is inactive: not to be used."""
    product = row.product
    codings = [coding(canonical.GTIN, product.gtin)] if product.gtin else []
    if product.national_code:
        codings.append(coding(canonical.system("national-codes"), product.national_code))
    told = resource(
        "Medication", f"lot-{row.pk}", code=concept(codings, product.name),
        status="inactive" if row.is_blocked else "active",
        manufacturer={"display": product.maker} if product.maker else None,
        amount={"numerator": quantity(product.container_ml.normalize(), "mL"), "denominator": quantity(Decimal(1),
            "1")},
        ingredient=[
            {
                "itemReference": reference("Substance", canonical.as_id(code), telling.known.name(code,
                    telling.language)),
                "strength": ratio(strength),
            }
            for code, strength in product.contents
        ],
        batch={"lotNumber": row.number, "expirationDate": day(row.expires)},
    )  # fmt: skip
    yield with_meta(told, max(row.changed_at, product.changed_at))


def _things(clinic: Clinic) -> QuerySet[Thing]:
    return (
        Thing.objects.filter(clinic=clinic).exclude(kind=ThingKind.ROOM).select_related("clinic").order_by()
    )


def _device(row: Thing, _telling: Telling) -> Iterator[Json]:
    is_one = row.kind in (ThingKind.DEVICE, ThingKind.WATER_POINT)
    told = resource(
        "Device", row.pk, status="inactive" if row.retired_at or row.blocked_at else "active",
        statusReason=[terms.plain("device-states", "blocked", row.block_reason)] if row.blocked_at else [],
        udiCarrier=[{"deviceIdentifier": row.gtin, "issuer": "urn:gs1"}] if row.gtin else [],
        manufacturer=row.maker, expirationDate=day(row.expires) if row.expires else None,
        serialNumber=row.number if is_one else None, lotNumber=None if is_one else row.number,
        deviceName=[{"name": row.name, "type": "user-friendly-name"}],
        type=terms.plain("device-kinds", canonical.as_id(row.kind), str(ThingKind(row.kind).label)),
        owner=organization_reference(row.clinic), location=place_reference(row.clinic),
    )  # fmt: skip
    yield with_meta(told, row.changed_at)


KINDS = (
    Kind("Substance", P.DAY_SEE, (), TOKEN_ID | CODE | STATUS | {"category": Parameter("token", ("category",))},
        held=_substances),
    Kind(
        "Medication", P.CHART_READ,
        (
            MIXES,
            Source(_lots, _lot, "lot", updated=("changed_at", "product__changed_at"), narrow={"lot-number": lambda
                values: Q(number__in=values)}),
        ),
        TOKEN_ID | CODE | STATUS | _UPDATED | {
            "lot-number": Parameter("token", ("batch.lotNumber",)), "expiration-date": Parameter("date",
                ("batch.expirationDate",)),
            "ingredient": Parameter("reference", ("ingredient.itemReference",), ("Medication", "Substance")),
            "identifier": Parameter("token", ("identifier",)),
        }, of_nobody_permission=P.STOCK_SEE,
    ),
    Kind(
        "Device", P.STOCK_SEE, (Source(_things, _device, updated=("changed_at",)),),
        TOKEN_ID | STATUS | _UPDATED | {
            "type": Parameter("token", ("type",)), "device-name": Parameter("string", ("deviceName.name",)),
            "manufacturer": Parameter("string", ("manufacturer",)), "udi-di": Parameter("string",
                ("udiCarrier.deviceIdentifier",)),
            "organization": Parameter("reference", ("owner",), ("Organization",)),
        },
    ),
)  # fmt: skip
