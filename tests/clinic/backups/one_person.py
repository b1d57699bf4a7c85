"""Run by itself on a clinic's data: one account, one event of the audit that tells of it, and one encrypted file.

Prints the name of the file."""

import os

import django

django.setup()

from wheal.clinic import vault  # noqa: E402
from wheal.clinic.people.actions import record_about  # noqa: E402
from wheal.clinic.people.models import User  # noqa: E402

zoe = User.objects.create_user("Zoe")
record_about(user=zoe, by=zoe, what="people.logged_in")
print(vault.current().put([os.urandom(70_000)], about="a leaflet").name)
