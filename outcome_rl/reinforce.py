"""Reinforcement learning. :func:`rl_step` reads like the algorithm; the rest feeds it and reports."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import torch
from torch import Tensor

from . import objectives as obj
from . import processes
from .adapters import State
from .budget import FEW_STEPS, Budget, first_step
from .checkpoints import Position, load_optimizer_state
from .config import FinetuneConfig
from .email_checks import own_pairs
from .events import Event, Notice, RLStep
from .guard import Guard, evaluate, is_due, watch_of
from .prompts import decode_email, encode_prompts
from .rollout import Rollout, joined
from .scores import Scorer
from .training import (
    NotFinite,
    StopRequested,
    Training,
    adam,
    add_gradients,
    apply_gradients,
    batch_of_step,
    in_parts,
    log_probs_of,
    seed_of_step,
    written,
)
from .warm_start import LARGEST_SHARE

SHUFFLE = 1
"""Tells the random numbers that order a step's contexts from those that its emails are drawn with."""
NOTHING_LEFT = "No time or step is left of what was given, so tuning is over; more --minutes or --steps add to it."
TOO_SHORT = "The time was over before the first RL step, so nothing was tuned."
WATCHED = 8
"""One context in so many has its emails compared with the warm-started model where the KL costs no reward."""


def reinforce(
    training: Training, scorer: Scorer, contexts: Sequence[str], state: State, guard: Guard | None = None
) -> Iterator[Event]:
    """RL steps until time, steps, the guard or a stop ends them; returns whether it was a stop."""
    config = training.config
    optimizer = adam(training.policy, config.rl_rate)
    load_optimizer_state(optimizer, state)
    steps, stopped = config.planned_steps(len(contexts)), False
    if training.position.step and not watch_of(training).stopped_because and _is_over(training, steps, guard):
        yield Notice(message=NOTHING_LEFT)
    try:
        while True:
            over = _is_over(training, steps, guard)
            if guard and is_due(training, over):
                yield from evaluate(training, guard, scorer)
                over = _is_over(training, steps, guard)
            if over:
                if training.budget and not training.position.step:
                    yield Notice(message=_too_short(training, training.budget, guard))
                break
            began = time.monotonic()
            event = yield from _whole_step(training, optimizer, scorer, contexts)
            if event is None:
                continue
            took = time.monotonic() - began
            training.position = training.position.at(longest=max(training.position.longest * 0.9, took))
            left = _seconds_left(training, None if steps is None else steps - event.step, took)
            yield replace(event, steps=steps, seconds=took, seconds_left=left)
            if training.due():
                yield training.save(optimizer)
    except StopRequested:
        stopped = True
    yield training.save(optimizer)
    return stopped


def _is_over(training: Training, steps: int | None, guard: Guard | None) -> bool:
    """Whether there is no next step: none is planned, the guard ended them, or the time is up.

    What comes behind the next step, the last evaluation and the comparison, has its time too.
    """
    watch = watch_of(training)
    if watch.stopped_because or (steps is not None and training.position.step >= steps):
        return True
    if training.budget is None:
        return False
    return processes.agreed(
        not training.budget.allows(training.elapsed(), _expected_step(training, guard), watch.seconds)
    )


def _expected_step(training: Training, guard: Guard | None) -> float:
    """Seconds that the next step may take: the longest of late, before the first one what the evaluation leads to."""
    config = training.config
    if training.position.longest or guard is None:
        return training.position.longest
    return first_step(
        watch_of(training).seconds, len(guard.contexts), config.contexts_per_step * config.samples_per_context
    )


def _seconds_left(training: Training, steps: int | None, step: float) -> float | None:
    """Until it is all over; where no time was set, until the last of ``steps`` that take ``step`` seconds each."""
    budget, evaluation = training.budget, watch_of(training).seconds
    left = training.seconds_left(steps, step, budget.end(evaluation) if budget else None)
    return left + budget.comparison(evaluation) if budget and left is not None else left


def _too_short(training: Training, budget: Budget, guard: Guard | None) -> str:
    """What to say where the time ended before the first step, with a time that would do."""
    step, evaluation = _expected_step(training, guard), watch_of(training).seconds
    if not step:
        return TOO_SHORT
    minutes = budget.minutes_for(FEW_STEPS, training.elapsed(), step, evaluation, LARGEST_SHARE)
    return f"{TOO_SHORT} About {minutes} minutes would hold {FEW_STEPS} steps on this machine."


