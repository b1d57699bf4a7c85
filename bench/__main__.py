"""`python -m bench [assess sign pages watch rivals replay judged room]`: figures, each part in a process of its own."""

import subprocess
import sys

from bench import assess, judged, pages, replay, rivals, room, sign, watch

PARTS = {
    "assess": assess.run, "sign": sign.run, "pages": pages.run, "watch": watch.run, "rivals": rivals.run,
    "replay": replay.run, "judged": judged.run, "room": room.run,
}  # fmt: skip


def main(names: list[str]) -> int:
    if len(names) == 1:
        print(f"\n## {names[0]}\n", flush=True)
        PARTS[names[0]]()
        return 0
    parts = [subprocess.run([sys.executable, "-m", "bench", name], check=False) for name in names or PARTS]
    return max(part.returncode for part in parts)


sys.exit(main(sys.argv[1:]))
