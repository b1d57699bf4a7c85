"""The words of a message to somebody on the list of a recall, in their language, without anything medical in them.

Nothing is sent from here: the links open the telephone's or the computer's own program with the words filled in.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from django.utils import translation
from django.utils.translation import gettext as _

from wheal.clinic.safety.models import Reach, Recall


@dataclass(frozen=True, slots=True)
class Message:
    language: str
    subject: str
    text: str
    sms: str  # "" where no number is known
    mail: str


def to(reach: Reach, recall: Recall) -> Message:
    patient, clinic = reach.patient, recall.clinic
    with translation.override(patient.language):
        subject = _("Please call us")
        words = (
            _(
                "%(clinic)s: please call us on %(phone)s about a product that was used when you were treated here."
            )
            if recall.lot_id
            else _("%(clinic)s: please call us on %(phone)s about your treatment here.")
        )
        text = words % {"clinic": clinic.name, "phone": clinic.phone or clinic.name}
    body = quote(text)
    sms = f"sms:{quote(patient.phone, safe='+')}?body={body}" if patient.phone else ""
    mail = (
        f"mailto:{quote(patient.email, safe='@')}?subject={quote(subject)}&body={body}"
        if patient.email
        else ""
    )
    return Message(patient.language, subject, text, sms, mail)