def _whole_step(
    training: Training, optimizer: torch.optim.Optimizer, scorer: Scorer, contexts: Sequence[str]
) -> Iterator[Event]:
    """The next step on the contexts whose turn it is; a generator that returns its event, or None if it was skipped.

    A step that fails, or that a stop ends, leaves everything as it was before; the stop is raised.
    """
    config, draw = training.config, training.position.draw
    turn = batch_of_step(list(range(len(contexts))), draw, config.contexts_per_step, config.seed)
    try:
        with training.undone_on_failure(optimizer):
            event = rl_step(training, optimizer, scorer, [contexts[i] for i in turn])
    except NotFinite as fault:
        yield from training.skip(fault, optimizer)
        return None
    yield from training.told()
    return event


def rl_step(training: Training, optimizer: torch.optim.Optimizer, scorer: Scorer, contexts: Sequence[str]) -> RLStep:
    """One step of reinforcement learning on a few contexts; it counts itself in ``training.position``."""
    config, policy = training.config, training.policy
    began = time.monotonic()

    # 1. sample several emails of each context from the policy as it is
    prompts = encode_prompts(policy.tokenizer, contexts)
    batch = _rollout(training, prompts)
    emails = [decode_email(policy.tokenizer, ids) for ids in batch.completions()]
    tokens_per_second = int(batch.lengths.sum()) / (time.monotonic() - began)

    # 2. score them
    repeated = [context for context in contexts for _ in range(config.samples_per_context)]
    probs, rewards = _scores(scorer, repeated, emails)

    # 3. take reward off emails that do not end and for leaving the warm-started model; add some for variety
    kl = _divergence(training, prompts, batch).cpu()
    shaped = rewards - config.unfinished_penalty * (~batch.ended).float().cpu() - config.kl_weight * kl
    shaped += config.variety_weight * torch.tensor(own_pairs(emails))

    # 4. compare each email with the others of its context, and update
    weights = _weights(config, shaped.view(len(contexts), config.samples_per_context)).to(policy.device)
    loss, norm = _update(training, optimizer, prompts, batch, weights)

    now, so_far = training.position, training.position.completions + len(emails)
    training.position = now.at(step=now.step + 1, completions=so_far, kl=float(kl.mean()), in_a_row=0)
    measured = {"kl": float(kl.mean()), "loss": loss, "grad_norm": norm, "tokens_per_second": tokens_per_second}
    return _report(training.position, measured, batch, repeated, emails, probs, rewards)


def _report(
    position: Position,
    measured: dict[str, float],
    batch: Rollout,
    contexts: Sequence[str],
    emails: Sequence[str],
    probs: np.ndarray,
    rewards: Tensor,
) -> RLStep:
    shares = np.bincount(probs.argmax(1), minlength=probs.shape[1]) / len(emails)
    best = int(rewards.argmax())
    return RLStep(
        step=position.step,
        steps=None,
        reward_mean=float(rewards.mean()),
        reward_std=float(rewards.std(unbiased=False)),
        length_mean=float(batch.lengths.float().mean()),
        ended_share=float(batch.ended.float().mean()),
        share_no_reply=float(shares[0]),
        share_reply=float(shares[1]),
        share_conversion=float(shares[2]),
        completions=position.completions,
        seconds=0.0,
        seconds_left=None,
        sample_1_context=contexts[0],
        sample_1_email=emails[0],
        sample_1_reward=float(rewards[0]),
        sample_2_context=contexts[best],
        sample_2_email=emails[best],
        sample_2_reward=float(rewards[best]),
        **measured,
    )


def _weights(config: FinetuneConfig, rewards: Tensor) -> Tensor:
    """What each email counts in the update: an advantage, or a weight that is never negative; (P, K) -> (P·K,)."""
    advantages = obj.scale_by_batch(obj.leave_one_out(rewards))
    if config.algorithm == "ppo":
        return advantages.flatten()
    return obj.reward_weights(advantages, config.weight_temperature, config.weight_clip).flatten()


