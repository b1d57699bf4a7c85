"""Makes the demo in a folder of its own, writes every resource of its clinics, one a line, and every patient's summary;
then has four validators that others wrote read them: fhir.resources, fhirkit, @medplum/core and npm's fhir."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import django

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


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"WHEAL_DATA": folder, "DJANGO_SETTINGS_MODULE": "wheal.clinic.settings"}
        django.setup()
        from django.core.management import call_command

        from wheal.clinic import demo

        call_command("migrate", verbosity=0)
        demo.build()
        resources = told()
        file = Path(folder) / "resources.ndjson"
        file.write_text("".join(json.dumps(each, ensure_ascii=False) + "\n" for each in resources))
        wrong = by_python(resources)
        validators = ["node", "--experimental-websocket", str(HERE / "validate.mjs"), str(file)]
        done = subprocess.run(validators, check=False, cwd=HERE)
    sys.exit(bool(wrong or done.returncode))


if __name__ == "__main__":
    main()
