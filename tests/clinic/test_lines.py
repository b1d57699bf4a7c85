"""Nothing of the record crosses a network in the clear because somebody forgot to say so."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from wheal.clinic import databases, mail_line

ELSEWHERE = "postgresql://wheal@db.example/clinic"


@pytest.mark.parametrize(
    ("url", "mode"),
    [
        (ELSEWHERE, "verify-full"),
        (f"{ELSEWHERE}?sslmode=verify-ca", "verify-ca"),
        (f"{ELSEWHERE}?sslmode=require", "require"),
        ("postgresql://wheal@127.0.0.1,db.example/clinic", "verify-full"),
        ("postgresql://wheal@localhost/clinic?hostaddr=192.0.2.7", "verify-full"),
        ("postgresql://wheal@localhost/clinic", None),
        ("postgresql:///clinic?host=/run/postgresql", None),
        ("postgresql:///clinic", None),
        ("postgresql://wheal@127.0.0.1/clinic?sslmode=disable", "disable"),
    ],
)
def test_a_database_on_another_machine_is_reached_encrypted_and_known_by_its_certificate(
    url, mode, tmp_path
) -> None:
    assert databases.at(url, {}, tmp_path)["OPTIONS"].get("sslmode") == mode


@pytest.mark.parametrize("mode", ["disable", "allow", "prefer"])
def test_a_line_that_may_be_in_the_clear_is_refused_with_what_to_say_instead(mode, tmp_path) -> None:
    with pytest.raises(ImproperlyConfigured, match="say sslmode=verify-full"):
        databases.at(f"{ELSEWHERE}?sslmode={mode}", {}, tmp_path)


@pytest.mark.parametrize(
    ("host", "said", "tls"),
    [
        ("mail.example", "starttls", (True, False)),
        ("mail.example", "tls", (False, True)),
        ("localhost", "none", (False, False)),
        ("", "none", (False, False)),
    ],
)
def test_letters_are_handed_over_encrypted(host, said, tls) -> None:
    assert mail_line.protected(host, said) == tls


@pytest.mark.parametrize(
    ("host", "said", "why"), [("mail.example", "none", "in the clear"), ("mail.example", "ssl", "are known")]
)
def test_letters_are_not_handed_over_in_the_clear(host, said, why) -> None:
    with pytest.raises(ImproperlyConfigured, match=why):
        mail_line.protected(host, said)
