"""Did tuning help? Base, warm start and tuned model write for the same contexts, and their rewards are paired."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any

import numpy as np

from .config import SamplingConfig
from .email_checks import distinct_n
from .emails import ScoredEmail, score_emails, summary, write_texts
from .events import Event, Progress
from .metrics import bootstrap_mean_ci
from .policy import Writer
from .scores import Scorer

FEWEST_CONTEXTS = 5
"""With fewer, a bootstrap interval is too narrow to say anything (of 4 differences of one sign it never holds 0)."""

Opened = Callable[[], AbstractContextManager[Writer]]
"""Gives a writer for as long as it is needed, so that only one model needs to be in memory."""


def compare(
    models: dict[str, Opened],
    contexts: Sequence[str],
    reward_model: Scorer,
    sampling: SamplingConfig,
    samples: int,
    should_stop: Callable[[], bool] = lambda: False,
) -> Iterator[Event]:
    """Let each model write ``samples`` emails per context; a generator that returns (result, emails).

    ``models`` holds ``base`` and ``tuned`` and may hold ``warm_start``. After a stop it returns (None, []).
    """
    emails: dict[str, list[ScoredEmail]] = {}
    began = time.monotonic()
    for done, (name, opened) in enumerate(models.items()):
        left = (time.monotonic() - began) / done * (len(models) - done) if done else None
        yield Progress(phase="writing emails to compare", done=done, total=len(models), seconds_left=left)
        with opened() as writer:
            texts = write_texts(writer, contexts, sampling, samples, keep_going=lambda: not should_stop())
        if should_stop():
            return None, []
        repeated = [context for context in contexts for _ in range(samples)]
        emails[name] = score_emails(repeated, [text for group in texts for text in group], reward_model, name)
    rewards = {
        name: np.array([email.reward for email in found]).reshape(len(contexts), samples)
        for name, found in emails.items()
    }
    result = {"n": len(contexts), "samples_per_context": samples}
    result |= {
        name: summary(found) | {"distinct_2": distinct_n([email.email_text for email in found])}
        for name, found in emails.items()
    }
    result |= paired_gain(rewards["base"], rewards["tuned"])
    if "warm_start" in rewards:
        over_warm_start = paired_gain(rewards["warm_start"], rewards["tuned"])
        result |= {f"{key}_over_warm_start": value for key, value in over_warm_start.items()}
    return result, [email for found in emails.values() for email in found]


def paired_gain(base: np.ndarray, tuned: np.ndarray) -> dict[str, Any]:
    """Gain of tuned over base, rewards (contexts, samples) each: mean difference of the contexts' means, its 95 %
    bootstrap interval over contexts, the share of contexts won (ties half), and whether it is an improvement.
    """
    difference = tuned.mean(1) - base.mean(1)
    low, high = bootstrap_mean_ci(difference)
    improved = True if low > 0 else False if high < 0 else "unclear"
    if len(difference) < FEWEST_CONTEXTS:
        improved = "unclear"
    wins = float(np.mean(np.where(difference == 0, 0.5, difference > 0)))
    return {"gain": float(difference.mean()), "gain_ci95": [low, high], "win_rate": wins, "improved": improved}


def second_opinion(judge: Scorer, emails: Sequence[ScoredEmail]) -> dict[str, Any]:
    """What an independent judge says of the emails that :func:`compare` returned: mean reward of each model's, and
    the gain of tuned over base, paired by context.
    """
    rewards: dict[str, dict[str, list[float]]] = {}
    found = judge.score([email.context for email in emails], [email.email_text for email in emails]).rewards
    for email, reward in zip(emails, found.tolist(), strict=True):
        rewards.setdefault(email.model, {}).setdefault(email.context, []).append(reward)
    means = {name: np.array([[np.mean(own)] for own in each.values()]) for name, each in rewards.items()}
    result: dict[str, Any] = {name: float(mean.mean()) for name, mean in means.items()}
    return result | paired_gain(means["base"], means["tuned"])


def in_words(result: dict[str, Any], contexts: str = "contexts") -> str:
    """The comparison for people, the independent judge's opinion behind it; ``contexts`` says what kind they are."""
    said = _gain_in_words(result, contexts)
    if judge := result.get("judge"):
        low, high = judge["gain_ci95"]
        agrees = {True: "agrees", False: "disagrees"}.get(judge["improved"], "sees no clear difference")
        said += f" The independent judge {agrees}: {judge['gain']:+.2f} ({low:+.2f} to {high:+.2f})."
    return said


def _gain_in_words(result: dict[str, Any], contexts: str) -> str:
    low, high = result["gain_ci95"]
    gain = f"{result['gain']:+.2f} (95 % interval {low:+.2f} to {high:+.2f}) on {result['n']} {contexts}"
    if result["improved"] is True:
        return f"In the reward model's eyes tuning improved on the base: {gain}. Only real outcomes can confirm it."
    if result["improved"] is False:
        return f"The tuned model is worse than the base: {gain}. Keep the base."
    return f"No clear improvement: {gain}. More steps, more data or a better reward model may show one."
