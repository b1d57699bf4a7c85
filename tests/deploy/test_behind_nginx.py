"""The site behind nginx, with the file of the how-to: encrypted, with its cookies, its limits and its static files."""

from __future__ import annotations

import re
import shutil
import socket
import ssl
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path
from urllib.parse import urlencode

import pytest

import people
from deploy.proxy import Proxy
from serving import Server, run_on


@pytest.fixture
def server(tmp_path: Path, migrated_file: Path) -> Iterator[Server]:
    data = tmp_path / "data"
    data.mkdir()
    shutil.copy(migrated_file, data / "wheal.sqlite3")
    run_on(data, "deploy.one_person")
    server = Server(data)
    server.settings = {"WHEAL_HTTPS": "1", "WHEAL_HOSTS": "localhost", "WHEAL_METRICS_TOKEN": "right"}
    server.start()
    server.wait()
    yield server
    server.kill()


@pytest.fixture
def proxy(tmp_path: Path, server: Server) -> Iterator[Proxy]:
    proxy = Proxy(tmp_path / "nginx", server)
    yield proxy
    proxy.stop()


class Browser:
    def __init__(self, proxy: Proxy) -> None:
        trusted = ssl.create_default_context(cafile=proxy.certificate)
        self.line = HTTPSConnection("localhost", proxy.port, context=trusted, timeout=60)
        self.headers = {"Referer": f"https://localhost:{proxy.port}/", "X-Forwarded-For": "192.0.2.1"}
        self.cookies: dict[str, str] = {}

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str):
        cookie = {"Cookie": "; ".join(f"{name}={said}" for name, said in self.cookies.items())}
        self.line.request(method, path, body, self.headers | cookie | headers)
        answer = self.line.getresponse()
        answer.text = answer.read().decode(errors="replace")
        self.said = answer.headers.get_all("Set-Cookie", [])
        self.cookies |= dict(each.split(";")[0].split("=", 1) for each in self.said)
        return answer


def asked(line: HTTPConnection, method: str, path: str, **headers: str) -> int:
    line.putrequest(method, path)
    for name, value in headers.items():
        line.putheader(name, value)
    line.endheaders()
    status = line.getresponse().status
    line.close()
    return status


def only(proxy: Proxy, version: ssl.TLSVersion) -> str:
    """The cipher on which both agree."""
    context = ssl.create_default_context(cafile=proxy.certificate)
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = context.maximum_version = version
    with (
        socket.create_connection(("localhost", proxy.port), timeout=30) as line,
        context.wrap_socket(line, server_hostname="localhost") as wrapped,
    ):
        return wrapped.cipher()[0]


def test_the_site_behind_nginx(server: Server, proxy: Proxy) -> None:
    plain = HTTPConnection("localhost", proxy.open, timeout=30)
    plain.request("GET", "/patients/?q=Quillfeather")
    moved = plain.getresponse()
    assert (moved.status, moved.headers["Location"]) == (301, "https://localhost/patients/?q=Quillfeather")

    for of_a_program in ("/fhir", "/fhir/Patient/1", "/shl/x"):
        assert asked(HTTPConnection("localhost", proxy.open, timeout=30), "GET", of_a_program) == 403

    browser = Browser(proxy)
    page = browser.ask("GET", "/accounts/login/")
    assert page.status == 200
    assert page.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    assert all("Secure" in each for each in browser.said)
    assert browser.said

    sheet = browser.ask("GET", re.search(r"/static/wheal/wheal\.[0-9a-f]+\.css", page.text)[0])
    assert sheet.status == 200
    assert "max-age=315360000" in sheet.headers["Cache-Control"]
    assert "immutable" in sheet.headers["Cache-Control"]

    fields = urlencode({"login": "alice", "password": people.PASSWORD}).encode()
    form = {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-CSRFToken": browser.cookies["__Host-csrftoken"],
    }
    entered = browser.ask("POST", "/accounts/login/", fields, **form)
    assert entered.status == 302
    session = next(each for each in browser.said if each.startswith("__Host-sessionid"))
    assert {"Secure", "HttpOnly", "SameSite=Lax"} <= {part.strip() for part in session.split(";")}
    assert browser.ask("GET", "/patients/search/?q=Quillfeather").status == 200

    form["X-CSRFToken"] = browser.cookies["__Host-csrftoken"]
    held = browser.ask("POST", "/patients/new/", b"family_name=" + b"x" * (20 << 20), **form)
    assert held.status not in (413, 502)
    assert browser.ask("GET", "/status/metrics", Authorization="Bearer right").status == 404
    browser.line.close()
    assert asked(browser.line, "TRACE", "/") == 405
    assert asked(browser.line, "POST", "/", **{"Content-Length": "4", "Transfer-Encoding": "chunked"}) == 400
    browser.line.close()
    with pytest.raises(ssl.SSLError):
        only(proxy, ssl.TLSVersion.TLSv1_1)
    assert only(proxy, ssl.TLSVersion.TLSv1_2).startswith("ECDHE-")
    assert browser.ask("POST", "/patients/new/", b"x" * (34 << 20), **form).status == 413

    assert not [
        path for name in ("bodies", "answers") for path in (proxy.folder / name).rglob("*") if path.is_file()
    ]
    kept = (proxy.folder / "access.log").read_text()
    assert "Quillfeather" not in kept
    assert kept.startswith("127.0.0.1 20")
    direct = HTTPConnection("127.0.0.1", server.port, timeout=30)
    headers = {"Authorization": "Bearer right", "X-Forwarded-Proto": "https", "Host": "localhost"}
    direct.request("GET", "/status/metrics", headers=headers)
    counted = direct.getresponse()
    assert counted.status == 200
    assert 'page="accounts/login/"' in counted.read().decode()
