"""Fields that are saved one by one: what a page began from, what it sends, and what stands now."""

from __future__ import annotations

from django.forms import ChoiceField, Form

from wheal.clinic.treatments.actions import ChangedElsewhere


def stands(form: Form) -> dict[str, str]:
    """What each field shows: goes into the page beside the field, as `was-…`."""
    return {name: _entered(form, name) for name in form.fields}


def _entered(form: Form, name: str) -> str:
    """As a browser sends it back unchanged."""
    field = form[name]
    shown = field.field.widget.format_value(field.value())
    return str((shown[0] if isinstance(shown, list) else shown) or "")


def sent(entered: Form) -> dict[str, str]:
    """What arrived, as each field shows it: 72.4 or 72,40 for a reader of French is 72,4."""
    return {name: _meant(entered, name) for name in entered.fields}


def _meant(entered: Form, name: str) -> str:
    """As it was typed where it cannot be read."""
    typed, field = entered.data.get(name, ""), entered.fields[name]
    if name in entered.errors or isinstance(field, ChoiceField):
        return str(typed)
    return str(field.widget.format_value(field.prepare_value(entered.cleaned_data[name])) or "")


def changed(entered: Form, standing: Form) -> list[str]:
    """The fields that this page changed. `standing` holds what stands now; `was-…` is what the page showed first.

    What another device changed and this one did not touch stays. Raises ChangedElsewhere where both changed it.
    """
    names = []
    for name, now in sent(entered).items():
        stands = _entered(standing, name)
        was = entered.data.get(f"was-{name}", stands)
        if now in (was, stands):
            continue
        if was != stands:
            raise ChangedElsewhere
        names.append(name)
    return names
