"""What an e-mail with a link says, in the patient's language: until when it opens, nothing of anybody's health."""

from __future__ import annotations

from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _

from wheal.clinic.patients.models import Link


def of_link(link: Link, address: str) -> tuple[str, str]:
    """Subject and text. Neither a name nor what the pages are about: somebody else may read the mailbox."""
    clinic = link.patient.clinic
    with translation.override(link.patient.language), timezone.override(clinic.time_zone):
        day = formats.date_format(timezone.localtime(link.expires_at), "DATE_FORMAT")
        told = [
            _("Hello,"),
            _("%(clinic)s has pages ready for you. This link opens them. Your birth date is asked:")
            % {"clinic": clinic.name},
            address,
            _("It opens until %(day)s. It is for you alone: please do not pass it on.") % {"day": day},
            _("You did not expect this letter? Delete it, or call us: %(phone)s") % {"phone": clinic.phone}
            if clinic.phone
            else _("You did not expect this letter? Then delete it."),
            clinic.name,
        ]
        return _("Your pages at %(clinic)s") % {"clinic": clinic.name}, "\n\n".join(told) + "\n"
