from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import documents
import wheal
from wheal import cli, knowledge

INVENTED = Path(__file__).parents[1] / "knowledge" / "invented"
GOOD = json.dumps(documents.CLEAN).encode()


@pytest.fixture(autouse=True)
def invented(monkeypatch, known):
    """The commands answer from the invented knowledge."""
    monkeypatch.setattr(knowledge, "current", lambda: known)


@pytest.fixture
def file(tmp_path):
    return tmp_path / "cases.ndjson"


def _answers(capfdbinary):
    return [json.loads(line) for line in capfdbinary.readouterr().out.splitlines()]


def test_every_document_is_answered_in_order_and_empty_lines_are_passed_over(file, capfdbinary):
    stop = json.dumps(documents.changed(documents.CLEAN, {"patient.pregnant": True})).encode()
    file.write_bytes(b"\n".join([GOOD, b"", stop, b"  ", GOOD]))
    assert cli.main(["assess", str(file)]) == 0
    assert [answer["decision"] for answer in _answers(capfdbinary)] == ["go", "stop", "go"]


def test_a_malformed_document_has_its_error_on_its_line_and_the_others_are_answered(file, capfdbinary):
    file.write_bytes(b"\n".join([GOOD, b'{"date": 3}', b"nonsense", GOOD]) + b"\n")
    assert cli.main(["assess", str(file)]) == 2
    assert [next(iter(answer)) for answer in _answers(capfdbinary)] == [
        "decision",
        "error",
        "error",
        "decision",
    ]


@pytest.mark.parametrize(
    "text", [json.dumps(documents.CLEAN, indent=1), json.dumps(documents.CLEAN).replace(', "', ',\n "')]
)
def test_a_file_may_hold_one_document_over_several_lines(file, capfdbinary, text):
    file.write_text(text)
    assert cli.main(["assess", str(file)]) == 0
    (answer,) = _answers(capfdbinary)
    assert answer["decision"] == "go"


def test_a_file_that_is_not_there_is_said_so(capsys):
    assert cli.main(["assess", "/nowhere/cases.ndjson"]) == 1
    assert "/nowhere/cases.ndjson" in capsys.readouterr().err


def test_a_clinic_may_lay_its_own_folder_over_the_knowledge(file, tmp_path, monkeypatch, capfdbinary):
    file.write_bytes(GOOD)
    load = knowledge.load
    monkeypatch.setattr(
        knowledge, "load", lambda folder=None, extra=None: load(folder or INVENTED, extra=extra)
    )
    (tmp_path / "own" / "mixing").mkdir(parents=True)
    (tmp_path / "own" / "mixing" / "handling.toml").write_text("beyond_use_hours = 0.25")
    assert cli.main(["assess", "--clinic", str(tmp_path / "own"), str(file)]) == 0
    assert _answers(capfdbinary)[0]["findings"][0]["code"] == "beyond_use"


def test_check_tells_every_problem_and_fails(tmp_path, capsys):
    assert cli.main(["check", str(INVENTED)]) == 0
    assert "knowledge 2000.01.01 is sound: 6 substances" in capsys.readouterr().out
    assert cli.main(["check", str(tmp_path)]) == 1
    assert "sources.toml: this file is missing" in capsys.readouterr().err


def test_check_reads_what_claims_sound_like_too(tmp_path, capsys, monkeypatch):
    own = tmp_path / "own"
    shutil.copytree(INVENTED, own)
    (own / "phrases" / "en").mkdir(parents=True)
    (own / "phrases" / "en" / "words.toml").write_text("[[broken")
    assert cli.main(["check", str(own)]) == 1
    assert "phrases/en/words.toml: this is not TOML" in capsys.readouterr().err
    load = knowledge.load
    monkeypatch.setattr(knowledge, "load", lambda folder=None, extra=None: load(INVENTED))
    assert cli.main(["check"]) == 1
    assert "what claims sound like is missing" in capsys.readouterr().err


def test_codes_lists_every_code_with_its_group(capsys):
    assert cli.main(["codes"]) == 0
    assert "substances\tdissolvine" in capsys.readouterr().out.splitlines()
    assert cli.main(["codes", "--json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {"group": "findings", "code": "dose_per_area"} in lines
    assert {"group": "sexes", "code": "male"} in lines


def test_version_is_that_of_the_package(capsys):
    with pytest.raises(SystemExit) as left:
        cli.main(["--version"])
    assert left.value.code == 0
    assert capsys.readouterr().out == f"wheal {wheal.__version__}\n"


def _run(*arguments, **options):
    environment = {**os.environ, "PYTHONPATH": str(Path(wheal.__file__).parents[1])}
    return subprocess.Popen([sys.executable, "-m", "wheal.cli", *arguments], env=environment, **options)


def test_each_answer_comes_before_the_next_question_is_asked():
    command = _run("assess", stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    for _ in range(2):
        command.stdin.write(b"{}\n")
        command.stdin.flush()
        assert json.loads(command.stdout.readline())["error"]["code"] == "missing_field"
    command.stdin.close()
    assert command.wait(20) == 2
    command.stdout.close()


def test_a_reader_that_goes_away_is_no_traceback():
    command = _run("assess", stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    command.stdout.close()
    _, said = command.communicate(b"{}\n" * 50, timeout=20)
    assert (command.returncode, said) == (1, b"")


def test_the_batch_commands_do_without_the_web_framework():
    code = "import sys, wheal.cli; wheal.cli.main(['assess', '/dev/null']); sys.exit('django' in sys.modules)"
    environment = {**os.environ, "PYTHONPATH": str(Path(wheal.__file__).parents[1])}
    assert subprocess.run([sys.executable, "-c", code], env=environment, check=False).returncode == 0


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["serve", "--data", "d"], {"data": Path("d"), "host": "127.0.0.1", "port": 8000}),
        (["serve", "--data", "d", "--host", "::1", "--port", "8001"], {"host": "::1", "port": 8001}),
        (["manage", "--data", "d", "changepassword", "ada"], {"rest": ["changepassword", "ada"]}),
        (["demo"], {"data": None, "port": None, "fresh": False}),
        (["demo", "--data", "d", "--port", "1", "--fresh"], {"data": Path("d"), "port": 1, "fresh": True}),
    ],
)
def test_the_site_is_started_with_its_options(monkeypatch, arguments, expected):
    from wheal.clinic import commands

    given = {}
    monkeypatch.setattr(commands, arguments[0], lambda args: given.update(vars(args)))
    assert cli.main(arguments) == 0
    assert expected.items() <= given.items()
