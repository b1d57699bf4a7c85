"""A resource that came in, held against the structure of FHIR: every problem with its path, all at once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from fhir.resources.R4B import get_fhir_model_class
from pydantic import ValidationError

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
    try:
        get_fhir_model_class(kind).model_validate_json(json.dumps(resource))
    except ValidationError as wrong:
        raise Refused(422, *problems(wrong, path or kind)) from wrong
    return resource


def problems(wrong: ValidationError, path: str) -> Iterable[Problem]:
    for each in wrong.errors(include_url=False, include_context=False, include_input=False):
        yield Problem(_CODES.get(each["type"], "value"), each["msg"], _path(path, each["loc"]))


def _path(path: str, location: tuple[int | str, ...]) -> str:
    for each in location:
        path += f"[{each}]" if isinstance(each, int) else f".{each}"
    return path
