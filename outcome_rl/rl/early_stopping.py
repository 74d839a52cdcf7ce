"""The guard against over-optimisation: every few RL steps the policy's emails for fixed contexts are judged.

Reinforcement learning finds what the reward model likes and nobody else does (https://arxiv.org/abs/2210.10760). The
step that an independent judge likes best is kept, and tuning ends where it no longer helps. :class:`Watch` decides and
is pure; :func:`evaluate` writes the emails and has them judged.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import chain
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ..config import EVALUATE_EVERY, EVALUATION_TIME
from ..engine.sampling import Rollout, joined
from ..events import Event, Notice, RLEvaluation
from ..metrics import bootstrap_mean_ci
from ..policy.prompts import decode_email, encode_prompts
from ..reward.scorer import Scorer
from ..text.checks import distinct_n
from ..utils import distributed
from .kl import sequence_kl
from .trainer_state import Training, in_parts, log_probs_of, written

SHOWN = 3
"""Emails that an event carries: those of the same contexts each time."""
NO_JUDGE = (
    "There is no independent judge beside the reward model, so the reward model itself decides which step is kept; "
    "what fools it may be kept too."
)


@dataclass(frozen=True)
class Guard:
    """Contexts that are neither trained on nor compared on, and who judges; without a judge the reward model does."""

    contexts: tuple[str, ...]
    judge: Scorer | None = None


@dataclass(frozen=True)
class Limits:
    """When tuning ends: evaluations without a rise, KL in nats per email, share of the warm start's variety."""

    patience: int
    kl_budget: float
    variety: float


@dataclass(frozen=True)
class Watch:
    """What the evaluations have shown so far; part of a checkpoint, JSON-ready.

    step: the latest evaluation's, None before the first. best, best_kl: the judge's mean and the KL at ``best_step``.
    waits: evaluations since the best one. variety: distinct word pairs of the first one. seconds, at: how long the
    latest took, and the training's clock at its end. stopped_because: a clause, once the guard has ended the run.
    """

    step: int | None = None
    best_step: int = 0
    best: float | None = None
    best_kl: float = 0.0
    waits: int = 0
    variety: float = 0.0
    seconds: float = 0.0
    at: float = 0.0
    stopped_because: str | None = None

    def after(self, step: int, judged: float, kl: float, variety: float, limits: Limits) -> Watch:
        """The watch after one more evaluation. One outside the KL budget or without variety is never the best.

        The first evaluation is the warm start's and the best until another one is better; NaN never is.
        """
        first = self.step is None
        now = replace(self, step=step, variety=variety if first else self.variety)
        if not kl <= limits.kl_budget:  # NaN is outside as well
            told = f"the model is {kl:.1f} nats an email away from the warm start, over the budget of"
            return replace(now, waits=now.waits + 1, stopped_because=f"{told} {limits.kl_budget:g}")
        if variety < limits.variety * now.variety:
            told = f"the emails grew alike: {variety:.0%} of their word pairs differ,"
            return replace(now, waits=now.waits + 1, stopped_because=f"{told} {now.variety:.0%} at the warm start")
        if first or (math.isfinite(judged) and (self.best is None or judged > self.best)):
            best = judged if math.isfinite(judged) else None
            return replace(now, best_step=step, best=best, best_kl=kl, waits=0)
        now = replace(now, waits=now.waits + 1)
        if now.waits < limits.patience:
            return now
        return replace(now, stopped_because=f"the emails were not judged better for {now.waits} evaluations in a row")

    def in_words(self) -> str:
        """What the guard decided, in sentences."""
        kept = f"The model after step {self.best_step}, which was judged best of all steps, is kept."
        if not self.step:
            kept = "No RL step was made, so the tuned model is the warm start."
        elif self.best_step == 0:
            kept = "No step was judged better than the warm start, so the tuned model is the warm start."
        if self.stopped_because is None:
            return kept
        return f"Tuning ended at step {self.step}: {self.stopped_because}. {kept}"


def watch_of(training: Training) -> Watch:
    """What the guard has seen of this training."""
    return Watch(**training.position.guard)


