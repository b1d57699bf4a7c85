"""Signatures drawn on a pad: read from what a page sends, and told from a slip of the finger."""

from __future__ import annotations

import json
from itertools import pairwise
from math import dist

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

Strokes = list[list[list[int]]]
"""Lists of [x, y] in thousandths of the pad's width."""

MOST = 200_000  # characters
SHORTEST = 100
"""Of a whole signature, in thousandths of the pad's width."""
DRAW_OR_CONFIRM = gettext_lazy("Draw the signature, or confirm that the typed name is the signature.")


def strokes(text: str) -> Strokes:
    """Whatever else was sent is no signature: then there are none."""
    if len(text) > MOST:
        return []
    try:
        sent = json.loads(text or "[]")
        return [[[int(x), int(y)] for x, y in stroke] for stroke in sent]
    except (ValueError, TypeError, OverflowError, RecursionError):
        return []


def is_a_slip(drawn: Strokes) -> bool:
    pairs = ((a, b) for stroke in drawn for a, b in pairwise(stroke))
    return sum(dist(a, b) for a, b in pairs) < SHORTEST


def refusal(name: str, drawn: Strokes) -> str:
    """Why nobody has signed, as one sentence; "" where somebody has. Nothing drawn: the typed name is the signature."""
    if sum(letter.isalpha() for letter in name) < 2:
        return _("Type the full name of the person who signs.")
    if drawn and is_a_slip(drawn):
        return str(DRAW_OR_CONFIRM)
    return ""
