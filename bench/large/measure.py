"""`python -m bench.large.measure PART`: builds the group on the database of the environment and asks.

Prints, as JSON, what each question took Wheal's own code, and the driver alone with the same statements, in turns.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Callable, Iterable
from typing import Any

import django

from bench.large.scale import LONG_LOT, MANY_LOT, Scale
from bench.timing import Timing, clock

USUAL, OFTEN, SELDOM = 400, 60, 15  # how often each is asked


def main(part: float) -> None:
    django.setup()
    from wheal.clinic import rubbish

    scale = Scale(part)
    told = _built(scale)
    rubbish.settle()  # as the site does once it has started
    print(json.dumps(told | {"asked": dict(_questions(scale)), "pages": dict(_pages())}))


def _built(scale: Scale) -> dict[str, Any]:
    """What is there, and how long it took; once made, a folder keeps it for the next measurement."""
    from django.conf import settings
    from django.core.management import call_command

    from bench.large import build
    from bench.large.bulk import bulk

    call_command("migrate", verbosity=0)
    kept = settings.DATA / "built.json"
    if not kept.exists():
        begun = time.perf_counter()
        build.group(scale, bulk())
        took = time.perf_counter() - begun
        kept.write_text(json.dumps({"counts": dict(build.check(scale)), "built_s": took}))
    return json.loads(kept.read_text()) | {"bytes": bulk().size()}


def _questions(scale: Scale) -> Iterable[tuple[str, dict[str, Any]]]:
    from bench.large.build import APART
    from wheal.clinic.patients.models import Patient
    from wheal.clinic.safety import webs
    from wheal.clinic.safety.answers import answer_line
    from wheal.clinic.stock.models import Lot

    draw = random.Random(5)
    used = Lot.objects.filter(pk__gt=APART + MANY_LOT, drawn__isnull=False).distinct().order_by("pk")
    usual = draw.choices(list(used.select_related("product")[: scale.lots * 4 // 5]), k=USUAL)
    people = draw.choices(list(Patient.objects.filter(pk__gt=APART).order_by("pk")), k=USUAL)
    lots = Lot.objects.select_related("product").in_bulk([APART + LONG_LOT, APART + MANY_LOT])
    many, long = [lots[APART + MANY_LOT]] * OFTEN, [lots[APART + LONG_LOT]] * SELDOM
    yield "a usual lot → patients", _asked(lambda lot: webs.of_lots([lot]), usual)
    yield "a lot with 200 patients", _asked(lambda lot: webs.of_lots([lot]), many)
    yield "a lot with 2,700 sessions", _asked(lambda lot: webs.of_lots([lot]), long)
    yield "a patient → lots", _asked(webs.of_patient, people)
    lines = [json.dumps({"lot": {"number": lot.number}}).encode() for lot in usual]
    yield "`wheal trace`, a usual lot", _asked(answer_line, lines)


def _asked(work: Callable[[Any], object], about: list[Any]) -> dict[str, Any]:
    """In turns, and each first every other time, so that neither finds warm what the other has fetched."""
    from bench.large.asking import Driver, statements

    driver = Driver()
    kept = [driver.ready(statements(lambda one=one: work(one))) for one in about]
    seconds: dict[bool, list[float]] = {True: [], False: []}
    for number, (one, asked) in enumerate(zip(about, kept, strict=True)):
        for by_wheal in (True, False) if number % 2 else (False, True):
            begun = clock()
            if by_wheal:
                work(one)
            else:
                driver.ask(asked)
            seconds[by_wheal].append(clock() - begun)
    return {
        "statements": max(len(each) for each in kept),
        "wheal": _told(Timing(seconds[True])),
        "raw": _told(Timing(seconds[False])),
    }


def _told(timing: Timing) -> tuple[float, float]:
    return timing.ms, timing.p99_ms


def _pages() -> Iterable[tuple[str, tuple[float, float]]]:
    from django.test import Client
    from django.urls import reverse

    from bench.large.build import APART
    from bench.timing import timed
    from wheal.clinic.people.models import User
    from wheal.clinic.stock.models import Lot

    many = Lot.objects.select_related("product").get(pk=APART + MANY_LOT)
    usual = (
        Lot.objects.filter(product__clinic=many.product.clinic, drawn__isnull=False)
        .exclude(pk=many.pk)
        .first()
    )
    browser = Client()
    browser.force_login(User.objects.get(pk=many.product.clinic_id))
    patient = many.drawn.first().mix.session.patient_id
    for name, path in {
        "a lot with 200 patients": reverse("safety:lot", args=[many.pk]),
        "a usual lot": reverse("safety:lot", args=[usual.pk]),
        "a patient's lots": reverse("safety:patient", args=[patient]),
        "a lot found by its number": f"{reverse('safety:list')}?lot={usual.number.lower()}",
    }.items():
        answer = browser.get(path)
        assert answer.status_code in (200, 302), (path, answer.status_code)
        yield name, _told(timed(lambda path=path: browser.get(path), 100, warm_up=10))


if __name__ == "__main__":
    main(float(sys.argv[1]))
