"""What a fine-tune with a time limit is to hold: measured, planned, and kept with the run for when it is resumed."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace

from ..config import COMPARED_SAMPLES, FinetuneConfig
from ..data.dataset import EmailData
from ..data.splits import ContextSplit, split_contexts
from ..errors import RunError
from ..events import Event, Notice, Progress
from ..models.hub import ModelLocation
from ..policy.model import Policy, load_policy
from ..reward.interface import Scorer
from ..rl.pace import Pace, measure_pace, score_pace
from ..rl.plan import MODELS, Plan, Work, plan_for
from ..rl.time_budget import COMPARISON_SHARE, FEWEST_STEPS, WARM_START_SHARE, TimeBudget
from ..runs.workspace import Run
from ..utils import distributed
from ..utils.files import read_json, write_json
from .choose_writing import choose_writing, read_facts

PLAN_FILE = "plan.json"
MEASURING_SHARE = 0.04
"""Part of a time limit that the measurement should take at most."""


def make_plan(
    run: Run,
    config: FinetuneConfig,
    data: EmailData,
    policy: Policy,
    scorer: Scorer,
    contexts: ContextSplit,
    seconds: float,
    resumed: bool,
    pace: Pace | None = None,
) -> Generator[Event, None, tuple[Plan | None, str | None]]:
    """A plan for so many seconds, and what to say of it. A resumed run has the plan that it began with, if it had one.

    ``config``: resolved. ``pace``: what was measured already, without scoring.

    Raises:
        RunError: the run's plan is damaged.
    """
    kept = _read(run)
    if kept or resumed:
        return kept, None
    yield Progress(phase="measuring how fast this machine is", done=0, total=1)
    most = MEASURING_SHARE * seconds
    if pace is None:
        pace = measured(policy, config, data, contexts, scorer, most)
    else:
        pace = replace(
            pace, score=distributed.broadcast_from_main(score_pace(scorer, data.contexts, data.emails, most))
        )
    plan, said = plan_for(seconds, *work_and_plan(pace, config, data, contexts))
    if distributed.is_main():
        write_json(run.folder / PLAN_FILE, plan.to_dict())
    return plan, said


def forewarn(
    run: Run, config: FinetuneConfig, data: EmailData, found: ModelLocation, seconds: float
) -> Generator[Event, None, Pace]:
    """Say before anything is trained where so many seconds will not hold the usual; the pace, without scoring."""
    yield Progress(phase="measuring how fast this machine is", done=0, total=1)
    policy = load_policy(found, config.lora_rank, config.seed, None, config.tuning, config.tuned_layers)
    contexts = split_contexts(data.unique_contexts(), config.held_out_contexts, config.guard_contexts, config.seed)
    train = set(contexts.train)
    rows = data.take([i for i, context in enumerate(data.contexts) if context in train])
    policy.writing, _ = choose_writing(config.write, rows, policy.model, policy.tokenizer, run, read_facts(run))
    config = config.resolved(policy.writing.name)
    pace = measured(policy, config, data, contexts, most=MEASURING_SHARE * seconds)
    _, said = plan_for(seconds, *work_and_plan(pace, config, data, contexts))
    if said:
        yield Notice(message=said)
    return pace


def work_and_plan(
    pace: Pace, config: FinetuneConfig, data: EmailData, contexts: ContextSplit
) -> tuple[Work, Plan, int]:
    """What is to be done, the usual plan for it, and how many RL steps it should hold at least."""
    at_once = min(config.contexts_per_step, len(contexts.train))
    usual = Plan(at_once, len(contexts.validation), len(contexts.compared))
    learned = int(config.value_of("warm_start_epochs")) * count_good(data, contexts)
    work = Work(pace, config.samples_per_context, learned)
    return work, usual, min(FEWEST_STEPS, config.steps or FEWEST_STEPS)


def measured(
    policy: Policy,
    config: FinetuneConfig,
    data: EmailData,
    contexts: ContextSplit,
    scorer: Scorer | None = None,
    most: float = 60.0,
) -> Pace:
    """The pace on a file's emails for the contexts that are trained on, the same in all processes."""
    train = set(contexts.train)
    rows = data.take([i for i, context in enumerate(data.contexts) if context in train])
    return distributed.broadcast_from_main(measure_pace(policy, config, rows.contexts, rows.emails, scorer, most=most))


def count_good(data: EmailData, contexts: ContextSplit) -> int:
    """Emails that the warm start learns from: with an answer, for contexts that are trained on."""
    train = set(contexts.train)
    return sum(o > 0 and context in train for o, context in zip(data.outcomes, data.contexts, strict=True))


def time_budget(seconds: float, contexts: ContextSplit, plan: Plan | None) -> TimeBudget:
    """So many seconds, a part of them kept for the comparison of three models."""
    reserve = COMPARISON_SHARE * seconds
    written = MODELS * COMPARED_SAMPLES * len(contexts.compared)
    evaluations = written / len(contexts.validation) if contexts.validation else 0.0
    return TimeBudget(seconds - reserve, reserve, evaluations, plan.warm_share if plan else WARM_START_SHARE)


def _read(run: Run) -> Plan | None:
    path = run.folder / PLAN_FILE
    if not path.is_file():
        return None
    try:
        return Plan.from_dict(read_json(path))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RunError(f"'{path}' is no plan of a run ({error}); delete it, and the run makes a new one") from None
