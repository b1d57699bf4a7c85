"""Which role may do what, in one table, and the guard that views wear."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from functools import wraps

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from wheal.clinic.audit import actions as audit
from wheal.clinic.people.models import ROLE_NAMES, Role, role_words


class Permission(StrEnum):
    DAY_SEE = "day.see"
    PATIENT_FIND = "patient.find"
    PATIENT_EDIT = "patient.edit"  # register, correct name and address
    BOOK = "session.book"
    CHART_READ = "chart.read"  # history, screening, plans, sessions
    HISTORY_WRITE = "history.write"
    PLAN_WRITE = "plan.write"
    CONSENT_TAKE = "consent.take"
    MIX_WRITE = "mix.write"
    PROTOCOL_WRITE = "protocol.write"  # the clinic's own recipes
    POINTS_WRITE = "points.write"
    SESSION_SIGN = "session.sign"
    SESSION_AMEND = "session.amend"
    PHOTOGRAPH_TAKE = "photograph.take"
    PHOTOGRAPH_GIVE_OUT = "photograph.give_out"  # a copy that leaves the record
    PHOTOGRAPH_DELETE = "photograph.delete"
    STOCK_SEE = "stock.see"
    STOCK_WRITE = "stock.write"
    LOT_BLOCK = "lot.block"
    TRACE_SEE = "trace.see"  # who received what
    RECALL_WRITE = "recall.write"
    REACTION_WRITE = "reaction.write"  # record what happened after a session, and follow it
    REACTION_JUDGE = "reaction.judge"  # severity, seriousness, causality; corrections
    ALARM_WRITE = "alarm.write"  # act on an alarm and conclude it
    FOLLOW_UP_WRITE = "follow_up.write"  # measure, ask again, note the answer
    OUTCOMES_SEE = "outcomes.see"  # results of a clinic
    RECORD_BREAK = "record.break"  # open a record that is closed to them, in an emergency
    LINK_GIVE = "link.give"  # open pages to a patient
    RECORD_GIVE = "record.give"  # a copy of somebody's whole record, for them
    RECORD_FORGET = "record.forget"  # taking out who somebody was
    KEEPING_OWN = "keeping.own"  # whose term of keeping ends when, and the clinic's own term
    PATIENT_ANSWER = "patient.answer"  # what patients ask and send from home
    QUOTE_WRITE = "quote.write"  # make, hand over and have accepted; record money
    QUOTE_OWN = "quote.own"  # the clinic's rates of tax and packages
    QUOTE_SHORTEN = "quote.shorten"  # note why the time to think is not waited for
    CALENDAR_OWN = "calendar.own"  # reminders and feeds of the clinic's calendar
    ACCOUNTS_SEE = "accounts.see"  # lists of quotes and money for accounting
    CLINIC_EXPORT = "clinic.export"  # everything of a clinic, to take along
    PEOPLE_WRITE = "people.write"
    AUDIT_READ = "audit.read"


P = Permission
DESK = {P.DAY_SEE, P.PATIENT_FIND, P.PATIENT_EDIT, P.BOOK, P.LINK_GIVE, P.QUOTE_WRITE, P.RECORD_BREAK}
ROOM = DESK | {
    P.CHART_READ,
    P.HISTORY_WRITE,
    P.PLAN_WRITE,
    P.CONSENT_TAKE,
    P.MIX_WRITE,
    P.POINTS_WRITE,
    P.PHOTOGRAPH_TAKE,
    P.STOCK_SEE,
    P.STOCK_WRITE,
    P.TRACE_SEE,
    P.REACTION_WRITE,
    P.PATIENT_ANSWER,
    P.FOLLOW_UP_WRITE,
}
DECIDES = {P.LOT_BLOCK, P.RECALL_WRITE, P.REACTION_JUDGE, P.ALARM_WRITE, P.OUTCOMES_SEE}
ALLOWED: dict[str, set[Permission]] = {
    Role.FRONT_DESK: DESK,
    Role.ASSISTANT: ROOM,
    Role.NURSE: ROOM | {P.SESSION_SIGN, P.SESSION_AMEND},
    Role.PHYSICIAN: ROOM
    | DECIDES
    | {P.SESSION_SIGN, P.SESSION_AMEND, P.PROTOCOL_WRITE, P.PHOTOGRAPH_GIVE_OUT, P.PHOTOGRAPH_DELETE}
    | {P.QUOTE_OWN, P.QUOTE_SHORTEN, P.ACCOUNTS_SEE, P.CALENDAR_OWN, P.RECORD_GIVE, P.RECORD_FORGET}
    | {P.KEEPING_OWN},
    Role.SAFETY_OFFICER: DECIDES
    | {
        P.DAY_SEE,
        P.PATIENT_FIND,
        P.CHART_READ,
        P.STOCK_SEE,
        P.STOCK_WRITE,
        P.TRACE_SEE,
        P.REACTION_WRITE,
        P.FOLLOW_UP_WRITE,
        P.LINK_GIVE,
        P.AUDIT_READ,
        P.RECORD_GIVE,
        P.RECORD_BREAK,
    },
    Role.ADMINISTRATOR: {
        P.DAY_SEE,
        P.PEOPLE_WRITE,
        P.CLINIC_EXPORT,
        P.STOCK_SEE,
        P.STOCK_WRITE,
        P.AUDIT_READ,
        P.QUOTE_OWN,
        P.ACCOUNTS_SEE,
        P.OUTCOMES_SEE,
        P.CALENDAR_OWN,
        P.KEEPING_OWN,
    },
}


def permissions_of(role: str, *, administers: bool) -> set[Permission]:
    """What the role may do, and what an administrator may where the person also administers."""
    return ALLOWED.get(role, set()) | (ALLOWED[Role.ADMINISTRATOR] if administers else set())


def may(request: HttpRequest, permission: Permission) -> bool:
    held = permissions_of(request.role, administers=request.administers)  # type: ignore[attr-defined]
    return permission in held


def permission_required(
    permission: Permission,
) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Refuse with a page that names what is missing, and write the refusal to the audit."""

    def wear(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @login_required
        @wraps(view)
        def guarded(request: HttpRequest, *args: object, **named: object) -> HttpResponse:
            if may(request, permission):
                return view(request, *args, **named)
            audit.record_refusal(
                request, what="people.request_refused", detail={"permission": permission.value}
            )
            return render(request, "people/refused.html", _refused_page(request, permission), status=403)

        guarded.permission = permission  # type: ignore[attr-defined]
        return guarded

    return wear


def _refused_page(request: HttpRequest, permission: Permission) -> dict[str, object]:
    allowed = [ROLE_NAMES[role] for role, held in ALLOWED.items() if permission in held]
    return {"role": role_words(request.role, request.administers), "allowed": allowed}  # type: ignore[attr-defined]
