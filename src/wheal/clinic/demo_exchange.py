"""Programs that the demo's clinic has registered. They are invented, as their addresses are."""

from __future__ import annotations

from wheal.clinic.fhir.smart import actions
from wheal.clinic.people.models import Clinic, User

CHARTS = actions.NewProgram(
    name="Chart viewer (fictional)", kind="app", scopes="patient/*.rs",
    addresses="https://charts.example/back", launch_url="https://charts.example/launch",
)  # fmt: skip


def register_programs(clinic: Clinic, *, by: User) -> None:
    actions.register(clinic=clinic, new=CHARTS, by=by)
