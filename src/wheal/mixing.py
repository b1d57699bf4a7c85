"""May these share a syringe, how much of each is in it, and until when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from wheal.reading import AList, Code, Day, Moment, Positive, Strength, YesNo


@dataclass(frozen=True, slots=True)
class Container:
    kind: Code
    opened_at: Moment | None = None


@dataclass(frozen=True, slots=True)
class Lot:
    """`expires` is the last day on which it may be used; `recalled` None means nobody looked."""

    number: Code
    expires: Day
    recalled: YesNo | None = None


@dataclass(frozen=True, slots=True)
class Component:
    """A volume of one product drawn into the mix. The same substance may come more than once."""

    substance: Code
    concentration: Strength
    volume_ml: Positive
    lot: Lot
    container: Container | None = None


@dataclass(frozen=True, slots=True)
class Mix:
    components: Annotated[tuple[Component, ...], AList]
    prepared_at: Moment | None = None
    inject_at: Moment | None = None
    prepared_by: Code | None = None
