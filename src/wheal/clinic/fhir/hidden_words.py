"""What was searched for by POST, sealed for the addresses of the pages: no log of addresses can read it. It opens
nothing: whoever follows it sees what they may see."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Final

from wheal.clinic.fhir import seals
from wheal.fhir.outcomes import refused

NAME: Final = "_asked"
_PURPOSE: Final = b"fhir.search"
Pairs = list[tuple[str, str]]


def hidden(pairs: Iterable[tuple[str, str]]) -> Pairs:
    """All of them as one; the page, which tells nothing, stands beside it."""
    words = [(name, value) for name, value in pairs if name != "_page"]
    return [(NAME, seals.seal(json.dumps(words).encode(), _PURPOSE))] if words else []


def opened(pairs: Iterable[tuple[str, str]]) -> Pairs:
    """Raises Refused for what was not sealed here."""
    found: Pairs = []
    for name, value in pairs:
        if name != NAME:
            found.append((name, value))
            continue
        try:
            found += [(each, told) for each, told in json.loads(seals.opened(value, _PURPOSE))]
        except ValueError as problem:
            raise refused(400, "value", "this is no search that was asked here", NAME) from problem
    return found
