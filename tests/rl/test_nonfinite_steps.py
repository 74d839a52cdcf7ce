"""Steps that are not finite are skipped and told; the last good model is kept; what a checkpoint has to be."""

import math
import re
from contextlib import nullcontext
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from outcome_rl.config import FinetuneConfig
from outcome_rl.events import Notice, RLStep, WarmStartStep
from outcome_rl.reward.interface import Scores
from outcome_rl.rl import checkpoints, trainer
from outcome_rl.rl.checkpoints import load_checkpoint
from outcome_rl.rl.gradients import apply_gradients
from outcome_rl.rl.trainer_context import Diverged, NotFinite
from outcome_rl.rl.tune_policy import tune_policy
from outcome_rl.utils.checksums import CHECKSUMS_FILE
from outcome_rl.utils.files import write_json
from tests.helpers.finetuning import (
    CONTEXTS,
    NO_EMAILS,
    TINY,
    EarlyLetterLover,
    good,
    notices,
    rewards,
    timeless,
)
from tests.helpers.finetuning import tuned_until_error as run


class Spoilt(EarlyLetterLover):
    """Its rewards are not numbers in the calls that ``bad`` names, counted from 1."""

    def __init__(self, bad):
        super().__init__()
        self.bad, self.calls = bad, 0

    def score(self, contexts, emails):
        self.calls += 1
        scores = super().score(contexts, emails)
        return Scores.sure(scores.probs, scores.rewards * np.nan) if self.calls in self.bad else scores


def test_a_step_that_is_not_finite_is_skipped_and_told(policy, tmp_path):
    events, error = run(policy, tmp_path / "c", Spoilt({2, 4, 5}))
    assert error is None
    assert [event.step for event in events if isinstance(event, RLStep)] == [1, 2, 3, 4]
    assert [re.match(r"Step \d+ is skipped: its loss is nan", told)[0] for told in notices(events)] == [
        "Step 2 is skipped: its loss is nan",
        "Step 3 is skipped: its loss is nan",
        "Step 3 is skipped: its loss is nan",
    ]
    kept = load_checkpoint(tmp_path / "c")
    assert (kept.state.step, kept.state.skipped, kept.state.consecutive_nonfinite) == (4, 3, 0)
    assert kept.state.completions == 4 * 48


def test_a_skipped_step_s_contexts_wait_for_the_next_pass(policy, tmp_path):
    asked = []

    class Listening(Spoilt):
        def score(self, contexts, emails):
            asked.append(set(contexts))
            return super().score(contexts, emails)

    run(policy, tmp_path / "c", Listening({2, 3}), steps=3)
    assert len(asked) == 5
    assert all(len(first) == 3 and first | second == set(CONTEXTS) for first, second in (asked[:2], asked[2:4]))
    assert load_checkpoint(tmp_path / "c").state.contexts_read == 15


def test_a_skipped_step_leaves_the_model_and_the_optimiser_as_they_were(policy, tmp_path, monkeypatch):
    """One that fails in its second update, after the first has changed both."""
    plain, stepped, updates = policy.log_probs, torch.optim.AdamW.step, []
    monkeypatch.setattr(torch.optim.AdamW, "step", lambda *a, **o: updates.append(1) or stepped(*a, **o))
    # two updates in step 1 and one in step 2 have been made
    policy.log_probs = lambda *a: plain(*a) * (float("nan") if len(updates) == 3 and torch.is_grad_enabled() else 1)
    config = FinetuneConfig(**{**TINY, "checkpoint_minutes": 0.0, "steps": 2})
    for event in tune_policy(config, policy, EarlyLetterLover(), CONTEXTS, NO_EMAILS, tmp_path / "c"):
        if isinstance(event, Notice):
            break
    assert len(updates) == 3
    before, now = load_checkpoint(tmp_path / "c"), policy.adapter.state()
    assert before.state.step == 1
    assert all(torch.equal(now[name], before.adapter[name]) for name in now)
    merged = [layer.merged.clone() for layer in policy.adapter.layers]
    policy.adapter.merge()
    assert all(torch.equal(was, layer.merged) for was, layer in zip(merged, policy.adapter.layers, strict=True))


