"""docs/reference/fhir.md tells every kind of resource, from what and by what it is found. Printed anew by
`python tests/clinic/fhir/test_reference.py`."""

from __future__ import annotations

import re
from pathlib import Path

PAGE = Path(__file__).resolve().parents[3] / "docs" / "reference" / "fhir.md"


def table() -> list[str]:
    from wheal.clinic.fhir.resources.everything import KINDS

    return [
        f"| {kind.name} | `{kind.permission.value}` | {', '.join(f'`{name}`' for name in sorted(kind.parameters))} |"
        for kind in sorted(KINDS.values(), key=lambda each: each.name)
    ]


def test_the_reference_tells_every_kind_with_its_permission_and_its_parameters() -> None:
    row = re.compile(r"\| [A-Z]\w+ \| `[a-z_]+\.[a-z_]+` \|")
    assert [line for line in PAGE.read_text().splitlines() if row.match(line)] == table()


if __name__ == "__main__":
    import django

    django.setup()
    print("\n".join(table()))
