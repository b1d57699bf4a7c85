"""A clinic that sends to a registry on another server is told each night how it stands there, and its pages show it."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from datetime import date
from functools import partial
from hashlib import sha256
from itertools import product

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clinic.registry.conftest import ON_SOCKET
from measures import drawn
from measures.kept import kept
from wheal.clinic.audit.models import Event
from wheal.clinic.registry import actions, answering, benchmark, checking, copies, delivering, views_in
from wheal.clinic.registry.actions import receiving
from wheal.clinic.registry.actions.enrolling import keys
from wheal.clinic.registry.benchmark import AS_JSON, NotSound, Now, Told, packed, unpacked
from wheal.clinic.registry.showing import shown
from wheal.knowledge import current
from wheal.measures.answers import figures, line, lines
from wheal.measures.counting import Count
from wheal.measures.letters import ANSWERS, asking, proof

MEASURES = tuple(current().measures)
SECTIONS = ("standing", "funnel", "counts", "method")


@pytest.fixture
def reader(alice) -> Client:
    made = Client()
    made.force_login(alice)
    return made


@pytest.fixture
def sends(elsewhere, settings, data, many, agreed):
    """Six other clinics are held there, and this one is admitted, has sent, and was counted."""
    kept(drawn.tables(7, clinics=6, people=60), data)
    settings.REGISTRY = elsewhere
    actions.admit(name=agreed.name, key=actions.public_key(agreed), called="The clinic of the tests")
    actions.nightly()
    return agreed


def _sections(page: str) -> dict[str, str]:
    """By its heading's id what a card holds, without space that nobody sees."""
    found = {}
    for name in SECTIONS:
        _, is_there, rest = page.partition(f'aria-labelledby="{name}"')
        found[name] = " ".join(rest.partition("</section>")[0].split()) if is_there else ""
    return found


@ON_SOCKET
def test_its_pages_show_what_the_registrys_own_would_show_it(sends, reader, settings, elsewhere):
    assert actions.nightly()["answered"] == 1
    for code in MEASURES:
        settings.REGISTRY = elsewhere
        there = reader.get(f"/registry/{code}/").content.decode()
        table = reader.get(f"/registry/{code}.csv").content.decode()
        settings.REGISTRY = ""
        here = reader.get(f"/registry/{code}/").content.decode()
        assert _sections(there) == _sections(here)
        assert _sections(there)["counts"]
        assert "What stands below is what that registry told on" in there
        assert "It was counted there on" in there
        own = reader.get(f"/registry/{code}.csv").content.decode()
        assert table.partition("\r\n\r\n")[0] == own.partition("\r\n\r\n")[0]
        assert f"Counted by the registry at {elsewhere} on" in table
    settings.REGISTRY = elsewhere
    page = reader.get("/registry/infection_by_clinic/").content.decode()
    for said in (
        "<strong>This clinic:</strong> ",
        "<strong>All 7 clinics together:</strong>",
        '<svg class="funnel"',
    ):
        assert said in page
    overview = reader.get("/registry/").content.decode()
    assert "7 clinics" in overview
    assert "Whether a product stands out across its clinics was looked at there on" in overview


@ON_SOCKET
def test_before_the_registry_has_counted_its_months_nothing_untrue_is_said(sends, reader, later):
    """The first night it asks before the registry has counted anything; a later one before it has counted its own."""
    page = reader.get("/registry/infection_by_clinic/").content.decode()
    assert "That registry had not counted this measure when it was asked. It counts at night." in page
    assert "The figures" not in page
    delivering.store().forget(sends.name)
    answering.count_anew(timezone.localdate())
    actions.send(sends, current())
    assert actions.fetch(sends)
    page = reader.get("/registry/infection_by_clinic/").content.decode()
    assert "Nobody treated in this clinic is in what was counted there on" in page
    assert "its months came later, or tell of nobody yet" in page
    assert "Months that came or went there since are in its next count." in page
    assert "is counted yet" not in page


@ON_SOCKET
def test_what_has_not_changed_is_not_sent_again_and_the_registry_remembers_who_asked(sends, monkeypatch):
    sent = []
    monkeypatch.setattr(views_in, "packed", lambda told: sent.append(told) or packed(told))
    monkeypatch.setattr(answering, "counted", None)  # nothing is counted within the request
    assert actions.fetch(sends)
    assert actions.fetch(sends)
    assert [told.answers is None for told in sent] == [False, True]
    copy = copies.kept(sends.name, delivering.address())
    assert set(copy.told.answers.measures) == set(MEASURES)
    asked = Event.objects.filter(what="registry.answers_told").order_by("pk")
    assert {event.detail["name"] for event in asked} == {sends.name}
    assert [event.detail["anew"] for event in asked][-2:] == [True, False]
    assert (
        Event.objects.filter(what="registry.answers_fetched").count() == 2
    )  # that nothing was counted, and the counts


