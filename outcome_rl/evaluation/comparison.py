"""Did tuning help? Base, warm start and tuned model write for the same contexts, and their rewards are paired."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..config import SamplingConfig
from ..events import Event, Notice, Progress
from ..generation.emails import ScoredEmail, score_emails, write_texts
from ..generation.totals import summary
from ..metrics import FEWEST_CONTEXTS, mean_interval
from ..policy.model import WritingModel
from ..reward.interface import Scorer
from ..rl.time_budget import LEAST_COMPARED, OVERRUN
from ..text.checks import distinct_n
from ..text.findings import Findings
from ..utils.cpu import give_back_freed_memory
from ..utils.work_clock import TimeLimit

OVER_WARM_START = "_over_warm_start"
"""Ends the keys of the gain over the warm start, which is what tuning itself has done."""
OTHERS = {"": "base", OVER_WARM_START: "warm_start"}
"""Whose emails the tuned model's are compared with, by how the keys end."""

FAULTS: dict[str, Callable[[Findings | None], bool]] = {
    "claims without ground": lambda found: bool(found and found.claims),
    "emails that are cut off": lambda found: bool(found and found.sense.cut_off),
    "emails that a reader would stumble over": lambda found: bool(found and found.sense.certain),
}
"""What makes an email one that nobody would send, and whether it is there."""

PHASE = "writing emails to compare, contexts"

SLOWER = 3.0
"""Emails of a comparison may take so many times as long as those before it: the base may word them itself."""
MOST_AT_FIRST = 8
"""Contexts of the first part, which is never given up: a machine that has grown slower since must not have more."""

OpenWriter = Callable[[], AbstractContextManager[WritingModel]]
"""Gives a writer for as long as it is needed, so that only one model needs to be in memory."""


@dataclass(frozen=True)
class ScoredPart:
    """What one model wrote for some of the contexts, scored, in their order."""

    model: str
    emails: list[ScoredEmail]


def write_parts(
    models: dict[str, OpenWriter],
    contexts: Sequence[str],
    reward_model: Scorer,
    sampling: SamplingConfig,
    samples: int,
    should_stop: Callable[[], bool] = lambda: False,
    at_once: int | Callable[[int], int] | None = None,
    done: Mapping[str, int] | None = None,
    facts: str = "",
) -> Iterator[ScoredPart]:
    """Let each model in turn write ``samples`` emails for ``at_once`` contexts (all where None), then for the next.

    ``at_once`` may be asked how many are next, by those that are behind; 0 ends it. After a stop it ends; the part that
    was being written is dropped. The emails do not depend on ``at_once``. Parts that lie within the first ``done``
    contexts of a model are there already and are left out. ``facts``: what the emails may say.
    """
    start = 0
    while start < len(contexts):
        size = at_once(start) if callable(at_once) else at_once or len(contexts)
        if not size:
            return
        wanted = range(start, min(start + size, len(contexts)))
        start = wanted.stop
        repeated = [contexts[place] for place in wanted for _ in range(samples)]
        for name, opened in models.items():
            if done and wanted.stop <= done.get(name, 0):
                continue
            with opened() as writer:
                texts = write_texts(writer, contexts, sampling, samples, lambda: not should_stop(), wanted)
            if should_stop():
                return
            flat = [text for group in texts for text in group]
            yield ScoredPart(name, score_emails(repeated, flat, reward_model, name, facts))


def compare(
    models: dict[str, OpenWriter],
    contexts: Sequence[str],
    reward_model: Scorer,
    sampling: SamplingConfig,
    samples: int,
    should_stop: Callable[[], bool] = lambda: False,
    facts: str = "",
    limit: TimeLimit | None = None,
    each: float = 0.0,
) -> Generator[Event, None, tuple[dict[str, Any] | None, list[ScoredEmail]]]:
    """Let each model write ``samples`` emails per context; returns (result, emails).

    ``models`` holds ``base`` and ``tuned`` and may hold ``warm_start``. A stop before all is compared gives (None, []).
    Under a ``limit`` the contexts are those that there is time for, :data:`LEAST_COMPARED` at least. ``each``: seconds
    that an email took before; 0: not known.
    """
    emails: dict[str, list[ScoredEmail]] = {name: [] for name in models}
    pacing = Pacing(limit, len(contexts), len(models) * samples * each) if limit else None
    stop_or_late = lambda: should_stop() or bool(pacing and pacing.too_late())  # noqa: E731
    parts = write_parts(
        models,
        contexts,
        reward_model,
        sampling,
        samples,
        stop_or_late,
        pacing.next_size if pacing else None,
        facts=facts,
    )
    began, done, total = time.monotonic(), 0, len(models) * len(contexts)
    yield Progress(phase=PHASE, done=0, total=total)
    for part in parts:
        give_back_freed_memory()
        emails[part.model] += part.emails
        done += len(part.emails) // samples
        left = (time.monotonic() - began) / done * (total - done)
        if limit:
            left = min(left, max(0.0, limit.left()))
        if done < total:
            yield Progress(phase=PHASE, done=done, total=total, seconds_left=left)
    whole = completed_contexts(emails)
    count = len(whole["base"]) // samples
    if not count or (count < len(contexts) and should_stop()):
        return None, []
    if count < len(contexts):
        yield Notice(message=f"The time was over when {count} of {len(contexts)} contexts were compared.")
    return comparison_figures(whole, samples), [email for found in whole.values() for email in found]


