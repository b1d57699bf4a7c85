"""What to do now: one tap from every page, for everybody, also without a connection.

The page knows nobody. Weight and age come with its address, and the browser computes again what it keeps for
the time without a connection.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from wheal import emergencies, knowledge
from wheal.clinic.formulary import emergency_numbers
from wheal.emergencies import Dose
from wheal.knowledge.emergencies import Emergency, EmergencyDose
from wheal.knowledge.wording import amount
from wheal.quantities import Quantity


class WhomForm(forms.Form):
    kg = forms.DecimalField(
        label=_("Weight"), required=False, localize=True, min_value=2, max_value=400, decimal_places=1
    )
    years = forms.IntegerField(label=_("Age"), required=False, min_value=0, max_value=130)


@dataclass(frozen=True)
class Row:
    """One dose as it stands on the page. `applies`: False where weight or age rule it out."""

    held: EmergencyDose
    words: str
    told: str
    volume: str
    rule: str
    unit: str  # of the amount, as the reader writes it
    applies: bool

    @property
    def factor(self) -> str:
        """What the browser multiplies a typed weight by."""
        return str(Quantity.parse(self.held.per_kg).value) if self.held.per_kg else ""

    @property
    def from_kg(self) -> str:
        return str(Quantity.parse(self.held.from_kg).value) if self.held.from_kg else ""

    @property
    def below_kg(self) -> str:
        return str(Quantity.parse(self.held.below_kg).value) if self.held.below_kg else ""


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    form = WhomForm(request.GET)
    form.is_valid()
    kg, years = form.cleaned_data.get("kg"), form.cleaned_data.get("years")
    known = knowledge.current()
    held = sorted(known.emergencies.items(), key=lambda item: item[1].order)
    page = {
        "numbers": emergency_numbers.of(request),
        "form": form,
        "kg": kg,
        "years": years,
        "emergencies": [(name, each, _rows(name, each, kg, years)) for name, each in held],
    }
    return render(request, "emergency/show.html", page, status=422 if form.errors else 200)


def _rows(name: str, emergency: Emergency, kg: Decimal | None, years: int | None) -> list[Row]:
    language = (get_language() or "en")[:2]
    every = emergencies.doses(emergency, weight_kg=None, years=None)
    told = {dose.held.code: dose for dose in emergencies.doses(emergency, weight_kg=kg, years=years)}
    return [_row(name, told.get(dose.held.code, dose), dose.held.code in told, language) for dose in every]


def _row(name: str, dose: Dose, applies: bool, language: str) -> Row:
    return Row(
        held=dose.held,
        words=knowledge.current().text(f"emergency.{name}.dose.{dose.held.code}", language),
        told=amount(dose.amount, language) if dose.amount else "",
        volume=amount(dose.volume, language) if dose.volume else "",
        rule=amount(dose.rule, language) if dose.held.per_kg else "",
        unit=amount(Quantity.of(2, dose.unit), language).partition("\u00a0")[2],
        applies=applies,
    )


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, under the address that it answers for.

    Every page asks for it (`wheal.js`); another knowledge, number or language makes it fetch the emergency page anew.
    """
    told = (knowledge.current().digest, get_language(), emergency_numbers.of(request))
    digest = sha256(repr(told).encode()).hexdigest()
    page = {"digest": digest, "script": static("wheal/emergency/emergency.js")}
    return render(request, "emergency/worker.js", page, content_type="text/javascript; charset=utf-8")
