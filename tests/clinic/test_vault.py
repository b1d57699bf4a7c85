"""Encrypted files: whole or not at all, opened by their key alone, and nothing altered goes unnoticed."""

from __future__ import annotations

import stat
from base64 import b64encode
from multiprocessing import get_context
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis.strategies import binary, integers, lists, sampled_from

from wheal.clinic import vault, vault_keys
from wheal.clinic.vault import HEAD, PIECE, TAG, Damaged, NotKept, Vault
from wheal.clinic.vault_keys import Key, KeyMissing

ABOUT = "test.picture"
LENGTHS = (0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 3 * PIECE + 5)


@pytest.fixture
def kept_in(tmp_path: Path) -> Vault:
    return Vault(tmp_path / "vault", (Key(b"1" * 32),))


def on_disk(where: Vault) -> list[Path]:
    return [path for path in where.folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize("length", LENGTHS)
def test_what_was_put_in_comes_out_and_the_disk_shows_none_of_it(kept_in: Vault, length: int) -> None:
    content = (b"a face that nobody else may see " * (length // 32 + 1))[:length]
    kept = kept_in.put([content], about=ABOUT)
    assert kept_in.read(kept.name, about=ABOUT) == content
    assert kept.size == length
    (file,) = on_disk(kept_in)
    assert b"nobody else" not in file.read_bytes()
    assert file.stat().st_size == HEAD + length + TAG * (max(length - 1, 0) // PIECE + 1)


@settings(max_examples=40, deadline=None)
@given(lists(binary(max_size=3 * PIECE), max_size=4))
def test_how_it_was_cut_when_it_came_in_does_not_matter(
    tmp_path_factory: pytest.TempPathFactory, pieces: list[bytes]
) -> None:
    where = Vault(tmp_path_factory.mktemp("vault"), (Key(b"2" * 32),))
    kept = where.put(pieces, about=ABOUT)
    assert where.read(kept.name, about=ABOUT) == b"".join(pieces)


@settings(max_examples=60, deadline=None)
@given(at=integers(0, HEAD + 2 * (PIECE + TAG) + TAG + 99), bit=sampled_from([1, 2, 4, 8, 16, 32, 64, 128]))
def test_a_single_altered_bit_is_noticed_wherever_it_is(
    tmp_path_factory: pytest.TempPathFactory, at: int, bit: int
) -> None:
    where = Vault(tmp_path_factory.mktemp("vault"), (Key(b"3" * 32),))
    kept = where.put([b"x" * (2 * PIECE + 100)], about=ABOUT)
    (file,) = on_disk(where)
    sealed = bytearray(file.read_bytes())
    sealed[at] ^= bit
    file.write_bytes(sealed)
    with pytest.raises((Damaged, KeyMissing)):
        where.read(kept.name, about=ABOUT)


ALTERED = {
    "cut off within a piece": lambda whole: whole[:-1],
    "the last piece left out": lambda whole: whole[: HEAD + 2 * (PIECE + TAG)],
    "all pieces left out": lambda whole: whole[:HEAD],
    "cut off within the head": lambda whole: whole[: HEAD - 1],
    "empty": lambda whole: b"",
    "two pieces changed places": lambda whole: (
        whole[:HEAD]
        + whole[HEAD + PIECE + TAG : HEAD + 2 * (PIECE + TAG)]
        + whole[HEAD : HEAD + PIECE + TAG]
        + whole[HEAD + 2 * (PIECE + TAG) :]
    ),
    "a piece twice": lambda whole: whole[: HEAD + PIECE + TAG] + whole[HEAD:],
    "something added": lambda whole: whole + b"!",
    "another kind of file": lambda whole: b"\xff\xd8\xff" + whole[3:],
}


@pytest.mark.parametrize("how", ALTERED)
def test_what_was_cut_moved_or_added_is_noticed(kept_in: Vault, how: str) -> None:
    kept = kept_in.put([b"a" * PIECE, b"b" * PIECE, b"c" * 10], about=ABOUT)
    (file,) = on_disk(kept_in)
    file.write_bytes(ALTERED[how](file.read_bytes()))
    with pytest.raises(Damaged):
        kept_in.read(kept.name, about=ABOUT)


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 2 * PIECE + 9])
def test_the_end_alone_tells_that_nothing_was_cut_off(kept_in: Vault, size: int) -> None:
    kept = kept_in.put([b"x" * size], about=ABOUT)
    kept_in.ends(kept.name, about=ABOUT)
    (file,) = on_disk(kept_in)
    whole = file.read_bytes()
    for left in {0, HEAD - 1, HEAD, HEAD + TAG, HEAD + PIECE + TAG, len(whole) // 2, len(whole) - 1}:
        if left < len(whole):
            file.write_bytes(whole[:left])
            with pytest.raises(Damaged):
                kept_in.ends(kept.name, about=ABOUT)
    file.write_bytes(whole)
    with pytest.raises(Damaged, match="not what was put in as"):
        kept_in.ends(kept.name, about="another")
    with pytest.raises(NotKept):
        kept_in.ends("0" * 32, about=ABOUT)


def test_a_file_opens_only_as_what_it_was_put_in_as(kept_in: Vault) -> None:
    kept = kept_in.put([b"of one clinic"], about="test.picture 1")
    with pytest.raises(Damaged, match="not what was put in as"):
        kept_in.read(kept.name, about="test.picture 2")


def test_another_key_opens_nothing_and_an_older_one_still_does(kept_in: Vault) -> None:
    kept = kept_in.put([b"sealed before the key changed"], about=ABOUT)
    stranger = Vault(kept_in.folder, (Key(b"9" * 32),))
    with pytest.raises(KeyMissing, match="was sealed with key"):
        stranger.read(kept.name, about=ABOUT)
    changed = Vault(kept_in.folder, (Key(b"9" * 32), *kept_in.keys))
    assert changed.read(kept.name, about=ABOUT) == b"sealed before the key changed"
    newer = changed.put([b"after"], about=ABOUT)
    assert stranger.read(newer.name, about=ABOUT) == b"after"


def test_what_fails_leaves_nothing_behind(kept_in: Vault) -> None:
    def breaking_off():
        yield b"half of"
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        kept_in.put(breaking_off(), about=ABOUT)
    with pytest.raises(ConnectionResetError), kept_in.all_or_none() as put:
        put([b"one"], about=ABOUT) and put(breaking_off(), about=ABOUT)
    assert on_disk(kept_in) == []
    with kept_in.all_or_none() as put:
        one = put([b"one"], about=ABOUT)
    assert list(kept_in.names()) == [one.name]


def test_a_removed_file_is_gone_and_removing_it_again_is_no_complaint(kept_in: Vault) -> None:
    kept = kept_in.put([b"x"], about=ABOUT)
    kept_in.remove(kept.name)
    kept_in.remove(kept.name)
    with pytest.raises(NotKept):
        kept_in.read(kept.name, about=ABOUT)


@pytest.mark.parametrize("name", ["../../vault-key", "", "/etc/passwd", "a" * 31, "A" * 32, "..", "a/" * 16])
def test_a_name_leads_nowhere_else(kept_in: Vault, name: str) -> None:
    with pytest.raises(NotKept):
        kept_in.read(name, about=ABOUT)


def test_files_and_key_are_for_the_serving_account_alone(settings) -> None:
    vault.current().put([b"x"], about=ABOUT)
    (file,) = on_disk(vault.current())
    for path in (file, Path(settings.VAULT_KEY_FILE)):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_lost_key_is_not_quietly_replaced(settings) -> None:
    kept = vault.current().put([b"x"], about=ABOUT)
    key = Path(settings.VAULT_KEY_FILE)
    moved = key.rename(key.with_name("elsewhere"))
    vault._opened.cache_clear()
    with pytest.raises(KeyMissing, match="put it back"):
        vault.current()
    moved.rename(key)
    assert vault.current().read(kept.name, about=ABOUT) == b"x"


def test_a_key_that_others_can_read_is_refused(settings) -> None:
    Path(settings.VAULT_KEY_FILE).touch(mode=0o644)
    with pytest.raises(KeyMissing, match="chmod 600"):
        vault.current()


@pytest.mark.parametrize("text", ["# only a remark", "short", b64encode(b"1" * 31).decode(), "é" * 8])
def test_what_is_no_key_is_refused_without_being_repeated(settings, text: str) -> None:
    settings.VAULT_KEY = f"{text}\n"
    with pytest.raises(KeyMissing) as refused:
        vault.current()
    assert text not in str(refused.value)


def test_a_key_from_the_environment_goes_first_and_makes_no_file(settings) -> None:
    settings.VAULT_KEY = f"{b64encode(b'n' * 32).decode()} # new\n{b64encode(b'o' * 32).decode()}"
    assert [key.secret for key in vault.current().keys] == [b"n" * 32, b"o" * 32]
    assert not Path(settings.VAULT_KEY_FILE).exists()


def test_nothing_shows_a_key(kept_in: Vault) -> None:
    key = kept_in.keys[0]
    for shown in (repr(kept_in), repr(key), str(key), f"{kept_in}"):
        assert "1111" not in shown
        assert b64encode(key.secret).decode() not in shown


def _first(file: str) -> bytes:
    return vault_keys.held(Path(file), "", has_files=False)[0].secret


def test_processes_that_start_at_once_share_one_key(tmp_path: Path) -> None:
    with get_context("spawn").Pool(4) as pool:
        keys = pool.map(_first, [str(tmp_path / "vault-key")] * 4)
    assert len(set(keys)) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["vault-key"]


def test_the_reference_tells_enough_to_open_a_file_without_wheal(kept_in: Vault) -> None:
    """What the page shows is run as it stands."""
    page = (Path(__file__).parents[2] / "docs" / "reference" / "vault.md").read_text()
    shown = page.split("```python\n")[1].split("```")[0]
    content = bytes(range(256)) * 600
    kept = kept_in.put([content], about=ABOUT)
    (file,) = on_disk(kept_in)
    given: dict[str, object] = {}
    exec(shown, given)  # noqa: S102
    assert given["opened"](file.read_bytes(), b64encode(kept_in.keys[0].secret), ABOUT) == content
    assert kept.size == len(content)
