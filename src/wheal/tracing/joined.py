"""Rows put together to a web. A lot may have thousands: little is called for each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from wheal.ledger import millilitres, shares
from wheal.tracing.records import (
    Drawn,
    Injected,
    Lot,
    MixTraced,
    PatientTraced,
    SessionTraced,
    Thing,
    Visit,
    Web,
    mix_of,
    patient_of,
    session_of,
)


def web(
    lots: Iterable[Lot],
    drawn: Sequence[Drawn],
    mixed_ul: Mapping[int, int],
    passes: Iterable[Injected],
    visits: Iterable[Visit] = (),
    things: Mapping[int, Sequence[Thing]] = MappingProxyType({}),
    *,
    given_ul: Mapping[int, int] = MappingProxyType({}),
    parts_ul: Mapping[int, Mapping[int, int]] = MappingProxyType({}),
) -> Web:
    """Put rows together. `mixed_ul` is the whole volume of each mix, whatever else it holds.

    `visits` are sessions to be told even where nothing was drawn; `things` those of each session. `given_ul`: what was
    injected of a mix where an amendment says otherwise than its points. `parts_ul`: every part of a mix by its id,
    where the proportion does not come out even.

    What was injected of the lots is their share of the mix, to the microlitre as the books have it: drawn / mixed ×
    injected.
    """
    given: dict[int, tuple[Injected, ...]] = {}
    for each in passes:
        of = each.mix
        given[of] = (*given[of], each) if of in given else (each,)
    parts: dict[int, list[Drawn]] = {}
    for row in drawn:
        of = row.mix
        if of in parts:
            parts[of].append(row)
        else:
            parts[of] = [row]
    mixes: dict[int, list[MixTraced]] = {}
    for of, own in parts.items():
        said = given.get(of, ())
        mixed = _mix(of, own, mixed_ul[of], said, given_ul.get(of), parts_ul.get(of))
        session = own[0].session
        if session in mixes:
            mixes[session].append(mixed)
        else:
            mixes[session] = [mixed]
    patients = _patients([*visits, *drawn], mixes, things)
    return Web(tuple(lots), patients, _counts(drawn, mixes.values(), patients))


def _patients(
    met: Sequence[Drawn | Visit], mixes: Mapping[int, list[MixTraced]], things: Mapping[int, Sequence[Thing]]
) -> tuple[PatientTraced, ...]:
    """In the order in which they are met first; of each the latest session first."""
    sessions: dict[int, list[SessionTraced]] = {}
    names: dict[int, str] = {}
    seen: set[int] = set()
    for row in met:
        of, patient = row.session, row.patient
        if of not in seen:
            seen.add(of)
            own, met_there = mixes.get(of, ()), things.get(of, ())
            mixed = tuple(own) if len(own) < 2 else tuple(sorted(own))  # by their ids
            session = session_of(
                (of, row.day, row.signed, row.practitioner, mixed, tuple(met_there), row.clinic)
            )
            if patient in names:
                sessions[patient].append(session)
            else:
                names[patient], sessions[patient] = row.person, [session]
    for theirs in sessions.values():
        if len(theirs) > 1:
            theirs.sort(key=_when, reverse=True)
    return tuple([patient_of((of, names[of], tuple(theirs))) for of, theirs in sessions.items()])


def _when(session: SessionTraced) -> tuple[date, int]:
    return session.day, session.id


def _mix(
    of: int,
    rows: Sequence[Drawn],
    mixed: int,
    passes: tuple[Injected, ...],
    amended: int | None = None,
    parts: Mapping[int, int] | None = None,
) -> MixTraced:
    first = rows[0]
    given = amended
    if given is None:
        given = passes[0].volume_ul if len(passes) == 1 else sum([each.volume_ul for each in passes])
        if len(rows) == 1 and not first.corrected and parts is None:  # nearly always
            held = () if first.container is None else (first.container,)
            share = _share(given, first.volume_ul, mixed)
            return mix_of((of, first.label, (first.lot,), held, first.volume_ul, passes, share, False))
    stand = [row for row in rows if row.stands]
    drawn = sum([row.volume_ul for row in stand])
    lots = tuple(dict.fromkeys([row.lot for row in rows]))
    containers = tuple(dict.fromkeys([row.container for row in stand if row.container is not None]))
    share = _share(given, drawn, mixed) if parts is None else _share_of(stand, parts, given)
    corrected = amended is not None or any(row.corrected for row in rows)
    return MixTraced(of, first.label, lots, containers, drawn, passes, share, corrected)


def _share(given: int, drawn: int, mixed: int) -> int:
    """given × drawn / mixed, where that comes out even; else rounded half to even."""
    if not mixed:
        return 0
    whole, rest = divmod(given * drawn, mixed)
    return whole + (2 * rest > mixed or (2 * rest == mixed and whole % 2))


def _share_of(rows: Iterable[Drawn], parts: Mapping[int, int], given: int) -> int:
    """As the books divide it among all parts of the mix."""
    divided = dict(zip(parts, shares([*parts.values()], given), strict=True))
    return sum([divided[row.part] for row in rows])


def carried(
    drawn: Iterable[Drawn],
    mixed_ul: Mapping[int, int],
    passes: Iterable[Injected],
    *,
    given_ul: Mapping[int, int],
    parts_ul: Mapping[int, Mapping[int, int]],
) -> dict[tuple[int, int], int]:
    """What `web` tells as injected, by lot and mix."""
    given: dict[int, list[Injected]] = {}
    for each in passes:
        given.setdefault(each.mix, []).append(each)
    rows: dict[tuple[int, int], list[Drawn]] = {}
    for row in drawn:
        rows.setdefault((row.lot, row.mix), []).append(row)
    return {
        (lot, of): _mix(
            of, own, mixed_ul[of], tuple(given.get(of, ())), given_ul.get(of), parts_ul.get(of)
        ).injected_ul
        for (lot, of), own in rows.items()
    }


def uneven(
    drawn: Iterable[Drawn],
    mixed_ul: Mapping[int, int],
    passes: Iterable[Injected],
    given_ul: Mapping[int, int],
) -> set[int]:
    """The mixes of which `web` must know every part to tell a share as the books have it."""
    given: dict[int, int] = {}
    for each in passes:
        given[each.mix] = given.get(each.mix, 0) + each.volume_ul
    given.update(given_ul)
    return {
        row.mix
        for row in drawn
        if mixed_ul[row.mix] and given.get(row.mix, 0) * row.volume_ul % mixed_ul[row.mix]
    }


def _counts(
    drawn: Sequence[Drawn], of_sessions: Iterable[list[MixTraced]], patients: Sequence[PatientTraced]
) -> dict[str, int | Decimal]:
    mixes = [mix for held in of_sessions for mix in held]
    return {
        "patients": len(patients),
        "sessions": sum([len(each.sessions) for each in patients]),
        "mixes": len(mixes),
        "containers": len({row.container for row in drawn if row.stands} - {None}),
        "lots": len({row.lot for row in drawn}),
        "points": sum([each.points for mix in mixes for each in mix.passes]),
        "volume_ml": millilitres(sum([mix.injected_ul for mix in mixes])),
    }
