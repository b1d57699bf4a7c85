"""Characters that no text of a record holds: control characters, and halves of a pair. A database refuses some of them,
and FHIR all."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

_NONE: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")


def strange(text: str) -> str:
    """The first of them, as it is named (U+0000); "" where there is none. Tabs and ends of lines belong to a text."""
    found = _NONE.search(text)
    return f"U+{ord(found[0]):04X}" if found else ""


def kept(value: Any) -> Any:
    """As it can be written down: each of them as the sign that stands for what cannot be shown, however deep."""
    if isinstance(value, str):
        return _NONE.sub("\N{REPLACEMENT CHARACTER}", value)
    if isinstance(value, Mapping):
        return {kept(name): kept(inner) for name, inner in value.items()}
    return [kept(each) for each in value] if isinstance(value, list | tuple) else value
