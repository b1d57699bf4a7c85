"""`wheal …`: arguments in, one function called, answer out."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import IO, Final

from wheal import __version__, knowledge
from wheal.assessment import answer_line
from wheal.knowledge.codes import held_codes
from wheal.knowledge.files import unreadable

MALFORMED: Final = 2


def main(arguments: Sequence[str] | None = None) -> int:
    args = _parser().parse_args(arguments)
    run: Callable[[argparse.Namespace], int] = args.run
    try:
        return run(args)
    except BrokenPipeError:
        # Whoever read us has closed: nothing more can be said, and Python must not try again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except (knowledge.KnowledgeError, OSError) as refused:
        print(refused, file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="wheal", description="Treatment record and safety system for mesotherapy."
    )
    parser.add_argument("--version", action="version", version=f"wheal {__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    _assess_options(commands.add_parser("assess", help="judge cases: JSON documents in, answers out"))
    _scan_options(commands.add_parser("scan", help="read barcodes: JSON documents in, answers out"))
    _claims_options(
        commands.add_parser("claims", help="hold texts against the evidence: texts in, flags out")
    )
    replay = commands.add_parser(
        "replay", help="would the watch have raised the alarm: scenarios in, alarms out"
    )
    _takes_documents(replay, of="scenarios")
    replay.set_defaults(run=_replay)
    codes = commands.add_parser("codes", help="list every code that documents and answers use")
    codes.add_argument("--json", action="store_true", help="one JSON object a line")
    codes.set_defaults(run=_codes)
    check = commands.add_parser("check", help="read the knowledge and tell everything that is wrong with it")
    check.add_argument("folder", nargs="?", type=Path, metavar="DIR", help="not the folder that is shipped")
    check.add_argument("--clinic", type=Path, metavar="DIR", help="a clinic's own folder laid over it")
    check.set_defaults(run=_check)
    _site_options(commands)
    return parser


def _takes_documents(parser: argparse.ArgumentParser, *, of: str = "documents") -> None:
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help=f"of {of}; else standard input")


def _takes_data(parser: argparse.ArgumentParser, *, help: str = "where the clinic's data is kept") -> None:
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help=help)


def _assess_options(parser: argparse.ArgumentParser) -> None:
    _takes_documents(parser)
    parser.add_argument(
        "--clinic", type=Path, metavar="DIR", help="a clinic's own knowledge laid over what is shipped"
    )
    parser.set_defaults(run=_assess)


def _scan_options(parser: argparse.ArgumentParser) -> None:
    _takes_documents(parser)
    parser.add_argument(
        "--today", type=date.fromisoformat, metavar="DATE", help="years are those nearest to it; else today"
    )
    parser.set_defaults(run=_scan)


def _claims_options(parser: argparse.ArgumentParser) -> None:
    _takes_documents(parser)
    parser.add_argument(
        "--instead", action="store_true", help="with a truthful wording to start from, for each flag"
    )
    parser.set_defaults(run=_claims)


def _site_options(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    serve = commands.add_parser("serve", help="serve the clinic's site")
    _takes_data(serve)
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8000, metavar="N")
    serve.set_defaults(run=_serve)
    demo = commands.add_parser("demo", help="serve an invented clinic to try things in")
    demo.add_argument("--data", type=Path, default=None, metavar="DIR")
    demo.add_argument("--port", type=int, default=None, metavar="N")
    demo.add_argument("--fresh", action="store_true", help="forget what was entered and start anew")
    demo.set_defaults(run=_demo)
    trace = commands.add_parser("trace", help="who was given this: JSON documents in, answers out")
    _takes_documents(trace)
    _takes_data(trace)
    trace.set_defaults(run=partial(_of_a_clinic, run=_trace))
    rejudge = commands.add_parser("rejudge", help="judge signed sessions again with the knowledge of then")
    _takes_data(rejudge)
    rejudge.add_argument("sessions", nargs="*", metavar="SESSION", help="their numbers")
    rejudge.add_argument("--all", action="store_true", help="every signed session")
    rejudge.set_defaults(run=partial(_of_a_clinic, run=_rejudge))
    verify = commands.add_parser("verify", help="is everything that was fixed still as it was")
    _takes_data(verify)
    verify.add_argument("--new", action="store_true", help="only what came after the last signed checkpoint")
    verify.add_argument("--only-look", action="store_true", help="note no checkpoint")
    verify.add_argument(
        "--accept",
        default="",
        metavar="WHY",
        help="go on though the clock was set back, checkpoints were lost or an older copy was brought back",
    )
    verify.set_defaults(run=partial(_of_a_clinic, run=_verify))
    stock = commands.add_parser("check-stock", help="do the books of the stock add up, to the microlitre")
    _takes_data(stock)
    stock.set_defaults(run=partial(_of_a_clinic, run=_check_stock))
    _backup_options(commands)
    export = commands.add_parser("export", help="everything that is kept, in open formats")
    _takes_data(export)
    export.add_argument("--to", type=Path, required=True, metavar="FILE.zip", help="a new file")
    export.add_argument("--clinic", type=int, metavar="NUMBER", help="of one clinic; else of all")
    export.add_argument("--without-papers", action="store_true", help="no PDF of each signed session")
    export.set_defaults(run=partial(_of_a_clinic, run=_export))
    doctor = commands.add_parser("doctor", help="what is wrong with this installation, and what mends it")
    _takes_data(doctor)
    doctor.set_defaults(run=_doctor)
    back = commands.add_parser("back", help="the data as they were before the last upgrade")
    back.add_argument("--data", type=Path, required=True, metavar="DIR")
    back.add_argument("--to", type=Path, metavar="SNAPSHOT", help="an earlier one; else the last")
    back.add_argument("--database-url", default="", metavar="URL", help="of an empty PostgreSQL database")
    back.set_defaults(run=_back)
    move = commands.add_parser("move", help="the record from SQLite to PostgreSQL, or back")
    _takes_data(move)
    move.add_argument(
        "--to",
        required=True,
        metavar="URL",
        help="postgresql://user@host/database, or sqlite: the file among the data",
    )
    move.set_defaults(run=_move)
    nightly = commands.add_parser("nightly", help="run now what the site does by itself every night")
    _takes_data(nightly)
    nightly.add_argument("jobs", nargs="*", metavar="JOB", help="only these; else the whole timetable")
    nightly.set_defaults(run=partial(_of_a_clinic, run=_nightly))
    manage = commands.add_parser("manage", help="maintenance commands of the site")
    _takes_data(manage)
    manage.add_argument(
        "rest", nargs=argparse.REMAINDER, metavar="COMMAND", help="such as: changepassword ada"
    )
    manage.set_defaults(run=_manage)


def _backup_options(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    backup = commands.add_parser("backup", help="copy everything a clinic holds, sealed, and try the copy")
    _takes_data(backup)
    backup.add_argument("--to", type=Path, required=True, metavar="FOLDER", help="best on another machine")
    backup.add_argument(
        "--keep", metavar="D,W,M", help="drop older ones but the last of D days, W weeks, M months"
    )
    backup.set_defaults(run=partial(_of_a_clinic, run=partial(_backups, do="backup")))
    key = commands.add_parser("backup-key", help="make the key that opens backups")
    key.add_argument("file", type=Path, metavar="FILE", help="of the private key; keep it off this machine")
    _takes_data(key)
    key.set_defaults(run=partial(_backups, do="key"))
    restore = commands.add_parser("restore", help="make a clinic's folder of a backup")
    restore.add_argument("backup", type=Path, metavar="BACKUP")
    restore.add_argument("--key", type=Path, required=True, metavar="FILE", help="the private key")
    _takes_data(restore, help="a new folder")
    restore.add_argument("--database-url", default="", metavar="URL", help="of an empty PostgreSQL database")
    restore.set_defaults(run=partial(_backups, do="restore"))


def _assess(args: argparse.Namespace) -> int:
    known = knowledge.load(extra=args.clinic) if args.clinic else knowledge.current()
    return _answer(args.file, partial(answer_line, known=known))


def _scan(args: argparse.Namespace) -> int:
    # The tables of GS1 are loaded only here and for the list of codes: judging does without.
    from wheal import barcodes

    return _answer(
        args.file, partial(barcodes.answer_line, today=args.today or datetime.now().astimezone().date())
    )


def _claims(args: argparse.Namespace) -> int:
    # The phrases of claims are loaded only here, as above.
    from wheal import evidence

    answer_one = partial(evidence.answer_line, known=knowledge.current(), with_instead=args.instead)
    return _answer(args.file, answer_one)


def _replay(args: argparse.Namespace) -> int:
    # As above.
    from wheal import surveillance
    from wheal.events import expected

    known = knowledge.current()
    answer_one = partial(
        surveillance.answer_line,
        kinds=frozenset(known.vocabulary.event_kinds),
        promised=expected.promised({("product", name): (name,) for name in known.substances}, known),
    )
    return _answer(args.file, answer_one)


def _answer(file: Path | None, answer_one: Callable[[bytes], bytes]) -> int:
    malformed = False
    for line in _documents(file):
        answer = answer_one(line)
        malformed |= answer.startswith(b'{"error":')
        sys.stdout.buffer.write(answer + b"\n")
        if file is None:  # somebody may be waiting for it before they ask on
            sys.stdout.buffer.flush()
    sys.stdout.buffer.flush()
    return MALFORMED if malformed else 0


def _documents(file: Path | None) -> Iterator[bytes]:
    """One document a line, as they come; a file may also hold a single document over several lines."""
    if file is None:
        yield from _lines(sys.stdin.buffer)
    elif _is_one_document(file):
        yield file.read_bytes()
    else:
        with file.open("rb") as opened:
            yield from _lines(opened)


def _lines(stream: IO[bytes]) -> Iterator[bytes]:
    return (line for line in stream if line.strip())


def _is_one_document(file: Path) -> bool:
    """No line of it is a document by itself. Looks no further than the first line that is one."""
    with file.open("rb") as opened:
        return not any(_is_json_object(line) for line in _lines(opened))


def _is_json_object(line: bytes) -> bool:
    try:
        return line.lstrip().startswith(b"{") and isinstance(json.loads(line), dict)
    except ValueError:
        return False


def _codes(args: argparse.Namespace) -> int:
    # As above.
    from wheal.barcodes import REASONS

    known = knowledge.current()
    held = held_codes(known)
    for group, code in [*held, *(("barcode_errors", code) for code in sorted(REASONS))]:
        said: dict[str, object] = {"group": group, "code": code}
        if standard := known.standard.get(group, {}).get(code):
            said["standard"] = [{"system": standard.system, "code": each} for each in standard.codes]
        print(json.dumps(said) if args.json else f"{group}\t{code}")
    return 0


def _check(args: argparse.Namespace) -> int:
    known = knowledge.load(args.folder, extra=args.clinic)
    if problems := unreadable(known.layers[0], needed=args.folder is None):
        raise knowledge.KnowledgeError(problems)
    print(f"knowledge {known.version} is sound: {len(known.substances)} substances, digest {known.digest}")
    return 0


def _serve(args: argparse.Namespace) -> int:
    # The site and its framework are loaded only here: the batch commands do without.
    from wheal.clinic import commands

    return commands.serve(args) or 0


def _demo(args: argparse.Namespace) -> int:
    # As above.
    from wheal.clinic import commands

    return commands.demo(args) or 0


def _trace(args: argparse.Namespace) -> int:
    # As above.
    from wheal.clinic import commands

    return _answer(args.file, commands.tracer(args))


def _of_a_clinic(args: argparse.Namespace, *, run: Callable[[argparse.Namespace], int]) -> int:
    """A folder whose name was mistyped is told, and none is made."""
    # As above.
    from wheal.clinic import databases

    gone = databases.lost(os.environ, args.data)
    if databases.holds_data(os.environ, args.data) and not gone:
        return run(args)
    why = f"{gone}. To go on: {databases.TO_FIND_IT}." if gone else f"{args.data} holds no clinic's data"
    print(f"wheal: {why}", file=sys.stderr)
    return 1


def _rejudge(args: argparse.Namespace) -> int:
    args.rest = ["rejudge", *(["--all"] if args.all else []), *args.sessions]
    return _manage(args)


def _export(args: argparse.Namespace) -> int:
    of_one = ["--clinic", str(args.clinic)] if args.clinic is not None else []
    bare = ["--without-papers"] if args.without_papers else []
    args.rest = ["export", "--to", str(args.to), *of_one, *bare]
    return _manage(args)


def _verify(args: argparse.Namespace) -> int:
    args.rest = ["verify", *(["--new"] if args.new else []), *(["--only-look"] if args.only_look else [])]
    args.rest += [f"--accept={args.accept}"] if args.accept else []
    return _manage(args)


def _move(args: argparse.Namespace) -> int:
    # As above.
    from wheal.clinic import moves

    return moves.run(args) or 0


def _check_stock(args: argparse.Namespace) -> int:
    args.rest = ["check_stock"]
    return _manage(args)


def _doctor(args: argparse.Namespace) -> int:
    # As above.
    from wheal.clinic import doctor

    return doctor.doctor(args) or 0


def _backups(args: argparse.Namespace, *, do: str) -> int:
    # As above.
    from wheal.clinic.backups import commands

    run: Callable[[argparse.Namespace], int] = getattr(commands, do)
    return run(args)


def _back(args: argparse.Namespace) -> int:
    # As above.
    from wheal.clinic.operations import going_back

    return going_back.back(args) or 0


def _nightly(args: argparse.Namespace) -> int:
    # As above.
    from wheal.clinic import commands

    return commands.nightly(args) or 0


def _manage(args: argparse.Namespace) -> int:
    # As above.
    from wheal.clinic import commands

    return commands.manage(args) or 0


if __name__ == "__main__":
    sys.exit(main())
