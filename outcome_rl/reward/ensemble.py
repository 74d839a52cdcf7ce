"""The reward model in use: what will come of an email, how sure that is, and what it is worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..config import RewardConfig
from ..outcomes import NUM_OUTCOMES
from ..text.merge_fields import as_sent
from .base_models import BaseModel, Texts, base_model_probs
from .compute_reward import combine
from .encoder import Encoder, classify
from .features import ContextWords
from .interface import Scores
from .plausibility import Plausibility
from .stacking import Stacker


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
            return Scores.sure(np.zeros((0, NUM_OUTCOMES)), np.zeros(0))
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
