"""A server of two processes that live and die in a moment: the site's own application, without the time of a start."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from serving import Server, environment

WORKERS = 2


class Forked(Server):
    def __init__(self, data: Path) -> None:
        super().__init__(data)
        self.lives: list[int] = []
        self.zygote: subprocess.Popen[str] | None = None

    def start(self) -> None:
        if self.zygote is None:
            with self.output.open("ab") as log:
                self.zygote = subprocess.Popen(
                    [sys.executable, "-m", "crash.zygote", str(self.port)],
                    stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True,
                    env=environment(self.data) | self.settings,
                )  # fmt: skip
        self.process = self.zygote  # lives as long as the test
        for _ in range(WORKERS):
            self.zygote.stdin.write("\n")
            self.zygote.stdin.flush()
            self.lives.append(int(self.zygote.stdout.readline()))

    def kill(self) -> None:
        for life in self.lives:
            with suppress(ProcessLookupError):
                os.kill(life, signal.SIGKILL)
        self.lives.clear()

    def end(self) -> None:
        self.kill()
        if self.zygote is not None:
            self.zygote.kill()
            self.zygote.wait()
