"""A folder with short emails, and what a whole run has left: made once, copied to be worked in."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from outcome_rl.data.csv_io import write_rows
from outcome_rl.data.dataset import EmailData
from outcome_rl.importers.composition import Composition, keep_beside
from outcome_rl.reward.metadata import METRICS_FILE
from outcome_rl.runs.run import Run
from outcome_rl.runs.workspace import Workspace
from outcome_rl.utils.checksums import write_checksums
from outcome_rl.utils.files import read_json, write_json
from tests.helpers.command_line import TUNING, typed_in_a_process
from tests.helpers.made_once import copied, made_once

AS_LEARNED = Composition("Customer: {Job} of {Firm}.", {"Job": ("Job title",), "Firm": ("Account name",)})
"""How an import is said to have composed the contexts of the 60 emails."""


@dataclass(frozen=True)
class FullRun:
    """A folder in which ``run`` has made a run called first, and what that printed."""

    folder: Path
    base: str

    @property
    def outputs(self) -> Path:
        return self.folder / "outputs"

    @property
    def run(self) -> Run:
        return Run(self.outputs / "runs" / "first")

    @property
    def tuned(self) -> Path:
        return self.outputs / "ppo_gpt2_outcome"

    @property
    def out(self) -> str:
        return (self.folder / "out.txt").read_text(encoding="utf-8")

    @property
    def err(self) -> str:
        return (self.folder / "err.txt").read_text(encoding="utf-8")

    @property
    def result(self) -> dict[str, Any]:
        found = json.loads(self.out.splitlines()[-1])
        assert isinstance(found, dict)
        return found


@pytest.fixture(scope="session")
def mails(tmp_path_factory: pytest.TempPathFactory, few: EmailData) -> Path:
    """A folder with 60 emails of nine words and a file of three contexts."""
    return _with_mails(tmp_path_factory.mktemp("mails"), few)


@pytest.fixture(scope="session")
def full_run_made(tmp_path_factory: pytest.TempPathFactory, few: EmailData, models_folder: Path) -> FullRun:
    """Not to be changed: other workers use it too."""
    models = ["--model", models_folder / "gpt2", "--encoder", models_folder / "distilbert"]
    settings = ["--steps", 3, "--reward-repeats", 1, "--checkpoint-minutes", 0, *TUNING]

    def make(folder: Path) -> None:
        _with_mails(folder, few)
        asked = ["run", "mails.csv", *models, *settings, "--run-name", "first", "--json"]
        status, out, err = typed_in_a_process(*asked, cwd=folder)
        assert status == 0, err
        (folder / "out.txt").write_text(out, encoding="utf-8")
        (folder / "err.txt").write_text(err, encoding="utf-8")

    return FullRun(made_once(tmp_path_factory, "full-run", make), str(models_folder / "gpt2"))


@pytest.fixture(scope="session")
def full_run(full_run_made: FullRun, tmp_path_factory: pytest.TempPathFactory) -> FullRun:
    """A worker's own copy: tests may add files and runs, and leave alone what is there."""
    return FullRun(copied(full_run_made.folder, tmp_path_factory.mktemp("full-run") / "work"), full_run_made.base)


@pytest.fixture
def own_full_run(full_run_made: FullRun, tmp_path: Path) -> FullRun:
    """A test's own copy, to change as it likes."""
    return FullRun(copied(full_run_made.folder, tmp_path / "work"), full_run_made.base)


@pytest.fixture(scope="session")
def trusted_run(full_run_made: FullRun, tmp_path_factory: pytest.TempPathFactory) -> FullRun:
    """A worker's own copy, whose reward model is said to be better than guessing."""
    folder = copied(full_run_made.folder, tmp_path_factory.mktemp("trusted-run") / "work")
    model = Workspace(folder).reward_model
    write_json(model / METRICS_FILE, read_json(model / METRICS_FILE) | {"beats_guessing": True})
    write_checksums(model)
    return FullRun(folder, full_run_made.base)


def _with_mails(folder: Path, few: EmailData) -> Path:
    rows = zip(few.contexts, (" ".join(email.split()[:9]) for email in few.emails), few.outcomes, strict=True)
    write_rows(folder / "mails.csv", ("context", "email_text", "outcome"), rows)
    keep_beside(folder / "mails.csv", AS_LEARNED)
    write_rows(
        folder / "contexts.csv", ("context",), [["Customer: A."], ["Customer: B, the big one."], ["Customer: C."]]
    )
    return folder
