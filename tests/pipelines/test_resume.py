"""What may change in a run that is gone on with."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from outcome_rl.cli.run_session import change_settings
from outcome_rl.cli.train import REWARD_OPTIONS
from outcome_rl.config import FinetuneConfig
from outcome_rl.errors import ConfigError
from outcome_rl.events import CheckpointSaved, Event, Notice
from outcome_rl.flags import option_name
from outcome_rl.pipelines.resume import require_changeable, truncate_event_log, with_changes
from outcome_rl.rl import checkpoints
from outcome_rl.rl.trainer_state import TrainerState
from outcome_rl.runs.run import record, replay
from outcome_rl.runs.worked import worked
from outcome_rl.runs.workspace import Workspace


def test_limits_and_rates_may_change_and_nothing_else():
    require_changeable(["minutes", "steps", "epochs", "learning_rate", "warm_start_learning_rate", "micro_batch_size"])
    with pytest.raises(ConfigError, match=r"^kl_weight cannot change in a run that is resumed; minutes, steps, "):
        require_changeable(["steps", "kl_weight"])
    with pytest.raises(ConfigError, match=r"^--kl-weight cannot change in a run that is resumed; --minutes, --steps, "):
        require_changeable(["steps", "kl_weight"], option_name)


def test_a_new_limit_stands_in_place_of_the_old_ones():
    kept = FinetuneConfig(minutes=8, learning_rate=1e-3, seed=7)
    changed = with_changes(kept, FinetuneConfig(steps=5), {"steps"})
    assert changed == FinetuneConfig(steps=5, learning_rate=1e-3, seed=7)
    assert with_changes(kept, FinetuneConfig(learning_rate=1e-4), {"learning_rate"}) == FinetuneConfig(
        minutes=8, learning_rate=1e-4, seed=7
    )
    assert with_changes(kept, FinetuneConfig(), set()) == kept


def test_the_reward_model_s_settings_are_told_apart_from_tuning_s(tmp_path):
    """Both have a learning rate."""
    run = Workspace(tmp_path).new_run("run", "r")
    run.write_config({"kind": "run", "finetune": FinetuneConfig(learning_rate=1e-3).to_dict()})
    typed = {"config": set(), "reward_config": {"learning_rate"}}
    with pytest.raises(ConfigError, match=r"^--reward-learning-rate cannot change in a run that is resumed"):
        change_settings(run, FinetuneConfig(), typed, reward_config=REWARD_OPTIONS)
    typed = {"config": {"learning_rate"}, "reward_config": set()}
    change_settings(run, FinetuneConfig(learning_rate=1e-4), typed, reward_config=REWARD_OPTIONS)
    assert run.config()["finetune"]["learning_rate"] == 1e-4


LONG_AGO = "2020-01-01T00:00:00.000+00:00"


@pytest.mark.parametrize("noted", [True, False])
@pytest.mark.parametrize("damaged", [None, "the latest is damaged"])
def test_the_time_between_a_kill_and_its_resume_is_no_work(tmp_path, monkeypatch, noted, damaged):
    """Also where the run was killed before it had noted its checkpoint, or where a damaged one is told of."""
    state = TrainerState(step=3, seconds=90.0)
    monkeypatch.setattr(checkpoints, "load_checkpoint", lambda folder: SimpleNamespace(state=state))
    monkeypatch.setattr(checkpoints, "set_aside_damaged", lambda folder: damaged)
    run = Workspace(tmp_path).new_run("finetune")
    saved = CheckpointSaved(step=3, warm_steps=0, folder="", time=LONG_AGO, worked=90.0)
    events: list[Event] = [Notice(message="", time=LONG_AGO, worked=80.0), *([saved] if noted else [])]
    for _ in record([*events, Notice(message="behind it", time=LONG_AGO, worked=95.0)] if noted else events, run):
        pass
    truncate_event_log(run, from_checkpoint=True)
    kept = replay(run)[0]
    assert worked(kept) == pytest.approx(90.0)
    assert [type(event) for event in kept] == [Notice, CheckpointSaved, *([Notice] if damaged else [])]
