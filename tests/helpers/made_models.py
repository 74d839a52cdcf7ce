"""A reward model and a tuned model as training leaves them, both tiny, made without the page."""

from __future__ import annotations

from pathlib import Path

from outcome_rl.config import RewardConfig
from outcome_rl.data.dataset import EmailData
from outcome_rl.models.hub import ModelLocation
from outcome_rl.policy.model import load_policy, save_policy
from outcome_rl.reward.train import train_reward
from outcome_rl.runs.workspace import Workspace


def make_models(space: Workspace, data: EmailData, models_folder: Path) -> Workspace:
    """Fill a workspace; gives it back. The base model is another one than what was tuned, so that they differ."""
    config = RewardConfig(model="tiny", method="frozen", folds=2, repeats=1)
    for _ in train_reward(
        config, data, ModelLocation("tiny", models_folder / "distilbert", "folder"), space.reward_model
    ):
        pass
    policy = load_policy(ModelLocation("tiny", models_folder / "gpt2", "folder"), rank=2, seed=0)
    origin = {"base_model": str(models_folder / "llama"), "run": "1"}
    policy.name = str(models_folder / "gpt2")
    save_policy(policy, policy.adapter.state(), space.policy, origin)
    return space
