"""The warm start: supervised steps on emails that got a reply or converted, so that RL begins near good ones."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from ..data.dataset import EmailData
from ..engine.sampling import room
from ..events import Event, Notice, WarmStartStep
from ..policy.logprobs import with_base_logits
from ..policy.lora import State
from ..policy.model import base_state
from ..policy.writing import Written
from ..utils import distributed
from .checkpoints import load_optimizer_state
from .data_order import batch_of_step
from .gradients import adam, add_gradients, apply_gradients, log_probs_of, set_rate
from .loss import weighted_nll
from .trainer_context import TrainerContext, run_steps
from .trainer_state import RL

BATCH = 8
"""Emails in an optimiser step."""
WARMUP_STEPS = 5
"""Steps in which the learning rate rises, while it falls to zero over all of them: with n steps, nine or more, the
highest is (1 - 4 / n) of it."""


def warm_start(training: TrainerContext, emails: EmailData, state: State) -> Generator[Event, None, bool]:
    """Supervised steps on the emails' own tokens; returns whether a stop was requested.

    ``state``: the optimiser's, of a run that goes on.
    """
    config, policy = training.config, training.policy
    epochs = config.value_of("warm_start_epochs")
    found = (
        policy.writing.targets(policy.tokenizer, emails.contexts, emails.emails, config.max_new_tokens)
        if epochs
        else []
    )
    targets, notice = _learnable(found, room(policy.model, 0), config.max_new_tokens)
    if notice:
        yield Notice(message=notice)
    targets = _beside_base(training, targets, _half_of_limit(training))
    optimizer = adam(policy, config.warm_start_rate)
    load_optimizer_state(optimizer, state)
    loop = _SupervisedSteps(training, optimizer, targets)
    stopped = yield from run_steps(training, optimizer, loop.is_over, loop.step, loop.timed)
    if not stopped:
        training.warm_start = policy.adapter.reference()
        training.state = replace(training.state, phase=RL)
        optimizer = adam(policy, config.value_of("learning_rate"))
    yield training.save(optimizer)
    return stopped


def _half_of_limit(training: TrainerContext) -> float | None:
    """When half of the warm start's time is over; None where it has no limit."""
    budget = training.budget
    return (budget.began + budget.warm_start_end) / 2 if budget else None


@dataclass(frozen=True)
class _SupervisedSteps:
    """What :func:`run_steps` asks of the warm start; ``targets``: the emails to learn from."""

    training: TrainerContext
    optimizer: torch.optim.Optimizer
    targets: list[Written]

    @property
    def steps(self) -> int:
        return int(self.training.config.value_of("warm_start_epochs")) * -(-len(self.targets) // BATCH)

    @property
    def limit(self) -> float | None:
        """Seconds at which the warm start has to be over."""
        return self.training.budget.warm_start_end if self.training.budget else None

    def is_over(self) -> Generator[Event, None, bool]:
        """Whether all passes are made or the time is over."""
        yield from ()
        late = self.limit is not None and self.training.elapsed() >= self.limit
        return self.training.state.warm_steps >= self.steps or distributed.any_process(late)

    def step(self) -> WarmStartStep:
        """One optimiser step; the learning rate rises and then falls to zero as steps or time run out."""
        training, config, step = self.training, self.training.config, self.training.state.warm_steps
        done = distributed.broadcast_from_main(max(step / self.steps, self._spent()))
        set_rate(self.optimizer, config.warm_start_rate * min(1.0, (step + 1) / WARMUP_STEPS) * (1 - done))
        chosen = batch_of_step(list(range(len(self.targets))), training.state.data_index, BATCH, config.seed)
        loss = _supervised_step(training, self.optimizer, [self.targets[i] for i in chosen])
        training.state = replace(training.state, warm_steps=step + 1, consecutive_nonfinite=0)
        return WarmStartStep(step=step + 1, steps=self.steps, loss=loss, seconds=0.0, seconds_left=None)

    def _spent(self) -> float:
        """The share of its time that is over, 0 where it has no limit."""
        if self.training.budget is None or self.limit is None:
            return 0.0
        began = self.training.budget.began
        return min(1.0, (self.training.elapsed() - began) / (self.limit - began)) if self.limit > began else 1.0

    def timed(self, event: WarmStartStep, seconds: float) -> WarmStartStep:
        left = self.training.seconds_left(self.steps - event.step, seconds, self.limit)
        return replace(event, seconds=seconds, seconds_left=left)


def _learnable(found: Sequence[Written | None], room: int, longest: int) -> tuple[list[Written], str | None]:
    """The emails that could have been written and that end; all, cut, where few do. Beside them, what to say."""
    fitting = [own for own in found if own is not None and len(own.prompts[0]) + int(own.batch.lengths[0]) <= room]
    ending = [own for own in fitting if own.batch.ended.all() or own.batch.decisions]
    left_out = len(fitting) - len(ending)
    if left_out == 0 or len(ending) < len(fitting) / 4:
        return fitting, None
    return ending, (
        f"{left_out} of {len(fitting)} emails with a reply are longer than {longest} tokens and are left out of the "
        "warm start, so that the model learns to end its emails."
    )


def _beside_base(training: TrainerContext, targets: Sequence[Written], until: float | None) -> list[Written]:
    """The emails with what the base thinks of each decision, since a decision counts what goes beyond it.

    ``until``: seconds of the run's clock at which those that are done have to do, if they fill a step.
    """
    policy = training.policy
    if policy.base is None or not any(own.batch.decisions for own in targets):
        return list(targets)
    before = nullcontext() if training.state.warm_steps == 0 else policy.adapter.merged_with(base_state(policy))
    known: dict[int, Written] = {}
    with before:
        for place in np.random.default_rng(training.config.seed).permutation(len(targets)).tolist():
            own = targets[place]
            logits = with_base_logits(policy.model, own.prompts, own.batch) if own.batch.decisions else own.batch
            known[place] = replace(own, batch=logits)
            late = until is not None and training.elapsed() >= until and len(known) >= BATCH
            if distributed.any_process(late):
                break
    return [known[place] for place in sorted(known)]


def _supervised_step(training: TrainerContext, optimizer: torch.optim.Optimizer, targets: Sequence[Written]) -> float:
    """One optimiser step; the loss is the mean over the tokens that the model has to choose, nats."""
    total = sum(int(own.batch.chosen().sum()) for own in targets)
    shared = distributed.share(targets)
    own = Written.joined(shared).to(training.policy.device) if shared else None
    lengths = [int(target.batch.lengths[0]) for target in shared]
    shortest_first = sorted(range(len(shared)), key=lengths.__getitem__)
    rows = torch.tensor(shortest_first[::2] + shortest_first[1::2], dtype=torch.long)  # two parts of equal length

    def loss_of(part: Tensor) -> Tensor:
        assert own is not None, "asked for a part of nothing"
        now, _, mask = log_probs_of(training, own, part, temperature=1.0)
        return weighted_nll(now, torch.ones(len(part), 1, device=now.device), mask) / total

    def gradients(size: int) -> float:
        optimizer.zero_grad()
        return add_gradients(training, rows, size, loss_of)

    loss = distributed.sum_numbers(training.micro_batch.run(gradients))
    apply_gradients(training, optimizer, loss)
    return loss
