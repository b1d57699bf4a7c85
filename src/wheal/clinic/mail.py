"""Letters by e-mail, in plain text: to whom, what about, what it says. Nothing of anybody's health is ever in one.

Where the site has no mail server (`WHEAL_MAIL_HOST`), nothing is sent and the pages say so.
"""

from __future__ import annotations

import smtplib
import unicodedata
from email.utils import formataddr, parseaddr

from django import forms
from django.conf import settings
from django.core.mail import EmailMessage


class NotSent(Exception):
    """Carries what the mail server answered, for the log of the clinic; no address is in it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def is_set_up() -> bool:
    """Whether there is a server to hand letters to."""
    return bool(settings.EMAIL_HOST)


def send(*, to: str, subject: str, text: str, sender: str) -> None:
    """To one person. `sender`: the name beside the site's own address. Raises NotSent.

    It talks to another machine: never inside a transaction.
    """
    if not is_set_up():
        raise NotSent("no mail server is named")
    letter = EmailMessage(
        subject=" ".join(subject.split()), body=text, to=[to], from_email=_from(sender),
        headers={"Auto-Submitted": "auto-generated"},
    )  # fmt: skip
    try:
        letter.send()
    except (smtplib.SMTPException, OSError, ValueError) as problem:  # ValueError: such an address is none
        raise NotSent(type(problem).__name__) from problem


def _from(sender: str) -> str:
    _name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return formataddr((" ".join(sender.split()), address))


class AddressField(forms.EmailField):
    """Marks that nobody sees, and that came along when it was copied, are taken out."""

    def to_python(self, value: object) -> str | None:
        seen = "".join(sign for sign in str(value or "") if unicodedata.category(sign) != "Cf")
        return super().to_python(seen)
