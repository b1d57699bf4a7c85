"""Everything that one session is judged on, read once: few queries, whatever the number of rows."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Exists, JSONField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, JSONObject

from wheal.assessment import PreviousSession
from wheal.clinic import packing
from wheal.clinic.equipment.models import Care, Kind, Thing
from wheal.clinic.patients.models import History
from wheal.clinic.prepared import Prepared
from wheal.clinic.treatments import called, quoted
from wheal.clinic.treatments.jsons import as_moment
from wheal.clinic.treatments.models import (
    Consent,
    Mix,
    MixComponent,
    Pass,
    Session,
    Suspicion,
    ThingUsed,
)
from wheal.clinic.treatments.staff import Staff, staff_of
from wheal.quantities import Quantity


@dataclass(frozen=True, slots=True)
class ConsentFacts:
    """What a consent says, without its text."""

    pk: int
    digest: str
    covers: dict[str, object]
    signed_name: str
    signed_at: datetime
    withdrawn_at: datetime | None
    link_id: int | None  # by which it was signed at home; None: at the clinic


@dataclass(frozen=True, slots=True)
class Chart:
    """The rows of a session as they stand now; for a signed session, as they were signed."""

    session: Session
    history: History | None  # the latest completed one
    draft: History | None  # begun after it and not completed
    consent: ConsentFacts | None  # the one that counts
    mixes: tuple[Mix, ...]
    passes: tuple[Pass, ...]
    components: dict[int, list[MixComponent]]  # by mix
    things: tuple[ThingUsed, ...]
    previous: tuple[PreviousSession, ...] | None  # None: what was given then is not known
    staff: Staff  # of the clinic, now
    suspected: dict[tuple[str, int], Suspicion]  # by kind and which; of the clinic, now

    @property
    def substances(self) -> list[str]:
        """All that the passes inject, each once, in the order of the mixes."""
        used = {row.mix_id for row in self.passes}
        rows = [row for mix, held in self.components.items() if mix in used for row in held]
        return list(dict.fromkeys(code for row in rows for code, _strength in row.contents))

    @property
    def drawn(self) -> set[str]:
        """All that is in a syringe, whether a pass injects it or not."""
        return {code for rows in self.components.values() for row in rows for code, _strength in row.contents}


def readable(sessions: QuerySet[Session]) -> QuerySet[Session]:
    """Sessions with all that a chart takes from their own row."""
    rows = sessions.select_related("patient", "clinic", "plan").defer("judgement", "document")
    mixes = (
        Mix.objects.filter(session=OuterRef("pk")).order_by().values("session").annotate(number=Count("pk"))
    )
    return rows.annotate(
        consent_facts=_consent_that_counts(),
        quoted_facts=quoted.newest(),
        mix_count=mixes.values("number"),
        keeps_rooms=_keeps(Kind.ROOM),
        keeps_disinfectants=_keeps(Kind.DISINFECTANT),
        keeps_tools=_keeps(Kind.DEVICE, Kind.NEEDLE),
        is_watchful=Exists(Suspicion.objects.filter(clinic=OuterRef("clinic")).order_by()),
        names_things=Exists(ThingUsed.objects.filter(session=OuterRef("pk")).order_by()),
    )


def _keeps(*kinds: Kind) -> Exists:
    """Whether the clinic has such things in its list; then each session names the one it used."""
    return Exists(Thing.objects.filter(clinic=OuterRef("clinic"), kind__in=kinds, retired_at=None))


def _consent_that_counts() -> Coalesce:
    """The newest consent to treatment of this purpose and area, else the patient's newest of all.

    Never an older one behind it: who signs twice and withdraws once has withdrawn.
    """
    theirs = Consent.objects.filter(plan__patient=OuterRef("patient")).order_by("-pk")
    same = theirs.filter(plan__purpose=OuterRef("plan__purpose"), plan__area=OuterRef("plan__area"))
    return Coalesce(_told(same), _told(theirs), output_field=JSONField())


def _told(consents: QuerySet[Consent]) -> Subquery:
    told = JSONObject(
        pk="pk",
        digest="digest",
        covers="covers",
        signed_name="signed_name",
        signed_at="signed_at",
        withdrawn_at="withdrawal__withdrawn_at",
        link_id="link_id",
    )
    return Subquery(consents.values(told=told)[:1], output_field=JSONField())


_DRAWN = Prepared(
    lambda pk: MixComponent.objects.filter(mix__session=pk).select_related(
        "mix__protocol", "lot__product", "container"
    )
)
_THINGS = Prepared(
    lambda pk: (
        ThingUsed.objects.filter(session=pk)
        .select_related("thing", "cleaning__done_by", "cleaning__water_point", "cleaning__disinfectant")
        .annotate(served_another=Exists(_elsewhere()), taken_back=Exists(_taken_back()))
    )
)
_PASSES = Prepared(lambda pk: Pass.objects.filter(session=pk).select_related("mix__protocol"))
_HISTORIES = Prepared(lambda pk: History.objects.filter(patient=pk).order_by("-id")[:3])
_GIVEN = Prepared(
    lambda pk: (
        Session.objects.filter(patient=pk, signed_at__isnull=False)
        .order_by("signed_at")
        .values_list("pk", "signed_at", "given")
    )
)


def _elsewhere() -> QuerySet[ThingUsed]:
    """The same cleaning before another session."""
    others = ThingUsed.objects.filter(cleaning=OuterRef("cleaning"), session__cancelled_at=None)
    return others.exclude(session=OuterRef("session")).order_by()


def _taken_back() -> QuerySet[Care]:
    return Care.objects.filter(takes_back=OuterRef("cleaning")).order_by()


_DRAFT = Prepared(lambda pk: readable(Session.objects.select_for_update(of=("self",)).filter(pk=pk)))


_STANDING = Prepared(lambda pk: readable(Session.objects.filter(pk=pk)).select_related("practitioner"))


def standing(pk: int) -> Session:
    """The session as it stands now, for whoever was already shown to be allowed to see it."""
    return _STANDING(pk)[0]


def locked(pk: int) -> Session:
    """The session as it stands now, kept from others until the caller's transaction ends."""
    return _DRAFT(pk)[0]


