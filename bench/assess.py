"""How many whole cases one core judges in a second, from the JSON line in to the JSON line out."""

from __future__ import annotations

import json
import time
from pathlib import Path

from wheal import knowledge
from wheal.assessment import answer_line

BASES = Path(__file__).resolve().parents[1] / "tests" / "cases" / "bases"
TARGET = 2000


def run() -> None:
    known = knowledge.current()
    for path in sorted(BASES.glob("*.json")):
        line = json.dumps(json.loads(path.read_text())).encode()
        answer_line(line, known)
        begun, count = time.perf_counter(), 0
        while time.perf_counter() - begun < 2:
            for _ in range(100):
                answer_line(line, known)
            count += 100
        rate = count / (time.perf_counter() - begun)
        print(
            f"{path.stem:28} {rate:8.0f} assessments/s on one core   target {TARGET}   {rate / TARGET:5.2f} × target"
        )
