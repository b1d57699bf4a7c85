"""Every resource of the demo's clinics, and every patient's summary, read by four validators that others wrote:
fhir.resources, fhirkit, @medplum/core and npm's fhir. US_CORE=package.tgz: profiles that are claimed are held against
its definitions too."""

from __future__ import annotations

import json
import os
import subprocess
import tarfile
import tempfile
from pathlib import Path

HERE = Path(__file__).parent


def told() -> list[dict]:
    from wheal import knowledge
    from wheal.clinic.fhir import capability, summaries
    from wheal.clinic.fhir.kinds import Telling
    from wheal.clinic.fhir.resources.everything import KINDS
    from wheal.clinic.fhir.streams import Wanted, stream
    from wheal.clinic.patients.models import Patient
    from wheal.clinic.people.models import Clinic

    found = [capability.statement("https://clinic.example/fhir")]
    for clinic in Clinic.objects.all():
        telling = Telling(clinic, knowledge.current())
        every = stream([Wanted(kind) for kind in KINDS.values()], telling, None)
        found += [resource for resource, _place in every if resource]
        for patient in Patient.objects.filter(clinic=clinic).select_related("clinic"):
            found.append(summaries.summary(patient, telling))
    return found


def by_python(resources: list[dict]) -> int:
    import fhirkit
    from fhir.resources.R4B import get_fhir_model_class
    from pydantic import ValidationError

    kit = [f"{each['resourceType']}: {issue}" for each in resources for issue in fhirkit.validate(each)]
    models = []
    for each in resources:
        try:
            get_fhir_model_class(each["resourceType"]).model_validate_json(json.dumps(each))
        except ValidationError as problem:
            models.append(f"{each['resourceType']}/{each.get('id')}: {problem}")
    print(*kit[:20], *models[:20], sep="\n", end="")
    print(f"{len(resources)} resources: {len(models)} errors by fhir.resources, {len(kit)} by fhirkit")
    return len(kit) + len(models)


def validated(resources: list[dict]) -> int:
    """How many errors the four found."""
    wrong = by_python(resources)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "told.ndjson"
        file.write_text("".join(json.dumps(each, ensure_ascii=False) + "\n" for each in resources))
        wrong += _node("validate.mjs", file)
        if package := os.environ.get("US_CORE"):
            with tarfile.open(package) as held:
                held.extractall(folder, members=[each for each in held if _stays_within(each)])  # noqa: S202
            wrong += _node("profiles.mjs", file, Path(folder) / "package")
    return wrong


def _stays_within(member: tarfile.TarInfo) -> bool:
    """Python 3.11.2, which Debian has, knows no filter yet."""
    path = Path(member.name)
    return member.isfile() and not path.is_absolute() and ".." not in path.parts


def _node(script: str, *said: Path) -> bool:
    """Whether it found something."""
    asked = ["node", "--experimental-websocket", str(HERE / script), *map(str, said)]
    return bool(subprocess.run(asked, check=False, cwd=HERE).returncode)
