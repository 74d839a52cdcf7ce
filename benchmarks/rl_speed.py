"""How fast a step of reinforcement learning is: ours beside TRL's GRPO and RLOO trainers, at equal lengths.

    python benchmarks/rl_speed.py [--json]

Each trainer runs in a process of its own on the bundled model, with the same prompts, emails per context and tokens per
email (no email may end early); a first step is not counted. TRL gets its better one of fp32 and bf16, micro-batches of
the same size, no gradient checkpointing and a free reward. Ours runs first and last, so that a machine that slows down
on the way is noticed.

"Limit" is the time of the model's linear layers alone on the same rows, timed in the same process: one forward pass
for each token sampled, forward and input gradient for each token trained on (the gradients of weights are not
necessary for an adapter), forward for the reference. What the update's share is with the thin products that are an
adapter's own gradients is said beside it.

``ratio_to_trl``: completions per second, ours over TRL's, the smaller one of two ratios: without a KL penalty against
GRPO (which has none by default), with one against RLOO.
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
from pathlib import Path

from limits import step_limits

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from outcome_rl.utils.cpu import share_cores

MODEL = "smollm2-135m-instruct"
TEMPERATURE = 0.8
RIVALS = {"no_kl": "grpo", "kl": "rloo"}
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
    parser.add_argument("--json", action="store_true", help="the last line of the output is one JSON object")
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    return parser.parse_args()


# --- the driver -------------------------------------------------------------------------------------------------------


def compared(options: argparse.Namespace) -> dict:
    """Run all of them in turn, print the table, and return what ``--json`` prints."""
    workers = [f"trl:{rival}:{dtype}" for rival in RIVALS.values() for dtype in options.dtypes.split(",")]
    runs = [run(options, worker) for worker in ("ours:kl", "ours:no_kl", *workers, "ours:no_kl", "ours:kl")]
    results = merged(runs)
    measured = [r["limits"] for r in runs if "limits" in r]
    limits = {key: statistics.mean(limit[key] for limit in measured) for key in measured[0]}
    rows = {}
    for kind, rival in RIVALS.items():
        rows[f"ours {kind}"] = results[f"ours:{kind}"]
        rows[f"trl {rival}"] = min(
            (results[w] for w in workers if w.startswith(f"trl:{rival}")), key=lambda r: r["seconds"]
        )
    completions = options.contexts * options.samples
    figures = {
        name: figures_of(row, completions, options.tokens, limits, "kl" if name.endswith((" kl", "rloo")) else "no_kl")
        for name, row in rows.items()
    }
    ratios = {
        f"{kind} / {rival}": rows[f"trl {rival}"]["seconds"] / rows[f"ours {kind}"]["seconds"]
        for kind, rival in RIVALS.items()
    }
    for rival in RIVALS.values():
        del figures[f"trl {rival}"]["update_share_with_adapter"]  # it trains all weights
    show(figures, ratios)
    settings = {name: getattr(options, name) for name in ("contexts", "samples", "tokens", "micro_batch")}
    return {**settings, "ratio_to_trl": min(ratios.values()), "ratios": ratios, "limits": limits, "trainers": figures}


def run(options: argparse.Namespace, worker: str) -> dict:
    """One trainer in a process of its own; its median step."""
    given = [f"--{name.replace('_', '-')}={getattr(options, name)}" for name in ("contexts", "samples", "tokens")]
    given += [f"--micro-batch={options.micro_batch}", f"--steps={options.steps}", f"--worker={worker}"]
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
        together[worker] = {k: statistics.mean(r[k] for r in own) for k in ("seconds", "sample", "update")}
        together[worker] |= {"peak_mb": max(r["peak_mb"] for r in own), "dtype": own[0]["dtype"]}
    return together


def figures_of(row: dict, completions: int, tokens: int, limits: dict, kind: str) -> dict:
    """Rates, and how near they are to the linear layers'."""
    return {
        "dtype": row["dtype"],
        "completions_per_second": completions / row["seconds"],
        "sample_tokens_per_second": completions * tokens / row["sample"],
        "sample_share_of_limit": limits["sample"] / row["sample"],
        "update_tokens_per_second": completions * tokens / row["update"],
        "update_share_of_limit": limits[f"update_{kind}"] / row["update"],
        "update_share_with_adapter": (limits[f"update_{kind}"] + limits["adapter"]) / row["update"],
        "peak_mb": row["peak_mb"],
    }


