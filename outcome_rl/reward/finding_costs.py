"""A reward that also counts what no outcome model sees: invented claims, what a reader would stumble over, and whether
sentences belong together.

Tuning towards sales has been seen to make a model claim more that is not true (https://arxiv.org/abs/2510.06105), for
past emails do not tell what a claim costs once it is found out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..text.findings import Findings, find_all
from .interface import Scorer, Scores
from .reward_range import payoff_range, reward_range

Order = Callable[[Sequence[str], Sequence[str]], np.ndarray | None]

COST = 0.1
"""What a finding costs, as a share of the payoffs' range: as much as one conversion in ten emails, which is more than
a sentence adds, so that no claim pays."""
ORDER = 0.05
"""What it is worth, as a share of the payoffs' range, that neighbouring sentences fit each other a standard deviation
better than in the seller's own emails: half of a finding. Twice that chose emails that were liked better still, and
that earned less."""
MOST_COUNTED = 4
"""Findings of each kind that cost; more make an email no worse."""


@dataclass(frozen=True)
class CheckedReward:
    """``scorer``'s reward less what is found in an email.

    facts: what may be said. cost: of a finding, in payoff units. fit: whether it costs to seem written for somebody
    else. It does not where a bank has chosen each sentence for its context: of such emails one in fifty seemed so, and
    none of those that were looked at was, but the little that they earned hid what the others taught. order: says of
    contexts and emails how well the sentences of each belong together, in standard deviations, (N,); None where nobody
    knows. worth: of one of them, in payoff units.
    """

    scorer: Scorer
    facts: str
    cost: float
    fit: bool = True
    order: Order | None = None
    worth: float = 0.0

    @property
    def reward_range(self) -> float | None:
        """The scorer's own: what is taken off here is reckoned in it."""
        return reward_range(self.scorer)

    def score(self, contexts: Sequence[str], emails: Sequence[str]) -> Scores:
        """The scorer's opinion; its parts ``claims``, ``sense`` and ``order`` have what was taken off or added here."""
        found = self.scorer.score(contexts, emails)
        pairs = zip(contexts, emails, strict=True)
        counted = np.array([count_findings(find_all(email, context, self.facts)) for context, email in pairs])
        claims, problems = -self.cost * counted.reshape(-1, 2).T
        own = dict(found.parts) or {"outcome": found.rewards}
        if not self.fit and "fit" in own:
            found = replace(found, rewards=found.rewards - own["fit"])
            own["fit"] = np.zeros(len(claims))
        parts = {**own, "sense": own.get("sense", 0.0) + problems, "claims": claims}
        rewards = found.rewards + claims + problems
        belongs = None if self.order is None else self.order(contexts, emails)
        if belongs is not None:
            parts["order"] = self.worth * belongs
            rewards = rewards + parts["order"]
        return replace(found, rewards=rewards, parts=parts)


def count_findings(found: Findings) -> tuple[int, int]:
    """How many claims and how many problems of sense cost something."""
    return min(MOST_COUNTED, len(found.claims)), min(MOST_COUNTED, len(found.sense.certain))


def cost_of_finding(scorer: Scorer) -> float:
    """In payoff units; 0 for a reward that does not come from outcomes, which its maker has thought out whole."""
    return COST * payoff_range(scorer)


def worth_of_order(scorer: Scorer) -> float:
    """Of one standard deviation, in payoff units; 0 as for :func:`cost_of_finding`."""
    return ORDER * payoff_range(scorer)


def checked(scorer: Scorer, facts: str, fit: bool = True, order: Order | None = None) -> Scorer:
    """A reward with the checks, where they cost anything."""
    cost = cost_of_finding(scorer)
    return CheckedReward(scorer, facts, cost, fit, order, worth_of_order(scorer)) if cost else scorer
