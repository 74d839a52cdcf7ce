"""Emails summed up, without keeping them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from ..outcomes import OUTCOMES
from .emails import ScoredEmail


@dataclass
class Totals:
    """The original test script's summary of any number of emails, without keeping them."""

    n: int = 0
    scored: int = 0
    reward: float = 0.0
    words: int = 0
    questions: int = 0
    calls: int = 0
    predicted: Counter[str] = field(default_factory=Counter)
    looked: int = 0
    with_claims: int = 0
    with_problems: int = 0
    cut_off: int = 0

    def add(self, email: ScoredEmail) -> None:
        """Count one email."""
        self.n += 1
        self.words += email.check.word_count
        self.questions += email.check.question_count > 0
        self.calls += email.check.has_cta
        if email.reward is not None:
            self.scored += 1
            self.reward += email.reward
        if email.predicted is not None:
            self.predicted.update({**dict.fromkeys(email.probabilities, 0), email.predicted: 1})
        if email.findings is not None:
            self.looked += 1
            self.with_claims += bool(email.findings.claims)
            self.with_problems += bool(email.findings.sense.problems)
            self.cut_off += email.findings.sense.cut_off

    def join(self, others: Totals) -> None:
        """Count the emails that others have counted."""
        for each in fields(self):
            mine, more = getattr(self, each.name), getattr(others, each.name)
            if isinstance(mine, Counter):
                mine.update(more)  # a sum of two would lose what was counted none of
            else:
                setattr(self, each.name, mine + more)

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready; :meth:`from_dict` reads it."""
        return vars(self) | {"predicted": dict(self.predicted)}

    @classmethod
    def from_dict(cls, kept: dict[str, Any]) -> Totals:
        """The inverse of :meth:`to_dict`."""
        return cls(**kept | {"predicted": Counter(kept["predicted"])})

    def result(self) -> dict[str, Any]:
        """Means, shares and how many emails are predicted to end how; JSON-ready."""
        return {
            "n": self.n,
            "reward_mean": self.reward / self.scored if self.scored else None,
            "words_mean": self.words / self.n,
            "share_with_question": self.questions / self.n,
            "share_with_cta": self.calls / self.n,
            "predicted": {name: self.predicted[name] for name in OUTCOMES if name in self.predicted} or None,
            "share_with_claims": self.with_claims / self.looked if self.looked else None,
            "share_with_problems": self.with_problems / self.looked if self.looked else None,
            "share_cut_off": self.cut_off / self.looked if self.looked else None,
        }


def summary(emails: Sequence[ScoredEmail]) -> dict[str, Any]:
    """:class:`Totals` of emails that are at hand."""
    totals = Totals()
    for email in emails:
        totals.add(email)
    return totals.result()
