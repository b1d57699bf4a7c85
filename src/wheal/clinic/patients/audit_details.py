"""What the details of an audit event are called on the page: their names, and the codes that stand for words."""

from __future__ import annotations

import re
from datetime import datetime
from functools import cache
from typing import Final

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy as _p

from wheal.clinic.audit import verifying
from wheal.clinic.patients import audit_codes
from wheal.clinic.people.models import ROLE_NAMES

Words = str | Promise


NAMES: Final[dict[str, Words]] = {
    "accepted": _p("detail of an event", "accepted because"),
    "administers": _p("detail of an event", "administers"),
    "amendment": _p("detail of an event", "amendment"),
    "amount": _p("detail of an event", "amount"),
    "anew": _p("detail of an event", "sent anew"),
    "answer": _p("detail of an event", "answer"),
    "appointment": _p("detail of an event", "appointment"),
    "because": _p("detail of an event", "because"),
    "by": _p("detail of an event", "by"),
    "by_quote": _p("detail of an event", "replaced by the quote"),
    "calls": _p("detail of an event", "calls"),
    "cases": _p("detail of an event", "cases"),
    "cause": _p("detail of an event", "cause"),
    "celsius": _p("detail of an event", "degrees Celsius"),
    "changed": _p("detail of an event", "changed"),
    "channel": _p("detail of an event", "by way of"),
    "cleaning": _p("detail of an event", "cleaning"),
    "clinics": _p("detail of an event", "clinics"),
    "clinics_at_least": _p("detail of an event", "clinics, at least"),
    "consent": _p("detail of an event", "consent"),
    "containers": _p("detail of an event", "containers"),
    "copied_from": _p("detail of an event", "copied from the product"),
    "corrects": _p("detail of an event", "corrects"),
    "count": _p("detail of an event", "points"),
    "course": _p("detail of an event", "course"),
    "data_request": _p("detail of an event", "request about data"),
    "days": _p("detail of an event", "days"),
    "decision": _p("detail of an event", "decision"),
    "despite": _p("detail of an event", "although alike"),
    "device": _p("detail of an event", "known device"),
    "devices": _p("detail of an event", "keys of devices"),
    "differences": _p("detail of an event", "differences"),
    "digest": _p("detail of an event", "digest"),
    "distance_cm": _p("detail of an event", "distance in cm"),
    "done": _p("detail of an event", "done"),
    "drill": _p("detail of an event", "drill"),
    "duties": _p("detail of an event", "duties to report"),
    "earlier": _p("detail of an event", "as in the session"),
    "edition": _p("detail of an event", "edition"),
    "entry": _p("detail of an event", "entry"),
    "event": _p("detail of an event", "event"),
    "events": _p("detail of an event", "events"),
    "expires": _p("detail of an event", "expires"),
    "expires_at": _p("detail of an event", "ends"),
    "export": _p("detail of an event", "export"),
    "finding": _p("detail of an event", "finding"),
    "first": _p("detail of an event", "first day"),
    "flags": _p("detail of an event", "red flags"),
    "for_later": _p("detail of an event", "kept for later"),
    "form": _p("detail of an event", "form"),
    "found": _p("detail of an event", "found"),
    "freed": _p("detail of an event", "freed lots"),
    "from": _p("detail of an event", "from"),
    "handed_over": _p("detail of an event", "handed over"),
    "history": _p("detail of an event", "history"),
    "how": _p("detail of an event", "how"),
    "id": _p("detail of an event", "number in the database"),
    "instruments": _p("detail of an event", "measured"),
    "invitations": _p("detail of an event", "invitations"),
    "item": _p("detail of an event", "item"),
    "jurisdiction": _p("detail of an event", "law of"),
    "kept_of_the_clinic": _p("detail of an event", "kept as the clinic had it"),
    "key": _p("detail of an event", "key"),
    "kind": _p("detail of an event", "kind"),
    "kinds": _p("detail of an event", "kinds"),
    "knowledge": _p("detail of an event", "knowledge"),
    "last": _p("detail of an event", "last day"),
    "letters": _p("detail of an event", "letters"),
    "level": _p("detail of an event", "level"),
    "line": _p("detail of an event", "line"),
    "lines": _p("detail of an event", "lines"),
    "link": _p("detail of an event", "link"),
    "linked": _p("detail of an event", "linked to the treatment"),
    "log_ins": _p("detail of an event", "log-ins"),
    "lot": _p("detail of an event", "lot"),
    "lots": _p("detail of an event", "lots"),
    "may_be_told": _p("detail of an event", "may be told"),
    "means": _p("detail of an event", "paid by"),
    "method": _p("detail of an event", "method"),
    "mix": _p("detail of an event", "mix"),
    "month": _p("detail of an event", "month"),
    "movement": _p("detail of an event", "entry of the books"),
    "name": _p("detail of an event", "name"),
    "name_changed": _p("detail of an event", "name changed"),
    "not_reached": _p("detail of an event", "not reached"),
    "now": _p("detail of an event", "now"),
    "number": _p("detail of an event", "number"),
    "of": _p("detail of an event", "for the appointment of"),
    "opened_at": _p("detail of an event", "opened"),
    "opened_from": _p("detail of an event", "opened from"),
    "outcome": _p("detail of an event", "what came of it"),
    "outside": _p("detail of an event", "outside the range"),
    "own_act": _p("detail of an event", "decision at home"),
    "own_history": _p("detail of an event", "answers from home"),
    "package": _p("detail of an event", "package"),
    "page": _p("detail of an event", "page"),
    "part": _p("detail of an event", "part"),
    "pass": _p("detail of an event", "pass"),
    "passcode": _p("detail of an event", "with a passcode"),
    "passed_over": _p("detail of an event", "what was accepted"),
    "passes": _p("detail of an event", "passes"),
    "path": _p("detail of an event", "address"),
    "patient": _p("detail of an event", "patient"),
    "patients": _p("detail of an event", "patients"),
    "people": _p("detail of an event", "people"),
    "percent": _p("detail of an event", "percent"),
    "permission": _p("detail of an event", "right that is missing"),
    "photograph": _p("detail of an event", "photograph"),
    "photographs": _p("detail of an event", "photographs"),
    "place": _p("detail of an event", "place"),
    "plan": _p("detail of an event", "plan"),
    "planned_for": _p("detail of an event", "planned for"),
    "pose": _p("detail of an event", "view"),
    "practitioner": _p("detail of an event", "practitioner"),
    "price": _p("detail of an event", "price"),
    "product": _p("detail of an event", "product"),
    "program": _p("detail of an event", "program"),
    "protocol": _p("detail of an event", "protocol"),
    "purpose": _p("detail of an event", "purpose"),
    "purposes": _p("detail of an event", "purposes"),
    "questions": _p("detail of an event", "questions"),
    "quote": _p("detail of an event", "quote"),
    "reason": _p("detail of an event", "reason"),
    "reasons": _p("detail of an event", "reasons"),
    "recall": _p("detail of an event", "list of people to call"),
    "recipient": _p("detail of an event", "opened by"),
    "record": _p("detail of an event", "digest of the record"),
    "reference": _p("detail of an event", "reference"),
    "replaces": _p("detail of an event", "in place of"),
    "report": _p("detail of an event", "report"),
    "report_photograph": _p("detail of an event", "photograph of a report"),
    "resource": _p("detail of an event", "kind of resource"),
    "resources": _p("detail of an event", "kinds of resources"),
    "rest_ul": _p("detail of an event", "rest in µL"),
    "role": _p("detail of an event", "role"),
    "rows": _p("detail of an event", "rows"),
    "scope": _p("detail of an event", "scope"),
    "scopes": _p("detail of an event", "scopes"),
    "sender": _p("detail of an event", "sender"),
    "serious": _p("detail of an event", "serious because"),
    "session": _p("detail of an event", "session"),
    "sessions": _p("detail of an event", "sessions"),
    "sha256": _p("detail of an event", "digest"),
    "shape": _p("detail of an event", "body drawing"),
    "shortened": _p("detail of an event", "time to think not waited for"),
    "since": _p("detail of an event", "since"),
    "source": _p("detail of an event", "reported by"),
    "starts_at": _p("detail of an event", "begins"),
    "state": _p("detail of an event", "state"),
    "statements": _p("detail of an event", "statements"),
    "status": _p("detail of an event", "state"),
    "step": _p("detail of an event", "step"),
    "strength": _p("detail of an event", "strength"),
    "substance": _p("detail of an event", "substance"),
    "table": _p("detail of an event", "table"),
    "tag": _p("detail of an event", "edition"),
    "taken_on": _p("detail of an event", "taken on"),
    "takes_back": _p("detail of an event", "takes back"),
    "thing": _p("detail of an event", "room or equipment"),
    "time_zone": _p("detail of an event", "time zone"),
    "times": _p("detail of an event", "times sent"),
    "to": _p("detail of an event", "to"),
    "tokens": _p("detail of an event", "access of programs"),
    "total": _p("detail of an event", "total"),
    "tries": _p("detail of an event", "wrong tries"),
    "triggers": _p("detail of an event", "triggers"),
    "until": _p("detail of an event", "until"),
    "urgency": _p("detail of an event", "urgency"),
    "user": _p("detail of an event", "person (number in the database)"),
    "valid_until": _p("detail of an event", "valid until"),
    "version": _p("detail of an event", "version"),
    "version_of": _p("detail of an event", "version of the quote"),
    "visit": _p("detail of an event", "visit"),
    "volume_ml": _p("detail of an event", "volume in mL"),
    "was": _p("detail of an event", "before"),
    "what": _p("detail of an event", "what"),
    "where": _p("detail of an event", "where"),
    "who_umc": _p("detail of an event", "causality (WHO-UMC)"),
    "whole": _p("detail of an event", "everything was read"),
    "why": _p("detail of an event", "why"),
    "words": _p("detail of an event", "what was said"),
    "years": _p("detail of an event", "years"),
}
WAYS_IN: Final[dict[str, Words]] = {
    "password": _p("detail of an event", "password"),
    "totp": _p("detail of an event", "code of an app"),
    "webauthn": _p("detail of an event", "passkey"),
    "recovery_codes": _p("detail of an event", "recovery code"),
}
PARTS: Final[dict[str, Words]] = {
    "chart": _p("detail of an event", "the chart"),
    "desk": _p("detail of an event", "what the front desk sees"),
    "history": _p("detail of an event", "history"),
    "screening": _p("detail of an event", "screening"),
    "follow-up": _p("detail of an event", "follow-up"),
    "getting-ready": _p("detail of an event", "getting ready"),
    "answers_from_home": _p("detail of an event", "answers from home"),
    "questions": _p("detail of an event", "questions"),
    "data_request": _p("detail of an event", "request about data"),
    "consent_pdf": _p("detail of an event", "consent on paper"),
    "consent_text_pdf": _p("detail of an event", "text of the consent on paper"),
    "record_pdf": _p("detail of an event", "record on paper"),
    "aftercare_pdf": _p("detail of an event", "aftercare on paper"),
    "screen": _p("detail of an event", "screening"),
    "plan": _p("detail of an event", "plan"),
    "consent": _p("detail of an event", "consent"),
    "mix": _p("detail of an event", "mix"),
    "inject": _p("detail of an event", "injection"),
    "check": _p("detail of an event", "checklist"),
    "sign": _p("detail of an event", "signature"),
}
DECISIONS: Final[dict[str, Words]] = {
    "go": _p("detail of an event", "may be given"),
    "refer": _p("detail of an event", "a physician decides"),
    "stop": _p("detail of an event", "stop"),
}
PASSED_OVER: Final = "passed_over"  # sentences of `wheal verify`, kept as data
SUBJECTS: Final[dict[str, Words]] = {
    "appointments.feed": _p("detail of an event", "address of a calendar"),
    "appointments.waiting": _p("detail of an event", "entry of the waiting list"),
    "breakglass.opening": _p("detail of an event", "emergency access"),
    "followup.contact": _p("detail of an event", "answer or call"),
    "followup.measure": _p("detail of an event", "measure"),
    "people.clinic": _p("detail of an event", "clinic"),
    "people.credential": _p("detail of an event", "credential"),
    "people.servicetoken": _p("detail of an event", "access of a program"),
    "people.user": _p("detail of an event", "person"),
    "photographs.photographconsent": _p("detail of an event", "consent to photographs"),
    "portal.datarequest": _p("detail of an event", "request about data"),
    "portal.handedtext": _p("detail of an event", "consent text handed over"),
    "portal.message": _p("detail of an event", "message"),
    "portal.ownact": _p("detail of an event", "decision at home"),
    "portal.ownhistory": _p("detail of an event", "answers from home"),
    "preparing.behaviour": _p("detail of an event", "agreement before a treatment"),
    "preparing.letter": _p("detail of an event", "letter to the own doctor"),
    "preparing.owndoctor": _p("detail of an event", "own doctor"),
    "preparing.question": _p("detail of an event", "question to the own doctor"),
    "quotes.tax": _p("detail of an event", "rate of tax"),
    "safety.alarm": _p("detail of an event", "alarm"),
    "safety.patientreport": _p("detail of an event", "report of a patient"),
    "safety.reach": _p("detail of an event", "call to somebody"),
    "safety.reaction": _p("detail of an event", "reaction"),
    "stock.container": _p("detail of an event", "container"),
    "stock.delivery": _p("detail of an event", "delivery"),
    "stock.excursion": _p("detail of an event", "temperature outside the range"),
    "stock.supplier": _p("detail of an event", "supplier"),
    "stock.transfer": _p("detail of an event", "transfer"),
}
NUMBERED: Final = _p("detail of an event", "%(what)s, number %(number)s in the database")
TOLD: Final = _p("detail of an event", "%(name)s: %(words)s")
YES: Final = _p("detail of an event", "yes")
NO: Final = _p("detail of an event", "no")
ROLES: Final[dict[str, Words]] = {role.value: words for role, words in ROLE_NAMES.items()}
VALUES: Final = {
    "by": WAYS_IN,
    "kind": WAYS_IN,
    "kinds": WAYS_IN,
    "part": PARTS,
    "decision": DECISIONS,
    "role": ROLES,
}
DAYS: Final = frozenset(
    {"expires", "expires_at", "first", "last", "of", "opened_at", "planned_for", "since", "starts_at", "taken_on",
     "until", "valid_until"}
)  # fmt: skip
_ISO: Final = re.compile(r"\d{4}-\d\d-\d\d")


