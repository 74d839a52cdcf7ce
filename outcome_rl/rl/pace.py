"""How long the parts of an RL step take on this machine: measured with the model itself before any training."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import TypeVar

import torch
from torch import Tensor

from ..config import FREE, FinetuneConfig
from ..engine.sampling import SamplingParams
from ..policy.model import Policy
from ..policy.prompts import encode_email
from ..policy.writing import Request, Written
from ..reward.interface import Scorer
from .gradients import add_gradients, log_probs_of
from .trainer_context import TrainerContext, other_choices
from .trainer_state import TrainerState
from .warm_start import BATCH

PROBED_TOKENS = 16
"""Tokens of each email that is written freely for the measurement; the rest is reckoned from these."""
UPDATED = 8
"""Emails that the measured update learns from."""
ENOUGH = 2.0
"""Seconds: where one context's emails take longer, they are not written twice."""
MORE = 8.0
"""Seconds that writing for more contexts may take about."""
SLOW = 0.1
"""Share of the time for the whole measurement that one context's emails may take, or else it ends with these."""
T = TypeVar("T")
LOOKED_AT = 32
"""Emails of the file that tell how long an email is."""


@dataclass(frozen=True)
class Pace:
    """Seconds on this machine. Writing takes ``setup`` and ``write`` for each email; the others are for each email too.

    score: by the reward model. compare: with the model that tuning is held to. update: of the weights. others: how many
    emails with another sentence in them are scored for each email of a step.
    """

    setup: float
    write: float
    score: float
    compare: float
    update: float
    others: float = 0.0

    def step(self, emails: int) -> float:
        """An RL step with so many emails."""
        scored = (1 + self.others) * self.score
        return self.setup + emails * (self.write + scored + self.compare + self.update)

    def evaluation(self, emails: int) -> float:
        """A validation, or one model's share of the comparison."""
        return self.setup + emails * (self.write + self.score + self.compare)

    def scaled(self, by: float) -> Pace:
        """That of a model with so many times as many weights; scoring stays."""
        return Pace(by * self.setup, by * self.write, self.score, by * self.compare, by * self.update, self.others)

    def slower(self, by: float) -> Pace:
        """That of a machine that takes so many times as long for everything."""
        return replace(self.scaled(by), score=by * self.score)

    @property
    def warm_step(self) -> float:
        """A step of the warm start."""
        return BATCH * self.update


def measure_pace(
    policy: Policy,
    config: FinetuneConfig,
    contexts: Sequence[str],
    emails: Sequence[str],
    scorer: Scorer | None = None,
    should_stop: Callable[[], bool] = lambda: False,
    most: float = 60.0,
) -> Pace:
    """Write, judge and learn from a few emails, and leave the policy as it was; takes seconds.

    contexts, emails: of the file, each with its email. Without a ``scorer`` scoring counts as nothing. ``most``: the
    seconds that it should take; where the first emails show that it would be more, they have to do.

    Raises:
        StopRequested: a stop was asked for.
    """
    training = TrainerContext(config, policy, TrainerState(), Path(), should_stop)
    usual = median(len(encode_email(policy.tokenizer, email, config.max_new_tokens)) for email in emails[:LOOKED_AT])
    setup, write, written = _writing_pace(training, list(dict.fromkeys(contexts))[: config.contexts_per_step], most)
    share = _share(training, written, usual)
    samples = config.samples_per_context
    rows = torch.arange(min(UPDATED, len(written)))
    compare, _ = _timed(lambda: _compare(training, written, rows))
    update, _ = _timed(lambda: _learn(training, written, rows))
    read = (len(written.prompts[0]) / samples + usual) / (len(written.prompts[0]) / samples + usual / share)
    score = score_pace(scorer, contexts, emails, most) if scorer else 0.0
    others = _others(training, written, contexts)
    return Pace(setup * share, write * share, score, compare * read / len(rows), update * read / len(rows), others)


def score_pace(scorer: Scorer, contexts: Sequence[str], emails: Sequence[str], most: float = 60.0) -> float:
    """Seconds that scoring an email takes; see :func:`measure_pace`."""
    one, _ = _timed(lambda: scorer.score(contexts[:1], emails[:1]))  # the first call sets things up
    judged = min(len(emails), UPDATED)
    if one > SLOW * most:
        return one
    return _timed(lambda: scorer.score(contexts[:judged], emails[:judged]))[0] / judged


def _writing_pace(training: TrainerContext, contexts: list[str], most: float = 60.0) -> tuple[float, float, Written]:
    """Seconds for any number of emails, and for each; and the emails. The first ones of a process set much up."""
    few, written = _timed(lambda: _write(training, contexts[:1]))
    if few > SLOW * most:
        return 0.0, few / len(written), written
    if few < ENOUGH:
        few, written = _timed(lambda: _write(training, contexts[:1]))
    samples = len(written)
    asked = contexts[: max(2, int(MORE / few))]
    if len(asked) == 1:
        return 0.0, few / samples, written
    many, written = _timed(lambda: _write(training, asked))
    each = min(max(0.0, (many - few) / (len(written) - samples)), many / len(written))
    return max(0.0, many - len(written) * each), each, written


def _others(training: TrainerContext, written: Written, contexts: Sequence[str]) -> float:
    """How many others are scored for each of the emails, which are for the first ones of ``contexts``."""
    samples = training.config.samples_per_context
    repeated = [context for context in dict.fromkeys(contexts) for _ in range(samples)][: len(written)]
    found = other_choices(training, written, repeated)
    return len({(other.row, text) for other in found for text in other.texts}) / len(written)


def _timed(work: Callable[[], T]) -> tuple[float, T]:
    began = time.monotonic()
    result = work()
    return time.monotonic() - began, result


def _share(training: TrainerContext, written: Written, usual: float) -> float:
    """How many times as long as those that were written whole emails are."""
    if training.policy.writing.name != FREE:
        return 1.0
    return max(1.0, usual / float(written.batch.lengths.float().mean()))


def _write(training: TrainerContext, contexts: Sequence[str]) -> Written:
    config, policy = training.config, training.policy
    training.check_stop()
    generator, params = torch.Generator().manual_seed(0), SamplingParams(temperature=config.value_of("temperature"))
    longest = min(PROBED_TOKENS, config.max_new_tokens)
    return policy.writing.write(policy, Request(contexts, config.samples_per_context, generator, params, longest))


@torch.no_grad()
def _compare(training: TrainerContext, written: Written, rows: Tensor) -> None:
    log_probs_of(training, written, rows)


def _learn(training: TrainerContext, written: Written, rows: Tensor) -> None:
    """A gradient that nobody uses."""

    def loss_of(part: Tensor) -> Tensor:
        now, _, mask = log_probs_of(training, written, part)
        return (now * mask).sum()

    add_gradients(training, rows, len(rows), loss_of)
    for parameter in training.policy.adapter.parameters():
        parameter.grad = None
