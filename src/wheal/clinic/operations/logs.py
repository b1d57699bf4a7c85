"""One JSON object a line. Of an error its kind and where it was raised, and never its words: those may hold what was
entered. Of a page the pattern of its address, and no number.
"""

from __future__ import annotations

import json
import logging
import traceback
from datetime import UTC, datetime
from http import HTTPStatus
from types import TracebackType

OWN = "wheal."
PHRASES = frozenset(each.phrase for each in HTTPStatus)
LEVELS = {"CRITICAL": "error", "ERROR": "error", "WARNING": "warning", "INFO": "info", "DEBUG": "debug"}


class AsJSON(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        told: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": LEVELS.get(record.levelname, record.levelname),
            "from": record.name,
            "what": _words(record),
            **getattr(record, "told", {}),
        }
        if request := getattr(record, "request", None):
            match = getattr(request, "resolver_match", None)
            told |= {"method": getattr(request, "method", ""), "page": match.route if match else "(no page)"}
        if status := getattr(record, "status_code", None):
            told["status"] = status
        if record.exc_info and record.exc_info[0]:
            told["error"] = _errors(record.exc_info[1])
            told["raised"] = _places(record.exc_info[2])
        return json.dumps(told, ensure_ascii=False)


def _words(record: logging.LogRecord) -> str:
    """Our own messages hold codes; of others what their author wrote. Of what was put in only the kind of an error and
    the names that HTTP gives to answers: anything else may hold what was entered."""
    if record.name.startswith(OWN):
        return record.getMessage()
    if not isinstance(record.args, tuple):
        return str(record.msg)
    try:
        return str(record.msg) % tuple(_harmless(each) for each in record.args)
    except (TypeError, ValueError):  # it wanted a number
        return str(record.msg)


def _harmless(said: object) -> str:
    if isinstance(said, BaseException):
        return ", from ".join(_errors(said))
    return said if isinstance(said, str) and said in PHRASES else "…"


def _errors(problem: BaseException | None) -> list[str]:
    """The kind of the error, and of those that led to it."""
    kinds: list[str] = []
    while problem is not None and len(kinds) < 10:
        kinds.append(f"{type(problem).__module__}.{type(problem).__qualname__}")
        problem = problem.__cause__
    return kinds


def _places(trace: TracebackType | None) -> list[str]:
    held = traceback.extract_tb(trace)[-30:]
    return [f"{frame.filename.rsplit('site-packages/', 1)[-1]}:{frame.lineno} {frame.name}" for frame in held]
