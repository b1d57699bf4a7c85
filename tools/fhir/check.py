"""What others wrote, against FHIR of the demo: validators of all that is told, clients of the running server."""

from __future__ import annotations

import os
import sys
import tempfile
from collections import Counter
from pathlib import Path

import clients
import examples
import site_made
import validate


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "site"
        let_in = site_made.make(data)
        wrong = validate.validated(validate.told())
        with site_made.served(data) as address:
            wrong += clients.run(address, let_in, whole())
            packages = [os.environ[name] for name in ("US_CORE", "IPS") if os.environ.get(name)]
            if packages:  # last: they bring people in
                wrong += examples.sent(address, let_in.sender, packages)
    sys.exit(bool(wrong))


def whole() -> Counter[str]:
    """Of the clinic that the programs were let into, as a search counts them."""
    from wheal import knowledge
    from wheal.clinic.fhir.kinds import Telling
    from wheal.clinic.fhir.resources.everything import KINDS
    from wheal.clinic.fhir.streams import Wanted, stream
    from wheal.clinic.people.models import User

    clinic = User.objects.get(username="ada").memberships.earliest("pk").clinic
    every = stream([Wanted(kind) for kind in KINDS.values()], Telling(clinic, knowledge.current()), None)
    return Counter(resource["resourceType"] for resource, _place in every if resource)


if __name__ == "__main__":
    main()
