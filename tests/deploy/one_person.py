"""A clinic with one physician, for whoever only logs in: run by itself on a clinic's data."""

import django

django.setup()

import people  # noqa: E402
from wheal.clinic.people.models import Role  # noqa: E402

people.person("Alice", Role.PHYSICIAN, people.clinic())
