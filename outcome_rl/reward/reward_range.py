"""How far apart rewards lie, from the least to the greatest that an email may earn: the unit of all that is weighed
against them.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..config import RewardConfig
from ..errors import ConfigError


def reward_range(scorer: Any) -> float | None:
    """What a scorer states as its ``reward_range``, else its payoffs' range; None where it has neither.

    Raises:
        ConfigError: what is stated is not a finite number above 0.
    """
    stated = getattr(scorer, "reward_range", None)
    return payoff_range(scorer) or None if stated is None else require_range(stated)


def require_range(stated: Any) -> float:
    """A range as it was stated. Raises ConfigError."""
    number = isinstance(stated, (int, float, np.number)) and not isinstance(stated, bool)
    if not number or not math.isfinite(stated) or stated <= 0:
        raise ConfigError(
            f"reward_range: {stated!r} is not a number above 0; give the greatest reward that an email may well earn "
            "less the least one, or leave it out to have it measured"
        )
    return float(stated)


def payoff_range(scorer: Any) -> float:
    """From the least to the greatest of :func:`possible_payoffs`; 0 where there are none."""
    payoffs = possible_payoffs(scorer)
    return max(payoffs) - min(payoffs) if payoffs else 0.0


def possible_payoffs(scorer: Any) -> list[float]:
    """The payoffs of what can come of an email, by all that the scorer knows; none where rewards do not come from
    outcomes.
    """
    config = getattr(scorer, "config", None)
    if not isinstance(config, RewardConfig):
        return []
    known = getattr(scorer, "known", np.ones(len(config.payoffs), dtype=bool))
    return [float(payoff) for payoff in np.array(config.payoffs)[known]]
