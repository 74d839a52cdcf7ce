"""Write emails with a model, and say of each what a reward model and the checks see in it."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import torch

from ..config import BEST_OF, SamplingConfig
from ..data.csv_io import write_rows
from ..engine.sampling import SamplingParams
from ..outcomes import NUM_OUTCOMES, OUTCOMES
from ..policy.model import WritingModel
from ..policy.writing import Request
from ..reward.finding_costs import COST, ORDER, cost_of_finding, count_findings
from ..reward.interface import Scorer, predicted_outcome
from ..text.checks import EmailCheck, check_email
from ..text.findings import Findings, find_all
from ..utils.streaming import stream

BATCH = 32
"""Emails written at once."""

COLUMNS = (
    "context",
    "email_text",
    "p_no_reply",
    "p_reply",
    "p_conversion",
    "reward",
    "word_count",
    "has_cta",
    "question_count",
)
"""Columns of a scored CSV."""


@dataclass(frozen=True)
class ScoredEmail:
    """One email with what is known of it; the predicted figures are None where no reward model was given, all but the
    reward where it predicts no outcomes.

    ``above_own``: its reward less the mean reward of the user's own emails. ``findings``: None where nobody looked.
    """

    context: str
    email_text: str
    model: str
    candidate: int
    predicted: str | None
    reward: float | None
    p_no_reply: float | None
    p_reply: float | None
    p_conversion: float | None
    check: EmailCheck
    above_own: float | None = None
    findings: Findings | None = None

    @property
    def probabilities(self) -> dict[str, float]:
        """The predicted probability of each outcome that can be predicted, by name: an outcome that the reward model
        has never seen has a probability of exactly 0 and is left out.
        """
        found = {name: getattr(self, f"p_{name}") for name in OUTCOMES}
        return {name: p for name, p in found.items() if p}

    def row(self) -> list[Any]:
        """Values in the order of :data:`COLUMNS`; True and False are written as 1 and 0."""
        figures = [self.p_no_reply, self.p_reply, self.p_conversion, self.reward]
        shown = ["" if value is None else round(value, 6) for value in figures]
        return [
            self.context,
            self.email_text,
            *shown,
            self.check.word_count,
            int(self.check.has_cta),
            self.check.question_count,
        ]

    def to_dict(self) -> dict[str, Any]:
        """What ``generate --json`` prints of an email."""
        keys = (*COLUMNS[:6], "predicted", "candidate", "model")
        checked = (self.check.word_count, self.check.has_cta, self.check.question_count)
        found = self.findings.to_dict() if self.findings else {}
        return {key: getattr(self, key) for key in keys} | dict(zip(COLUMNS[6:], checked, strict=True)) | found


def contexts_at_once(candidates: int) -> int:
    """Contexts of which the emails are written together."""
    return max(1, BATCH // candidates)


def write_texts(
    writer: WritingModel,
    contexts: Sequence[str],
    sampling: SamplingConfig,
    candidates: int = 1,
    keep_going: Callable[[], bool] = lambda: True,
    wanted: range | None = None,
    on_texts: Callable[[list[str]], None] | None = None,
    before: int = 0,
) -> list[list[str]]:
    """``candidates`` emails for each context. The same seed draws the same random numbers for every model.

    ``wanted``: positions of the contexts to write for, all where None; each email is what it would be if all were
    written. ``on_texts`` is called after each token with the emails that are being written. ``before``: how many
    contexts of a longer list lie before these; a multiple of what is written at once gives the longer list's emails.
    """
    temperature = sampling.temperature_of(writer.writing.name)
    params = SamplingParams(temperature, sampling.top_k, sampling.top_p, sampling.repetition_penalty)
    wanted = range(len(contexts)) if wanted is None else wanted
    at_once = contexts_at_once(candidates)
    texts: list[list[str]] = []

    for start in range(0, len(contexts), at_once):
        whole = contexts[start : start + at_once]
        first, end = max(wanted.start - start, 0), min(wanted.stop - start, len(whole))
        if first >= end:
            continue
        request = Request(
            whole,
            candidates,
            torch.Generator().manual_seed(sampling.seed + before + start),
            params,
            sampling.max_new_tokens,
            keep_going=keep_going,
            numbers=range(first, end),
            on_texts=on_texts,
            untaught=writer.untaught,
        )
        written = writer.writing.write(writer, request).texts
        texts += [list(written[i * candidates : (i + 1) * candidates]) for i in range(end - first)]
    return texts


def write_emails(
    writer: WritingModel,
    contexts: Sequence[str],
    sampling: SamplingConfig,
    reward_model: Scorer | None = None,
    candidates: int = 1,
    best_of: int | None = None,
    before: int = 0,
) -> list[ScoredEmail]:
    """Emails for each context, scored and checked; a context's candidates follow each other, the best first.

    ``best_of``: how many are written for each context, of which the ``candidates`` best are kept; None:
    :data:`outcome_rl.config.BEST_OF`. Never fewer than are kept. ``before``: as :func:`write_texts` has it.
    """
    written = count_written(writer.writing.name, candidates, best_of)
    texts = write_texts(writer, contexts, sampling, written, before=before)
    found, at_once = [], contexts_at_once(written)  # what is scored together rounds alike, whatever stands beside it
    for start in range(0, len(contexts), at_once):
        block = slice(start, start + at_once)
        for group in ranked(contexts[block], texts[block], reward_model, writer):
            found += group[:candidates]
    return found


def count_written(write: str, candidates: int, best_of: int | None) -> int:
    """How many emails are written for each context in this way of writing, so that the best can be kept."""
    return max(candidates, BEST_OF[write] if best_of is None else best_of)


def stream_emails(
    writer: WritingModel,
    context: str,
    sampling: SamplingConfig,
    reward_model: Scorer | None = None,
    candidates: int = 1,
) -> Generator[list[str], None, list[ScoredEmail]]:
    """:func:`write_emails` for one context, all that are written, that yields the texts so far; closing the generator
    breaks it off.
    """

    def work(show: Callable[[list[str]], None], wanted: Callable[[], bool]) -> list[list[str]]:
        return write_texts(writer, [context], sampling, candidates, keep_going=wanted, on_texts=show)

    texts = yield from stream(work)
    return ranked([context], texts, reward_model, writer)[0]


def ranked(
    contexts: Sequence[str], texts: Sequence[Sequence[str]], reward_model: Scorer | None, writer: WritingModel
) -> list[list[ScoredEmail]]:
    """The emails of each context, scored and checked, the best first: the highest reward less what findings cost, with
    what it is worth that sentences belong together.
    """
    flat = [(context, text) for context, group in zip(contexts, texts, strict=True) for text in group]
    repeated, emails = [context for context, _ in flat], [text for _, text in flat]
    scored = score_emails(repeated, emails, reward_model, writer.name, writer.facts)
    belong = writer.writing.order(repeated, emails)
    cost = 1.0 if reward_model is None else cost_of_finding(reward_model)
    worth = ORDER / COST * cost
    values = worth * (np.zeros(len(flat)) if belong is None else belong)
    values += [(email.reward or 0.0) - cost * _findings(email) for email in scored]
    found = iter(zip(scored, values.tolist(), strict=True))
    groups = []
    for group in texts:
        best_first = sorted(islice(found, len(group)), key=lambda own: -own[1])
        groups.append([replace(email, candidate=place) for place, (email, _) in enumerate(best_first, 1)])
    return groups


def _findings(email: ScoredEmail) -> int:
    return 0 if email.findings is None else sum(count_findings(email.findings))


def score_emails(
    contexts: Sequence[str],
    emails: Sequence[str],
    reward_model: Scorer | None,
    model: str = "",
    facts: str | None = None,
) -> list[ScoredEmail]:
    """Checks and, with a reward model, predictions of emails that are already written.

    ``facts``: what may be said, where claims without ground are to be looked for.
    """
    pairs = list(zip(contexts, emails, strict=True))
    looked = [None if facts is None else find_all(email, context, facts) for context, email in pairs]
    if reward_model is None:
        return [
            ScoredEmail(c, e, model, 1, None, None, None, None, None, check_email(e), findings=findings)
            for (c, e), findings in zip(pairs, looked, strict=True)
        ]
    found = reward_model.score(contexts, emails)
    rows = zip(pairs, found.probs, found.rewards, looked, strict=True)
    return [
        replace(_scored(context, email, model, probs, float(reward), found.reference), findings=findings)
        for (context, email), probs, reward, findings in rows
    ]


def _scored(context: str, email: str, model: str, probs: np.ndarray, reward: float, own: float | None) -> ScoredEmail:
    """``probs`` (3,); ``own``: mean reward of the user's own emails."""
    outcome = predicted_outcome(probs)
    known: list[float] | list[None] = [None] * NUM_OUTCOMES if outcome is None else list(map(float, probs))
    return ScoredEmail(
        context=context,
        email_text=email,
        model=model,
        candidate=1,
        predicted=None if outcome is None else OUTCOMES[outcome],
        reward=reward,
        p_no_reply=known[0],
        p_reply=known[1],
        p_conversion=known[2],
        check=check_email(email),
        above_own=None if own is None else reward - own,
    )


def write_scored(path: Path, emails: Iterable[ScoredEmail], *more: str) -> None:
    """Write a CSV of scored emails; ``more`` names further attributes of theirs as columns."""
    rows = ([*email.row(), *(getattr(email, name) for name in more)] for email in emails)
    write_rows(path, (*COLUMNS, *more), rows)
