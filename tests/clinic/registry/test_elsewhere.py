"""A clinic that sends to a registry on another server, and that registry's door."""

from __future__ import annotations

from hashlib import sha256
from io import StringIO
from shutil import rmtree
from urllib.parse import urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from clinic.registry.conftest import ON_SOCKET
from measures import drawn
from measures.kept import months_of
from wheal.clinic import vault
from wheal.clinic.audit.models import Event
from wheal.clinic.registry import actions, delivering
from wheal.clinic.registry.models import Contributor
from wheal.knowledge import current
from wheal.measures.letters import ANSWERS, FORGET, HELD, asking, proof
from wheal.measures.store import Store
from wheal.measures.submissions import packed, signed
from wheal.measures.waiting import Waiting

KEY = Ed25519PrivateKey.generate()
PUBLIC = KEY.public_key().public_bytes_raw().hex()
ROWS = drawn.tables(5, clinics=1)
CLINIC, MONTH = next(iter(months_of(ROWS)))
SENT = packed(CLINIC, MONTH, months_of(ROWS)[CLINIC, MONTH])
LETTER = signed(SENT.manifest, KEY)


def _console(*said: str) -> str:
    told = StringIO()
    call_command("registry", *said, stdout=told)
    return told.getvalue()


@ON_SOCKET
def test_months_travel_once_go_on_where_they_were_broken_off_and_are_taken_out_at_the_end(
    elsewhere, settings, data, many, clinic, alice, dora, agreed
):
    settings.REGISTRY = elsewhere
    with pytest.raises(delivering.NotDelivered, match="unknown: this clinic is not admitted here"):
        actions.send(agreed, current())
    assert actions.nightly()["not_sent"] == 1
    reader = Client()
    reader.force_login(alice)
    page = reader.get("/registry/").content.decode()
    assert "does not know this clinic yet" in page
    assert actions.public_key(agreed) in page
    _console("admit", agreed.name, actions.public_key(agreed), "The clinic of the tests")
    first = actions.send(agreed, current())
    assert first
    assert "does not know this clinic yet" not in reader.get("/registry/").content.decode()
    assert delivering.store().editions(agreed.name) == {row.month: 1 for row in first}
    assert sum(one.rows.get("sessions", 0) for one in delivering.store().receipts()) == 12
    assert actions.send(agreed, current()) == []

    rmtree(data / "registry")  # the registry's disk is lost: the clinic's record is the source
    assert {row.edition for row in actions.send(agreed, current())} == {2}

    settings.REGISTRY = "http://127.0.0.1:9"  # nobody answers
    assert actions.nightly() == {
        "sent": 0,
        "not_sent": 1,
        "swept": 0,
        "answered": 0,
        "not_answered": 1,
        "merged": 0,
        "counted": len(current().measures),
    }
    assert "did not answer when it was last asked" in reader.get("/registry/").content.decode()
    actions.end(clinic=clinic, by=dora)
    assert vault.current().holds(agreed.keys)  # the key that can ask for it is kept until it is done
    settings.REGISTRY = elsewhere
    actions.nightly()
    assert list(delivering.store().receipts()) == []
    assert not vault.current().holds(agreed.keys)
    assert Contributor.objects.get().ended_at is not None


@ON_SOCKET
def test_who_leaves_is_taken_out_wherever_it_had_sent_and_the_key_stays_until_each_registry_says_so(
    elsewhere, settings, data, many, clinic, alice, dora, agreed, monkeypatch, tmp_path
):
    there = Store(tmp_path / "there")
    monkeypatch.setattr("wheal.clinic.registry.actions.receiving.store", lambda: there)
    own, reader = delivering.store(), Client()
    reader.force_login(alice)
    actions.send(agreed, current())  # at first it counted on its own server
    settings.REGISTRY = elsewhere
    made = actions.admit(name=agreed.name, key=actions.public_key(agreed), called="The clinic of the tests")
    actions.send(agreed, current())
    assert own.editions(agreed.name).keys() == there.editions(agreed.name).keys() != set()
    assert "more than one registry" in reader.get("/registry/").content.decode()
    for store in (own, there):
        store.waiting.take(agreed.name, sha256(b"waits").hexdigest(), b"waits")

    Contributor.objects.update(key=PUBLIC)  # it took another for this clinic's: a refusal is no leave
    actions.end(clinic=clinic, by=dora)
    actions.nightly()
    page = reader.get("/registry/").content.decode()
    assert not own.holds(agreed.name)
    assert there.holds(agreed.name)
    assert vault.current().holds(agreed.keys)
    assert not actions.is_taken_out(agreed)
    assert "The registry of this server: out since" in " ".join(page.split())
    assert "not out yet" in page
    assert "It does not believe that this is the clinic" in page

    settings.REGISTRY = ""  # it is asked where it was sent to, and not where one would send to now
    Contributor.objects.update(key=made.key)
    actions.nightly()
    page = reader.get("/registry/").content.decode()
    assert "not out yet" not in page
    assert "What everybody reads may still count it" in page
    assert elsewhere in page
    assert not there.holds(agreed.name)
    assert not vault.current().holds(agreed.keys)
    assert Event.objects.filter(what="registry.taken_out").count() == 2


