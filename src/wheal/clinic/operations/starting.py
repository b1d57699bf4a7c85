"""What must hold before the site answers: a folder that can be written, that nobody else serves, and a free port."""

from __future__ import annotations

import socket
from pathlib import Path

from wheal.clinic import console
from wheal.clinic.operations import alone

PORTS = range(8000, 8100)
_held: list[socket.socket] = []  # until this process ends


class CannotStart(Exception):
    """Says to the person at the console what to mend."""


def writable(data: Path) -> Path:
    """Made where it is not there. Raises CannotStart, and PermissionError where root would serve another's folder."""
    data = data.resolve()
    console.as_its_account(data)
    try:
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        probe = data / ".writable"
        probe.write_bytes(b"a disk that is full still takes the name of a file")
        probe.unlink()
    except OSError as problem:
        raise CannotStart(
            f"cannot write in {data}: {problem.strerror}. Mend that, or choose another --data folder."
        ) from problem
    return data


def alone_in(data: Path) -> Path:
    if other := alone.hold(data):
        raise CannotStart(f"{data} is served already, by {other}. End that one first, or leave it be.")
    return data


def port(host: str, asked: int | None) -> int:
    """The one asked for, or a refusal; the first free one from 8000 where none was. Nobody else gets it from now on."""
    if asked:
        _free(host, asked)
        return asked
    for each in PORTS:
        try:
            _free(host, each)
        except CannotStart:
            continue
        return each
    raise CannotStart(f"no port from {PORTS.start} to {PORTS.stop - 1} is free. Choose one with --port.")


def _free(host: str, port: int) -> None:
    """Granian lets several processes share a port, so two servers would answer in turn: ask, then hold it."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
        held = socket.socket(family, socket.SOCK_STREAM)
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)  # shared with Granian, and with no probe
        held.bind((host, port))
    except OSError as problem:
        why = problem.strerror or problem
        raise CannotStart(
            f"port {port} on {host} is not free ({why}). Choose another with --port."
        ) from problem
    _held.append(held)  # it listens to nobody: Granian's own sockets do
