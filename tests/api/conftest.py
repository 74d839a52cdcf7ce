"""A folder of short emails, and a reward model that the library has trained on them."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import outcome_rl as orl
from outcome_rl.importers.composition import Composition, keep_beside


@dataclass(frozen=True)
class Trained:
    """A model of the rows of ``csv``; ``events``: what its training reported."""

    model: orl.RewardModel
    config: orl.RewardConfig
    events: list[orl.events.Event]
    csv: Path
    folder: Path


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory, sample: orl.EmailData, models_folder: Path) -> Trained:
    root = tmp_path_factory.mktemp("library")
    rows = sample.take(range(90))
    lines = [
        (c, " ".join(e.split()[:12]), o) for c, e, o in zip(rows.contexts, rows.emails, rows.outcomes, strict=True)
    ]
    orl.EmailData.from_lists(*map(list, zip(*lines, strict=True))).write(root / "mails.csv")
    keep_beside(root / "mails.csv", Composition("{Job} of {Firm}", {"Job": ("Job",), "Firm": ("Firm",)}))
    config = orl.RewardConfig(model=str(models_folder / "distilbert"), repeats=1, folds=2, judge_share=0.5)
    events: list[orl.events.Event] = []
    model = orl.RewardModel.train(root / "mails.csv", out=root / "rm", config=config, on_event=events.append)
    return Trained(model, config, events, root / "mails.csv", root / "rm")


@pytest.fixture
def typed(tmp_path: Path) -> Callable[..., dict[str, Any]]:
    """What a command prints under ``--json``, run in this process in a folder of its own."""
    from outcome_rl.cli.commands import app

    def run(*arguments: object) -> dict[str, Any]:
        before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            with chdir(tmp_path):
                ended = CliRunner().invoke(app, [*map(str, arguments), "--json"], catch_exceptions=False)
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
        assert ended.exit_code == 0, ended.output
        found: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
        return found

    return run
