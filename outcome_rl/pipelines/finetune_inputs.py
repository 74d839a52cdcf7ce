"""What a fine-tune works on and works with: its job, and all that is loaded, split and planned before it trains."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, replace
from pathlib import Path

import torch

from ..config import FREE, FinetuneConfig, without_effect
from ..data.dataset import EmailData
from ..data.splits import ContextSplit, split_contexts
from ..events import Event, Notice, Progress
from ..metrics import FEWEST_CONTEXTS
from ..models.device import dtype_of, pick_device, pick_dtype
from ..models.hub import find_model
from ..models.loading import check_folder
from ..policy.lora import State
from ..policy.model import Policy, WritingModel, load_policy, make_policy
from ..reward.finding_costs import Order, checked
from ..reward.interface import Scorer
from ..reward.metadata import doubt_of_tuning, read_figures, require_trust
from ..rl.checkpoints import Checkpoint, load_checkpoint
from ..rl.pace import Pace
from ..runs.run import Run
from ..utils import distributed
from ..utils.oom import check_memory
from ..utils.work_clock import TimeLimit, WorkClock
from .choose_writing import all_facts, choose_writing, read_facts
from .planning import NO_PLAN, Planned, make_plan
from .rewards import Rewards, load_rewards, reprice

NOT_ASKED_FOR = "no RL step was asked for"


@dataclass(frozen=True)
class FinetuneJob:
    """What a fine-tune works on. ``seconds`` bounds it, comparison included; ``out``: the tuned model's folder.

    ``reward_model``: a folder, or what is in memory already. ``base``: a model in memory that is tuned in place of the
    one that the config names. ``go_on``: how the user goes on after a stop; None: as the command line has it.
    ``pace``: what was measured of this machine already. ``clock``: the run's; None: one that begins with the
    fine-tune. ``spent``: seconds of it that went into something else, the reward model. ``no_rl``: why no RL is done
    where the config has no steps.
    """

    config: FinetuneConfig
    run: Run
    data: EmailData
    reward_model: Path | Rewards
    out: Path
    seconds: float | None
    resume: bool = False
    base: WritingModel | None = None
    go_on: str | None = None
    pace: Pace | None = None
    clock: WorkClock | None = None
    spent: float = 0.0
    no_rl: str = NOT_ASKED_FOR


@dataclass(frozen=True)
class FinetuneInputs:
    """What a fine-tune works with. ``base_weights``: those of a model that is tuned whole and lies on no disk.

    ``planned``: what a limited time is spent on, without a limit nothing.
    """

    policy: Policy
    base_weights: State | None
    rewards: Rewards
    contexts: ContextSplit
    checkpoint: Checkpoint | None
    notices: list[str]
    planned: Planned = NO_PLAN

    @property
    def scorer(self) -> Scorer:
        """The reward that is tuned for."""
        return self._checked(self.rewards.scorer, self.policy.writing.order)

    @property
    def judge(self) -> Scorer | None:
        """Who chooses among the steps, held to the same but for the order of sentences, where it would see only what
        was tuned for.
        """
        return self.rewards.judge and self._checked(self.rewards.judge)

    def _checked(self, scorer: Scorer, order: Order | None = None) -> Scorer:
        return checked(scorer, self.policy.facts, fit=self.policy.writing.name == FREE, order=order)


def gather_inputs(job: FinetuneJob) -> Generator[Event, None, FinetuneInputs]:
    """Load and split what is needed. Raises ModelError or RunError where that cannot be."""
    config = job.config
    doubt = _require_trust(job)
    if doubt:
        yield Notice(message=doubt)
    yield Progress(phase="finding the language model", done=0, total=1)
    checkpoint = load_checkpoint(job.run.checkpoint) if job.resume else None
    policy, notices = yield from _policy(job, checkpoint)
    known = job.data.unique_contexts()
    contexts = _split(config, known)
    yield Progress(phase="taking the emails apart into sentences", done=0, total=1)
    said = _choose_writing(job, policy, set(contexts.train))
    few = None if config.without_rl else _too_few(contexts, len(known))
    for notice in (said, without_effect(config, policy.writing.name), few):
        if notice:
            yield Notice(message=notice)
    if config.guard_contexts and not contexts.validation and not config.without_rl:
        yield Notice(message="The file has fewer than three contexts, so no step can be chosen: the last one is kept.")
    rewards = job.reward_model if isinstance(job.reward_model, Rewards) else load_rewards(job.reward_model)
    rewards, changed = reprice(rewards, config.payoffs)
    if changed:
        yield Notice(message=changed)
    whole = job.base is not None and config.tuning == "full"
    return FinetuneInputs(policy, policy.adapter.state() if whole else None, rewards, contexts, checkpoint, notices)


def _split(config: FinetuneConfig, known: list[str]) -> ContextSplit:
    """Without RL nothing is chosen or compared, so that nothing has to be held out."""
    if config.without_rl:
        return ContextSplit(known, [], [])
    return split_contexts(known, config.held_out_contexts, config.guard_contexts, config.seed)


def plan_inputs(job: FinetuneJob, loaded: FinetuneInputs, limit: TimeLimit) -> Generator[Event, None, FinetuneInputs]:
    """The same with a plan for what is left until ``limit``, and with no more contexts than it has."""
    policy, config = loaded.policy, job.config.resolved(loaded.policy.writing.name)
    resumed = loaded.checkpoint is not None
    planned = yield from make_plan(
        job.run, config, job.data, policy, loaded.scorer, loaded.contexts, limit, resumed, job.pace, job.spent
    )
    plan, said = planned.plan, None if planned.usual else planned.said
    if planned.said and not planned.hopeless:
        yield Notice(message=planned.said)
    contexts = plan.of_contexts(loaded.contexts) if plan else loaded.contexts
    return replace(loaded, contexts=contexts, planned=planned, notices=[*loaded.notices, *([said] if said else [])])


def _require_trust(job: FinetuneJob) -> str | None:
    """What casts doubt on tuning against the reward model. Raises RunError, before anything is loaded, where it is not
    to be tuned against. Without RL nothing is.
    """
    if job.config.without_rl:
        return None
    given = job.reward_model
    figures = {"beats_guessing": given.trusted} if isinstance(given, Rewards) else read_figures(given)
    require_trust(figures, job.config.ignore_verdict)
    return doubt_of_tuning(figures)


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


def _too_few(contexts: ContextSplit, known: int) -> str | None:
    """What to say where the comparison can show nothing."""
    kept = len(contexts.compared)
    if kept >= FEWEST_CONTEXTS:
        return None
    more = "--held-out-contexts keeps more" if known >= 3 * FEWEST_CONTEXTS else "a file with more contexts has more"
    return (
        f"{kept} of {known} contexts are kept for the comparison at the end; below {FEWEST_CONTEXTS} it cannot show an "
        f"improvement: {more}."
    )


def _dtype(checkpoint: Checkpoint | None) -> torch.dtype | None:
    """A resumed run computes in what it began with, whatever a new measurement would choose."""
    return dtype_of(checkpoint.state.dtype) if checkpoint else None
