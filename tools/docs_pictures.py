"""Take the pictures of the documents anew: a demo in a scratch folder, Chromium, a page each."""

import subprocess
import sys
import tempfile
from pathlib import Path
from socket import socket

from playwright.sync_api import Page, sync_playwright

PASSWORD = "demo only, demo only"  # noqa: S105 (of the demo, for everybody)
ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / "docs" / "pictures"
CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


def main() -> None:
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        port = _free_port()
        command = [sys.executable, "-m", "wheal.cli", "demo", "--data", f"{folder}/demo", "--port", str(port)]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as demo:
            try:
                _wait(demo)
                _photograph(f"http://127.0.0.1:{port}")
            finally:
                demo.terminate()


def _free_port() -> int:
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(demo: subprocess.Popen[str]) -> None:
    assert demo.stdout is not None
    for line in demo.stdout:
        if "Ctrl+C" in line:
            return
    raise SystemExit("the demo did not start")


def _photograph(address: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        page = browser.new_page(viewport={"width": 1024, "height": 768})
        _log_in(page, address)
        page.screenshot(path=PICTURES / "day.png")
        page.locator("a[href^='/sessions/']").first.click()
        session = page.url.split("/sessions/")[1].split("/")[0]
        page.goto(f"{address}/sessions/{session}/inject/")
        page.wait_for_timeout(1500)
        page.screenshot(path=PICTURES / "inject.png")
        browser.close()


def _log_in(page: Page, address: str) -> None:
    page.goto(f"{address}/accounts/login/")
    page.fill("input[name=login]", "alice")
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(f"{address}/")


if __name__ == "__main__":
    main()
