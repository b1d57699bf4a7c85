"""The first process of `wheal serve` is killed by itself, as a system without memory does it: nothing serves on, and
the next start goes on at once."""

from __future__ import annotations

import fcntl
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from serving import Server
from wheal.clinic.operations import alone, starting

pytestmark = pytest.mark.crash


def test_its_workers_end_with_it_and_the_next_start_on_the_same_port_goes_on(
    tmp_path: Path, migrated_file: Path
) -> None:
    shutil.copy(migrated_file, tmp_path / "wheal.sqlite3")
    server, workers = Server(tmp_path), []
    server.start()
    try:
        server.wait_for_an_answer()
        assert server.process is not None
        first = psutil.Process(server.process.pid)
        workers = first.children()
        assert len(workers) == 2
        first.kill()
        server.process.wait()
        server.start()  # while they may still be there
        assert psutil.wait_procs(workers, timeout=5)[1] == [], "workers live on"
        server.wait_for_an_answer()
        assert server.process.poll() is None
    finally:
        server.kill()
        for worker in workers:
            with suppress(psutil.NoSuchProcess):
                worker.kill()


def test_what_a_killed_one_left_behind_is_named_by_its_number(tmp_path, monkeypatch) -> None:
    """Such as workers of an earlier version, which did not look whether the first lives."""
    monkeypatch.setattr(alone, "LINGERS", 0.2)
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    (tmp_path / alone.FILE).write_text(str(gone.pid))
    with (tmp_path / alone.FILE).open("r+") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        left = subprocess.Popen(
            [sys.executable, "-c", "import time; time.sleep(60)"], pass_fds=[held.fileno()]
        )
    try:
        with pytest.raises(starting.CannotStart) as refused:
            starting.alone_in(tmp_path)
        assert f"by process {left.pid}, left behind by process {gone.pid}, which has ended" in str(
            refused.value
        )
    finally:
        left.kill()
        left.wait()


def test_a_worker_that_begins_when_the_first_is_gone_already_ends(tmp_path) -> None:
    program = f"""
import os, time
from pathlib import Path
from wheal.clinic.operations import alone
assert alone.hold(Path({str(tmp_path)!r})) == ""
if os.fork():
    os._exit(0)
time.sleep(0.3)
alone.end_with_the_first()
time.sleep(60)
"""
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, timeout=30, check=True)
    assert ended.stdout == ended.stderr == b""  # its pipes are closed: nobody holds them any more
