"""The registry at the size of a country: every measure beside a plain count of the same table, and how it grows.

`--practitioners=2000` (a tenth and the whole beside it); `--spark` counts with a cluster of one master and two workers
too, and kills one of them meanwhile; `--merged-alone` leaves out the files as they were sent; `--folder=…` keeps what
was made. Ten sessions a day on 220 days, 41 points each.
"""

from __future__ import annotations

import os
import re
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import duckdb
from biip.checksums import gs1_standard_check_digit

from bench import registry_night
from wheal import knowledge
from wheal.knowledge.measuring import TABLES
from wheal.measures.counting import Engine
from wheal.measures.duck import Duck
from wheal.measures.merging import Merged, shelf_of, shelves_for

Files = dict[str, list[Path]]
Spent = dict[str, tuple[float, float]]  # by measure, seconds that passed and seconds of the processor
SESSIONS = 10 * 220  # of a practitioner in a year
POINTS = 31  # of a pass; every third session has two of them. They are reckoned here and not sent
PRACTITIONERS = 4  # in a clinic
WEEK = 2922  # the first of 2026
PRODUCTS = [
    f"{digits}{gs1_standard_check_digit(str(digits))}" for digits in range(340000000000, 340000000060)
]
SUBSTANCES = sorted(knowledge.current().substances)[:12]
VISIT = "clinic, month, week, person, session"
ROLL = "CREATE MACRO roll(seed, salt, sides) AS (hash(seed, salt) % sides)::BIGINT"
KEY = "CREATE MACRO key(seed, salt) AS (hash(seed, salt) >> 1)::BIGINT"
ONE_OR_TWO = "visits, range(1, 3) r(n)"
DRAWN = {
    "sessions": f"""SELECT {VISIT}, ['skin', 'fat', 'fat'][1 + roll(session, 'u', 3)] AS purpose FROM visits""",
    "passes": f"""SELECT {VISIT}, ['abdomen', 'submental', 'cheeks', 'outer_thighs'][1 + roll(session, n, 4)] AS area,
        ['nappage', 'papule', 'point_by_point'][1 + roll(session, 't', 3)] AS technique
        FROM {ONE_OR_TWO} WHERE n = 1 OR roll(session, '2', 3) = 0""",
    "given": f"""SELECT {VISIT}, {PRODUCTS}[1 + roll(session, n, 60)] AS product,
        'L' || roll(session, n, 60) || '-' || (week // 4) AS lot,
        {SUBSTANCES}[1 + roll(session, n, 60) % 12] AS substance FROM {ONE_OR_TWO}""",
    "events": """SELECT clinic, month, week, person, key(session, 'e') AS event, 1 + roll(session, 'g', 4) AS grade,
        ['suspected_infection', 'nodule', 'bruising', 'swelling', 'pain'][1 + least(roll(session, 'k', 60), 4)] AS kind,
        roll(session, 's', 50) = 0 AS is_serious FROM visits WHERE roll(session, 'h', 60) = 0""",
    "courses": """SELECT clinic, min(month) AS month, min(week) AS week, person, key(person, 'c') AS course,
        ['deoxycholic_acid', 'hyaluronic_acid_non_crosslinked', 'caffeine'][1 + roll(person, 'p', 3)] AS protocol,
        ['submental', 'cheeks', 'abdomen'][1 + roll(person, 'a', 3)] AS area,
        ['responded', 'responded', 'did_not', 'lost'][1 + roll(person, 'r', 4)] AS response,
        if(roll(person, 'r', 4) < 2, ['regained', 'kept', 'not_seen'][1 + roll(person, 'b', 3)], '') AS regain
        FROM visits GROUP BY clinic, person""",
    "alarms": """SELECT clinic, month, key(session, 'a') AS alarm, 'lot' AS cause, 5 + roll(session, 'd', 60) AS days
        FROM visits WHERE roll(session, 'a', 4000) = 0""",
}


