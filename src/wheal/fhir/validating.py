"""A resource that came in, held against the structure of FHIR: every problem with its path, all at once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from fhir.resources.R4B import get_fhir_model_class
from pydantic import ValidationError

from wheal import characters
from wheal.fhir import bindings
from wheal.fhir.outcomes import Problem, Refused, refused

_CODES: Final = {"missing": "required", "extra_forbidden": "structure"}


def parsed(body: bytes) -> Any:
    """Raises Refused: what is no JSON, and where; a name twice in one object, which would lose one of its values."""
    try:
        return json.loads(body, object_pairs_hook=_once, parse_constant=_no_number)
    except UnicodeDecodeError as problem:
        raise refused(400, "structure", f"this is no UTF-8: byte {problem.start}") from problem
    except json.JSONDecodeError as problem:
        words = f"this is no JSON: {problem.msg} in line {problem.lineno}, column {problem.colno}"
        raise refused(400, "structure", words) from problem
    except RecursionError as problem:
        raise refused(400, "too-long", "this JSON is nested too deeply") from problem


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _value in pairs]
    if len(set(names)) != len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise refused(400, "structure", f"{twice!r} stands twice in one object")
    return dict(pairs)


def _no_number(text: str) -> None:
    raise refused(400, "structure", f"{text} is no number of JSON")


def checked(resource: Any, kind: str, path: str = "") -> Mapping[str, Any]:
    """The resource itself. Raises Refused where it is no `kind`, or not as FHIR wants it.

    `path`: where it stands, such as "Bundle.entry[2].resource"; by itself it is called by its kind.
    """
    if not isinstance(resource, Mapping):
        raise refused(400, "structure", "a resource is a JSON object", path)
    found = resource.get("resourceType")
    if found != kind:
        raise refused(
            422 if path else 400, "invalid", f"this is {found!r}, not {kind}", f"{path or kind}.resourceType"
        )
    if strange := [*_unwritable(resource, path or kind), *_strange(resource, path or kind)]:
        raise Refused(422, *strange)
    try:
        read = get_fhir_model_class(kind).model_validate_json(json.dumps(resource))
    except ValidationError as wrong:
        raise Refused(422, *problems(wrong, path or kind)) from wrong
    if others := [
        *_altering(resource, path or kind),
        *_hollow(resource, path or kind),
        *_others(resource, json.loads(read.model_dump_json()), path or kind),
        *bindings.unbound(read, path or kind),
    ]:
        raise Refused(422, *others)
    return resource


def _strange(node: Any, path: str, *, holds: bool = False) -> Iterator[Problem]:
    """Resources within it that do not say which they are, or are of a kind that this release of FHIR does not know.
    `holds`: a resource belongs here, or a list of them."""
    if isinstance(node, Mapping) and (holds or "resourceType" in node):
        kind = node.get("resourceType")
        where = f"{path}.resourceType"
        if kind is None:
            yield Problem("required", "it does not say which resource it is", where)
        elif not is_kind(kind):
            yield Problem("not-supported", f"{kind!r} is no resource of FHIR R4", where)
    for step, inner in _inside(node):
        an_entry_s = step == "resource" and isinstance(inner, Mapping)
        of_the_list = holds and isinstance(node, list)
        yield from _strange(
            inner, _path(path, (step,)), holds=an_entry_s or of_the_list or step == "contained"
        )


def _unwritable(node: Any, path: str) -> Iterator[Problem]:
    if isinstance(node, str) and (sign := characters.strange(node)):
        yield Problem("value", f"this holds {sign}, which no text of FHIR may", path)
    for step, inner in _inside(node):
        if isinstance(step, str) and (sign := characters.strange(step)):
            yield Problem("structure", f"the name of an element holds {sign}", path)
        else:
            yield from _unwritable(inner, _path(path, (step,)))


def is_kind(name: object) -> bool:
    try:
        return (
            isinstance(name, str) and name not in _ABSTRACT and get_fhir_model_class(name).has_resource_base()
        )
    except ValueError:
        return False


_ABSTRACT: Final = ("Resource", "DomainResource")
_ALTERING: Final = ("modifierExtension", "implicitRules", "_implicitRules")


def _altering(node: Any, path: str) -> Iterator[Problem]:
    """What may turn the sense of all beside it into another, even into its contrary: none such is known here, and FHIR
    forbids to pass over it."""
    for step, inner in _inside(node):
        where = _path(path, (step,))
        if step in _ALTERING:
            yield Problem(
                "extension", f"{step} may change the sense of what is sent, and is not known here", where
            )
        else:
            yield from _altering(inner, where)


def _hollow(node: Any, path: str) -> Iterator[Problem]:
    """FHIR has no empty element: what is not there is left out."""
    if node in ("", [], {}):
        yield Problem("structure", "this is empty: leave it out", path)
    for step, inner in _inside(node):
        where = _path(path, (step,))
        if inner is None and isinstance(step, str):  # in a list it holds a place
            yield Problem("structure", "this is empty: leave it out", where)
        yield from _hollow(inner, where)


def _others(sent: Any, read: Any, path: str) -> Iterator[Problem]:
    """What the library reads as something else than was sent: a number as a moment, a word as a number."""
    if type(sent) is not type(read) and {type(sent), type(read)} != {int, float}:
        yield Problem("value", f"this is {_NAMES[type(sent)]}, and {_NAMES[type(read)]} is wanted", path)
        return
    for step, inner in _inside(sent):
        if isinstance(sent, list) or step in read:
            yield from _others(inner, read[step], _path(path, (step,)))


def _inside(node: Any) -> Iterable[tuple[int | str, Any]]:
    if isinstance(node, Mapping):
        return node.items()
    return enumerate(node) if isinstance(node, list) else ()


_NAMES: Final = {
    str: "text", int: "a number", float: "a number", bool: "true or false", list: "a list", dict: "an object",
    type(None): "nothing",
}  # fmt: skip


def problems(wrong: ValidationError, path: str) -> Iterable[Problem]:
    for each in wrong.errors(include_url=False, include_context=False, include_input=False):
        yield Problem(_CODES.get(each["type"], "value"), each["msg"], _path(path, each["loc"]))


def _path(path: str, location: tuple[int | str, ...]) -> str:
    for each in location:
        path += f"[{each}]" if isinstance(each, int) else f".{each}"
    return path
