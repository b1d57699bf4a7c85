"""All that changes a treatment. Keyword-only, one transaction each, the audit row inside."""

from wheal.clinic.treatments.actions.amending import amend, amend_lot, amend_volume
from wheal.clinic.treatments.actions.booking import arrive, book, cancel, restore, undo_arrival
from wheal.clinic.treatments.actions.checking import tick
from wheal.clinic.treatments.actions.consenting import give_consent, refuse_forbidden, withdraw_consent
from wheal.clinic.treatments.actions.drafts import AlreadySigned, ChangedElsewhere, DraftRefused
from wheal.clinic.treatments.actions.injecting import (
    add_pass,
    remove_pass,
    save_inject_at,
    save_pass,
    save_pass_choice,
)
from wheal.clinic.treatments.actions.labelling import WrongSyringe, code_of, scan_syringe
from wheal.clinic.treatments.actions.mixing import (
    LotRefused,
    add_component,
    add_mix,
    remove_component,
    remove_mix,
    save_mix,
    throw_away,
)
from wheal.clinic.treatments.actions.naming import as_last_time, cleaned_now, name_thing, unname_thing
from wheal.clinic.treatments.actions.placing import (
    choose_shape,
    draw_as_last_time,
    last_drawn,
    measure,
    mirror_pass,
)
from wheal.clinic.treatments.actions.planning import save_plan, save_practitioner, save_weight
from wheal.clinic.treatments.actions.protocols import (
    NewLine,
    mix_from_protocol,
    retire_protocol,
    write_protocol,
)
from wheal.clinic.treatments.actions.quoting import open_plan, price_plan, tell_quote
from wheal.clinic.treatments.actions.signing import SignOffRefused, sign_off
from wheal.clinic.treatments.actions.suspecting import clear, suspect
from wheal.clinic.treatments.actions.taking_off import put_back

__all__ = [
    "AlreadySigned",
    "ChangedElsewhere",
    "DraftRefused",
    "LotRefused",
    "NewLine",
    "SignOffRefused",
    "WrongSyringe",
    "add_component",
    "add_mix",
    "add_pass",
    "amend",
    "amend_lot",
    "amend_volume",
    "arrive",
    "as_last_time",
    "book",
    "cancel",
    "choose_shape",
    "cleaned_now",
    "clear",
    "code_of",
    "draw_as_last_time",
    "give_consent",
    "last_drawn",
    "measure",
    "mirror_pass",
    "mix_from_protocol",
    "name_thing",
    "open_plan",
    "price_plan",
    "put_back",
    "refuse_forbidden",
    "remove_component",
    "remove_mix",
    "remove_pass",
    "restore",
    "retire_protocol",
    "save_inject_at",
    "save_mix",
    "save_pass",
    "save_pass_choice",
    "save_plan",
    "save_practitioner",
    "save_weight",
    "scan_syringe",
    "sign_off",
    "suspect",
    "tell_quote",
    "throw_away",
    "tick",
    "undo_arrival",
    "unname_thing",
    "withdraw_consent",
    "write_protocol",
]
