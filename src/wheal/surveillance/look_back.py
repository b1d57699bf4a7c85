"""How many days after a session an infection may show: the one place of both look-backs."""

from __future__ import annotations

from typing import Final

LOOK_BACK: Final = 120
"""It covers the longest incubations of Denver 1996 (114 days), New York 2002 (80) and Colombia 2007 (84)."""
EXTENDED: Final = 210
"""29 weeks: the most that is quoted for atypical mycobacteria (Regnier et al. 2009, as cited)."""