def read_chart(session: Session, *, to_judge: bool = True) -> Chart:
    """Few queries beyond that of the session, which came from `readable`, whatever it holds.

    Not `to_judge`: without earlier sessions and staff, for a record that was judged when it was signed.
    """
    history, draft = _histories(session)
    mixes, passes, components = _syringes(session)
    return Chart(
        session=session,
        history=history,
        draft=draft,
        consent=_consent(session),
        mixes=mixes,
        passes=passes,
        components=components,
        things=tuple(_THINGS(session.pk)) if session.names_things else (),
        previous=previous_sessions(session) if to_judge else None,
        staff=staff_of(session.clinic_id) if to_judge else Staff({}),
        suspected=_suspected(session) if to_judge and session.is_watchful and not session.is_signed else {},
    )


def _suspected(session: Session) -> dict[tuple[str, int], Suspicion]:
    """The oldest suspicion of each."""
    rows = Suspicion.objects.filter(clinic=session.clinic_id).order_by("-since", "-id")
    return {(row.kind, row.named): row for row in rows}


def _syringes(session: Session) -> tuple[tuple[Mix, ...], tuple[Pass, ...], dict[int, list[MixComponent]]]:
    """From the rows that name their mix; only a mix that nothing was drawn into needs a look of its own."""
    components: dict[int, list[MixComponent]] = defaultdict(list)
    for row in _DRAWN(session.pk):
        components[row.mix_id].append(row)
    called.as_signed(session, (row for rows in components.values() for row in rows))
    passes = tuple(_PASSES(session.pk))
    mixes = {each.mix_id: each.mix for each in (*passes, *(rows[0] for rows in components.values()))}
    if len(mixes) < (session.mix_count or 0):
        mixes |= {row.pk: row for row in session.mixes.select_related("protocol") if row.pk not in mixes}
    for each in passes:
        each.mix = mixes[each.mix_id]
    ordered = [mixes[pk] for pk in sorted(mixes)]
    return tuple(ordered), passes, {row.pk: components[row.pk] for row in ordered}


def _histories(session: Session) -> tuple[History | None, History | None]:
    """What was completed last, and what was begun after it: an open draft may hold a "yes" that nobody has read."""
    rows = _HISTORIES(session.patient_id)
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


def _consent(session: Session) -> ConsentFacts | None:
    held = session.consent_facts
    if held is None:
        return None
    return ConsentFacts(
        pk=held["pk"],
        digest=held["digest"],
        covers=packing.within(held["covers"]),
        signed_name=held["signed_name"],
        signed_at=as_moment(held["signed_at"]),
        withdrawn_at=as_moment(held["withdrawn_at"]),
        link_id=held["link_id"],
    )


def previous_sessions(session: Session) -> tuple[PreviousSession, ...] | None:
    """What this clinic has given before, from the signed records alone."""
    until = session.signed_at
    rows = [
        row
        for row in _GIVEN(session.patient_id)
        if row[0] != session.pk and (until is None or row[1] < until)
    ]
    held = [given for _pk, _signed_at, given in rows]
    return None if None in held else tuple(_previous(given) for given in held)


def _previous(given: dict[str, object]) -> PreviousSession:
    doses = {name: Quantity.parse(dose) for name, dose in given["substances"].items()}  # type: ignore[attr-defined]
    return PreviousSession(
        date=date.fromisoformat(str(given["date"])), area=str(given["area"]), substances=doses
    )
