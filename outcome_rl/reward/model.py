"""The reward model in use: what will come of an email, how sure that is, and what it is worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..config import OUTCOMES, RewardConfig
from ..errors import ConfigError
from ..text.merge_fields import as_sent
from .base_models import BaseModel, Texts, base_model_probs
from .encoder import Encoder, classify
from .features import ContextWords
from .plausibility import DOUBT, Plausibility
from .scorer import Scores
from .stacking import Stacker

K = len(OUTCOMES)
NOTHING = np.array([0.97, 0.02, 0.01])
"""What comes of debris. Not quite for certain: now and then an odd email is answered, and a probability of 0 would
make a log-loss of any file infinite."""


@dataclass(frozen=True)
class RewardEnsemble:
    """A trained reward model, ready to score.

    ``reference``: mean reward of the emails it was trained on, each scored by a model that had not seen it; what a
    reward has to be compared with, for a model that knows nothing gives every text about as much.
    ``spread``: their standard deviation. None: not known for these payoffs.
    """

    encoder: Encoder
    context_words: ContextWords
    members: dict[str, BaseModel]
    blend: Stacker
    plausibility: Plausibility
    config: RewardConfig
    reference: float | None
    spread: float | None = None

    def score(self, contexts: Sequence[str], emails: Sequence[str]) -> Scores:
        """Probabilities and rewards of emails for their contexts."""
        contexts = contexts if self.config.text == "pair" else [""] * len(emails)
        if not len(emails):
            return Scores.sure(np.zeros((0, K)), np.zeros(0))
        emails = [as_sent(email) for email in emails]
        opinion = classify(self.encoder, contexts, emails) if "encoder" in self.members else None
        texts = read_texts(self.encoder, self.context_words, contexts, emails, opinion)
        plausible = self.plausibility.plausibility(contexts, emails)
        found = combine(self.config, self.blend, base_model_probs(self.members, texts), plausible)
        return replace(found, reference=self.reference, spread=self.spread)

    @property
    def known(self) -> np.ndarray:
        """Whether each outcome occurred in what it was trained on, (3,); the others get a probability of exactly 0."""
        return self.blend.known

    def predict(self, contexts: Sequence[str], emails: Sequence[str]) -> np.ndarray:
        """Probabilities alone, (N, 3)."""
        return self.score(contexts, emails).probs


def with_payoffs(
    config: RewardConfig, payoffs: Sequence[float | None], known: Sequence[bool] | np.ndarray = (True,) * K
) -> RewardConfig:
    """The settings with those payoffs changed that are given, in the order of the outcomes. What a model predicts does
    not depend on them, only what its predictions are worth. ``known`` (3,): the outcomes that it can predict.

    Raises:
        ConfigError: all outcomes that it can predict would be worth the same.
    """
    given = zip(OUTCOMES, payoffs, known, strict=True)
    values: dict[str, Any] = {f"payoff_{name}": value for name, value, can in given if can and value is not None}
    changed = replace(config, **values)
    if len({value for value, can in zip(changed.payoffs, known, strict=True) if can}) == 1:
        raise ConfigError(f"payoffs: all outcomes are worth {changed.payoff_no_reply:g}, so no email would be better")
    return changed


def other_payoffs_in_words(
    kept: RewardConfig, changed: RewardConfig, known: Sequence[bool] | np.ndarray = (True,) * K
) -> str:
    """What it means that a run counts in payoffs of its own, of the ``known`` (3,) outcomes."""
    names = [name.replace("_", " ") for name in OUTCOMES]
    here, there = (
        ", ".join(f"{name} {value:g}" for name, value, can in zip(names, config.payoffs, known, strict=True) if can)
        for config in (changed, kept)
    )
    return (
        f"Rewards of this run count with {here}; outside of it they count as the reward model was trained: {there}. "
        "What your own emails would earn under the new payoffs is not known."
    )


def read_texts(
    encoder: Encoder,
    words: ContextWords,
    contexts: Sequence[str],
    emails: Sequence[str],
    opinion: np.ndarray | None = None,
) -> Texts:
    """The emails as the members read them."""
    features, embedding = words.features(contexts, emails), encoder.embed(contexts, emails)
    return Texts(tuple(contexts), tuple(emails), features, embedding, opinion)


def combine(config: RewardConfig, blend: Stacker, members: np.ndarray, plausible: np.ndarray) -> Scores:
    """The members' opinions (M, N, 3) as one; what is not plausible, (2, N) as an email and for its context, counts as
    no reply.

    The reward's parts: what the predicted outcome is worth less the doubts about it, and what is taken off it for
    sense (reading like damage) and for fit (being for somebody else).
    """
    opinion, (sense, fit) = blend(members), plausible
    trusted = np.where(sense > 0, DOUBT + (1 - DOUBT) * sense * fit, 0.0)[:, None]
    probs = trusted * opinion + (1 - trusted) * _nothing(blend.known)
    spread = disagreement(members, blend.weights, np.array(config.payoffs))
    outcome = payoff(config, opinion) - config.uncertainty_penalty * spread
    # debris earns less than any email could: members can disagree by half the payoffs' range at most
    possible = np.array(config.payoffs)[blend.known].tolist()
    worst = min(possible) - config.uncertainty_penalty * (max(possible) - min(possible)) / 2
    parts = {"outcome": outcome, "sense": (sense - 1) * (outcome - worst), "fit": sense * (fit - 1) * (outcome - worst)}
    return Scores(probs, sum(parts.values(), np.zeros(len(sense))), spread, sense * fit, parts=parts)


def _nothing(known: np.ndarray) -> np.ndarray:
    """:data:`NOTHING` where only the ``known`` outcomes (3,) can be, (3,)."""
    if known.all():
        return NOTHING
    left = np.where(known, NOTHING, 0.0)
    return left / left.sum()


def payoff(config: RewardConfig, probs: np.ndarray) -> np.ndarray:
    """What predicted outcomes (N, 3) are worth, (N,): expected, or that of the likeliest outcome alone."""
    payoffs = np.array(config.payoffs)
    return probs @ payoffs if config.reward == "expected" else payoffs[probs.argmax(1)]


def disagreement(members: np.ndarray, weights: np.ndarray, payoffs: np.ndarray) -> np.ndarray:
    """Standard deviation of the members' expected payoffs, (M, N, 3) -> (N,), members weighted as in the blend.

    An ensemble's mean less its spread is harder to fool than the mean (Coste et al. 2024, arXiv 2310.02743).
    """
    total = weights.sum()
    shares = weights / total if total > 0 else np.full(len(weights), 1 / len(weights))
    expected = members @ payoffs
    mean = shares @ expected
    return np.sqrt(np.maximum(shares @ (expected - mean) ** 2, 0.0))
