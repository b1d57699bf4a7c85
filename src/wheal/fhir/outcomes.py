"""What a server answers instead of a resource: OperationOutcome, with the path of each problem."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from wheal.fhir.datatypes import Json, held


@dataclass(frozen=True, slots=True)
class Problem:
    """`code`: of FHIR's issue types. `path`: FHIRPath of the element, or the parameter's name; "": the whole."""

    code: str
    words: str
    path: str = ""
    severity: str = "error"


def outcome(problems: Iterable[Problem]) -> Json:
    return {
        "resourceType": "OperationOutcome",
        "issue": [
            held(
                severity=each.severity, code=each.code, diagnostics=each.words,
                expression=[each.path] if each.path else [],
            )
            for each in problems
        ],
    }  # fmt: skip


class Refused(Exception):
    """What was asked for or sent is not taken. `status`: of HTTP."""

    def __init__(self, status: int, *problems: Problem) -> None:
        super().__init__("; ".join(each.words for each in problems))
        self.status, self.problems = status, problems


def refused(status: int, code: str, words: str, path: str = "") -> Refused:
    return Refused(status, Problem(code, words, path))
