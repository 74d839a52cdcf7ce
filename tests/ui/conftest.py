"""The browser, and the page for a fresh workspace."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.pages import CHROMIUM_FLAGS, PATIENCE, chromium_path, served_here


@pytest.fixture(scope="session")
def chromium() -> Iterator[object]:
    """The browser; tests that need it are marked so, and skipped where there is none."""
    found = chromium_path()
    if found is None:
        if os.environ.get("OUTCOME_RL_REQUIRE_BROWSER"):
            pytest.fail("chromium is not installed, and OUTCOME_RL_REQUIRE_BROWSER asks for it")
        pytest.skip("chromium is not installed")
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """The page, served for a fresh workspace."""
    with served_here(tmp_path) as url:
        yield url


@pytest.fixture
def metrics() -> dict[str, Any]:
    """The figures of a reward model that is better than guessing and not better than every baseline."""
    from tests.helpers.reward_reports import made_report

    return made_report()
