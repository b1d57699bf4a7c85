"""`wheal serve`, `wheal demo`, `wheal manage`: what the site does before its first answer."""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from types import ModuleType

import django
from django.apps import apps
from django.conf import settings
from django.core.management import call_command, execute_from_command_line
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from wheal.clinic import snapshot
from wheal.clinic.people import setup_code

DEMO_MARK = ".wheal-demo"
PORTS = range(8000, 8100)
WORKERS, THREADS = 2, 4  # measured: a third more requests a second than one process, and shorter waits


class CannotStart(Exception):
    """Says to the person at the console what to mend."""


def serve(args: argparse.Namespace) -> int:
    """The real thing, empty at first. `args`: data, host, port (None: the first free one from 8000)."""
    try:
        data = _writable(Path(args.data))
        port = _port(args.host, args.port)
    except CannotStart as reason:
        return _told(reason)
    _prepare(data, host=args.host)
    address = _address(args.host, port)
    if code := _setup_code():
        print(f"No clinic yet. Open {address} and type this one-time set-up code:  {code}", flush=True)
    print(f"Wheal serves {data} at {address}  (Ctrl+C ends it)", flush=True)
    _answer(args.host, port)
    return 0


def demo(args: argparse.Namespace) -> int:
    """A clinic with invented people. `args`: data, port, fresh. A second run keeps what was entered."""
    try:
        data = _demo_folder(Path(args.data or "demo-data"), fresh=args.fresh)
        port = _port("127.0.0.1", args.port or int(os.environ.get("PORT") or 0))
    except CannotStart as reason:
        return _told(reason)
    os.environ["WHEAL_DEMO"] = "1"
    _prepare(data, host="127.0.0.1")
    _build_demo()
    _print_log_ins(_address("127.0.0.1", port))
    _answer("127.0.0.1", port)
    return 0


def manage(args: argparse.Namespace) -> int:
    """Django's own commands on a clinic's data. `args`: data, rest (such as ["changepassword", "ada"])."""
    os.environ["WHEAL_DATA"] = str(Path(args.data).resolve())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wheal.clinic.settings")
    execute_from_command_line(["wheal manage", *args.rest])
    return 0


def tracer(args: argparse.Namespace) -> Callable[[bytes], bytes]:
    """What answers `wheal trace` from a clinic's data. `args`: data."""
    os.environ["WHEAL_DATA"] = str(Path(args.data).resolve())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wheal.clinic.settings")
    django.setup()
    return import_module("wheal.clinic.safety.answers").answer_line


def _told(reason: CannotStart) -> int:
    print(f"wheal: {reason}", file=sys.stderr)
    return 1


def _writable(data: Path) -> Path:
    data = data.resolve()
    os.umask(0o077)  # patients' records are for the account that serves them, and for nobody else
    try:
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        probe = data / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as problem:
        raise CannotStart(
            f"cannot write in {data}: {problem.strerror}. Choose another --data folder."
        ) from problem
    return data


def _free(host: str, port: int) -> None:
    """Granian lets several processes share a port, so two servers would answer in turn: ask beforehand."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as problem:
        why = problem.strerror or problem
        raise CannotStart(
            f"port {port} on {host} is not free ({why}). Choose another with --port."
        ) from problem


def _port(host: str, asked: int | None) -> int:
    """The one asked for, or a refusal; the first free one from 8000 where none was."""
    if asked:
        _free(host, asked)
        return asked
    for port in PORTS:
        try:
            _free(host, port)
        except CannotStart:
            continue
        return port
    raise CannotStart(f"no port from {PORTS.start} to {PORTS.stop - 1} is free. Choose one with --port.")


def _demo_folder(data: Path, *, fresh: bool) -> Path:
    """Only a folder that bears the mark of a demo is used or emptied."""
    data = data.resolve()
    if data.exists() and any(data.iterdir()) and not (data / DEMO_MARK).exists():
        raise CannotStart(f"{data} is not a demo folder, so it is left alone. Choose another with --data.")
    if fresh and data.exists():
        shutil.rmtree(data)
    data = _writable(data)
    (data / DEMO_MARK).touch()
    return data


def _prepare(data: Path, *, host: str) -> None:
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
    django.setup()
    _migrate()
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)


def _migrate() -> None:
    """A snapshot first, where there is both something to change and something to lose."""
    executor = MigrationExecutor(connection)
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return
    if executor.loader.applied_migrations:
        kept = snapshot.take(settings.DATABASES["default"]["NAME"], settings.DATA / "snapshots")
        print(f"The tables change; the data as they were are kept in {kept}", flush=True)
    call_command("migrate", verbosity=0, interactive=False)
    import_module("wheal.clinic.audit.actions").adopt()
    connection.close()


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
    connection.close()


def _print_log_ins(address: str) -> None:
    content = import_module("wheal.clinic.demo_log_ins")
    print(f"\nWheal, with invented people:  {address}\n", flush=True)
    for username, role, clinic in content.log_ins():
        print(f"  {username:<12}  {role.lower():<15}  {clinic}")
    print(f"\n  The password of all of them:  {content.PASSWORD}\n  Ctrl+C ends it.\n", flush=True)


def _address(host: str, port: int) -> str:
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"


def _answer(host: str, port: int) -> None:
    """Until SIGTERM or SIGINT; requests under way are finished first."""
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
