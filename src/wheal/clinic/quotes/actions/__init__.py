"""All that changes a quote. Keyword-only, one transaction each, the audit row inside."""

from wheal.clinic.quotes.actions.answering import accept, refuse, shorten, withdraw
from wheal.clinic.quotes.actions.drafting import Draft, NewLine, add_package, begin, discard, save_draft
from wheal.clinic.quotes.actions.money import record_money, take_back
from wheal.clinic.quotes.actions.noting import QuoteRefused
from wheal.clinic.quotes.actions.own import retire_package, retire_tax, state_tax, write_package
from wheal.clinic.quotes.actions.sending import NotReady, hand_over, revise

__all__ = [
    "Draft",
    "NewLine",
    "NotReady",
    "QuoteRefused",
    "accept",
    "add_package",
    "begin",
    "discard",
    "hand_over",
    "record_money",
    "refuse",
    "retire_package",
    "retire_tax",
    "revise",
    "save_draft",
    "shorten",
    "state_tax",
    "take_back",
    "withdraw",
    "write_package",
]
