"""Why something of a patient's was not taken, in words for the patient."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

REASONS: Final = {
    "changed_elsewhere": _("This was changed on another device. Open this page again."),
    "invalid_answers": _("An answer cannot be read. Look for what is marked, and mend it."),
    "sent_already": _("Your answers are with the clinic already. Write to the clinic what has changed."),
    "nothing_answered": _("Nothing is answered yet."),
    "nothing_written": _("Write something first."),
    "too_long": _("This is too long. Shorten it, or send it in two parts."),
    "too_many": _("You have sent a lot today. Please call the clinic."),
    "no_such_request": _("Choose what you ask for."),
    "signed_already": _("You have signed this text. It cannot be signed twice."),
    "plan_changed": _("The clinic is changing your plan. You will get a new text to read."),
    "forbidden": _(
        "This plan may not be carried out, so there is nothing to sign. Ask the clinic about other ways."
    ),
    "too_early": _("It is too early to sign. You have time to think first."),
    "minor": _("You are not of age yet. Sign at the clinic, with a parent or guardian."),
}
