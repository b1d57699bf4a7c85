"""The tables of everything: which there are, what each column is, and which rows are a clinic's.

Found in the models, so that a table that is added tomorrow is in the export without anybody remembering it.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from django.apps import apps
from django.db.models import Field, ForeignKey, Model, Q, QuerySet

from wheal.clinic.people.models import Clinic
from wheal.clinic.rights.whole import SECRET, plain

Json = dict[str, object]

LEFT_OUT = frozenset({"people.DeviceKey", "people.LogIn", "patients.SearchWord"})
"""What opens a door, or is made from other rows to find them quicker."""
NOT_GIVEN = SECRET | {"password", "digest", "label_file", "picture"}
"""Columns that open a door, are made from others, or name a file that is given beside under its own number."""
OF_A_CLINIC = {
    "people.Clinic": ("pk",),
    "people.User": ("memberships__clinic",),
    "people.Credential": ("user__memberships__clinic",),
    "stock.Transfer": ("sender", "receiver"),
    "treatments.CalledThen": ("lot__product__clinic", "user__memberships__clinic"),
    "audit.Event": ("clinic_id",),
    "audit.NightlyJob": (),
    "registry.Contributor": (),
}
"""Where it is not found in the keys; (): of the server, and of no clinic."""


def models() -> list[type[Model]]:
    held = [model for model in apps.get_models() if model.__module__.startswith("wheal.")]
    return [model for model in held if model._meta.label not in LEFT_OUT and not model._meta.proxy]


def columns(model: type[Model]) -> list[Field]:  # type: ignore[type-arg]
    return [field for field in model._meta.concrete_fields if field.name not in NOT_GIVEN]


@cache
def paths(model: type[Model]) -> tuple[str, ...]:
    """The lookups that lead from a row to its clinic; several where a row is of two."""
    if (said := OF_A_CLINIC.get(model._meta.label)) is not None:
        return said
    keys = [field for field in model._meta.fields if isinstance(field, ForeignKey)]
    direct = next((field.name for field in keys if field.related_model is Clinic), None)
    if direct:
        return (direct,)
    for field in sorted(keys, key=lambda each: each.null):
        if _leads_on(field, model) and (found := paths(field.related_model)):
            return tuple(f"{field.name}__{path}" for path in found)
    return ()


def _leads_on(field: ForeignKey, model: type[Model]) -> bool:  # type: ignore[type-arg]
    """Who did something is of many clinics: people lead nowhere."""
    further = field.related_model
    is_ours = further.__module__.startswith("wheal.") and further._meta.app_label != "people"
    return is_ours and further is not model


def rows(model: type[Model], clinic: Clinic | None) -> QuerySet:
    """All of them, or those of one clinic."""
    held = model._base_manager.order_by("pk")
    if clinic is None:
        return held
    wanted = Q(pk__in=[])
    for path in paths(model):
        wanted |= Q(**{path: clinic.pk})
    return held.filter(wanted).distinct()


def told(model: type[Model], clinic: Clinic | None) -> Iterator[Json]:
    """Row by row, however many; what points to another row holds its id."""
    fields = columns(model)
    names = [field.attname for field in fields]
    for row in rows(model, clinic).only(*names).iterator(chunk_size=500):
        yield {field.attname: plain(field, getattr(row, field.attname)) for field in fields}


def schema() -> Json:
    """What each column is, what it points to, and what the class says of itself."""
    return {
        model._meta.label_lower: {
            "about": " ".join((model.__doc__ or "").split()),
            "columns": {field.attname: _column(field) for field in columns(model)},
        }
        for model in models()
    }


def _column(field: Field) -> Json:  # type: ignore[type-arg]
    kind = field.target_field if isinstance(field, ForeignKey) else field
    found: Json = {"type": kind.get_internal_type(), "may_be_empty": field.null}
    if isinstance(field, ForeignKey):
        found["row_of"] = field.related_model._meta.label_lower
    if field.choices:
        found["values"] = [str(value) for value, _words in field.flatchoices]
    return found
