"""What a resource that came in says beyond what the record keeps: named by its path, for what is dropped without a word
may be what matters most."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from wheal.fhir.outcomes import Problem

Shape = Mapping[str, Any]
"""Elements that are kept, or say nothing by themselves, with what may stand in each; None: whatever is in it."""
REFERENCE: Final[Shape] = {"reference": None, "type": None, "display": None}
CODING: Final[Shape] = {"system": None, "version": None, "code": None, "display": None, "userSelected": None}
ENVELOPE: Final[dict[str, Any]] = {
    "resourceType": None, "language": None, "text": {"status": None, "div": None},
    "meta": {"versionId": None, "lastUpdated": None, "source": None, "profile": None, "tag": None},
}  # fmt: skip
"""Of any resource. Its text says the same for people, unless it is said to be more; see `beyond`."""


def beyond(node: Any, shape: Shape, path: str) -> Iterator[Problem]:
    if isinstance(node, list):
        for place, each in enumerate(node):
            yield from beyond(each, shape, f"{path}[{place}]")
    elif isinstance(node, Mapping):
        for name, inner in node.items():
            yield from _of(name, inner, shape, f"{path}.{name}")


def _of(name: str, inner: Any, shape: Shape, path: str) -> Iterator[Problem]:
    if name == "id":  # a name, of the sender's
        return
    if name not in shape:
        yield Problem("not-supported", "the record has no place for this: it would be lost", path)
    elif name == "text" and isinstance(inner, Mapping) and inner.get("status") == "additional":
        yield Problem("not-supported", "this text says more than the elements: it would be lost", path)
    elif shape[name] is not None:
        yield from beyond(inner, shape[name], path)
