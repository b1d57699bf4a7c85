"""Elements of a resource by their path, whatever repeats on the way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def walk(node: Any, path: str) -> Iterator[Any]:
    """`path`: names joined by dots, "name.family"; "telecom:email" takes those of that `system`."""
    name, _dot, rest = path.partition(".")
    name, _colon, system = name.partition(":")
    if isinstance(node, list):
        for each in node:
            yield from walk(each, path)
    elif isinstance(node, Mapping) and name in node:
        inner = [each for each in node[name] if each.get("system") == system] if system else node[name]
        if rest:
            yield from walk(inner, rest)
        elif isinstance(inner, list):
            yield from inner
        else:
            yield inner


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
