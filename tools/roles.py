"""Writes the matrix of roles and pages: `make docs`.

It stands in docs/reference/roles.md; tests/clinic/test_role_matrix.py holds it against the table of addresses.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import django

from browser.addresses import named

PAGE = Path(__file__).resolve().parents[1] / "docs" / "reference" / "roles.md"
BEHIND = {
    "fhir": "programs and log-ins, by the kind of resource (`tests/clinic/fhir`)",
    "link": "a patient's own pages, behind their link (`tests/clinic/portal`)",
    "link of a reminder": "the link of a reminder, which refuses further ones",
    "secret address": "a calendar, by its secret address (`tests/clinic/appointments`)",
}
TOP = """# Who may what

Each address of the site asks for one permission, and each role holds some. This page is made from the table of
addresses by `tools/roles.py`. `tests/clinic/test_role_matrix.py` holds it against that table, and asks every address as
every role: from a new clinic with nobody in it (who may not is refused, 403; of another clinic's rows nothing is found,
404), and of a row of the own clinic (who may is answered, nobody else). The two addresses
of an emergency access, which is one person's own, are named there. A new address without a permission fails there, and
one that shows a patient and leaves no event.
"""


def page() -> str:
    from wheal.clinic.people.models import Role
    from wheal.clinic.people.permissions import ALLOWED, Permission

    asked = Counter(str(getattr(pattern.callback, "permission", "")) for _name, pattern in named())
    guarded = {each: asked.pop(each.value) for each in sorted(Permission) if asked[each.value]}
    told = [TOP, f"| permission | addresses | {' | '.join(role.value.replace('_', ' ') for role in Role)} |"]
    told.append(f"| --- | ---: |{' :-: |' * len(Role)}")
    for each, count in guarded.items():
        marks = " | ".join("yes" if each in ALLOWED[role] else "" for role in Role)
        told.append(f"| `{each.value}` | {count} | {marks} |")
    sums = [sum(count for each, count in guarded.items() if each in ALLOWED[role]) for role in Role]
    told.append(f"| addresses open | {sum(guarded.values())} | {' | '.join(map(str, sums))} |")
    told += ["\nWhoever administers beside another role holds what both hold. Besides:\n"]
    told.append("| addresses | who gets in |\n| ---: | --- |")
    open_ones = asked.pop("", 0)
    behind = Counter(dict.fromkeys(BEHIND.values(), 0))
    for permission, count in asked.items():
        behind[BEHIND[permission.partition(":")[0]]] += count
    told += [f"| {count} | {words} |" for words, count in behind.items()]
    told.append(f"| {open_ones} | whoever logs in, or everybody; why is written at each in the test |")
    return "\n".join(told) + "\n"


if __name__ == "__main__":
    django.setup()
    PAGE.write_text(page(), encoding="utf-8")
