"""A real `wheal serve` on a folder of its own: started, waited for, killed, started again."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from http.client import HTTPException
from pathlib import Path
from urllib.request import urlopen

import psutil

PATIENCE = 60  # seconds until a server that does not answer counts as broken
TESTS = Path(__file__).parent


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """One process group on one port, so that a kill takes the workers with it."""

    def __init__(self, data: Path) -> None:
        self.data, self.port = data, free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.output = data.with_name(data.name + ".log")
        self.process: subprocess.Popen[bytes] | None = None
        self.held: dict[str, int] = {}  # what a test put into it, by name
        self.settings: dict[str, str] = {}  # of its environment, besides the usual

    def start(self) -> None:
        arguments = ["serve", "--data", str(self.data), "--port", str(self.port)]
        with self.output.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "wheal.cli", *arguments],
                stdout=log, stderr=log, start_new_session=True, env=environment(self.data) | self.settings,
            )  # fmt: skip

    def wait(self) -> float:
        """Seconds until it takes connections."""
        begun = time.monotonic()
        while time.monotonic() - begun < PATIENCE:
            if self.answers():
                return time.monotonic() - begun
            if self.process is None or self.process.poll() is not None:
                break
            time.sleep(0.01)
        raise AssertionError(f"the server does not answer:\n{self.output.read_text()[-3000:]}")

    def wait_for_an_answer(self) -> None:
        self.wait()
        begun = time.monotonic()
        while time.monotonic() - begun < PATIENCE:
            with suppress(OSError, HTTPException), urlopen(f"{self.address}/accounts/login/", timeout=5):
                return
        raise AssertionError(
            f"the server takes connections but does not answer:\n{self.output.read_text()[-3000:]}"
        )

    def answers(self) -> bool:
        with socket.socket() as probe:
            probe.settimeout(1)
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def kill(self) -> None:
        """Without a word: nothing is finished, nothing is closed."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self.process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, how)
        self.process.wait(timeout=PATIENCE)
        self.process = None
        while self.answers():  # a worker dies a moment after the first process, and holds the port until then
            time.sleep(0.005)


def has_open(pid: int, file: Path) -> bool:
    return any(Path(one.path) == file for one in psutil.Process(pid).open_files())


def environment(data: Path) -> dict[str, str]:
    """For a process that works on `data`: nothing of the test run's own settings, and the tests' modules at hand."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("WHEAL_", "DJANGO_", "COV_"))
    }
    paths = [str(TESTS), str(TESTS.parent / "src")]
    return kept | {
        "WHEAL_DATA": str(data),
        "WHEAL_SECOND_FACTOR": "nobody",  # tests that ask for one say so
        "DJANGO_SETTINGS_MODULE": "wheal.clinic.settings",
        "PYTHONPATH": os.pathsep.join(paths),
        "PYTHONUNBUFFERED": "1",
    }


def run_on(data: Path, module: str, *arguments: str, **settings: str) -> str:
    """Run a module of the tests in a process of its own, on `data`; what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        env=environment(data) | settings, capture_output=True, text=True, timeout=900, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
