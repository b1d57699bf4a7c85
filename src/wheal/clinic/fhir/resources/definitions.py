"""What Wheal defines itself: its questions, its codes, its extension. The same on every site of one version."""

from __future__ import annotations

from collections.abc import Iterator

from wheal.clinic.fhir.kinds import Kind, Parameter, Telling
from wheal.clinic.fhir.resources.patients import STATUS
from wheal.clinic.fhir.resources.people import TOKEN_ID
from wheal.clinic.people.permissions import P
from wheal.fhir import code_systems, points, questionnaires
from wheal.fhir.datatypes import Json, with_meta

BY_URL = TOKEN_ID | STATUS | {
    "url": Parameter("uri", ("url",)), "name": Parameter("string", ("name",)), "version": Parameter("token",
        ("version",)),
}  # fmt: skip


def _questionnaire(telling: Telling) -> Iterator[Json]:
    yield with_meta(questionnaires.questionnaire(telling.known, telling.language), None)


def _extension(_telling: Telling) -> Iterator[Json]:
    yield with_meta(points.definition(), None)


def _code_systems(telling: Telling) -> Iterator[Json]:
    for told in code_systems.code_systems(telling.known, telling.language):
        yield with_meta(told, None)


KINDS = tuple(
    Kind(name, P.DAY_SEE, (), BY_URL, held=held)
    for name, held in (
        ("Questionnaire", _questionnaire), ("StructureDefinition", _extension), ("CodeSystem", _code_systems),
    )
)  # fmt: skip