class Pacing:
    """How many contexts are compared next, so that it ends in time whatever becomes of the machine.

    The first ones tell how long the others take, and no part is more than twice all before it. Where nobody knows what
    a context takes, ``each`` seconds, the first ones are few; else as many as there is time for :data:`SLOWER` times
    over, :data:`MOST_AT_FIRST` at most. Few parts are quicker than many, since each token of a part takes a pass over
    all weights.
    """

    def __init__(self, limit: TimeLimit, contexts: int, each: float = 0.0) -> None:
        self.limit, self.contexts = limit, contexts
        self.began, self.done = limit.left(), 0
        in_time = int(self.began / SLOWER / each) if each else 0
        self.first = min(max(LEAST_COMPARED, in_time), MOST_AT_FIRST)

    def next_size(self, done: int) -> int:
        """How many are next, once ``done`` are; 0: no more."""
        self.done = done
        if not done:
            return min(self.first, self.contexts)
        left = self.limit.left()
        each = (self.began - left) / done
        fitting = int(left / each) if each else self.contexts
        return max(0, min(fitting, 2 * done, self.contexts - done))

    def too_late(self) -> bool:
        """Whether what is under way is to be given up; the first few never are."""
        return self.done > 0 and self.limit.left() < -OVERRUN * self.limit.seconds


def comparison_figures(emails: dict[str, list[ScoredEmail]], samples: int) -> dict[str, Any]:
    """The figures of what the models wrote for the same contexts, ``samples`` emails each, under documented names."""
    rewards = {name: np.array([each.reward for each in found]).reshape(-1, samples) for name, found in emails.items()}
    result: dict[str, Any] = {"n": len(rewards["base"]), "samples_per_context": samples}
    result |= {
        name: summary(found) | {"distinct_2": distinct_n([email.email_text for email in found])}
        for name, found in emails.items()
    }
    worse = {f"worse{over}": _worse(emails, other, samples) for over, other in OTHERS.items() if other in emails}
    return result | _gains(rewards) | {key: faults for key, faults in worse.items() if faults}


def _worse(emails: dict[str, list[ScoredEmail]], other: str, samples: int) -> list[str]:
    """The :data:`FAULTS` that the tuned model's emails clearly have more of than those of an ``other`` one."""
    found = []
    for fault, present in FAULTS.items():
        shares = {
            name: np.array([present(each.findings) for each in emails[name]], dtype=float).reshape(-1, samples).mean(1)
            for name in (other, "tuned")
            if all(each.findings for each in emails[name])
        }
        if len(shares) == 2 and mean_interval(shares["tuned"] - shares[other])[0] > 0:
            found.append(fault)
    return found


def completed_contexts(emails: dict[str, list[ScoredEmail]]) -> dict[str, list[ScoredEmail]]:
    """Of work that was stopped, the emails for those contexts that all models have written for."""
    n = min(map(len, emails.values()), default=0)
    return {name: found[:n] for name, found in emails.items()}


def _gains(rewards: dict[str, np.ndarray]) -> dict[str, Any]:
    """:func:`paired_gain` over the base, and over the warm start where there is one."""
    gains = {over: paired_gain(rewards[other], rewards["tuned"]) for over, other in OTHERS.items() if other in rewards}
    return {f"{key}{over}": value for over, gain in gains.items() for key, value in gain.items()}


def paired_gain(base: np.ndarray, tuned: np.ndarray) -> dict[str, Any]:
    """Gain of tuned over base, rewards (contexts, samples) each: mean difference of the contexts' means, its 95 %
    interval over contexts, the share of contexts won (ties half), and whether it is an improvement.
    """
    difference = tuned.mean(1) - base.mean(1)
    low, high = mean_interval(difference)
    improved = True if low > 0 else False if high < 0 else "unclear"
    if len(difference) < FEWEST_CONTEXTS:
        improved = "unclear"
    wins = float(np.mean(np.where(difference == 0, 0.5, difference > 0)))
    return {"gain": float(difference.mean()), "gain_ci95": [low, high], "win_rate": wins, "improved": improved}


def with_judge(result: dict[str, Any], judge: Scorer | None, emails: Sequence[ScoredEmail]) -> dict[str, Any]:
    """What :func:`compare` returned, with what an independent judge says of its emails under ``judge``.

    ``improved`` then is what both agree on; ``reward_model_improved`` keeps the reward model's own opinion. The same
    for the gain over the warm start.
    """
    if judge is None:
        return result
    opinion = judge_figures(judge, emails, result["samples_per_context"])
    agreed: dict[str, Any] = {}
    for over in OTHERS:
        if f"improved{over}" in result:
            own = result[f"improved{over}"]
            agreed[f"improved{over}"] = agreed_improvement(own, opinion[f"improved{over}"])
            agreed[f"reward_model_improved{over}"] = own
    return result | agreed | {"judge": opinion}


