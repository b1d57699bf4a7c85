"""What `wheal doctor` finds of the checkpoints of the audit."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from wheal.clinic.audit import checkpoints
from wheal.clinic.audit.checking import forgotten
from wheal.clinic.examined import LOOK, WELL, WRONG, Told, age
from wheal.clinic.operations.nights import TWO_NIGHTS

WEEKS = timedelta(days=9)


def checkpoints_of(data: Path, now: datetime) -> Iterator[Told]:
    try:
        noted = checkpoints.noted(data)
    except (checkpoints.CheckpointDamaged, OSError) as problem:
        yield Told(WRONG, str(problem), f"wheal verify --data {data}, and ask who was there")
        return
    for lost in forgotten(data, noted):
        yield Told(WRONG, str(lost), f"then wheal verify --data {data}")
    if not noted:
        yield Told(
            LOOK, "the audit has no signed checkpoint: one written anew would not be noticed", _do(data)
        )
        return
    last = max(each.at for each in noted)
    whole = max((each.at for each in noted if each.whole), default=None)
    told = f"the last checkpoint of the audit is of {last:%Y-%m-%d %H:%M} UTC ({age(now - last)} ago)"
    if now - last > TWO_NIGHTS:
        yield Told(LOOK, told, _do(data))
    elif whole is None or now - whole > WEEKS:
        of = f"of {whole:%Y-%m-%d %H:%M} UTC" if whole else "none"
        yield Told(LOOK, f"{told}, and the last reading of everything {of}", _do(data))
    else:
        yield Told(WELL, told)


def _do(data: Path) -> str:
    return f"the site must run at night, or run wheal verify --data {data}; keep copies of {checkpoints.FILE} elsewhere"
