"""What the settings are called on the page, what the plain ones mean, and how they are grouped.

A setting that has no plain meaning here keeps the explanation that the command line gives. ``test_settings`` holds
that every setting of the three classes stands in exactly one group.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Group:
    """Settings that belong together; ``names`` are those of the settings class, with their labels, ``about`` what there
    is to know of all of them.
    """

    title: str
    names: dict[str, str]
    apart: bool = False
    """It is for everybody, and stands in a fold of its own."""
    about: str = ""


@dataclass(frozen=True)
class SettingsWords:
    """``plain``: labels of what everybody sees; ``groups``: the rest, folded. ``info``: plain explanations.
    ``choices``: what a value is called.
    """

    plain: dict[str, str]
    groups: tuple[Group, ...]
    info: dict[str, str] = field(default_factory=dict)
    choices: dict[str, dict[str, str]] = field(default_factory=dict)
    fold: str = "Settings for engineers"

    def label(self, name: str) -> str:
        """What a setting is called."""
        return next((names[name] for names in (self.plain, *(g.names for g in self.groups)) if name in names), name)


NO_LESS = {"minutes": "; with less, the time is up before the writer is loaded"}
"""Why a number may not be smaller, behind what is allowed."""
WORTH = {"payoff_no_reply": "No reply", "payoff_reply": "Reply", "payoff_conversion": "Conversion"}
WORTH_TITLE = "What an outcome is worth to you, in any unit"
WORTH_FOLD = "What an outcome is worth to you (optional)"
WORTH_ABOUT = (
    "All that matters is how these numbers compare, so euros, hours or points will all do. With −1, 0.5 and 2, one "
    "conversion counts as much as four replies, and an email that nobody answers costs as much as two replies bring."
)
WORTH_EMPTY = "Left empty, each counts as it did when the predictor learned."

LEARNING = SettingsWords(
    plain={},
    groups=(
        Group(WORTH_FOLD, WORTH, apart=True, about=WORTH_ABOUT),
        Group("What it reads", {"model": "Encoder", "text": "Reads", "max_tokens": "Longest email (tokens)"}),
        Group(
            "How it learns",
            {
                "method": "Method",
                "epochs": "Epochs",
                "batch_size": "Batch size",
                "learning_rate": "Learning rate",
                "minutes": "Time limit (minutes)",
                "seed": "Random seed",
            },
        ),
        Group(
            "How it is tested",
            {"folds": "Cross-validation folds", "repeats": "Repeats", "judge_share": "Share kept for the judge"},
        ),
        Group("How a prediction becomes a reward", {"reward": "Reward", "uncertainty_penalty": "Uncertainty penalty"}),
    ),
)

TEACHING = SettingsWords(
    plain={"minutes": "How long? (minutes)", "write": "How should it write?"},
    groups=(
        Group(WORTH_TITLE, WORTH, about=f"{WORTH_ABOUT} {WORTH_EMPTY}"),
        Group(
            "Language model",
            {
                "model": "Language model",
                "tuning": "What is tuned",
                "lora_rank": "LoRA rank",
                "tuned_layers": "Share of layers with an adapter",
                "max_new_tokens": "Longest email (tokens)",
                "temperature": "Sampling temperature",
            },
        ),
        Group(
            "How long it learns",
            {
                "steps": "RL steps",
                "epochs": "Epochs over the contexts",
                "checkpoint_minutes": "Minutes between checkpoints",
            },
        ),
        Group(
            "Warm start",
            {"warm_start_epochs": "Warm-start epochs", "warm_start_learning_rate": "Warm-start learning rate"},
        ),
        Group(
            "RL step",
            {
                "algorithm": "Algorithm",
                "contexts_per_step": "Contexts per step",
                "samples_per_context": "Emails per context",
                "other_choices": "Other sentences tried for each one",
                "micro_batch_size": "Micro-batch size",
            },
        ),
        Group(
            "Updates from a step's emails",
            {
                "learning_rate": "Learning rate",
                "minibatches": "Minibatches",
                "clip": "PPO clip",
                "weight_temperature": "Weight temperature",
                "weight_clip": "Weight clip",
                "max_grad_norm": "Gradient norm limit",
            },
        ),
        Group(
            "What counts besides the reward model",
            {
                "kl_weight": "KL weight",
                "unfinished_penalty": "Penalty for unfinished emails",
                "variety_weight": "Variety weight",
            },
        ),
        Group(
            "When it ends, and how it is compared",
            {
                "guard_contexts": "Guard contexts",
                "held_out_contexts": "Held-out contexts",
                "evaluate_every": "Steps between evaluations",
                "patience": "Patience (evaluations)",
                "kl_budget": "KL budget",
                "least_variety": "Least variety",
                "ignore_verdict": "Ignore verdict",
                "seed": "Random seed",
            },
        ),
    ),
    info={
        "minutes": "Loading and comparing included. Longer is often better.",
        "write": (
            "“Use my own sentences” says only what you have said before. “Write freely” suits a bigger language model "
            "and may make things up."
        ),
    },
    choices={
        "write": {"auto": "Whatever suits my emails", "own-words": "Use my own sentences", "free": "Write freely"}
    },
)

WRITING = SettingsWords(
    fold="How freely it writes (for engineers)",
    plain={},
    groups=(
        Group(
            "How freely it writes",
            {
                "temperature": "Temperature",
                "top_k": "Top-k",
                "top_p": "Top-p",
                "repetition_penalty": "Repetition penalty",
                "max_new_tokens": "Longest email (tokens)",
                "seed": "Random seed",
            },
        ),
    ),
)
