"""Learn from the outcomes of sales emails, then write emails that are expected to convert.

    import outcome_rl as orl

    model = orl.RewardModel.train("emails.csv", out="outputs/reward_model")
    result = orl.finetune("emails.csv", model, out="outputs/ppo_gpt2_outcome", on_event=print)
    emails = orl.Writer.load(result.model_dir).generate(["Customer: ..."], reward_model=model)

Names are looked up when they are first used, so that the import itself takes no time and brings no torch along.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.2.0.dev0"

_HOMES = {
    "config": ("Columns", "FinetuneConfig", "RewardConfig", "SamplingConfig"),
    "data.dataset": ("EmailData", "read_contexts", "read_emails", "sample_file"),
    "audit.findings": ("Finding",),
    "api.inputs": ("audit_emails",),
    "reward.interface": ("Scorer", "Scores"),
    "reward.custom_reward": ("RewardFunction",),
    "api.reward_model": ("RewardModel",),
    "api.finetune": ("finetune", "finetune_events"),
    "api.in_parts": ("score_in_parts", "write_in_parts"),
    "api.recipients": ("read_recipients",),
    "api.writer": ("Writer", "compare"),
    "generation.emails": ("ScoredEmail",),
    "importers.recipients": ("Recipients",),
    "results": ("Comparison", "FinetuneResult", "RewardReport"),
    "runs.run": ("Run",),
    "runs.workspace": ("Workspace",),
}
_MODULES = ("errors", "events")

if TYPE_CHECKING:
    from . import errors, events
    from .api.finetune import finetune, finetune_events
    from .api.in_parts import score_in_parts, write_in_parts
    from .api.inputs import audit_emails
    from .api.recipients import read_recipients
    from .api.reward_model import RewardModel
    from .api.writer import Writer, compare
    from .audit.findings import Finding
    from .config import Columns, FinetuneConfig, RewardConfig, SamplingConfig
    from .data.dataset import EmailData, read_contexts, read_emails, sample_file
    from .generation.emails import ScoredEmail
    from .importers.recipients import Recipients
    from .results import Comparison, FinetuneResult, RewardReport
    from .reward.custom_reward import RewardFunction
    from .reward.interface import Scorer, Scores
    from .runs.run import Run
    from .runs.workspace import Workspace

__all__ = [
    "Columns",
    "Comparison",
    "EmailData",
    "Finding",
    "FinetuneConfig",
    "FinetuneResult",
    "Recipients",
    "RewardConfig",
    "RewardFunction",
    "RewardModel",
    "RewardReport",
    "Run",
    "SamplingConfig",
    "ScoredEmail",
    "Scorer",
    "Scores",
    "Workspace",
    "Writer",
    "__version__",
    "audit_emails",
    "compare",
    "errors",
    "events",
    "finetune",
    "finetune_events",
    "read_contexts",
    "read_emails",
    "read_recipients",
    "sample_file",
    "score_in_parts",
    "write_in_parts",
]


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return import_module(f"{__name__}.{name}")
    for home, names in _HOMES.items():
        if name in names:
            found = getattr(import_module(f"{__name__}.{home}"), name)
            globals()[name] = found
            return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
