"""Every code that documents and answers may carry."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from wheal.knowledge.check_sources import rules
from wheal.knowledge.known import Knowledge
from wheal.knowledge.wordings import FACTS, FINDINGS


def held_codes(known: Knowledge) -> Iterator[tuple[str, str]]:
    """Pairs of group and code, sorted within each group."""
    yield from (("jurisdictions", code) for code in sorted(known.jurisdictions))
    yield from (("substances", code) for code in sorted(known.substances))
    yield from (("areas", code) for code in sorted(known.areas))
    yield from (("techniques", code) for code in sorted(known.techniques))
    for group in fields(known.vocabulary):
        yield from ((group.name, code) for code in sorted(getattr(known.vocabulary, group.name)))
    yield from (("claims", code) for code in sorted(known.claims))
    yield from (("facts", code) for code in sorted(FACTS))
    made = {*FINDINGS, *(rule.code for _, _, rule in rules(known))}
    made |= {pair.code for pair in known.compatibility.values()}
    yield from (("findings", code) for code in sorted(made))
