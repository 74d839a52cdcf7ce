"""A reward of one's own: any function of contexts and emails, asked as a reward model is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from ..errors import ConfigError
from ..outcomes import NUM_OUTCOMES
from .interface import Scores

OwnReward: TypeAlias = Callable[[Sequence[str], Sequence[str]], Sequence[float] | np.ndarray]
"""``function(contexts, emails)``: a number for each of the N emails, the more the better."""


@dataclass(frozen=True)
class RewardFunction:
    """Makes a scorer of a function that gives one number for each email; it predicts no outcomes.

    Called with a list of contexts and one of emails, equally long. In tuning that is a step's emails at once, those of
    one context in a row.
    """

    function: OwnReward

    def score(self, contexts: Sequence[str], emails: Sequence[str]) -> Scores:
        """The function's rewards, (N,); probabilities are NaN, since nothing is predicted.

        Raises:
            ConfigError: the function gave something else than a finite number for each email.
        """
        given = self.function(list(contexts), list(emails))
        try:
            rewards = np.asarray(given, dtype=np.float64)
        except (TypeError, ValueError) as error:
            raise ConfigError(f"{self.name}: did not give a number for each email ({error})") from error
        if rewards.shape != (len(emails),):
            shape = "x".join(map(str, rewards.shape)) or "one"
            raise ConfigError(f"{self.name}: gave {shape} numbers for {len(emails)} emails; one for each is needed")
        if not np.isfinite(rewards).all():
            place = int(np.argmin(np.isfinite(rewards)))
            raise ConfigError(f"{self.name}: gave {rewards[place]} for email {place}; rewards have to be finite")
        return Scores.sure(np.full((len(emails), NUM_OUTCOMES), np.nan), rewards)

    @property
    def name(self) -> str:
        """What the function is called."""
        return getattr(self.function, "__name__", type(self.function).__name__)
