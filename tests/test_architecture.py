"""The house stands as drawn: who may know whom, how long a file may be, what no file may hold."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCES = sorted((ROOT / "src" / "wheal").rglob("*.py"))
OURS = [path for path in SOURCES if "migrations" not in path.parts]


def tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--", *patterns], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\n")
    return [ROOT / name for name in listed if name and (ROOT / name).is_file()]


def test_the_judgement_starts_without_the_web_framework() -> None:
    check = "import sys, wheal.cli, wheal.assessment; sys.exit('django' in sys.modules)"
    subprocess.run([sys.executable, "-c", check], check=True, cwd=ROOT)


@pytest.mark.parametrize("path", OURS, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_stays_readable_in_one_sitting(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 400


@pytest.mark.parametrize(
    "app",
    [
        "audit",
        "people",
        "patients",
        "stock",
        "equipment",
        "photographs",
        "treatments",
        "quotes",
        "followup",
        "preparing",
        "rights",
        "appointments",
        "safety",
        "portal",
        "fhir",
        "registry",
    ],
)
def test_only_actions_write(app: str) -> None:
    """Views and forms ask actions; they never save, create, update or delete on their own."""
    writes = re.compile(
        r"\.(save|create|bulk_create|get_or_create|update_or_create|delete)\(|objects\.[a-z_.()]*update\("
    )
    folder = ROOT / "src" / "wheal" / "clinic" / app
    for path in folder.glob("*.py"):
        if path.stem.startswith("views") or path.stem in {"forms", "urls"}:
            found = [line.strip() for line in path.read_text().splitlines() if writes.search(line)]
            assert not found, f"{path.relative_to(ROOT)} writes by itself: {found}"


def test_no_page_holds_inline_code_or_style() -> None:
    """The content security policy would refuse it, silently."""
    inline = re.compile(
        r"\son(click|change|input|submit|load)=|\sstyle=|<style[\s>]|<script>(?!\s*</script>)", re.I
    )
    for path in (ROOT / "src" / "wheal" / "clinic").rglob("*.html"):
        found = [line.strip() for line in path.read_text().splitlines() if inline.search(line)]
        assert not found, f"{path.relative_to(ROOT)}: {found}"


def test_nothing_is_fetched_from_elsewhere() -> None:
    address = re.compile(r"(?:src|href|url)\s*[=(]\s*[\"']?(?:https?:)?//", re.I)
    for path in (ROOT / "src" / "wheal" / "clinic").rglob("*"):
        if path.suffix in {".html", ".css", ".js", ".typ"}:
            assert not address.search(path.read_text()), path.relative_to(ROOT)


def test_every_dependency_is_pinned_by_hash_and_names_no_host() -> None:
    for path in ROOT.glob("requirements*.lock"):
        name, text = path.name, path.read_text()
        packages = re.findall(r"^[a-z0-9][^\s;=]*==", text, re.M)
        assert packages, name
        assert text.count("--hash=sha256:") >= len(packages)
        assert "://" not in text
        assert "index-url" not in text


def test_every_dependency_says_what_it_is_for() -> None:
    text = (ROOT / "pyproject.toml").read_text()
    listed = re.findall(r'^    "[a-z][^"]*",(.*)$', text.split("[tool.")[0], re.M)
    assert listed
    assert all("#" in rest for rest in listed)


def test_nothing_is_left_for_later_in_the_product() -> None:
    marks = re.compile(r"\b(TODO|FIXME|XXX|NotImplementedError|lorem ipsum)\b", re.I)
    for path in [*SOURCES, *(ROOT / "src").rglob("*.html"), *(ROOT / "src").rglob("*.toml")]:
        assert not marks.search(path.read_text()), path.relative_to(ROOT)


def test_no_file_in_the_repository_is_huge() -> None:
    for path in tracked():
        assert path.stat().st_size < 2**20, path.relative_to(ROOT)
