"""What may be entered about an appointment, a wait, and the clinic's rules."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wheal import booking
from wheal.clinic.appointments.actions import Wanted
from wheal.clinic.appointments.models import OF_PATIENTS, Appointment, Kind
from wheal.clinic.days import DayField
from wheal.clinic.equipment.models import Kind as ThingKind
from wheal.clinic.equipment.models import Thing
from wheal.clinic.people.models import Clinic
from wheal.clinic.treatments.forms import Person
from wheal.clinic.treatments.staff import INJECTING, staff_of

LONGEST = 12 * 60
NO_SUCH_TIME = _("There is no such time on that day: the clock goes forward over it.")
USUALLY = {"consultation": 30, "session": 45, "follow_up": 20, "other": 15, "away": 60}


class Of(forms.ModelChoiceField):
    def __init__(self, label: object, clinic: Clinic, kind: str) -> None:
        kept = Thing.objects.filter(clinic=clinic, kind=kind).usable(clinic.day_of())
        super().__init__(label=label, queryset=kept, required=False, empty_label="—")


class AppointmentForm(forms.Form):
    kind = forms.ChoiceField(label=_("What for"), choices=OF_PATIENTS, widget=forms.RadioSelect)
    day = DayField(_("Day of the appointment"))
    hour = forms.TimeField(
        label=_("Begins at"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    minutes = forms.IntegerField(label=_("Minutes"), min_value=5, max_value=LONGEST)
    note = forms.CharField(
        label=_("Note for the desk"), max_length=200, required=False,
        help_text=_("Nothing of anybody’s health: the calendar is seen by all who work here."),
    )  # fmt: skip

    def __init__(
        self, data: object, clinic: Clinic, filled: dict[str, object], *, away: bool = False
    ) -> None:
        super().__init__(data, initial=filled)
        self.zone = ZoneInfo(clinic.time_zone)
        if away:
            self.fields["kind"].choices = [(Kind.AWAY, Kind.AWAY.label)]
            self.fields["kind"].widget = forms.HiddenInput()
        staff = staff_of(clinic.pk)
        self.fields["practitioner"] = Person(_("With whom"), staff)
        self.fields["helper"] = Person(_("Who helps"), staff)
        self.fields["room"] = Of(_("Room for it"), clinic, ThingKind.ROOM)
        self.fields["device"] = Of(_("Device for it"), clinic, ThingKind.DEVICE)
        self.order_fields(
            ["kind", "day", "hour", "minutes", "practitioner", "room", "device", "helper", "note"]
        )

    def clean(self) -> dict[str, object]:
        kept = super().clean()
        if kept.get("day") and kept.get("hour"):
            self.starts_at = _moment(self, kept["day"], "hour")
        return kept

    def wanted(self) -> Wanted:
        kept = self.cleaned_data
        names = ("kind", "practitioner", "helper", "room", "device", "note")
        ends_at = self.starts_at + timedelta(minutes=kept["minutes"])
        return Wanted(starts_at=self.starts_at, ends_at=ends_at, **{name: kept[name] for name in names})


def _moment(form: AppointmentForm | VisitForm, day: date, hour: str) -> datetime | None:
    """By the clinic's clock; where it shows no such hour, that is told at the field."""
    try:
        return booking.moment(day, form.cleaned_data[hour], form.zone)
    except booking.NoSuchTime:
        form.add_error(hour, NO_SUCH_TIME)
        return None


def filled_from(row: Appointment) -> dict[str, object]:
    begins = timezone.localtime(row.starts_at)
    return {
        "kind": row.kind, "day": begins.date(), "hour": begins.time(), "note": row.note,
        "minutes": int((row.ends_at - row.starts_at).total_seconds() // 60), "practitioner": row.practitioner_id,
        "helper": row.helper_id, "room": row.room_id, "device": row.device_id,
    }  # fmt: skip


class VisitForm(forms.Form):
    day = DayField(_("Day"))
    time = forms.TimeField(label=_("Time"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    room = forms.CharField(label=_("Room"), max_length=40, required=False)

    def __init__(self, data: object, clinic: Clinic, day: date) -> None:
        super().__init__(data, initial={"day": day, "time": timezone.localtime().replace(minute=0)})
        self.zone = ZoneInfo(clinic.time_zone)
        self.fields["practitioner"] = Person(_("Who injects"), staff_of(clinic.pk), INJECTING)

    def clean(self) -> dict[str, object]:
        kept = super().clean()
        if kept.get("day") and kept.get("time"):
            self.planned_for = _moment(self, kept["day"], "time")
        return kept


class WaitingForm(forms.Form):
    kind = forms.ChoiceField(label=_("What for"), choices=OF_PATIENTS)
    minutes = forms.IntegerField(label=_("Minutes"), min_value=5, max_value=LONGEST, initial=45)
    first = DayField(_("From which day"))
    last = DayField(_("Until which day"))
    note_for_the_desk = forms.CharField(label=_("Note for the desk"), max_length=200, required=False)

    def __init__(self, data: object, clinic: Clinic, filled: dict[str, object] | None = None) -> None:
        super().__init__(data, initial=filled)
        self.fields["practitioner"] = Person(_("With whom"), staff_of(clinic.pk))


class RulesForm(forms.Form):
    reminds = forms.BooleanField(label=_("Remind patients by e-mail"), required=False)
    days_before = forms.IntegerField(label=_("Days before"), min_value=1, max_value=14)
    names_in_feeds = forms.BooleanField(
        label=_("Name patients in calendars for other programs"), required=False,
        help_text=_("Left out, they show the patient’s number alone. Whoever has the address reads them."),
    )  # fmt: skip


class FeedForm(forms.Form):
    whose = forms.ChoiceField(label=_("Calendar of"))

    def __init__(self, data: object, clinic: Clinic) -> None:
        super().__init__(data)
        people = [(f"person-{pk}", name) for pk, name in staff_of(clinic.pk).choices()]
        rooms = Thing.objects.filter(clinic=clinic, kind=ThingKind.ROOM, retired_at=None)
        self.fields["whose"].choices = [*people, *((f"room-{row.pk}", str(row)) for row in rooms)]
