"""`python -m bench [assess sign pages watch …]`: figures, each part in its own process; without a name all of them.

What begins with -- is for the part: `python -m bench trace --full`.
"""

import subprocess
import sys

from bench import (
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
    trace,
    watch,
    writers,
)
from bench.load import run as load

PARTS = {
    "assess": assess.run, "sign": sign.run, "pages": pages.run, "watch": watch.run, "rivals": rivals.run,
    "outbreaks": outbreaks.run, "replay": replay.run, "judged": judged.run, "room": room.run, "trace": trace.run,
    "writers": writers.run, "load": load.run, "drill": drill.run, "registry": registry.run,
}  # fmt: skip


def main(said: list[str]) -> int:
    names = [each for each in said if not each.startswith("--")]
    if len(names) == 1:
        print(f"\n## {names[0]}\n", flush=True)
        PARTS[names[0]]()
        return 0
    parts = [subprocess.run([sys.executable, "-m", "bench", name], check=False) for name in names or PARTS]
    return max(part.returncode for part in parts)


sys.exit(main(sys.argv[1:]))
