"""Years through `wheal replay`, process start included, and how the time grows with size: `python -m bench replay`."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections.abc import Iterable
from itertools import count

from bench.streams import Setting, Stream, outbreak, quiet
from wheal.surveillance import Exposure

CLINICS = (1, 10, 50, 200)
MOST_S = {1: 2.0, 200: 180.0}


def run(clinics: tuple[int, ...] = CLINICS) -> None:
    print(f"{'clinics':>8} {'sessions':>10} {'events':>7} {'notices':>8} {'seconds':>8} {'us a session':>13}")
    for number in clinics:
        _measure(number)


def _measure(clinics: int) -> None:
    """One clinic has an outbreak of a lot; a group is quiet, but all its clinics share their lots."""
    draw, setting = random.Random(f"replay {clinics}"), Setting(clinics=clinics)
    stream = outbreak(draw, "lot", setting) if clinics == 1 else quiet(draw, setting)
    line = _document(stream)
    begun = time.perf_counter()
    said = subprocess.run(
        [sys.executable, "-m", "wheal.cli", "replay"], input=line, capture_output=True, check=True
    )
    took = time.perf_counter() - begun
    notices, most = len(json.loads(said.stdout)["alarms"]), MOST_S.get(clinics)
    verdict = "" if most is None else f"   target: below {most:g} s: {'met' if took < most else 'MISSED'}"
    sizes = f"{clinics:8} {len(stream.sessions):10,} {len(stream.events):7} {notices:8}"
    print(f"{sizes} {took:8.2f} {took * 1e6 / len(stream.sessions):13.1f}{verdict}", flush=True)


def _by_kind(exposures: Iterable[Exposure]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for kind, name in exposures:
        found.setdefault(kind, []).append(name)
    return found


def _document(stream: Stream) -> bytes:
    number = count(1)
    return json.dumps({
        "scenario": "bench",
        "sessions": [
            {
                "id": f"s{next(number)}", "date": str(it.day), "patient": it.patient,
                "exposures": _by_kind(it.exposures),
            }
            for it in stream.sessions
        ],
        "events": [
            {"patient": it.patient, "onset": str(it.onset), "reported": str(it.day), "kind": it.kind}
            for it in stream.events
        ],
    }).encode() + b"\n"  # fmt: skip
