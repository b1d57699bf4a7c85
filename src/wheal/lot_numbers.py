"""One lot number, however it was written down.

    bare("us10–a") == bare("US10 A") == "US10A"

Everything that asks whether two numbers are the same asks it here: two rows of the stock, a box and the shelf, a notice
and the lots that are held, `wheal trace`.
"""

from __future__ import annotations

from typing import Final

ASIDE: Final = (
    " \t\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}"
    "-\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{EN DASH}\N{EM DASH}\N{MINUS SIGN}"
    "\N{SMALL HYPHEN-MINUS}\N{FULLWIDTH HYPHEN-MINUS}"
    "\N{SOFT HYPHEN}\N{ZERO WIDTH SPACE}\N{ZERO WIDTH NO-BREAK SPACE}"
    "_./"
)
"""What is often copied otherwise than it is printed: blanks, hyphens, points and strokes."""
_PUT_ASIDE: Final = dict.fromkeys(map(ord, ASIDE))


def bare(number: str) -> str:
    """In capitals, and without what stands between letters and figures."""
    return number.translate(_PUT_ASIDE).upper()
