"""The warm start: supervised steps on emails that got a reply or converted, so that RL begins near good ones."""

from __future__ import annotations

import time
from collections.abc import Iterator

import torch
from torch import Tensor

from ..data.dataset import EmailData
from ..engine.logits import length_mask
from ..engine.sampling import room
from ..events import Event, Notice, WarmStartStep
from ..policy.lora import State
from ..policy.model import Policy
from ..policy.prompts import encode_email, encode_prompts
from ..utils import distributed
from .checkpoints import RL, load_optimizer_state
from .loss import weighted_nll
from .trainer_state import (
    NotFinite,
    StopRequested,
    Training,
    adam,
    add_gradients,
    apply_gradients,
    batch_of_step,
    pad_right,
    set_rate,
)

BATCH = 8
"""Emails in an optimiser step."""
LARGEST_SHARE = 0.45
"""Largest part of a time budget that the warm start may take."""
WARMUP_STEPS = 5
"""Steps in which the learning rate rises to its peak; from there it falls to zero."""


def warm_start(training: Training, emails: EmailData, state: State) -> Iterator[Event]:
    """Supervised steps on the emails' own tokens; returns whether a stop was requested."""
    config, policy = training.config, training.policy
    prompts = encode_prompts(policy.tokenizer, emails.contexts)
    longest = min(config.max_new_tokens, room(policy.model, max(map(len, prompts), default=0)))
    targets, notice = _short_enough(policy, emails, longest)
    if notice:
        yield Notice(message=notice)
    per_epoch = -(-len(targets) // BATCH)
    steps = config.warm_start_epochs * per_epoch
    limit = LARGEST_SHARE * training.budget.seconds if training.budget else None
    optimizer = adam(policy, config.warm_start_rate)
    load_optimizer_state(optimizer, state)
    step, stopped = training.position.warm_steps, False
    while step < steps and not distributed.agreed(limit is not None and training.elapsed() >= limit):
        began = time.monotonic()
        done = distributed.from_main(max(step / steps, training.elapsed() / limit if limit else 0.0))
        set_rate(optimizer, config.warm_start_rate * min(1.0, (step + 1) / WARMUP_STEPS) * (1 - done))
        chosen = batch_of_step(sorted(targets), training.position.draw, BATCH, config.seed)
        try:
            with training.undone_on_failure(optimizer):
                loss = _supervised_step(training, optimizer, [prompts[i] for i in chosen], [targets[i] for i in chosen])
        except StopRequested:
            stopped = True
            break
        except NotFinite as fault:
            yield from training.skip(fault, optimizer)
            continue
        yield from training.told()
        step += 1
        training.position = training.position.at(warm_steps=step, in_a_row=0)
        took = time.monotonic() - began
        left = training.seconds_left(steps - step, took, limit)
        yield WarmStartStep(step=step, steps=steps, loss=loss, seconds=took, seconds_left=left)
        if training.due():
            yield training.save(optimizer)
    if not stopped:
        training.warm_start = policy.adapter.reference()
        training.position = training.position.at(phase=RL)
        optimizer = adam(policy, config.rl_rate)
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
        f"{left_out} of {len(encoded)} emails with a reply are longer than {longest} tokens and are left out of the "
        "warm start, so that the model learns to end its emails."
    )


def _supervised_step(training: Training, optimizer: torch.optim.Optimizer, prompts: list, targets: list) -> float:
    """One optimiser step; the loss is the mean over the batch's tokens, nats."""
    total = sum(map(len, targets))
    prompts, own = distributed.share(prompts), distributed.share(targets)
    shortest_first = sorted(range(len(own)), key=lambda i: len(own[i]))
    rows = torch.tensor(shortest_first[::2] + shortest_first[1::2], dtype=torch.long)  # two lanes of equal length

    def loss_of(part: Tensor) -> Tensor:
        training.check_stop()
        tokens, lengths = pad_right([own[i] for i in part], training.policy.device)
        logp = training.policy.log_probs([prompts[i] for i in part], tokens, lengths, 1.0)
        return weighted_nll(logp, torch.ones_like(lengths), length_mask(lengths, tokens.shape[1])) / total

    def gradients(size: int) -> float:
        optimizer.zero_grad()
        return add_gradients(training, rows, size, loss_of)

    loss = distributed.total(training.micro_batch.fitted(gradients))
    apply_gradients(training, optimizer, loss)
    return loss
