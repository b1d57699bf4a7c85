"""An upgrade of the data folder as `wheal serve` makes it: `python -m crash.upgrade`. With a number behind it the
process kills itself before that statement of the changes; it prints how many there were otherwise.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

import django

django.setup()

from django.db import connection  # noqa: E402

from wheal.clinic.operations import upgrading  # noqa: E402


class Counted:
    def __init__(self, last: int) -> None:
        self.last, self.sent = last, 0

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if not sql.startswith(("SELECT", "PRAGMA", "\n            SELECT")):
            self.sent += 1
        if self.sent == self.last:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(sql, params, many, context)


if __name__ == "__main__":
    counted = Counted(int(sys.argv[1]) if sys.argv[1:] else -1)
    with connection.execute_wrapper(counted):
        upgrading.upgrade()
    print(counted.sent)