def in_words(detail: dict[str, object], subject: str = "", what: str = "") -> str:
    """`Role: nurse; before: administers no`. `subject`: the kind of what the event is about, whose own columns say what
    their codes are called, and `what`: of the event. What has no words is told by its code."""
    return "; ".join(
        str(TOLD) % {"name": name_of(name), "words": _value(name, value, subject, what)}
        for name, value in sorted(detail.items())
    )


def name_of(name: str) -> str:
    return str(NAMES.get(name) or name.replace("_", " "))


def subject_in_words(kind: str, number: str) -> str:
    """`lot, number 12 in the database`."""
    words = SUBJECTS.get(kind) or NAMES.get(kind.rpartition(".")[2]) or kind
    return str(NUMBERED) % {"what": words, "number": number}


def _value(name: str, value: object, subject: str, what: str) -> str:
    if name == PASSED_OVER and isinstance(value, list):
        return " ".join(verifying.in_words(each) for each in value) or "–"
    if isinstance(value, dict):
        return ", ".join(
            f"{name_of(key)} {_value(key, each, subject, what)}" for key, each in sorted(value.items())
        )
    if isinstance(value, list):
        return ", ".join(_value(name, each, subject, what) for each in value)
    if isinstance(value, bool):
        return str(YES if value else NO)
    said = str(value)
    if name in DAYS and _ISO.match(said):
        return _day(said)
    if value is None or value == "":
        return "–"
    return str(
        VALUES.get(name, {}).get(said)
        or _choices(subject, name).get(said)
        or audit_codes.in_words(name, said, subject, what)
        or said
    )


def _day(said: str) -> str:
    try:
        moment = parse_datetime(said) if "T" in said else None
        if isinstance(moment, datetime) and timezone.is_aware(moment):
            return date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT")
        day = parse_date(said)
    except ValueError:
        return said
    return date_format(day, "SHORT_DATE_FORMAT") if day else said


@cache
def _choices(subject: str, name: str) -> dict[str, Words]:
    """What the codes of that column are called, where the event is about such a row."""
    try:
        field = apps.get_model(subject)._meta.get_field(name)
    except (LookupError, ValueError, FieldDoesNotExist):
        return {}
    return {str(code): words for code, words in getattr(field, "flatchoices", ())}
