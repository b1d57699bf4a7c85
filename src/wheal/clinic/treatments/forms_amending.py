"""Corrections that the books of the stock follow: another lot, another volume."""

from __future__ import annotations

from functools import partial
from typing import Final

from django import forms
from django.utils.translation import gettext_lazy as _

from wheal.clinic.decimals import DecimalField
from wheal.clinic.stock.models import Lot
from wheal.clinic.treatments.called import as_signed
from wheal.clinic.treatments.models import Mix, MixComponent, Session

STATES: Final = {
    "recalled": _("recalled"),
    "quarantined": _("in quarantine"),
    "expired": _("past its expiry date"),
}


class AmendLotForm(forms.Form):
    """What came from another lot than was written."""

    prefix = "amend_lot"
    component = forms.ModelChoiceField(label=_("What was drawn"), queryset=MixComponent.objects.none())
    lot = forms.ModelChoiceField(
        label=_("Really from lot"),
        queryset=Lot.objects.none(),
        help_text=_(
            "Every lot of this clinic, used up and blocked ones too. Where nothing of it is left by the books, "
            "they say from now on that one more was there."
        ),
    )
    reason = forms.CharField(label=_("Why"), widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, data: object, session: Session) -> None:
        super().__init__(data)
        drawn = MixComponent.objects.filter(mix__session=session).select_related("lot__product", "mix")
        self.fields["component"].queryset = drawn
        self.fields["component"].label_from_instance = partial(_as_signed, session)
        held = Lot.objects.filter(product__clinic=session.clinic_id).select_related("product__clinic")
        self.fields["lot"].queryset = held.order_by("product__name", "number")
        self.fields["lot"].label_from_instance = _with_state


def _as_signed(session: Session, row: MixComponent) -> str:
    as_signed(session, [row])
    return f"{row.mix.label} · {row.lot} · {row.volume_ml} mL"


def _with_state(lot: Lot) -> str:
    """What it is today: what was used is written down whatever has become of it."""
    state = STATES.get(lot.state(lot.today))
    left = "" if lot.unopened else _("none unopened by the books")
    return " · ".join(str(part) for part in (lot, state, left) if part)


class AmendVolumeForm(forms.Form):
    """Another volume was injected than the points say."""

    prefix = "amend_volume"
    mix = forms.ModelChoiceField(label=_("Mix"), queryset=Mix.objects.none())
    injected_ml = DecimalField(label=_("Really injected, in mL"), min_value=0, max_digits=8, decimal_places=3)
    reason = forms.CharField(label=_("Why"), widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, data: object, session: Session) -> None:
        super().__init__(data)
        self.fields["mix"].queryset = Mix.objects.filter(session=session)
        self.fields["mix"].label_from_instance = lambda row: row.label
