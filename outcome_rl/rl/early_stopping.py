"""Early stopping: which step is kept, and when tuning no longer helps. Pure; :mod:`.validation` feeds it.

Reinforcement learning finds what the reward model likes and nobody else does (https://arxiv.org/abs/2210.10760), so an
independent judge has its say in which step is kept, and tuning ends where it no longer helps.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class StoppingRule:
    """When tuning ends: evaluations without a rise, KL in nats per email, share of the warm start's variety."""

    patience: int
    kl_budget: float
    variety: float


@dataclass(frozen=True)
class EarlyStoppingState:
    """What the evaluations have shown so far; part of a checkpoint, JSON-ready.

    step: the latest evaluation's, None before the first. best, best_kl: the opinion and the KL at ``best_step``.
    judged_first: the judge's mean at the first evaluation. variety: distinct word pairs of the first one.
    evaluation_seconds, evaluated_at: how long the latest took, or would have with all emails read, and the run's clock
    at its end. contexts: how many an evaluation has, 0 before the first. stopped_because: a clause, once early stopping
    has ended the run.
    """

    step: int | None = None
    best_step: int = 0
    best: float | None = None
    best_kl: float = 0.0
    judged_first: float | None = None
    evaluations_without_improvement: int = 0
    variety: float = 0.0
    evaluation_seconds: float = 0.0
    evaluated_at: float = 0.0
    contexts: int = 0
    stopped_because: str | None = None

    @property
    def seconds_each(self) -> float:
        """What an email of the latest evaluation took, 0 before the first."""
        return self.evaluation_seconds / self.contexts if self.contexts else 0.0

    def after(
        self, step: int, judged: float, kl: float, variety: float, rule: StoppingRule, reward: float | None = None
    ) -> EarlyStoppingState:
        """The state after one more evaluation. One outside the KL budget or without variety is never the best.

        judged: the judge's mean. reward: the reward model's, where it is in the judge's unit; then the mean of both is
        the opinion that counts, for the judge, of fewer emails, alone knows less. But what the judge likes less than
        the first evaluation is never the best: it may be what deceives the reward model. The first evaluation is the
        warm start's and the best until another one is better; NaN never is.
        """
        first = self.step is None
        opinion = judged if reward is None else (judged + reward) / 2
        now = replace(self, step=step, variety=variety if first else self.variety)
        if first and math.isfinite(judged):
            now = replace(now, judged_first=judged)
        worse = replace(now, evaluations_without_improvement=now.evaluations_without_improvement + 1)
        if not kl <= rule.kl_budget:  # NaN is outside as well
            why = f"the model is {kl:.1f} nats an email away from the warm start, over the budget of"
            return replace(worse, stopped_because=f"{why} {rule.kl_budget:g}")
        if variety < rule.variety * now.variety:
            why = f"the emails grew alike: {variety:.0%} of their word pairs differ,"
            return replace(worse, stopped_because=f"{why} {now.variety:.0%} at the warm start")
        fell = self.judged_first is not None and judged < self.judged_first
        if first or (math.isfinite(opinion) and not fell and (self.best is None or opinion > self.best)):
            best = opinion if math.isfinite(opinion) else None
            return replace(now, best_step=step, best=best, best_kl=kl, evaluations_without_improvement=0)
        if worse.evaluations_without_improvement < rule.patience:
            return worse
        count = worse.evaluations_without_improvement
        return replace(worse, stopped_because=f"the emails were not judged better for {count} evaluations in a row")

    def in_words(self, made: int) -> str:
        """What was decided, in sentences; ``made``: RL steps, of which the last ones may not have been judged."""
        kept = f"The model after step {self.best_step}, the best of the steps that were judged, is kept."
        if not self.step:
            none = "None of the RL steps was judged" if made else "No RL step was made"
            kept = f"{none}, so the tuned model is the warm start."
        elif self.best_step == 0:
            kept = "No step was judged better than the warm start, so the tuned model is the warm start."
        if self.stopped_because is None:
            return kept
        return f"Tuning ended at step {self.step}: {self.stopped_because}. {kept}"