def _rollout(training: Training, prompts: list[list[int]]) -> Rollout:
    """Emails for all prompts, as many prompts at once as fit into memory; how many, and where, changes no email."""
    samples, seed = training.config.samples_per_context, seed_of_step(training.config.seed, training.position.draw)
    own = processes.share(range(len(prompts)))

    def emails(size: int) -> list[Rollout]:
        parts = [own[start : start + size] for start in range(0, len(own), size)]
        return [written(training, prompts, part, samples, seed).to("cpu") for part in parts]

    return joined(processes.gathered(training.sampled.fitted(emails))).to(training.policy.device)


def _scores(scorer: Scorer, contexts: list[str], emails: list[str]) -> tuple[np.ndarray, Tensor]:
    """Probabilities (B, 3) and rewards (B,) of all emails; each process asks the reward model about a share of them."""
    own = processes.share(contexts)
    parts = processes.gathered([scorer.score(own, processes.share(emails))] if own else [])
    rewards = np.concatenate([part.rewards for part in parts])
    return np.concatenate([part.probs for part in parts]), torch.tensor(rewards, dtype=torch.float32)


@torch.no_grad()
def _divergence(training: Training, prompts: list[list[int]], batch: Rollout) -> Tensor:
    """Estimated KL of each email from the warm-started model, nats, (B,).

    Where it costs no reward it is only watched, on one context in :data:`WATCHED`; all others get the mean of these.
    """
    repeated = [prompt for prompt in prompts for _ in range(training.config.samples_per_context)]
    watched = prompts if training.config.kl_weight else prompts[: -(-len(prompts) // WATCHED)]
    counted = torch.arange(len(watched) * training.config.samples_per_context)
    kl = torch.zeros(len(repeated), device=training.policy.device)

    def divergence(rows: Tensor) -> None:
        reference, old, mask = log_probs_of(training, repeated, batch, rows)
        kl[rows] = obj.sequence_kl(old, reference, mask)

    def measure(size: int) -> None:
        list(in_parts(training, processes.share(counted), size, divergence))

    with training.policy.adapter.merged_with(training.warm_start):
        training.micro_batch.fitted(measure)
    processes.add_up([kl])
    others = torch.ones(len(repeated), dtype=torch.bool).index_fill(0, counted, False)
    return kl.masked_fill(others.to(kl.device), float(kl[counted].mean()))


def _update(
    training: Training, optimizer: torch.optim.Optimizer, prompts: list[list[int]], batch: Rollout, weights: Tensor
) -> tuple[float, float]:
    """One optimiser step on each minibatch; (mean loss, mean gradient norm before clipping).

    The contexts are shuffled, their emails stay in a row, so that a prompt is read once for those in one micro-batch.
    """
    config = training.config
    repeated = [prompt for prompt in prompts for _ in range(config.samples_per_context)]
    generator = torch.Generator().manual_seed(seed_of_step(config.seed, training.position.draw, SHUFFLE))
    order = torch.arange(len(repeated)).view(len(prompts), -1)[torch.randperm(len(prompts), generator=generator)]
    losses, norms = [], []
    for minibatch in order.flatten().chunk(config.minibatches):
        whole = len(minibatch) * config.max_new_tokens

        def gradients(size: int, minibatch: Tensor = minibatch, whole: int = whole) -> float:
            optimizer.zero_grad()
            loss_of = partial(_loss, training, repeated, batch, weights, whole)
            return add_gradients(training, processes.share(minibatch), size, loss_of)

        losses.append(processes.total(training.micro_batch.fitted(gradients)))
        norms.append(apply_gradients(training, optimizer, losses[-1]))
    return float(np.mean(losses)), float(np.mean(norms))


def _loss(
    training: Training, prompts: list[list[int]], batch: Rollout, weights: Tensor, whole: int, rows: Tensor
) -> Tensor:
    """The part that some emails have in a minibatch's loss, a scalar.

    The loss is a sum over tokens divided by ``whole``, emails x longest length, the same for short and long emails
    (https://arxiv.org/abs/2503.20783).
    """
    now, old, mask = log_probs_of(training, prompts, batch, rows)
    if training.config.algorithm == "ppo":
        loss = obj.clipped_policy_loss(now, old, weights[rows], mask, training.config.clip)
    else:
        loss = obj.weighted_nll(now, weights[rows], mask)
    return loss / whole
