"""A comparison of many emails as a run of its own: each email is an event, so that it can be watched and resumed."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
import torch

from ..config import SamplingConfig
from ..evaluation import comparison
from ..events import EmailWritten, Event, Finished, Notice, PhaseDone, Progress, StopCheck, Stopped
from ..generation.emails import ScoredEmail, write_scored
from ..outcomes import OUTCOMES
from ..policy.model import WritingModel, load_writing_model
from ..results import Comparison
from ..reward.interface import predicted_outcome
from ..text.checks import check_email
from ..text.findings import find_all
from .rewards import Rewards, load_rewards

AT_ONCE = 16
"""Contexts that each model writes for before the next one does, so that pairs are there early."""
Emails = dict[str, list[ScoredEmail]]


@dataclass(frozen=True)
class ComparisonRequest:
    """What is compared: models by role (``base``, ``tuned``, perhaps ``warm_start``), each a name or a folder.

    ``dtype``: what all of them compute in, also after a resume, for in another one a model writes other emails; None:
    what this machine is quicker in.
    """

    models: dict[str, str]
    reward_model: Path
    sampling: SamplingConfig
    samples: int
    dtype: torch.dtype | None = None


def comparison_run(
    asked: ComparisonRequest, contexts: Sequence[str], written: Emails, table: Path, should_stop: StopCheck
) -> Iterator[Event]:
    """``evaluate``: each model writes for all contexts; ends with Finished or Stopped. ``written``: what is there.

    The CSV ``table`` holds in the end what all models have written for, after a stop too; all models stay in memory.

    Raises:
        ModelError: a model cannot be loaded.
    """
    yield Progress(phase="loading the models", done=0, total=1)
    rewards = load_rewards(asked.reward_model)
    load = cache(lambda source: load_writing_model(source, asked.dtype))
    models = {role: _keep_open(load, source) for role, source in asked.models.items()}
    for notice in dict.fromkeys(load(source).notice for source in asked.models.values()):
        if notice:
            yield Notice(message=notice)
    tuned = load(asked.models["tuned"])
    for remark in tuned.remarks(contexts, asked.sampling):
        yield Notice(message=remark)
    facts = tuned.facts
    written = with_findings(written, facts)
    task = ComparisonTask(models, asked.models["base"], rewards, tuple(contexts), asked.sampling, asked.samples, facts)
    result = yield from comparison_phase(task, written, should_stop)
    if result:
        write_scored(table, result.emails, "model")
        yield PhaseDone(phase="comparison", result=result.to_dict())
    if result and result.n == len(contexts):
        yield Finished(result=result.to_dict())
    else:
        n = result.n if result else 0
        said = f"Stopped after {n} of {len(contexts)} contexts" + ("; these are compared." if n else ".")
        yield Stopped(message=said, resumable=True)


@dataclass(frozen=True)
class ComparisonTask:
    """What is compared, all of it at hand: models by role, the base's name, who scores, what for and how.

    ``facts``: what emails may say.
    """

    models: dict[str, comparison.OpenWriter]
    base_model: str
    rewards: Rewards
    contexts: tuple[str, ...]
    sampling: SamplingConfig
    samples: int
    facts: str = ""


def comparison_phase(
    task: ComparisonTask, written: Emails, should_stop: StopCheck
) -> Generator[Event, None, Comparison | None]:
    """Write, score, compare; after a stop the contexts that all models have written for, or None."""
    emails = {role: list(written.get(role, [])) for role in task.models}
    yield from _write(task, emails, should_stop)
    whole = comparison.completed_contexts(emails)
    if not whole["base"]:
        return None
    flat = [email for found in whole.values() for email in found]
    judged = comparison.with_judge(comparison.comparison_figures(whole, task.samples), task.rewards.judge, flat)
    compared = comparison.without_doubtful_gains(judged, task.rewards.trusted)
    named = {"base_model": task.base_model, **compared, "verdict": comparison.comparison_in_words(compared)}
    return Comparison.from_dict(named, flat)


def _write(task: ComparisonTask, emails: Emails, should_stop: StopCheck) -> Iterator[Event]:
    """Adds to ``emails`` what is still to be written."""
    models, contexts, samples = task.models, task.contexts, task.samples
    done = {role: len(found) // samples for role, found in emails.items()}
    total, before = len(models) * len(contexts), sum(done.values())
    now, began = before, time.monotonic()
    yield Progress(phase=comparison.PHASE, done=now, total=total)
    scorer = task.rewards.scorer
    parts = comparison.write_parts(
        models, contexts, scorer, task.sampling, samples, should_stop, AT_ONCE, done, task.facts
    )
    for part in parts:
        first = len(emails[part.model])
        emails[part.model] += part.emails
        yield from (_event(email, place, samples) for place, email in enumerate(part.emails, first))
        now += len(part.emails) // samples
        left = (time.monotonic() - began) / (now - before) * (total - now)
        yield Progress(phase=comparison.PHASE, done=now, total=total, seconds_left=left)


def _keep_open(load: Callable[[str], WritingModel], source: str) -> comparison.OpenWriter:
    return lambda: nullcontext(load(source))


def _event(email: ScoredEmail, place: int, samples: int) -> EmailWritten:
    """``place``: among all emails of its model."""
    return EmailWritten(
        place=place // samples,
        candidate=place % samples + 1,
        model=email.model,
        context=email.context,
        email_text=email.email_text,
        reward=email.reward,
        p_no_reply=email.p_no_reply,
        p_reply=email.p_reply,
        p_conversion=email.p_conversion,
    )


def emails_so_far(events: Iterable[Event], samples: int) -> Emails:
    """The emails that a run has recorded, by model and in order; those of parts that are not whole are left out."""
    found: dict[str, dict[tuple[int, int], EmailWritten]] = {}
    for event in events:
        if isinstance(event, EmailWritten):
            found.setdefault(event.model, {})[event.place, event.candidate] = event
    emails = {model: [_email(own[key]) for key in sorted(own)] for model, own in found.items()}
    # a last part of all contexts may be shorter; written once more it is the same
    return {model: own[: len(own) // (AT_ONCE * samples) * AT_ONCE * samples] for model, own in emails.items()}


def with_findings(emails: Emails, facts: str) -> Emails:
    """The emails with what they claim and how they read, which a record does not keep."""
    return {
        model: [replace(email, findings=find_all(email.email_text, email.context, facts)) for email in own]
        for model, own in emails.items()
    }


def _email(event: EmailWritten) -> ScoredEmail:
    probs = (event.p_no_reply, event.p_reply, event.p_conversion)
    outcome = predicted_outcome(np.array(probs, dtype=float))  # None becomes NaN
    predicted = None if outcome is None else OUTCOMES[outcome]
    return ScoredEmail(
        context=event.context,
        email_text=event.email_text,
        model=event.model,
        candidate=event.candidate,
        predicted=predicted,
        reward=event.reward,
        p_no_reply=event.p_no_reply,
        p_reply=event.p_reply,
        p_conversion=event.p_conversion,
        check=check_email(event.email_text),
    )
