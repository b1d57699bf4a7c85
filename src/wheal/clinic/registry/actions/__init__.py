"""All that changes who counts together and what the registry holds. Keyword-only, the audit row inside."""

from wheal.clinic.registry.actions.enrolling import NotAgreed, agree, public_key
from wheal.clinic.registry.actions.fetching import fetch
from wheal.clinic.registry.actions.leaving import end, is_taken_out
from wheal.clinic.registry.actions.naming import end_analysts, name_analysts
from wheal.clinic.registry.actions.receiving import (
    NotAdmitted,
    NotKnown,
    admit,
    let_go,
    take_letter,
    take_out_months,
    take_part,
)
from wheal.clinic.registry.actions.releasing import release_if_due
from wheal.clinic.registry.actions.sending import nightly, send
from wheal.clinic.registry.actions.telling import NothingHeld

__all__ = [
    "NotAdmitted", "NotAgreed", "NotKnown", "NothingHeld", "admit", "agree", "end", "end_analysts", "fetch",
    "is_taken_out", "let_go", "name_analysts", "nightly", "public_key", "release_if_due", "send", "take_letter",
    "take_out_months", "take_part",
]  # fmt: skip
