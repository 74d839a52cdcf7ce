"""Which email to its recipient each of a mailbox's is, whatever threads they are in."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from .groups import LOGGED_TWICE


class Letter(Protocol):
    """An email of the mailbox's owner."""

    number: int
    recipient: str
    subject: str
    at: datetime | None
    doubled: bool
    """Whether it was sent twice by mistake."""
    step: int
    """From 0."""


def mark_doubles(heads: Sequence[Letter]) -> None:
    """An email that goes to the same person under the same subject within minutes was sent twice by mistake."""
    last: dict[tuple[str, str], datetime] = {}
    for head in sorted((each for each in heads if each.at and each.subject), key=lambda each: (each.at, each.number)):
        assert head.at is not None
        before = last.get((head.recipient, head.subject))
        head.doubled = before is not None and head.at - before <= LOGGED_TWICE
        last[head.recipient, head.subject] = head.at


def count_steps(threads: Iterable[tuple[Sequence[tuple[Letter, str]], Sequence[datetime]]]) -> None:
    """Which email to its recipient each is: a further one opens a thread of its own as often as it goes on with one.
    Once a person has answered, the next thread begins anew.

    Args:
        threads: of each the emails in time, each with why it is none to learn from, and when people answered.
    """
    threads = list(threads)
    sent: dict[str, list[datetime]] = {}
    answered: dict[str, list[datetime]] = {}
    for emails, people in threads:
        answered.setdefault(emails[0][0].recipient, []).extend(people)
        for head, stop in emails:
            if head.at and not stop:
                sent.setdefault(head.recipient, []).append(head.at)
    for times in (*sent.values(), *answered.values()):
        times.sort()
    for emails, _ in threads:
        place = 0
        for head, stop in emails:
            head.step = max(place, _since(head, sent, answered)) if head.at else place
            place += not stop


def _since(head: Letter, sent: Mapping[str, list[datetime]], answered: Mapping[str, list[datetime]]) -> int:
    """How many emails went to an email's recipient before it, since their last answer before it."""
    assert head.at is not None
    times, answers = sent.get(head.recipient, []), answered.get(head.recipient, [])
    last = bisect_left(answers, head.at)
    return bisect_left(times, head.at) - (bisect_left(times, answers[last - 1]) if last else 0)
