"""Which database the site keeps its record in: a file among its data, or PostgreSQL where a URL names one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.db.backends.base.base import BaseDatabaseWrapper

from wheal.clinic.environment import number

Settings = dict[str, object]

URL = "WHEAL_DATABASE_URL"
URL_FILE = "database-url"
STANDBY_URL = "WHEAL_REPLICA_URL"
SOON = {  # a machine that is cut off is found out in seconds, unless the URL says otherwise
    "connect_timeout": 2, "tcp_user_timeout": 3000, "keepalives_idle": 3, "keepalives_interval": 1,
    "keepalives_count": 3,
}  # fmt: skip
OF_A_RECORD = (
    "checkpoints.jsonl", "wheal.sqlite3-wal", "wheal.sqlite3.before-*", "wheal.sqlite3.moved", "snapshots/wheal-*",
    "vault/??/*",
)  # fmt: skip
TO_FIND_IT = (
    "put it back, or restore the last backup into a new folder; where the record is kept in PostgreSQL, name it "
    f"({URL}, or the file {URL_FILE})"
)
HERE = ("", "localhost", "127.0.0.1", "::1")
IN_THE_CLEAR = ("disable", "allow", "prefer")  # what libpq calls it where encryption may be missing
NAMED = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}


def named(environment: Mapping[str, str], data: Path) -> Settings:
    return at(url(environment, data), environment, data)


def at(said: str, environment: Mapping[str, str], data: Path) -> Settings:
    """`said`: a URL; "": the file among the data."""
    patience = number("WHEAL_LOCK_TIMEOUT", 20, environment)
    return _postgresql(said, environment, patience) if said else _sqlite(file(data), patience)


def standby(environment: Mapping[str, str], data: Path) -> dict[str, Settings]:
    """One that lists are read from (standby.py), by its name; none where no URL names it. Who asks one that is away
    hears so soon, for the first can answer."""
    if not (said := environment.get(STANDBY_URL, "")):
        return {}
    if not url(environment, data):
        raise ImproperlyConfigured(
            f"{STANDBY_URL} names a standby of PostgreSQL, and the record is kept in SQLite: "
            f"take it away, or name the first in {URL}"
        )
    made = at(said, environment, data)
    options = dict(made["OPTIONS"])  # type: ignore[call-overload]
    options["pool"] = options["pool"] | {"timeout": 1, "reconnect_timeout": 1}
    return {"standby": made | {"OPTIONS": SOON | options, "TEST": {"MIRROR": "default"}}}


def url(environment: Mapping[str, str], data: Path) -> str:
    """That of the environment, or else of a file kept beside the data; "" where there is none."""
    kept = data / URL_FILE
    return environment.get(URL) or (kept.read_text("utf-8").strip() if kept.exists() else "")


def beside(url: str, name: str) -> str:
    """Another database on the same server, reached in the same way: whatever else the URL says stays said."""
    from psycopg.conninfo import make_conninfo  # only where it is used

    return make_conninfo(**_read(url) | {"dbname": name})  # type: ignore[arg-type]


def file(data: Path) -> Path:
    return data / "wheal.sqlite3"


def holds_data(environment: Mapping[str, str], data: Path) -> bool:
    """Whether a database is kept or named there."""
    return bool(url(environment, data)) or file(data).is_file()


def lost(environment: Mapping[str, str], data: Path) -> str:
    """What is still there of a record whose database is gone, in words; "" where a database is kept or named, or there
    was no record. Whoever went on would begin an empty one beside the photographs of the other."""
    if url(environment, data) or (file(data).is_file() and file(data).stat().st_size):
        return ""
    found = next((path for mark in OF_A_RECORD for path in sorted(data.glob(mark))), None)
    if found is None:
        return ""
    left, gone = found.relative_to(data), file(data).name
    return f"the database is missing: {data} holds {left}, and {gone} is not there or empty"


def silent(connection: BaseDatabaseWrapper) -> str:
    """Why a server does not answer, told at once, for the pool would only wait; "" where it does, or none is needed."""
    if connection.vendor == "postgresql":
        driver, patient = connection.Database, {"connect_timeout": 10}  # unless its URL says how long
        try:
            driver.connect(**patient | connection.get_connection_params()).close()
        except driver.OperationalError as problem:
            return str(problem).strip()
    return ""


def _sqlite(file: Path, patience: int) -> Settings:
    """WAL lets readers go on while one writes; FULL puts every commit on disk before the answer goes out;
    IMMEDIATE takes the write lock when a transaction begins, so that it cannot fail half-way.
    """
    return {
        "ENGINE": "wheal.clinic.sqlite",
        "NAME": file,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": patience,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-32000;",
        },
        "CONN_MAX_AGE": None,
        "TEST": {"NAME": ":memory:"},  # said, since a test runner knows it of Django's own engine alone
    }


def _postgresql(url: str, environment: Mapping[str, str], patience: int) -> Settings:
    """Each worker keeps a few connections ready. No statement runs, and nobody waits for a turn, without an end."""
    from wheal.clinic.postgresql.waits import Connection  # only where it is used

    said = _read(url)
    limits = {
        "statement_timeout": number("WHEAL_STATEMENT_TIMEOUT", 30, environment),
        "lock_timeout": patience,
        "idle_in_transaction_session_timeout": "60",
    }
    told = [f"-c {name}={seconds}s" for name, seconds in limits.items()]
    options = " ".join([*told, str(said.pop("options", ""))]).strip()
    most = number("WHEAL_DATABASE_CONNECTIONS", 8, environment)
    # where the server is away, whoever asks hears so in five seconds, and tries anew: the pool by itself would wait
    # longer and longer between two tries, and not see for minutes that it is back
    pool = {
        "min_size": 1,
        "max_size": most,
        "timeout": 5,
        "reconnect_timeout": 5,
        "connection_class": Connection,
    }
    return {
        "ENGINE": "wheal.clinic.postgresql",
        **{name: said.pop(key, "") for name, key in NAMED.items()},
        "OPTIONS": {**said, "options": options, "pool": pool},
        "CONN_HEALTH_CHECKS": True,  # a database that was restarted is found again
    }


def _read(url: str) -> Settings:
    from psycopg import ProgrammingError  # only where it is used
    from psycopg.conninfo import conninfo_to_dict

    try:
        said = dict(conninfo_to_dict(url))
    except ProgrammingError as problem:
        raise ImproperlyConfigured(f"{URL} cannot be read: {problem}") from None
    if not said.get("dbname"):
        raise ImproperlyConfigured(f"{URL} names no database: postgresql://user@host/database is expected")
    return said | _over_the_wire(said)


def _over_the_wire(said: Settings) -> Settings:
    """To another machine: encrypted, and only to the server that its certificate names, unless the URL asks for less
    than that and still for encryption. libpq by itself would go on in the clear where the server has no TLS."""
    hosts = ",".join(str(said.get(key, "")) for key in ("host", "hostaddr")).split(",")
    if all(host in HERE or host.startswith(("/", "@")) for host in hosts):
        return {}
    mode = str(said.get("sslmode", "verify-full"))
    if mode in IN_THE_CLEAR:
        raise ImproperlyConfigured(
            f"{URL} leads to another machine and says sslmode={mode}, by which the record may cross the network in the "
            "clear: say sslmode=verify-full, with sslrootcert where its certificate is the clinic's own"
        )
    return {"sslmode": mode}
