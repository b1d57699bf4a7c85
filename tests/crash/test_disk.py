"""A disk that is full or takes no changes: nothing acknowledged is lost, nothing half there, and the page says why."""

from __future__ import annotations

import errno
import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django.db import DatabaseError, IntegrityError, OperationalError

from crash.clients import Client
from crash.small_disk import OnSmallDisk
from serving import environment, run_on
from wheal.clinic.operations.troubles import Trouble, trouble

pytestmark = pytest.mark.crash


@pytest.fixture
def seed(tmp_path: Path, migrated_file: Path) -> Path:
    folder = tmp_path / "seed"
    folder.mkdir()
    shutil.copy(migrated_file, folder / "wheal.sqlite3")
    return folder


@pytest.fixture
def server(seed: Path) -> Iterator[OnSmallDisk]:
    server = OnSmallDisk(seed, 64)
    yield server
    server.kill()


def test_on_a_full_disk_nothing_is_lost_and_the_page_says_why(
    server: OnSmallDisk, seed: Path, tmp_path: Path
) -> None:
    made = json.loads(run_on(seed, "crash.clinic", "3"))
    server.start()
    server.wait_for_an_answer()
    client = Client(server.address, 0, made, 1)
    client.log_in()
    session = client.sessions[0]["session"]
    weight = {"weight_kg": "61.5", "practitioner": client.known(("practitioner", session))}
    path = f"/sessions/{session}/screen/save"
    assert client.browser.post(path, weight).status == 200

    server.fill()
    refused = [client.browser.post(path, weight | {"weight_kg": f"{50 + number}"}) for number in range(3)]
    assert {answer.status for answer in refused} == {503}
    assert "The disk of the server is full" in json.loads(refused[0].text)["message"]
    assert (
        "was not carried out" in client.browser.get(f"/sessions/{session}/sign/").text or server.free() == 0
    )
    another = subprocess.run(
        ["nsenter", f"--user=/proc/{server.process.pid}/ns/user", f"--mount=/proc/{server.process.pid}/ns/mnt",
         sys.executable, "-m", "wheal.cli", "serve", "--data", str(server.data), "--port", "0"],
        env=environment(server.data), capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert another.returncode == 1
    assert "No space left on device" in another.stderr

    server.empty()
    assert client.browser.post(path, weight | {"weight_kg": "62.5"}).status == 200
    server_sees = shutil.copytree(server.disk, tmp_path / "after")
    server.kill()
    after = json.loads(run_on(server_sees, "crash.afterwards"))
    assert after["integrity"] == "ok"
    assert after["weight"][str(session)] == "62.5"
    assert after["half_signed"] == after["untold"] == []


def test_on_a_disk_that_takes_no_changes_the_server_says_so_and_does_not_start(seed: Path) -> None:
    fixed = 'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && shift && exec "$@"'
    served = [sys.executable, "-m", "wheal.cli", "serve", "--data", str(seed), "--port", "0"]
    done = subprocess.run(
        ["unshare", "--map-root-user", "--mount", "sh", "-euc", fixed, "sh", str(seed), *served],
        env=environment(seed), capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert f"cannot write in {seed}: Read-only file system" in done.stderr
    assert "Traceback" not in done.stderr


def raised(path: str, statement: str) -> DatabaseError:
    """What Django makes of an error of the driver."""
    try:
        with closing(sqlite3.connect(path, uri=True)) as opened:
            opened.execute(statement)
    except sqlite3.Error as problem:
        told = OperationalError(str(problem))
        told.__cause__ = problem
        return told
    raise AssertionError("nothing went wrong")


def test_each_error_of_the_ground_has_its_word_and_those_of_the_site_have_none(tmp_path: Path) -> None:
    file, rubbish = tmp_path / "held.sqlite3", tmp_path / "rubbish.sqlite3"
    with closing(sqlite3.connect(file)) as made, made:
        made.execute("CREATE TABLE held (value UNIQUE)")
    rubbish.write_bytes(b"rubbish" * 1000)
    small = "PRAGMA max_page_count = 2"
    with closing(sqlite3.connect(file)) as full:
        full.execute(small)
        with pytest.raises(sqlite3.OperationalError) as is_full:
            full.execute("INSERT INTO held VALUES (zeroblob(100000))")
    no_room = OperationalError()
    no_room.__cause__ = is_full.value
    assert trouble(no_room) is Trouble.FULL
    assert trouble(raised(f"file:{file}?mode=ro", "INSERT INTO held VALUES (1)")) is Trouble.READ_ONLY
    assert trouble(raised(f"file:{rubbish}", "SELECT * FROM held")) is Trouble.DAMAGED
    assert trouble(raised(f"file:{tmp_path}/nowhere/held.sqlite3?mode=ro", "SELECT 1")) is Trouble.DISK
    assert trouble(OSError(errno.ENOSPC, "")) is Trouble.FULL
    assert trouble(OSError(errno.EROFS, "")) is Trouble.READ_ONLY
    for own in (ValueError(), OSError(errno.ENOENT, ""), IntegrityError("UNIQUE"), None):
        assert trouble(own) is None
