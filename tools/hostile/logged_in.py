"""What wapiti runs before it begins: it is given the cookies of somebody who logged in (HOSTILE_COOKIES)."""

from __future__ import annotations

import os
from http.cookiejar import Cookie, CookieJar
from typing import Any


async def run(settings: Any, _credential: object = None, _headless: object = None) -> None:
    jar = CookieJar()
    for each in os.environ["HOSTILE_COOKIES"].split("; "):
        name, value = each.split("=", 1)
        jar.set_cookie(_cookie(name, value))
    settings.cookies = jar


def _cookie(name: str, value: str) -> Cookie:
    return Cookie(
        version=0, name=name, value=value, port=None, port_specified=False, domain="127.0.0.1", domain_specified=False,
        domain_initial_dot=False, path="/", path_specified=True, secure=False, expires=None, discard=True, comment=None,
        comment_url=None, rest={},
    )  # fmt: skip
