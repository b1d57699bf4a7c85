"""What this server can do, as it says of itself: made from the same tables that answer."""

from __future__ import annotations

from typing import Final

from wheal import __version__
from wheal.clinic.fhir import orders
from wheal.clinic.fhir.kinds import Kind
from wheal.clinic.fhir.resources.everything import KINDS
from wheal.fhir import canonical
from wheal.fhir.datatypes import Json, held

RELEASED: Final = "2026-11-26"
SECURITY: Final = "http://terminology.hl7.org/CodeSystem/restful-security-service"
BULK: Final = "http://hl7.org/fhir/uv/bulkdata/OperationDefinition"
OAUTH: Final = "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris"
CONTROLS: Final = (
    ("_count", "number"), ("_summary", "token"), ("_total", "token"), ("_elements", "string"),
    ("_sort", "string"),
)  # fmt: skip

OPERATIONS: Final = {
    "Patient": (
        ("everything", "http://hl7.org/fhir/OperationDefinition/Patient-everything"),
        ("summary", "http://hl7.org/fhir/uv/ips/OperationDefinition/summary"), ("export", f"{BULK}/patient-export"),
        ("import", f"{canonical.BASE}/OperationDefinition/import"),
    ),
    "Group": (("export", f"{BULK}/group-export"),),
}  # fmt: skip

BINARY: Final = {
    "type": "Binary",
    "interaction": [{"code": "read"}],
    "documentation": "What a DocumentReference names",
}


def statement(base: str) -> Json:
    return {
        "resourceType": "CapabilityStatement", "id": "wheal", "url": f"{canonical.BASE}/CapabilityStatement/wheal",
        "version": __version__, "name": "Wheal", "title": "Wheal: the treatment record", "status": "active",
        "instantiates": ["http://hl7.org/fhir/uv/bulkdata/CapabilityStatement/bulk-data"],
        "date": RELEASED, "publisher": "Wheal", "kind": "instance", "fhirVersion": "4.0.1", "format": ["json"],
        "software": {"name": "Wheal", "version": __version__},
        "implementation": {"description": "The record of one clinic at a time", "url": base},
        "rest": [
            {
                "mode": "server",
                "security": {
                    "cors": True,
                    "service": [{"coding": [{"system": SECURITY, "code": "SMART-on-FHIR"}]}],
                    "extension": [{"url": OAUTH, "extension": [
                        {"url": name, "valueUri": f"{base}/auth/{name}"} for name in ("authorize", "token", "revoke")
                    ]}],
                    "description": "A log-in, or a token of a program that somebody of the clinic gave leave to.",
                },
                "resource": sorted((BINARY, *map(_resource, KINDS.values())), key=lambda each: each["type"]),
                "interaction": [{"code": "transaction"}],
                "operation": [{"name": "export", "definition": f"{BULK}/export"}],
            }
        ],
    }  # fmt: skip


def _resource(kind: Kind) -> Json:
    codes = ["read", "vread", "history-instance", "search-type", *kind.writes]
    parameters = [
        held(name=name, type=each.type, documentation=each.words)
        for name, each in sorted(kind.parameters.items())
    ]
    references = sorted(name for name, each in kind.parameters.items() if each.type == "reference")
    return held(
        type=kind.name, documentation=f"_sort by {', '.join(orders.known(kind))}; with - before it the other way",
        interaction=[{"code": code} for code in codes], versioning="versioned",
        readHistory=any(source.history for source in kind.sources), conditionalCreate=bool(kind.writes),
        conditionalRead="not-match", searchInclude=["*", *(f"{kind.name}:{each}" for each in references)],
        searchRevInclude=_pointing_at(kind), searchParam=parameters,
        operation=[{"name": name, "definition": where} for name, where in OPERATIONS.get(kind.name, ())],
    )  # fmt: skip


def _pointing_at(kind: Kind) -> list[str]:
    return [
        f"{other.name}:{name}"
        for other in sorted(KINDS.values(), key=lambda each: each.name)
        for name, each in sorted(other.parameters.items())
        if each.type == "reference" and kind.name in each.of
    ]
