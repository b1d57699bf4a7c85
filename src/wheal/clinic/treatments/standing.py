"""Fields that are saved one by one: what a page began from, what it sends, and what stands now."""

from __future__ import annotations

from collections.abc import Mapping

from django.forms import Form

from wheal.clinic.treatments.actions import ChangedElsewhere


def stands(form: Form) -> dict[str, str]:
    """What each field shows: goes into the page beside the field, as `was-…`."""
    return {name: _entered(form, name) for name in form.fields}


def _entered(form: Form, name: str) -> str:
    """As a browser sends it back unchanged."""
    field = form[name]
    shown = field.field.widget.format_value(field.value())
    return str((shown[0] if isinstance(shown, list) else shown) or "")


def changed(sent: Mapping[str, str], standing: Form) -> list[str]:
    """The fields that this page changed. `standing` holds what stands now; `was-…` is what the page showed first.

    What another device changed and this one did not touch stays. Raises ChangedElsewhere where both changed it.
    """
    names = []
    for name in standing.fields:
        stands = _entered(standing, name)
        was, now = sent.get(f"was-{name}", stands), sent.get(name, "")
        if now in (was, stands):
            continue
        if was != stands:
            raise ChangedElsewhere
        names.append(name)
    return names
