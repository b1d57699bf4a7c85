"""What a session stands at, for a device that has it open: has another device saved something meanwhile?"""

from __future__ import annotations

from hashlib import sha256

from wheal.clinic.prepared import Prepared
from wheal.clinic.treatments import checklist
from wheal.clinic.treatments.forms import time_form, weight_form
from wheal.clinic.treatments.models import Mix, MixComponent, Pass, Plan, Session
from wheal.clinic.treatments.staff import staff_of
from wheal.clinic.treatments.standing import stands

Json = dict[str, object]

_PASSES = Prepared(
    lambda pk: Pass.objects.filter(session=pk).order_by("pk").values_list("pk", "draft_version")
)
_MIXES = Prepared(lambda pk: Mix.objects.filter(session=pk).order_by("pk").values_list("pk", "draft_version"))
_DRAWN = Prepared(lambda pk: MixComponent.objects.filter(mix__session=pk).order_by("pk").values_list("pk"))
_PLANS = Prepared(lambda pk: Plan.objects.filter(pk=pk).values_list("pk", "draft_version"))


class Standing:
    """Few columns of few rows: it is asked every few seconds."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.passes, self.mixes = _PASSES(session.pk), _MIXES(session.pk)
        self.drawn, self.plans = _DRAWN(session.pk), _PLANS(session.plan_id or 0)

    @property
    def rows(self) -> str:
        """Which passes, mixes and vials there are, and whether it is fixed: a page shows other ones after a change."""
        held = [[pk for pk, *_rest in rows] for rows in (self.passes, self.mixes, self.drawn)]
        return f"{held} {self.session.is_signed} {self.session.cancelled_at is not None}"

    @property
    def seen(self) -> str:
        """Changes with whatever was saved."""
        versions = [[list(row) for row in rows] for rows in (self.passes, self.mixes, self.plans)]
        return sha256(f"{self.rows} {versions} {self.session.saved_at}".encode()).hexdigest()[:16]

    def stands(self) -> Json:
        """What each thing that saves itself would stand on, had the page been opened now; by its `data-stands`."""
        session = self.session
        ticked = {f"was-{item}": "1" if session.checklist.get(item) else "" for item in checklist.ITEMS}
        return {
            **{f"pass-{pk}": version for pk, version in self.passes},
            **{f"mix-{pk}": {"version": str(version)} for pk, version in self.mixes},
            "plan": {"version": str(self.plans[0][1] if self.plans else 0)},
            "check": ticked,
            "screen": as_fields(stands(weight_form(session, staff_of(session.clinic_id)))),
            "time": as_fields(stands(time_form(session))),
        }


def as_fields(held: dict[str, str]) -> dict[str, str]:
    return {f"was-{name}": value for name, value in held.items()}
