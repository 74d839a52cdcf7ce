"""How long a fine-tune will take, told before it starts from what earlier runs took on this machine."""

from __future__ import annotations

from dataclasses import dataclass, replace
from statistics import median
from typing import Any

from .. import events as ev
from ..config import EVALUATE_EVERY, FinetuneConfig
from ..errors import ConfigError, RunError
from ..models.catalogue import known_model
from ..runs.run import DONE, Run, replay
from ..runs.worked import worked
from ..runs.workspace import RECENT_RUNS, Workspace
from ..utils.formatting import count_of, format_duration
from ..utils.probe import MachineSpeed
from .known_speed import kept_speed
from .learning_time import time_range

ALIKE = ("model", "tuning", "max_new_tokens")
"""Settings that have to be the same for a run's times to hold; the number of emails of a step is reckoned with."""
WITHOUT_RL, MOST = 4000.0, 5.0
"""Billions of multiplications and additions in whose time a run without RL mostly ends, and how many times as long it
takes where it writes freely or the machine grows busier."""

EARLIER = "It ends earlier once the emails no longer get better."
NO_RL = (
    "No RL steps: putting the writer together takes moments, longer if it writes freely and reads your emails first."
)
UNTRIED = "How many RL steps fit is found out once it has started, and you are told."


@dataclass(frozen=True)
class EarlierTimes:
    """What a run took, in seconds. ``rest``: all but its RL steps and evaluations, None where it did not finish.

    ``model``: the run's, where it was another one and the times are reckoned by the number of weights.
    """

    run: str
    emails: int
    step: float
    evaluation: float
    rest: float | None
    model: str = ""

    def scaled(self, by: float, model: str) -> EarlierTimes:
        """That of a model with so many times as many weights as the run's, ``model``."""
        rest = None if self.rest is None else by * self.rest
        return EarlierTimes(self.run, self.emails, by * self.step, by * self.evaluation, rest, model)

    @property
    def source(self) -> str:
        """Where it is from, in words."""
        other = f" with {self.model} by the number of weights" if self.model else ""
        return f"reckoned from run {self.run}{other}"


def pace_of(run: Run, config: FinetuneConfig) -> EarlierTimes | None:
    """What ``run`` took, or None where it is not like one with these settings or has made no step."""
    try:
        kept = FinetuneConfig.from_dict(run.config()["finetune"])
    except (RunError, ConfigError, KeyError, TypeError):
        return None
    if any(getattr(kept, name) != getattr(config, name) for name in ALIKE):
        return None
    events, _ = replay(run)
    steps = [event.seconds for event in events if isinstance(event, ev.RLStep) and event.seconds]
    if not steps:
        return None
    evaluations = [event.seconds for event in events if isinstance(event, ev.RLEvaluation) and event.seconds]
    whole = _seconds(events[-1])
    return EarlierTimes(
        run.name,
        kept.contexts_per_step * kept.samples_per_context,
        median(steps),
        median(evaluations) if evaluations else 0.0,
        None if whole is None else max(0.0, whole - sum(steps) - sum(evaluations)),
    )


def _seconds(last: ev.Event) -> float | None:
    """What the fine-tune took as a whole, which a finished run tells."""
    result: dict[str, Any] = last.result if isinstance(last, ev.Finished) else {}
    found = (result.get("finetune") or result).get("seconds")
    return float(found) if isinstance(found, (int, float)) else None


def without_rl_first(speed: MachineSpeed) -> tuple[float, float]:
    """The fewest and the most seconds that a run without RL steps should take where there was none."""
    return time_range(WITHOUT_RL, speed, MOST)


def last_without_rl(workspace: Workspace, speed: MachineSpeed) -> tuple[float, float] | None:
    """The seconds that a run without RL steps should take by the latest that has finished, with nothing else at work
    and as the machine is now; None where there is none. The same twice where nobody knows how fast it was then.
    """
    for run in workspace.runs()[:RECENT_RUNS]:
        try:
            without = run.config()["finetune"]["steps"] == 0
        except (RunError, KeyError, TypeError):
            continue
        if without and run.state() == DONE:
            then, took = kept_speed(run), worked(replay(run)[0])
            return (took * then / speed.alone, took * then / speed.now) if then else (took, took)
    return None


def expected_seconds(pace: EarlierTimes, config: FinetuneConfig, steps: int) -> float:
    """Seconds for so many RL steps at that pace, evaluations and what comes before and after included."""
    emails = config.contexts_per_step * config.samples_per_context
    evaluations = 1 + steps // (config.evaluate_every or EVALUATE_EVERY) if config.guard_contexts else 0
    return steps * pace.step * emails / pace.emails + evaluations * pace.evaluation + (pace.rest or 0.0)


def find_earlier_times(workspace: Workspace, config: FinetuneConfig) -> EarlierTimes | None:
    """That of the latest run with like settings, a finished one before others; else that of another known model.

    None where no run tells.
    """
    found = None
    for run in workspace.runs()[:RECENT_RUNS]:
        pace = pace_of(run, config)
        if pace and pace.rest is not None:
            return pace
        found = found or pace
    return found or _pace_of_another_model(workspace, config)


def _pace_of_another_model(workspace: Workspace, config: FinetuneConfig) -> EarlierTimes | None:
    """The latest finished run's of another model, where it is known how many weights either has."""
    wanted = known_model(config.model)
    for run in workspace.runs()[:RECENT_RUNS]:
        try:
            other = str(run.config()["finetune"]["model"])
        except (RunError, KeyError, TypeError):
            continue
        known, pace = known_model(other), pace_of(run, replace(config, model=other))
        if wanted and known and pace and pace.rest is not None:
            return pace.scaled(wanted.weights / known.weights, other)
    return None


def estimate_in_words(
    config: FinetuneConfig, steps: int | None, pace: EarlierTimes | None, held: str | None = None
) -> str:
    """What is known of the time, in a sentence; ``steps``: how many are planned, None where they are not known.

    ``held``: what the config's minutes hold, in a sentence (:func:`.planning.outlook`), None where nobody knows.
    """
    if config.without_rl:
        return NO_RL
    early = f" {EARLIER}" if config.guard_contexts else ""
    if config.minutes:
        limit = f"About {format_duration(60 * config.minutes)} on this machine, with loading and comparing"
        if config.steps:
            limit += f", or {config.steps:,} RL steps if they are done before"
        return f"{limit}. {held or UNTRIED}{early}"
    if steps is None:
        return "How long it will take is not known: the data cannot be read."
    count = count_of(steps, "RL step")
    if pace is None:
        return f"{count}. How long that takes is not known before a first run like this; minutes set a limit."
    seconds = expected_seconds(pace, config, steps)
    rest = "" if pace.rest is not None else " for the RL steps alone"
    return f"About {format_duration(seconds)} on this machine{rest}: {count}, {pace.source}.{early}"
