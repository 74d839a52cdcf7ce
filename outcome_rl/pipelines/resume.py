"""Going on with a fine-tune that was stopped or killed: what may change, and what its record keeps."""

from __future__ import annotations

from collections.abc import Callable, Collection

from ..config import FinetuneConfig
from ..errors import ConfigError
from ..events import CheckpointSaved, Notice
from ..results import RewardReport
from ..runs.run import Run, record
from ..utils.files import existing_folder

LIMITS = ("minutes", "steps", "epochs")
CHANGEABLE = (*LIMITS, "learning_rate", "warm_start_learning_rate", "micro_batch_size")
"""Settings of a fine-tune that may be given anew when it is resumed."""


def require_changeable(names: Collection[str], spelled: Callable[[str], str] = str) -> None:
    """Raises ConfigError where one of these settings cannot be given anew; ``spelled``: how the user writes a name."""
    fixed = sorted(set(names) - set(CHANGEABLE))
    if fixed:
        allowed = ", ".join(map(spelled, CHANGEABLE))
        raise ConfigError(
            f"{spelled(fixed[0])} cannot change in a run that is resumed; {allowed} can. Start a new run for it."
        )


def with_changes(kept: FinetuneConfig, config: FinetuneConfig, given: Collection[str]) -> FinetuneConfig:
    """A run's settings with those that were given anew; a new limit stands in place of all the old ones."""
    tuning = kept.to_dict()
    if set(given) & set(LIMITS):
        tuning |= {name: getattr(FinetuneConfig, name) for name in LIMITS}
    changed = FinetuneConfig(**{**tuning, **{name: getattr(config, name) for name in given}})
    require_same_kind(kept, changed)
    return changed


def require_same_kind(kept: FinetuneConfig, changed: FinetuneConfig) -> None:
    """Raises ConfigError where RL would begin or be left out in a run that is resumed: without it no context is held
    out, so that nothing could be compared.
    """
    if kept.without_rl != changed.without_rl:
        has = "makes no RL step" if kept.without_rl else "makes RL steps"
        raise ConfigError(f"steps: the run that is resumed {has}, and that cannot change. Start a new run for it.")


def has_checkpoint(run: Run) -> bool:
    """Whether there is anything to go on from."""
    return existing_folder(run.checkpoint) is not None


def truncate_event_log(run: Run, from_checkpoint: bool, report: RewardReport | None = None) -> None:
    """Drop the events of the work that a resumed run does anew, so that its record tells each part once.

    ``from_checkpoint``: from a checkpoint; ``report``: of the reward model that the run has finished before.
    """
    if from_checkpoint:
        from ..rl.checkpoints import load_checkpoint, set_aside_damaged

        damaged = set_aside_damaged(run.checkpoint)
        state = load_checkpoint(run.checkpoint).state
        worked, folder = state.seconds, str(run.checkpoint)  # what lies between its end and now was no work
        saved = CheckpointSaved(step=state.step, warm_steps=state.warm_steps, folder=folder, worked=worked)
        if not run.rewind("checkpoint_saved", step=saved.step, warm_steps=saved.warm_steps):
            # killed between the checkpoint and its event; the next resume has to find that
            for _ in record([saved], run):
                pass
        if damaged:
            for _ in record([Notice(message=damaged, worked=worked)], run):
                pass
    elif report is not None:
        run.rewind("phase_done", phase="reward_model")
    else:
        run.clear_events()
