"""From a lot to everybody who received it and back, on SQLite and PostgreSQL, beside the same statements asked raw.

`python -m bench trace` builds a fiftieth of the large group in a minute or two; `--full` the whole of it, 200,000
patients, 1,000,000 sessions, 60,000,000 points and 50,000 lots, and a tenth beside it: a quarter of an hour and 15 GB.
`--keep=DIR` builds them there and finds them again; one engine alone: `--sqlite`, `--postgresql`; `--cpu` counts the
time that the process worked instead of the time that passed, where others work on the machine (SQLite alone).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.engine import database
from bench.timing import CPU

SMALL, FULL = (0.02,), (0.1, 1.0)
TIMES_RAW, PAGE_MS, MOST_GB = 2, 100, 6  # the targets


def run() -> None:
    arguments = sys.argv[1:]
    engines = [name for name in ("sqlite", "postgresql") if f"--{name}" in arguments] or [
        "sqlite",
        "postgresql",
    ]
    for engine in engines:
        measured = [_measured(engine, part) for part in (FULL if "--full" in arguments else SMALL)]
        _tell(engine, measured)


def _measured(engine: str, part: float) -> dict[str, Any]:
    """In a process and a folder of its own, which are gone afterwards."""
    with _folder(engine, part) as folder, database(engine, Path(folder) / "server") as url:
        said = os.environ | {
            "WHEAL_DATA": folder, "WHEAL_DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "wheal.clinic.settings",
            "WHEAL_HOSTS": "testserver", "WHEAL_STATEMENT_TIMEOUT": "0", CPU: "1" if "--cpu" in sys.argv else "",
        }  # fmt: skip
        command = [sys.executable, "-m", "bench.large.measure", str(part)]
        done = subprocess.run(command, env=said, stdout=subprocess.PIPE, check=True)
    return dict(json.loads(done.stdout))


@contextmanager
def _folder(engine: str, part: float) -> Iterator[str]:
    keep = _kept()
    if keep:
        folder = Path(keep) / (f"part-{part}" if engine == "sqlite" else f"{engine}-{part}")
        folder.mkdir(parents=True, exist_ok=True)
        yield str(folder)
    else:
        with tempfile.TemporaryDirectory(prefix="wheal-bench-") as folder:
            yield folder


def _kept() -> str:
    return next((said.removeprefix("--keep=") for said in sys.argv if said.startswith("--keep=")), "")


def _tell(engine: str, measured: list[dict[str, Any]]) -> None:
    for one in measured:
        counts = ", ".join(f"{count:,} {name}" for name, count in one["counts"].items())
        size = sum(one["bytes"].values()) / 1e9
        print(f"\n{engine}: {counts}; built in {one['built_s']:.0f} s, {size:.2f} GB {_met(size < MOST_GB)}")
        largest = sorted(one["bytes"].items(), key=lambda row: -row[1])[:6]
        print("  " + ", ".join(f"{name} {held / 1e6:,.0f} MB" for name, held in largest))
    last = measured[-1]
    print(
        f"\n{'asked':28} statements    raw 99th     wheal 99th     × raw{'   from a tenth' * (len(measured) > 1)}"
    )
    for name, asked in last["asked"].items():
        (raw, raw99), (ours, ours99) = asked["raw"], asked["wheal"]
        times = ours / raw
        grown = f"{_grown(measured, 'asked', name):12.2f} ×" if len(measured) > 1 else ""
        print(
            f"{name:28} {asked['statements']:10} {raw:7.2f} {raw99:7.2f}   {ours:7.2f} {ours99:7.2f} ms {times:5.2f} "
            f"{_met(times < TIMES_RAW)} {grown}"
        )
    for name, (median, late) in last["pages"].items():
        grown = f"{_grown(measured, 'pages', name):12.2f} ×" if len(measured) > 1 else ""
        print(
            f"page: {name:26} {median:7.1f} ms median {late:7.1f} ms 99th percentile {_met(late < PAGE_MS)} {grown}"
        )


def _grown(measured: list[dict[str, Any]], kind: str, name: str) -> float:
    """The median at the whole size over that at a tenth."""
    medians = [one[kind][name]["wheal"][0] if kind == "asked" else one[kind][name][0] for one in measured]
    return float(medians[-1] / medians[0])


def _met(is_met: bool) -> str:
    return "met" if is_met else "MISSED"
