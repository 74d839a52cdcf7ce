"""Published thresholds, each as two groups of one's own emails: those that follow it and those that do not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..text.hints import hints
from .email_facts import EmailFacts
from .factors import TEXT, UNKNOWN, Factor


@dataclass(frozen=True)
class Advice:
    """The advice that belongs to a factor, in the words of ``hints``; ``groups`` has the levels "outside", "inside"."""

    factor: str
    advice: str
    source: str
    groups: Factor


def published_advice(facts: EmailFacts) -> list[Advice]:
    """Every hint that comes with a source and that some emails follow while others do not."""
    words = {hint.name: hint for hint in hints("Hello.")}
    words |= {hint.name: hint for hint in hints("Hello.", "cold") if hint.name == "Call to action"}
    found = []
    for factor, hint, follows, inside, outside in _rules(facts):
        groups = Factor(
            f"published_{factor}", f"{hint}, as advised", TEXT, follows, ("outside", "inside"), (outside, inside)
        )
        if groups.differs():
            found.append(Advice(factor, words[hint].advice, words[hint].source, groups))
    return found


def _rules(facts: EmailFacts) -> list[tuple[str, str, np.ndarray, str, str]]:
    """Factor, name of the hint, 1, 0 or unknown for each email, and how those inside and outside are called."""
    meaning = {"interest": 1, "meeting": 0}
    asked = np.array([*(meaning.get(kind, UNKNOWN) for kind in facts.ask_kinds), UNKNOWN], np.int16)
    subject = np.isnan(facts.subject_words)
    short = (facts.subject_words >= 1) & (facts.subject_words <= 8) & (facts.subject_letters <= 50)
    return [
        (
            "length", "Words", _flag((facts.words >= 25) & (facts.words <= 125)),
            "of 25 to 125 words", "of other lengths",
        ),
        (
            "questions", "Questions", _flag((facts.questions >= 1) & (facts.questions <= 3)),
            "with one to three questions", "with no question or more than three",
        ),
        (
            "ask", "Call to action", asked[facts.ask.astype(int)],
            "that ask whether there is interest", "that ask for a meeting or a call",
        ),
        (
            "grade", "Reading grade", _flag(facts.grade < 6, np.isnan(facts.grade)),
            "at a reading grade under 6", "at reading grade 6 or more",
        ),
        (
            "subject", "Subject line", _flag(short, subject),
            "with a subject of at most 8 words and 50 characters", "with a longer or empty subject",
        ),
        (
            "exclamation_marks", "Punctuation", _flag(facts.exclamations <= 4),
            "with at most 4 exclamation marks", "with more than 4 exclamation marks",
        ),
    ]  # fmt: skip


def _flag(follows: np.ndarray, unknown: np.ndarray | None = None) -> np.ndarray:
    codes = follows.astype(np.int16)
    return codes if unknown is None else np.where(unknown, np.int16(UNKNOWN), codes)
