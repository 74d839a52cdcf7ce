"""What a run does from its first event to its last: the commands' work, without printing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch

from . import evaluate
from .checkpoints import Checkpoint, load_checkpoint
from .config import FinetuneConfig, RewardConfig, SamplingConfig
from .csv_files import write_rows
from .data import EmailData, hold_out_contexts
from .emails import COLUMNS
from .errors import DataError
from .events import Event, Finished, Notice, PhaseDone, Progress, Stopped
from .finetune import Outcome, finetune
from .models import find_model
from .policy import Policy, Writer, load_policy, save_policy
from .reward_folder import load_judge, load_reward_model, read_figures, require_trust
from .reward_training import train_reward
from .runs import Run

REWARD_SHARE = 0.3
"""Largest part of a whole run's minutes that the reward model may take."""
EVALUATION_SHARE = 0.13
"""Part of a time budget kept for the comparison at the end."""
EVALUATION_SAMPLES = 1
"""Emails for each held-out context and model in that comparison."""

NOTHING_TRAINED = "Stopped before the first pass over the emails was over; an older reward model stays as it was."

StopCheck = Callable[[], bool]


@dataclass(frozen=True)
class Tuning:
    """What a fine-tune needs besides its settings. ``seconds`` bounds it, comparison included."""

    run: Run
    data: EmailData
    reward_model: Path
    out: Path
    seconds: float | None
    resume: bool = False


def reward_run(config: RewardConfig, data: EmailData, out: Path, should_stop: StopCheck) -> Iterator[Event]:
    """``train-reward``: train, judge and save; ends with Finished or Stopped."""
    result = yield from _reward_phase(config, data, out, should_stop)
    if result is None:
        yield Stopped(message=NOTHING_TRAINED, resumable=False)
    elif should_stop():
        yield Stopped(message="Stopped early; the best reward model so far is judged and saved.", resumable=False)
    else:
        yield Finished(result=result)


def finetune_run(config: FinetuneConfig, tuning: Tuning, should_stop: StopCheck) -> Iterator[Event]:
    """``finetune``: warm start, RL, comparison; ends with Finished or Stopped."""
    result = yield from _finetune_phase(config, tuning, should_stop)
    if result is None:
        yield _stopped(tuning)
    else:
        yield Finished(result=result)


def full_run(
    reward_config: RewardConfig,
    config: FinetuneConfig,
    tuning: Tuning,
    reward_result: dict[str, Any] | None,
    should_stop: StopCheck,
) -> Iterator[Event]:
    """``run``: reward model, RL, comparison. ``reward_result`` skips the first part, when a resumed run has it."""
    if reward_result is None:
        limit = tuning.seconds / 60 * REWARD_SHARE if tuning.seconds else reward_config.minutes
        reward_result = yield from _reward_phase(
            replace(reward_config, minutes=limit), tuning.data, tuning.reward_model, should_stop
        )
        if reward_result is None or should_stop():
            kept = "Stopped while the reward model was trained; it is saved as far as it got."
            yield Stopped(message=NOTHING_TRAINED if reward_result is None else kept, resumable=True)
            return
    if tuning.seconds:
        tuning = replace(tuning, seconds=tuning.seconds - reward_result["seconds"])
    result = yield from _finetune_phase(config, tuning, should_stop)
    if result is None:
        yield _stopped(tuning)
    else:
        yield Finished(result={"reward_model": reward_result, "finetune": result, "evaluation": result["evaluation"]})


def _stopped(tuning: Tuning) -> Stopped:
    message = f"Stopped; the run goes on from its checkpoint with --resume {tuning.run.name}."
    step = load_checkpoint(tuning.run.checkpoint).position.step
    if step:
        message += f" The model after step {step} is saved in {tuning.out}."
    return Stopped(message=message, resumable=True)


# --- reward model -----------------------------------------------------------------------------------------------------


def _reward_phase(config: RewardConfig, data: EmailData, out: Path, should_stop: StopCheck) -> Iterator[Event]:
    yield Progress(phase="finding the encoder", done=0, total=1)
    found = find_model(config.model)
    if found.notice:
        yield Notice(message=found.notice)
    return (yield from train_reward(config, data, found, out, should_stop))


# --- fine-tuning ------------------------------------------------------------------------------------------------------