def test_three_in_a_row_end_the_run_and_the_last_good_model_is_kept(policy, tmp_path):
    events, error = run(policy, tmp_path / "c", Spoilt({3, 4, 5}))
    assert isinstance(error, Diverged)
    assert "Step 3 failed 3 times in a row" in str(error)
    assert "--resume and half the --learning-rate" in str(error)
    assert len(notices(events)) == 3
    kept = load_checkpoint(tmp_path / "c")
    assert kept.state.step == len(rewards(events)) == 2
    assert all(tensor.isfinite().all() for tensor in (*kept.adapter.values(), *kept.optimizer.values()))
    assert all(torch.equal(tensor, kept.adapter[name]) for name, tensor in policy.adapter.state().items())
    again, error = run(policy, tmp_path / "c", resume=kept)
    assert error is None
    assert [event.step for event in again if isinstance(event, RLStep)] == [3, 4]


def test_weights_that_an_update_spoils_reach_no_checkpoint(policy, tmp_path, monkeypatch):
    """Loss and gradient are finite, what the optimiser makes of them is not."""
    run(policy, tmp_path / "c", steps=2)
    kept, stepped = load_checkpoint(tmp_path / "c"), torch.optim.AdamW.step

    def spoil(optimizer, *arguments, **options):
        stepped(optimizer, *arguments, **options)
        optimizer.param_groups[0]["params"][0].data[0, 0] = float("inf")

    monkeypatch.setattr(torch.optim.AdamW, "step", spoil)
    _, error = run(policy, tmp_path / "c", resume=load_checkpoint(tmp_path / "c"))
    assert isinstance(error, Diverged)
    again = load_checkpoint(tmp_path / "c")
    assert all(torch.equal(tensor, again.adapter[name]) for name, tensor in kept.adapter.items())
    assert all(torch.equal(tensor, again.optimizer[name]) for name, tensor in kept.optimizer.items())


class OneWeight:
    """An adapter of one weight and its gradient, which tells whether the model was given it."""

    def __init__(self, gradient: float) -> None:
        self.weight, self.merged = torch.nn.Parameter(torch.zeros(1)), False
        self.weight.grad = torch.full((1,), gradient)

    def parameters(self) -> list[torch.nn.Parameter]:
        return [self.weight]

    def merge(self) -> None:
        self.merged = True


@pytest.mark.parametrize(
    ("loss", "gradient", "rate", "weight"),
    [
        (float("nan"), 0.5, 1.0, 0.0),
        (float("inf"), 0.5, 1.0, 0.0),
        (0.5, float("nan"), 1.0, 0.0),
        (0.5, float("inf"), 1.0, 0.0),
        (0.5, 0.5, float("inf"), -float("inf")),
        (0.5, 0.5, 1.0, -0.5),
    ],
    ids=["loss nan", "loss inf", "gradient nan", "gradient inf", "what the optimiser makes of them", "all finite"],
)
def test_loss_gradient_and_update_are_each_looked_at(loss, gradient, rate, weight):
    """By itself: in a whole step the next update's loss would show what this one has spoilt."""
    adapter = OneWeight(gradient)
    training = SimpleNamespace(config=FinetuneConfig(), policy=SimpleNamespace(adapter=adapter))
    whole = math.isfinite(loss) and math.isfinite(weight) and math.isfinite(gradient)
    with nullcontext() if whole else pytest.raises(NotFinite):
        apply_gradients(training, torch.optim.SGD(adapter.parameters(), rate), loss)
    assert (adapter.weight.item(), adapter.merged) == (weight, whole)


