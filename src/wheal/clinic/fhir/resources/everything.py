"""Every kind of resource, by its name."""

from __future__ import annotations

from typing import Final

from wheal.clinic.fhir.kinds import Kind
from wheal.clinic.fhir.resources import (
    agreements,
    calendar,
    definitions,
    following,
    lists,
    papers,
    patients,
    people,
    safety,
    stock,
    treatments,
)

MODULES: Final = (
    people,
    patients,
    lists,
    agreements,
    treatments,
    stock,
    following,
    safety,
    calendar,
    papers,
    definitions,
)
KINDS: Final[dict[str, Kind]] = {kind.name: kind for module in MODULES for kind in module.KINDS}
