"""Takes the pictures of the README: ``make screenshots``, or ``python docs/screenshots.py --workspace DIR``.

The page is served for a copy of a workspace in which a run has finished (without ``--workspace`` one is trained first),
driven in Chromium, and photographed. Anything in the browser's console that is an error ends the script with status 1.
Chromium is taken from ``$OUTCOME_RL_CHROMIUM``, else from the system, else from Playwright.
"""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "screenshots"
MOST_BYTES = 300_000
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
SLOW = 600_000
"""Milliseconds that writing emails on a processor may take."""
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
CONTEXT = "Colin Mallory, finance controller · hotel, 110 staff · came to our webinar “Rotas that hold” · Brindlow Rota"
EXPORT = """Company,Brief,Body,Result
Acme,Buyer at Acme met us at a fair,"Hi Sam, it was good to meet you. Shall we talk about the press on Friday?",won
Beta,CFO at Beta asked for a price list,"Dear Jo, here is the list that you asked for. May I call on Monday?",no answer
Gamma,Clerk at Gamma is a cold prospect,"Hi Kim, we make presses. They are quiet. Would you like to see one?",answered
Delta,Head of Delta was referred to us,"Dear Lee, a friend of yours told me that your press is loud. Is it?",bounced
"""


def main() -> int:
    parser = argparse.ArgumentParser(description="Take the pictures of the README.")
    parser.add_argument("--workspace", type=Path, help="workspace with a finished run; it is copied, not changed")
    parser.add_argument("--minutes", type=float, default=8, help="how long to train where none is given")
    parser.add_argument("--out", type=Path, default=PICTURES, help="folder for the pictures")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        workspace = Path(folder) / "workspace"
        if given.workspace:
            shutil.copytree(given.workspace / "outputs", workspace / "outputs")
        else:
            train(workspace, given.minutes)
        export = Path(folder) / "crm.csv"
        export.write_text(EXPORT, encoding="utf-8")
        with served(workspace) as address:
            errors = photograph(address, export, given.out)
    for error in errors:
        print(f"in the browser's console: {error}", file=sys.stderr)
    return 1 if errors else 0


def train(workspace: Path, minutes: float) -> None:
    command = [sys.executable, "-m", "outcome_rl", "run", "data/one_seller.csv", "--minutes", f"{minutes:g}"]
    subprocess.run([*command, "--workspace", str(workspace), "--out", str(workspace / "outputs")], cwd=ROOT, check=True)


@contextmanager
def served(workspace: Path) -> Iterator[str]:
    """The page in a process of its own; its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{probe.getsockname()[1]}"
    port = address.rsplit(":", 1)[1]
    app = subprocess.Popen([sys.executable, "app.py", "--port", port, "--workspace", str(workspace)], cwd=ROOT)
    try:
        for _ in range(240):
            try:
                urllib.request.urlopen(address, timeout=1).close()
                break
            except OSError:
                if app.poll() is not None:
                    raise SystemExit(f"the page ended with status {app.returncode}") from None
                time.sleep(0.25)
        yield address
    finally:
        app.terminate()
        app.wait(timeout=30)


def photograph(address: str, export: Path, out: Path) -> list[str]:
    """Take all pictures; the errors of the browser's console."""
    errors: list[str] = []
    with sync_playwright() as playwright:
        found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
        path = os.environ.get("OUTCOME_RL_CHROMIUM") or found
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)

        def opened(size: dict[str, int], scheme: str) -> Page:
            page = browser.new_page(viewport=size, color_scheme=scheme, locale="en-GB", reduced_motion="reduce")
            page.set_default_timeout(SLOW)
            page.on("pageerror", lambda error: errors.append(str(error)))
            page.on("console", lambda told: errors.append(told.text) if told.type == "error" else None)
            page.goto(address)
            page.get_by_role("tab", name="1 Your emails").click()
            page.locator("#data-status", has_text="In use").wait_for()
            page.locator("#reward-verdict .orl-verdict").wait_for()
            page.locator("#data-outcomes .main-svg").first.wait_for()
            page.add_style_tag(content=".orl-next-bar { position: static !important }")  # or it covers what is behind
            return page

        page = opened(WIDE, "light")
        keep(page, out / "data.png", ".orl-head", "#data-look")
        keep(page, out / "reward.png", "#reward-verdict", "#reward-own")
        page.get_by_role("tab", name="Example", exact=True).click()
        page.locator("#example-verdict .orl-verdict").wait_for()
        keep(page, out / "example.png", ".orl-head", "#example-after")
        tuning(page, out)
        comparing(page, out)
        page.close()
        page = opened(PHONE, "dark")
        page.locator("#data-upload input[type=file]").set_input_files(str(export))
        page.locator("#data-status", has_text="crm.csv").wait_for()
        page.locator("#data-mapping input").first.wait_for()
        keep(page, out / "mapping-phone.png", "#data-mapping", "#data-look")
        browser.close()
    return errors


def tuning(page: Page, out: Path) -> None:
    page.get_by_role("tab", name="2 Teach").click()
    page.locator("#rl-chart .main-svg").first.wait_for()
    page.locator("#rl-emails").get_by_text("Brindlow").first.wait_for()
    keep(page, out / "tuning.png", "#rl-result", "#rl-emails")


def comparing(page: Page, out: Path) -> None:
    page.get_by_role("tab", name="3 Write & compare").click()
    page.locator("#compare-context textarea").fill(CONTEXT)
    page.locator("#compare-write:not([disabled])").click()
    page.locator("#compare-tuned").locator(".orl-shares").first.wait_for(timeout=SLOW)
    page.locator("#compare-write:not([disabled])").wait_for(timeout=SLOW)
    keep(page, out / "compare.png", "#compare-write", "#compare-tuned")


def keep(page: Page, path: Path, first: str, last: str) -> None:
    """A picture from the top of one element to the end of another, in 256 colours."""
    page.wait_for_timeout(1500)  # charts and folds move into their places
    boxes = [page.locator(each).first.bounding_box() for each in (first, last)]
    missing = [name for name, box in zip((first, last), boxes, strict=True) if box is None]
    if missing:
        raise SystemExit(f"{path.name}: {missing[0]} is not on the page")
    scrolled = page.evaluate("window.scrollY")
    top, end = boxes[0]["y"] + scrolled - 8, boxes[1]["y"] + boxes[1]["height"] + scrolled + 8
    clip = {"x": 0, "y": max(0, top), "width": page.viewport_size["width"], "height": end - max(0, top)}
    page.screenshot(path=path, full_page=True, clip=clip, animations="disabled")
    Image.open(path).convert("RGB").quantize(256).save(path, optimize=True)
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise SystemExit(
            f"{path.name}: has {size:,} bytes, more than {MOST_BYTES:,}; choose a smaller part of the page"
        )
    print(f"{path.name}: {size:,} bytes")


if __name__ == "__main__":
    sys.exit(main())
