"""All that changes the calendar. Keyword-only, one transaction each, the audit row inside."""

from wheal.clinic.appointments.actions.booking import (
    Booked,
    NotPossible,
    Wanted,
    book,
    book_visit,
    cancel,
    change,
    finish,
    miss,
    restore,
)
from wheal.clinic.appointments.actions.coming import arrive, undo_arrival
from wheal.clinic.appointments.actions.noting import AppointmentRefused
from wheal.clinic.appointments.actions.own import decide, make_feed, revoke_feed, set_reminders
from wheal.clinic.appointments.actions.waiting import offer, stop_waiting, wait

__all__ = [
    "AppointmentRefused",
    "Booked",
    "NotPossible",
    "Wanted",
    "arrive",
    "book",
    "book_visit",
    "cancel",
    "change",
    "decide",
    "finish",
    "make_feed",
    "miss",
    "offer",
    "restore",
    "revoke_feed",
    "set_reminders",
    "stop_waiting",
    "undo_arrival",
    "wait",
]
