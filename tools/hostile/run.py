"""`make hostile`: two programs that look for holes, before a running demo. `run.py [json] [pages] [--seconds=240]`.

`json`: schemathesis asks the record as FHIR what its description allows, and what it forbids. `pages`: wapiti follows
the links of the site as people of several roles and puts its attacks into every field. What it says is for a person to
read. It fails where one of them found something that is not expected, and where the server itself noted an error.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import requests

HERE, ROOT = Path(__file__).parent, Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "tools" / "fhir"), str(HERE)]

import site_made  # noqa: E402

WHO = ("alice", "sam", "dora", "ada")  # who administers comes last: she ends what the others hold
ATTACKS = (
    "exec,file,permanentxss,redirect,sql,xss,upload,crlf,csrf,csp,http_headers,cookieflags,methods,backup"
)
LEAVES = ("logout", "setlang", "reauthenticate", "password", "me/log-ins", "2fa")  # it would log itself out
# the demo is served without HTTPS, and the script of a page reads the token of forms from its cookie where it has none
EXPECTED = ("HttpOnly Flag cookie", "Secure Flag cookie")
LEAST_PAGES = 60  # of who is logged in; nobody sees some twenty
BROKEN = re.compile(r'"status": ?5\d\d|Traceback|ERROR')


def main(said: list[str]) -> int:
    wanted = [each for each in said if not each.startswith("--")] or ["json", "pages"]
    seconds = int(next((each.split("=")[1] for each in said if each.startswith("--seconds=")), "240"))
    with tempfile.TemporaryDirectory(prefix="wheal-hostile-") as folder:
        data = Path(folder) / "site"
        data.mkdir()
        let_in = site_made.make(data)
        with site_made.served(data) as address:
            wrong = [PARTS[part](address, let_in, seconds) for part in wanted]
        broken = [line for line in data.with_name("site.log").read_text().splitlines() if BROKEN.search(line)]
    print(f"errors that the server noted: {len(broken)}")
    for line in broken[:20]:
        print("  ", line[:600])
    return int(any(wrong) or bool(broken))


def ask_json(address: str, let_in: site_made.LetIn, seconds: int) -> int:
    import described

    said = Path(tempfile.mkdtemp()) / "wheal.json"
    said.write_text(json.dumps(described.document(address)))
    shown = f"--header=Authorization: Bearer {let_in.token}"
    checks = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
    return _run(
        "schemathesis", "schemathesis", "run", str(said), f"--url={address}", shown,
        f"--checks={checks}", "--mode=all", "--phases=examples,coverage,fuzzing", "--max-examples=25", "--seed=8",
        "--generation-database=none", "--request-timeout=30", "--continue-on-failure", "--no-color",
        seconds=seconds,
    )  # fmt: skip


def attack_pages(address: str, let_in: site_made.LetIn, seconds: int) -> int:
    wrong = 0
    for who in WHO:
        base = address.removesuffix("/fhir")
        report = Path(tempfile.mkdtemp()) / "found.json"
        os.environ["HOSTILE_COOKIES"] = _cookies(base, who)
        left = [part for each in LEAVES for part in ("-x", f"{base}/*{each}*")]
        _run(
            "wapiti", "wapiti", "-u", f"{base}/", "-m", ATTACKS, *left,
            "--form-script", str(HERE / "logged_in.py"), "--max-attack-time", str(seconds // 8),
            "--endpoint", "http://127.0.0.1:9/", "--store-session", str(report.parent), "--max-scan-time", str(seconds),
            "--max-links-per-page", "60", "--max-files-per-dir", "12", "-S", "polite", "-d", "6", "--tasks", "4",
            "-f", "json", "-o", str(report), "--no-bugreport", "-v", "0", seconds=seconds * 3,
        )  # fmt: skip
        if not report.exists():
            print(f"wapiti as {who}: it was ended before it could tell")
            wrong += 1
            continue
        wrong += _told(who, json.loads(report.read_text()))
    return wrong


def _cookies(base: str, who: str) -> str:
    from wheal.clinic.demo_log_ins import PASSWORD

    web = requests.Session()
    web.headers["Referer"] = base
    web.get(f"{base}/accounts/login/", timeout=60)
    fields = {"login": who, "password": PASSWORD, "csrfmiddlewaretoken": web.cookies["csrftoken"]}
    assert "logout" in web.post(f"{base}/accounts/login/", data=fields, timeout=60).text
    return "; ".join(f"{each.name}={each.value}" for each in web.cookies)


def _told(who: str, report: dict[str, dict[str, list[dict[str, str]]]]) -> int:
    told = report["vulnerabilities"] | report["anomalies"]
    found = [(kind, each) for kind, held in told.items() for each in held]
    pages = int(report["infos"].get("crawled_pages_nbr") or 0)
    print(f"wapiti as {who}: {pages} pages, {len(found)} found")
    if pages < LEAST_PAGES:
        print("  so few: it was not let in, and attacked the door alone")
        return 1
    for kind, each in found:
        print(f"  {kind}: {each['method']} {each['path']} {each['parameter']} — {each['info'][:300]}")
    return len([kind for kind, _each in found if kind not in EXPECTED])


def _run(home: str, program: str, *arguments: str, seconds: int) -> int:
    """In an environment of its own: what the two need does not agree with each other."""
    where = ROOT / f".venv-{home}" / "bin" / program
    command = ["timeout", "--signal=INT", "--kill-after=30", str(seconds), str(where), *arguments]
    return subprocess.run(command, check=False).returncode


PARTS = {"json": ask_json, "pages": attack_pages}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
