"""Words of the field that nobody who sells should have to know: they stand in folded details alone.

A test opens every tab in a browser and looks for them in what can be read without unfolding anything.
"""

from __future__ import annotations

JARGON = (
    "adapter",
    "ablation",
    "AUC",
    "base model",
    "baseline",
    "Brier",
    "calibration",
    "checkpoint",
    "context",
    "contexts",
    "cross-validation",
    "embedding",
    "encoder",
    "epoch",
    "F1",
    "fine-tune",
    "fine-tuning",
    "gradient",
    "hyperparameter",
    "KL",
    "kappa",
    "log-loss",
    "LoRA",
    "macro",
    "nats",
    "p =",
    "payoff",
    "policy",
    "PPO",
    "reward",
    "reward model",
    "RL",
    "sampling",
    "temperature",
    "token",
    "tokens",
    "tuned",
    "warm start",
)
"""Compared without regard to capitals, but for those of two letters; whole words alone."""
NOT_ENGLISH = (
    "cannot be had",
    "serves in its place",
    "will serve in its place",
    "answering an answer",
    "learns its whims",
    "see above",
    "put right",
    "too young",
    "take the whole report along",
)
"""Phrases that an editor has struck out once; they are not to come back."""