@ON_SOCKET
def test_no_more_is_told_than_the_pages_show(sends, data):
    """No small number of another clinic, and no name of one that is hidden."""
    drawn_ = drawn.tables(3, clinics=1, people=4)
    small = {table: [row | {"clinic": "clinic-tiny"} for row in rows] for table, rows in drawn_.items()}
    kept(small, data)
    answering.count_anew(timezone.localdate())
    assert actions.fetch(sends)
    told = copies.kept(sends.name, delivering.address()).told
    assert "clinic-tiny" not in AS_JSON.dump_json(told).decode()
    by_clinic = told.answers.measures["infection_by_clinic"]
    assert by_clinic.hidden >= 1
    for shown_ in told.answers.measures.values():
        for row in shown_.groups:
            assert not any(
                0 < (number or 0) < 5 for number in (row.of, row.counted, row.lost, row.waiting, row.so_far)
            )
    assert by_clinic.standing.its.group == (sends.name,)
    assert by_clinic.standing.its.waiting + by_clinic.standing.its.of == 6


@ON_SOCKET
def test_who_is_not_admitted_sends_nothing_or_has_left_is_refused_in_words(
    elsewhere, settings, data, many, agreed, reader, monkeypatch
):
    settings.REGISTRY = elsewhere
    assert not actions.fetch(agreed)
    assert "it does not know this clinic. It was not admitted there yet, or has left" in _page(reader)
    made = actions.admit(name=agreed.name, key=actions.public_key(agreed), called="The clinic of the tests")
    assert not actions.fetch(agreed)
    assert "held nothing of this clinic on" in _page(reader)
    made.key = Ed25519PrivateKey.generate().public_key().public_bytes_raw().hex()
    made.save()
    assert not actions.fetch(agreed)
    assert "it does not believe that this is the clinic" in _page(reader)
    made.key = actions.public_key(agreed)
    made.save()
    actions.send(agreed, current())
    assert actions.fetch(agreed)
    actions.let_go(contributor=made, why="ended at the console")
    assert not actions.fetch(agreed)
    page = _page(reader)
    assert "has left; only those who send are told" in page
    assert "What stands below is what that registry told on" in page
    refused = Event.objects.filter(what="registry.answers_not_fetched", refused=True)
    assert [event.detail["reason"] for event in refused.order_by("pk")] == [
        "unknown",
        "nothing",
        "key",
        "unknown",
    ]


def _page(reader: Client) -> str:
    return " ".join(reader.get("/registry/infection_by_clinic/").content.decode().split())


@ON_SOCKET
def test_a_registry_of_before_this_question_still_takes_the_months(
    elsewhere, settings, data, many, agreed, reader, monkeypatch
):
    settings.REGISTRY = elsewhere
    monkeypatch.setattr(receiving, "ANSWERS", "nobody asks this")
    actions.admit(name=agreed.name, key=actions.public_key(agreed), called="The clinic of the tests")
    told = actions.nightly()
    assert told["sent"] > 0
    assert (told["not_sent"], told["answered"], told["not_answered"]) == (0, 0, 1)
    assert "That registry is of an older version, which cannot be asked how a clinic stands" in _page(reader)


def _first(told: dict, code: str) -> list:
    return told["answers"]["measures"][code]["groups"][0]


def _put(code: str, at: int, value: object):
    return lambda told: _first(told, code).__setitem__(at, value)


BY = "infection_by_clinic"
TAMPERED = {
    "a small number that is not hidden": (_put(BY, 2, 3), "a small number is not hidden"),
    "a group of three": (lambda told: _first(told, BY).__setitem__(slice(1, 8), [0, 0, 0, 3, 3, 0, 0]), "not hidden"),
    "more cases than people": (_put(BY, 2, 10_000), "more are counted than there are"),
    "a number below none": (_put(BY, 1, -5), "a number that cannot be"),
    "a number without end": (_put(BY, 4, 10**30), "a number that cannot be"),
    "words for a clinic": (_put(BY, 0, ["Call 0800, ask for Mary"]), "called by what is no code"),
    "words for a lot": (_put("infection_by_lot", 0, ["3400000000005", "<b>bad</b> lot 1"]), "no code"),
    "a group of other columns": (_put(BY, 0, ["clinic-1", "clinic-2"]), "not of its columns"),
    "a group twice": (lambda told: told["answers"]["measures"][BY]["groups"].append(_first(told, BY)), "twice"),
    "text for a number": (_put(BY, 1, "12"), "answers.measures"),
    "a day to come": (lambda told: told["answers"]["measures"][BY].update(on="2999-01-01"), "a day"),
    "another clinic's answers": (lambda told: told["answers"].update(clinic="clinic-0"), "another clinic"),
    "another clinic's row": (
        lambda told: told["answers"]["measures"][BY]["standing"]["its"].__setitem__(0, ["clinic-0"]), "itself",
    ),
    "a picture with a script": (
        lambda told: told["answers"]["measures"][BY]["picture"].update(outer=["0,0", '"/><script>']), "picture",
    ),
    "a column more": (lambda told: told["answers"].update(message="Hello"), "answers"),
    "no measure's question": (lambda told: told["answers"].update(asked={}), "asked"),
    "nothing, as if it stood": (lambda told: told.update(answers=None, tag="0" * 64), "tells nothing"),
    "no tag": (lambda told: told.update(tag="x"), "tag"),
}  # fmt: skip


