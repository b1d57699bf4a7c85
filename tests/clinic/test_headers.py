"""What each answer tells the browser: nothing inline or from elsewhere, cookies for this site; no secret in a log."""

from __future__ import annotations

import json
import logging
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client

from people import PASSWORD
from wheal.clinic import headers
from wheal.clinic.people import token_actions

SITE = Path(headers.__file__).parent
TEMPLATES = sorted(SITE.rglob("templates/**/*.html"))
OWN_STATIC = sorted(
    file
    for kind in ("*.js", "*.css")
    for file in SITE.rglob(f"static/**/{kind}")
    if not {"vendor", "htmx"} & set(file.parts)
)
INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)[^>]*>|<style|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:|\shx-on",
    re.IGNORECASE,
)
FETCHED = re.compile(
    r"(?:src|srcset|action|poster|data)\s*=\s*[\"'](?:https?:)?//|<link[^>]+href=[\"'](?:https?:)?//"
)
FROM_ELSEWHERE = re.compile(
    r"url\(\s*[\"']?(?:https?:)?//|@import|(?:fetch|import)\s*\(?\s*[\"'](?:https?:)?//"
)


def test_no_page_holds_a_script_a_style_or_a_handler_of_its_own() -> None:
    assert len(TEMPLATES) > 150
    assert [(file.name, found[0]) for file in TEMPLATES if (found := INLINE.search(file.read_text()))] == []


def test_nothing_is_fetched_from_elsewhere() -> None:
    assert len(OWN_STATIC) > 30
    looked_at = [*((file, FETCHED) for file in TEMPLATES), *((file, FROM_ELSEWHERE) for file in OWN_STATIC)]
    assert [
        (file.name, found[0]) for file, sign in looked_at if (found := sign.search(file.read_text()))
    ] == []


@pytest.mark.parametrize("path", ["/", "/accounts/login/", "/emergency/", "/nothing/here/", "/people/me/"])
def test_every_answer_bears_the_policy_and_is_kept_nowhere(client, ada, path) -> None:
    client.force_login(ada)
    answer = client.get(path)
    policy = dict(part.strip().split(" ", 1) for part in answer["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == policy["object-src"] == "'none'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert policy["form-action"] == policy["script-src"].replace(" 'wasm-unsafe-eval'", "") == "'self'"
    assert not re.search(
        r"unsafe-inline|unsafe-eval'(?<!wasm-unsafe-eval')|https?:|\*", answer["Content-Security-Policy"]
    )
    assert (answer["X-Frame-Options"], answer["X-Content-Type-Options"]) == ("DENY", "nosniff")
    assert "no-store" in answer["Cache-Control"]
    assert answer["Referrer-Policy"] == "same-origin"


def test_the_cookies_of_a_log_in_are_for_this_site_and_no_script_reads_the_session(
    client, ada, settings
) -> None:
    client.post("/accounts/login/", {"login": "ada", "password": PASSWORD})
    session = client.cookies[settings.SESSION_COOKIE_NAME]
    assert (session["httponly"], session["samesite"], session["domain"]) == (True, "Lax", "")
    assert (session["max-age"], session["expires"]) == ("", ""), "it goes with the browser"


def test_behind_https_cookies_are_bound_to_it_and_browsers_remember_it_for_a_year() -> None:
    """Read as the site reads them, from the environment."""
    names = [
        "SESSION_COOKIE_NAME", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_NAME", "CSRF_COOKIE_SECURE", "SECURE_HSTS_SECONDS",
        "LANGUAGE_COOKIE_NAME", "LANGUAGE_COOKIE_SECURE", "SECURE_HSTS_INCLUDE_SUBDOMAINS",
        "SECURE_SSL_REDIRECT", "SECURE_PROXY_SSL_HEADER", "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN", "DEBUG",
    ]  # fmt: skip
    ask = (
        "import json, django; django.setup(); from wheal.clinic import settings as s, told; "
        "from wheal.clinic.patients import links as l; from wheal.clinic.people import middleware as m; "
        "cookies = [told.OfThisHost.cookie_name, m.ARRIVED, l.COOKIE, l.LANGUAGE_COOKIE]; "
        f"print(json.dumps([*(getattr(s, n) for n in {names}), cookies]))"
    )
    said = os.environ | {
        "WHEAL_HTTPS": "1", "WHEAL_SECRET_KEY": "not used", "DJANGO_SETTINGS_MODULE": "wheal.clinic.settings",
    }  # fmt: skip
    told = subprocess.run(
        [sys.executable, "-c", ask], env=said, capture_output=True, text=True, check=True
    ).stdout
    assert dict(zip([*names, "other cookies"], json.loads(told), strict=True)) == {
        "SESSION_COOKIE_NAME": "__Host-sessionid", "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_NAME": "__Host-csrftoken", "CSRF_COOKIE_SECURE": True,
        "LANGUAGE_COOKIE_NAME": "__Host-language", "LANGUAGE_COOKIE_SECURE": True,
        "SECURE_HSTS_INCLUDE_SUBDOMAINS": True, "SECURE_HSTS_SECONDS": 31536000, "SECURE_SSL_REDIRECT": True,
        "SECURE_PROXY_SSL_HEADER": ["HTTP_X_FORWARDED_PROTO", "https"],
        "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN": False, "DEBUG": False,
        "other cookies": [
            "__Host-messages", "__Host-wheal-arrived", "__Secure-wheal-patient", "__Secure-wheal-patient-language",
        ],
    }  # fmt: skip


def test_no_password_no_token_and_no_link_stands_in_a_log(client, ada, clinic, caplog) -> None:
    _row, text = token_actions.make(clinic=clinic, name="Lab", scopes=["stock.read"], days=1, by=ada)
    with caplog.at_level(logging.DEBUG):
        client.post("/accounts/login/", {"login": "ada", "password": "a wrong one, but telling"})
        client.post("/accounts/login/", {"login": "ada", "password": PASSWORD})
        Client(headers={"Authorization": f"Bearer {text}"}).get("/fhir/Patient")
        client.get("/nothing/here/")
    logged = "\n".join(
        f"{each.getMessage()} {each.__dict__}" for each in caplog.records if each.name != "django.db.backends"
    )
    assert logged, "something was logged at all"
    for secret in (PASSWORD, "a wrong one, but telling", text[-43:]):
        assert secret not in logged
