"""Tags and filters that every template has without loading them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from urllib.parse import urlencode

from django import template
from django.template.defaulttags import CsrfTokenNode
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from wheal import knowledge, references, screening
from wheal.clinic import charts, decimals, dose_bars
from wheal.clinic.days import with_weekday
from wheal.clinic.money import money as money_words
from wheal.clinic.patients import names
from wheal.clinic.patients.models import Patient
from wheal.clinic.people import whose
from wheal.clinic.templatetags.icons import ICONS
from wheal.knowledge import wording
from wheal.knowledge.cited import Source
from wheal.quantities import Quantity, plain

register = template.Library()
CERTAINTY_DOTS = {"high": 4, "moderate": 3, "low": 2, "very_low": 1}


def _language() -> str:
    return (get_language() or "en").partition("-")[0]


class _FormMarks(CsrfTokenNode):
    def render(self, context: template.Context) -> SafeString:
        said = context.get("page_mark")
        field = format_html('<input type="hidden" name="{}" value="{}">', whose.FIELD, said) if said else ""
        return format_html("{}{}", super().render(context), field)


@register.tag
def csrf_token(parser: template.base.Parser, token: template.base.Token) -> CsrfTokenNode:
    """Django's own; beside it each form says whose page it stands on."""
    return _FormMarks()


@register.simple_tag
def icon(name: str) -> SafeString:
    """An inline drawing; write the word beside it, for nobody is told its meaning otherwise."""
    return _drawn(name)


@cache
def _drawn(name: str) -> SafeString:
    drawn = '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d="{}"/></svg>'
    return format_html(drawn, ICONS[name])


@register.simple_tag
def known(key: str, last: str | None = None, language: str = "") -> str:
    """The clinical wording of a key: `{% known "harm.bruising" %}`, `{% known "area" pass.area %}`."""
    if last == "":
        return ""
    whole = key if last is None else f"{key}.{last}"
    return knowledge.current().text(whole, language or _language())


@register.simple_tag
def in_an_emergency(facts: screening.Patient | None = None, patient: object = None) -> str:
    """The address of the emergency page for whoever the page is about, as far as weight and age are known."""
    kg = getattr(facts, "weight_kg", None)
    born = getattr(patient, "birth_date", None)
    asked = {
        **({"kg": plain(kg)} if kg else {}),
        **({"years": screening.age(born, timezone.localdate())} if born else {}),
    }
    return reverse("emergency:show") + (f"?{urlencode(asked)}" if asked else "")


@register.filter
def named(code: str) -> str:
    """What people call a code: `{{ finding.about|named }}`."""
    return knowledge.current().name(code, _language())


@register.filter
def linked(citation: str) -> tuple[tuple[str, str], ...]:
    """`{% for piece, address in held.cite|linked %}`: numbers of articles and trials lead to them."""
    return references.linked(citation)


@register.filter
def cited(held: Source) -> str:
    """A source as the reader's language tells it."""
    return held.cited(_language())


@register.filter
def numbered(held: Source) -> str:
    return held.numbered(_language())


@register.filter
def in_language(message: Mapping[str, str]) -> str:
    """The reader's wording of a `{"en": …, "fr": …}` text, as findings carry it; nothing where there is none."""
    return message[_language()] if message else ""


@register.filter
def amount(value: Quantity | Mapping[str, object] | None) -> str:
    """80 mg; 10,25 mg/cm² in French. Reads a Quantity or its JSON form; an unknown amount is a dash."""
    held = _quantity(value)
    return "—" if held is None else wording.amount(held, _language())


@register.filter
def found(value: Quantity | Mapping[str, object] | None) -> str:
    """An amount that was found, rounded as the sentence of the finding beside it tells it."""
    return wording.said(_quantity(value), _language(), {})


def _quantity(value: Quantity | Mapping[str, object] | None) -> Quantity | None:
    if value is None or value == "":
        return None
    return (
        value
        if isinstance(value, Quantity)
        else Quantity.of(Decimal(str(value["value"])), str(value["unit"]))
    )


@register.filter(name="decimal")
def decimal_words(value: Decimal | int | str | None, unit: str = "") -> str:
    """A number without idle zeros, and its unit where one is given: `{{ weight|decimal:"kg" }}`."""
    if value is None or value == "":
        return "—"
    digits = wording.digits(Decimal(str(value)), _language())
    return f"{digits}\u00a0{unit}" if unit else digits


@register.filter
def money(value: Decimal | None, currency: str) -> str:
    """1,240.00 EUR; 1 240,00 EUR in French."""
    return money_words(value, currency)


@register.filter
def typed(value: Decimal | float | None) -> str:
    """A figure as it stands in a field: `<input inputmode="decimal" value="{{ depth|typed }}">`."""
    return decimals.shown(value)


@register.filter
def weekday_date(value: date | None) -> str:
    """A date where someone must come: with its weekday, as the country writes it."""
    if value is None:
        return "—"
    day = timezone.localtime(value) if isinstance(value, datetime) else value
    return with_weekday(day)


@register.filter
def differs_from(typed: str, patient: Patient) -> bool:
    """Whether a name that somebody signed with is another one than the patient's."""
    return names.differs(typed, family_name=patient.family_name, given_names=patient.given_names)


@register.filter
def signed_date(value: datetime | None) -> str:
    """The moment of a signature: date, hour and minute in the clinic's time, and the zone."""
    if value is None:
        return "—"
    local = timezone.localtime(value)
    return f"{formats.date_format(local, 'DATE_FORMAT')}, {local:%H:%M %Z}"


@register.filter
def source(source_id: str) -> Source | None:
    """The record behind a source id, for its `cite` and `id`."""
    return knowledge.current().sources.get(source_id)


@register.filter
def dots(certainty: str) -> list[bool]:
    held = CERTAINTY_DOTS.get(certainty, 0)
    return [place < held for place in range(4)]


@register.filter
def bars(totals: Mapping[str, object]) -> list[dose_bars.SubstanceBars]:
    return dose_bars.of_totals(totals)


@register.inclusion_tag("components/chart.html")
def chart(drawing: charts.Drawing) -> dict[str, object]:
    """The line drawing under an area, as the content of an <svg> whose unit is the tenth of a millimetre."""
    return {"drawing": drawing}


@register.simple_tag
def mark(shape: str) -> str:
    """The shape of a pass's points, alone."""
    return charts.marks(shape, [(0, 0)], 8)


@register.inclusion_tag("components/small_map.html")
def small_map(
    drawing: charts.Drawing, outline: object, points: object, number: int = 1, size: str = ""
) -> dict[str, object]:
    """A drawing with points on it, to be looked at: `{% small_map each.drawing pass.outline points pass.order %}`."""
    mark = charts.mark_of(number)
    return {
        "drawing": drawing,
        "outline": outline,
        "marks": charts.marks(mark.shape, points, drawing.dot),
        "mark": mark,
        "size": size,
    }