@ON_SOCKET
def test_of_what_is_not_what_it_may_be_nothing_is_taken_and_what_came_before_stands(
    sends, reader, monkeypatch, subtests
):
    """One test, since to send and to count takes seconds."""
    assert actions.fetch(sends)
    before = copies.kept(sends.name, delivering.address()).told
    assert before.answers.measures[BY].groups
    monkeypatch.setattr(copies.Copy, "tag", "")  # all of it is asked for
    for what, (change, words) in TAMPERED.items():
        with subtests.test(what), monkeypatch.context() as told:
            told.setattr(views_in, "packed", partial(_tampered, change))
            assert not actions.fetch(sends)
            copy = copies.kept(sends.name, delivering.address())
            assert (copy.told, copy.problem) == (before, "wrong")
            assert words in copy.words
            page = _page(reader)
            assert "is not what it may be, and nothing of it was taken" in page
            assert "<strong>This clinic:</strong>" in page
            assert "script>" not in page.partition('id="there"')[2].partition("</section>")[0]


def _tampered(change: Callable[[dict[str, object]], object], told: Told) -> bytes:
    said = json.loads(gzip.decompress(packed(told)))
    change(said)
    return gzip.compress(json.dumps(said).encode())


BYTES = {
    "no gzip": b"{}",
    "cut off": gzip.compress(b"{}" * 1000)[:-9],
    "a bomb": gzip.compress(b"0" * 5_000_000),
    "no JSON": gzip.compress(b"hello"),
    "too much": b"0" * 3_000_000,
}


@pytest.mark.parametrize("what", BYTES)
def test_no_more_is_unpacked_than_may_come(what, monkeypatch):
    monkeypatch.setattr(benchmark, "MOST_BYTES", 2_000_000)
    monkeypatch.setattr(benchmark, "MOST_UNPACKED", 4_000_000)
    with pytest.raises(NotSound):
        unpacked(BYTES[what])


@ON_SOCKET
def test_who_leaves_keeps_nothing_of_what_was_told_and_one_registry_is_not_taken_for_another(
    sends, settings, elsewhere, reader, clinic, dora
):
    assert actions.fetch(sends)
    settings.REGISTRY = "https://another.example"
    assert "It has not asked yet" in _page(reader)
    settings.REGISTRY = elsewhere
    assert "<strong>This clinic:</strong>" in _page(reader)
    actions.end(clinic=clinic, by=dora)
    actions.nightly()
    assert not list(delivering.store().folder.glob("elsewhere/*"))
    page = _page(reader)
    assert "<strong>This clinic:</strong>" not in page
    assert "This clinic does not, and is not told how clinics stand there." in page


@ON_SOCKET
def test_an_old_copy_says_so_and_so_does_one_whose_registry_is_away(sends, alice, later, monkeypatch):
    def reader() -> Client:
        """Logged in on that day."""
        made = Client()
        made.force_login(alice)
        return made

    assert actions.fetch(sends)
    assert "This is old" not in _page(reader())
    monkeypatch.setattr(delivering, "_line", _away)
    later(2)
    assert not actions.fetch(sends)
    page = _page(reader())
    assert "did not answer when it was last asked" in page
    assert "This is old" not in page
    later(5)
    page = _page(reader())
    assert "<strong>This is old.</strong>" in page
    assert "<strong>This clinic:</strong>" in page
    assert "This may be old" in reader().get("/registry/infection_by_clinic.csv").content.decode()


def _away(parts):
    raise delivering.NotDelivered("away", "nobody there")


