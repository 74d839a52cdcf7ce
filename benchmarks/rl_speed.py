"""How fast a step of reinforcement learning is: ours beside TRL's GRPO and RLOO trainers, at equal lengths.

    python benchmarks/rl_speed.py [--own-words] [--json]

Each trainer runs in a process of its own on the bundled model, with the same prompts, emails per context and tokens per
email (no email may end early) and a reward that costs nothing; a first step is not counted. TRL gets its better one of
fp32 and bf16, micro-batches of the same size and no gradient checkpointing. Ours runs first and last, so that a machine
that slows down on the way is noticed.

Free writing: "limit" is the time of the model's linear layers alone on the same rows, timed in the same process: one
forward pass for each token sampled, forward and input gradient for each token trained on (the gradients of weights are
not necessary for an adapter), forward for the reference. What the update's share is with the thin products that are an
adapter's own gradients is said beside it.

``--own-words``: ours as the product tunes a small model, its emails put together from one seller's sentences; TRL's,
which writes freely, are as many and as long as ours are on the mean. So it compares what a step of so many emails
takes, not the same arithmetic.

``ratio_to_trl``: completions per second, ours over TRL's, the smaller one of two ratios: without a KL penalty against
GRPO (which has none by default), with one against RLOO; in own words, which have one, against both.
"""

from __future__ import annotations

import argparse
import csv
import json
import resource
import signal
import statistics
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from limits import step_limits

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from outcome_rl.utils.cpu import share_cores

if TYPE_CHECKING:
    from outcome_rl.policy.model import Policy
    from outcome_rl.policy.own_words import OwnWords
    from outcome_rl.policy.writing import FreeWriting
    from outcome_rl.rl.trainer_context import TrainerContext

MODEL = "smollm2-135m-instruct"
SELLER = "one_seller.csv"
TEMPERATURE = 0.8
OWN_WORDS = "words"
RIVALS = {"no_kl": ("grpo",), "kl": ("rloo",)}
RIVALS_OF_OWN_WORDS = {OWN_WORDS: ("grpo", "rloo")}
OURS_PER_STEP = 2
"""Our steps measured for one of TRL's, being that much shorter."""


