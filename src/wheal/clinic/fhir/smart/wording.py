"""Scopes in words, for whoever is asked for leave."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import pgettext as _p

from wheal.fhir import scopes


def told(given: Iterable[str], is_for_one: bool) -> list[str]:
    """What it may see and do; how long, and for whom, the page says by itself."""
    return list(dict.fromkeys(words for scope in given if (words := _words(scope, is_for_one))))


def _words(scope: str, is_for_one: bool) -> str:
    if scope == "fhirUser":
        return _("who you are here: your name and role")
    if scope == "openid":
        return _("that it is you, by a number")
    held = scopes.parse(scope)
    return _of_a_record(held, is_for_one) if held else ""


def _of_a_record(held: scopes.Scope, is_for_one: bool) -> str:
    what = _("all of the record") if held.kind == "*" else _("what FHIR calls %(kind)s") % {"kind": held.kind}
    reads, writes = set(held.letters) & set("rs"), set(held.letters) & set("cud")
    does = _("read and write") if reads and writes else _("write") if writes else _p("a right", "read")
    whose = _("of one patient") if is_for_one else _("of every patient whom you see")
    return _("%(what)s %(whose)s: %(does)s") % {"what": what, "whose": whose, "does": does}
