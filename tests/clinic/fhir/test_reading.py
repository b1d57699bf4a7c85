"""The page that reads a health link in the browser: the same for everybody, and it learns nothing."""

from __future__ import annotations

import pytest
from django.test import Client

from wheal.clinic.fhir.health_links import reading


def test_the_page_is_for_anybody_leaves_nothing_and_asks_nothing_of_the_record(client) -> None:
    """A test without the fixture of the database may not ask it."""
    answer = client.get("/passport/")
    assert answer.status_code == 200
    assert answer.cookies == {}
    told = {name: answer.headers[name] for name in ("Cache-Control", "X-Robots-Tag", "Referrer-Policy")}
    assert told == {
        "Cache-Control": "no-store",
        "X-Robots-Tag": "noindex, nofollow",
        "Referrer-Policy": "no-referrer",
    }
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "form-action 'none'" in policy
    assert "require-trusted-types-for 'script'" in policy
    assert client.post("/passport/").status_code == 405


def test_no_field_of_the_page_can_be_sent_by_the_browser_itself(client) -> None:
    """Without its script nothing that was typed lands in an address."""
    page = client.get("/passport/").content.decode()
    assert page.count("<input") == 2
    assert " name=" not in page.partition("<body>")[2]
    assert 'href="#' not in page  # what stands behind # is the link


@pytest.mark.parametrize(
    ("asked", "accepted", "language"),
    [("", "fr-FR", "fr"), ("", "", "en"), ("?language=fr", "en", "fr"), ("?language=xx", "fr", "fr")],
)
def test_it_speaks_the_language_of_the_browser_or_the_one_that_was_chosen(
    asked: str, accepted: str, language: str
) -> None:
    answer = Client(headers={"Accept-Language": accepted}).get(f"/passport/{asked}")
    assert answer.headers["Content-Language"] == language
    assert f'<html lang="{language}">' in answer.content.decode()
    assert ("Qui lit" in answer.content.decode()) == (language == "fr")


@pytest.mark.parametrize(
    ("address", "works"),
    [
        ("https://clinic.example", True),
        ("http://127.0.0.1:8000", True),
        ("http://localhost:8000", True),
        ("http://[::1]:8000", True),
        ("http://192.168.1.4", False),
        ("http://localhost.example", False),
    ],
)
def test_browsers_decrypt_where_the_site_came_encrypted_or_is_this_machine(address: str, works: bool) -> None:
    assert reading.works_at(address) is works
