"""The reward model of the library, and whatever else may score emails in its place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeAlias

from ..config import RewardConfig
from ..errors import ConfigError
from ..pipelines.reward_run import reward_phase
from ..pipelines.rewards import Rewards, load_rewards
from ..results import RewardReport
from ..reward import serialization
from ..reward.custom_reward import OwnReward, RewardFunction
from ..reward.ensemble import RewardEnsemble
from ..reward.interface import Scorer, Scores
from ..reward.judge import Judge
from ..reward.metadata import read_figures
from ..reward.reward_range import reward_range
from ..utils.streaming import run_to_end
from .inputs import Data, OnEvent, as_rows, as_texts


@dataclass(frozen=True, eq=False)
class RewardModel:
    """Predicts what comes of emails, and what that is worth: from :meth:`train` or :meth:`load`.

    ``report``: how good it is, measured on rows it had not seen. ``judge``: an independent one, another kind of model
    that learned from other rows; None where there were too few. ``scoring``: the model itself, with ``config`` and
    ``reference``, the mean reward of the emails it learned from. ``folder``: where it lies, None in memory alone.
    """

    scoring: RewardEnsemble
    judge: Judge | None
    report: RewardReport
    folder: Path | None = None

    @classmethod
    def train(
        cls,
        data: Data,
        *,
        out: Path | str | None = None,
        config: RewardConfig | None = None,
        on_event: OnEvent | None = None,
    ) -> RewardModel:
        """Train on emails and their outcomes, judge by cross-validation, save in the folder ``out`` if there is one.

        Raises:
            DataError: the file cannot be used, or an outcome has too few rows.
            ModelError: the encoder cannot be had.
        """
        rows, settings = as_rows(data), config or RewardConfig()
        if out is not None:
            run_to_end(reward_phase(settings, rows, Path(out), lambda: False), on_event)
            return cls.load(out)
        with TemporaryDirectory() as folder:
            run_to_end(reward_phase(settings, rows, Path(folder) / "reward_model", lambda: False), on_event)
            return replace(cls.load(Path(folder) / "reward_model"), folder=None)

    @classmethod
    def load(cls, folder: Path | str) -> RewardModel:
        """One that was trained here, on the page or by ``train-reward``. Raises ModelError where there is none."""
        report = RewardReport.from_dict(read_figures(folder))
        return cls(serialization.load_reward_model(folder), serialization.load_judge(folder), report, Path(folder))

    def save(self, folder: Path | str) -> None:
        """Write a folder that :meth:`load` and the commands read; it appears whole. Raises RunError on a full disk."""
        serialization.save(self.scoring, self.judge, self.report.to_dict(), Path(folder))

    def score(self, contexts: Sequence[str], emails: Sequence[str]) -> Scores:
        """What is expected of N emails, each for its context.

        ``.probs`` (N, 3): no reply, reply, conversion, 0 for one that its emails never had; ``.rewards`` (N,): expected
        payoff less half of how much the model's members disagree, in the payoffs' units; ``.disagreement`` and
        ``.belief`` (N,).

        Raises:
            ConfigError: not as many contexts as emails.
        """
        contexts, emails = as_texts("contexts", contexts), as_texts("emails", emails)
        if len(contexts) != len(emails):
            raise ConfigError(f"{len(contexts)} contexts and {len(emails)} emails: each email needs its context")
        return self.scoring.score(contexts, emails)


Reward: TypeAlias = RewardModel | Scorer | OwnReward | Path | str
"""Who scores: a reward model or its folder, a function of contexts and emails that gives a number for each, or
anything with ``score(contexts, emails)`` that returns :class:`Scores`; that may state its ``reward_range``, as
:class:`RewardFunction` says."""


def as_rewards(reward: Reward, judge: Reward | None = None) -> Rewards:
    """What the pipelines take. A reward of one's own is trusted: what it likes is what is wanted.

    ``judge``: in place of the one that a reward model has.

    Raises:
        ConfigError: it cannot score.
        ModelError: there is no reward model in the folder.
    """
    found = _as_rewards(reward)
    return found if judge is None else replace(found, judge=as_scorer_if_any(judge))


def _as_rewards(reward: Reward) -> Rewards:
    if isinstance(reward, (str, Path)):
        return load_rewards(Path(reward))
    if isinstance(reward, RewardModel):
        source = "in memory" if reward.folder is None else str(reward.folder)
        return Rewards(reward.scoring, reward.judge, reward.report.trusted, source)
    scorer = as_scorer(reward)
    return Rewards(scorer, None, True, getattr(scorer, "name", type(scorer).__name__))


def as_scorer_if_any(reward: Reward | None) -> Scorer | None:
    """Whom to ask about emails; None where nobody is to be asked."""
    return None if reward is None else as_rewards(reward).scorer


def as_scorer(reward: Scorer | OwnReward) -> Scorer:
    """A scorer as it is, a function as a :class:`RewardFunction`. Raises ConfigError for anything else."""
    if hasattr(reward, "score"):
        reward_range(reward)  # what it states of itself is a number
        return reward
    if isinstance(reward, Callable):  # type: ignore[arg-type]
        return RewardFunction(reward)
    allowed = "a reward model, its folder, or a function of contexts and emails"
    raise ConfigError(f"reward_model: {type(reward).__name__} cannot score; give {allowed}")
