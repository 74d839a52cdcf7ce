"""The warm start: supervised steps on emails that got a reply or converted, so that RL begins near good ones."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, replace

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
from .checkpoints import load_optimizer_state
from .loss import weighted_nll
from .trainer_context import (
    TrainerContext,
    adam,
    add_gradients,
    apply_gradients,
    batch_of_step,
    pad_right,
    run_steps,
    set_rate,
)
from .trainer_state import RL

BATCH = 8
"""Emails in an optimiser step."""
LARGEST_SHARE = 0.45
"""Largest part of a time budget that the warm start may take."""
WARMUP_STEPS = 5
"""Steps in which the learning rate rises to its peak; from there it falls to zero."""


def warm_start(training: TrainerContext, emails: EmailData, state: State) -> Generator[Event, None, bool]:
    """Supervised steps on the emails' own tokens; returns whether a stop was requested.

    ``state``: the optimiser's, of a run that goes on.
    """
    config, policy = training.config, training.policy
    prompts = encode_prompts(policy.tokenizer, emails.contexts)
    longest = min(config.max_new_tokens, room(policy.model, max(map(len, prompts), default=0)))
    targets, notice = _short_enough(policy, emails, longest)
    if notice:
        yield Notice(message=notice)
    optimizer = adam(policy, config.warm_start_rate)
    load_optimizer_state(optimizer, state)
    loop = _Loop(training, optimizer, prompts, targets)
    stopped = yield from run_steps(training, optimizer, loop.is_over, loop.step, loop.timed)
    if not stopped:
        training.warm_start = policy.adapter.reference()
        training.state = replace(training.state, phase=RL)
        optimizer = adam(policy, config.rl_rate)
    yield training.save(optimizer)
    return stopped


@dataclass(frozen=True)
class _Loop:
    """What :func:`run_steps` asks of the warm start; ``targets``: token ids by the position of their prompt."""

    training: TrainerContext
    optimizer: torch.optim.Optimizer
    prompts: list[list[int]]
    targets: dict[int, list[int]]

    @property
    def steps(self) -> int:
        return self.training.config.warm_start_epochs * -(-len(self.targets) // BATCH)

    @property
    def limit(self) -> float | None:
        """Seconds at which the warm start has to be over."""
        return LARGEST_SHARE * self.training.budget.seconds if self.training.budget else None

    def is_over(self) -> Generator[Event, None, bool]:
        """Whether all passes are made or the time is over."""
        yield from ()
        late = self.limit is not None and self.training.elapsed() >= self.limit
        return self.training.state.warm_steps >= self.steps or distributed.any_process(late)

    def step(self) -> WarmStartStep:
        """One optimiser step; the learning rate rises to its peak and then falls to zero as steps or time run out."""
        training, config, step = self.training, self.training.config, self.training.state.warm_steps
        spent = training.elapsed() / self.limit if self.limit else 0.0
        done = distributed.broadcast_from_main(max(step / self.steps, spent))
        set_rate(self.optimizer, config.warm_start_rate * min(1.0, (step + 1) / WARMUP_STEPS) * (1 - done))
        chosen = batch_of_step(sorted(self.targets), training.state.data_index, BATCH, config.seed)
        prompts, targets = [self.prompts[i] for i in chosen], [self.targets[i] for i in chosen]
        loss = _supervised_step(training, self.optimizer, prompts, targets)
        training.state = replace(training.state, warm_steps=step + 1, consecutive_nonfinite=0)
        return WarmStartStep(step=step + 1, steps=self.steps, loss=loss, seconds=0.0, seconds_left=None)

    def timed(self, event: WarmStartStep, seconds: float) -> WarmStartStep:
        left = self.training.seconds_left(self.steps - event.step, seconds, self.limit)
        return replace(event, seconds=seconds, seconds_left=left)


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


def _supervised_step(training: TrainerContext, optimizer: torch.optim.Optimizer, prompts: list, targets: list) -> float:
    """One optimiser step; the loss is the mean over the batch's tokens, nats."""
    total = sum(map(len, targets))
    prompts, own = distributed.share(prompts), distributed.share(targets)
    shortest_first = sorted(range(len(own)), key=lambda i: len(own[i]))
    rows = torch.tensor(shortest_first[::2] + shortest_first[1::2], dtype=torch.long)  # two parts of equal length

    def loss_of(part: Tensor) -> Tensor:
        training.check_stop()
        tokens, lengths = pad_right([own[i] for i in part], training.policy.device)
        logp = training.policy.log_probs([prompts[i] for i in part], tokens, lengths, 1.0)
        return weighted_nll(logp, torch.ones_like(lengths), length_mask(lengths, tokens.shape[1])) / total

    def gradients(size: int) -> float:
        optimizer.zero_grad()
        return add_gradients(training, rows, size, loss_of)

    loss = distributed.sum_numbers(training.micro_batch.run(gradients))
    apply_gradients(training, optimizer, loss)
    return loss
