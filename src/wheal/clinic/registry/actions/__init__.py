"""All that changes who counts together and what the registry holds. Keyword-only, the audit row inside."""

from wheal.clinic.registry.actions.receiving import (
    NotAdmitted,
    admit,
    let_go,
    take_letter,
    take_out,
    take_part,
)
from wheal.clinic.registry.actions.releasing import release_if_due
from wheal.clinic.registry.actions.sending import (
    NotAgreed,
    agree,
    end,
    is_taken_out,
    nightly,
    public_key,
    send,
)

__all__ = [
    "NotAdmitted", "NotAgreed", "admit", "agree", "end", "is_taken_out", "let_go", "nightly", "public_key",
    "release_if_due", "send", "take_letter", "take_out", "take_part",
]  # fmt: skip