@ON_SOCKET
def test_a_registry_that_knows_no_such_clinic_has_nothing_of_it_but_not_where_something_is_held(
    elsewhere, data, db, admitted
):
    to = delivering.There(elsewhere)
    to.deliver(SENT, KEY)
    Contributor.objects.all().delete()  # its database was lost, its disk was not
    with pytest.raises(delivering.NotDelivered, match=r"key: .* something of it is held"):
        to.forget(CLINIC, KEY)
    delivering.store().forget(CLINIC)
    with pytest.raises(delivering.NotDelivered, match="unknown"):
        to.forget(CLINIC, KEY)


@pytest.fixture
def admitted(data, db):
    return actions.admit(name=CLINIC, key=PUBLIC, called="A clinic elsewhere")


HERE = "testserver"


def _proof(body: bytes, key=KEY, clinic: str = CLINIC, to: str = HERE, away: int = 0) -> str:
    at = int(timezone.now().timestamp()) + away
    return proof(clinic, sha256(body).hexdigest(), key, to=to, at=at)


def _letter(letter: bytes, shown: str = "", **more):
    shown = shown or _proof(letter, **more)
    content = "application/octet-stream"
    return Client().post("/registry/in/", letter, content_type=content, headers={"Authorization": shown})


def _part(digest: str, body: bytes, key=KEY, **more):
    at = int(timezone.now().timestamp())
    shown = proof(CLINIC, digest, key, **{"to": HERE, "at": at} | more)
    return Client().put(f"/registry/in/{digest}/", body, headers={"Authorization": shown})


def test_the_registry_asks_for_what_it_lacks_and_gives_the_same_receipt_again(admitted):
    answer = _letter(LETTER)
    assert (answer.status_code, answer.json()) == (202, {"missing": list(SENT.bodies)})
    (first, body), *rest = SENT.bodies.items()
    assert _part(first, body).status_code == 200
    assert _letter(LETTER).json() == {"missing": [digest for digest, _ in rest]}
    for digest, body in rest:
        _part(digest, body)
    receipt = _letter(LETTER)
    assert (receipt.status_code, receipt.json()["receipt"]["month"]) == (200, MONTH)
    assert _letter(LETTER).json() == receipt.json()
    assert _letter(asking(CLINIC, HELD, KEY)).json() == {"held": {MONTH: 1}}
    assert f"{CLINIC} · A clinic elsewhere" in _console("list")
    assert _letter(asking(CLINIC, FORGET, KEY)).json() == {"forgotten": CLINIC}
    assert _letter(LETTER).status_code == 401
    assert list(delivering.store().receipts()) == []


@pytest.mark.parametrize("at", ["month", "part"])
def test_of_a_clinic_that_leaves_while_something_of_it_is_taken_in_nothing_stays(admitted, at, monkeypatch):
    (digest, body), *rest = SENT.bodies.items()
    for one in rest:
        _part(*one)
    took = Waiting.take if at == "part" else Store.accept

    def leaves_first(*said):
        assert _letter(asking(CLINIC, FORGET, KEY)).json() == {"forgotten": CLINIC}
        for one in SENT.bodies.items() if at == "month" else ():
            delivering.store().waiting.take(CLINIC, *one)
        return took(*said)

    if at == "month":
        _part(digest, body)
        monkeypatch.setattr(Store, "accept", leaves_first)
        answer = _letter(LETTER)
    else:
        monkeypatch.setattr(Waiting, "take", leaves_first)
        answer = _part(digest, body)
    assert (answer.status_code, answer.json()["known"]) == (401, False)
    assert not delivering.store().holds(CLINIC)
    assert not Event.objects.filter(what="registry.taken").exists()