def test_the_warm_start_skips_too(policy, tmp_path):
    plain, calls = policy.log_probs, []

    def spoilt(*arguments):
        calls.append(1)
        return plain(*arguments) * (float("nan") if len(calls) == 2 else 1)

    policy.log_probs = spoilt
    events, error = run(policy, tmp_path / "c", emails=good(), warm_start_epochs=2, max_new_tokens=40, steps=1)
    assert error is None
    assert "The warm start's step 2 is skipped" in notices(events)[0]
    steps = [event for event in events if isinstance(event, WarmStartStep)]
    assert [event.step for event in steps] == [1, 2, 3, 4]
    assert all(np.isfinite(event.loss) for event in steps)


def test_a_warm_start_that_keeps_failing_says_which_rate_to_lower(policy, tmp_path):
    plain = policy.log_probs
    policy.log_probs = lambda *arguments: plain(*arguments) * float("nan")
    _, error = run(policy, tmp_path / "c", emails=good(), warm_start_epochs=3, max_new_tokens=40, steps=1)
    assert isinstance(error, Diverged)
    assert "--resume and half the --warm-start-learning-rate" in str(error)


def test_a_resumed_run_skips_where_the_uninterrupted_one_did(policy, tmp_path):
    """The data of a step that was skipped do not come again, before and after a resume."""
    whole, _ = run(policy, tmp_path / "whole", Spoilt({2}))
    policy.adapter.load(load_checkpoint(tmp_path / "whole").warm_start)
    first, _ = run(policy, tmp_path / "cut", Spoilt({2}), steps=2)
    second, _ = run(policy, tmp_path / "cut", resume=load_checkpoint(tmp_path / "cut"))
    told = [event.reward_mean for event in timeless([*first, *second])]
    assert told == [event.reward_mean for event in timeless(whole)]


def test_a_resumed_run_that_has_nothing_left_to_do_says_so(policy, tmp_path):
    run(policy, tmp_path / "c", steps=2)
    events, error = run(policy, tmp_path / "c", resume=load_checkpoint(tmp_path / "c"), steps=2)
    assert (notices(events), rewards(events), error) == ([trainer.NOTHING_LEFT], [], None)
    events, _ = run(policy, tmp_path / "c", resume=load_checkpoint(tmp_path / "c"), steps=3)
    assert (notices(events), len(rewards(events))) == ([], 1)


def test_another_precision_is_refused(policy, tmp_path):
    run(policy, tmp_path / "c", steps=1)
    kept = load_checkpoint(tmp_path / "c")
    other = checkpoints.Checkpoint(replace(kept.state, dtype="bfloat16"), kept.adapter, kept.warm_start, kept.optimizer)
    _, error = run(policy, tmp_path / "c", resume=other)
    assert "the run computes in bfloat16" in str(error)


def test_checkpoints_of_older_versions_are_read(policy, tmp_path):
    run(policy, tmp_path / "c", steps=1)
    now = load_checkpoint(tmp_path / "c").state
    seen = {
        "step": 1,
        "best_step": 1,
        "best": 0.5,
        "best_kl": 2.0,
        "waits": 3,
        "variety": 0.7,
        "seconds": 4.0,
        "at": 9.0,
    }
    former = {
        "phase": "rl",
        "warm_steps": 2,
        "step": 1,
        "completions": 8,
        "seconds": 5.0,
        "kl": 0.1,
        "dtype": "float32",
    }
    (tmp_path / "c" / CHECKSUMS_FILE).unlink()  # they had none
    write_json(tmp_path / "c" / "state.json", former | {"guard": seen, "in_a_row": 1, "longest": 6.0})
    state = load_checkpoint(tmp_path / "c").state
    assert (state.consecutive_nonfinite, state.slowest_step_seconds, state.skipped) == (1, 6.0, 0)
    stopping = state.early_stopping
    assert (stopping.evaluations_without_improvement, stopping.evaluation_seconds, stopping.evaluated_at) == (
        3,
        4.0,
        9.0,
    )
    assert (stopping.best, state.seconds, now.phase) == (0.5, 5.0, "rl")
