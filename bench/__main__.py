"""`python -m bench [assess sign pages watch …]`: figures, each part in its own process; without a name all of them.

What begins with -- is for the parts, each of which takes what it knows: `python -m bench --full`, which `make bench`
asks for, builds the large group whole (a quarter of an hour and 15 GB); without it a fiftieth is built.
"""

import subprocess
import sys

from bench import (
    across,
    assess,
    drill,
    judged,
    outbreaks,
    pages,
    registry,
    replay,
    rivals,
    room,
    sign,
    tampered,
    trace,
    watch,
    writers,
)
from bench.load import run as load

PARTS = {
    "assess": assess.run, "sign": sign.run, "pages": pages.run, "watch": watch.run, "across": across.run,
    "rivals": rivals.run, "outbreaks": outbreaks.run, "replay": replay.run, "judged": judged.run, "room": room.run,
    "trace": trace.run, "writers": writers.run, "load": load.run, "drill": drill.run, "tampered": tampered.run,
    "registry": registry.run,
}  # fmt: skip


def apart(said: list[str]) -> list[list[str]]:
    """What each part is started with, where it is more than one."""
    names = [each for each in said if not each.startswith("--")]
    options = [each for each in said if each.startswith("--")]
    return [[name, *options] for name in names or PARTS]


def main(said: list[str]) -> int:
    names = [each for each in said if not each.startswith("--")]
    if len(names) == 1:
        print(f"\n## {names[0]}\n", flush=True)
        PARTS[names[0]]()
        return 0
    parts = [subprocess.run([sys.executable, "-m", "bench", *part], check=False) for part in apart(said)]
    return max(part.returncode for part in parts)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
