"""What is counted in each email, kept as numbers: a hundred thousand emails take some megabytes."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ..reward.features import ContextWords, stems
from ..text.checks import MAX_CHARACTERS, PUSHY_WORDS, count_questions
from ..text.email_parts import email_parts
from ..text.hints import reading_grade
from ..text.merge_fields import fields_in
from ..text.subject_line import split_subject
from . import asks

QUESTION, PLEASANTRY, SENDER, READER, OTHER = "question", "pleasantry", "sender", "reader", "other"
OPENINGS = {
    QUESTION: ("a question", "that open with a question"),
    PLEASANTRY: ("a pleasantry", "that open with a pleasantry"),
    SENDER: ("“I”, “we” or “our”", "that open with the sender (I, we, our)"),
    READER: ("“you” or “your”", "that open with the reader (you, your)"),
    OTHER: ("something else", "that open in another way"),
}
"""Kinds of a first sentence: what emails open with, and how a sentence goes on after "Emails"."""
_FIRST = re.compile(r"\s*([^.!?\n]+(?:\.(?=\w)[^.!?\n]+)*[.!?]*)")
_PLEASANTRY = re.compile(
    r"\b(?:hope (?:this|you|your|all|everything)|finds? you|how are you|trust (?:this|you)|nice to meet|"
    r"happy \w+day|thank(?:s| you) for your time)\b",
    re.I,
)
_SENDER = re.compile(r"(?:\w+ )?(?:i|i'm|i’m|i've|we|we're|we've|my|our)\b", re.I)
_READER = re.compile(r"\b(?:you|your|yours|you're|you’re|you've)\b", re.I)
_LINK = re.compile(r"https?://|\bwww\.", re.I)
_PUSHY = re.compile(PUSHY_WORDS, re.I)
_PLAIN = frozenset({"best", "free"})
"""Pushy words that mean something else as often: best regards, are you free on Friday."""


@dataclass(frozen=True)
class EmailFacts:
    """Arrays over the emails, (N,); NaN or -1 where an email has no such thing or it was not looked for.

    ``grade``: US school year. ``subject_words``, ``subject_letters``: of a first line "Subject: …". ``ask`` and
    ``opening``: positions in ``ask_kinds`` and :data:`OPENINGS`. ``context_share``: part of the context's telling
    words that the email uses.
    """

    ask_kinds: tuple[str, ...]
    words: np.ndarray
    questions: np.ndarray
    grade: np.ndarray
    subject_words: np.ndarray
    subject_letters: np.ndarray
    links: np.ndarray
    exclamations: np.ndarray
    context_share: np.ndarray
    ask: np.ndarray
    opening: np.ndarray
    placeholders: np.ndarray
    pushy: np.ndarray


def email_facts(
    contexts: Sequence[str],
    emails: Sequence[str],
    ask_kind: Callable[[str], str] = asks.ask_kind,
    looked_at: np.ndarray | None = None,
) -> EmailFacts:
    """Count in one email after the other; ``ask_kind`` may be any function from an email to a word.

    ``grade`` and ``ask`` take most of the time; they are found of the rows ``looked_at`` (N,), or of all.
    """
    learned, kinds = ContextWords.learn(contexts), {kind: place for place, kind in enumerate(asks.PHRASES)}
    openings = {kind: place for place, kind in enumerate(OPENINGS)}
    looked_at = np.ones(len(emails), dtype=bool) if looked_at is None else looked_at
    table = np.empty((len(emails), 12), dtype=np.float32)
    for row, (context, email) in enumerate(zip(contexts, emails, strict=True)):
        email = email[:MAX_CHARACTERS]
        subject, body = split_subject(email)
        grade = reading_grade(body) if looked_at[row] else None
        table[row] = (
            len(email.split()),
            count_questions(email),
            np.nan if grade is None else max(0.0, grade),
            np.nan if subject is None else len(subject.split()),
            np.nan if subject is None else len(subject),
            len(_LINK.findall(email)),
            email.count("!"),
            learned.share_used(context, stems(email)),
            kinds.setdefault(ask_kind(email), len(kinds)) if looked_at[row] else -1,
            openings[opening(body)],
            bool(fields_in(email)),
            any(match.group().lower() not in _PLAIN for match in _PUSHY.finditer(email)),
        )
    return EmailFacts(tuple(kinds), *map(np.ascontiguousarray, table.T))


def opening(body: str) -> str:
    """The kind of the first sentence after the greeting, one of :data:`OPENINGS`."""
    first = _FIRST.match(body.lstrip().removeprefix(email_parts(body).greeting))
    sentence = first.group(1) if first else ""
    if _PLEASANTRY.search(sentence):
        return PLEASANTRY
    if sentence.rstrip().endswith("?"):
        return QUESTION
    if _SENDER.match(sentence):
        return SENDER
    return READER if _READER.search(sentence) else OTHER
