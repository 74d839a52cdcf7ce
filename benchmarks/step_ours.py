"""Our step as :mod:`rl_speed` times it, and what TRL's has alike: the model, the contexts, the temperature."""

from __future__ import annotations

import argparse
import csv
import resource
import statistics
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from outcome_rl.utils.cpu import share_cores

from .limits import step_limits

if TYPE_CHECKING:
    from outcome_rl.policy.model import Policy
    from outcome_rl.policy.own_words import OwnWords
    from outcome_rl.policy.writing import FreeWriting
    from outcome_rl.rl.trainer_context import TrainerContext

ROOT = Path(__file__).resolve().parent.parent
MODEL = "smollm2-135m-instruct"
SELLER = "one_seller.csv"
TEMPERATURE = 0.8
OWN_WORDS = "words"
OURS_PER_STEP = 2
"""Our steps measured for one of TRL's, being that much shorter."""


def contexts_of(options: argparse.Namespace) -> list[str]:
    """The first different ones of a file."""
    name = SELLER if options.own_words else "contexts.csv"
    with (ROOT / "data" / name).open(encoding="utf-8", newline="") as file:
        return list(dict.fromkeys(row["context"] for row in csv.DictReader(file)))[: options.contexts]


def peak_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def ours(options: argparse.Namespace, kind: str) -> dict:
    """Our step as the product makes it, with a reward that costs nothing."""
    share_cores()

    from outcome_rl.reward.custom_reward import RewardFunction
    from outcome_rl.rl.gradients import adam
    from outcome_rl.rl.step import rl_step

    training = training_of(options, kind)
    contexts, free = contexts_of(options), RewardFunction(lambda _, emails: [float(len(email)) for email in emails])
    optimizer, prompts = adam(training.policy, 1e-6), prompts_of(training.policy, contexts)
    steps, peaks, limits = [], [], []
    for number in range(1 + OURS_PER_STEP * options.steps):
        began = time.perf_counter()
        told = rl_step(training, optimizer, free, contexts)
        seconds = time.perf_counter() - began
        sample = told.length_mean * len(contexts) * options.samples / told.tokens_per_second
        steps.append({"seconds": seconds, "sample": sample, "update": seconds - sample, "tokens": told.length_mean})
        peaks.append(peak_mb())
        if number and kind != OWN_WORDS:
            assert told.length_mean == options.tokens, "an email ended early"
            limits.append(step_limits(training.policy.model, prompts, options))
    middle = {key: statistics.median(step[key] for step in steps[1:]) for key in steps[0]}
    best = {key: statistics.median(limit[key] for limit in limits) for key in limits[0]} if limits else None
    peak = peaks[1]  # from then on the limits' own copies of the weights count
    found = {**middle, "peak_mb": peak, "dtype": str(training.policy.dtype).removeprefix("torch.")}
    return found | ({"limits": best} if best else {})


def prompts_of(policy: Policy, contexts: list[str]) -> list[list[int]]:
    from outcome_rl.policy.prompts import encode_prompts

    return encode_prompts(policy.tokenizer, contexts)


def training_of(options: argparse.Namespace, kind: str) -> TrainerContext:
    """A run about to begin; the emails of free writing never end before they have all their tokens."""
    from outcome_rl.config import FinetuneConfig
    from outcome_rl.models.hub import find_model
    from outcome_rl.policy.model import load_policy
    from outcome_rl.rl.trainer_context import TrainerContext
    from outcome_rl.rl.trainer_state import TrainerState

    config = FinetuneConfig(
        model=MODEL,
        contexts_per_step=options.contexts,
        samples_per_context=options.samples,
        micro_batch_size=options.micro_batch,
        max_new_tokens=options.tokens,
    )
    if kind != OWN_WORDS:
        config = replace(config, temperature=TEMPERATURE, kl_weight=0.05 if kind == "kl" else 0.0)
    policy = load_policy(find_model(MODEL), config.lora_rank, config.seed, tuned_layers=config.tuned_layers)
    if kind == OWN_WORDS:
        policy.writing = own_words(policy.tokenizer)
    else:
        policy.writing, policy.base = unending(), None  # as in a run: a free writer needs no second model in memory
    training = TrainerContext(config, policy, TrainerState(), Path(), should_stop=lambda: False)
    training.warm_start = policy.adapter.state()
    return training


def unending() -> FreeWriting:
    """Free writing whose emails go on until they have all their tokens."""
    from outcome_rl.engine.sampling import sample
    from outcome_rl.policy.prompts import decode_email, encode_prompts
    from outcome_rl.policy.writing import FreeWriting, Written

    class Unending(FreeWriting):
        def write(self, source, request):
            prompts = encode_prompts(source.tokenizer, request.contexts)
            asked = request.samples, request.max_new_tokens, [], request.generator, request.params
            batch = sample(source.model, prompts, *asked, keep_going=request.keep_going, numbers=request.numbers)
            own = tuple(prompts[number] for number in request.wanted for _ in range(request.samples))
            return Written(own, batch, tuple(decode_email(source.tokenizer, ids) for ids in batch.completions()))

    return Unending()


def own_words(tokenizer: object) -> OwnWords:
    from outcome_rl.data.dataset import read_emails, sample_file
    from outcome_rl.policy.own_words import OwnWords
    from outcome_rl.sentence_bank.build import build_bank

    data = read_emails(sample_file(SELLER))
    return OwnWords(build_bank(data.contexts, data.emails, data.outcomes, ""), tokenizer)