def is_due(training: Training, over: bool) -> bool:
    """Whether the policy is to be judged before its next step; ``over``: there is no next step."""
    watch, config, step = watch_of(training), training.config, training.position.step
    if watch.step == step or watch.stopped_because:
        return False
    if over or watch.step is None:
        return step > 0 or not over  # without any step there is nothing to choose from
    if config.evaluate_every is None and training.budget:
        since = training.elapsed() - watch.at
        return distributed.agreed(watch.seconds <= EVALUATION_TIME * (watch.seconds + since))
    return step - watch.step >= (config.evaluate_every or EVALUATE_EVERY)


def evaluate(training: Training, guard: Guard, scorer: Scorer) -> Iterator[Event]:
    """Judge the policy as it is; keeps the best adapter in ``training`` and counts in ``training.position``.

    Raises:
        StopRequested: a stop was asked for; nothing has changed then.
    """
    config, step, began = training.config, training.position.step, time.monotonic()
    emails, lengths, kl = _written(training, guard.contexts)
    rewards = scorer.score(guard.contexts, emails).rewards
    judged = guard.judge.score(guard.contexts, emails).rewards if guard.judge else rewards
    before, variety = watch_of(training), distinct_n(emails)
    limits = Limits(config.patience, config.kl_budget, config.least_variety)
    watch = before.after(step, float(judged.mean()), kl, variety, limits)
    seconds = time.monotonic() - began
    watch = distributed.from_main(replace(watch, seconds=seconds, at=training.elapsed()))
    if watch.best_step == step:
        training.best = training.policy.adapter.state()
    training.position = training.position.at(guard=asdict(watch))
    yield from training.told()
    if before.step is None and guard.judge is None:
        yield Notice(message=NO_JUDGE)
    low, high = bootstrap_mean_ci(judged)
    yield RLEvaluation(
        step=step,
        contexts=len(emails),
        judge_mean=float(judged.mean()),
        judge_low=low,
        judge_high=high,
        independent=guard.judge is not None,
        reward_mean=float(rewards.mean()),
        kl=kl,
        distinct_2=variety,
        length_mean=float(np.mean(lengths)),
        best=watch.best_step == step,
        seconds=seconds,
        **_samples(guard.contexts, emails, judged),
    )
    if watch.stopped_because:
        yield Notice(message=watch.in_words())


def _written(training: Training, contexts: Sequence[str]) -> tuple[list[str], list[int], float]:
    """One email for each context, its length in tokens, and the emails' mean KL from the warm start, nats.

    Drawn from the policy as it is tuned, with the same random numbers each time; as many at once as a step's emails,
    or as fit into memory, which changes none of them.
    """
    config, policy = training.config, training.policy
    prompts = encode_prompts(policy.tokenizer, contexts)

    def emails_of_all(size: int) -> Rollout:
        at_once, everything = size * config.samples_per_context, range(len(prompts))
        parts = [everything[first : first + at_once] for first in range(0, len(prompts), at_once)]
        return joined([written(training, prompts, part, 1, config.seed) for part in parts])

    batch = training.sampled.fitted(emails_of_all)
    emails = [decode_email(policy.tokenizer, ids) for ids in batch.completions()]
    return emails, batch.lengths.tolist(), float(np.mean(_divergence(training, prompts, batch)))


@torch.no_grad()
def _divergence(training: Training, prompts: list[list[int]], batch: Rollout) -> list[float]:
    """Estimated KL of each email from the warm start, nats."""
    if training.position.step == 0:
        return [0.0] * len(prompts)  # this is the warm start

    def divergence(rows: Tensor) -> list[float]:
        reference, old, mask = log_probs_of(training, prompts, batch, rows)
        return sequence_kl(old, reference, mask).tolist()

    def measured(size: int) -> list[float]:
        return list(chain(*in_parts(training, torch.arange(len(prompts)), size, divergence)))

    with training.policy.adapter.merged_with(training.warm_start):
        return training.micro_batch.fitted(measured)


def _samples(contexts: Sequence[str], emails: Sequence[str], judged: np.ndarray) -> dict[str, Any]:
    """The event's fields for the first emails; None where there are fewer."""
    fields: dict[str, Any] = {}
    for place in range(SHOWN):
        there = place < len(emails)
        fields[f"sample_{place + 1}_context"] = contexts[place] if there else None
        fields[f"sample_{place + 1}_email"] = emails[place] if there else None
        fields[f"sample_{place + 1}_judge"] = float(judged[place]) if there else None
    return fields
