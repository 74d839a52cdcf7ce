"""Fine-tuning of all weights: the reward rises, the divergence is from the warm start, stopping loses nothing."""

import pytest
import torch

from outcome_rl.config import FinetuneConfig
from outcome_rl.events import RLStep
from outcome_rl.models.hub import ModelLocation
from outcome_rl.models.loading import load_causal_lm
from outcome_rl.policy.model import load_policy
from outcome_rl.rl.checkpoints import WARM_START_FILE, load_checkpoint
from outcome_rl.rl.tune_policy import tune_policy
from tests.helpers.finetuning import CONTEXTS, NO_EMAILS, TINY, EarlyLetterLover, gain, good, timeless, tuned

TEXT = torch.tensor([[5, 80, 7, 200, 31, 9]])
FULL = {**TINY, "tuning": "full", "learning_rate": 3e-3, "warm_start_learning_rate": 3e-3}


def opened(folder, dtype=torch.float32, tuning="full"):
    return load_policy(ModelLocation(str(folder), folder, "folder"), 4, 42, dtype, tuning)


@torch.no_grad()
def logits(model):
    return model(TEXT).logits


def trained(policy, folder, *given, **changes):
    """(events, outcome) of a fine-tune of all weights."""
    return tuned(policy, folder, *given, **{**FULL, **changes})


def test_the_reward_rises(causal_folder, tmp_path):
    events, _ = trained(opened(causal_folder), tmp_path / "c", steps=25)
    assert gain(events) > 0.15


def test_the_divergence_is_from_the_warm_start(causal_folder, tmp_path):
    options = {"emails": good(), "warm_start_epochs": 2, "max_new_tokens": 40, "steps": 6, "kl_weight": 0.01}
    events, outcome = trained(opened(causal_folder), tmp_path / "c", **options)
    found = [event.kl for event in events if isinstance(event, RLStep)]
    assert found[0] == pytest.approx(0.0, abs=1e-3)
    assert found[-1] > 0.05
    assert not torch.equal(logits(load_causal_lm(causal_folder, torch.float32)), _logits_of(causal_folder, outcome))


def _logits_of(folder, outcome):
    policy = opened(folder)
    with policy.adapter.merged_with(outcome.warm_start):
        return logits(policy.model)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("stop_after", [2, 7])
def test_a_stopped_and_resumed_run_repeats_the_uninterrupted_one(models_folder, tmp_path, stop_after, dtype):
    options = {"emails": good(), "warm_start_epochs": 2, "max_new_tokens": 24, "steps": 4, "checkpoint_minutes": 0.0}
    gpt2 = models_folder / "gpt2"
    whole, _ = trained(opened(gpt2, dtype), tmp_path / "whole", **options)
    first, stopped = trained(opened(gpt2, dtype), tmp_path / "cut", stop_after=stop_after, **options)
    second, _ = trained(opened(gpt2, dtype), tmp_path / "cut", resume=True, **options)
    assert stopped.stopped
    assert timeless([*first, *second]) == timeless(whole)
    ends = [load_checkpoint(tmp_path / name) for name in ("whole", "cut")]
    for part in ("adapter", "warm_start", "optimizer"):
        one, other = (getattr(end, part) for end in ends)
        assert one.keys() == other.keys()
        assert all(torch.equal(one[name], other[name]) for name in one)
    assert {tensor.dtype for tensor in ends[0].warm_start.values()} == {dtype}, "kept in the precision it is read in"


def test_the_warm_start_is_written_once(causal_folder, tmp_path):
    files = []
    policy = opened(causal_folder)
    config = FinetuneConfig(**{**FULL, "steps": 3, "checkpoint_minutes": 0.0})
    for event in tune_policy(config, policy, EarlyLetterLover(), CONTEXTS, NO_EMAILS, tmp_path / "c"):
        if isinstance(event, RLStep):
            files.append((tmp_path / "c" / WARM_START_FILE).stat().st_ino)
    assert len(set(files)) == 1
    assert all(tensor.isfinite().all() for tensor in load_checkpoint(tmp_path / "c").warm_start.values())
