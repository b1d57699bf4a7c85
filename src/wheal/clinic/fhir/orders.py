"""In which order a search is answered: of ids, or by dates that the kind is searched by."""

from __future__ import annotations

from dataclasses import dataclass

from wheal.clinic.fhir.kinds import Kind, Parameter
from wheal.fhir.outcomes import refused


@dataclass(frozen=True, slots=True)
class By:
    """`dates`: what of a resource is compared; None: the ids, in the order in which answers come otherwise."""

    dates: Parameter | None
    sign: int  # -1: the newest first


def known(kind: Kind) -> list[str]:
    """By what a kind is sorted."""
    return ["_id", *sorted(name for name, each in kind.parameters.items() if each.type == "date")]


def is_known(kind: Kind, text: str) -> bool:
    return all(each.strip().removeprefix("-") in known(kind) for each in text.split(","))


def read(kind: Kind, text: str) -> tuple[By, ...]:
    """Of `-date,_id`; nothing where that is the order of ids anyway. Raises Refused."""
    if not is_known(kind, text):
        words = f"{kind.name} is not sorted by {text!r}. It is by: {', '.join(known(kind))}"
        raise refused(400, "not-supported", words, "_sort")
    found = []
    for each in text.split(","):
        name = each.strip().removeprefix("-")
        dates = None if name == "_id" else kind.parameters[name]
        found.append(By(dates, -1 if each.strip().startswith("-") else 1))
    return () if found[0] == By(None, 1) else tuple(found)
