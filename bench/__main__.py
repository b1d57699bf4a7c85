"""`python -m bench [assess sign pages]`: figures beside the raw database, all in one run."""

import sys

from bench import assess, pages, sign

PARTS = {"assess": assess.run, "sign": sign.run, "pages": pages.run}


def main(names: list[str]) -> None:
    for name in names or PARTS:
        print(f"\n## {name}\n")
        PARTS[name]()


main(sys.argv[1:])
