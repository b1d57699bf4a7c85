"""How letters travel from here to the mail server."""

from __future__ import annotations

from django.core.exceptions import ImproperlyConfigured

from wheal.clinic.databases import HERE

TLS = {"starttls": (True, False), "tls": (False, True), "none": (False, False)}


def protected(host: str, said: str) -> tuple[bool, bool]:
    """Whether encryption begins after the greeting (STARTTLS), or before it. "none" is for a server on this machine."""
    if said not in TLS:
        raise ImproperlyConfigured(f"WHEAL_MAIL_TLS is {said!r}: {', '.join(TLS)} are known")
    if said == "none" and host not in HERE:
        raise ImproperlyConfigured(
            f"WHEAL_MAIL_TLS=none would send patients' addresses to {host} in the clear: "
            "say starttls or tls, or name a server on this machine"
        )
    return TLS[said]
