from __future__ import annotations


class PortalRefused(Exception):
    """Carries `reason`, a code that the page puts into words, and what it is about: question ids, or a sentence."""

    def __init__(self, reason: str, about: tuple[str, ...] = ()) -> None:
        super().__init__(reason)
        self.reason, self.about = reason, about
