"""Score files of emails of any size, a chunk at a time."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from itertools import islice

from ..events import Event, Progress
from ..reward.explain import explain
from ..reward.interface import Scorer
from .emails import ScoredEmail, score_emails

CHUNK = 1024
"""Rows in memory at once; enough for batches of like length."""


def score_pairs(pairs: Iterable[tuple[str, str]], scorer: Scorer, rows: int) -> Iterator[Event | ScoredEmail]:
    """The emails of (context, email) pairs, scored, in their order, with a Progress after each chunk of ``rows``."""
    began, done, waiting = time.monotonic(), 0, iter(pairs)
    while chunk := list(islice(waiting, CHUNK)):
        contexts, emails = zip(*chunk, strict=True)
        yield from score_emails(contexts, emails, scorer)
        done += len(chunk)
        seconds = (time.monotonic() - began) / done * (rows - done)
        yield Progress(phase="scoring the emails", done=done, total=rows, seconds_left=seconds)


def effects_in_words(scorer: Scorer, email: ScoredEmail) -> str:
    """What each sentence adds to the reward, one a line: ``+0.12  Would Tuesday suit you?``."""
    found = explain(scorer, email.context, email.email_text)
    return "\n".join(f"{each.effect:+.2f}  {each.sentence}" for each in found)
