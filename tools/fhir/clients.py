"""Clients that others wrote, against the running server. Each fails loudly where it does not get all that is there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from site_made import LetIn

HERE = Path(__file__).parent
KINDS = "Patient,Procedure,Observation,Condition,AllergyIntolerance"


def run(address: str, let_in: LetIn, whole: Counter[str]) -> int:
    """How many did not get what is there. `whole`: resources by kind, as the record itself counts them."""
    wrong = _node(address, let_in, whole)
    wrong += _bulk("smart-fetch", _smart_fetch, address, let_in, whole)
    if os.environ.get("BULK_DATA_CLIENT"):
        wrong += _bulk("bulk-data-client", _bulk_data_client, address, let_in, whole)
    else:
        print("bulk-data-client: not run. It is in no registry: BULK_DATA_CLIENT=its folder make fhir")
    return wrong


def _node(address: str, let_in: LetIn, whole: Counter[str]) -> int:
    command = ["node", str(HERE / "client.mjs"), address, let_in.token]
    done = subprocess.run(command, cwd=HERE, check=True, capture_output=True, text=True)
    told = json.loads(done.stdout)
    print(f"fhir-kit-client: {told}")
    wanted = {"version": "4.0.1", "sessions": whole["Procedure"], "refused": "OperationOutcome"}
    return int(any(told[name] != value for name, value in wanted.items()))


def _smart_fetch(address: str, let_in: LetIn, into: Path) -> list[str]:
    """By a signed assertion, the group of everybody."""
    return [
        str(Path(sys.executable).with_name("smart-fetch")), "bulk", "--fhir-url", address, "--group", "everybody",
        "--smart-client-id", let_in.client_id, "--smart-key", str(let_in.key), "--type", KINDS, "--no-compression",
        "--no-default-filters", str(into),
    ]  # fmt: skip


def _bulk_data_client(address: str, let_in: LetIn, into: Path) -> list[str]:
    key = json.loads(let_in.key.read_text())["keys"][0]
    config = into.with_name("config.js")
    told = {
        "fhirUrl": address, "tokenUrl": f"{address}/auth/token", "clientId": let_in.client_id, "privateKey": key,
        "scope": "system/*.rs", "accessTokenLifetime": 300, "reporter": "text", "group": "everybody",
        "_type": KINDS, "destination": str(into), "saveManifest": True, "log": {"enabled": False},
    }  # fmt: skip
    config.write_text(f"module.exports = {json.dumps(told)}")
    return ["node", os.environ["BULK_DATA_CLIENT"], "--config", str(config)]


def _bulk(name: str, command, address: str, let_in: LetIn, whole: Counter[str]) -> int:
    with tempfile.TemporaryDirectory() as folder:
        into = Path(folder) / "out"
        into.mkdir()
        done = subprocess.run(
            command(address, let_in, into), check=False, capture_output=True, text=True, timeout=600
        )
        files = [each for each in into.rglob("*.ndjson") if each.name != "log.ndjson"]
        lines = [line for each in files for line in each.read_text().splitlines()]
    found = Counter(json.loads(line)["resourceType"] for line in lines)
    wanted = Counter({kind: whole[kind] for kind in KINDS.split(",")})
    print(f"{name}: {dict(found)}")
    if done.returncode or found != wanted:
        print(f"{name}: {dict(wanted)} was there\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
        return 1
    return 0
