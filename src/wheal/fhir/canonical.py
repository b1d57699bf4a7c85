"""The names of what Wheal itself defines, and the code systems of others that it writes. A name is no address: it stays
the same wherever a clinic runs,
and every site hands out the definition under it at /fhir/StructureDefinition and so on.
"""

from __future__ import annotations

from typing import Final

BASE: Final = "https://wheal.example/fhir"

POINTS: Final = f"{BASE}/StructureDefinition/injection-points"
RECORD_DIGEST: Final = f"{BASE}/NamingSystem/record-digest"
QUESTIONNAIRE: Final = f"{BASE}/Questionnaire/history"
NOT_KNOWN: Final = "not-known"

ICD10CM: Final = "http://hl7.org/fhir/sid/icd-10-cm"
ATC: Final = "http://www.whocc.no/atc"
LOINC: Final = "http://loinc.org"
GTIN: Final = "urn:gs1:gtin"
ABSENT_OR_UNKNOWN: Final = "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips"
HL7: Final = "http://terminology.hl7.org/CodeSystem"
STANDARD: Final = {"ICD-10-CM": ICD10CM, "ATC": ATC}


def system(group: str) -> str:
    """The code system of one group of the vocabulary, such as "conditions"."""
    return f"{BASE}/CodeSystem/{group.replace('_', '-')}"


def naming(what: str, clinic: object) -> str:
    """Numbers that one clinic gives, such as those of its patients."""
    return f"{BASE}/NamingSystem/clinic-{clinic}-{what}"


def as_id(code: str) -> str:
    """FHIR's ids know no underscore; no code of the knowledge has a hyphen."""
    return code.replace("_", "-")


def as_code(identity: str) -> str:
    return identity.replace("-", "_")
