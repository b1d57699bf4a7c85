"""The search field of every page: its pieces answer as one types, each with a few rows."""

from __future__ import annotations

from django.http import HttpRequest

LEAST = 2  # letters before anything is looked for
AT_MOST = 8  # rows of each kind


def typed(request: HttpRequest) -> str:
    """What is looked for; "" where that is too little."""
    words = request.GET.get("q", "").strip()[:80]
    return words if len(words) >= LEAST else ""
