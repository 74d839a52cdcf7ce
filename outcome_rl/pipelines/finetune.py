"""Fine-tuning as a run: gather what is needed, train, save, compare, report."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch

from ..config import COMPARED_SAMPLES, FREE, FinetuneConfig, SamplingConfig
from ..data.dataset import EmailData
from ..data.splits import ContextSplit, split_contexts
from ..errors import DataError
from ..evaluation import comparison
from ..events import Event, Finished, Notice, PhaseDone, Progress, StopCheck, Stopped
from ..generation.emails import write_scored
from ..models.device import dtype_of, pick_device, pick_dtype
from ..models.hub import find_model
from ..models.loading import check_folder
from ..policy.lora import State
from ..policy.model import Policy, Writer, base_state, load_policy, make_policy, save_policy
from ..results import Comparison, FinetuneResult
from ..reward.finding_costs import checked
from ..reward.metadata import read_figures, require_trust
from ..reward.scorer import Scorer
from ..rl.checkpoints import Checkpoint, load_checkpoint
from ..rl.finetune import TrainingResult, finetune
from ..rl.pace import Pace
from ..rl.plan import Plan
from ..rl.validation import Validation
from ..runs.workspace import Run
from ..security.settings import within_caps
from ..utils import distributed
from ..utils.oom import check_memory
from .planning import make_plan, time_budget
from .rewards import Rewards, load_rewards, reprice
from .writing import all_facts, choose_writing, read_facts


@dataclass(frozen=True)
class FinetuneJob:
    """What a fine-tune works on. ``seconds`` bounds it, comparison included; ``out``: the tuned model's folder.

    ``reward_model``: a folder, or what is in memory already. ``base``: a model in memory that is tuned in place of the
    one that the config names. ``go_on``: how the user goes on after a stop; None: as the command line has it.
    ``pace``: what was measured of this machine already.
    """

    config: FinetuneConfig
    run: Run
    data: EmailData
    reward_model: Path | Rewards
    out: Path
    seconds: float | None
    resume: bool = False
    base: Writer | None = None
    go_on: str | None = None
    pace: Pace | None = None


def finetune_run(job: FinetuneJob, should_stop: StopCheck) -> Generator[Event, None, FinetuneResult | None]:
    """``finetune``: warm start, RL, comparison; ends with Finished or Stopped, and returns the result."""
    main = distributed.is_main()  # which cannot be told any more once they have parted
    result = yield from finetune_phase(job, should_stop)
    if main:
        yield stopped(job) if result is None else Finished(result=result.to_dict())
    return result


def finetune_phase(job: FinetuneJob, should_stop: StopCheck) -> Generator[Event, None, FinetuneResult | None]:
    """Train, save, compare; returns the result, or None where it was stopped. Raises what ended RL, the model saved.

    Of several processes the main one alone has a result.
    """
    started = time.monotonic()
    within_caps(job.config)
    loaded = yield from _gather(job)
    if job.seconds:
        seconds = job.seconds - (time.monotonic() - started)
        loaded = yield from _planned(job, loaded, seconds)
    before = loaded.checkpoint.state.seconds if loaded.checkpoint else 0.0
    tuned = yield from _train(job, loaded, time.monotonic() - started, should_stop)
    if not distributed.leave():
        return None
    if tuned.state.step == 0 and tuned.failed:
        raise tuned.failed
    if tuned.stopped and tuned.state.step == 0:
        return None
    yield Progress(phase="saving the tuned model", done=0, total=1)
    save_policy(loaded.policy, tuned.warm_start, job.out, _origin(job, loaded, tuned))
    if tuned.failed:
        raise tuned.failed
    compared = None if tuned.stopped else (yield from _compare(job, loaded, tuned, should_stop))
    if compared is None:
        return None
    result = _result(job, loaded, tuned, compared, time.monotonic() - started + before)
    yield PhaseDone(phase="finetune", result=result.to_dict())
    return result


def stopped(job: FinetuneJob) -> Stopped:
    """What a stopped fine-tune says last."""
    message = f"Stopped; resume it to go on from here ({job.go_on or f'--resume {job.run.name}'})."
    state = load_checkpoint(job.run.checkpoint).state
    if state.step:
        best = state.step if state.early_stopping.step is None else state.early_stopping.best_step
        saved = f"The model after step {best}" if best else "The warm start, which no step was judged better than,"
        message += f" {saved} is saved in {job.out}."
    return Stopped(message=message, resumable=True)


# --- what is needed ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Loaded:
    """What a fine-tune works with. ``base_weights``: those of a model that is tuned whole and lies on no disk.

    ``plan``: what a limited time is spent on, None without a limit.
    """

    policy: Policy
    base_weights: State | None
    rewards: Rewards
    contexts: ContextSplit
    checkpoint: Checkpoint | None
    notices: list[str]
    plan: Plan | None = None


def _gather(job: FinetuneJob) -> Generator[Event, None, _Loaded]:
    """Load and split what is needed. Raises ModelError or RunError where that cannot be."""
    config = job.config
    _require_trust(job)
    yield Progress(phase="finding the language model", done=0, total=1)
    checkpoint = load_checkpoint(job.run.checkpoint) if job.resume else None
    policy, notices = yield from _policy(job, checkpoint)
    known = job.data.unique_contexts()
    contexts = split_contexts(known, config.held_out_contexts, config.guard_contexts, config.seed)
    said = _choose_writing(job, policy, set(contexts.train))
    if said:
        yield Notice(message=said)
    if config.guard_contexts and not contexts.validation:
        yield Notice(message="The file has fewer than three contexts, so no step can be chosen: the last one is kept.")
    rewards = job.reward_model if isinstance(job.reward_model, Rewards) else load_rewards(job.reward_model)
    rewards, changed = reprice(rewards, config.payoffs)
    if changed:
        yield Notice(message=changed)
    whole = job.base is not None and config.tuning == "full"
    return _Loaded(policy, policy.adapter.state() if whole else None, rewards, contexts, checkpoint, notices)


def _planned(job: FinetuneJob, loaded: _Loaded, seconds: float) -> Generator[Event, None, _Loaded]:
    """The same with a plan for so many seconds, and with no more contexts than it has."""
    policy, config = loaded.policy, job.config.resolved(loaded.policy.writing.name)
    scorer = _scorer(loaded)
    resumed = loaded.checkpoint is not None
    plan, said = yield from make_plan(
        job.run, config, job.data, policy, scorer, loaded.contexts, seconds, resumed, job.pace
    )
    if said:
        yield Notice(message=said)
    contexts = plan.of_contexts(loaded.contexts) if plan else loaded.contexts
    return replace(loaded, contexts=contexts, plan=plan, notices=[*loaded.notices, *([said] if said else [])])


def _require_trust(job: FinetuneJob) -> None:
    """Raises RunError before anything is loaded where the reward model is not to be tuned against."""
    given = job.reward_model
    figures = {"beats_guessing": given.trusted} if isinstance(given, Rewards) else read_figures(given)
    require_trust(figures, job.config.ignore_verdict)


def _policy(job: FinetuneJob, checkpoint: Checkpoint | None) -> Generator[Event, None, tuple[Policy, list[str]]]:
    """The policy, still the base model, and what there is to say of that one in the result."""
    config = job.config
    if job.base is not None:
        return make_policy(job.base, config.lora_rank, config.seed, config.tuning, config.tuned_layers), []
    with distributed.first_on_its_machine():
        found = find_model(config.model)
    if found.notice:
        yield Notice(message=found.notice)
    check_folder(found.folder, found.name)
    device = pick_device()
    dtype = distributed.broadcast_from_main(_dtype(checkpoint) or pick_dtype(device))
    tight = check_memory(found.folder, config.tuning, dtype.itemsize, device)
    if tight:
        yield Notice(message=tight)
    policy = load_policy(found, config.lora_rank, config.seed, dtype, config.tuning, config.tuned_layers)
    if policy.notice:
        yield Notice(message=policy.notice)
    return policy, [notice for notice in (found.notice, policy.notice) if notice]


def _choose_writing(job: FinetuneJob, policy: Policy, train: set[str]) -> str | None:
    """Give the policy its way of writing and what it may say; what to say of it.

    Both come from the emails for the contexts that are trained on, or, where the user has approved of sentences, from
    all: those are the user's choice and may be said to anybody.
    """
    chosen = job.run.sentences_file.is_file()
    rows = job.data.take([i for i, context in enumerate(job.data.contexts) if chosen or context in train])
    given = read_facts(job.run)
    policy.writing, said = choose_writing(job.config.write, rows, policy.model, policy.tokenizer, job.run, given)
    policy.facts = all_facts(given, rows)
    if policy.writing.name == FREE:
        policy.base = None  # what is written freely needs no second model in memory
    return said


def _dtype(checkpoint: Checkpoint | None) -> torch.dtype | None:
    """A resumed run computes in what it began with, whatever a new measurement would choose."""
    return dtype_of(checkpoint.state.dtype) if checkpoint else None


# --- training ---------------------------------------------------------------------------------------------------------


def _train(
    job: FinetuneJob, loaded: _Loaded, loading: float, should_stop: StopCheck
) -> Generator[Event, None, TrainingResult]:
    """Warm start and RL; ``loading``: seconds of the budget that are gone, unless a resumed run has counted them."""
    contexts, spent = loaded.contexts, 0.0 if loaded.checkpoint else loading
    facts, judge = loaded.policy.facts, loaded.rewards.judge
    config = job.config.resolved(loaded.policy.writing.name)
    if loaded.plan:
        config = replace(config, contexts_per_step=loaded.plan.contexts_per_step)
    return finetune(
        config,
        loaded.policy,
        _scorer(loaded),
        contexts.train,
        _good_emails(job.data, set(contexts.train), int(config.value_of("warm_start_epochs"))),
        job.run.checkpoint,
        budget=time_budget(job.seconds - spent, contexts, loaded.plan) if job.seconds else None,
        resume=loaded.checkpoint,
        should_stop=should_stop,
        validation=Validation(tuple(contexts.validation), judge and checked(judge, facts))
        if contexts.validation
        else None,
    )


def _scorer(loaded: _Loaded) -> Scorer:
    """The reward that is tuned for."""
    policy = loaded.policy
    return checked(loaded.rewards.scorer, policy.facts, fit=policy.writing.name == FREE)


def _good_emails(data: EmailData, contexts: set[str], epochs: int) -> EmailData:
    """Emails that got a reply or converted, of the contexts that are trained on."""
    good = data.take([i for i, value in enumerate(data.outcomes) if value > 0 and data.contexts[i] in contexts])
    if not len(good) and epochs:
        raise DataError(
            "no email with outcome 1 or 2 is left for the warm start; the file needs some, with different contexts"
        )
    return good


# --- comparison and result --------------------------------------------------------------------------------------------


def _compare(
    job: FinetuneJob, loaded: _Loaded, tuned: TrainingResult, should_stop: StopCheck
) -> Generator[Event, None, Comparison | None]:
    """Base, warm start and tuned model on contexts that neither trained nor chose; returns None after a stop."""
    sampling = SamplingConfig(max_new_tokens=job.config.max_new_tokens, seed=job.config.seed)
    compared, emails = yield from comparison.compare(
        _in_memory(loaded, tuned),
        loaded.contexts.compared,
        loaded.rewards.scorer,
        sampling,
        COMPARED_SAMPLES,
        should_stop,
        loaded.policy.facts,
    )
    if compared is None:
        return None
    write_scored(job.run.folder / "comparison.csv", emails, "model")
    figures = comparison.with_judge(compared, loaded.rewards.judge, emails)
    trusted = comparison.without_doubtful_gains(figures, loaded.rewards.trusted)
    return Comparison.from_dict({"base_model": loaded.policy.name, **trusted}, emails)


def _in_memory(loaded: _Loaded, tuned: TrainingResult) -> dict[str, comparison.OpenWriter]:
    """Base, warm start and tuned model out of one model in memory, by swapping what was trained."""
    policy = loaded.policy

    def base() -> State:
        return base_state(policy) if loaded.base_weights is None else loaded.base_weights

    @contextmanager
    def merged(name: str, state: Callable[[], State]) -> Iterator[Writer]:
        with policy.adapter.merged_with(state()):
            yield writer(name)

    def writer(name: str) -> Writer:
        free = Writer(name, policy.tokenizer, policy.model, facts=policy.facts)
        return free if name == "base" else replace(free, writing=policy.writing, base=policy.base)

    return {
        "base": lambda: merged("base", base),
        "warm_start": lambda: merged("warm_start", lambda: tuned.warm_start),
        "tuned": lambda: nullcontext(writer("tuned")),
    }


def _result(
    job: FinetuneJob, loaded: _Loaded, tuned: TrainingResult, compared: Comparison, seconds: float
) -> FinetuneResult:
    opinion, stopping = compared.judge, tuned.state.early_stopping
    seen = set(loaded.contexts.compared) <= set(loaded.contexts.train)  # a file with a single context
    contexts = "contexts that tuning also saw" if seen else "contexts that tuning never saw"
    verdict = comparison.comparison_in_words(compared.to_dict(), contexts)
    if stopping.step is not None:
        verdict += f" {stopping.in_words()}"
    return FinetuneResult(
        reward_before=compared.base.reward_mean,
        reward_after=compared.tuned.reward_mean,
        judge_before=opinion.base if opinion else None,
        judge_after=opinion.tuned if opinion else None,
        reward_of_own_emails=loaded.rewards.reference,
        verdict_ignored=not loaded.rewards.trusted,
        kl=tuned.kl,
        steps=tuned.state.step,
        best_step=tuned.best_step,
        stopped_because=stopping.stopped_because,
        completions=tuned.state.completions,
        model_dir=str(job.out),
        base_model=loaded.policy.name,
        notices=loaded.notices,
        verdict=verdict,
        evaluation=compared,
        seconds=seconds,
    )


def _origin(job: FinetuneJob, loaded: _Loaded, tuned: TrainingResult) -> dict[str, Any]:
    """What a tuned model's folder says of how it was made."""
    origin = {
        "base_model": loaded.policy.name,
        "algorithm": job.config.algorithm,
        "tuning": job.config.tuning,
        "write": loaded.policy.writing.name,
        "steps": tuned.state.step,
        "best_step": tuned.best_step,
        "completions": tuned.state.completions,
        "reward_model": loaded.rewards.source,
    }
    if loaded.rewards.payoffs:
        origin["payoffs"] = loaded.rewards.payoffs
    origin["run"] = job.run.name
    if not loaded.rewards.trusted:
        origin["warning"] = "tuned against a reward model that was not clearly better than guessing"
    return origin
