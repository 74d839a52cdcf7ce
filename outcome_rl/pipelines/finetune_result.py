"""What a fine-tune came to: the tuned model compared with what it was, the figures, and what its folder says of it."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from typing import Any

from ..config import COMPARED_SAMPLES, FREE, SamplingConfig
from ..evaluation import comparison
from ..events import Event, StopCheck
from ..generation.emails import write_scored
from ..importers.composition import read_beside
from ..policy.lora import State
from ..policy.metadata import CONTEXTS, NOT_TAUGHT
from ..policy.model import WritingModel, base_state
from ..results import Comparison, FinetuneResult
from ..rl.tune_policy import TrainingResult
from ..utils.work_clock import TimeLimit
from .finetune_inputs import FinetuneInputs, FinetuneJob


def compare_tuned(
    job: FinetuneJob,
    loaded: FinetuneInputs,
    tuned: TrainingResult,
    should_stop: StopCheck,
    limit: TimeLimit | None = None,
) -> Generator[Event, None, Comparison | None]:
    """Base, warm start and tuned model on contexts that neither trained nor chose; returns None after a stop.

    ``limit``: when it is to be over.
    """
    sampling = SamplingConfig(max_new_tokens=job.config.max_new_tokens, seed=job.config.seed)
    compared, emails = yield from comparison.compare(
        _in_memory(loaded, tuned),
        loaded.contexts.compared,
        loaded.rewards.scorer,
        sampling,
        COMPARED_SAMPLES,
        should_stop,
        loaded.policy.facts,
        limit,
        tuned.state.early_stopping.seconds_each,
    )
    if compared is None:
        return None
    write_scored(job.run.folder / "comparison.csv", emails, "model")
    figures = comparison.with_judge(compared, loaded.rewards.judge, emails)
    trusted = comparison.without_doubtful_gains(figures, loaded.rewards.trusted)
    return Comparison.from_dict({"base_model": loaded.policy.name, **trusted}, emails)


def _in_memory(loaded: FinetuneInputs, tuned: TrainingResult) -> dict[str, comparison.OpenWriter]:
    """Base, warm start and tuned model out of one model in memory, by swapping what was trained."""
    policy = loaded.policy

    def base() -> State:
        return base_state(policy) if loaded.base_weights is None else loaded.base_weights

    @contextmanager
    def merged(name: str, state: Callable[[], State]) -> Iterator[WritingModel]:
        found = state()
        with policy.adapter.merged_with(found):
            yield writer(name, untaught=not policy.adapter.changes(found))

    def writer(name: str, untaught: bool) -> WritingModel:
        free = WritingModel(name, policy.tokenizer, policy.model, facts=policy.facts)
        return free if name == "base" else replace(free, writing=policy.writing, base=policy.base, untaught=untaught)

    return {
        "base": lambda: merged("base", base),
        "warm_start": lambda: merged("warm_start", lambda: tuned.warm_start),
        "tuned": lambda: nullcontext(writer("tuned", policy.untaught)),
    }


def finetune_result(
    job: FinetuneJob, loaded: FinetuneInputs, tuned: TrainingResult, compared: Comparison | None, seconds: float
) -> FinetuneResult:
    """The figures of a fine-tune; ``compared``: None where there was no RL. ``seconds``: those that it took, an earlier
    part included.
    """
    opinion, stopping = compared.judge if compared else None, tuned.state.early_stopping
    return FinetuneResult(
        reward_before=compared.base.reward_mean if compared else None,
        reward_after=compared.tuned.reward_mean if compared else None,
        judge_before=opinion.base if opinion else None,
        judge_after=opinion.tuned if opinion else None,
        reward_of_own_emails=loaded.rewards.reference if compared else None,
        verdict_ignored=compared is not None and not loaded.rewards.trusted,
        kl=tuned.kl,
        steps=tuned.state.step,
        best_step=tuned.best_step,
        stopped_because=stopping.stopped_because,
        completions=tuned.state.completions,
        model_dir=str(job.out),
        base_model=loaded.policy.name,
        notices=loaded.notices,
        verdict=_verdict(loaded, tuned, compared) if compared else _without_rl(job, loaded, tuned),
        evaluation=compared,
        seconds=seconds,
    )


def _verdict(loaded: FinetuneInputs, tuned: TrainingResult, compared: Comparison) -> str:
    """What the comparison shows, and which step is kept."""
    stopping = tuned.state.early_stopping
    seen = set(loaded.contexts.compared) <= set(loaded.contexts.train)  # a file with a single context
    contexts = "contexts that tuning also saw" if seen else "contexts that tuning never saw"
    verdict = comparison.comparison_in_words(compared.to_dict(), contexts)
    return verdict if stopping.step is None else f"{verdict} {stopping.in_words(tuned.state.step)}"


def _without_rl(job: FinetuneJob, loaded: FinetuneInputs, tuned: TrainingResult) -> str:
    """What the model is where no RL was done, and why that was."""
    warmed = bool(tuned.state.warm_steps)
    if loaded.policy.writing.name == FREE:
        is_ = "the warm start, which has read the emails that were answered" if warmed else "the base model as it is"
    else:
        is_ = "your own sentences, put together as your emails have them and, above all, those that were answered"
        is_ += ", after a warm start" if warmed else ""
    return f"Nothing was taught, for {job.no_rl}. The writer is {is_}. What its emails earn was not measured."


def origin_of(job: FinetuneJob, loaded: FinetuneInputs, tuned: TrainingResult) -> dict[str, Any]:
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
    if composition := read_beside(job.run.data_file):
        origin[CONTEXTS] = composition.to_dict()
    origin["run"] = job.run.name
    if job.config.without_rl:
        origin[NOT_TAUGHT] = job.no_rl
    elif not loaded.rewards.trusted:
        origin["warning"] = "tuned against a reward model that was not clearly better than guessing"
    return origin
