"""Years through `wheal replay`, process start included, and how the time grows with size: `python -m bench replay`."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time

from bench.streams import Setting, as_scenario, outbreak, quiet

CLINICS = (1, 10, 50, 200)
MOST_S = {1: 2.0, 200: 180.0}


def run(clinics: tuple[int, ...] = CLINICS) -> None:
    heads = f"{'clinics':>8} {'sessions':>10} {'events':>7} {'notices':>8} {'seconds':>8} {'of the CPU':>10}"
    print(f"{heads} {'us a session':>13}")
    for number in clinics:
        _measure(number)


def _measure(clinics: int) -> None:
    """One clinic has an outbreak of a lot; a group is quiet, but all its clinics share their lots."""
    draw, setting = random.Random(f"replay {clinics}"), Setting(clinics=clinics)
    stream = outbreak(draw, "lot", setting) if clinics == 1 else quiet(draw, setting)
    line = as_scenario(stream, "bench")
    begun, before = time.perf_counter(), _cpu()
    said = subprocess.run(
        [sys.executable, "-m", "wheal.cli", "replay"], input=line, capture_output=True, check=True
    )
    took, worked = time.perf_counter() - begun, _cpu() - before
    notices, most = len(json.loads(said.stdout)["alarms"]), MOST_S.get(clinics)
    verdict = "" if most is None else f"   target: below {most:g} s: {'met' if took < most else 'MISSED'}"
    sizes = f"{clinics:8} {len(stream.sessions):10,} {len(stream.events):7} {notices:8}"
    print(
        f"{sizes} {took:8.2f} {worked:10.2f} {worked * 1e6 / len(stream.sessions):13.1f}{verdict}", flush=True
    )


def _cpu() -> float:
    """Seconds that ended child processes worked; on a busy machine fewer than went by."""
    times = os.times()
    return times.children_user + times.children_system
