"""What the record says of the bench: each mix with what became of it, and what served besides what was injected."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _

from wheal.clinic.printing import moment
from wheal.clinic.treatments import called
from wheal.clinic.treatments.adding_up import Sum
from wheal.clinic.treatments.chart import Chart
from wheal.clinic.treatments.models import MixComponent, Session, ThingUsed
from wheal.knowledge.wording import digits


def of_mix(each: Sum, signed: Session, language: str) -> str:
    """Mix A (recipe, version 2): prepared 09:05 by …, checked by …. 6 mL drawn, 5.6 mL injected, 0.4 mL thrown away."""
    mix = each.mix
    who = {"label": mix.label, "time": moment(mix.prepared_at), "preparer": "—", "checker": "—"}
    who |= {
        role: called.name_of(signed, person)
        for role in ("preparer", "checker")
        if (person := getattr(mix, role))
    }
    prepared = _("Mix %(label)s: prepared %(time)s by %(preparer)s, checked by %(checker)s") % who
    recipe = mix.protocol and _("protocol %(name)s, version %(version)s") % {
        "name": mix.protocol.name,
        "version": mix.protocol.version,
    }
    batch = mix.batch and _("batch %(number)s of the pharmacy") % {"number": mix.batch}
    return " · ".join(filter(None, [prepared, recipe, batch, _became(each, language)]))


def _became(each: Sum, language: str) -> str:
    """A rest that nobody measured is what is left: drawn less injected."""
    thrown = max(each.left_ml, 0) if each.thrown_ml is None else each.thrown_ml
    return _("%(drawn)s mL drawn = %(injected)s mL injected + %(thrown)s mL thrown away") % {
        "drawn": digits(each.drawn_ml, language),
        "injected": digits(each.injected_ml, language),
        "thrown": digits(thrown, language),
    }


def of_rests(chart: Chart, language: str) -> list[str]:
    """Of each lot for one patient: what stayed in opened containers, and is thrown away with the signature."""
    drawn: dict[int, Decimal] = {}
    opened: dict[int, MixComponent] = {}
    for row in (row for rows in chart.components.values() for row in rows):
        if row.container_id and row.lot.product.is_for_one_patient:
            drawn[row.container_id] = drawn.get(row.container_id, Decimal(0)) + row.volume_ml
            opened[row.container_id] = row
    rests: dict[int, Decimal] = {}
    for pk, row in opened.items():
        rest = max(row.lot.product.container_ml - drawn[pk], Decimal(0))
        rests[row.lot_id] = rests.get(row.lot_id, Decimal(0)) + rest
    lots = {row.lot_id: row.lot for row in opened.values()}
    return [
        _("%(product)s, lot %(lot)s: %(volume)s mL left in single-dose containers, thrown away")
        % {"product": lots[pk].product.name, "lot": lots[pk].number, "volume": digits(rest, language)}
        for pk, rest in rests.items()
        if rest
    ]


def of_thing(used: ThingUsed) -> str:
    """Gun 2 SN-77 (Injection device), cleaned 09:00 with Chlorhexidine, rinsed with water from Tap of room 1."""
    named = " ".join(filter(None, [used.thing.name, used.thing.number]))
    parts = [f"{named} ({used.thing.get_kind_display()})"]
    if used.cleaning is not None:
        parts.append(_("cleaned %(when)s") % {"when": moment(used.cleaning.done_at)})
        if used.cleaning.water_point:
            parts.append(_("rinsed with water from %(name)s") % {"name": used.cleaning.water_point})
        if used.cleaning.disinfectant:
            parts.append(_("disinfected with %(name)s") % {"name": used.cleaning.disinfectant})
    return ", ".join(parts)
