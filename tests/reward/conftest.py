"""One trained reward model for the tests that only use it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.made_once import made_once
from tests.helpers.telling_emails import plain_data, trained


@pytest.fixture(scope="session")
def made(models_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """(its folder, the result that its training told); not to be changed."""

    def make(folder: Path) -> None:
        told = trained(models_folder / "distilbert", folder / "rm", plain_data(240))[-1].result
        (folder / "told.json").write_text(json.dumps(told))

    folder = made_once(tmp_path_factory, "reward-model", make)
    return folder / "rm", json.loads((folder / "told.json").read_text())
