"""What the tables of a record are called for the person whom it is about, in the order of reading."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy as _p

SECTIONS: Final[dict[str, Promise]] = {
    "patients.patient": _p("record", "Who you are"),
    "patients.history": _p("record", "Your health, as answered with us"),
    "portal.ownhistory": _p("record", "Your health, as answered at home"), "treatments.plan": _p("record", "Plans"),
    "treatments.session": _p("record", "Sessions"), "treatments.mix": _p("record", "What was prepared"),
    "treatments.mixcomponent": _p("record", "What was drawn into it"),
    "treatments.pass": _p("record", "Where it was injected"),
    "treatments.thingused": _p("record", "Devices and materials used"),
    "treatments.amendment": _p("record", "Corrections of signed sessions"),
    "treatments.consent": _p("record", "Consents to treatment"),
    "treatments.consentwithdrawal": _p("record", "Consents taken back"),
    "portal.handedtext": _p("record", "Texts handed to you to read"), "quotes.quote": _p("record", "Quotes"),
    "quotes.quoteline": _p("record", "Lines of the quotes"),
    "quotes.step": _p("record", "What became of the quotes"), "quotes.payment": _p("record", "Payments"),
    "treatments.quoted": _p("record", "Quotes as the plan knows them"),
    "appointments.appointment": _p("record", "Appointments"), "appointments.waiting": _p("record", "Waiting list"),
    "appointments.reminder": _p("record", "Reminders sent"),
    "appointments.noreminders": _p("record", "No reminders wanted"),
    "followup.measure": _p("record", "Measures and weights"), "followup.contact": _p("record", "Follow-up answers"),
    "safety.patientreport": _p("record", "What you reported"),
    "safety.reportphotograph": _p("record", "Photographs sent with a report"),
    "safety.photographstakenback": _p("record", "Photographs of a report taken back"),
    "safety.reaction": _p("record", "Reactions"), "safety.place": _p("record", "Places of the reactions"),
    "safety.tie": _p("record", "Sessions that a reaction may come from"),
    "safety.followup": _p("record", "How the reactions went on"),
    "safety.assessment": _p("record", "How the reactions were judged"),
    "safety.correction": _p("record", "Corrections of reactions"),
    "safety.declaration": _p("record", "Declarations to authorities"),
    "safety.sent": _p("record", "Declarations sent"), "safety.receipt": _p("record", "Answers of authorities"),
    "safety.dutymet": _p("record", "Duties to declare that were met"),
    "safety.sighting": _p("record", "Warnings of the clinic’s watch"),
    "safety.reach": _p("record", "Recalls that concern you"),
    "safety.attempt": _p("record", "How we tried to reach you"), "portal.message": _p("record", "Messages"),
    "portal.datarequest": _p("record", "Requests about your data"),
    "portal.ownact": _p("record", "What you decided on your pages"),
    "preparing.owndoctor": _p("record", "Your own doctor"),
    "preparing.letter": _p("record", "Letters to your own doctor"),
    "preparing.sending": _p("record", "Letters sent"),
    "preparing.question": _p("record", "Questions to your own doctor"),
    "preparing.answer": _p("record", "Answers of your own doctor"),
    "preparing.behaviour": _p("record", "What was agreed for everyday life"),
    "preparing.kept": _p("record", "How it was kept"), "photographs.photograph": _p("record", "Photographs"),
    "photographs.photographconsent": _p("record", "Consents to photographs"),
    "photographs.photographconsentwithdrawal": _p("record", "Consents to photographs taken back"),
    "patients.link": _p("record", "Links to your own pages"),
    "fhir.healthlink": _p("record", "Links to your record for others"),
    "breakglass.opening": _p("record", "Opened by another clinic in need"),
    "rights.forgetting": _p("record", "Forgotten"),
}  # fmt: skip
"""By table. A table that is added is named here too; a test holds it."""
