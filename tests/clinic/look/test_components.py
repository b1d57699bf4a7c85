"""What the components say: amounts, judgements, the dose guard, drawings, words for scripts."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from django.template import Context, Template
from django.utils import translation

import people
from wheal import bodymap, knowledge
from wheal.clinic import charts, context, dose_bars
from wheal.clinic.templatetags.icons import ICONS
from wheal.knowledge import wording
from wheal.limits import AppliedLimit, Total
from wheal.quantities import Quantity

CLINIC = Path(charts.__file__).parent


def drawn(template: str, **facts: object) -> str:
    return Template(template).render(Context(facts))


def limit(found: str | None, most: str = "100 mg", code: str = "dose_per_session") -> AppliedLimit:
    amount = None if found is None else Quantity.parse(found)
    return AppliedLimit(code, Quantity.parse(most), "kybella_pi", amount, "label", "US")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("found", "state", "left"),
    [
        ("79.9 mg", "free", "20.1"),
        ("80 mg", "near", "20"),
        ("99.99 mg", "near", "0.01"),
        ("100 mg", "at", "0"),
        ("0.10001 g", "over", "-0.01"),
    ],
)
def test_the_bar_turns_before_the_limit_and_again_beyond_it(found: str, state: str, left: str) -> None:
    held = dose_bars.of_totals({"deoxycholic_acid": Total(Quantity.parse("1 mg"), limits=(limit(found),))})
    bar = held[0].bars[0]
    assert (bar.state, bar.left.value) == (state, Decimal(left))
    assert bar.width <= 100


def test_a_limit_that_cannot_be_compared_yet_is_shown_as_not_known() -> None:
    totals = {"lidocaine": Total(Quantity.parse("20 mg"), limits=(limit(None, "4.5 mg/kg", "dose_per_kg"),))}
    page = drawn('{% include "components/guard.html" %}', totals=totals)
    assert "not known yet" in page
    assert "left" not in page.replace("left number", "")


def test_no_published_limit_is_a_sentence() -> None:
    totals = {"procaine": Total(Quantity.parse("20 mg"), no_limit_published=True)}
    assert "No limit is published" in drawn('{% include "components/guard.html" %}', totals=totals)


def test_less_is_the_breach_of_a_spacing_so_it_has_no_bar() -> None:
    total = Total(Quantity.parse("1 mg"), limits=(limit("2 cm", "1 cm", "min_spacing"),))
    assert dose_bars.of_totals({"deoxycholic_acid": total})[0].bars == ()


@pytest.mark.parametrize(
    ("language", "value", "said"),
    [
        ("en", Quantity.parse("10.25 mg"), "10.25\u00a0mg"),
        ("fr", Quantity.parse("10.25 mg"), "10,25\u00a0mg"),
        ("fr", {"value": 2.5, "unit": "mg/cm2"}, "2,5\u00a0mg/cm²"),
        ("en", None, "—"),
    ],
)
def test_amounts_are_written_as_the_reader_writes_them(language: str, value: object, said: str) -> None:
    with translation.override(language):
        assert drawn("{{ value|amount }}", value=value) == said


@pytest.mark.parametrize("value", [Quantity.parse("2.77249 mg/cm2"), {"value": 2.77249, "unit": "mg/cm2"}])
def test_what_was_found_is_rounded_as_its_sentence_is_and_never_down(value: object) -> None:
    finding = {"code": "dose_per_area", "severity": "stop", "about": "x", "source": "", "found": value}
    finding["message"] = {"en": wording.said(Quantity.parse("2.77249 mg/cm2"), "en", {})}
    page = drawn('{% include "components/finding.html" %}', finding=finding)
    assert page.count("2.773\u00a0mg/cm²") == 2


def test_what_is_not_known_never_looks_clear() -> None:
    finding = {"code": "fact_missing", "severity": "caution", "about": "weight_kg", "source": ""}
    finding |= {"message": {"en": "The weight is not known.", "fr": "Le poids n’est pas connu."}}
    page = drawn('{% include "components/finding.html" %}', finding=finding)
    assert "is-unknown" in page
    assert "The weight is not known." in page
    assert "is-clear" not in page
    assert ICONS["clear"] not in page


def test_a_judgement_is_never_told_by_colour_alone() -> None:
    for severity in ("stop", "refer", "caution", "clear", "info", "unknown", "go", "incomplete"):
        page = drawn('{% include "components/judgement.html" %}', severity=severity)
        assert re.search(r'class="word">[^<]+<', page), severity
        assert "<svg" in page, severity


@pytest.mark.parametrize(
    ("certainty", "dots"), [("high", 4), ("moderate", 3), ("low", 2), ("very_low", 1), ("none", 0)]
)
def test_certainty_is_words_and_dots(certainty: str, dots: int) -> None:
    page = drawn('{% include "components/evidence.html" %}', certainty=certainty)
    assert page.count('class="on"') == dots


@pytest.mark.parametrize("shape", charts.SHAPES)
def test_every_area_lies_on_a_drawing_that_shows_all_of_it(shape: int) -> None:
    known = knowledge.current()
    for place in (each for code in known.areas for each in bodymap.places(code, known)):
        drawing = charts.drawing(place, shape)
        assert drawing.name, f"the chart {place.chart} of {place.area} is not drawn"
        assert "<path" in drawing.svg
        x, y, width, height = drawing.view
        for left, top in place.outline:
            assert x < left < x + width
            assert y < top < y + height


def test_a_chart_that_is_not_drawn_yet_is_bare_ground() -> None:
    place = replace(bodymap.place("face", knowledge.current()), chart="not_drawn_yet")
    drawing = charts.drawing(place, 1)
    assert (drawing.name, drawing.svg) == ("", "")


def test_the_drawings_are_those_of_their_sources(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(CLINIC.parents[2] / "tools"))
    import draw_charts

    assert dict(draw_charts.drawings()) == {
        path.name: path.read_text() for path in charts.FOLDER.glob("*.svg")
    }


def test_every_pass_of_five_has_a_shape_of_its_own() -> None:
    assert len({mark.shape for mark in charts.MARKS}) == len(charts.MARKS) == 5
    assert charts.mark_of(6) == charts.mark_of(1)


def test_hundreds_of_points_are_one_path() -> None:
    path = charts.marks("circle", [(number, number) for number in range(700)], 9)
    assert path.count("M") == 700


def test_every_icon_that_a_page_names_is_drawn() -> None:
    named = {
        name
        for path in CLINIC.rglob("*.html")
        for name in re.findall(r'\{% icon "([^"]+)" %\}|icon_name="([^"]+)"', path.read_text())
    }
    assert {one or other for one, other in named} <= set(ICONS)


def test_scripts_say_only_what_the_page_gives_them() -> None:
    used = {
        key
        for path in (CLINIC / "static" / "wheal").rglob("*.js")
        for call in re.findall(r"\bsay\(([^,;]*?)[,)]", path.read_text())
        for key in re.findall(r'"([a-z_]+)"', call)
    }
    assert used <= set(context.script_words()), used - set(context.script_words())
    assert used


def test_the_legend_says_what_the_script_draws() -> None:
    """A ring is full from the depth that drawing.js calls deep."""
    script = (CLINIC / "static" / "wheal" / "bodymap" / "drawing.js").read_text()
    deep = re.search(r"DEEP_MM = (\d+);", script)
    assert deep
    assert f"{deep[1]}\u00a0mm or more" in drawn('{% include "components/ring_legend.html" %}')


def test_demo_log_ins_are_shown_only_in_the_demo(client, alice, settings) -> None:
    settings.DEMO = False
    assert "data-log-in-as" not in client.get("/accounts/login/").content.decode()
    settings.DEMO = True
    page = client.get("/accounts/login/").content.decode()
    assert 'data-log-in-as="alice"' in page
    assert "demo only, demo only" in page


def test_who_was_added_to_the_demo_is_not_offered(client, clinic, ada, settings) -> None:
    """Their password is their own."""
    people.person("Zelda", "nurse", clinic)
    settings.DEMO = True
    page = client.get("/accounts/login/").content.decode()
    assert 'data-log-in-as="ada"' in page
    assert "zelda" not in page


def test_the_guard_begins_with_what_is_broken_then_with_what_is_closest_to_its_limit() -> None:
    def total(*found: str) -> Total:
        return Total(Quantity.parse("1 mg"), limits=tuple(limit(each) for each in found))

    wide = replace(limit("0.8 cm", "1 cm", "min_spacing"), broken=True)
    totals = {
        "procaine": total("10 mg", "60 mg", "55 mg", "49 mg"),
        "lidocaine": total("95 mg"),
        "caffeine": Total(Quantity.parse("1 mg"), limits=(wide,)),
        "deoxycholic_acid": total("101 mg"),
    }
    held = dose_bars.of_totals(totals)
    assert [each.substance for each in held] == ["deoxycholic_acid", "caffeine", "lidocaine", "procaine"]
    assert [bar.found.value for bar in held[3].in_sight] == [60, 55]
    assert [bar.found.value for bar in held[3].folded] == [49, 10]


def test_every_form_that_saves_itself_says_what_it_stands_on():
    """Without that another device is written over."""
    forms = {
        f"{page.name}: {form[:60]}": "data-stand>" in form
        for page in CLINIC.rglob("templates/**/*.html")
        for form in re.findall(r"<form[^>]* data-autosave=.*?</form>", page.read_text(), re.DOTALL)
    }
    assert len(forms) > 8
    assert [form for form, stands in forms.items() if not stands] == []