STRANGER = Ed25519PrivateKey.generate()
BODY = next(iter(SENT.bodies.values()))
DIGEST = next(iter(SENT.bodies))
REFUSED = {
    "no letter": (lambda: _letter(b"hello"), 401),
    "a list": (lambda: _letter(b"00\n[1]"), 401),
    "of nobody": (lambda: _letter(asking("another-clinic", HELD, KEY), clinic="another-clinic"), 401),
    "another's signature": (lambda: _letter(signed(SENT.manifest, STRANGER)), 401),
    "another's proof": (lambda: _letter(LETTER, key=STRANGER), 401),
    "a letter without proof": (lambda: _letter(LETTER, "Wheal-Clinic"), 401),
    "the proof of another letter": (lambda: _letter(LETTER, _proof(asking(CLINIC, HELD, KEY))), 401),
    "of another clinic than its proof": (lambda: _letter(asking("another-clinic", HELD, KEY)), 401),
    "a part for another registry": (lambda: _part(DIGEST, BODY, to="other.example"), 401),
    "a part of yesterday": (lambda: _part(DIGEST, BODY, at=int(timezone.now().timestamp()) - 86_400), 401),
    "a question that nobody knows": (lambda: _letter(asking(CLINIC, "everything", KEY)), 401),
    "a part without proof": (lambda: Client().put(f"/registry/in/{DIGEST}/", BODY), 401),
    "a part with another's proof": (lambda: _part(DIGEST, BODY, STRANGER), 401),
    "a part of other bytes": (lambda: _part(DIGEST, b"other"), 422),
    "a part that names no digest": (lambda: _part("..", BODY), 422),
    "too much at once": (lambda: _part(DIGEST, b"0" * 3_000_000), 413),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_not_genuine_or_not_whole_is_refused_and_leaves_nothing_but_the_refusal(admitted, what):
    ask, status = REFUSED[what]
    assert ask().status_code == status
    assert not list(delivering.store().folder.glob("parts/*/*"))
    assert Event.objects.filter(what="registry.not_taken", refused=True).count() == 1


NOT_MEANT = {
    "for another registry": (
        {"to": "registry.example"}, "address",
        "it is meant for the registry at registry.example, and this one answers at testserver",
    ),
    "kept for eleven minutes": ({"away": -660}, "clock", "more than 10 minutes lie between them"),
    "of a clock that is ahead": ({"away": 660}, "clock", "more than 10 minutes lie between them"),
}  # fmt: skip


@pytest.mark.parametrize("how", NOT_MEANT)
@pytest.mark.parametrize("asked", [HELD, ANSWERS, FORGET])
def test_a_letter_is_good_for_one_registry_and_some_minutes_alone(admitted, how, asked):
    """Whoever was sent one cannot ask another registry in the clinic's name, nor the same one another day."""
    more, why, words = NOT_MEANT[how]
    answer = _letter(asking(CLINIC, asked, KEY), **more)
    assert (answer.status_code, answer.json()["why"]) == (401, why)
    assert words in answer.json()["reason"]
    assert Contributor.objects.standing().filter(name=CLINIC).exists()
    assert _letter(LETTER, **more).status_code == 401


def test_clocks_may_differ_by_some_minutes_and_the_host_by_its_capitals(admitted):
    for more in ({"away": -540}, {"away": 540}, {"to": "TestServer"}):
        assert _letter(asking(CLINIC, HELD, KEY), **more).status_code == 200


@ON_SOCKET
@pytest.mark.parametrize(
    ("why", "said"),
    [("clock", "differ by more than ten minutes"), ("elsewhere", "answers at another address than the one")],
)
def test_the_clinics_page_says_that_a_clock_is_wrong_or_the_address_is_another(
    elsewhere, settings, data, many, alice, agreed, monkeypatch, why, said
):
    settings.REGISTRY = elsewhere
    actions.admit(name=agreed.name, key=actions.public_key(agreed), called="The clinic of the tests")
    wrong = {"at": 0} if why == "clock" else {"to": "registry.example"}
    monkeypatch.setattr(delivering, "proof", lambda *of, **more: proof(*of, **more | wrong))
    told = actions.nightly()
    assert (told["not_sent"], told["not_answered"]) == (1, 1)
    reader = Client()
    reader.force_login(alice)
    page = reader.get("/registry/").content.decode()
    assert page.count(said) == 2  # of what was to be sent, and of what was asked
    assert ("1970-01-01 00:00 UTC" if why == "clock" else "registry.example") in page
    type(alice).objects.update(language="fr")
    assert said not in reader.get("/registry/").content.decode()


@ON_SOCKET
def test_what_an_earlier_registry_was_sent_opens_nothing_at_the_next(elsewhere, data, admitted, monkeypatch):
    """The stranger keeps what comes, and sends it on as it came."""
    kept: list[tuple[bytes, str]] = []

    def stranger(_to, _method, _path, body, shown, _most):
        kept.append((body, shown["Authorization"]))
        raise delivering.NotDelivered("away")

    with monkeypatch.context() as earlier:
        earlier.setattr(delivering.There, "_said", stranger)
        for ask in (
            delivering.There("https://earlier.example").held,
            delivering.There("https://earlier.example").forget,
        ):
            with pytest.raises(delivering.NotDelivered):
                ask(CLINIC, KEY)
    for letter, shown in kept:
        answer = _letter(letter, shown)
        assert (answer.status_code, answer.json()["why"]) == (401, "address")
    assert delivering.There(elsewhere).held(CLINIC, KEY) == {}


PLACES = {
    "https://registry.example": "registry.example",
    "https://Registry.example:443/of/us": "registry.example",
    "https://registry.example:8443": "registry.example:8443",
    "http://127.0.0.1:80": "127.0.0.1",
    "http://[::1]:18301": "[::1]:18301",
    "https://régistre.example": "xn--rgistre-bya.example",
}


@pytest.mark.parametrize("address", PLACES)
def test_the_registry_is_named_as_its_host_header_names_it(address):
    assert delivering._host(urlsplit(address)) == PLACES[address]


def test_rows_that_are_no_rows_are_refused_and_the_month_is_not_there(admitted):
    spoilt = packed(CLINIC, MONTH, {"sessions": months_of(ROWS)[CLINIC, MONTH]["sessions"]})
    (digest, body) = next(iter(spoilt.bodies.items()))
    wrong = {digest: body[: len(body) // 2]}
    named = sha256(wrong[digest]).hexdigest()
    letter = signed(spoilt.manifest, KEY).replace(digest.encode(), named.encode())
    said = letter.partition(b"\n")[2]
    letter = KEY.sign(said).hex().encode() + b"\n" + said
    assert _part(named, wrong[digest]).status_code == 200
    answer = _letter(letter)
    assert (answer.status_code, answer.json()["reason"]) == (422, "sessions: it is no JSON Lines under gzip")
    assert delivering.store().editions(CLINIC) == {}


@pytest.mark.parametrize("said", [("no name!", PUBLIC), ("clinic-1", "00" * 31), ("clinic-1", "zz" * 32)])
def test_nobody_is_admitted_with_a_key_that_is_none(data, db, said):
    with pytest.raises(CommandError):
        _console("admit", *said, "Somebody")
    assert not Contributor.objects.exists()


@pytest.mark.parametrize("address", ["http://registry.example", "https://", "https://a:b"])
def test_nothing_is_sent_in_the_clear_or_to_no_address(address):
    with pytest.raises(delivering.NotDelivered, match="address"):
        delivering.There(address).held("clinic-1", KEY)


def test_a_clinic_that_sends_elsewhere_is_not_told_that_nothing_is_counted_of_it(
    data, alice, agreed, settings
):
    settings.REGISTRY = "https://registry.example"
    reader = Client()
    reader.force_login(alice)
    page = reader.get("/registry/infection_by_clinic/").content.decode()
    assert "go to the registry at https://registry.example and are counted there" in page
    assert "It has not asked yet: nothing is told here before that." in page
    assert "https://registry.example/registry/public/" in page
    for untrue in ("Nobody treated in this clinic", "nothing to compare", "nothing is told."):
        assert untrue not in page
    overview = reader.get("/registry/").content.decode()
    assert "It has not asked yet" in overview
    assert "No clinic has sent anything yet" not in overview
    assert 'href="https://registry.example/registry/public/"' in overview
    assert reader.get("/registry/infection_by_clinic.csv").status_code == 302
    settings.REGISTRY = ""
    assert (
        "Nobody treated in this clinic is counted yet"
        in reader.get("/registry/infection_by_clinic/").content.decode()
    )
