"""A small registry drawn at random, in which every kind of row occurs: for tests that compare engines."""

from __future__ import annotations

from random import Random

from wheal.measures.counting import Row
from wheal.measures.deidentifying import month_of

WEEK = 2922  # of January 2026
KINDS = ("suspected_infection", "nodule", "bruising", "abscess")
PRODUCTS = ("3400000000005", "3400000000012", "")
PROTOCOLS = ("deoxycholic_acid", "hyaluronic_acid_non_crosslinked")
SUBSTANCES = ("caffeine", "caffeine+procaine", "")
TECHNIQUES = ("nappage", "papule", "")


def tables(seed: int, *, clinics: int = 4, people: int = 40) -> dict[str, list[Row]]:
    draw = Random(seed)
    held: dict[str, list[Row]] = {
        name: [] for name in ("sessions", "passes", "given", "events", "courses", "alarms")
    }
    for clinic in (f"clinic-{number}" for number in range(clinics)):
        for _ in range(people):
            _person(draw, held, clinic, draw.getrandbits(62))
        for _ in range(draw.randrange(8)):
            held["alarms"].append(
                {"clinic": clinic, "month": "2026-03", "alarm": draw.getrandbits(62),
                 "cause": draw.choice(("lot", "device")), "days": draw.randrange(3, 90)}
            )  # fmt: skip
    return held


def _person(draw: Random, held: dict[str, list[Row]], clinic: str, person: int) -> None:
    weeks = sorted(draw.randrange(WEEK, WEEK + 40) for _ in range(draw.randrange(1, 5)))
    for week in weeks:
        at = {"clinic": clinic, "month": month_of(week), "week": week, "person": person}
        visit = at | {"session": draw.getrandbits(62)}
        held["sessions"].append(visit | {"purpose": draw.choice(("fat", "skin"))})
        for _ in range(draw.randrange(1, 3)):
            held["passes"].append(
                visit | {"area": draw.choice(("abdomen", "cheeks")), "technique": draw.choice(TECHNIQUES)}
            )
            held["given"].append(
                visit
                | {
                    "product": draw.choice(PRODUCTS),
                    "lot": draw.choice(("A1", "B2", "")),
                    "substance": draw.choice(SUBSTANCES),
                }
            )
        if draw.random() < 0.3:
            onset = week + draw.randrange(-3, 25)
            held["events"].append(
                at | {"week": onset, "month": month_of(onset), "event": draw.getrandbits(62),
                      "kind": draw.choice(KINDS), "grade": draw.choice((None, 1, 2, 3, 4, 5)),
                      "is_serious": draw.choice((None, True, False, False))}
            )  # fmt: skip
    response = draw.choice(("responded", "did_not", "lost"))
    held["courses"].append(
        {"clinic": clinic, "month": month_of(weeks[0]), "week": weeks[0], "person": person,
         "course": draw.getrandbits(62), "protocol": draw.choice(PROTOCOLS),
         "area": draw.choice(("submental", "")),
         "response": response,
         "regain": draw.choice(("regained", "kept", "not_seen")) if response == "responded" else ""}
    )  # fmt: skip
