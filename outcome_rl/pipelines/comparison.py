"""A comparison of many emails as a run of its own: each email is an event, so that it can be watched and resumed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import torch

from ..config import OUTCOMES, SamplingConfig
from ..evaluation import comparison
from ..events import EmailWritten, Event, Finished, Notice, PhaseDone, Progress, Stopped
from ..generation.emails import ScoredEmail, write_scored
from ..policy.model import Writer, load_writer
from ..reward.metadata import is_trusted, read_figures
from ..reward.serialization import load_judge, load_reward_model
from ..text.checks import check_email

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
    asked: ComparisonRequest, contexts: Sequence[str], written: Emails, table: Path, should_stop: Callable[[], bool]
) -> Iterator[Event]:
    """``evaluate``: each model writes for all contexts; ends with Finished or Stopped. ``written``: what is there.

    The CSV ``table`` holds in the end what all models have written for, after a stop too; all models stay in memory.

    Raises:
        ModelError: a model cannot be loaded.
    """
    yield Progress(phase="loading the models", done=0, total=1)
    scorer, judge = load_reward_model(asked.reward_model), load_judge(asked.reward_model)
    trusted = is_trusted(read_figures(asked.reward_model))
    load = cache(lambda source: load_writer(source, asked.dtype))
    models = {role: _keep_open(load, source) for role, source in asked.models.items()}
    for notice in dict.fromkeys(load(source).notice for source in asked.models.values()):
        if notice:
            yield Notice(message=notice)
    emails = {role: list(written.get(role, [])) for role in models}
    yield from _write(asked, contexts, scorer, models, emails, should_stop)
    whole = comparison.completed_contexts(emails)
    if whole["base"]:
        flat = [email for found in whole.values() for email in found]
        write_scored(table, flat, "model")
        judged = comparison.with_judge(comparison.comparison_figures(whole, asked.samples), judge, flat)
        compared = comparison.without_untrusted_claims(judged, trusted)
        result = {"base_model": asked.models["base"], **compared, "verdict": comparison.comparison_in_words(compared)}
        yield PhaseDone(phase="comparison", result=result)
    n = len(whole["base"]) // asked.samples
    if n == len(contexts):
        yield Finished(result=result)
    else:
        said = f"Stopped after {n} of {len(contexts)} contexts" + ("; these are compared." if n else ".")
        yield Stopped(message=said, resumable=True)


def _write(
    asked: ComparisonRequest,
    contexts: Sequence[str],
    scorer: Any,
    models: dict[str, comparison.OpenWriter],
    emails: Emails,
    should_stop: Callable[[], bool],
) -> Iterator[Event]:
    """Adds to ``emails`` what is still to be written."""
    done = {role: len(found) // asked.samples for role, found in emails.items()}
    total, before = len(models) * len(contexts), sum(done.values())
    now, began = before, time.monotonic()
    yield Progress(phase="writing emails to compare, contexts", done=now, total=total)
    parts = comparison.write_parts(models, contexts, scorer, asked.sampling, asked.samples, should_stop, AT_ONCE, done)
    for part in parts:
        first = len(emails[part.model])
        emails[part.model] += part.emails
        yield from (_event(email, place, asked.samples) for place, email in enumerate(part.emails, first))
        now += len(part.emails) // asked.samples
        left = (time.monotonic() - began) / (now - before) * (total - now)
        yield Progress(phase="writing emails to compare, contexts", done=now, total=total, seconds_left=left)


def _keep_open(load: Callable[[str], Writer], source: str) -> comparison.OpenWriter:
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


def _email(event: EmailWritten) -> ScoredEmail:
    probs = (event.p_no_reply, event.p_reply, event.p_conversion)
    predicted = None if None in probs else OUTCOMES[int(np.argmax(probs))]  # type: ignore[arg-type]
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