def _finetune_phase(config: FinetuneConfig, tuning: Tuning, should_stop: StopCheck) -> Iterator[Event]:
    """Train, save, compare; returns the result, or None where it was stopped."""
    started = time.monotonic()
    figures = read_figures(tuning.reward_model)
    require_trust(figures, config.ignore_verdict)
    yield Progress(phase="finding the language model", done=0, total=1)
    checkpoint = load_checkpoint(tuning.run.checkpoint) if tuning.resume else None
    found = find_model(config.model)
    if found.notice:
        yield Notice(message=found.notice)
    reward_model = load_reward_model(tuning.reward_model)
    policy = load_policy(found, config.lora_rank, config.seed, _dtype(checkpoint))
    train_contexts, held_out = hold_out_contexts(tuning.data.unique_contexts(), config.held_out_contexts, config.seed)
    seconds = None
    if tuning.seconds:
        seconds = tuning.seconds * (1 - EVALUATION_SHARE) - (0 if checkpoint else time.monotonic() - started)
    outcome: Outcome = yield from finetune(
        config,
        policy,
        reward_model,
        train_contexts,
        _good_emails(tuning.data, set(train_contexts), config.warm_start_epochs),
        tuning.run.checkpoint,
        seconds,
        checkpoint,
        should_stop,
    )
    if outcome.stopped and outcome.position.step == 0:
        return None
    ignored = figures.get("beats_guessing") is not True
    origin = _origin(policy, config, tuning, outcome)
    if ignored:
        origin["warning"] = "tuned against a reward model that was not clearly better than guessing"
    yield Progress(phase="saving the tuned model", done=0, total=1)
    save_policy(policy, outcome.warm_start, tuning.out, origin)
    if outcome.stopped:
        return None
    sampling = SamplingConfig(max_new_tokens=config.max_new_tokens, seed=config.seed)
    models = _in_memory(policy, outcome)
    compared, emails = yield from evaluate.compare(
        models, held_out, reward_model, sampling, EVALUATION_SAMPLES, should_stop
    )
    if compared is None:
        return None
    judge = load_judge(tuning.reward_model)
    if judge:
        compared["judge"] = evaluate.second_opinion(judge, emails)
    opinion = compared.get("judge", {})
    evaluation = {"base_model": policy.name, **compared}
    write_rows(
        tuning.run.folder / "comparison.csv", (*COLUMNS, "model"), ([*email.row(), email.model] for email in emails)
    )
    result = {
        "reward_before": compared["base"]["reward_mean"],
        "reward_after": compared["tuned"]["reward_mean"],
        "judge_before": opinion.get("base"),
        "judge_after": opinion.get("tuned"),
        "reward_of_own_emails": reward_model.reference,
        "verdict_ignored": ignored,
        "kl": outcome.position.kl,
        "steps": outcome.position.step,
        "completions": outcome.position.completions,
        "seconds": time.monotonic() - started + (checkpoint.position.seconds if checkpoint else 0.0),
        "model_dir": str(tuning.out),
        "base_model": policy.name,
        "notices": [found.notice] if found.notice else [],
        "verdict": evaluate.in_words(compared, "contexts that tuning never saw"),
        "evaluation": evaluation,
    }
    yield PhaseDone(phase="finetune", result=result)
    return result


def _dtype(checkpoint: Checkpoint | None) -> torch.dtype | None:
    """A resumed run computes in what it began with, whatever a new measurement would choose."""
    return getattr(torch, checkpoint.position.dtype) if checkpoint else None


def _good_emails(data: EmailData, contexts: set[str], epochs: int) -> EmailData:
    """Emails that got a reply or converted, of the contexts that are trained on."""
    good = data.take([i for i, value in enumerate(data.outcomes) if value > 0 and data.contexts[i] in contexts])
    if not len(good) and epochs:
        raise DataError(
            "no email with outcome 1 or 2 is left for the warm start; the file needs some, with different contexts"
        )
    return good


def _origin(policy: Policy, config: FinetuneConfig, tuning: Tuning, outcome: Outcome) -> dict[str, Any]:
    return {
        "base_model": policy.name,
        "algorithm": config.algorithm,
        "steps": outcome.position.step,
        "completions": outcome.position.completions,
        "reward_model": str(tuning.reward_model),
        "run": tuning.run.name,
    }


def _in_memory(policy: Policy, outcome: Outcome) -> dict[str, evaluate.Opened]:
    """Base, warm start and tuned model out of one copy in memory, by swapping adapters."""
    none = {name: torch.zeros_like(tensor) for name, tensor in outcome.warm_start.items()}

    def opened(name: str, state: dict[str, torch.Tensor]) -> evaluate.Opened:
        @contextmanager
        def open_writer() -> Iterator[Writer]:
            with policy.adapter.merged_with(state):
                yield Writer(name, policy.tokenizer, policy.model)

        return open_writer

    states = {"base": none, "warm_start": outcome.warm_start, "tuned": policy.adapter.state()}
    return {name: opened(name, state) for name, state in states.items()}
