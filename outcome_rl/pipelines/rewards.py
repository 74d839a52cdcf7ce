"""Who scores the emails of a run: a trained reward model and its judge, or a reward of one's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ..errors import ConfigError
from ..outcomes import OUTCOMES
from ..reward.ensemble import RewardEnsemble
from ..reward.interface import Scorer
from ..reward.judge import Judge
from ..reward.metadata import is_trusted, read_figures
from ..reward.payoffs import other_payoffs_in_words, with_payoffs
from ..reward.serialization import load_judge, load_reward_model


@dataclass(frozen=True)
class Rewards:
    """``judge``: the independent one, if there is any. ``trusted``: the scorer is clearly better than guessing.
    ``source``: its folder, or what to call it.
    """

    scorer: Scorer
    judge: Scorer | None
    trusted: bool
    source: str

    @property
    def reference(self) -> float | None:
        """Mean reward of the user's own emails, None where nobody knows it."""
        return getattr(self.scorer, "reference", None)

    @property
    def one_unit(self) -> bool:
        """Whether scorer and judge both give payoffs of outcomes; of a reward of one's own nobody knows the unit."""
        return isinstance(self.scorer, RewardEnsemble) and isinstance(self.judge, Judge)

    @property
    def payoffs(self) -> dict[str, float] | None:
        """What the outcomes that can be predicted are worth, by name; None for a reward that comes from no outcomes."""
        if not isinstance(self.scorer, RewardEnsemble):
            return None
        worth = zip(OUTCOMES, self.scorer.config.payoffs, self.scorer.known, strict=True)
        return {name: payoff for name, payoff, known in worth if known}


def load_rewards(folder: Path) -> Rewards:
    """The reward model and the judge of a folder. Raises ModelError."""
    trusted = is_trusted(read_figures(folder))
    return Rewards(load_reward_model(folder), load_judge(folder), trusted, str(folder))


def reprice(rewards: Rewards, payoffs: Sequence[float | None]) -> tuple[Rewards, str | None]:
    """The same with those payoffs changed that are given, and what that means in words; None where none changed.

    Raises:
        ConfigError: all outcomes would be worth the same, or the reward does not come from outcomes.
    """
    scorer = rewards.scorer
    if not isinstance(scorer, RewardEnsemble):
        if any(value is not None for value in payoffs):
            raise ConfigError("payoffs: the reward is not one of outcomes; leave payoff_* empty and scale it yourself")
        return rewards, None
    config = with_payoffs(scorer.config, payoffs, scorer.known)
    if config == scorer.config:
        return rewards, None
    judge = replace(rewards.judge, config=config) if isinstance(rewards.judge, Judge) else rewards.judge
    words = other_payoffs_in_words(scorer.config, config, scorer.known)
    return replace(rewards, scorer=replace(scorer, config=config, reference=None, spread=None), judge=judge), words
