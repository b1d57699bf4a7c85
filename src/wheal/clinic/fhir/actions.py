"""What the interface writes of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from wheal.clinic.fhir.models import Identifier
from wheal.clinic.people.models import Clinic
from wheal.fhir.outcomes import refused

LONGEST_SYSTEM, LONGEST_VALUE = 200, 120


@transaction.atomic
def note_identifiers(clinic: Clinic, kind: str, key: int, sent: Any, path: str) -> None:
    """`sent`: an Identifier or a list of them. Raises Refused where one is known for another resource."""
    for each in [sent] if isinstance(sent, Mapping) else sent or []:
        system, value = each.get("system", ""), each.get("value", "")
        if not value:
            continue
        if len(system) > LONGEST_SYSTEM or len(value) > LONGEST_VALUE:
            raise refused(
                422, "too-long", "this identifier is longer than what is kept", f"{path}.identifier"
            )
        _row, is_new = Identifier.objects.get_or_create(
            clinic=clinic, kind=kind, system=system, value=value, defaults={"key": key}
        )
        if not is_new:
            words = f"{system}|{value} is known already: send If-None-Exist to be told of what there is"
            raise refused(409, "duplicate", words, f"{path}.identifier")
