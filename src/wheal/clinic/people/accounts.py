"""Accounts are made by an administrator; nobody signs up on their own. Coming and going is audited."""

from allauth.account.adapter import DefaultAccountAdapter
from django.db import transaction
from django.http import HttpRequest

from wheal.clinic.audit import actions as audit
from wheal.clinic.people import devices
from wheal.clinic.people.actions import record_about
from wheal.clinic.people.models import User


class InvitedOnly(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def login(self, request: HttpRequest, user: User) -> None:
        super().login(request, user)
        record_about(user=user, by=user, what="people.logged_in")

    def logout(self, request: HttpRequest) -> None:
        if request.user.is_authenticated:
            record_about(user=request.user, by=request.user, what="people.logged_out")
            devices.forget_device(device=request.POST.get("device", ""), by=request.user)
        super().logout(request)

    def authentication_failed(self, request: HttpRequest, **credentials: object) -> None:
        """A refused log-in is a refusal like any other. What was typed may be a password: it is not kept."""
        typed = credentials.get("username")
        if meant := User.objects.filter(username=typed).first() if typed else None:
            record_about(user=meant, by=None, what="people.login_refused", refused=True)
        else:
            audit.record(by=None, what="people.login_refused", refused=True)

    @transaction.atomic
    def set_password(self, user: User, password: str) -> None:
        """The person's own choice: no longer temporary."""
        user.password_is_temporary = False
        super().set_password(user, password)
        record_about(user=user, by=user, what="people.password_changed")
