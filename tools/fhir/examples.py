"""Examples of FHIR R4 that HL7 publishes with its guides, sent to every address that takes something.

What is not for this record is refused with an OperationOutcome that names the path of the element; a document of the
International Patient Summary is taken. Needs their packages: US_CORE=package.tgz, IPS=package.tgz.
"""

from __future__ import annotations

import json
import tarfile
from collections import Counter
from collections.abc import Iterator
from http.client import HTTPConnection
from urllib.parse import urlsplit

WAYS = ("QuestionnaireResponse", "Appointment", "Patient/$import", "")
NO_SUCH = (404, 405)  # nothing takes that kind


def sent(address: str, token: str, packages: list[str]) -> int:
    """How many were answered otherwise."""
    answers: Counter[str] = Counter()
    number = 0
    for package in packages:
        for name, body in _examples(package):
            number += 1
            is_document = json.loads(body).get("type") == "document"
            for way in dict.fromkeys((json.loads(body)["resourceType"], *WAYS)):
                status, told = _posted(f"{address}/{way}".rstrip("/"), token, body)
                said = _judged(status, told, is_taken=is_document and way == "Patient/$import")
                answers[said] += 1
                if said == "otherwise":
                    print(f"{name} to /{way}: {status} {json.dumps(told)[:300]}")
    told = ", ".join(f"{count} {said}" for said, count in sorted(answers.items()))
    print(f"{number} examples of HL7, {answers.total()} times sent: {told}")
    return answers["otherwise"]


def _examples(package: str) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(package) as held:
        for member in held:
            if member.name.startswith("package/example/") and (file := held.extractfile(member)):
                body = file.read()
                if "resourceType" in json.loads(body):
                    yield member.name, body


def _judged(status: int, told: dict, *, is_taken: bool) -> str:
    if is_taken and status in (201, 409):  # 409: the same person stands in several documents
        return "taken or known"
    issues = told.get("issue", []) if told.get("resourceType") == "OperationOutcome" else []
    if issues and status in (400, 422) and all(each.get("expression") for each in issues):
        return "refused by path"
    return "of a kind that is not taken" if issues and status in NO_SUCH else "otherwise"


def _posted(address: str, token: str, body: bytes) -> tuple[int, dict]:
    to = urlsplit(address)
    line = HTTPConnection(to.netloc, timeout=60)
    head = {"Authorization": f"Bearer {token}", "Content-Type": "application/fhir+json"}
    line.request("POST", to.path, body, head)
    answer = line.getresponse()
    return answer.status, json.loads(answer.read() or b"{}")
