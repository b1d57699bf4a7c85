"""May this practitioner inject this, here, today."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from pydantic import with_config

from wheal.findings import OWN_RULE, Figures, Finding, fact_missing, find
from wheal.knowledge import Knowledge
from wheal.knowledge.countries import RoleLaw
from wheal.knowledge.values import CLOSED
from wheal.reading import Code, Day


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class Credential:
    """`valid_until` is the last day on which it holds; None means not known."""

    kind: Code
    valid_until: Day | None = None


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class Practitioner:
    role: Code
    credentials: tuple[Credential, ...]


def may_inject(
    practitioner: Practitioner, *, jurisdiction: str, on: date, known: Knowledge
) -> Iterator[Finding]:
    """What the law held for that country says against it, or besides; nothing found means yes.

    A role that the country's file does not name may not inject there.
    """
    roles = known.jurisdictions[jurisdiction].roles
    law = roles.get(practitioner.role)
    if law is None or not law.may:
        yield _not_permitted(practitioner.role, law, jurisdiction, known)
        return
    for kind in law.credentials:
        yield from _credential(practitioner, kind, law.sources, on, known)
    for kind in law.asked_by_wheal:
        yield from _credential(practitioner, kind, OWN_RULE, on, known)
    if law.severity is not None:
        code = "role_law_not_held" if law.severity in ("refer", "stop") else "state_law_decides"
        wording = f"law.{jurisdiction}.{practitioner.role}"
        yield find(known, code, law.severity, practitioner.role, law.sources, wording=wording)


def _not_permitted(role: str, law: RoleLaw | None, jurisdiction: str, known: Knowledge) -> Finding:
    roles = known.jurisdictions[jurisdiction].roles
    named = law or next(iter(roles.values()))
    wording = f"law.{jurisdiction}.{role}" if law else "finding.role_not_permitted"
    figures = Figures(jurisdiction=jurisdiction)
    return find(known, "role_not_permitted", "stop", role, named.sources, figures=figures, wording=wording)


def _credential(
    practitioner: Practitioner, kind: str, sources: tuple[str, ...], on: date, known: Knowledge
) -> Iterator[Finding]:
    """Of several of one kind the latest counts. One whose end is not known clears nothing.

    What no source asks for is said to be asked by Wheal.
    """
    ours = "_by_wheal" if sources == OWN_RULE else ""
    held = [it.valid_until for it in practitioner.credentials if it.kind == kind]
    ends = [end for end in held if end is not None]
    latest = max(ends, default=None)
    if not held:
        wording = f"finding.credential_missing{ours}"
        yield find(known, "credential_missing", "stop", kind, sources, wording=wording)
    elif latest is not None and latest >= on:
        return
    elif len(ends) < len(held):
        yield fact_missing(known, kind, sources)
    else:
        wording, figures = f"finding.credential_expired{ours}", Figures(date=latest)
        yield find(known, "credential_expired", "stop", kind, sources, figures=figures, wording=wording)
