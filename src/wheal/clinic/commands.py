"""`wheal serve`, `wheal demo`, `wheal manage`: what the site does before its first answer."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from types import ModuleType

import django
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from wheal.clinic import console, databases, rubbish
from wheal.clinic.operations import counting, starting, upgrading
from wheal.clinic.people import setup_code

DEMO_MARK = ".wheal-demo"
WORKERS, THREADS = 2, 4  # measured: a third more requests a second than one process, and shorter waits


def serve(args: argparse.Namespace) -> int:
    """The real thing, empty at first. `args`: data, host, port (None: the first free one from 8000)."""
    try:
        data = starting.alone_in(starting.writable(Path(args.data)))
        port = starting.port(args.host, args.port)
        _prepare(data, host=args.host)
    except starting.CannotStart as reason:
        return _told(reason)
    address = _address(args.host, port)
    code = _setup_code()
    if code:
        print(f"No clinic yet. Open {address} and type this one-time set-up code:  {code}", flush=True)
    print(f"Wheal serves {data} at {address}  (Ctrl+C ends it)", flush=True)
    _answer(args.host, port)
    return 0


def demo(args: argparse.Namespace) -> int:
    """A clinic with invented people. `args`: data, port, fresh. A second run keeps what was entered."""
    try:
        data = _demo_folder(Path(args.data or "demo-data"), fresh=args.fresh)
        port = starting.port("127.0.0.1", args.port or int(os.environ.get("PORT") or 0))
        os.environ["WHEAL_DEMO"] = "1"
        for elsewhere in (databases.URL, databases.STANDBY_URL, "WHEAL_REGISTRY"):
            os.environ.pop(elsewhere, None)  # invented people stay in a folder of their own
        _prepare(data, host="127.0.0.1")
    except starting.CannotStart as reason:
        return _told(reason)
    _build_demo()
    _print_log_ins(_address("127.0.0.1", port))
    _answer("127.0.0.1", port)
    return 0


def manage(args: argparse.Namespace) -> int:
    """Django's own commands on a clinic's data. `args`: data, rest (such as ["changepassword", "ada"])."""
    if gone := databases.lost(os.environ, args.data):
        return _told(starting.CannotStart(f"{gone}. To go on: {databases.TO_FIND_IT}."))
    console.name_the_data(args.data)
    execute_from_command_line(["wheal manage", *args.rest])
    if args.rest[:1] == ["migrate"]:
        upgrading.name_what_was_made()
    return 0


def nightly(args: argparse.Namespace) -> int:
    """Every job of the timetable, or those named, one line each. `args`: data, jobs. 1 where one failed or found
    something wrong."""
    console.settle(args.data)
    jobs = import_module("wheal.clinic.jobs")
    held = {job.name: job for job in jobs.TIMETABLE}
    if unknown := sorted(set(args.jobs) - held.keys()):
        return _told(
            starting.CannotStart(f"no such job: {', '.join(unknown)}. There are: {', '.join(held)}.")
        )
    ran = [jobs.run(held[name]) for name in args.jobs or held]
    for row in ran:
        print(json.dumps({"job": row.name, "failed": row.failed, **_outcome(row.outcome)}), flush=True)
    return int(any(row.failed or row.outcome.get("wrong") for row in ran))


def _outcome(kept: dict[str, object]) -> dict[str, object]:
    """With what is wrong in words."""
    in_words, first = import_module("wheal.clinic.audit.verifying").in_words, kept.get("first")
    return kept | {"first": [in_words(each) for each in first]} if isinstance(first, list) else kept


def tracer(args: argparse.Namespace) -> Callable[[bytes], bytes]:
    """What answers `wheal trace` from a clinic's data. `args`: data."""
    console.settle(args.data)
    answers = import_module("wheal.clinic.safety.answers")
    rubbish.settle()
    return answers.answer_line


def _told(reason: starting.CannotStart) -> int:
    print(f"wheal: {reason}", file=sys.stderr)
    return 1


def _demo_folder(data: Path, *, fresh: bool) -> Path:
    """Only a folder that bears the mark of a demo is used or emptied."""
    data = data.resolve()
    if data.exists() and any(data.iterdir()) and not (data / DEMO_MARK).exists():
        raise starting.CannotStart(
            f"{data} is not a demo folder, so it is left alone. Choose another with --data."
        )
    if fresh and data.exists():
        shutil.rmtree(starting.alone_in(data))
    data = starting.alone_in(starting.writable(data))
    (data / DEMO_MARK).touch()
    return data


def _prepare(data: Path, *, host: str) -> None:
    if gone := databases.lost(os.environ, data):
        raise starting.CannotStart(f"{gone}. Nothing was begun anew. To go on: {databases.TO_FIND_IT}.")
    os.environ["WHEAL_DATA"] = str(data)
    os.environ["DJANGO_SETTINGS_MODULE"] = "wheal.clinic.settings"
    if "WHEAL_HOSTS" not in os.environ:
        os.environ["WHEAL_HOSTS"] = ",".join(dict.fromkeys(["localhost", "127.0.0.1", host]))
        if host not in ("localhost", "127.0.0.1", "::1"):
            print(
                "Set WHEAL_HOSTS to the names and addresses by which browsers reach this computer.",
                flush=True,
            )
    os.environ["WHEAL_STATIC_IS_COLLECTED"] = "1"
    counting.begin()
    rubbish.wait()
    try:
        django.setup()
    except ImproperlyConfigured as reason:
        raise starting.CannotStart(str(reason)) from reason
    upgrading.reach()
    upgrading.upgrade()
    beginning = import_module("wheal.clinic.beginning")  # it needs the settings
    beginning.pack_static_files()
    beginning.read_all()


def _setup_code() -> str:
    if apps.get_model("people", "Clinic").objects.exists():
        setup_code.void()
        return ""
    return setup_code.issue()


def _demo_content() -> ModuleType:
    """It needs the models, which need the settings, which need to know the data: only now."""
    return import_module("wheal.clinic.demo")


def _build_demo() -> None:
    """Whole or not at all, so that an interrupted first run begins anew."""
    if not apps.get_model("people", "Clinic").objects.exists():
        print("Inventing a clinic, once…", flush=True)
        _demo_content().build()


def _print_log_ins(address: str) -> None:
    content = import_module("wheal.clinic.demo_log_ins")
    print(f"\nWheal, with invented people:  {address}\n", flush=True)
    for username, role, clinic in content.log_ins():
        print(f"  {username:<12}  {role.lower():<15}  {clinic}")
    print(f"\n  The password of all of them:  {content.PASSWORD}\n  Ctrl+C ends it.\n", flush=True)


def _address(host: str, port: int) -> str:
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"


def _answer(host: str, port: int) -> None:
    """Until SIGTERM or SIGINT; requests under way are finished first.

    Workers fork. A file of SQLite that was open then is unlocked for them though they hold it for locked: once this
    process closed it, what they wrote on would be in a log that it had taken away.
    """
    upgrading.let_go()
    Granian(
        "wheal.clinic.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=WORKERS,
        blocking_threads=THREADS,
        log_level=LogLevels.warning,
        workers_kill_timeout=20,
        respawn_failed_workers=True,
    ).serve()
