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
import json
import signal
import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.step_ours import OWN_WORDS, ours
from benchmarks.step_trl import trl

RIVALS = {"no_kl": ("grpo",), "kl": ("rloo",)}
RIVALS_OF_OWN_WORDS = {OWN_WORDS: ("grpo", "rloo")}


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


if __name__ == "__main__":
    sys.exit(main())