def run() -> None:
    said = dict(part[2:].partition("=")[::2] for part in sys.argv if part.startswith("--"))
    whole = int(said.get("practitioners") or 2000)
    with TemporaryDirectory() as scratch:
        folder = Path(said.get("folder") or scratch)
        duckdb.execute("SET enable_progress_bar = false")
        tenth, all_of_it = (
            _one_size(
                folder / str(practitioners), practitioners,
                with_spark="spark" in said, as_sent="merged-alone" not in said,
            )
            for practitioners in (whole // 10, whole)
        )  # fmt: skip
        for engine, measured in all_of_it.items():
            for code, (seconds, worked) in measured.items():
                passed, of_processor = seconds / tenth[engine][code][0], worked / tenth[engine][code][1]
                print(
                    f"{engine}, growth of {code:24} {passed:5.1f} x ({of_processor:5.1f} x of the processor)"
                )
        registry_night.ingest(folder)


def _one_size(folder: Path, practitioners: int, *, with_spark: bool, as_sent: bool) -> dict[str, Spent]:
    """By engine."""
    if not folder.is_dir():
        with _told(f"made the year of {practitioners} practitioners"):
            _make(folder, practitioners)
    shelves = _shelves(folder)
    every = [file for files in shelves for held in files.values() for file in held]
    size = sum(file.stat().st_size for file in every)
    sessions, passes = duckdb.sql(
        f"SELECT count(DISTINCT session), count(*) FROM read_parquet('{folder}/passes/*/*/*.parquet')"
    ).fetchall()[0]
    print(f"\n{practitioners} practitioners: {sessions:,} sessions, {passes * POINTS:,} points in {passes:,} "
          f"passes, which are not sent, {size / 1e6:,.0f} MB "
          f"in {len(every):,} files, {len(shelves)} shelves\n")  # fmt: skip
    if as_sent:
        _measures("DuckDB, as sent", Duck(*shelves), folder)
    merged = _merged(folder, shelves)
    engine = Duck(*merged)
    spent = {"DuckDB": _measures("DuckDB", engine, folder, rounds=5)}
    registry_night.run(folder, merged)
    print(
        f"\nmost memory of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB"
    )
    if with_spark:
        files = {table: [file for files in merged for file in files[table]] for table in TABLES}
        spent["Spark"] = _spark(folder, files, engine)
    return spent


def _shelves(folder: Path) -> list[Files]:
    """As the store looks at what clinics sent: some dozens of them at a time."""
    number = shelves_for(len(list(folder.glob("sessions/*"))))
    found: list[Files] = [{table: [] for table in TABLES} for _ in range(number)]
    for table in TABLES:
        for file in sorted(folder.glob(f"{table}/*/*/*.parquet")):
            found[shelf_of(file.parent.parent.name, number)][table].append(file)
    return found


def _merged(folder: Path, shelves: list[Files]) -> list[Files]:
    """As the store does each night: a month of a shelf in one file for each table."""
    kept = Merged(folder.with_name(f"{folder.name}-merged"))
    with _told("merged the months"):
        return [
            {table: _by_month(kept, number, len(shelves), table, held) for table, held in files.items()}
            for number, files in enumerate(shelves)
        ]


def _by_month(kept: Merged, shelf: int, shelves: int, table: str, held: list[Path]) -> list[Path]:
    made = []
    for month in sorted({file.parent.name for file in held}):
        whole = kept.place(table, month, shelf, shelves, ())
        if whole.is_file() or kept.write(whole, [it for it in held if it.parent.name == month]):
            made.append(whole)
    return made


def _make(folder: Path, practitioners: int) -> None:
    """A clinic at a time: its year is drawn from the hash of its numbers, the same in every run."""
    held = duckdb.connect(config={"threads": 2})
    held.execute(ROLL)
    held.execute(KEY)
    for clinic in range(max(1, practitioners // PRACTITIONERS)):
        held.execute(
            """CREATE OR REPLACE TABLE visits AS
            SELECT clinic, strftime(DATE '1970-01-05' + INTERVAL 1 WEEK * week, '%Y-%m') AS month, week, person,
                   session
            FROM (SELECT 'clinic-' || $1 AS clinic, $2 + roll(n, 'w' || $1, 52) AS week,
                         key(n // 4, 'p' || $1) AS person, key(n, 's' || $1) AS session
                  FROM range(0, $3) t(n))""",
            [clinic, WEEK, SESSIONS * PRACTITIONERS],
        )
        for table, ask in DRAWN.items():
            columns = ", ".join(TABLES[table])
            (folder / table).mkdir(parents=True, exist_ok=True)
            held.execute(
                f"COPY (SELECT {columns}, clinic AS of_clinic, month AS of_month FROM ({ask})) TO '{folder / table}' "
                "(FORMAT parquet, PARTITION_BY (of_clinic, of_month), OVERWRITE_OR_IGNORE)"
            )


def _measures(name: str, engine: Engine, folder: Path, *, rounds: int = 1) -> Spent:
    """The ratio is against the raw count of the table's rows by DuckDB, in the same run. Seconds of the processor are
    those of this process, which a busy machine stretches less; a cluster's workers are not among them. Of several
    rounds the median: each measure after the others, so that none finds its own rows in the processor's cache, where
    a tenth would fit and the whole would not."""
    measures = knowledge.current().measures
    tried: dict[str, list[tuple[float, float, int]]] = {code: [] for code in measures}
    for _ in range(rounds):
        for code, measure in measures.items():
            begun, worked = time.perf_counter(), time.process_time()
            groups = len(engine.counts(measure))
            tried[code].append((time.perf_counter() - begun, time.process_time() - worked, groups))
    spent = {}
    for code, runs in tried.items():
        seconds, worked = spent[code] = median(run[0] for run in runs), median(run[1] for run in runs)
        begun = time.perf_counter()
        duckdb.sql(
            f"SELECT count(*) FROM read_parquet('{folder}/{measures[code].table}/*/*/*.parquet')"
        ).fetchall()
        raw = time.perf_counter() - begun
        print(
            f"{name} {code:24} {seconds:7.2f} s ({worked:6.2f} s of the processor)   {runs[0][2]:6,} groups   "
            f"{seconds / raw:6.1f} x raw count",
            flush=True,
        )
    return spent


def _spark(folder: Path, files: dict[str, list[Path]], duck: Engine) -> Spent:
    sys.path.insert(0, "tests")
    from measures.spark_cluster import cluster
    from wheal.measures.spark import Spark

    with TemporaryDirectory() as scratch, cluster(Path(scratch), memory="1500m") as running:
        engine = Spark(running.session, files)
        spent = _measures("Spark", engine, folder)
        print(f"most memory of the cluster and its driver: {_memory(running.workers):,.0f} MB", flush=True)
        running.kill_a_worker_soon(after=spent["infection_by_lot"][0] / 3)  # in the midst of counting by lot
        measure = knowledge.current().measures["infection_by_lot"]
        begun = time.perf_counter()
        same = engine.counts(measure) == duck.counts(measure)
        print(f"Spark with a worker killed meanwhile: {'the same answer' if same else 'ANOTHER ANSWER'} "
              f"in {time.perf_counter() - begun:.1f} s, {running.workers_alive()} worker left")  # fmt: skip
    return spent


def _memory(workers: list[subprocess.Popen[bytes]]) -> float:
    """MB, of every process that the workers started, at its most; and of the Java that this process talks to."""
    groups, held = {worker.pid for worker in workers}, 0
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(FileNotFoundError, ProcessLookupError):
            _state, parent, group = (process / "stat").read_text().rpartition(")")[2].split()[:3]
            if int(group) in groups or int(parent) == os.getpid():
                held += sum(map(int, re.findall(r"VmHWM:\s+(\d+)", (process / "status").read_text())))
    return held / 1024


@contextmanager
def _told(what: str) -> Iterator[None]:
    begun = time.perf_counter()
    yield
    print(f"{what} in {time.perf_counter() - begun:.1f} s", flush=True)
