"""Elements of a resource by their path, whatever repeats on the way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def walk(node: Any, path: str) -> Iterator[Any]:
    """`path`: names joined by dots, "name.family"."""
    name, _dot, rest = path.partition(".")
    if isinstance(node, list):
        for each in node:
            yield from walk(each, path)
    elif isinstance(node, Mapping) and name in node:
        if rest:
            yield from walk(node[name], rest)
        elif isinstance(node[name], list):
            yield from node[name]
        else:
            yield node[name]


def references(node: Any) -> Iterator[str]:
    """Every literal reference in it: "Patient/12"."""
    if isinstance(node, list):
        for each in node:
            yield from references(each)
    elif isinstance(node, Mapping):
        for name, value in node.items():
            if name == "reference" and isinstance(value, str):
                yield value
            else:
                yield from references(value)
