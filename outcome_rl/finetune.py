"""Warm start and reinforcement learning. :func:`rl_step` reads like the algorithm; the rest feeds it and reports."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from . import objectives as obj
from .adapters import State
from .checkpoints import Checkpoint, Position, load_optimizer_state, optimizer_state, save_checkpoint
from .config import FinetuneConfig
from .data import EmailData
from .errors import DataError, RunError
from .events import CheckpointSaved, Event, Notice, RLStep, WarmStartStep
from .policy import Policy
from .prompts import decode_email, encode_email, encode_prompts
from .rollout import Draw, Rollout, end_tokens, sample

WARM_START_BATCH = 8
WARM_START_SHARE = 0.45
"""Largest part of a time budget that the warm start may take."""
LEARNING_RATE_WARMUP = 5
CHECKPOINT_SECONDS = 3.0
"""Kept of a time budget for the last checkpoint."""


class Scorer(Protocol):
    """What finetuning needs of a reward model."""

    def predict(self, contexts: Sequence[str], emails: Sequence[str]) -> np.ndarray: ...

    def rewards(self, probs: np.ndarray) -> np.ndarray: ...


@dataclass(frozen=True)
class Outcome:
    """How training ended. ``kl`` is the last step's, nats per email, from the warm start; ``stopped``: on request."""

    position: Position
    warm_start: State
    stopped: bool


class _Stop(Exception):
    """Raised inside a step that was asked to stop; the step is given up and leaves no trace."""


@dataclass
class _Training:
    """What the two phases share."""

    config: FinetuneConfig
    policy: Policy
    position: Position
    warm_start: State
    folder: Path
    should_stop: Callable[[], bool]
    seconds: float | None
    started: float
    saved: float

    def elapsed(self) -> float:
        """Seconds of work, those before a resume included."""
        return self._before + time.monotonic() - self.started

    def __post_init__(self) -> None:
        self._before = self.position.seconds

    def check_stop(self) -> None:
        if self.should_stop():
            raise _Stop

    def save(self, optimizer: torch.optim.Optimizer) -> CheckpointSaved:
        self.position = self.position.at(seconds=self.elapsed())
        state = Checkpoint(self.position, self.policy.adapter.state(), self.warm_start, optimizer_state(optimizer))
        save_checkpoint(self.folder, state)
        self.saved = time.monotonic()
        return CheckpointSaved(step=self.position.step, warm_steps=self.position.warm_steps, folder=str(self.folder))

    def due(self) -> bool:
        return time.monotonic() - self.saved >= 60 * self.config.checkpoint_minutes


