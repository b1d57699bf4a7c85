"""The same streams judged by other rules: two in ninety days, and the R package `surveillance` on weekly counts.

`python -m bench rivals`. A rival names no source, so its alarm counts whatever caused it, which favours it: the first
at or after the first linked report. The R package is told the true rate of other causes, as no clinic ever is.
"""

from __future__ import annotations

import csv
import itertools
import shutil
import statistics
import subprocess
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path

from bench.streams import FIRST, SOURCES, Setting, Stream
from bench.watch import NEVER, YEARS, notices, outbreaks, quiet_years

METHODS = ("GLR 3", "GLR 4", "GLR 5", "GLR 6", "EARS C2")
Alarms = Sequence[Sequence[date]]  # of each stream


def run(years: int = YEARS) -> None:
    for clinics in (1, 3):
        _compare(Setting(clinics=clinics), years)


def _compare(setting: Setting, years: int) -> None:
    silent, ours = _judged(quiet_years(setting, years))
    drawn = (stream for kind in SOURCES for stream in outbreaks(kind, setting, years // len(SOURCES)))
    ill, theirs = _judged(drawn)
    print(f"{setting.clinics} clinic{'s' * (setting.clinics > 1)}, alarms of all together:")
    tell("two in ninety days", ill, [plain_rule(s) for s in silent], [plain_rule(s) for s in ill])
    tell("the watch", ill, ours, theirs)
    if shutil.which("Rscript") is None:
        print("  Rscript is not installed: the R package `surveillance` is left out")
        return
    found = by_r([*silent, *ill], setting)
    for method in METHODS:
        tell(f"R, {method}", ill, found[method][: len(silent)], found[method][len(silent) :])


def tell(words: str, ill: Sequence[Stream], silent: Alarms, alarms: Alarms) -> None:
    false = sum(len(days) for days in silent) / len(silent)
    at = [case_at(stream, days) for stream, days in zip(ill, alarms, strict=True)]
    print(
        f"  {words:20} {false:.2f} alarms a year ({len(silent)}); by the 4th case "
        f"{sum(case <= 4 for case in at) / len(at):.0%}, median case {statistics.median(at):g} ({len(at)})",
        flush=True,
    )


def _judged(streams: Iterable[Stream]) -> tuple[list[Stream], list[list[date]]]:
    """With the alarms of the watch; then the sessions, of which a thousand streams hold millions, are let go."""
    kept, alarms = [], []
    for stream in streams:
        alarms.append(_alarms(stream))
        stream.sessions = []
        kept.append(stream)
    return kept, alarms


def _alarms(stream: Stream) -> list[date]:
    return [notice.day for notice in notices(stream) if notice.level == "alarm"]


def case_at(stream: Stream, alarms: Sequence[date]) -> int:
    days = [event.day for event in stream.linked]
    alarm = next((day for day in alarms if day >= days[0]), None)
    return sum(day <= alarm for day in days) if alarm else NEVER


def plain_rule(stream: Stream) -> list[date]:
    """Two infections within ninety days, by report."""
    days = sorted(event.day for event in stream.events)
    return [b for a, b in itertools.pairwise(days) if (b - a).days <= 90]


def by_r(streams: Sequence[Stream], setting: Setting) -> dict[str, list[list[date]]]:
    """The last days of the weeks of alarm, by method and stream."""
    with tempfile.TemporaryDirectory() as folder:
        counts, alarms = Path(folder) / "counts.csv", Path(folder) / "alarms.csv"
        _write(counts, streams, setting)
        script = Path(__file__).with_name("rivals.R")
        subprocess.run(["Rscript", str(script), str(counts), str(alarms)], check=True)
        with alarms.open(encoding="utf-8", newline="") as rows:
            found: dict[tuple[str, int], list[date]] = defaultdict(list)
            for row in csv.DictReader(rows):
                last = FIRST + timedelta(days=7 * int(row["week"]) + 6)
                found[row["method"], int(row["stream"])].append(last)
    return {each: [found[each, number] for number in range(len(streams))] for each in METHODS}


def _write(path: Path, streams: Sequence[Stream], setting: Setting) -> None:
    mean = setting.background * setting.sessions * setting.clinics * 7 / setting.days
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("stream", "week", "count", "mean"))
        for number, stream in enumerate(streams):
            held = Counter((event.day - FIRST).days // 7 for event in stream.events)
            weeks = range(max(held, default=0) + 1 if stream.linked else 53)
            rows.writerows((number, week, held[week], mean) for week in weeks)
