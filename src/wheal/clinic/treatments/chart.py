"""Everything that one session is judged on, read once: few queries, whatever the number of rows."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from wheal.assessment import PreviousSession
from wheal.clinic.patients.models import History
from wheal.clinic.treatments.models import Consent, Mix, MixComponent, Pass, Session
from wheal.quantities import Quantity


@dataclass(frozen=True, slots=True)
class Chart:
    """The rows of a session as they stand now; for a signed session, as they were signed."""

    session: Session
    history: History | None  # the latest completed one
    draft: History | None  # begun after it and not completed
    consents: tuple[Consent, ...]  # of this patient, newest first, without their texts
    mixes: tuple[Mix, ...]
    passes: tuple[Pass, ...]
    components: dict[int, list[MixComponent]]  # by mix
    previous: tuple[PreviousSession, ...] | None  # None: what was given then is not known

    @property
    def substances(self) -> list[str]:
        """All that the passes inject, each once, in the order of the mixes."""
        used = {row.mix_id for row in self.passes}
        rows = [row for mix, held in self.components.items() if mix in used for row in held]
        return list(dict.fromkeys(row.substance for row in rows))


def session_with_relations() -> object:
    return Session.objects.select_related("patient", "clinic", "plan", "practitioner").defer(
        "judgement", "document"
    )


def read_chart(session: Session) -> Chart:
    """Seven queries. `session` should come with its patient, clinic and plan."""
    history, draft = _histories(session)
    components: dict[int, list[MixComponent]] = defaultdict(list)
    drawn = MixComponent.objects.filter(mix__session=session).select_related("lot__product", "container")
    for row in drawn:
        components[row.mix_id].append(row)
    mixes = {row.pk: row for row in session.mixes.all()}
    passes = tuple(session.passes.all())
    for row in passes:
        row.mix = mixes[row.mix_id]
    return Chart(
        session=session,
        history=history,
        draft=draft,
        consents=_consents(session),
        mixes=tuple(mixes.values()),
        passes=passes,
        components={pk: components[pk] for pk in mixes},
        previous=previous_sessions(session),
    )


def _histories(session: Session) -> tuple[History | None, History | None]:
    """What was completed last, and what was begun after it: an open draft may hold a "yes" that nobody has read."""
    rows = list(session.patient.histories.order_by("-id")[:3])
    for row in rows:
        row.patient = session.patient
    if session.is_signed:
        return next((row for row in rows if row.pk == session.history_id), session.history), None
    completed = next((row for row in rows if row.completed_at), None) or _older(session, rows)
    draft = next(
        (row for row in rows if not row.completed_at and (completed is None or row.pk > completed.pk)), None
    )
    return completed, draft


def _older(session: Session, seen: list[History]) -> History | None:
    if not seen:
        return None
    return (
        session.patient.histories.filter(completed_at__isnull=False, pk__lt=seen[-1].pk)
        .order_by("-id")
        .first()
    )


def _consents(session: Session) -> tuple[Consent, ...]:
    rows = Consent.objects.filter(plan__patient_id=session.patient_id).select_related("withdrawal")
    return tuple(rows.defer("text", "signature").order_by("-id"))


def previous_sessions(session: Session) -> tuple[PreviousSession, ...] | None:
    """What this clinic has given before, from the signed records alone."""
    before = Q(signed_at__lt=session.signed_at) if session.signed_at else Q(signed_at__isnull=False)
    rows = (
        Session.objects.filter(before, patient_id=session.patient_id)
        .exclude(pk=session.pk)
        .order_by("signed_at")
    )
    held = list(rows.values_list("given", flat=True))
    return None if None in held else tuple(_previous(given) for given in held)


def _previous(given: dict[str, object]) -> PreviousSession:
    doses = {name: Quantity.parse(dose) for name, dose in given["substances"].items()}  # type: ignore[attr-defined]
    return PreviousSession(
        date=date.fromisoformat(str(given["date"])), area=str(given["area"]), substances=doses
    )
