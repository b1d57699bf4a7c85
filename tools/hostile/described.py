"""The record as FHIR in OpenAPI, made from the same tables that answer: what schemathesis makes its requests from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wheal.clinic.fhir.capability import CONTROLS
from wheal.clinic.fhir.kinds import Kind
from wheal.clinic.fhir.resources.everything import KINDS

Json = dict[str, Any]
SAMPLES: Mapping[str, Any] = {
    "number": {"type": "integer"}, "date": {"type": "string", "examples": ["2026-01-01", "ge2026-01", "lt2026"]},
    "token": {"type": "string", "examples": ["active", "|x", "http://loinc.org|", "true"]},
    "reference": {"type": "string", "examples": ["Patient/1", "1", "Practitioner/2"]},
}  # fmt: skip
IDENTITY = {"type": "string", "examples": ["1", "2", "31", "a-1"], "minLength": 1}
OPENS = {"bearer": {"type": "http", "scheme": "bearer"}}
OF_A_BUNDLE = {
    "type": "object",
    "required": ["resourceType", "type", "entry"],
    "properties": {
        "resourceType": {"const": "Bundle"},
        "type": {"enum": ["transaction", "batch"]},
        "entry": {"type": "array", "maxItems": 3, "items": {"type": "object", "properties": {
            "fullUrl": {"type": "string"}, "resource": {"type": "object"},
            "request": {"type": "object", "properties": {
                "method": {"enum": ["POST", "PUT", "GET"]}, "url": {"type": "string"},
                "ifNoneExist": {"type": "string"},
            }},
        }}},
    },
}  # fmt: skip


def document(address: str) -> Json:
    kinds = sorted(KINDS.values(), key=lambda each: each.name)
    paths: Json = {"/metadata": {"get": _operation()}, "/": {"post": _operation(body=OF_A_BUNDLE)}}
    for kind in kinds:
        paths |= _of_kind(kind)
    paths |= {
        f"/Patient/{{id}}/${what}": {"get": _operation(_path("id"))} for what in ("everything", "summary")
    }
    paths["/Patient/$import"] = {"post": _operation(body=OF_A_BUNDLE)}
    return {
        "openapi": "3.1.0", "info": {"title": "Wheal, FHIR R4", "version": "4.0.1"}, "servers": [{"url": address}],
        "paths": paths, "components": {"securitySchemes": OPENS}, "security": [{"bearer": []}],
    }  # fmt: skip


def _of_kind(kind: Kind) -> Json:
    asked = [_asked(name, each.type) for name, each in sorted(kind.parameters.items())]
    asked += [_asked(name, kind_of) for name, kind_of in CONTROLS]
    found: Json = {"get": _operation(*asked)}
    if "create" in kind.writes:
        said = {
            "type": "object",
            "required": ["resourceType"],
            "properties": {"resourceType": {"const": kind.name}},
        }
        found["post"] = _operation(body=said)
    one, history = f"/{kind.name}/{{id}}", f"/{kind.name}/{{id}}/_history"
    return {
        f"/{kind.name}": found,
        one: {"get": _operation(_path("id"))},
        history: {"get": _operation(_path("id"))},
        f"{history}/{{version}}": {"get": _operation(_path("id"), _path("version"))},
    }


def _asked(name: str, of: str) -> Json:
    return {"name": name, "in": "query", "schema": SAMPLES.get(of, {"type": "string"})}


def _path(name: str) -> Json:
    return {"name": name, "in": "path", "required": True, "schema": IDENTITY}


def _operation(*parameters: Json, body: Json | None = None) -> Json:
    """Whatever is asked: an answer, or a refusal in words. All of them are JSON of FHIR."""
    told = {"content": {"application/fhir+json": {"schema": {
        "type": "object", "required": ["resourceType"], "properties": {"resourceType": {"type": "string"}},
    }}}, "description": "a resource"}  # fmt: skip
    codes = [
        "200",
        "201",
        "400",
        "401",
        "403",
        "404",
        "405",
        "406",
        "409",
        "410",
        "412",
        "413",
        "415",
        "422",
        "501",
    ]
    said: Json = {"responses": dict.fromkeys(codes, told)}
    if parameters:
        said["parameters"] = list(parameters)
    if body:
        said["requestBody"] = {"required": True, "content": {"application/fhir+json": {"schema": body}}}
    return said
