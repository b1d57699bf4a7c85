"""What came out of a backup, read from end to end in a process of its own: `python -m wheal.clinic.backups.tried DIR`.

Says as JSON what `wheal verify` finds, and whether the files of patients are there and open. The settings of this
process are those of the folder, so that nothing of the site that it came from is looked at instead.
"""

from __future__ import annotations

import json
import sys
from io import StringIO
from pathlib import Path

from django.core.management import CommandError, call_command

from wheal.clinic import console


def main(data: Path) -> None:
    console.settle(data)
    from wheal.clinic.photographs import checking  # it needs the models

    is_whole, said = _verified()
    looked = checking.look()
    found = {
        "is_whole": is_whole,
        "said": said,
        "wrong": looked.wrong,
        "key_is_missing": looked.key_is_missing,
    }
    found["files"] = "" if looked.wrong else str(looked)
    sys.stdout.write(json.dumps(found) + "\n")


def _verified() -> tuple[bool, str]:
    told = StringIO()
    try:
        call_command("verify", only_look=True, stdout=told)
    except CommandError as found:
        return False, f"{told.getvalue()}{found}".strip()
    return True, told.getvalue().strip()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
