"""How long learning will take, by what the last one took: worked by hand on records made of events alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from outcome_rl.pipelines.learning_time import LearningTimes, find_times
from outcome_rl.runs.workspace import Workspace
from tests.helpers.made_learning import learned_events
from tests.helpers.made_runs import made_run


def test_what_a_run_took_is_told_apart(tmp_path: Path) -> None:
    space = Workspace(tmp_path)
    made_run(space, "one", learned_events(), "train-reward")
    # the first 32 rows took as long as the others did: 28 s / 448 * 32 = 2 s of the 12
    assert find_times(space) == LearningTimes(600, 480, pytest.approx(8), pytest.approx(30), 10, 15)


@pytest.mark.parametrize(
    ("emails", "seconds"),
    [
        (600, 8 + 30 + 20 + 15),
        (1200, 8 + 2 * (30 + 20 + 15)),
        (3000, 8 + 5 * (30 + 10 + 15)),  # more than 1,000 rows are tested once
        (350, pytest.approx(8 + 350 / 600 * (30 + 40 + 15))),  # of 280 rows each is tested four times
    ],
)
def test_more_emails_take_longer_and_few_are_tested_more_often(emails: int, seconds: float) -> None:
    assert LearningTimes(600, 480, 8, 30, 10, 15).expected(emails) == seconds


def test_nothing_is_known_from_a_run_that_did_not_learn_to_the_end(tmp_path: Path) -> None:
    space = Workspace(tmp_path)
    assert find_times(space) is None
    made_run(space, "stopped", learned_events(stopped_early=True), "train-reward")
    made_run(space, "teaching", learned_events(), "finetune")
    assert find_times(space) is None


@pytest.mark.parametrize("own", [{"method": "finetuned"}, {"repeats": 3}])
def test_a_run_with_settings_of_its_own_tells_nothing_of_the_next_one(tmp_path: Path, own: dict[str, Any]) -> None:
    space = Workspace(tmp_path)
    made_run(space, "other", learned_events(**own), "train-reward")
    assert find_times(space) is None
