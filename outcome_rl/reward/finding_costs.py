"""A reward that also counts what no outcome model sees: invented claims, and what a reader would stumble over.

Tuning towards sales has been seen to make a model claim more that is not true (https://arxiv.org/abs/2510.06105), for
past emails do not tell what a claim costs once it is found out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..config import RewardConfig
from ..text.findings import Findings, find_all
from .interface import Scorer, Scores

COST = 0.1
"""What a finding costs, as a share of the payoffs' range: as much as one conversion in ten emails, which is more than
a sentence adds, so that no claim pays."""
MOST_COUNTED = 4
"""Findings of each kind that cost; more make an email no worse."""


@dataclass(frozen=True)
class CheckedReward:
    """``scorer``'s reward less what is found in an email.

    facts: what may be said. cost: of a finding, in payoff units. fit: whether it costs to seem written for somebody
    else. It does not where a bank has chosen each sentence for its context: of such emails one in fifty seemed so, and
    none of those that were looked at was, but the little that they earned hid what the others taught.
    """

    scorer: Scorer
    facts: str
    cost: float
    fit: bool = True

    def score(self, contexts: Sequence[str], emails: Sequence[str]) -> Scores:
        """The scorer's opinion; its parts ``claims`` and ``sense`` have what was taken off here."""
        found = self.scorer.score(contexts, emails)
        pairs = zip(contexts, emails, strict=True)
        counted = np.array([count_findings(find_all(email, context, self.facts)) for context, email in pairs])
        claims, problems = -self.cost * counted.reshape(-1, 2).T
        own = dict(found.parts) or {"outcome": found.rewards}
        if not self.fit and "fit" in own:
            found = replace(found, rewards=found.rewards - own["fit"])
            own["fit"] = np.zeros(len(claims))
        parts = {**own, "sense": own.get("sense", 0.0) + problems, "claims": claims}
        return replace(found, rewards=found.rewards + claims + problems, parts=parts)


def count_findings(found: Findings) -> tuple[int, int]:
    """How many claims and how many problems of sense cost something."""
    return min(MOST_COUNTED, len(found.claims)), min(MOST_COUNTED, len(found.sense.certain))


def cost_of_finding(scorer: Scorer) -> float:
    """In payoff units; 0 for a reward that does not come from outcomes, which its maker has thought out whole."""
    config = getattr(scorer, "config", None)
    if not isinstance(config, RewardConfig):
        return 0.0
    known = getattr(scorer, "known", np.ones(len(config.payoffs), dtype=bool))
    payoffs = np.array(config.payoffs)[known].tolist()
    return COST * (max(payoffs) - min(payoffs))


def checked(scorer: Scorer, facts: str, fit: bool = True) -> Scorer:
    """A reward with the checks, where they cost anything."""
    cost = cost_of_finding(scorer)
    return CheckedReward(scorer, facts, cost, fit) if cost else scorer
