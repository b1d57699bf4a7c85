"""Run by itself on a clinic's data: one account, and one event of the audit that tells of it."""

import django

django.setup()

from wheal.clinic.people.actions import record_about  # noqa: E402
from wheal.clinic.people.models import User  # noqa: E402

zoe = User.objects.create_user("Zoe")
record_about(user=zoe, by=zoe, what="people.logged_in")
