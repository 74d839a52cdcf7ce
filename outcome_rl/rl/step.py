"""One step of reinforcement learning; :func:`rl_step` reads like the algorithm."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ..config import FinetuneConfig
from ..engine.sampling import Rollout
from ..events import RLStep
from ..policy.writing import Written
from ..reward.interface import PARTS, Scorer, predicted_shares
from ..text.checks import own_pairs
from ..utils import distributed
from ..utils.cpu import give_back_freed_memory
from .advantages import leave_one_out, reward_weights, scale_by_batch, shape_rewards
from .choice_advantages import choice_advantages
from .data_order import seed_of_step
from .gradients import add_gradients, apply_gradients, log_probs_of
from .kl import kl_from_reference
from .loss import clipped_policy_loss, weighted_nll
from .reward_unit import weighed_unit
from .trainer_context import TrainerContext, other_choices, write_emails
from .trainer_state import TrainerState

SHUFFLE = 1
"""Tells the random numbers that order a step's contexts from those that its emails are drawn with."""
WATCHED = 8
"""One context in so many has its emails compared with the warm-started model where the KL costs no reward."""


def rl_step(
    training: TrainerContext, optimizer: torch.optim.Optimizer, scorer: Scorer, contexts: Sequence[str]
) -> RLStep:
    """One step of reinforcement learning on a few contexts; it counts itself in ``training.state``."""
    config, policy = training.config, training.policy
    began = time.monotonic()

    # 1. sample several emails of each context from the policy as it is
    written = _rollout(training, contexts)
    batch, emails = written.batch, list(written.texts)
    tokens_per_second = int(batch.lengths.sum()) / (time.monotonic() - began)

    # 2. score them
    repeated = [context for context in contexts for _ in range(config.samples_per_context)]
    probs, rewards, parts = _scores(scorer, repeated, emails)

    # 3. take reward off emails that do not end and for leaving the warm-started model; add some for variety
    unit = weighed_unit(training, scorer, rewards)
    weighed = unit * rewards
    kl, variety = _kl(training, written), torch.tensor(own_pairs(emails))
    variety_weight = config.value_of("variety_weight")
    shaped = shape_rewards(
        weighed,
        batch.ended.cpu(),
        kl,
        variety,
        config.unfinished_penalty,
        config.kl_weight,
        variety_weight,
    )

    # 4. compare each email with the others of its context, or each choice with what else might have been chosen
    others = other_choices(training, written, repeated)
    if others:
        worth = choice_advantages(others, weighed, partial(_rewards_of, scorer, unit, repeated), batch.tokens.shape[1])
        rest = leave_one_out((shaped - weighed).view(len(contexts), -1)).view(-1, 1)
        advantages = scale_by_batch(worth + rest, batch.chosen().cpu())
    else:
        advantages = _advantages(config, shaped.view(len(contexts), -1)).view(-1, 1)

    # 5. update
    loss, norm = _update(training, optimizer, written, advantages.to(policy.device))

    now, so_far = training.state, training.state.completions + len(emails)
    training.state = replace(now, step=now.step + 1, completions=so_far, kl=float(kl.mean()), consecutive_nonfinite=0)
    measured = {
        "kl": float(kl.mean()),
        "loss": loss,
        "grad_norm": norm,
        "tokens_per_second": tokens_per_second,
        "variety_bonus": variety_weight * float(variety.mean()) / unit if variety_weight else None,
        **{f"reward_{name}": value for name, value in parts.items()},
    }
    return _report(training.state, measured, batch, repeated, emails, probs, rewards)


