"""What every page needs around its content: the places a role may go to, languages, words for the scripts."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from wheal.clinic.demo_log_ins import PASSWORD, log_ins
from wheal.clinic.operations import clock
from wheal.clinic.people import whose
from wheal.clinic.people.permissions import P, may


class Place(TypedDict):
    app: str
    url: str
    icon: str
    name: str
    current: bool


PLACES = (
    ("treatments", "treatments:day", "day", pgettext_lazy("page of the day", "Day"), P.DAY_SEE),
    ("patients", "patients:find", "patient", gettext_lazy("Patients"), P.PATIENT_FIND),
    ("followup", "followup:due", "history", gettext_lazy("Follow-up"), P.CHART_READ),
    ("stock", "stock:list", "stock", gettext_lazy("Stock"), P.STOCK_SEE),
    ("safety", "safety:list", "block", gettext_lazy("Safety"), P.TRACE_SEE),
    ("formulary", "formulary:list", "bottle", pgettext_lazy("menu", "Formulary"), P.STOCK_SEE),
    ("people", "people:list", "people", gettext_lazy("People"), P.PEOPLE_WRITE),
    ("audit", "audit:list", "audit", gettext_lazy("Audit"), P.AUDIT_READ),
)


def page(request: HttpRequest) -> dict[str, object]:
    """No queries: the clinic and the role are already on the request."""
    inside = getattr(request, "clinic", None) is not None
    return {
        "clinic": getattr(request, "clinic", None),
        "page_mark": whose.mark(request),
        "places": _places(request) if inside else [],
        "may_quote": inside and may(request, P.QUOTE_WRITE),
        "may_give_record": inside and may(request, P.RECORD_GIVE),
        "decides": _decides(request) if inside else [],
        "may_forget": inside and may(request, P.RECORD_FORGET),
        "may_keep": inside and may(request, P.KEEPING_OWN),
        "may_book": inside and may(request, P.BOOK),
        "may_break": inside and may(request, P.RECORD_BREAK),
        "may_audit": inside and may(request, P.AUDIT_READ),
        "emergency_access": _emergency_access(request) if inside else None,
        "may_search": inside and may(request, P.PATIENT_FIND),
        "may_trace": inside and may(request, P.TRACE_SEE),
        "clock_behind": clock.behind(),
        "demo": {"log_ins": log_ins, "password": PASSWORD} if settings.DEMO else None,  # asked where shown
        "script_words": script_words,  # called where it is used
    }


def _emergency_access(request: HttpRequest) -> dict[str, object] | None:
    """The record that is open in an emergency, and until when. Remembered in the log-in."""
    held = request.session.get("wheal_emergency_access")
    until = datetime.fromisoformat(held["until"]) if held else None
    return {"pk": held["pk"], "until": until} if until and until > timezone.now() else None


DECIDES = (
    ("followup:results", "audit", gettext_lazy("Results"), P.OUTCOMES_SEE),
    ("quotes:accounts", "document", gettext_lazy("For accounting"), P.ACCOUNTS_SEE),
    ("quotes:prices", "edit", gettext_lazy("Taxes and packages"), P.QUOTE_OWN),
    ("appointments:own", "day", gettext_lazy("Reminders and calendars"), P.CALENDAR_OWN),
    ("rights:calendar", "clock", gettext_lazy("How long records are kept"), P.KEEPING_OWN),
    ("operations:status", "audit", gettext_lazy("How the site stands"), P.PEOPLE_WRITE),
)
"""What some decide or look through for the whole clinic: beside the places of every day, in the menu."""


def _decides(request: HttpRequest) -> list[dict[str, str]]:
    held = [each for each in DECIDES if may(request, each[3])]
    return [{"url": reverse(view), "icon": icon, "name": str(name)} for view, icon, name, _permission in held]


UNDER: dict[str, str] = {
    "quotes": "treatments", "appointments": "treatments", "breakglass": "audit", "arrivals": "patients",
    "programs": "people",
}  # fmt: skip
"""Pages without a place of their own, and the place that they belong to."""


def _places(request: HttpRequest) -> list[Place]:
    app = request.resolver_match.app_name if request.resolver_match else ""
    here = UNDER.get(app, app)
    return [
        Place(app=app, url=reverse(view), icon=icon, name=str(name), current=app == here)
        for app, view, icon, name, permission in PLACES
        if may(request, permission)
    ]


def script_words() -> dict[str, str]:
    """Every sentence that a script may show, in the reader's language; scripts hold no words of their own."""
    return {
        "saving": _("Saving…"),
        "saved": _("Saved {time}"),
        "kept_here": _("Not sent yet: kept on this device, trying again"),
        "only_here": _("Not sent yet: leave this page open, trying again"),
        "saved_in_part": _("Saved, but for what is marked"),
        "kept_until_sent": _("Kept on this device until it is sent"),
        "stale_away": _(
            "Not judged since {time}: the connection is away. These doses are not those of what is drawn."
        ),
        "stale": _("Not judged since {time}. These doses are not those of what is drawn."),
        "stale_page": _("Not judged since {time}: the connection is away."),
        "begin_anew": _("Begin anew"),
        "put_back": _("Put back as it was left on this device. It is not sent yet."),
        "page_kept": _(
            "No connection. This is the page as it stood at {time}; what you enter is kept here and sent later."
        ),
        "kept_session": _("{step}, as it stood at {time}"),
        "left_away": _(
            "You are logged out on this device, and what it kept for you is deleted. There is no connection: "
            "your log-in on the clinic’s server ends when Wheal is opened here again."
        ),
        "not_done": _("What you tapped needs the connection and was not done: nothing was changed."),
        "try_again": _("Try again"),
        "changed_elsewhere": _("Another device changed this session."),
        "changed_elsewhere_by": _("{by} changed this session on another device at {at}."),
        "label_points": _("Points"),
        "label_outline": _("Outline"),
        "conflict": _("Another device changed this: choose which one stands"),
        "logged_out": _("You are logged out. What you entered is kept on this device."),
        "logged_out_unkept": _(
            "You are logged out. Leave this page open, and log in again in another window."
        ),
        "log_in_again": _("Log in again to save it"),
        "others": _(
            "Somebody else is logged in on this device now. What you entered is kept here for you: "
            "it is saved once you have logged in again."
        ),
        "others_unkept": _(
            "Somebody else is logged in on this device now. Leave this page open, and log in again in another window."
        ),
        "other_clinic": _("{reason} What you entered is kept on this device."),
        "to_other_clinic": _("Go back there to save it"),
        "refused": _("Not saved: {reason}"),
        "not_allowed": _("it was not accepted"),
        "leave": _("Some entries are not saved yet. Log out all the same and lose them?"),
        "signature_drawn": _("Signature drawn"),
        "signature_empty": _("Sign here with a finger, a pen or the mouse"),
        "points": _("{count} points"),
        "point": _("{count} point"),
        "point_added": _("Point added: {count}"),
        "point_lifted": _("Point lifted: {count} left"),
        "outline_drawn": _("Outline drawn: {area} cm²"),
        "outline_draw": _("Draw the outline with one stroke, or tap its corners one after the other."),
        "outline_corner": _(
            "Corner {count} set. Tap the first corner, or press Enter, to close the outline."
        ),
        "outline_corner_back": _("Last corner taken back: {count} left"),
        "outline_small": _("That outline is too small. Draw it again."),
        "outline_crossed": _("The outline crosses itself. Draw it again without crossing."),
        "grid_failed": _("The grid could not be laid. Try again."),
        "grid_away": _(
            "A grid needs the connection, which is away. Until it is back points can be set by hand: tap the map."
        ),
        "beside_the_body": _("Beside the body: nothing is set there."),
        "grid_none": _("No point fits at this spacing. Choose a smaller spacing or a larger outline."),
        "too_near": _("{distance} cm from the nearest point: nearer than the spacing chosen."),
        "outside": _("{count} outside the outline"),
        "in_danger": _("{count} in a danger zone"),
        "nudged": _("Everything moved by 1 mm"),
        "nudged_one": _("Point moved by 1 mm"),
        "point_moved": _("Point moved"),
        "move_how": _("The arrows move everything. Drag a point, or tap it, to move it alone."),
        "move_one": _("The arrows move this point alone. Tap it again to let go of it."),
        "left_out": _("{count} left out: in a danger zone"),
        "cursor": _("Cursor {x} cm, {y} cm"),
        "nothing_to_undo": _("Nothing to undo"),
        "camera_opens": _("Opening the camera…"),
        "camera_looks": _("Hold the code in the middle of the picture, about a hand away."),
        "camera_refused": _("The camera could not be opened. Allow it in the browser, or type the code."),
        "fixed": _("Signed and fixed: to be looked at only."),
    }
