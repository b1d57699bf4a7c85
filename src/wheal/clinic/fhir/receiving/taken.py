"""What became of a resource that was taken."""

from __future__ import annotations

from dataclasses import dataclass

from wheal.fhir.outcomes import Problem


@dataclass(frozen=True, slots=True)
class Taken:
    """`key`: of the row that it became. `told`: what whoever sent it and may read it should know; `bare`: who may only
    send, without what is held here. `waits`: it is not told back as a
    resource until somebody of the clinic has asked about it; `is_new`: False where it waited already. `whose`: the
    patient's key."""

    key: int
    told: tuple[Problem, ...] = ()
    bare: tuple[Problem, ...] = ()
    waits: bool = False
    is_new: bool = True
    whose: int | None = None


def warning(words: str, path: str = "") -> Problem:
    return Problem("business-rule", words, path, "warning")
