"""A statement that takes longer than is allowed, in the middle of an action: `python -m engines.given_up URL` on a data
folder whose database is at URL tells, as JSON, what was answered and what stands in the record."""

from __future__ import annotations

import json
import os
import sys

os.environ["WHEAL_HOSTS"] = "testserver"
os.environ["WHEAL_SECOND_FACTOR"] = "nobody"

import django

django.setup()

import psycopg  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402

import people  # noqa: E402
from wheal.clinic.audit.models import Event  # noqa: E402
from wheal.clinic.audit.verifying import verify  # noqa: E402
from wheal.clinic.patients.models import Patient, SearchWord  # noqa: E402
from wheal.clinic.people.models import Role  # noqa: E402

NEW = {
    "family_name": "Slowly",
    "given_names": "Ana",
    "sex": "female",
    "language": "en",
    "birth_date": "1990-01-02",
}
SLEEPS = (
    "CREATE FUNCTION sleeps() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(60); RETURN NEW; END $$",
    "CREATE TRIGGER sleeps BEFORE INSERT ON patients_searchword FOR EACH ROW EXECUTE FUNCTION sleeps()",
)
"""A patient is written before the words by which they are found."""


def main(url: str) -> None:
    alice = people.person("Alice", Role.PHYSICIAN, people.clinic())
    browser = Client(raise_request_exception=False)
    browser.force_login(alice)
    browser.get("/")
    before = Event.objects.count()

    def register(**headers: str):
        return browser.post("/patients/new/", NEW, headers=headers)

    with psycopg.connect(url, autocommit=True) as owner:
        for statement in SLEEPS:
            owner.execute(statement)
        page, saving = register(), register(accept="application/json")
        told = {
            "page": [page.status_code, page.headers["Retry-After"], page.content.decode()],
            "saving": [saving.status_code, saving.json()],
            "written": [Patient.objects.count(), SearchWord.objects.count(), Event.objects.count() - before],
        }
        owner.execute("DROP TRIGGER sleeps ON patients_searchword")
    told["again"] = [register().status_code, Patient.objects.count(), SearchWord.objects.count()]
    told["whole"] = verify().broken == ()
    connection.close()
    print(json.dumps(told))


if __name__ == "__main__":
    main(sys.argv[1])
