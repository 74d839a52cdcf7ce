"""A reward of one's own: any function of contexts and emails, asked as a reward model is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np

from ..errors import ConfigError
from ..outcomes import NUM_OUTCOMES
from .interface import Scores
from .reward_range import require_range

OwnReward: TypeAlias = Callable[[Sequence[str], Sequence[str]], Sequence[float] | np.ndarray]
"""``function(contexts, emails)``: a number for each of the N emails, the more the better."""


@dataclass(frozen=True)
class RewardFunction:
    """Makes a scorer of a function that gives one number for each email; it predicts no outcomes.

    reward_range: the greatest reward that an email may well earn less the least one, for which the penalties beside it
    are weighed; None: measured in the first step, by how much its emails' rewards differ. cached: whether the function
    is asked about each email for a context once alone, which suits a reward that costs time or money; what it said is
    kept in memory.

    The function is called with a list of contexts and one of emails, equally long, never empty, and must give an email
    its reward whatever else stands in the list. Each step of tuning asks about its emails, those of a context in a row.
    Where the model writes in own words with ``ppo``, it asks once more: for each sentence of each email about
    ``other_choices`` emails with another sentence in its place, each different one once, so any number for a context
    and several times as many as were written. Validation and comparison ask about one email for a context, the plan of
    a time limit about a few; with several processes each asks about its share. So a reward that ranks the emails of one
    context against each other needs ``other_choices=0`` and one process, and means nothing in the comparison.
    """

    function: OwnReward
    reward_range: float | None = None
    cached: bool = False
    _known: dict[tuple[str, str], float] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.reward_range is not None:
            require_range(self.reward_range)

    def score(self, contexts: Sequence[str], emails: Sequence[str]) -> Scores:
        """The function's rewards, (N,); probabilities are NaN, since nothing is predicted.

        Raises:
            ConfigError: the function gave something else than a finite number for each email.
        """
        rewards = self._cached(contexts, emails) if self.cached else self._asked(contexts, emails)
        return Scores.sure(np.full((len(emails), NUM_OUTCOMES), np.nan), rewards)

    def _cached(self, contexts: Sequence[str], emails: Sequence[str]) -> np.ndarray:
        pairs = list(zip(contexts, emails, strict=True))
        new = [pair for pair in dict.fromkeys(pairs) if pair not in self._known]
        rewards = self._asked(*zip(*new, strict=True)) if new else np.zeros(0)
        self._known.update(zip(new, rewards.tolist(), strict=True))
        return np.array([self._known[pair] for pair in pairs])

    def _asked(self, contexts: Sequence[str], emails: Sequence[str]) -> np.ndarray:
        """What the function says of some emails, (N,). Raises ConfigError."""
        if not len(emails):
            return np.zeros(0)
        given = self.function(list(contexts), list(emails))
        wanted = f"a list of {len(emails)} numbers, one for each email, is needed"
        if given is None:
            raise ConfigError(f"{self.name}: gave nothing (None); {wanted}: does it end with 'return rewards'?")
        try:
            rewards = np.asarray(given, dtype=np.float64)
        except (TypeError, ValueError) as error:
            raise ConfigError(f"{self.name}: did not give a number for each email ({error}); {wanted}") from error
        if not rewards.shape:
            raise ConfigError(f"{self.name}: gave the single number {rewards:g} for {len(emails)} emails; {wanted}")
        if rewards.shape != (len(emails),):
            shape = "x".join(map(str, rewards.shape))
            raise ConfigError(f"{self.name}: gave {shape} numbers for {len(emails)} emails; {wanted}")
        if not np.isfinite(rewards).all():
            place = int(np.argmin(np.isfinite(rewards)))
            raise ConfigError(f"{self.name}: gave {rewards[place]} for email {place}; rewards have to be finite")
        return rewards

    @property
    def name(self) -> str:
        """What the function is called."""
        return getattr(self.function, "__name__", type(self.function).__name__)