def without_doubtful_gains(result: dict[str, Any], trusted: bool) -> dict[str, Any]:
    """The comparison, claiming nothing where the reward model is not clearly better than guessing, where the emails
    have become worse in a way that it does not see, or where the warm start is as good as what tuning made of it.

    The judge has learned from the same emails, so that it cannot vouch for the reward model then. ``improved`` is
    "unclear"; ``reward_model_improved`` keeps what the reward model sees. The same for the gain over the warm start.
    ``better_than_base`` is True where the emails are, and owe it to the warm start.
    """
    doubted: dict[str, Any] = {} if trusted else {"reward_model_guesses": True}
    for over in OTHERS:
        key = f"improved{over}"
        if key in result and not (trusted and not (result.get(f"worse{over}") and result[key] is True)):
            doubted |= {key: "unclear", f"reward_model_{key}": result.get(f"reward_model_{key}", result[key])}
    found = result | doubted
    if found["improved"] is True and found.get(f"improved{OVER_WARM_START}", True) is not True:
        return found | {"improved": "unclear", "better_than_base": True}
    return found


def agreed_improvement(reward_model: bool | str, judge: bool | str) -> bool | str:
    """Whether tuning improved: True if both see it, False if the reward model sees a loss and the judge no gain."""
    if reward_model is True and judge is True:
        return True
    return False if reward_model is False and judge is not True else "unclear"


def judge_figures(judge: Scorer, emails: Sequence[ScoredEmail], samples: int) -> dict[str, Any]:
    """What a judge says of the emails that :func:`compare` returned: each model's mean reward, and the gains."""
    found = judge.score([email.context for email in emails], [email.email_text for email in emails]).rewards
    rewards: dict[str, list[float]] = {}
    for email, reward in zip(emails, found.tolist(), strict=True):
        rewards.setdefault(email.model, []).append(reward)
    paired = {name: np.array(own).reshape(-1, samples) for name, own in rewards.items()}
    return {name: float(own.mean()) for name, own in paired.items()} | _gains(paired)


def comparison_in_words(result: dict[str, Any], contexts: str = "contexts") -> str:
    """The comparison for people, the independent judge's opinion behind it; ``contexts`` says what kind they are."""
    said = _gain_in_words(result, contexts)
    if judge := result.get("judge"):
        agrees = {True: "sees an improvement", False: "sees a loss"}.get(judge["improved"], "sees no clear difference")
        if result.get("reward_model_guesses"):
            agrees = "learned from the same emails and cannot vouch for it"
        said += f" The independent judge {agrees}: {_gain_with_interval(judge)}."
    if f"gain{OVER_WARM_START}" in result:
        said += f" {_tuning_itself_in_words(result)}"
    return said


def _tuning_itself_in_words(result: dict[str, Any]) -> str:
    """What tuning has done to the warm start, which may be better than the base by itself."""
    gain = f"Tuning itself, over the warm start: {_gain_with_interval(result, OVER_WARM_START)}"
    if worse := result.get(f"worse{OVER_WARM_START}"):
        gain += f", with more {' and more '.join(worse)}"
    return f"{gain}{', an improvement' if result['improved'] is True else ''}."


def _gain_in_words(result: dict[str, Any], contexts: str) -> str:
    low, high = result["gain_ci95"]
    contexts = contexts if result["n"] > 1 else contexts.replace("contexts", "context", 1)
    gain = f"{result['gain']:+.2f} (95 % interval {low:+.2f} to {high:+.2f}) on {result['n']} {contexts}"
    if result.get("reward_model_guesses"):
        only = "the reward model is not clearly better than guessing"
        return f"No clear improvement, for {only}: what it sees, {gain}, may be its own whim."
    if result.get("better_than_base"):
        return (
            f"No clear improvement by tuning: these emails beat the base's, {gain}, but not clearly the warm start's."
        )
    if result["improved"] is True:
        return f"In the reward model's eyes these emails beat the base's: {gain}. Only real outcomes can confirm it."
    if result["improved"] is False:
        return f"The tuned model is worse than the base: {gain}. Keep the base."
    if worse := result.get("worse"):
        return f"No clear improvement, for there are more {' and more '.join(worse)} than before: {gain}."
    if result.get("reward_model_improved") is True:
        return f"No clear improvement, for only the reward model sees one: {gain}."
    if result["n"] < FEWEST_CONTEXTS:
        return f"No clear improvement: {gain}. Fewer than {FEWEST_CONTEXTS} contexts cannot show one."
    learned = result.get("base", {}).get("predicted", {}) is not None  # a reward of one's own is what it is
    would_help = "More steps, more data or a better reward model" if learned else "More steps or more data"
    return f"No clear improvement: {gain}. {would_help} may show one."


def _gain_with_interval(result: dict[str, Any], over: str = "") -> str:
    low, high = result[f"gain_ci95{over}"]
    return f"{result[f'gain{over}']:+.2f} ({low:+.2f} to {high:+.2f})"
