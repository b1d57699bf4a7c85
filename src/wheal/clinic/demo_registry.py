"""The demo's clinics count together with others that were drawn at random and exist nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from random import Random

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.utils import timezone

from wheal import knowledge
from wheal.clinic.people.models import Clinic, User
from wheal.clinic.registry import actions, delivering
from wheal.clinic.stock.models import Product
from wheal.knowledge.measuring import TABLES
from wheal.measures.counting import Row
from wheal.measures.deidentifying import MONDAY, month_of
from wheal.measures.submissions import packed, signed

DRAWN, SESSIONS, APART = 9, 160, 22
"""The first has so many people whose weeks are over, each other at least some more: no two lines lie on each other."""
PRODUCTS = 3  # of those that the demo's clinics have in stock
AREAS, TECHNIQUES = ("abdomen", "submental", "cheeks"), ("nappage", "point_by_point")
WORSE = 4
"""One of the drawn clinics has more signs of infection than chance allows, so that the funnel shows something."""
INFECTED, WORSE_INFECTED = 0.003, 0.06


def demo_registry(clinics: list[Clinic], month: str) -> None:
    for clinic in clinics:
        by = User.objects.filter(memberships__clinic=clinic, memberships__administers=True).earliest("pk")
        actions.send(actions.agree(clinic=clinic, by=by), knowledge.current())
    codes = Product.objects.filter(gtin__gt="").order_by("pk").values_list("gtin", "substance")
    products = {code.lstrip("0"): substance for code, substance in codes[:PRODUCTS]}
    key, store = Ed25519PrivateKey.generate(), delivering.store()
    for number in range(DRAWN):
        store.forget(f"drawn-{number + 1}")  # of an earlier demo, under another key
        for tables in drawn(number, month, products):
            at = tables["sessions"][0]
            sent = packed(at["clinic"], at["month"], tables)
            for digest, body in sent.bodies.items():
                store.waiting.take(sent.manifest.clinic, digest, body)
            store.accept(signed(sent.manifest, key), key.public_key(), delivering.allowed())
    actions.release_if_due(timezone.localdate())


def drawn(number: int, month: str, products: dict[str, str]) -> Iterator[dict[str, list[Row]]]:
    """A month whose weeks are over since, and a later one of people who are still in theirs."""
    draw, clinic = Random(number), f"drawn-{number + 1}"  # noqa: S311 (the same demo each time)
    people = SESSIONS + APART * number + draw.randrange(APART)
    first = (date.fromisoformat(f"{month}-08") - MONDAY).days // 7 - 5
    for week, visits, is_later in ((first, people, False), (first + 18, 30, True)):
        held: dict[str, list[Row]] = {table: [] for table in TABLES}
        for _ in range(visits):
            at = {"clinic": clinic, "month": month_of(week), "week": week, "person": draw.getrandbits(62)}
            _visit(held, at, products, draw, WORSE_INFECTED if number == WORSE else INFECTED)
        if is_later:
            held["alarms"].append(
                {"clinic": clinic, "month": month_of(week), "alarm": draw.getrandbits(62),
                 "cause": draw.choice(("lot", "device")), "days": draw.randrange(8, 60)}
            )  # fmt: skip
        yield held


def _visit(
    held: dict[str, list[Row]], at: Row, products: dict[str, str], draw: Random, infected: float
) -> None:
    """`products`: of each code its substance. `infected`: the chance of signs of infection."""
    visit = at | {"session": draw.getrandbits(62)}
    area, product = draw.choice(AREAS), draw.choice(list(products))
    held["sessions"].append(visit | {"purpose": draw.choice(("fat", "skin"))})
    held["passes"].append(visit | {"area": area, "technique": draw.choice(TECHNIQUES)})
    lot = f"D{draw.randrange(1, 4)}"
    held["given"].append(visit | {"product": product, "lot": lot, "substance": products[product]})
    chance = draw.random()
    if chance < 0.2:
        kind = "suspected_infection" if chance < infected else "bruising"
        held["events"].append(
            at
            | {
                "event": draw.getrandbits(62),
                "kind": kind,
                "grade": draw.choice((1, 1, 2, 3, None)),  # None: nobody judged it
                "is_serious": False,
            }
        )
    response = draw.choices(("responded", "did_not", "lost"), (5, 3, 3))[0]
    regain = draw.choice(("regained", "kept", "not_seen", "not_seen")) if response == "responded" else ""
    protocol = "deoxycholic_acid" if area == "submental" else "hyaluronic_acid_non_crosslinked"
    course = at | {"course": draw.getrandbits(62), "protocol": protocol, "area": area}
    held["courses"].append(course | {"response": response, "regain": regain})