def main() -> int:
    options = parsed()
    if options.worker:
        share = {"ours": ours, "trl": trl}[options.worker.split(":")[0]]
        print("RESULT " + json.dumps(share(options, *options.worker.split(":")[1:])))
        return 0
    try:
        import trl as _  # noqa: F401
    except ImportError:
        print("TRL is missing: pip install --no-deps -r benchmarks/requirements.txt", file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # takes the worker along
    report = compared(options)
    if options.json:
        print(json.dumps(report))
    return 0


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--contexts", type=int, default=8)
    parser.add_argument("--samples", type=int, default=4, help="emails for each context")
    parser.add_argument("--tokens", type=int, default=64, help="tokens of each email")
    parser.add_argument("--micro-batch", type=int, default=8, help="emails in memory at once during an update")
    parser.add_argument("--steps", type=int, default=1, help="steps of TRL that count; twice as many of ours")
    parser.add_argument("--dtypes", default="bfloat16,float32", help="what TRL may choose from")
    parser.add_argument("--own-words", action="store_true", help="ours as the product tunes a small model")
    parser.add_argument("--json", action="store_true", help="the last line of the output is one JSON object")
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    return parser.parse_args()


# --- the driver -------------------------------------------------------------------------------------------------------


def compared(options: argparse.Namespace) -> dict:
    """Run all of them in turn, print the table, and return what ``--json`` prints."""
    pairs = RIVALS_OF_OWN_WORDS if options.own_words else RIVALS
    runs = [run(options, f"ours:{kind}") for kind in pairs]
    if options.own_words:
        options.tokens = round(runs[0]["tokens"])
    against = [rival for rivals in pairs.values() for rival in rivals]
    workers = [f"trl:{rival}:{dtype}" for rival in against for dtype in options.dtypes.split(",")]
    runs += [run(options, worker) for worker in (*workers, *(f"ours:{kind}" for kind in reversed(pairs)))]
    results = merged(runs)
    measured = [r["limits"] for r in runs if "limits" in r]
    limits = {key: statistics.mean(limit[key] for limit in measured) for key in measured[0]} if measured else {}
    rows = {f"ours {kind}": results[f"ours:{kind}"] for kind in pairs}
    for rival in against:
        own = [results[worker] for worker in workers if worker.startswith(f"trl:{rival}")]
        rows[f"trl {rival}"] = min(own, key=lambda r: r["seconds"])
    completions = options.contexts * options.samples
    figures = {
        name: figures_of(row, completions, limits, "no_kl" if name in ("ours no_kl", "trl grpo") else "kl")
        for name, row in rows.items()
    }
    ratios = {
        f"{kind} / {rival}": rows[f"trl {rival}"]["seconds"] / rows[f"ours {kind}"]["seconds"]
        for kind, rivals in pairs.items()
        for rival in rivals
    }
    for rival in against:
        figures[f"trl {rival}"].pop("update_share_with_adapter", None)  # it trains all weights
    show(figures, ratios)
    settings = {name: getattr(options, name) for name in ("contexts", "samples", "tokens", "micro_batch", "own_words")}
    return {**settings, "ratio_to_trl": min(ratios.values()), "ratios": ratios, "limits": limits, "trainers": figures}


def run(options: argparse.Namespace, worker: str) -> dict:
    """One trainer in a process of its own; its median step."""
    given = [f"--{name.replace('_', '-')}={getattr(options, name)}" for name in ("contexts", "samples", "tokens")]
    given += [f"--micro-batch={options.micro_batch}", f"--steps={options.steps}", f"--worker={worker}"]
    given += ["--own-words"] if options.own_words else []
    done = subprocess.run([sys.executable, __file__, *given], capture_output=True, text=True, cwd=ROOT)
    lines = [line for line in done.stdout.splitlines() if line.startswith("RESULT ")]
    if done.returncode or not lines:
        sys.exit(f"{worker} failed:\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}")
    result = {"worker": worker, **json.loads(lines[-1].removeprefix("RESULT "))}
    print(f"{worker}: {result['seconds']:.1f} s a step, {result['peak_mb']} MB", file=sys.stderr, flush=True)
    return result


def merged(runs: list[dict]) -> dict[str, dict]:
    """The mean of a worker's runs, times in seconds; the peak is the highest."""
    together = {}
    for worker in {r["worker"] for r in runs}:
        own = [r for r in runs if r["worker"] == worker]
        together[worker] = {k: statistics.mean(r[k] for r in own) for k in ("seconds", "sample", "update", "tokens")}
        together[worker] |= {"peak_mb": max(r["peak_mb"] for r in own), "dtype": own[0]["dtype"]}
    return together


def figures_of(row: dict, completions: int, limits: dict, kind: str) -> dict:
    """Rates and, where that is known, how near they are to the linear layers'."""
    figures = {
        "dtype": row["dtype"],
        "completions_per_second": completions / row["seconds"],
        "tokens": row["tokens"],
        "sample_tokens_per_second": completions * row["tokens"] / row["sample"],
        "update_tokens_per_second": completions * row["tokens"] / row["update"],
        "peak_mb": row["peak_mb"],
    }
    if limits:
        figures |= {
            "sample_share_of_limit": limits["sample"] / row["sample"],
            "update_share_of_limit": limits[f"update_{kind}"] / row["update"],
            "update_share_with_adapter": (limits[f"update_{kind}"] + limits["adapter"]) / row["update"],
        }
    return figures


def show(figures: dict, ratios: dict) -> None:
    update = "update tokens/s (of limit; with the adapter's gradients)"
    print(f"| trainer | dtype | tokens | completions/s | sampling tokens/s (of limit) | {update} | peak MB |")
    print("|---|---|---|---|---|---|---|")
    for name, f in figures.items():
        sampled, updated = f"{f['sample_tokens_per_second']:.0f}", f"{f['update_tokens_per_second']:.0f}"
        if "sample_share_of_limit" in f:
            shares = [f[name] for name in ("update_share_of_limit", "update_share_with_adapter") if name in f]
            sampled += f" ({f['sample_share_of_limit']:.0%})"
            updated += f" ({'; '.join(f'{share:.0%}' for share in shares)})"
        rate = f"{f['completions_per_second']:.2f}"
        print(f"| {name} | {f['dtype']} | {f['tokens']:.0f} | {rate} | {sampled} | {updated} | {f['peak_mb']} |")
    print(", ".join(f"{name}: {ratio:.2f} times as fast" for name, ratio in ratios.items()))


def contexts_of(options: argparse.Namespace) -> list[str]:
    """The first different ones of a file."""
    name = SELLER if options.own_words else "contexts.csv"
    with (ROOT / "data" / name).open(encoding="utf-8", newline="") as file:
        return list(dict.fromkeys(row["context"] for row in csv.DictReader(file)))[: options.contexts]


def peak_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


# --- ours -------------------------------------------------------------------------------------------------------------


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


# --- TRL --------------------------------------------------------------------------------------------------------------


def trl(options: argparse.Namespace, rival: str, dtype: str) -> dict:
    """TRL's step with a reward that costs nothing."""
    from datasets import Dataset
    from transformers import AutoTokenizer
    from trl import GRPOConfig, GRPOTrainer, RLOOConfig, RLOOTrainer

    from outcome_rl.models.hub import find_model
    from outcome_rl.policy.prompts import build_prompt

    folder = str(find_model(MODEL).folder)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    make_config, make_trainer = {"grpo": (GRPOConfig, GRPOTrainer), "rloo": (RLOOConfig, RLOOTrainer)}[rival]
    config = make_config(
        output_dir="/tmp/rl_speed",
        per_device_train_batch_size=options.micro_batch,
        gradient_accumulation_steps=options.contexts * options.samples // options.micro_batch,
        num_generations=options.samples,
        max_completion_length=options.tokens,
        generation_kwargs={"min_new_tokens": options.tokens},
        temperature=TEMPERATURE,
        max_steps=1 + options.steps,
        model_init_kwargs={"dtype": dtype},
        gradient_checkpointing=False,
        bf16=False,
        use_cpu=True,
        shuffle_dataset=False,
        save_strategy="no",
        logging_strategy="no",
        report_to="none",
        disable_tqdm=True,
    )
    trainer = make_trainer(
        model=folder,
        reward_funcs=lambda completions, **_: [float(len(text)) for text in completions],
        args=config,
        train_dataset=Dataset.from_dict({"prompt": [build_prompt(tokenizer, c) for c in contexts_of(options)]}),
        processing_class=tokenizer,
    )
    steps = timed(trainer, options.tokens)
    trainer.train()
    middle = {key: statistics.median(step[key] for step in steps[1:]) for key in steps[0]}
    return {**middle, "tokens": options.tokens, "peak_mb": peak_mb(), "dtype": dtype}


def timed(trainer, tokens: int) -> list[dict]:
    """A list that fills with the seconds of each step while the trainer runs."""
    from transformers import TrainerCallback

    steps: list[dict] = []
    generate = trainer._generate
    spent = [0.0]

    def generating(*arguments, **named):
        began = time.perf_counter()
        made = generate(*arguments, **named)
        spent[0] += time.perf_counter() - began
        assert {len(ids) for ids in made[1]} == {tokens}, "an email ended early"
        return made

    class Clock(TrainerCallback):
        def on_step_begin(self, *_, **__):
            self.began, spent[0] = time.perf_counter(), 0.0

        def on_step_end(self, *_, **__):
            seconds = time.perf_counter() - self.began
            steps.append({"seconds": seconds, "sample": spent[0], "update": seconds - spent[0]})

    trainer._generate = generating
    trainer.add_callback(Clock())
    return steps


if __name__ == "__main__":
    sys.exit(main())