def show(figures: dict, ratios: dict) -> None:
    update = "update tokens/s (of limit; with the adapter's gradients)"
    print(f"| trainer | dtype | completions/s | sampling tokens/s (of limit) | {update} | peak MB |")
    print("|---|---|---|---|---|---|")
    for name, f in figures.items():
        sampled = f"{f['sample_tokens_per_second']:.0f} ({f['sample_share_of_limit']:.0%})"
        shares = [f[name] for name in ("update_share_of_limit", "update_share_with_adapter") if name in f]
        updated = f"{f['update_tokens_per_second']:.0f} ({'; '.join(f'{share:.0%}' for share in shares)})"
        print(f"| {name} | {f['dtype']} | {f['completions_per_second']:.2f} | {sampled} | {updated} | {f['peak_mb']} |")
    print(", ".join(f"{name}: {ratio:.2f} times as fast" for name, ratio in ratios.items()))


def contexts_of(options: argparse.Namespace) -> list[str]:
    with (ROOT / "data" / "contexts.csv").open(encoding="utf-8", newline="") as file:
        return [row["context"] for row in csv.DictReader(file)][: options.contexts]


def peak_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


# --- ours -------------------------------------------------------------------------------------------------------------


def ours(options: argparse.Namespace, kind: str) -> dict:
    """Our step but for the reward: sample, compare with the warm start, update."""
    share_cores()
    import torch

    from outcome_rl.engine.sampling import SamplingParams, sample
    from outcome_rl.policy.prompts import encode_prompts
    from outcome_rl.rl.gradients import adam
    from outcome_rl.rl.step import _kl, _update

    training = training_of(options, kind)
    policy, prompts = training.policy, encode_prompts(training.policy.tokenizer, contexts_of(options))
    optimizer, generator = adam(policy, 1e-6), torch.Generator().manual_seed(0)
    steps, peaks, limits = [], [], []
    for number in range(1 + OURS_PER_STEP * options.steps):
        began = time.perf_counter()
        batch = sample(
            policy.model,
            prompts,
            options.samples,
            options.tokens,
            [],
            generator,
            SamplingParams(temperature=TEMPERATURE),
        )
        sampled = time.perf_counter()
        _kl(training, prompts, batch)
        weights = torch.randn(len(batch.tokens), generator=generator)
        _update(training, optimizer, prompts, batch, weights)
        ended = time.perf_counter()
        steps.append({"seconds": ended - began, "sample": sampled - began, "update": ended - sampled})
        peaks.append(peak_mb())
        if number:
            limits.append(step_limits(policy.model, prompts, options))
    middle = {key: statistics.median(step[key] for step in steps[1:]) for key in steps[0]}
    best = {key: statistics.median(limit[key] for limit in limits) for key in limits[0]}
    peak = peaks[1]  # from then on the limits' own copies of the weights count
    return {**middle, "limits": best, "peak_mb": peak, "dtype": str(policy.dtype).removeprefix("torch.")}


def training_of(options: argparse.Namespace, kind: str):
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
        temperature=TEMPERATURE,
        kl_weight=0.05 if kind == "kl" else 0.0,
    )
    policy = load_policy(find_model(MODEL), config.lora_rank, config.seed)
    training = TrainerContext(config, policy, TrainerState(), Path(), should_stop=lambda: False)
    training.warm_start = policy.adapter.state()
    return training


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
    return {**middle, "peak_mb": peak_mb(), "dtype": dtype}


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