@ON_SOCKET
def test_an_answer_to_another_question_is_not_shown_under_this_ones_words(sends, reader, monkeypatch):
    asked = benchmark.asked
    monkeypatch.setattr("wheal.clinic.registry.actions.telling.benchmark.asked", lambda measure: "0" * 64)
    assert actions.fetch(sends)
    monkeypatch.setattr(benchmark, "asked", asked)
    page = _page(reader)
    assert "This measure asks something else there than here" in page
    assert "<strong>This clinic:</strong>" not in page


@ON_SOCKET
def test_in_french(sends, reader, alice):
    assert actions.fetch(sends)
    alice.language = "fr"
    alice.save(update_fields=["language"])
    page = reader.get("/registry/infection_by_clinic/").content.decode()
    assert 'lang="fr"' in page
    for said in ("Compté ailleurs", "Ce cabinet", "Ce qui suit est ce que ce registre a dit le"):
        assert said in page
    for said in ("Counted elsewhere", "What stands below", "It was counted there on"):
        assert said not in page


@ON_SOCKET
def test_rights_are_as_before_and_another_clinic_of_this_server_sees_nothing_of_it(sends, bob, charlie):
    assert actions.fetch(sends)
    for user, status in ((bob, 403), (charlie, 200)):
        client = Client()
        client.force_login(user)
        pages = [client.get(f"/registry/{end}") for end in ("", f"{BY}/")]
        assert {page.status_code for page in pages} == {status}
        assert not any("This clinic:" in page.content.decode() for page in pages)
        assert not any(sends.name in page.content.decode() for page in pages)


@ON_SOCKET
def test_a_page_asks_the_database_as_often_however_many_clinics_are_told_of(sends, reader, data):
    asked = []
    for clinics in (1, 6):
        more = drawn.tables(8, clinics=clinics)
        kept(
            {t: [row | {"clinic": f"more-{row['clinic']}"} for row in rows] for t, rows in more.items()}, data
        )
        answering.count_anew(timezone.localdate())
        assert actions.fetch(sends)
        reader.get("/registry/")
        with CaptureQueriesContext(connection) as queries:
            for end in ("", f"{BY}/", "infection_by_lot/", "infection_by_lot.csv"):
                assert reader.get(f"/registry/{end}").status_code == 200
        asked.append(len(queries))
    assert asked[0] == asked[1]


MANY = [
    Count(
        (f"c{at}",), of, count, lost=at % 7, times=of * 2, waiting=waiting, so_far=min(waiting, at % 3), unjudged=at % 6
    )
    for at, (of, count, waiting) in enumerate(product((0, 3, 5, 40, 400), (0, 1, 3, 5), (0, 2, 6)))
    if count <= of
]  # fmt: skip


def test_figures_that_travel_give_the_lines_that_the_registry_shows():
    told, hidden = figures(MANY)
    answer = lines(MANY)
    assert tuple(map(line, told)) == answer.lines
    assert hidden == answer.hidden_groups > 0


@pytest.mark.parametrize("size", [0, 1, 2, 5, 40, 400])
@pytest.mark.parametrize("code", ["infection_by_clinic", "days_to_alarm"])
def test_whatever_a_registry_tells_a_clinic_of_the_same_version_is_sound_there(code, size):
    known, today, measure = current(), date(2026, 11, 27), current().measures[code]
    is_delay = code == "days_to_alarm"
    counts = [
        Count(
            ("lot",) if is_delay else (f"clinic-{at}",), of := at % 50, min(at % 9, of), times=at,
            days=at if is_delay else 0, waiting=at % 11, so_far=min(at % 3, at % 11), unjudged=at % 2 if of else 0,
        )
        for at in range(size)
    ]  # fmt: skip
    answers = benchmark.Answers(
        benchmark.FORMAT,
        "clinic-3",
        known.version,
        {code: benchmark.asked(measure)},
        {code: shown(measure, counts, today, "clinic-3")},
        (),
    )
    told = Told("0" * 64, Now(size, 10, ("2026-01", "2026-02"), today, (code,)), answers)
    assert checking.sound(unpacked(packed(told)), "clinic-3", known, today) == told


def test_the_letter_is_refused_without_the_clinics_signature(data, db, agreed):
    actions.admit(name=agreed.name, key=actions.public_key(agreed), called="The clinic of the tests")
    letter = asking(agreed.name, ANSWERS, Ed25519PrivateKey.generate())
    at, digest = int(timezone.now().timestamp()), sha256(letter).hexdigest()
    shown = proof(agreed.name, digest, keys(agreed)[1], to="testserver", at=at)
    content = "application/octet-stream"
    answer = Client().post("/registry/in/", letter, content_type=content, headers={"Authorization": shown})
    assert answer.status_code == 401
    assert "not signed with the key" in answer.json()["reason"]
    assert not Event.objects.filter(what="registry.answers_told").exists()