def finetune(
    config: FinetuneConfig,
    policy: Policy,
    scorer: Scorer,
    contexts: Sequence[str],
    good_emails: EmailData,
    folder: Path,
    seconds: float | None = None,
    resume: Checkpoint | None = None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Iterator[Event]:
    """Warm start on ``good_emails``, then RL on ``contexts``; a generator that returns an :class:`Outcome`.

    ``seconds`` bounds the work from the run's beginning on, a resumed run's earlier work included; without it the
    config's steps or epochs decide. Checkpoints go to ``folder``. A stop gives up the step that is under way.

    Raises:
        DataError: there is no context to write for.
        RunError: the loss is not finite.
    """
    if not contexts:
        raise DataError("there is no context left to train on; the file needs at least two different ones")
    position = resume.position if resume else Position(dtype=str(policy.dtype).removeprefix("torch."))
    now = time.monotonic()
    training = _Training(
        config, policy, position, resume.warm_start if resume else {}, folder, should_stop, seconds, now, now
    )
    if resume:
        policy.adapter.load(resume.adapter)
    stopped = False
    state = resume.optimizer if resume else {}
    for phase, work in (
        ("warm_start", lambda s: _warm_start(training, good_emails, s)),
        ("rl", lambda s: _reinforce(training, scorer, contexts, s)),
    ):
        if training.position.phase != phase:
            continue
        stopped = yield from work(state)
        if stopped:
            break
        state = {}
    return Outcome(training.position, training.warm_start or policy.adapter.state(), stopped)


# --- warm start -------------------------------------------------------------------------------------------------------


def _warm_start(training: _Training, emails: EmailData, state: State) -> Iterator[Event]:
    """Supervised steps on the emails' own tokens; returns whether a stop was requested."""
    config, policy = training.config, training.policy
    prompts = encode_prompts(policy.tokenizer, emails.contexts)
    targets, notice = _short_enough(policy, emails, config.max_new_tokens)
    if notice:
        yield Notice(message=notice)
    per_epoch = -(-len(targets) // WARM_START_BATCH)
    steps = config.warm_start_epochs * per_epoch
    limit = WARM_START_SHARE * training.seconds if training.seconds else float("inf")
    optimizer = _adam(policy, config.warm_start_learning_rate)
    load_optimizer_state(optimizer, state)
    step, stopped = training.position.warm_steps, False
    while step < steps and training.elapsed() < limit:
        began = time.monotonic()
        done = max(step / steps, training.elapsed() / limit)
        _set_rate(optimizer, config.warm_start_learning_rate * min(1.0, (step + 1) / LEARNING_RATE_WARMUP) * (1 - done))
        try:
            chosen = _slice(sorted(targets), step, WARM_START_BATCH, config.seed)
            loss = _supervised_step(training, optimizer, [prompts[i] for i in chosen], [targets[i] for i in chosen])
        except _Stop:
            optimizer.zero_grad()
            stopped = True
            break
        step += 1
        training.position = training.position.at(warm_steps=step)
        took = time.monotonic() - began
        left = min(took * (steps - step), limit - training.elapsed())
        yield WarmStartStep(step=step, steps=steps, loss=loss, seconds=took, seconds_left=max(0.0, left))
        if training.due():
            yield training.save(optimizer)
    if not stopped:
        training.warm_start = policy.adapter.state()
        training.position = training.position.at(phase="rl")
        optimizer = _adam(policy, config.learning_rate)
    yield training.save(optimizer)
    return stopped


def _short_enough(policy: Policy, emails: EmailData, longest: int) -> tuple[dict[int, list[int]], str | None]:
    """Token ids of the emails that end within the longest length, by row; all, cut, where few do."""
    encoded = {i: encode_email(policy.tokenizer, email, longest) for i, email in enumerate(emails.emails)}
    whole = {i: ids for i, ids in encoded.items() if ids[-1] == policy.tokenizer.eos_token_id}
    left_out = len(encoded) - len(whole)
    if left_out == 0 or len(whole) < len(encoded) / 4:
        return encoded, None
    return whole, (
        f"{left_out} of {len(encoded)} emails with a reply are longer than {longest} tokens and are left out of the warm "
        "start, so that the model learns to end its emails."
    )


def _supervised_step(training: _Training, optimizer: torch.optim.Optimizer, prompts: list, targets: list) -> float:
    """One optimiser step; the loss is the mean over the batch's tokens, nats."""
    total = sum(map(len, targets))
    loss_sum = 0.0
    for rows in _micro_batches([len(t) for t in targets], training.config.micro_batch_size):
        training.check_stop()
        tokens, lengths = _pad_right([targets[i] for i in rows], training.policy.device)
        logp = training.policy.log_probs([prompts[i] for i in rows], tokens, lengths, 1.0)
        loss = obj.weighted_nll(logp, torch.ones_like(lengths), obj.length_mask(lengths, tokens.shape[1])) / total
        loss.backward()
        loss_sum += loss.item()
    _apply(training, optimizer, loss_sum)
    return loss_sum


# --- reinforcement learning -------------------------------------------------------------------------------------------


def _reinforce(training: _Training, scorer: Scorer, contexts: Sequence[str], state: State) -> Iterator[Event]:
    """RL steps until time, steps or a stop ends them; returns whether it was a stop."""
    config = training.config
    optimizer = _adam(training.policy, config.learning_rate)
    load_optimizer_state(optimizer, state)
    steps = _planned_steps(config, len(contexts), training.seconds)
    longest, stopped = 0.0, False
    while steps is None or training.position.step < steps:
        began = time.monotonic()
        if training.seconds and training.elapsed() + longest + CHECKPOINT_SECONDS > training.seconds:
            break
        chosen = [
            contexts[i]
            for i in _slice(list(range(len(contexts))), training.position.step, config.contexts_per_step, config.seed)
        ]
        before = training.policy.adapter.state(), optimizer_state(optimizer)
        try:
            event = rl_step(training, optimizer, scorer, chosen)
        except _Stop:
            optimizer.zero_grad()
            training.policy.adapter.load(before[0])
            load_optimizer_state(optimizer, before[1])
            stopped = True
            break
        longest = max(longest * 0.9, time.monotonic() - began)
        yield _with_time_left(event, training, steps, time.monotonic() - began)
        if training.due():
            yield training.save(optimizer)
    yield training.save(optimizer)
    return stopped


def rl_step(training: _Training, optimizer: torch.optim.Optimizer, scorer: Scorer, contexts: Sequence[str]) -> RLStep:
    """One step of reinforcement learning on a few contexts."""
    config, policy = training.config, training.policy
    began = time.monotonic()
    generator = torch.Generator().manual_seed(_seed(config.seed, training.position.step))

    # 1. sample several emails of each context from the policy as it is
    prompts = encode_prompts(policy.tokenizer, contexts)
    batch = _rollout(training, prompts, generator)
    sampled = time.monotonic()
    emails = [decode_email(policy.tokenizer, ids) for ids in batch.completions()]

    # 2. score them
    repeated = [context for context in contexts for _ in range(config.samples_per_context)]
    probs = scorer.predict(repeated, emails)
    rewards = torch.tensor(scorer.rewards(probs), dtype=torch.float32)

    # 3. give up reward for emails that do not end and for leaving the warm-started model
    kl = _divergence(training, prompts, batch)
    penalised = rewards - config.unfinished_penalty * (~batch.ended).float().cpu() - config.kl_weight * kl.cpu()
    grouped = penalised.view(len(contexts), config.samples_per_context)

    # 4. compare each email with the others of its context, and update
    if config.algorithm == "ppo":
        weights = obj.scale_by_batch(obj.leave_one_out(grouped)).flatten()
    else:
        weights = obj.reward_weights(grouped, config.weight_temperature, config.weight_clip).flatten()
    loss, norm = _update(training, optimizer, prompts, batch, weights.to(policy.device), generator)

    tokens = int(batch.lengths.sum())
    completions = training.position.completions + len(emails)
    training.position = training.position.at(
        step=training.position.step + 1, completions=completions, kl=float(kl.mean())
    )
    shares = np.bincount(probs.argmax(1), minlength=3) / len(emails)
    best = int(rewards.argmax())
    return RLStep(
        step=training.position.step,
        steps=None,
        reward_mean=float(rewards.mean()),
        reward_std=float(rewards.std(unbiased=False)),
        kl=float(kl.mean()),
        length_mean=float(batch.lengths.float().mean()),
        ended_share=float(batch.ended.float().mean()),
        share_no_reply=float(shares[0]),
        share_reply=float(shares[1]),
        share_conversion=float(shares[2]),
        loss=loss,
        grad_norm=norm,
        tokens_per_second=tokens / (sampled - began),
        completions=completions,
        seconds=0.0,
        seconds_left=None,
        sample_1_context=repeated[0],
        sample_1_email=emails[0],
        sample_1_reward=float(rewards[0]),
        sample_2_context=repeated[best],
        sample_2_email=emails[best],
        sample_2_reward=float(rewards[best]),
    )


def _rollout(training: _Training, prompts: list[list[int]], generator: torch.Generator) -> Rollout:
    config, policy = training.config, training.policy
    return sample(
        policy.model,
        prompts,
        config.samples_per_context,
        config.max_new_tokens,
        end_tokens(policy.tokenizer),
        generator,
        Draw(temperature=config.temperature),
        on_token=lambda _: training.check_stop() is None,
    )


@torch.no_grad()
def _divergence(training: _Training, prompts: list[list[int]], batch: Rollout) -> Tensor:
    """Estimated KL of each email from the warm-started model, nats, (B,)."""
    repeated = [prompt for prompt in prompts for _ in range(training.config.samples_per_context)]
    kl = torch.zeros(len(repeated), device=training.policy.device)
    with training.policy.adapter.merged_with(training.warm_start):
        for rows in _micro_batches(batch.lengths.tolist(), training.config.micro_batch_size):
            training.check_stop()
            width = int(batch.lengths[rows].max())
            tokens, lengths = batch.tokens[rows, :width], batch.lengths[rows]
            reference = training.policy.log_probs(
                [repeated[i] for i in rows], tokens, lengths, training.config.temperature
            )
            mask = obj.length_mask(lengths, width)
            kl[rows] = obj.sequence_kl(batch.log_probs[rows, :width], reference, mask)
    return kl


def _update(
    training: _Training,
    optimizer: torch.optim.Optimizer,
    prompts: list[list[int]],
    batch: Rollout,
    weights: Tensor,
    generator: torch.Generator,
) -> tuple[float, float]:
    """One optimiser step on each minibatch; (mean loss, mean gradient norm before clipping).

    The loss is a sum over tokens divided by emails x longest length, the same for short and long emails
    (https://arxiv.org/abs/2503.20783).
    """
    config, policy = training.config, training.policy
    repeated = [prompt for prompt in prompts for _ in range(config.samples_per_context)]
    order = torch.randperm(len(repeated), generator=generator)
    losses, norms = [], []
    for minibatch in order.chunk(config.minibatches):
        total = 0.0
        for part in _micro_batches(batch.lengths[minibatch].tolist(), config.micro_batch_size):
            training.check_stop()
            rows = minibatch[part]
            width = int(batch.lengths[rows].max())
            tokens, lengths = batch.tokens[rows, :width], batch.lengths[rows]
            logp = policy.log_probs([repeated[i] for i in rows], tokens, lengths, config.temperature)
            mask = obj.length_mask(lengths, width)
            if config.algorithm == "ppo":
                loss = obj.clipped_policy_loss(logp, batch.log_probs[rows, :width], weights[rows], mask, config.clip)
            else:
                loss = obj.weighted_nll(logp, weights[rows], mask)
            loss = loss / (len(minibatch) * config.max_new_tokens)
            loss.backward()
            total += loss.item()
        norms.append(_apply(training, optimizer, total))
        losses.append(total)
    return float(np.mean(losses)), float(np.mean(norms))


# --- shared parts -----------------------------------------------------------------------------------------------------


def _apply(training: _Training, optimizer: torch.optim.Optimizer, loss: float) -> float:
    """Clip, step, merge; the gradient's norm before clipping. Raises RunError where it is not finite."""
    parameters = training.policy.adapter.parameters()
    norm = torch.nn.utils.clip_grad_norm_(parameters, training.config.max_grad_norm).item()
    if not np.isfinite(norm) or not np.isfinite(loss):
        optimizer.zero_grad()
        raise RunError(
            f"the loss became {loss} (gradient norm {norm}); lower the learning rate and resume from the checkpoint"
        )
    optimizer.step()
    optimizer.zero_grad()
    training.policy.adapter.merge()
    return norm


def _adam(policy: Policy, rate: float) -> torch.optim.Optimizer:
    return torch.optim.AdamW(policy.adapter.parameters(), lr=rate, betas=(0.9, 0.95), weight_decay=0.0)


def _set_rate(optimizer: torch.optim.Optimizer, rate: float) -> None:
    for group in optimizer.param_groups:
        group["lr"] = rate


def _planned_steps(config: FinetuneConfig, contexts: int, seconds: float | None) -> int | None:
    if config.steps is not None:
        return config.steps
    return None if seconds else config.epochs * -(-contexts // config.contexts_per_step)


def _seed(seed: int, step: int) -> int:
    """A generator's seed for one step, so that a resumed run draws what an uninterrupted one does."""
    return int(np.random.SeedSequence([seed, step]).generate_state(1, np.uint64)[0] >> 1)


def _slice(items: list[int], step: int, size: int, seed: int) -> list[int]:
    """The items of one step: each pass over all of them is shuffled anew, a pass's last step may be short."""
    per_pass = -(-len(items) // size)
    order = np.random.default_rng([seed, step // per_pass]).permutation(len(items))
    place = step % per_pass
    return [items[i] for i in order[place * size : (place + 1) * size]]


def _micro_batches(lengths: Sequence[int], size: int) -> list[list[int]]:
    """Rows in groups of like length, so that little of a batch is padding."""
    order = sorted(range(len(lengths)), key=lambda i: lengths[i])
    return [order[start : start + size] for start in range(0, len(order), size)]


def _pad_right(rows: Sequence[Sequence[int]], device: torch.device) -> tuple[Tensor, Tensor]:
    """(B, T) token ids, zeros behind each row's end, and (B,) lengths."""
    lengths = torch.tensor([len(row) for row in rows], device=device)
    tokens = torch.zeros(len(rows), int(lengths.max()), dtype=torch.long, device=device)
    for index, row in enumerate(rows):
        tokens[index, : len(row)] = torch.tensor(list(row))
    return tokens, lengths


def _with_time_left(event: RLStep, training: _Training, steps: int | None, took: float) -> RLStep:
    from dataclasses import replace

    left = [took * (steps - event.step)] if steps else []
    left += [training.seconds - training.elapsed()] if training.seconds else []
    return replace(event, steps=steps, seconds=took, seconds_left=max(0.0, min(left)) if left else None)