def _report(
    position: TrainerState,
    measured: dict[str, Any],
    batch: Rollout,
    contexts: Sequence[str],
    emails: Sequence[str],
    probs: np.ndarray,
    rewards: Tensor,
) -> RLStep:
    shares = predicted_shares(probs)
    best = int(rewards.argmax())
    return RLStep(
        step=position.step,
        steps=None,
        reward_mean=float(rewards.mean()),
        reward_std=float(rewards.std(unbiased=False)),
        length_mean=float(batch.lengths.float().mean()),
        ended_share=float(batch.ended.float().mean()),
        share_no_reply=shares[0],
        share_reply=shares[1],
        share_conversion=shares[2],
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


def _rewards_of(
    scorer: Scorer, unit: float, contexts: Sequence[str], rows: Sequence[int], texts: Sequence[str]
) -> Tensor:
    """Rewards of texts (N,) for the contexts of some emails, multiplied with ``unit``."""
    return unit * _scores(scorer, [contexts[row] for row in rows], list(texts))[1]


def _advantages(config: FinetuneConfig, rewards: Tensor) -> Tensor:
    """What each email counts in the update, (P, K) -> (P, K): how much better it is than others of its context.

    PPO takes that as it is; the other algorithm a weight that grows with it and is never negative.
    """
    advantages = scale_by_batch(leave_one_out(rewards))
    if config.algorithm == "ppo":
        return advantages
    return reward_weights(advantages, config.weight_temperature, config.weight_clip)


def _rollout(training: TrainerContext, contexts: Sequence[str]) -> Written:
    """Emails for all contexts, as many contexts at once as fit into memory; how many, and where, changes no email."""
    samples, seed = training.config.samples_per_context, seed_of_step(training.config.seed, training.state.data_index)
    own = distributed.share(range(len(contexts)))

    def emails(size: int) -> list[Written]:
        parts = [own[start : start + size] for start in range(0, len(own), size)]
        return [write_emails(training, contexts, part, samples, seed).to("cpu") for part in parts]

    return Written.joined(distributed.gather(training.sampled.run(emails))).to(training.policy.device)


def _scores(scorer: Scorer, contexts: list[str], emails: list[str]) -> tuple[np.ndarray, Tensor, dict[str, float]]:
    """Probabilities (B, 3), rewards (B,) and their parts' means; each process asks about a share of the emails."""
    own = distributed.share(contexts)
    parts = distributed.gather([scorer.score(own, distributed.share(emails))] if own else [])
    rewards = np.concatenate([part.rewards for part in parts])
    names = [name for name in PARTS if all(name in part.parts for part in parts)]
    means = {name: float(np.concatenate([part.parts[name] for part in parts]).mean()) for name in names}
    return np.concatenate([part.probs for part in parts]), torch.tensor(rewards, dtype=torch.float32), means


def _kl(training: TrainerContext, written: Written) -> Tensor:
    """Estimated KL of each email from the warm start, nats, (B,).

    Where it costs no reward it is only watched, on one context in :data:`WATCHED`; all others get the mean of these.
    """
    samples = training.config.samples_per_context
    contexts = len(written) // samples
    watched = contexts if training.config.kl_weight else -(-contexts // WATCHED)
    counted = torch.arange(watched * samples)
    own = distributed.share(counted)
    kl = torch.zeros(len(written), device=training.policy.device)
    kl[own] = kl_from_reference(training, written, own)
    distributed.sum_tensors([kl])
    others = torch.ones(len(written), dtype=torch.bool).index_fill(0, counted, False)
    return kl.masked_fill(others.to(kl.device), float(kl[counted].mean())).cpu()


def _update(
    training: TrainerContext,
    optimizer: torch.optim.Optimizer,
    written: Written,
    advantages: Tensor,
) -> tuple[float, float]:
    """One optimiser step on each minibatch; (mean loss, mean gradient norm before clipping).

    advantages: (B, T), or (B, 1) where all tokens of an email have the same.

    The contexts are shuffled, their emails stay in a row, so that a prompt is read once for those in one micro-batch.
    """
    config = training.config
    contexts = len(written) // config.samples_per_context
    generator = torch.Generator().manual_seed(seed_of_step(config.seed, training.state.data_index, SHUFFLE))
    order = torch.arange(len(written)).view(contexts, -1)[torch.randperm(contexts, generator=generator)]
    losses, norms = [], []
    for minibatch in order.flatten().chunk(config.minibatches):
        whole = len(minibatch) * config.max_new_tokens

        def gradients(size: int, minibatch: Tensor = minibatch, whole: int = whole) -> float:
            optimizer.zero_grad()
            loss_of = partial(_loss, training, written, advantages, whole)
            return add_gradients(training, distributed.share(minibatch), size, loss_of)

        losses.append(distributed.sum_numbers(training.micro_batch.run(gradients)))
        norms.append(apply_gradients(training, optimizer, losses[-1]))
        give_back_freed_memory()  # the next one's parts are of other sizes
    return float(np.mean(losses)), float(np.mean(norms))


def _loss(training: TrainerContext, written: Written, advantages: Tensor, whole: int, rows: Tensor) -> Tensor:
    """The part that some emails have in a minibatch's loss, a scalar.

    The loss is a sum over tokens divided by ``whole``, emails x longest length, the same for short and long emails
    (https://arxiv.org/abs/2503.20783). In own words, whose emails have no longest length, that is a constant like any
    other: Adam's steps do not depend on it, and it keeps gradients far below ``max_grad_norm`` (at .03 to .07 in the
    bundled example).
    """
    now, old, mask = log_probs_of(training, written, rows)
    own = advantages[rows, : mask.shape[1]]  # no wider than the longest of these emails
    if training.config.algorithm == "ppo":
        loss = clipped_policy_loss(now, old, own, mask, training.config.clip)
    else:
        loss = weighted_nll(now, own, mask)
    return loss / whole
