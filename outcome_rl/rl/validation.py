"""Validation: every few RL steps the policy writes for contexts that it is not trained on, and a judge reads.

What the judge says, alone or with the reward model, decides in :mod:`.early_stopping` which step is kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch

from ..config import EVALUATE_EVERY, EVALUATION_TIME, FREE
from ..events import Event, Notice, RLEvaluation
from ..metrics import mean_interval
from ..policy.writing import Written
from ..reward.interface import Scorer, Scores
from ..text.checks import distinct_n
from ..utils import distributed
from .early_stopping import StoppingRule
from .kl import kl_from_reference
from .time_budget import LEAST_VALIDATED
from .trainer_context import TrainerContext, write_emails

SHOWN = 3
"""Emails that an event carries: those of the same contexts each time."""
FLAT = 0.1
"""Share of the spread of people's emails' rewards below which a reward tells nothing apart."""
FLAT_REWARD = (
    "the reward model gives all that the model writes nearly the same reward, so that there is nothing to learn from; "
    "more rows, or emails more like those that the model writes, would help; --ignore-verdict tunes all the same"
)
NO_JUDGE = (
    "There is no independent judge beside the reward model, so the reward model itself decides which step is kept; "
    "what fools it may be kept too."
)


@dataclass(frozen=True)
class Validation:
    """Contexts that are neither trained on nor compared on, and who judges; without a judge the reward model does.

    together: whether the reward is in the judge's unit, so that both decide which step is kept.
    """

    contexts: tuple[str, ...]
    judge: Scorer | None = None
    together: bool = False


def is_due(training: TrainerContext, over: bool) -> bool:
    """Whether the policy is to be judged before its next step; ``over``: there is no next step."""
    watch, config, step = training.state.early_stopping, training.config, training.state.step
    if watch.step == step or watch.stopped_because:
        return False
    if over or watch.step is None:
        return step > 0 or not over  # without any step there is nothing to choose from
    if config.evaluate_every is None and training.budget:
        since = training.elapsed() - watch.evaluated_at
        return distributed.any_process(watch.evaluation_seconds <= EVALUATION_TIME * (watch.evaluation_seconds + since))
    return step - watch.step >= (config.evaluate_every or EVALUATE_EVERY)


def validate(training: TrainerContext, validation: Validation, scorer: Scorer) -> Iterator[Event]:
    """Judge the policy as it is; keeps the best adapter in ``training`` and counts in ``training.state``.

    Under a time budget the first one finds out how many contexts it and all later ones have time for.

    Raises:
        StopRequested: a stop was asked for; nothing has changed then.
        OutOfTime: it has become too late for it; nothing has changed either.
    """
    config, step, began = training.config, training.state.step, training.elapsed()
    contexts, written, unread = _validation_emails(training, validation, scorer)
    emails, kl = list(written.texts), _mean_kl(training, written)
    scores = scorer.score(contexts, emails)
    rewards = scores.rewards
    judged = validation.judge.score(contexts, emails).rewards if validation.judge else rewards
    before, variety = training.state.early_stopping, distinct_n(emails)
    rule = StoppingRule(config.patience, config.kl_budget, config.value_of("least_variety"))
    reward = float(rewards.mean()) if validation.together else None
    watch = before.after(step, float(judged.mean()), kl, variety, rule, reward)
    if before.step is None and is_flat(scores) and not config.ignore_verdict:
        watch = replace(watch, stopped_because=FLAT_REWARD)
    now = training.elapsed()
    took = now - began
    timed = replace(watch, evaluation_seconds=took + unread, evaluated_at=now, contexts=len(contexts))
    watch = distributed.broadcast_from_main(timed)
    if watch.best_step == step:
        training.best = training.policy.adapter.state()
    training.state = replace(training.state, early_stopping=watch)
    yield from training.pending_notices()
    if before.step is None and validation.judge is None:
        yield Notice(message=NO_JUDGE)
    low, high = mean_interval(judged)
    yield RLEvaluation(
        step=step,
        contexts=len(emails),
        judge_mean=float(judged.mean()),
        judge_low=low,
        judge_high=high,
        independent=validation.judge is not None,
        reward_mean=float(rewards.mean()),
        kl=kl,
        distinct_2=variety,
        length_mean=float(written.batch.lengths.float().mean()),
        best=watch.best_step == step,
        seconds=took,
        **_samples(contexts, emails, judged),
    )
    if watch.stopped_because:
        yield Notice(message=watch.in_words(step))


def is_flat(scores: Scores) -> bool:
    """Whether rewards of different emails hardly differ, measured by how much those of people's emails do."""
    if scores.spread is None or len(scores.rewards) < 2:
        return False
    return bool(scores.rewards.std() <= FLAT * scores.spread)


def _validation_emails(
    training: TrainerContext, validation: Validation, scorer: Scorer
) -> tuple[Sequence[str], Written, float]:
    """The contexts of an evaluation, an email for each, and the seconds more that the next one takes.

    Before the first step emails in own words need not be read; all but those that tell how long it takes are not. That
    is found out without a time limit too: who resumes the run may set one.
    """
    budget, found = training.budget, validation.contexts
    before = training.state.early_stopping
    if before.step is not None:
        contexts = found[: before.contexts or None]  # none where an earlier version counted: those were all
        return contexts, _emails_of(training, contexts, range(len(contexts)), False), 0.0
    began, least = training.elapsed(), range(min(LEAST_VALIDATED, len(found)))
    first = _emails_of(training, found, least, False)
    scorer.score(found[: len(least)], first.texts)
    config, now = training.config, training.elapsed()
    emails = config.contexts_per_step * config.samples_per_context
    each = (now - began) / len(least)
    count = budget.validated_within(now, each, emails, len(found)) if budget else len(found)
    contexts = found[: distributed.broadcast_from_main(count)]
    rest = range(len(least), len(contexts))
    untaught = training.state.step == 0 and training.policy.untaught  # later the KL is asked for
    written = Written.joined([first, _emails_of(training, contexts, rest, untaught)]) if rest else first
    unread = untaught and training.policy.writing.name != FREE
    return contexts, written, len(rest) * each if unread else 0.0


def _emails_of(training: TrainerContext, contexts: Sequence[str], numbers: range, untaught: bool) -> Written:
    """An email for each of some contexts, drawn from the policy as it is tuned, with the same random numbers each time.

    As many at once as a step's emails, or as fit into memory, which changes none of them.
    """
    config = training.config

    def emails_of_all(size: int) -> Written:
        at_once = size * config.samples_per_context
        parts = [numbers[first : first + at_once] for first in range(0, len(numbers), at_once)]
        return Written.joined([write_emails(training, contexts, part, 1, config.seed, untaught) for part in parts])

    return training.sampled.run(emails_of_all)


def _mean_kl(training: TrainerContext, written: Written) -> float:
    """Estimated KL of the emails from the warm start, nats an email; 0 before the first step."""
    if training.state.step == 0:
        return 0.0
    return float(kl_from_reference(training, written, torch.arange(len(written))).mean())


def _samples(contexts: Sequence[str], emails: Sequence[str], judged: np.ndarray) -> dict[str, Any]:
    """The event's fields for the first emails; None where there are fewer."""
    fields: dict[str, Any] = {}
    for place in range(SHOWN):
        there = place < len(emails)
        fields[f"sample_{place + 1}_context"] = contexts[place] if there else None
        fields[f"sample_{place + 1}_email"] = emails[place] if there else None
        fields[f"sample_{place + 1}_judge"] = float(judged[place]) if there else None
    return fields
