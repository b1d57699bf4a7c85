"""Pages about the people of a clinic, for its administrator, and about oneself."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from wheal.clinic.people import actions, leaving, telling
from wheal.clinic.people.forms import (
    ColleagueForm,
    CredentialForm,
    MemberChangeForm,
    MemberForm,
    PasswordGivenForm,
)
from wheal.clinic.people.models import Credential, Membership
from wheal.clinic.people.permissions import Permission, permission_required
from wheal.clinic.people.proofs import factor_required, factor_required_first
from wheal.clinic.people.validity import told

REASONS = {
    "username_taken": gettext_lazy("Somebody already has this user name. Choose another."),
    "last_administrator": gettext_lazy(
        "A clinic keeps at least one administrator. Make somebody else administrator first."
    ),
    "already_member": gettext_lazy("This person already works here."),
    "works_elsewhere": gettext_lazy(
        "This person also works in a clinic that you do not administer, so you cannot change how they log in."
    ),
    "own_factor": gettext_lazy("Your own is taken away by another administrator."),
    "own_password": gettext_lazy("Your own you change yourself, with the old one, on your page."),
    "no_factor": gettext_lazy("This person has no second factor: there is nothing to take away."),
}


def _members(request: HttpRequest):
    return Membership.objects.filter(clinic=request.clinic).select_related("user", "clinic")


@permission_required(Permission.PEOPLE_WRITE)
def people(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    members = list(
        _members(request)
        .prefetch_related("user__credentials")
        .order_by("user__last_name", "user__first_name")
    )
    rows = [
        {
            "membership": member,
            "role": member.role_words,
            "credentials": told(_held(member)),
            "password_is_over": member.user.password_is_over(now),
        }
        for member in members
    ]
    warned = [
        {"person": row["membership"].user, "membership": row["membership"], **each}
        for row in rows
        for each in row["credentials"]
        if row["membership"].ended_at is None and each["state"] in {"expired", "ends_soon", "not_known"}
    ]
    working = [row for row in rows if row["membership"].ended_at is None]
    left = [row for row in rows if row["membership"].ended_at is not None]
    return render(request, "people/list.html", {"working": working, "left": left, "warned": warned})


def _held(member: Membership) -> list[Credential]:
    return [each for each in member.user.credentials.all() if each.withdrawn_at is None]


@permission_required(Permission.PEOPLE_WRITE)
@require_http_methods(["GET", "POST"])
@factor_required_first
def new(request: HttpRequest) -> HttpResponse:
    form = MemberForm(request.POST or None, initial={"language": request.clinic.language})
    if request.method != "POST" or not form.is_valid():
        return _new_page(request, form, status=422 if form.errors else 200)
    try:
        user = actions.admit(
            clinic=request.clinic,
            person=form.as_person(),
            role=form.cleaned_data["role"],
            administers=form.cleaned_data["administers"],
            by=request.user,
            temporary=True,
        )
    except actions.PeopleRefused as refusal:
        form.add_error(None, REASONS[refusal.reason])
        return _new_page(request, form, status=422)
    messages.success(request, _("%(name)s can now log in.") % {"name": user.shown_name})
    return redirect("people:person", user.memberships.get(clinic=request.clinic, ended_at=None).pk)


def _new_page(request: HttpRequest, form: MemberForm, *, status: int) -> HttpResponse:
    colleagues = ColleagueForm(administrator=request.user, clinic=request.clinic)
    offered = colleagues if colleagues.fields["colleague"].queryset.exists() else None
    return render(request, "people/new.html", {"form": form, "colleagues": offered}, status=status)


@permission_required(Permission.PEOPLE_WRITE)
@require_POST
@factor_required
def join(request: HttpRequest) -> HttpResponse:
    form = ColleagueForm(request.POST, administrator=request.user, clinic=request.clinic)
    if not form.is_valid():
        messages.error(request, _("Choose a person and a role."))
        return redirect("people:new")
    kept = form.cleaned_data
    member = actions.join(
        user=kept["colleague"],
        clinic=request.clinic,
        role=kept["role"],
        administers=kept["administers"],
        by=request.user,
    )
    return redirect("people:person", member.pk)


@permission_required(Permission.PEOPLE_WRITE)
@require_http_methods(["GET", "POST"])
@factor_required
def person(request: HttpRequest, pk: int) -> HttpResponse:
    member = get_object_or_404(_members(request), pk=pk)
    form = MemberChangeForm(
        request.POST or None,
        initial={
            "first_name": member.user.first_name,
            "last_name": member.user.last_name,
            "role": member.role,
            "administers": member.administers,
        },
    )
    if request.method != "POST":
        return _person_page(request, member, form)
    if not form.is_valid():
        return _person_page(request, member, form, status=422)
    try:
        actions.change_member(
            membership=member,
            first_name=form.cleaned_data["first_name"],
            last_name=form.cleaned_data["last_name"],
            role=form.cleaned_data["role"],
            administers=form.cleaned_data["administers"],
            by=request.user,
        )
    except actions.PeopleRefused as refusal:
        form.add_error(None, REASONS[refusal.reason])
        return _person_page(request, member, form, status=422)
    messages.success(request, _("Saved."))
    return redirect("people:person", member.pk)


def _person_page(
    request: HttpRequest, member: Membership, form: object, *, status: int = 200
) -> HttpResponse:
    page = {
        "membership": member,
        "form": form,
        "credentials": told(member.user.credentials.order_by("kind", F("valid_until").desc(nulls_last=True))),
        "role": member.role_words,
    }
    return render(request, "people/person.html", page, status=status)


@permission_required(Permission.PEOPLE_WRITE)
@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    member = get_object_or_404(_members(request).filter(ended_at=None), pk=pk)
    try:
        leaving.leave(membership=member, by=request.user)
    except actions.PeopleRefused as refusal:
        messages.error(request, REASONS[refusal.reason])
        return redirect("people:person", member.pk)
    messages.success(request, _("%(name)s no longer works here.") % {"name": member.user.shown_name})
    return redirect("people:list")


@permission_required(Permission.PEOPLE_WRITE)
@require_http_methods(["GET", "POST"])
@factor_required_first
def give_password(request: HttpRequest, pk: int) -> HttpResponse:
    member = get_object_or_404(_members(request).filter(ended_at=None), pk=pk)
    form = PasswordGivenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.give_temporary_password(
                user=member.user,
                clinic=request.clinic,
                password=form.cleaned_data["password"],
                by=request.user,
            )
        except actions.PeopleRefused as refusal:
            form.add_error(None, REASONS[refusal.reason])
        else:
            telling.tell(telling.PASSWORD, member=member, by=request.user)
            messages.success(request, _("The temporary password holds for one log-in, within seven days."))
            return redirect("people:person", member.pk)
    page = {"form": form, "membership": member}
    return render(request, "people/password.html", page, status=422 if form.errors else 200)


@permission_required(Permission.PEOPLE_WRITE)
@require_http_methods(["GET", "POST"])
def credential_new(request: HttpRequest, pk: int) -> HttpResponse:
    member = get_object_or_404(_members(request).filter(ended_at=None), pk=pk)
    form = CredentialForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.record_credential(
            user=member.user,
            clinic=request.clinic,
            kind=form.cleaned_data["kind"],
            number=form.cleaned_data["number"],
            valid_until=form.cleaned_data["valid_until"],
            by=request.user,
        )
        messages.success(request, _("Recorded."))
        return redirect("people:credential-new" if "another" in request.POST else "people:person", member.pk)
    held = told(member.user.credentials.filter(withdrawn_at=None).order_by("kind"))
    page = {"form": form, "membership": member, "held": held}
    return render(request, "people/credential.html", page, status=422 if form.errors else 200)


@permission_required(Permission.PEOPLE_WRITE)
@require_POST
def credential_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    theirs = Credential.objects.filter(
        withdrawn_at=None, user__memberships__in=_members(request).filter(ended_at=None)
    )
    credential = get_object_or_404(theirs, pk=pk)
    actions.withdraw_credential(credential=credential, clinic=request.clinic, by=request.user)
    member = _members(request).get(user=credential.user, ended_at=None)
    messages.success(request, _("Withdrawn: it no longer counts."))
    return redirect("people:person", member.pk)
