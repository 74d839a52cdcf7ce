"""Every setting that a user has, with its default, once.

The command line's flags and the page's fields are both made from these dataclasses: the field's name gives the
flag, ``help`` explains it with its unit, ``low``/``high`` bound it, ``choices`` lists what is allowed and
``advanced`` tells the page to fold it away.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

from .config_fields import Checked, documented, setting
from .errors import ConfigError

DEFAULT_ENCODER = "distilbert-base-uncased"
DEFAULT_POLICY = "gpt2"
"""Neither has been measured, for want of a network. Where they cannot be had the bundled ones serve, and all figures
are of those: so a result depends on whether there was a network, unless the models are named."""

EVALUATE_EVERY = 5
"""RL steps between two evaluations where nothing else is said."""
EVALUATION_TIME = 0.1
"""Largest part of a time budget that goes into evaluations while tuning."""


@documented
@dataclass(frozen=True)
class RewardConfig(Checked):
    """How the reward model is trained and how its prediction becomes a reward; payoffs in a unit of your own.

    Raises:
        ConfigError: a value is outside its limits.
    """

    model: str = setting(
        DEFAULT_ENCODER, "encoder that reads the emails: a name on the Hugging Face Hub or a folder", advanced=False
    )
    text: str = setting(
        "pair", "what the model reads: context and email, or the email alone", choices=("pair", "email")
    )
    method: str = setting(
        "auto",
        "frozen: the encoder as it is, several small models on top; finetuned: its upper layers are trained as well, "
        "which takes many times longer; auto: what the benchmark supports for the number of rows",
        choices=("auto", "frozen", "finetuned"),
    )
    folds: int = setting(5, "parts that the rows are split into; each tests the model once", low=2, high=20)
    repeats: int | None = setting(
        None, "how many times the rows are split anew; empty: the fewer rows, the more often", low=1, high=50
    )
    judge_share: float = setting(
        0.2,
        "share of the rows kept for an independent judge, which the reward model never sees; "
        "rounded to a half, a third, a quarter and so on; 0: no judge",
        low=0.0,
        high=0.5,
    )
    epochs: int | None = setting(
        None, "finetuned: passes over the rows; empty: as many as suit the number of rows", low=1, high=200
    )
    batch_size: int = setting(8, "finetuned: emails per optimiser step", low=1, high=512)
    learning_rate: float | None = setting(
        None,
        "finetuned: peak step size of the optimiser; empty: 2e-5, or 1e-4 for encoders under 50 M parameters",
        low=1e-7,
        high=0.1,
    )
    max_tokens: int = setting(256, "longest input in tokens; longer emails are cut at the end", low=16, high=512)
    minutes: float | None = setting(
        None, "minutes after which the rows are not split anew; empty: no limit", low=0.01, high=10000
    )
    payoff_no_reply: float = setting(-1.0, "what an email without a reply is worth to you", low=-1e6, high=1e6)
    payoff_reply: float = setting(0.5, "what a reply is worth to you", low=-1e6, high=1e6)
    payoff_conversion: float = setting(2.0, "what a conversion is worth to you", low=-1e6, high=1e6)
    reward: str = setting(
        "expected",
        "expected: payoff averaged over the predicted probabilities; argmax: payoff of the likeliest outcome alone",
        choices=("expected", "argmax"),
    )
    uncertainty_penalty: float = setting(
        0.5,
        "taken off the expected payoff for each unit by which the model's members disagree (standard deviation)",
        low=0.0,
        high=10.0,
    )
    seed: int = setting(42, "random seed; the same seed on the same machine gives the same model", low=0, high=2**31)

    @property
    def payoffs(self) -> tuple[float, float, float]:
        """Payoffs in the order of :data:`OUTCOMES`."""
        return (self.payoff_no_reply, self.payoff_reply, self.payoff_conversion)


FREE, OWN_WORDS, AUTO = "free", "own-words", "auto"
"""Ways of writing: token by token, in the seller's own sentences, or whichever suits the file and the model."""
FREE_WRITING_FROM = 1_000_000_000
"""Parameters from which on a model writes freely unless told otherwise; smaller ones invent facts."""
WARM_START_RATES = {"lora": 3e-4, "full": 5e-5}
RL_RATES = {FREE: {"lora": 2e-4, "full": 1e-5}, OWN_WORDS: {"lora": 1.2e-3, "full": 6e-5}}
"""Step sizes for each kind of tuning; of RL, for each way of writing."""
TEMPERATURES = {FREE: 0.8, OWN_WORDS: 0.5}
"""While tuning and in use. At 0.5 the seller's own sentences earn more than at 1 in all worlds tried, before tuning and
after it, and two emails in a hundred are alike."""
BEST_OF = {FREE: 1, OWN_WORDS: 4}
"""Emails written for each that is wanted. In the seller's own sentences they cost little; a free one of a larger model
takes minutes."""
LEAST_MINUTES = 1.0
"""Of tuning: less is over before a model is loaded and anything is measured."""
USUAL: dict[str, dict[str, Any]] = {
    FREE: {"warm_start_epochs": 3, "temperature": TEMPERATURES[FREE], "variety_weight": 6.0, "least_variety": 0.5},
    # emails that grow alike are a model that fails where it words them itself; a choice of sentences it may be
    OWN_WORDS: {
        "warm_start_epochs": 0,
        "temperature": TEMPERATURES[OWN_WORDS],
        "variety_weight": 0.0,
        "least_variety": 0.0,
    },
}
"""What settings are where they are empty, for each way of writing."""


