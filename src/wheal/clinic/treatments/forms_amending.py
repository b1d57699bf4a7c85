"""Corrections that the books of the stock follow: another lot, another volume."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from wheal.clinic.decimals import DecimalField
from wheal.clinic.stock.models import Lot
from wheal.clinic.treatments.models import Mix, MixComponent, Session


class AmendLotForm(forms.Form):
    """What came from another lot than was written."""

    prefix = "amend_lot"
    component = forms.ModelChoiceField(label=_("What was drawn"), queryset=MixComponent.objects.none())
    lot = forms.ModelChoiceField(label=_("Really from lot"), queryset=Lot.objects.none())
    reason = forms.CharField(label=_("Why"), widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, data: object, session: Session) -> None:
        super().__init__(data)
        drawn = MixComponent.objects.filter(mix__session=session).select_related("lot__product", "mix")
        products = [row.lot.product_id for row in drawn]
        self.fields["component"].queryset = drawn
        self.fields["component"].label_from_instance = lambda row: (
            f"{row.mix.label} · {row.lot} · {row.volume_ml} mL"
        )
        held = Lot.objects.filter(product__in=products, unopened__gt=0).select_related("product")
        self.fields["lot"].queryset = held.order_by("product__name", "number")


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
