"""All that changes a treatment. Keyword-only, one transaction each, the audit row inside."""

from wheal.clinic.treatments.actions.booking import arrive, book, cancel, restore, undo_arrival
from wheal.clinic.treatments.actions.checking import tick
from wheal.clinic.treatments.actions.consenting import give_consent, withdraw_consent
from wheal.clinic.treatments.actions.drafts import AlreadySigned, ChangedElsewhere, DraftRefused
from wheal.clinic.treatments.actions.injecting import (
    add_pass,
    remove_pass,
    save_inject_at,
    save_pass,
    save_pass_choice,
)
from wheal.clinic.treatments.actions.mixing import (
    LotRefused,
    add_component,
    add_mix,
    remove_component,
    remove_mix,
    save_mix,
)
from wheal.clinic.treatments.actions.naming import as_last_time, cleaned_now, name_thing, unname_thing
from wheal.clinic.treatments.actions.planning import save_plan, save_practitioner, save_weight
from wheal.clinic.treatments.actions.signing import SignOffRefused, amend, sign_off

__all__ = [
    "AlreadySigned",
    "ChangedElsewhere",
    "DraftRefused",
    "LotRefused",
    "SignOffRefused",
    "add_component",
    "add_mix",
    "add_pass",
    "amend",
    "arrive",
    "as_last_time",
    "book",
    "cancel",
    "cleaned_now",
    "give_consent",
    "name_thing",
    "remove_component",
    "remove_mix",
    "remove_pass",
    "restore",
    "save_inject_at",
    "save_mix",
    "save_pass",
    "save_pass_choice",
    "save_plan",
    "save_practitioner",
    "save_weight",
    "sign_off",
    "tick",
    "undo_arrival",
    "unname_thing",
    "withdraw_consent",
]