WEIGHED_RANGE = 3.0
"""The range of rewards, from the least to the greatest, that ``kl_weight``, ``unfinished_penalty`` and
``variety_weight`` are given for: that of the usual payoffs. Rewards of another range are brought to it before these are
counted in, so that the unit of payoffs is free."""
_PROPORTION = f"for rewards that range over {WEIGHED_RANGE:g}, as from -1 to 2, and in proportion for others"


def _usual(rates: dict[str, float]) -> str:
    return f"empty: {rates['lora']:g}, or {rates['full']:g} where all weights are tuned"


def _by_writing(name: str) -> str:
    return f"empty: {USUAL[OWN_WORDS][name]:g} in own words, {USUAL[FREE][name]:g} free"


@documented
@dataclass(frozen=True)
class FinetuneConfig(Checked):
    """How the policy (the language model that writes emails) is tuned.

    ``ppo`` is the clipped loss of https://arxiv.org/abs/1707.06347 with the baseline of https://arxiv.org/abs/2402.14740,
    ``reward_weighted`` weighs the policy's own emails (Peters & Schaal 2007).

    Raises:
        ConfigError: a value is outside its limits.
    """

    model: str = setting(
        DEFAULT_POLICY, "language model to tune: a name on the Hugging Face Hub or a folder", advanced=False
    )
    minutes: float | None = setting(
        None,
        "time budget in minutes, everything included; empty: steps or epochs decide",
        low=LEAST_MINUTES,
        high=100000,
        advanced=False,
        too_low="less is over before a model is loaded; give more, or leave it out and --steps or --epochs decide",
    )
    write: str = setting(
        AUTO,
        "own-words: every sentence is one of your own, tuning learns which to choose for whom; free: the model "
        "words everything itself, and may invent; auto: own words for models under 1 B parameters if your emails "
        "have enough sentences",
        choices=(AUTO, OWN_WORDS, FREE),
        advanced=False,
    )
    algorithm: str = setting(
        "ppo",
        "ppo: emails that beat others for the same context become likelier, the others less likely, in small steps "
        "(clipped policy gradient, leave-one-out baseline); reward_weighted: imitate the model's emails, better ones "
        "more",
        choices=("ppo", "reward_weighted"),
        advanced=False,
    )
    payoff_no_reply: float | None = setting(
        None, "what no reply is worth to you; empty: as in the reward model", low=-1e6, high=1e6, advanced=False
    )
    payoff_reply: float | None = setting(
        None, "what a reply is worth to you; empty: as in the reward model", low=-1e6, high=1e6, advanced=False
    )
    payoff_conversion: float | None = setting(
        None, "what a conversion is worth to you; empty: as in the reward model", low=-1e6, high=1e6, advanced=False
    )
    steps: int | None = setting(
        None,
        "RL steps; 0: none, the model before them is saved, in own words your sentences as your emails have them, else "
        "the warm start; empty: the epochs decide",
        low=0,
        high=1_000_000,
    )
    epochs: int = setting(3, "passes over the contexts, if neither minutes nor steps are given", low=1, high=10_000)
    warm_start_epochs: int | None = setting(
        None,
        "passes over the emails that got a reply or converted, before RL; 0: no warm start; "
        f"{_by_writing('warm_start_epochs')}",
        low=0,
        high=100,
    )
    warm_start_learning_rate: float | None = setting(
        None,
        "step size of the warm start, which rises over five optimiser steps and falls to zero over all of them, so "
        f"that a short one stays below it (of 10 steps the highest is 0.6 of it); {_usual(WARM_START_RATES)}",
        low=1e-8,
        high=0.1,
    )
    learning_rate: float | None = setting(
        None,
        f"step size of RL; {_usual(RL_RATES[OWN_WORDS])}, a sixth of it where the model writes freely",
        low=1e-8,
        high=0.1,
    )
    contexts_per_step: int = setting(8, "contexts in an RL step", low=1, high=1024)
    samples_per_context: int = setting(
        4, "emails sampled for each context; they are each other's baseline", low=2, high=256
    )
    other_choices: int = setting(
        1,
        "own words, ppo: how many other sentences are tried in place of each one to see what it was worth; 0: emails "
        "are only compared as a whole",
        low=0,
        high=16,
    )
    minibatches: int = setting(2, "optimiser updates made from one step's emails", low=1, high=64)
    micro_batch_size: int = setting(
        8, "emails in memory at once during an update; lower it if memory runs out", low=1, high=512
    )
    max_new_tokens: int = setting(
        128,
        "free: longest email in tokens while tuning; in own words an email ends with its last sentence",
        low=4,
        high=1024,
    )
    temperature: float | None = setting(
        None,
        "sampling temperature while tuning; the policy that is tuned is the model at this temperature; "
        f"{_by_writing('temperature')}",
        low=0.05,
        high=5.0,
    )
    kl_weight: float = setting(
        0.03,
        f"reward taken off per nat of KL divergence from the warm-started model; {_PROPORTION}",
        low=0.0,
        high=10.0,
    )
    clip: float = setting(
        0.2,
        "ppo: a token whose probability has moved by more than this share since it was sampled is pushed no further "
        "that way; no limit to how far a step moves, and nothing has moved yet in a step's first minibatch",
        low=0.01,
        high=1.0,
    )
    weight_temperature: float = setting(
        0.7,
        "reward_weighted: advantage, in standard deviations, that makes an email e times as heavy",
        low=0.01,
        high=100.0,
    )
    weight_clip: float = setting(
        5.0, "reward_weighted: largest weight of one email, before all are scaled to a mean of 1", low=1.0, high=1000.0
    )
    unfinished_penalty: float = setting(
        0.5,
        f"taken off the reward of an email cut at the longest length; {_PROPORTION}",
        low=0.0,
        high=100.0,
    )
    variety_weight: float | None = setting(
        None,
        "added to the reward of an email times the share of its word pairs that stand nowhere else in the step's "
        f"emails, so that they do not grow alike; at 6 emails differ by it more than by the reward; {_PROPORTION}; "
        f"0: not at all; {_by_writing('variety_weight')}",
        low=0.0,
        high=100.0,
    )
    max_grad_norm: float = setting(1.0, "longer gradients are scaled down to this norm", low=0.01, high=1000.0)
    tuning: str = setting(
        "lora",
        "lora: trains a small adapter; full: trains all weights, which takes many times the memory",
        choices=("lora", "full"),
    )
    lora_rank: int = setting(16, "lora: rank of the adapter", low=1, high=256)
    tuned_layers: float = setting(
        0.34,
        "lora: share of the model's layers, from the last one back, that the adapter is put on",
        low=0.01,
        high=1.0,
    )
    checkpoint_minutes: float = setting(2.0, "minutes between two checkpoints", low=0.0, high=1000.0)
    held_out_contexts: int = setting(
        24, "contexts that training never sees, kept for the comparison at the end", low=2, high=1000
    )
    guard_contexts: int = setting(
        32,
        "contexts that training never sees, whose emails are judged every few steps so that the best step is kept; "
        "0: no guard, the last step is kept",
        low=0,
        high=1000,
    )
    evaluate_every: int | None = setting(
        None,
        f"RL steps between two such evaluations; empty: {EVALUATE_EVERY}, or under a time budget as often as "
        f"{EVALUATION_TIME:.0%} of the time allows",
        low=1,
        high=100_000,
    )
    patience: int = setting(
        8, "tuning ends after this many evaluations in a row that are not liked better", low=1, high=10_000
    )
    kl_budget: float = setting(
        30.0, "tuning ends at this many nats per email from the warm-started model", low=0.01, high=10_000.0
    )
    least_variety: float | None = setting(
        None,
        "tuning ends where the share of different word pairs falls below this part of the warm start's; 0: never; "
        + _by_writing("least_variety"),
        low=0.0,
        high=1.0,
    )
    ignore_verdict: bool = setting(
        False, "tune even if the reward model is not clearly better than guessing; the results will say so"
    )
    seed: int = setting(42, "random seed", low=0, high=2**31)

    def planned_steps(self, contexts: int) -> int | None:
        """RL steps for so many contexts to train on; None where the minutes decide."""
        if self.steps is not None:
            return self.steps
        return None if self.minutes else self.epochs * -(-contexts // self.contexts_per_step)

    @property
    def without_rl(self) -> bool:
        """Whether the model before RL is all that is asked for."""
        return self.steps == 0

    @property
    def payoffs(self) -> tuple[float | None, float | None, float | None]:
        """Payoffs in the order of :data:`OUTCOMES`; None where the reward model's own counts."""
        return (self.payoff_no_reply, self.payoff_reply, self.payoff_conversion)

    def resolved(self, write: str) -> FinetuneConfig:
        """The settings for one way of writing, what was left empty filled in."""
        usual = USUAL[write] | {"learning_rate": RL_RATES[write][self.tuning]}
        empty = {name: value for name, value in usual.items() if getattr(self, name) is None}
        return replace(self, write=write, **empty)

    def value_of(self, name: str) -> float:
        """A setting that may be empty, once the settings are :meth:`resolved`."""
        value: float | None = getattr(self, name)
        if value is None:
            raise ConfigError(f"{name}: is not known before it is known how the model writes")
        return value

    @property
    def warm_start_rate(self) -> float:
        """The same of the warm start."""
        return self.warm_start_learning_rate or WARM_START_RATES[self.tuning]


COMPARED_SAMPLES = 1
"""Emails for each context and model where base and tuned model are compared."""


@documented
@dataclass(frozen=True)
class SamplingConfig(Checked):
    """How emails are drawn from a model once it is in use (not while it is tuned).

    Raises:
        ConfigError: a value is outside its limits.
    """

    temperature: float | None = setting(
        None,
        "higher: more varied; lower: more predictable; "
        f"empty: {TEMPERATURES[OWN_WORDS]:g} in own words, {TEMPERATURES[FREE]:g} free",
        low=0.05,
        high=5.0,
    )
    top_k: int = setting(50, "free: draw from this many likeliest tokens; 0: all", low=0, high=100_000)
    top_p: float = setting(
        0.95, "free: draw from the likeliest tokens that hold this share of the probability", low=0.01, high=1.0
    )
    repetition_penalty: float = setting(
        1.1, "free: divides the score of tokens already written; 1: off", low=1.0, high=5.0
    )
    max_new_tokens: int = setting(
        150, "free: longest email in tokens; in own words an email ends with its last sentence", low=4, high=1024
    )
    seed: int = setting(42, "random seed", low=0, high=2**31)

    def temperature_of(self, write: str) -> float:
        """The temperature of one way of writing."""
        return TEMPERATURES[write] if self.temperature is None else self.temperature


ONE_PROCESS, RAY = "process", "ray"
ENGINES = (ONE_PROCESS, RAY)
"""Who scores or writes for a file: this process, or several processes or machines over Ray."""
ONLY_FREE = ("top_k", "top_p", "repetition_penalty", "max_new_tokens")
"""Settings without effect where every sentence is one of the seller's own."""


def without_effect(settings: FinetuneConfig | SamplingConfig, write: str) -> str | None:
    """What to say of settings that were changed and have no effect in a way of writing; None where there are none."""
    changed = [
        spec.name
        for spec in fields(settings)
        if spec.name in ONLY_FREE and getattr(settings, spec.name) != spec.default
    ]
    if write != OWN_WORDS or not changed:
        return None
    return (
        f"{', '.join(changed)}: without effect in own words, where whole sentences are chosen, by the temperature "
        "alone, and an email ends with its last one; what is tuned with --write free heeds such settings."
    )


@documented
@dataclass(frozen=True)
class Columns(Checked):
    """What the columns are called in the user's file, and what the words in its outcome column mean."""

    context: str = setting("context", "column that says who the email is for")
    email: str = setting("email_text", "column that holds the email")
    outcome: str = setting("outcome", "column that holds the outcome: 0, 1, 2 or no_reply, reply, conversion")
    outcomes: str = setting(
        "",
        "what other outcome words mean, such as 'none=0,answered=1,won=2'; 'bounced=skip' leaves out rows",
    )


DEFAULT_COLUMNS = Columns()


@documented
@dataclass(frozen=True)
class ExportSettings(Checked):
    """How an export of a sending tool is read, where a command is given one in the place of a finished table."""

    days: int = setting(14, "days of silence that count as no reply; more recent emails are left out", low=0, high=3650)
    not_interested: str = setting(
        "no_reply", "how to count a reply that turns you down", choices=("no_reply", "reply", "skip")
    )
    agreed_meeting: str = setting(
        "reply", "how to count a reply that agrees to meet or orders in its own words", choices=("reply", "conversion")
    )
    won_within: int = setting(
        180, "days in which a deal or a meeting counts for the last email before it", low=0, high=3650
    )
    """Half a year: a sale between firms takes a few months, and what is dated later came about in other ways."""
    templates: str = setting("", "file with the texts by step and variant, if the export holds none")
    own_address: str = setting("", "whose mailbox it is; empty: guessed from its senders")
    first_steps: bool = setting(False, "only the first email to each recipient")
    mask: bool = setting(False, "replace people's names, addresses and telephone numbers with stand-ins")
    today: str = setting("", "count the age of emails up to this day, such as 2024-04-15; empty: today")


DEFAULT_EXPORT = ExportSettings()

LORA_ALPHA_PER_RANK = 2
"""Scale of the adapter's output: alpha = rank x this."""

REWARD_MODEL_DIR = "reward_model"
POLICY_DIR = "ppo_gpt2_outcome"
"""Folder names below ``outputs``, as the original program had them."""
