"""The site read once, and forked for each life: `python -m crash.zygote PORT`. A line on its input is a new life, whose
process it prints. A start then takes a twentieth of a second, so that thousands of deaths can be tried.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import django

django.setup()

from django.db import connection  # noqa: E402

from wheal.clinic import jobs  # noqa: E402

jobs.watch_the_clock = lambda: (
    None
)  # a database that is open while a process forks is no longer locked for the child

from wheal.clinic.wsgi import application  # noqa: E402


class Quiet(WSGIRequestHandler):
    wbufsize = 1 << 20  # an answer goes out whole, so that half of one is known by its length

    def log_message(self, *_: object) -> None:
        return None


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", port), Quiet)
        self.set_app(application)

    def server_bind(self) -> None:
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        super().server_bind()


def main(port: int) -> None:
    connection.close()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for _line in sys.stdin:
        child = os.fork()
        if not child:
            Server(port).serve_forever()
        print(child, flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]))
