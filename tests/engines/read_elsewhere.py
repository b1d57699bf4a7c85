"""Lists read from a real standby of a real PostgreSQL, with the wall around each clinic up: `python -m
engines.read_elsewhere` on an empty data folder tells, as JSON, from where each was read, and what it showed."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg

import postgresql
from crash.cluster import Cluster, Standby

ROLE = "wheal_serves"
PATIENCE = 20  # seconds in which a standby catches up, or is back
ALSO = (
    "safety:list",
    "safety:under-way",
    "safety:reactions",
    "followup:due",
)  # of which a part is read there


def served() -> tuple[Cluster, Standby]:
    """A server with the tables, the wall and a role that does not own them; a standby; and the site set up on both."""
    first = Cluster()
    first.at.run("CREATE DATABASE clinic")
    url = first.at.at("clinic")
    first.at.fill(url)
    first.at.run(f"CREATE ROLE {ROLE} LOGIN")
    for grant in ("SELECT, INSERT, UPDATE, DELETE ON ALL TABLES", "USAGE, SELECT ON ALL SEQUENCES"):
        first.at.run(f"GRANT {grant} IN SCHEMA public TO {ROLE}", url)
    follows = Standby(first.at.url, first.programs)
    os.environ |= {
        "WHEAL_DATABASE_URL": psycopg.conninfo.make_conninfo(url, user=ROLE),
        "WHEAL_REPLICA_URL": follows.at("clinic", ROLE), "WHEAL_HOSTS": "testserver", "WHEAL_SECOND_FACTOR": "nobody",
    }  # fmt: skip
    from serving import run_on  # the wall is its owner's to raise

    run_on(os.environ["WHEAL_DATA"], "django", "wall", "up", WHEAL_DATABASE_URL=url)
    import django

    django.setup()
    return first, follows


class Site:
    def __init__(self, first: Cluster, follows: Standby) -> None:
        from django.test import Client

        import people
        from wheal.clinic.people.models import Role

        self.first, self.follows = first, follows
        self.clinic = people.clinic()
        self.alice = people.person("Alice", Role.PHYSICIAN, self.clinic)
        charlie = people.person("Charlie", Role.PHYSICIAN, people.clinic("Faraway"))
        people.patient(self.clinic, self.alice, family_name="Ouridge")
        people.patient(charlie.memberships.get().clinic, charlie, family_name="Theirfield")
        self.browser = Client(raise_request_exception=False)
        self.browser.post("/accounts/login/", {"login": self.alice.username, "password": people.PASSWORD})

    def asked(self, path: str) -> tuple[str, dict[str, list[str]]]:
        """The page, and what each database was asked for it."""
        from django.db import connections

        said: dict[str, list[str]] = {alias: [] for alias in connections}

        def note(alias: str) -> Callable[..., object]:
            def kept(execute, sql, params, many, context):
                said[alias].append(sql)
                return execute(sql, params, many, context)

            return kept

        first, follows = connections["default"], connections["standby"]
        with first.execute_wrapper(note("default")), follows.execute_wrapper(note("standby")):
            answer = self.browser.get(path)
        return f"{answer.status_code} {answer.content.decode()}", said

    def read(self, path: str) -> tuple[str, str]:
        """The page, and from where its rows came."""
        page, said = self.asked(path)
        rows = [sql for sql in said["standby"] if "pg_last_wal" not in sql and "SELECT 1" not in sql]
        return page, "standby" if rows else "first"

    def when_even(self) -> None:
        from wheal.clinic import standby

        until = time.monotonic() + PATIENCE
        while not standby.has_everything() and time.monotonic() < until:
            time.sleep(0.01)

    def on_the_standby(self, statement: str) -> None:
        postgresql.Server.run(self.first.at, statement, self.follows.at("clinic"))


def every_list(site: Site) -> dict[str, list[str]]:
    """By name: those not read there, and those that write something besides their line of the audit."""
    from django.urls import get_resolver, reverse

    found = [name for name in named(get_resolver()) if name.count(":") == 1]
    told: dict[str, list[str]] = {"lists": sorted({*found, *ALSO}), "not_read_there": [], "written": []}
    for name in told["lists"]:
        path = reverse(name) + "?q=Our"
        for _again in range(3):  # what the server itself notes may come in between
            site.when_even()
            page, said = site.asked(path)
            if len(said["standby"]) > 1:
                break
        else:
            told["not_read_there"].append(name)
        writes = [sql for sql in said["default"] if sql.startswith(("INSERT", "UPDATE", "DELETE"))]
        if (
            any("audit_event" not in sql and "django_session" not in sql for sql in writes)
            or page[:3] != "200"
        ):
            told["written"].append(name)
    return told


def named(resolver, space: str = "") -> Iterator[str]:
    """Names of the pages that say they are read from the standby."""
    for pattern in resolver.url_patterns:
        if hasattr(pattern, "url_patterns"):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from named(pattern, inner)
        elif getattr(pattern.callback, "reads_standby", False):
            yield f"{space}{pattern.name}"


def just_saved(site: Site) -> dict[str, object]:
    """While the standby is held back: what somebody saves is on their next list, and nobody waits."""
    site.when_even()
    site.on_the_standby("SELECT pg_wal_replay_pause()")
    new = {"family_name": "Justsaved", "given_names": "Ana", "sex": "female", "language": "en",
           "birth_date": "1990-01-02"}  # fmt: skip
    saved = site.browser.post("/patients/new/", new).status_code
    page, behind = site.read("/patients/search/?q=Justsaved")
    is_shown = "JUSTSAVED" in page
    site.on_the_standby("SELECT pg_wal_replay_resume()")
    site.when_even()
    later, even = site.read("/patients/search/?q=Justsaved")
    return {"saved": saved, "shown": is_shown, "behind": behind, "later": "JUSTSAVED" in later, "even": even}


def walled(site: Site) -> dict[str, object]:
    """A query that forgets its clinic is given there what it is given at the first."""
    from wheal.clinic import standby, walls
    from wheal.clinic.patients.models import Patient

    told: dict[str, object] = {}
    for name, seen in {"one": walls.only([site.clinic.pk]), "none": walls.only([])}.items():
        with seen, standby.read():
            told[name] = sorted(Patient.objects.values_list("family_name", flat=True))
    with standby.read():
        told["from"] = Patient.objects.first()._state.db
    return told


@contextmanager
def cut_off(site: Site) -> Iterator[None]:
    """The standby ends the connection at the first row of a patient that it is asked for."""
    from django.db import connections

    def cut(execute, sql, params, many, context):
        if "patients_patient" in sql:
            site.on_the_standby(
                f"SELECT pg_terminate_backend({context['connection'].connection.info.backend_pid})"
            )
        return execute(sql, params, many, context)

    with connections["standby"].execute_wrapper(cut):
        yield


def away(site: Site) -> dict[str, object]:
    """Cut off in the middle of a list; away altogether; back; and made the first of a record of its own."""
    from wheal.clinic import lists

    told, path = {}, "/patients/search/?q=Ouridge"

    def note(name: str) -> None:
        page, where = site.read(path)
        told[name] = [page[:3], "OURIDGE" in page, where]

    def back() -> None:
        lists._away.until = time.monotonic() - 1
        site.when_even()

    site.when_even()
    with cut_off(site):
        page = site.browser.get(path)
    told["cut_off"] = [str(page.status_code), "OURIDGE" in page.content.decode()]
    note("left_alone")
    back()
    note("asked_again")
    site.follows.kill()
    note("away")
    site.follows.start()
    back()
    note("back")
    site.follows.promote()
    note("a_first_itself")
    return told


def main() -> None:
    first, follows = served()
    try:
        site = Site(first, follows)
        done = (every_list, just_saved, walled, away)
        print(json.dumps({each.__name__: each(site) for each in done}))
    finally:
        from django.db import connections

        for database in connections.all():
            database.close_pool()
        follows.remove()
        first.remove()


if __name__ == "__main__":
    main()
