"""A fine-tune so small that its reward rises within seconds: contexts, emails, settings, toy rewards."""

from __future__ import annotations

import dataclasses
from collections.abc import Generator, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from outcome_rl.config import WEIGHED_RANGE, FinetuneConfig
from outcome_rl.data.dataset import EmailData
from outcome_rl.errors import RunError
from outcome_rl.events import Event, Notice, RLStep, WarmStartStep
from outcome_rl.models.hub import ModelLocation
from outcome_rl.policy.model import Policy, load_policy
from outcome_rl.reward.interface import Scores
from outcome_rl.rl.checkpoints import Checkpoint, load_checkpoint
from outcome_rl.rl.tune_policy import tune_policy

CONTEXTS = [f"Customer: role {i} at a firm." for i in range(6)]
NO_EMAILS = EmailData((), (), (), ())
TINY: dict[str, Any] = {
    "model": "tiny",
    "contexts_per_step": 3,
    "samples_per_context": 16,
    "micro_batch_size": 48,
    "max_new_tokens": 8,
    "lora_rank": 8,
    "learning_rate": 0.02,
    "unfinished_penalty": 0.0,
    "kl_weight": 0.0,
    "variety_weight": 0.0,
    "warm_start_epochs": 0,
    "checkpoint_minutes": 1000.0,
}


class EarlyLetterLover:
    """A toy reward: the share of an email's characters that are letters from a to m, times ``sign``.

    Its range is stated as that of the usual payoffs, so that penalties count as the tests give them.
    """

    reward_range = WEIGHED_RANGE

    def __init__(self, sign: int = 1) -> None:
        self.sign = sign

    def score(self, contexts: Sequence[str], emails: Sequence[str]) -> Scores:
        share = np.array([sum("a" <= letter <= "m" for letter in email) / max(1, len(email)) for email in emails])
        probs = np.stack([1 - share, np.zeros(len(emails)), share], 1)
        return Scores.sure(probs, self.sign * share)


def good(n: int = 16) -> EmailData:
    """Emails that all converted, for the warm start to learn from."""
    emails = tuple(f"Hello, can we talk about item {i}?" for i in range(n))
    return EmailData(tuple(CONTEXTS[i % len(CONTEXTS)] for i in range(n)), emails, (2,) * n, tuple(range(2, n + 2)))


def tiny_policy(
    folder: Path, dtype: torch.dtype = torch.float32, tuning: str = "lora", rank: int = TINY["lora_rank"]
) -> Policy:
    return load_policy(ModelLocation("tiny", folder, "folder"), rank, 42, dtype, tuning)


def disturbed_policy(folder: Path) -> Policy:
    """A policy whose adapter has an effect, and gradients: a fresh one's B is 0, and with it A's gradient."""
    policy = load_policy(ModelLocation("tiny", folder, "folder"), rank=4, seed=0, dtype=torch.float32)
    generator = torch.Generator().manual_seed(3)
    with torch.no_grad():
        for parameter in policy.adapter.parameters():
            parameter.add_(torch.randn(parameter.shape, generator=generator) * 0.05)
    policy.adapter.merge()
    return policy


def tuned(
    policy: Policy,
    checkpoint: Path,
    emails: EmailData = NO_EMAILS,
    stop_after: int | None = None,
    resume: bool = False,
    scorer: Any = None,
    **changes: Any,
) -> tuple[list[Event], Any]:
    """(events, outcome) of a fine-tune; after ``stop_after`` events a stop is asked for."""
    seen: list[Event] = []
    work = tune_policy(
        FinetuneConfig(**{**TINY, **changes}),
        policy,
        scorer or EarlyLetterLover(),
        CONTEXTS,
        emails,
        checkpoint,
        resume=load_checkpoint(checkpoint) if resume else None,
        should_stop=lambda: stop_after is not None and len(seen) >= stop_after,
    )
    return seen, exhaust(work, seen)


def tuned_until_error(
    policy: Policy,
    folder: Path,
    scorer: Any = None,
    emails: EmailData = NO_EMAILS,
    resume: Checkpoint | None = None,
    **changes: Any,
) -> tuple[list[Event], RunError | None]:
    """The events of a fine-tune of four steps, and the error that ended it if there was one."""
    config = FinetuneConfig(**{**TINY, "steps": 4, **changes})
    seen: list[Event] = []
    work = tune_policy(config, policy, scorer or EarlyLetterLover(), CONTEXTS, emails, folder, resume=resume)
    try:
        return seen, exhaust(work, seen).failed
    except RunError as error:
        return seen, error


def exhaust(work: Generator[Any, None, Any], seen: list[Any]) -> Any:
    """Collect what a generator yields in ``seen``; what it returns."""
    while True:
        try:
            seen.append(next(work))
        except StopIteration as end:
            return end.value


def rewards(events: Iterable[Event]) -> list[float]:
    return [event.reward_mean for event in events if isinstance(event, RLStep)]


def gain(events: Iterable[Event]) -> float:
    found = rewards(events)
    return float(np.mean(found[-5:]) - np.mean(found[:5]))


def timeless(events: Iterable[Event]) -> list[Event]:
    """What happened, without clocks and checkpoints."""
    clocks = {"time": "", "seconds": 0.0, "seconds_left": None, "tokens_per_second": 0.0}
    kept = [event for event in events if isinstance(event, (RLStep, WarmStartStep))]
    return [dataclasses.replace(e, **{k: v for k, v in clocks.items() if hasattr(e, k)}) for e in kept]


def notices(events: Iterable[Event]) -> list[str]:
    return [event.message for event in events if isinstance(event, Notice)]
