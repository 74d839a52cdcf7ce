"""What a fine-tune with a time limit is to hold: measured, planned, and kept with the run for when it is resumed."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from ..config import COMPARED_SAMPLES, FREE, OWN_WORDS, FinetuneConfig
from ..data.dataset import EmailData
from ..data.splits import ContextSplit, split_contexts
from ..errors import RunError
from ..events import Event, Notice, Progress
from ..models.hub import ModelLocation
from ..policy.model import Policy, load_policy
from ..reward.interface import Scorer
from ..rl.holding import EARLIER, MEASURED, RECKONED, Holding, without_others
from ..rl.pace import Pace, measure_pace, score_pace
from ..rl.plan import MODELS, WORDED, Plan, Work, plan_for
from ..rl.time_budget import COMPARISON_SHARE, FEWEST_STEPS, WARM_START_SHARE, TimeBudget, advised_minutes
from ..runs.run import Run
from ..utils import distributed
from ..utils.busy import CLEARLY, in_percent
from ..utils.files import read_json, write_json
from ..utils.formatting import format_duration
from ..utils.work_clock import TimeLimit
from .choose_writing import choose_writing, read_facts
from .known_pace import Probe, find_pace, keep_pace, latest_folders, reckoned_scoring

PLAN_FILE = "plan.json"
MEASURING = "measuring how fast this machine is"
HOPELESS = 2.0
"""A time is not begun to be spent where one RL step, with what belongs to it, would take so many times as long."""
MEASURING_SHARE = 0.04
"""Part of a time limit that the measurement should take at most."""


@dataclass(frozen=True)
class Planned:
    """``plan``: None where there is none. ``said``: what it is, in a sentence, ``usual``: whether it is the usual one.

    ``enough``: seconds of the run's clock that would hold the fewest steps, 0 where nobody knows. ``hopeless``: not
    even one step would end in time.
    """

    plan: Plan | None
    said: str | None = None
    enough: float = 0.0
    hopeless: bool = False
    usual: bool = True


NO_PLAN = Planned(None)


def make_plan(
    run: Run,
    config: FinetuneConfig,
    data: EmailData,
    policy: Policy,
    scorer: Scorer,
    contexts: ContextSplit,
    limit: TimeLimit,
    resumed: bool,
    pace: Pace | None = None,
    spent: float = 0.0,
) -> Generator[Event, None, Planned]:
    """A plan for what is left until ``limit``. A resumed run has the plan that it began with, if it had one.

    ``config``: resolved. ``pace``: what was measured already, without scoring. ``spent``: seconds of the run's clock
    that are no part of the fine-tune. What a run like this has measured of late is not measured again; where the time
    is over already nothing is.

    Raises:
        RunError: the run's plan is damaged.
    """
    kept = _read(run)
    if kept or resumed:
        return Planned(kept)
    began, known = limit.clock.elapsed(), distributed.broadcast_from_main(find_pace(latest_folders(run), config))
    whole = known.pace if known else None
    fresh = pace is not None or known is None or not known.measured
    if fresh and distributed.broadcast_from_main(limit.left() > 0):
        yield Progress(phase=MEASURING, done=0, total=1)
        whole = _with_scoring(pace, policy, config, data, contexts, scorer, MEASURING_SHARE * limit.left())
        if distributed.is_main():
            keep_pace(run, config, whole, began - spent)
    if whole is None:
        return Planned(None, hopeless=True)
    seconds = distributed.broadcast_from_main(limit.left())
    work, usual, wanted = work_and_plan(whole, config, data, contexts)
    held = plan_for(seconds, work, usual, wanted, limit.seconds - seconds)
    hopeless = seconds <= 0 or (fresh and work.seconds_for(held.plan, 1) > HOPELESS * seconds)  # a probe alone may err
    if distributed.is_main() and not hopeless:
        write_json(run.folder / PLAN_FILE, held.plan.to_dict())
    said = held.in_words(_left(seconds), MEASURED if fresh else EARLIER)
    return Planned(held.plan, said, held.enough, hopeless, held.as_usual)


def _with_scoring(
    pace: Pace | None,
    policy: Policy,
    config: FinetuneConfig,
    data: EmailData,
    contexts: ContextSplit,
    scorer: Scorer,
    most: float,
) -> Pace:
    """What is measured of all, or of scoring alone."""
    if pace is None:
        return measured(policy, config, data, contexts, scorer, most)
    return replace(pace, score=distributed.broadcast_from_main(score_pace(scorer, data.contexts, data.emails, most)))


@dataclass(frozen=True)
class Outlook:
    """What a config's minutes will hold, ``held``, as far as that can be known beforehand, and ``said``, in a sentence.

    ``busy``: the share of the processors that other programs take now; ``alone``: minutes to advise without them.
    """

    held: Holding
    said: str
    busy: float = 0.0
    alone: int = 0


def forecast(run: Run, config: FinetuneConfig, data: EmailData, rest: float = 0.0) -> Iterator[Event]:
    """Say at once what the config's minutes hold where that is not the usual, before anything is loaded; takes moments.

    ``rest``: the share of them that goes to something else.
    """
    found = outlook(latest_folders(run), config, data, rest)
    if found and not found.held.as_usual:
        yield Notice(message=found.said)


def seconds_needed(run: Run, config: FinetuneConfig, data: EmailData, rest: float = 0.0) -> float:
    """Seconds that hold the fewest RL steps that can change much, on this machine as it is now; 0: nobody knows."""
    found = outlook(latest_folders(run), config, data, rest)
    return found.held.enough if found else 0.0


def outlook(
    folders: Iterable[Path],
    config: FinetuneConfig,
    data: EmailData,
    rest: float = 0.0,
    niceness: int = 0,
    probe: Probe | None = None,
) -> Outlook | None:
    """What the config's minutes hold on this machine as it is now; None where nobody knows, or nothing is limited.

    ``folders``: of runs that may have measured it. ``rest``: as in :func:`forecast`. ``niceness``, ``probe``: as in
    :func:`.known_pace.find_pace`.
    """
    if config.minutes is None or config.without_rl:
        return None
    known = find_pace(folders, config, niceness, probe)
    if known is None:
        return None
    contexts = split_contexts(data.unique_contexts(), config.held_out_contexts, config.guard_contexts, config.seed)
    resolved = config.resolved(FREE if config.write == FREE else OWN_WORDS)
    work, usual, wanted = work_and_plan(known.pace, resolved, data, contexts)
    left = max(0.0, (60 * config.minutes - known.loading) * (1 - rest))
    held = plan_for(left, work, usual, wanted, known.loading, rest)
    count = f"{config.minutes:g} minute{'' if config.minutes == 1 else 's'}"
    said, alone = (
        held.in_words(count, EARLIER if known.measured else RECKONED),
        advised_minutes(known.free * held.enough),
    )
    if known.busy > CLEARLY and alone < held.minutes and not held.as_usual:
        said += f" {without_others(in_percent(known.busy), alone)}"
    return Outlook(held, said, known.busy, alone)


def forewarn(
    run: Run, config: FinetuneConfig, data: EmailData, found: ModelLocation, limit: TimeLimit, rest: float
) -> Generator[Event, None, tuple[Pace, Planned]]:
    """Say before anything is trained what is left until ``limit`` holds; the pace, without scoring.

    ``rest``: as in :func:`forecast`. What scoring takes is reckoned, for there is nothing yet that scores.
    """
    seconds = max(0.0, limit.left()) * (1 - rest)
    yield Progress(phase=MEASURING, done=0, total=1)
    policy = load_policy(found, config.lora_rank, config.seed, None, config.tuning, config.tuned_layers)
    contexts = split_contexts(data.unique_contexts(), config.held_out_contexts, config.guard_contexts, config.seed)
    train = set(contexts.train)
    rows = data.take([i for i, context in enumerate(data.contexts) if context in train])
    policy.writing, _ = choose_writing(config.write, rows, policy.model, policy.tokenizer, run, read_facts(run))
    config = config.resolved(policy.writing.name)
    pace = measured(policy, config, data, contexts, most=MEASURING_SHARE * seconds)
    work, usual, wanted = work_and_plan(replace(pace, score=reckoned_scoring()), config, data, contexts)
    held = plan_for(seconds, work, usual, wanted, limit.seconds - seconds / (1 - rest), rest)
    hopeless = replace(work, pace=pace).seconds_for(held.plan, 1) > HOPELESS * seconds  # by what was measured alone
    said = held.in_words(_left(limit.left()), MEASURED)
    if not hopeless:  # the last word has the minutes that would do
        yield Notice(message=said)
    return pace, Planned(held.plan, said, held.enough, hopeless, held.as_usual)


def _left(seconds: float) -> str:
    return f"the {format_duration(max(0.0, seconds))} that are left"


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


def time_budget(
    seconds: float, began: float, contexts: ContextSplit, planned: Planned, config: FinetuneConfig
) -> TimeBudget:
    """So many seconds of the run's clock, a part of what is left when training ``began`` kept for the comparison.

    All of it is the warm start's where nothing is compared. ``config``: resolved, with a way of writing.
    """
    if not contexts.compared:
        return TimeBudget(seconds, warm_share=1.0, began=began)
    reserve = COMPARISON_SHARE * max(0.0, seconds - began)
    models = float(MODELS)
    if config.write == OWN_WORDS:  # a warm start that has learned nothing takes no time
        models = WORDED + 1 + bool(config.value_of("warm_start_epochs"))
    compared = models * COMPARED_SAMPLES * len(contexts.compared) if contexts.validation else 0.0
    warm_share = planned.plan.warm_share if planned.plan else WARM_START_SHARE
    validated = max(1, len(contexts.validation))
    return TimeBudget(seconds - reserve, reserve, compared, validated, warm_share, began, planned.enough)


def _read(run: Run) -> Plan | None:
    path = run.folder / PLAN_FILE
    if not path.is_file():
        return None
    try:
        return Plan.from_dict(read_json(path))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RunError(f"'{path}' is no plan of a run ({error}); delete it, and the run makes a new one") from None
