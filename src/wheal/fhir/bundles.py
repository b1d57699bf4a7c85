"""Bundles: what a search found, what a history holds, what a transaction did."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from wheal.fhir.datatypes import Json, held
from wheal.fhir.outcomes import Problem, outcome


def searchset(
    base: str, matches: Iterable[Json], included: Iterable[Json], links: Mapping[str, str], *, total: int | None,
    told: Iterable[Problem] = (),
) -> Json:  # fmt: skip
    entries = [_entry(base, each, "match") for each in matches]
    entries += [_entry(base, each, "include") for each in included]
    if problems := list(told):
        entries.append({"resource": outcome(problems), "search": {"mode": "outcome"}})
    return held(
        resourceType="Bundle", type="searchset", total=total,
        link=[{"relation": name, "url": url} for name, url in links.items()], entry=entries,
    )  # fmt: skip


def _entry(base: str, resource: Json, mode: str) -> Json:
    return {"fullUrl": address(base, resource), "resource": resource, "search": {"mode": mode}}


def address(base: str, resource: Json) -> str:
    return f"{base}/{resource['resourceType']}/{resource['id']}"


def history(base: str, versions: Iterable[Json]) -> Json:
    """The newest first, as they came."""
    listed = list(versions)
    entries = [
        {
            "fullUrl": address(base, each), "resource": each,
            "request": {"method": "PUT" if place < len(listed) - 1 else "POST",
                "url": f"{each['resourceType']}/{each['id']}"},
            "response": held(status="200", etag=etag(each), lastModified=each["meta"].get("lastUpdated")),
        }
        for place, each in enumerate(listed)
    ]  # fmt: skip
    return {"resourceType": "Bundle", "type": "history", "total": len(listed), "entry": entries}


def etag(resource: Json) -> str:
    return f'W/"{resource["meta"]["versionId"]}"'
