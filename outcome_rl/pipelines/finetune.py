"""What a run does from its first event to its last: the commands' work, without printing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch

from ..config import COMPARED_SAMPLES, OUTCOMES, FinetuneConfig, SamplingConfig
from ..data.dataset import EmailData
from ..data.splits import ContextSplit, split_contexts
from ..errors import DataError
from ..evaluation import comparison
from ..events import Event, Finished, Notice, PhaseDone, Progress, StopCheck, Stopped
from ..generation.emails import write_scored
from ..models.device import dtype_of, pick_device, pick_dtype
from ..models.hub import find_model
from ..policy.lora import State
from ..policy.model import Policy, Writer, base_state, load_policy, save_policy
from ..reward.judge import Judge
from ..reward.metadata import is_trusted, read_figures, require_trust
from ..reward.model import RewardModel, other_payoffs_in_words, with_payoffs
from ..reward.serialization import load_judge, load_reward_model
from ..rl.checkpoints import Checkpoint, load_checkpoint
from ..rl.early_stopping import Guard
from ..rl.finetune import Outcome, finetune
from ..rl.time_budget import Budget
from ..runs.workspace import Run
from ..utils import distributed
from ..utils.oom import check_room

EVALUATION_SHARE = 0.13
"""Least part of a time budget kept for the comparison at the end."""


@dataclass(frozen=True)
class Tuning:
    """What a fine-tune needs besides its settings. ``seconds`` bounds it, comparison included."""

    run: Run
    data: EmailData
    reward_model: Path
    out: Path
    seconds: float | None
    resume: bool = False


def finetune_run(config: FinetuneConfig, tuning: Tuning, should_stop: StopCheck) -> Iterator[Event]:
    """``finetune``: warm start, RL, comparison; ends with Finished or Stopped."""
    result = yield from _finetune_phase(config, tuning, should_stop)
    if result is None:
        yield _stopped(tuning)
    else:
        yield Finished(result=result)


def _stopped(tuning: Tuning) -> Stopped:
    message = f"Stopped; resume it to go on from here (--resume {tuning.run.name})."
    position = load_checkpoint(tuning.run.checkpoint).position
    if position.step:
        best = position.guard.get("best_step", position.step)
        saved = f"The model after step {best}" if best else "The warm start, which no step was judged better than,"
        message += f" {saved} is saved in {tuning.out}."
    return Stopped(message=message, resumable=True)


def _finetune_phase(config: FinetuneConfig, tuning: Tuning, should_stop: StopCheck) -> Iterator[Event]:
    """Train, save, compare; returns the result, or None where it was stopped. Raises what ended RL, the model saved."""
    started = time.monotonic()
    parts = yield from _gather(config, tuning)
    before = parts.checkpoint.position.seconds if parts.checkpoint else 0.0
    loading = 0.0 if parts.checkpoint else time.monotonic() - started
    outcome: Outcome = yield from finetune(
        config,
        parts.policy,
        parts.reward_model,
        parts.contexts.train,
        _good_emails(tuning.data, set(parts.contexts.train), config.warm_start_epochs),
        tuning.run.checkpoint,
        _budget(tuning.seconds - loading, parts.contexts) if tuning.seconds else None,
        parts.checkpoint,
        should_stop,
        Guard(tuple(parts.contexts.guard), parts.judge) if parts.contexts.guard else None,
    )
    if not distributed.leave():
        return {}
    if outcome.position.step == 0 and outcome.failed:
        raise outcome.failed
    if outcome.stopped and outcome.position.step == 0:
        return None
    yield Progress(phase="saving the tuned model", done=0, total=1)
    save_policy(parts.policy, outcome.warm_start, tuning.out, _origin(parts, config, tuning, outcome))
    if outcome.failed:
        raise outcome.failed
    if outcome.stopped:
        return None
    compared = yield from _compared(config, tuning, parts, outcome, should_stop)
    if compared is None:
        return None
    result = _result(parts, tuning, outcome, compared) | {"seconds": time.monotonic() - started + before}
    yield PhaseDone(phase="finetune", result=result)
    return result


@dataclass(frozen=True)
class _Parts:
    """What a fine-tune works with. ``trusted``: the reward model is clearly better than guessing."""

    policy: Policy
    reward_model: RewardModel
    judge: Judge | None
    contexts: ContextSplit
    checkpoint: Checkpoint | None
    trusted: bool
    notices: list[str]


def _gather(config: FinetuneConfig, tuning: Tuning) -> Iterator[Event]:
    """Load and split what is needed; returns :class:`_Parts`. Raises ModelError or RunError where that cannot be."""
    figures = read_figures(tuning.reward_model)
    require_trust(figures, config.ignore_verdict)
    yield Progress(phase="finding the language model", done=0, total=1)
    checkpoint = load_checkpoint(tuning.run.checkpoint) if tuning.resume else None
    with distributed.first_on_its_machine():
        found = find_model(config.model)
    if found.notice:
        yield Notice(message=found.notice)
    device = pick_device()
    dtype = distributed.from_main(_dtype(checkpoint) or pick_dtype(device))
    tight = check_room(found.folder, config.tuning, dtype.itemsize, device)
    if tight:
        yield Notice(message=tight)
    known = tuning.data.unique_contexts()
    contexts = split_contexts(known, config.held_out_contexts, config.guard_contexts, config.seed)
    if config.guard_contexts and not contexts.guard:
        yield Notice(message="The file has fewer than three contexts, so no step can be chosen: the last one is kept.")
    reward_model, judge = load_reward_model(tuning.reward_model), load_judge(tuning.reward_model)
    priced = with_payoffs(reward_model.config, config.payoffs)
    if priced != reward_model.config:
        yield Notice(message=other_payoffs_in_words(reward_model.config, priced))
        reward_model = replace(reward_model, config=priced, reference=None)
        judge = replace(judge, config=priced) if judge else None
    return _Parts(
        load_policy(found, config.lora_rank, config.seed, dtype, config.tuning),
        reward_model,
        judge,
        contexts,
        checkpoint,
        is_trusted(figures),
        [found.notice] if found.notice else [],
    )


def _budget(seconds: float, contexts: ContextSplit) -> Budget:
    """So many seconds, a part of them kept for the comparison of three models."""
    kept = EVALUATION_SHARE * seconds
    written = 3 * COMPARED_SAMPLES * len(contexts.compared)
    return Budget(seconds - kept, kept, written / len(contexts.guard) if contexts.guard else 0.0)


def _compared(
    config: FinetuneConfig, tuning: Tuning, parts: _Parts, outcome: Outcome, should_stop: StopCheck
) -> Iterator[Event]:
    """Base, warm start and tuned model on contexts that neither trained nor chose; returns None after a stop."""
    sampling = SamplingConfig(max_new_tokens=config.max_new_tokens, seed=config.seed)
    compared, emails = yield from comparison.compare(
        _in_memory(parts.policy, outcome),
        parts.contexts.compared,
        parts.reward_model,
        sampling,
        COMPARED_SAMPLES,
        should_stop,
    )
    if compared is None:
        return None
    write_scored(tuning.run.folder / "comparison.csv", emails, "model")
    judged = comparison.with_second_opinion(compared, parts.judge, emails)
    return {"base_model": parts.policy.name, **comparison.as_far_as_trusted(judged, parts.trusted)}


def _result(parts: _Parts, tuning: Tuning, outcome: Outcome, compared: dict[str, Any]) -> dict[str, Any]:
    """The keys of a fine-tune's result but for its seconds."""
    opinion = compared.get("judge", {})
    seen = set(parts.contexts.compared) <= set(parts.contexts.train)  # a file with a single context
    verdict = comparison.in_words(
        compared, "contexts that tuning also saw" if seen else "contexts that tuning never saw"
    )
    if outcome.watch.step is not None:
        verdict += f" {outcome.watch.in_words()}"
    return {
        "reward_before": compared["base"]["reward_mean"],
        "reward_after": compared["tuned"]["reward_mean"],
        "judge_before": opinion.get("base"),
        "judge_after": opinion.get("tuned"),
        "reward_of_own_emails": parts.reward_model.reference,
        "verdict_ignored": not parts.trusted,
        "kl": outcome.kl,
        "steps": outcome.position.step,
        "best_step": outcome.best_step,
        "stopped_because": outcome.watch.stopped_because,
        "completions": outcome.position.completions,
        "model_dir": str(tuning.out),
        "base_model": parts.policy.name,
        "notices": parts.notices,
        "verdict": verdict,
        "evaluation": compared,
    }


