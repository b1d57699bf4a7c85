"""What changes photographs and what patients agreed to about them."""

from wheal.clinic.photographs.actions.consenting import ConsentRefused, give_consent, withdraw_consent
from wheal.clinic.photographs.actions.keeping import (
    NotAgreed,
    PhotographRefused,
    Shot,
    add,
    delete_for_good,
    frame,
    give_out,
    refile,
    refuse_upload,
    show,
)

__all__ = [
    "ConsentRefused", "NotAgreed", "PhotographRefused", "Shot", "add", "delete_for_good", "frame", "give_consent",
    "give_out", "refile", "refuse_upload", "show", "withdraw_consent",
]  # fmt: skip
