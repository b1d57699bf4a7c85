"""Make the checkout importable and its command runnable in the virtual environment that runs this.

A path file and a console script: what an editable install does, without needing a build tool at hand.
"""

import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SCRIPT = """#!{python}
import sys

from wheal.cli import main

sys.exit(main())
"""


def install() -> None:
    Path(sysconfig.get_path("purelib"), "wheal.pth").write_text(f"{ROOT / 'src'}\n")
    command = Path(sysconfig.get_path("scripts"), "wheal")
    command.write_text(SCRIPT.format(python=sys.executable))
    command.chmod(0o755)


if __name__ == "__main__":
    install()