def _dtype(checkpoint: Checkpoint | None) -> torch.dtype | None:
    """A resumed run computes in what it began with, whatever a new measurement would choose."""
    return dtype_of(checkpoint.position.dtype) if checkpoint else None


def _good_emails(data: EmailData, contexts: set[str], epochs: int) -> EmailData:
    """Emails that got a reply or converted, of the contexts that are trained on."""
    good = data.take([i for i, value in enumerate(data.outcomes) if value > 0 and data.contexts[i] in contexts])
    if not len(good) and epochs:
        raise DataError(
            "no email with outcome 1 or 2 is left for the warm start; the file needs some, with different contexts"
        )
    return good


def _origin(parts: _Parts, config: FinetuneConfig, tuning: Tuning, outcome: Outcome) -> dict[str, Any]:
    origin = {
        "base_model": parts.policy.name,
        "algorithm": config.algorithm,
        "tuning": config.tuning,
        "steps": outcome.position.step,
        "best_step": outcome.best_step,
        "completions": outcome.position.completions,
        "reward_model": str(tuning.reward_model),
        "payoffs": dict(zip(OUTCOMES, parts.reward_model.config.payoffs, strict=True)),
        "run": tuning.run.name,
    }
    if not parts.trusted:
        origin["warning"] = "tuned against a reward model that was not clearly better than guessing"
    return origin


def _in_memory(policy: Policy, outcome: Outcome) -> dict[str, comparison.Opened]:
    """Base, warm start and tuned model out of one model in memory, by swapping what was trained."""

    @contextmanager
    def merged(name: str, state: Callable[[], State]) -> Iterator[Writer]:
        with policy.adapter.merged_with(state()):
            yield Writer(name, policy.tokenizer, policy.model)

    return {
        "base": lambda: merged("base", lambda: base_state(policy)),
        "warm_start": lambda: merged("warm_start", lambda: outcome.warm_start),
        "tuned": lambda: nullcontext(Writer("tuned", policy.tokenizer, policy.model)),
    }
