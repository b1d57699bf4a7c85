"""Eight who write without a pause on SQLite: how long each waits for its turn, beside the driver as it comes."""

from __future__ import annotations

import bisect
import json
import subprocess
import sys
import time
from pathlib import Path

from bench import clinic

TESTS = Path(__file__).parents[1] / "tests"
EACH, PROCESSES = 150, 2
MOST_MS = 250  # the target, for the longest wait of all


def run() -> None:
    sys.path.insert(0, str(TESTS))
    from serving import environment

    with clinic.scratch() as folder:
        said = environment(Path(folder))
        for name, how in (
            ("the driver alone", ["bare"]),
            ("Wheal", []),
            ("the driver alone", ["bare"]),
            ("Wheal", []),
        ):
            _tell(name, _waits(said, how))


def _waits(said: dict[str, str], how: list[str]) -> list[tuple[float, float]]:
    begin = time.monotonic() + 5
    command = [sys.executable, "-m", "crash.writers", str(EACH), str(begin), *how]
    both = [subprocess.Popen(command, env=said, stdout=subprocess.PIPE, text=True) for _ in range(PROCESSES)]
    return [tuple(wait) for one in both for wait in json.loads(one.communicate()[0])]


def _tell(name: str, waits: list[tuple[float, float]]) -> None:
    came = sorted(turn for _asked, turn in waits)
    ms = sorted((turn - asked) * 1000 for asked, turn in waits)
    overtaken = max(bisect.bisect_left(came, turn) - bisect.bisect_left(came, asked) for asked, turn in waits)
    each = (came[-1] - came[0]) / len(waits) * 1000
    met = (
        f"   target below {MOST_MS} ms   {'met' if ms[-1] < MOST_MS else 'MISSED'}" if name == "Wheal" else ""
    )
    print(
        f"{name:18} {len(waits)} saves of {each:5.2f} ms   waits: {ms[len(ms) // 2]:7.1f} ms median "
        f"{ms[len(ms) * 99 // 100]:7.1f} ms 99th percentile {ms[-1]:7.1f} ms longest; overtaken {overtaken} times{met}",
        flush=True,
    )
