"""Accounts are made by an administrator; nobody signs up on their own. Coming and going is audited."""

from allauth.account.adapter import DefaultAccountAdapter
from django.db import transaction
from django.http import HttpRequest

from wheal.clinic.audit import actions as audit
from wheal.clinic.people.models import User


class InvitedOnly(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def login(self, request: HttpRequest, user: User) -> None:
        super().login(request, user)
        audit.record(by=user, what="people.logged_in", subject=user)

    def logout(self, request: HttpRequest) -> None:
        if request.user.is_authenticated:
            audit.record(by=request.user, what="people.logged_out", subject=request.user)
        super().logout(request)

    def authentication_failed(self, request: HttpRequest, **credentials: object) -> None:
        """A refused log-in is a refusal like any other. What was typed may be a password: it is not kept."""
        typed = credentials.get("username")
        meant = User.objects.filter(username=typed).first() if typed else None
        audit.record(by=None, what="people.login_refused", subject=meant, refused=True)

    @transaction.atomic
    def set_password(self, user: User, password: str) -> None:
        """The person's own choice: no longer temporary."""
        user.password_is_temporary = False
        super().set_password(user, password)
        audit.record(by=user, what="people.password_changed", subject=user)
