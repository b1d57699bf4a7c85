"""`python -m bench load [--patients=10000,200000] [--rate=50] [--seconds=90] [--engine=sqlite|postgresql]
[--standby] [--keep=DIR]`: clinics' days against the server with its two workers: first a steady stream of requests,
then a day with peaks of as many a second, three times its mean. Waits by page at the median and the 99th percentile,
beside what the driver alone takes for the page's reads. `--standby`: lists are read from a standby that follows on the
same machine. `--keep=DIR`: built there, and found there the next time; `--seconds=0` builds alone.

Both cores do the asking as well as the answering. `worked` is processor time and holds on a busy machine too.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from typing import Any

from bench import clinic
from bench.engine import database, standby
from bench.load.asking import Asking
from bench.load.beside import beside
from bench.load.clinic_of import Played, made
from bench.load.day import SHARES, WITHIN_150, Asked, day
from bench.timing import Timing

TESTS = Path(__file__).parents[2] / "tests"
MOST_MS = 150  # the target
PEAK = 3  # of a day, times its mean


def run() -> None:
    said = dict(each[2:].split("=", 1) for each in sys.argv if each.startswith("--") and "=" in each)
    sizes = [int(each) for each in said.get("patients", "10000,200000").split(",")]
    sys.path.insert(0, str(TESTS))
    if len(sizes) > 1:  # Django is set up once in a process
        import subprocess

        for size in sizes:
            others = [each for each in sys.argv[1:] if not each.startswith("--patients")]
            subprocess.run([sys.executable, "-m", "bench", *others, f"--patients={size}"], check=True)
        return
    with _settled(said.get("engine", "sqlite"), said.get("keep", ""), sizes[0]) as (folder, settings):
        _measure(folder, settings, sizes[0], said)


@contextmanager
def _settled(engine: str, keep: str, size: int) -> Iterator[tuple[Path, dict[str, str]]]:
    """A folder with Django set up on it, and what the server is told besides."""
    with tempfile.TemporaryDirectory(prefix="wheal-bench-") as scratch, ExitStack() as held:
        folder = Path(keep or scratch) / f"{engine}-{size}"
        folder.mkdir(parents=True, exist_ok=True)
        url = held.enter_context(database(engine, folder / "server"))
        clinic.settled(folder, url)
        follows = held.enter_context(standby(url)) if "--standby" in sys.argv else ""
        yield folder, {"WHEAL_PROVEN_MINUTES": "600"} | ({"WHEAL_REPLICA_URL": follows} if follows else {})


def _measure(folder: Path, settings: dict[str, str], patients: int, said: dict[str, str]) -> None:
    played = made(patients)
    print(f"{patients:,} patients, {5 * patients:,} sessions, {said.get('engine', 'sqlite')}", flush=True)
    rate, seconds = float(said.get("rate", "50")), float(said.get("seconds", "90"))
    if not seconds:
        return
    alone = beside(played)
    for mean, peak in ((rate, 1), (rate / PEAK, PEAK)):
        asking, used = _played(folder, settings, played, day(mean, seconds, peak))
        _tell(asking, alone, mean, peak)
        print(f"{'':16} {used}\n", flush=True)


def _played(
    data: Path, settings: dict[str, str], played: Played, asked: Iterable[Asked]
) -> tuple[Asking, str]:
    from serving import Server

    server = Server(data)
    server.settings = settings
    server.start()
    try:
        server.wait_for_an_answer()
        Asking(server.port, played).run(day(10, 10, seed=1))  # what is read once is read before
        before = _worked(server)
        asking = Asking(server.port, played)
        asking.run(asked)
        worked = _worked(server) - before
        answered = sum(map(len, asking.waits.values()))
        told = (
            f"processor: {worked / answered * 1000:.1f} ms a request; memory: {_memory(server)} MiB a worker"
            f"{_lists(server)}"
        )
    finally:
        server.stop()
    return asking, told


def _family(server: Any) -> list[int]:
    first = server.process.pid
    children = Path(f"/proc/{first}/task/{first}/children").read_text().split()
    return [first, *map(int, children)]


def _worked(server: Any) -> float:
    """Processor seconds of all that serve."""
    ticks = os.sysconf("SC_CLK_TCK")
    stats = [Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split() for pid in _family(server)]
    return sum((int(stat[11]) + int(stat[12])) / ticks for stat in stats)


def _memory(server: Any) -> str:
    """Of each worker, what it shares counted in parts."""
    found = []
    for pid in _family(server)[1:]:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
        pss = next(line for line in rollup.splitlines() if line.startswith("Pss:"))
        found.append(int(pss.split()[1]) >> 10)
    return " and ".join(str(each) for each in found if each > 20)


def _lists(server: Any) -> str:
    """Where those were read that a standby may be asked for."""
    line = HTTPConnection("127.0.0.1", server.port, timeout=10)
    line.request("GET", "/status/metrics")
    text = line.getresponse().read().decode()
    told = re.findall(r'^wheal_lists_total{where="(\w+)"} ([\d.]+)', text, re.M)
    return "; lists: " + ", ".join(f"{where} {float(count):.0f}" for where, count in told) if told else ""


def _tell(asking: Asking, alone: dict[str, tuple[Timing, Timing, int]], rate: float, peak: float) -> None:
    answered = sum(map(len, asking.waits.values()))
    shape = f"on average, peaks of {peak} times that" if peak > 1 else "all along"
    print(f"{answered} answered at {rate:.0f} a second {shape}; {len(asking.wrong)} wrong")
    for words in asking.wrong[:5]:
        print("  wrong:", words)
    print(f"{'page':16} {'times':>6} {'median':>8} {'99th':>8}   {'worked':>8} {'raw':>8}  × raw  statements")
    for what in SHARES:
        waits = sorted(asking.waits[what])
        if not waits:
            continue
        p99 = waits[min(len(waits) - 1, len(waits) * 99 // 100)] * 1000
        row = f"{what:16} {len(waits):6} {median(waits) * 1000:8.1f} {p99:8.1f}"
        if what in alone:
            page, raw, count = alone[what]
            row += f"   {page.ms:8.2f} {raw.ms:8.2f} {page.ms / raw.ms:6.1f} {count:6}"
        if what in WITHIN_150:
            row += f"   target: 99th below {MOST_MS} ms   {'met' if p99 < MOST_MS else 'MISSED'}"
        print(row, flush=True)
