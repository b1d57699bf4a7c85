"""All that writes about what passes between a patient at home and the clinic. What a patient does names the link."""

from wheal.clinic.portal.actions.acts import (
    note_seen,
    take_back_reported,
    withdraw_consent,
    withdraw_photographs,
)
from wheal.clinic.portal.actions.asking import (
    answer,
    answer_request,
    ask,
    ask_for_data,
    deal_with,
    have_read,
    note_request,
)
from wheal.clinic.portal.actions.histories import save_own, send_own, set_aside, take_over
from wheal.clinic.portal.actions.quoting import accept_quote, refuse_quote
from wheal.clinic.portal.actions.refusals import PortalRefused
from wheal.clinic.portal.actions.texts import hand_over, note_reading, sign

__all__ = [
    "PortalRefused", "accept_quote", "answer", "answer_request", "ask", "ask_for_data", "deal_with", "hand_over",
    "have_read", "note_reading", "note_request", "note_seen", "refuse_quote", "save_own", "send_own", "set_aside",
    "sign", "take_back_reported", "take_over", "withdraw_consent", "withdraw_photographs",
]  # fmt: skip
