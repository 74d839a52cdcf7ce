"""Memory that runs out while a policy is tuned: smaller parts, the same update, and what a resumed run knows of it."""

from dataclasses import replace

import pytest
import torch

from outcome_rl.rl import checkpoints
from outcome_rl.rl.checkpoints import load_checkpoint
from tests.helpers.finetuning import (
    good,
    notices,
    rewards,
    timeless,
    tiny_policy,
)
from tests.helpers.finetuning import tuned_until_error as run

ON_THE_PROCESSOR = "[enforce fail at alloc_cpu.cpp:127] . DefaultCPUAllocator: can't allocate memory: you tried to"
ON_THE_ACCELERATOR = "CUDA out of memory. Tried to allocate 20.00 MiB. GPU 0 has a total capacity of 14.58 GiB"


class Small:
    """A policy's model of which only ``most`` rows fit into memory at once, while given emails are read."""

    def __init__(self, policy, most, fault):
        self.policy, self.most, self.fault, self.plain = policy, most, fault, policy.log_probs
        policy.log_probs = self

    def __call__(self, prompts, *rest):
        if len(prompts) > self.most:
            raise self.fault
        return self.plain(prompts, *rest)


@pytest.mark.parametrize("fault", [RuntimeError(ON_THE_PROCESSOR), torch.OutOfMemoryError(ON_THE_ACCELERATOR)])
def test_training_goes_on_with_smaller_micro_batches_and_says_so(policy, tmp_path, fault):
    options = {"emails": good(), "warm_start_epochs": 1, "max_new_tokens": 40, "steps": 2, "micro_batch_size": 12}
    Small(policy, 3, fault)
    events, error = run(policy, tmp_path / "c", **options)
    assert error is None
    assert notices(events) == [f"Memory ran out; from here on {size} emails at once." for size in (6, 3)]
    assert load_checkpoint(tmp_path / "c").state.micro_batch_size == 3


def test_smaller_micro_batches_have_the_same_gradient(causal_folder, tmp_path, monkeypatch):
    """What the optimiser is given; it makes a step of its own of the rounding of a gradient near 0."""
    found, plain = [], torch.optim.AdamW.step

    def step(optimizer, *given):
        found[-1].append([weight.grad.clone() for group in optimizer.param_groups for weight in group["params"]])
        return plain(optimizer, *given)

    monkeypatch.setattr(torch.optim.AdamW, "step", step)
    told = []
    for most in (48, 5):
        policy = tiny_policy(causal_folder)
        Small(policy, most, MemoryError())
        found.append([])
        events, _ = run(policy, tmp_path / str(most), steps=1)
        told.append((rewards(events), len(notices(events)) > 0))
    assert told[0][0] == told[1][0]
    assert [reduced for _, reduced in told] == [False, True]
    for whole, parts in zip(*(updates[0] for updates in found), strict=True):
        torch.testing.assert_close(parts, whole, atol=1e-4 * float(whole.abs().max()) + 1e-7, rtol=1e-3)
    assert any(gradient.abs().max() > 1e-3 for gradient in found[0][0])


def test_sampling_in_parts_writes_the_same_emails(policy, tmp_path, monkeypatch):
    from outcome_rl.policy import writing

    whole, _ = run(policy, tmp_path / "whole", steps=1)
    plain = writing.sample

    def small(*given, numbers, **options):
        if len(numbers) > 1:
            raise MemoryError
        return plain(*given, numbers=numbers, **options)

    monkeypatch.setattr(writing, "sample", small)
    policy.adapter.load(load_checkpoint(tmp_path / "whole").warm_start)
    parts, error = run(policy, tmp_path / "parts", steps=1)
    assert error is None
    assert notices(parts) == ["Memory ran out; from here on 1 contexts at once."]
    assert timeless(parts)[0].reward_mean == pytest.approx(timeless(whole)[0].reward_mean, abs=1e-6)
    assert timeless(parts)[0].sample_2_email == timeless(whole)[0].sample_2_email


def test_too_little_memory_for_one_email_ends_the_run_with_advice(policy, tmp_path):
    Small(policy, 0, MemoryError())
    _, error = run(policy, tmp_path / "c")
    assert "memory ran out with one of the emails at a time" in str(error)


def test_a_resumed_run_keeps_to_what_fitted(policy, tmp_path):
    run(policy, tmp_path / "c", steps=1)
    kept = load_checkpoint(tmp_path / "c")
    small = checkpoints.Checkpoint(
        replace(kept.state, micro_batch_size=6), kept.adapter, kept.warm_start, kept.optimizer
    )
    Small(policy, 6, MemoryError())
    events, error = run(policy, tmp_path / "c", resume=small, steps=2)
    assert (notices(events), error) == ([], None)
    assert load_checkpoint(tmp_path / "c").state.micro_batch_size == 6, "the next resume has to know as well"


def test_a_resumed_run_may_work_on_more_at_once_where_memory_did_not_run_out(policy, tmp_path):
    run(policy, tmp_path / "c", steps=1, micro_batch_size=6)
    resume = load_checkpoint(tmp_path / "c")
    assert resume.state.micro_batch_size == 0
    sizes, plain = [], policy.log_probs
    policy.log_probs = lambda prompts, *rest: sizes.append(len(prompts)) or plain(prompts, *rest)
    _, error = run(policy, tmp_path / "c", resume=resume, steps=2, micro_batch_size=12)
    assert error is None
    assert max(sizes) == 12
