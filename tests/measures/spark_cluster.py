"""A standalone Spark on this machine: one master and two workers, really started, ended by their own numbers."""

from __future__ import annotations

import os
import re
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyspark
from pyspark.sql import SparkSession

HOME = Path(pyspark.__file__).parent
WORKERS = 2


@dataclass
class Cluster:
    session: Any
    workers: list[subprocess.Popen[bytes]]

    def kill_a_worker_soon(self, after: float = 0.3) -> None:
        """In the midst of what is counted next, with whatever it had begun."""
        threading.Timer(after, lambda: _end(self.workers[0])).start()

    def workers_alive(self) -> int:
        return sum(worker.poll() is None for worker in self.workers)


@contextmanager
def cluster(folder: Path, *, memory: str = "512m") -> Iterator[Cluster]:
    started: list[subprocess.Popen[bytes]] = []
    try:
        log = folder / "master.log"
        started.append(
            _start(folder, log, "org.apache.spark.deploy.master.Master", "--port", "0", "--webui-port", "0")
        )
        master = _address(log)
        for number in range(WORKERS):
            name = folder / f"worker-{number}.log"
            started.append(
                _start(folder, name, "org.apache.spark.deploy.worker.Worker", "--cores", "1", "--memory", "2g",
                       "--webui-port", "0", "--work-dir", str(folder / f"work-{number}"), master)
            )  # fmt: skip
        session = (
            SparkSession.builder.master(master)
            .config("spark.driver.host", "127.0.0.1").config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.ui.enabled", "false").config("spark.sql.shuffle.partitions", "2")
            .config("spark.executor.memory", memory).config("spark.driver.memory", memory)
            .config("spark.local.dir", str(folder))
            .getOrCreate()
        )  # fmt: skip
        session.sparkContext.setLogLevel("OFF")
        try:
            yield Cluster(session, started[1:])
        finally:
            session.stop()
    finally:
        for one in reversed(started):
            _end(one)


def _start(folder: Path, log: Path, *command: str) -> subprocess.Popen[bytes]:
    settings = {"SPARK_LOCAL_IP": "127.0.0.1", "SPARK_LOCAL_DIRS": str(folder), "SPARK_NO_DAEMONIZE": "1"}
    return subprocess.Popen(
        [HOME / "bin" / "spark-class", command[0], "--host", "127.0.0.1", *command[1:]],
        env=os.environ | settings, stdout=log.open("wb"), stderr=subprocess.STDOUT, start_new_session=True,
    )  # fmt: skip


def _address(log: Path) -> str:
    for _ in range(300):
        if found := re.search(
            r"Starting Spark master at (spark://127\.0\.0\.1:\d+)", log.read_text(errors="replace")
        ):
            return found[1]
        time.sleep(0.2)
    raise AssertionError(f"no master after a minute: {log.read_text(errors='replace')[-2000:]}")


def _end(process: subprocess.Popen[bytes]) -> None:
    """The worker and the executors that it started."""
    if process.poll() is None:
        os.killpg(process.pid, 9)
        process.wait()
