"""Codes in the details of an audit event, in words: of columns, of the knowledge, of rights and pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

from django.apps import apps
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import pgettext_lazy as _p

from wheal import knowledge
from wheal.clinic.patients.audit_words import APPS
from wheal.clinic.people.permissions import P
from wheal.clinic.people.tokens import Scope

Words = str | Promise

RIGHTS: Final[dict[str, Words]] = {
    P.DAY_SEE: _p("a right", "see the day"),
    P.PATIENT_FIND: _p("a right", "find patients"),
    P.PATIENT_EDIT: _p("a right", "register and correct patients"),
    P.BOOK: _p("a right", "book"),
    P.CHART_READ: _p("a right", "read the chart"),
    P.HISTORY_WRITE: _p("a right", "ask the history"),
    P.PLAN_WRITE: _p("a right", "plan"),
    P.CONSENT_TAKE: _p("a right", "take a consent"),
    P.MIX_WRITE: _p("a right", "mix"),
    P.PROTOCOL_WRITE: _p("a right", "write protocols"),
    P.POINTS_WRITE: _p("a right", "draw points"),
    P.SESSION_SIGN: _p("a right", "sign sessions"),
    P.SESSION_AMEND: _p("a right", "amend sessions"),
    P.PHOTOGRAPH_TAKE: _p("a right", "take photographs"),
    P.PHOTOGRAPH_GIVE_OUT: _p("a right", "give photographs out"),
    P.PHOTOGRAPH_DELETE: _p("a right", "delete photographs"),
    P.STOCK_SEE: _p("a right", "see the stock"),
    P.STOCK_WRITE: _p("a right", "keep the stock"),
    P.LOT_BLOCK: _p("a right", "block lots"),
    P.TRACE_SEE: _p("a right", "trace who received what"),
    P.RECALL_WRITE: _p("a right", "call people for a recall"),
    P.REACTION_WRITE: _p("a right", "record reactions"),
    P.REACTION_JUDGE: _p("a right", "judge reactions"),
    P.ALARM_WRITE: _p("a right", "act on alarms"),
    P.FOLLOW_UP_WRITE: _p("a right", "write the follow-up"),
    P.OUTCOMES_SEE: _p("a right", "see the results of the clinic"),
    P.RECORD_BREAK: _p("a right", "open a record in an emergency"),
    P.LINK_GIVE: _p("a right", "give links to patients"),
    P.RECORD_GIVE: _p("a right", "give out a whole record"),
    P.RECORD_FORGET: _p("a right", "take out who somebody was"),
    P.KEEPING_OWN: _p("a right", "decide how long records are kept"),
    P.PATIENT_ANSWER: _p("a right", "answer patients"),
    P.QUOTE_WRITE: _p("a right", "write quotes"),
    P.QUOTE_OWN: _p("a right", "decide taxes and packages"),
    P.QUOTE_SHORTEN: _p("a right", "not wait for the time to think"),
    P.CALENDAR_OWN: _p("a right", "decide reminders and calendars"),
    P.ACCOUNTS_SEE: _p("a right", "see lists for accounting"),
    P.CLINIC_EXPORT: _p("a right", "export everything of the clinic"),
    P.PEOPLE_WRITE: _p("a right", "administer people"),
    P.AUDIT_READ: _p("a right", "read the audit"),
}
LINKS: Final[dict[str, Words]] = {
    "pages": _p("detail of an event", "the patient’s own pages"),
    "report": _p("detail of an event", "to report a reaction"),
    "follow_up": _p("detail of an event", "to answer how it went"),
}
ITEMS: Final[dict[str, Words]] = {
    "person": _p("detail of an event", "name and date of birth"),
    "allergies": _p("detail of an event", "allergies"),
    "unchanged": _p("detail of an event", "nothing has changed"),
    "site": _p("detail of an event", "the area"),
    "asepsis": _p("detail of an event", "asepsis"),
    "water": _p("detail of an event", "no tap water"),
    "lots": _p("detail of an event", "lots and expiry"),
}
URGENT: Final[dict[str, Words]] = {
    "ambulance": _p("detail of an event", "an ambulance, now"),
    "doctor_now": _p("detail of an event", "a physician, now"),
    "doctor_today": _p("detail of an event", "a physician, today"),
    "read_today": _p("detail of an event", "to be read today"),
    "clinic": _p("detail of an event", "the clinic"),
}
REACHED: Final[dict[str, Words]] = {
    "called": _p("detail of an event", "called, will call back"),
    "no_answer": _p("detail of an event", "no answer"),
    "message_left": _p("detail of an event", "message left"),
    "letter_sent": _p("detail of an event", "letter sent"),
    "letter_returned": _p("detail of an event", "letter came back"),
    "moved": _p("detail of an event", "moved away"),
    "reached": _p("detail of an event", "reached and told"),
    "examined": _p("detail of an event", "examined"),
    "referred": _p("detail of an event", "referred to a doctor"),
    "refused": _p("detail of an event", "does not want to hear or come"),
    "given_up": _p("detail of an event", "cannot be reached"),
    "taken_back": _p("detail of an event", "was not told after all"),
}
CORRECTED: Final[dict[str, Words]] = {
    "points": _p("detail of an event", "points"),
    "volume": _p("detail of an event", "volume"),
    "depth": _p("detail of an event", "depth"),
    "lot": _p("detail of an event", "lot"),
    "mix": _p("detail of an event", "mix"),
    "area": _p("detail of an event", "area"),
    "time": _p("detail of an event", "time"),
    "person": _p("detail of an event", "person"),
    "other": _p("detail of an event", "something else"),
}
BLOCKED: Final[dict[str, Words]] = {
    "quarantined": _p("detail of an event", "in quarantine"),
    "recalled": _p("detail of an event", "recalled"),
}
HANDED: Final[dict[str, Words]] = {
    "hand": _p("detail of an event", "by hand"),
    "mail": _p("detail of an event", "by e-mail"),
}
OWN: Final[dict[str, dict[str, Words]]] = {
    "permission": {str(each): words for each, words in RIGHTS.items()},
    "scopes": {each.value: each.label for each in Scope},
    "scope": {each.value: each.label for each in Scope},
    "purpose": LINKS,
    "item": ITEMS,
    "urgency": URGENT,
    "status": REACHED,
    "corrects": CORRECTED,
    "was": BLOCKED,
    "how": HANDED,
}
"""By the name of the detail."""
TEXTS: Final[dict[str, str]] = {
    "course": "code.courses.{}", "who_umc": "code.who_umc.{}", "flags": "sign.{}.told",
    "instruments": "instrument.{}.name",
    "purpose": "photograph_consent.purpose.{}.name", "purposes": "photograph_consent.purpose.{}.name",
}  # fmt: skip
"""By the name of the detail, of which words of the knowledge its codes are part."""
OF_ANOTHER_APP: Final = {"treatments.quote_told": "quotes"}
CHOSEN: Final = frozenset({"answer", "how", "means", "state", "status", "step"})
"""Details whose column has another name."""
NAMED: Final = frozenset({"kind", "kinds", "substance", "questions", "pose", "finding"})
NOT_TOLD: Final = "fact_missing"
LACKS: Final = _p("detail of an event", "not known: %(what)s")
_PAGE: Final = re.compile(r"([a-z]+):[a-z-]+")
_REASON: Final = re.compile(r"([a-z_]+):([a-z0-9_]+)")


def in_words(name: str, code: str, subject: str, what: str) -> Words:
    """ "" where there are none. `subject`: the kind of the row that the event is about, `what`: of the event."""
    return (
        OWN.get(name, {}).get(code)
        or _of_a_text(name, code)
        or _of_the_apps(name, code, subject, what)
        or (_named(code) if name in NAMED else "")
        or (_page(code) if name == "part" else "")
        or (_reason(code) if name == "reasons" else "")
    )


def _language() -> str:
    return get_language() or "en"


def _of_a_text(name: str, code: str) -> str:
    key, known = TEXTS.get(name, "").format(code), knowledge.current()
    return known.text(key, _language()) if key and known.has_text(key) else ""


def _named(code: str) -> str:
    """A question may have no name but that of the fact that it fills."""
    known = knowledge.current()
    question = known.questions.get(code)
    for each in (code, question.fills if question else ""):
        if (words := known.name(each, _language())) != each:
            return words
    return known.text(f"question.{code}.ask", _language()) if question else ""


def _page(code: str) -> str:
    found = _PAGE.fullmatch(code)
    return f"{APPS[found[1]]} ({code})" if found and found[1] in APPS else ""


def _reason(code: str) -> str:
    """Of a refused signature: which rule, about what."""
    found = _REASON.fullmatch(code)
    about = _named(found[2]) if found else ""
    if not found or not about:
        return ""
    return str(LACKS) % {"what": about} if found[1] == NOT_TOLD else f"{about} ({found[1]})"


def _of_the_apps(name: str, code: str, subject: str, what: str) -> Words:
    """As a column of the app calls it, of the same name or, for some, of any: where all that have this code call it
    alike."""
    for app in (OF_ANOTHER_APP.get(what, ""), subject.partition(".")[0], what.partition(".")[0]):
        for named in (name, "") if name in CHOSEN else (name,):
            if app and (words := _choices(app, named).get(code)):
                return words
    return ""


@cache
def _choices(app: str, name: str) -> dict[str, Words]:
    found: dict[str, set[tuple[str, ...]]] = {}
    words: dict[str, Words] = {}
    for column in _columns(app):
        if name in ("", column.name):
            for code, said in column.flatchoices:
                found.setdefault(str(code), set()).add(_source(said))
                words[str(code)] = said
    return {code: said for code, said in words.items() if len(found[code]) == 1}


def _source(said: Words) -> tuple[str, ...]:
    """What is said, before it is in any language."""
    return tuple(map(str, getattr(said, "_args", (said,))))


def _columns(app: str) -> Iterator[Any]:
    try:
        models = apps.get_app_config(app).get_models()
    except LookupError:
        return
    for model in models:
        yield from (each for each in model._meta.get_fields() if getattr(each, "choices", None))
