"""Which settings of RL are worth more in truth? Several go on from one warm start, and the simulated buyer judges.

    python benchmarks/rl_settings.py --minutes 10 --seeds 0 1 -- kl_weight=0 samples_per_context=8,contexts_per_step=4

For each seed the reward model and the warm start are made once; from their checkpoint the defaults and each of the
given settings (fields of FinetuneConfig) are tuned to the end of the same minutes, as the product does it. What belongs
to the warm start or to the adapter's shape cannot be varied here; rl_truth.py --set can. Every result is appended to
--results, and a second start goes on where the first one ended.
"""

from __future__ import annotations

import argparse
import gc
import json
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import rl_truth
from rl_truth import data_of, judged, reward_model_of, written

from outcome_rl import events as ev
from outcome_rl.config import FinetuneConfig
from outcome_rl.data.dataset import EmailData, read_contexts, sample_file
from outcome_rl.pipelines.finetune_inputs import FinetuneJob
from outcome_rl.pipelines.finetune_run import finetune_run
from outcome_rl.policy.metadata import tuned_models
from outcome_rl.runs.workspace import Workspace

DEFAULTS = "defaults"


def warm_started(config: FinetuneConfig, data: EmailData, folder: Path) -> None:
    """A workspace in ``folder / "started"`` with a run that was stopped at the end of its warm start."""
    run = Workspace(folder / "started").new_run("finetune")
    warm = []
    tuning = FinetuneJob(config, run, data, folder / "reward_model", folder / "nowhere", config.minutes * 60)
    for event in finetune_run(tuning, lambda: bool(warm)):
        if isinstance(event, ev.RLEvaluation):  # the first one is of the warm start
            warm.append(event)


def go_on(config: FinetuneConfig, data: EmailData, folder: Path) -> tuple[Path, dict[str, object]]:
    """The run goes on with these settings in a copy of its workspace; the tuned model and what is told of the run."""
    space = folder / "going_on"
    shutil.rmtree(space, ignore_errors=True)
    shutil.copytree(folder / "started", space)
    (run,) = Workspace(space).runs()
    tuning = FinetuneJob(config, run, data, folder / "reward_model", space / "tuned", config.minutes * 60, resume=True)
    judge = []
    for event in finetune_run(tuning, lambda: False):
        if isinstance(event, ev.RLEvaluation):
            judge.append([event.step, round(event.judge_mean, 3), round(event.reward_mean, 3), round(event.kl, 1)])
    kept = ("steps", "best_step", "stopped_because")
    return space / "tuned", {key: event.result.get(key) for key in kept} | {"evaluations": judge}


def of_seed(seed: int, names: list[str], minutes: float, folder: Path) -> Iterator[dict[str, object]]:
    """A line of results for base and warm start, where the defaults are among the ``names``, and for each of these."""
    plain, data = FinetuneConfig(model=rl_truth.POLICY, minutes=minutes, seed=42 + seed), data_of(seed)
    contexts = read_contexts(sample_file("contexts.csv"))
    reward_model_of(seed, data, folder / "reward_model")
    warm_started(plain, data, folder)
    for name in names:
        pairs = [] if name == DEFAULTS else [pair.split("=", 1) for pair in name.split(",")]
        tuned, told = go_on(replace(plain, **{key: json.loads(value) for key, value in pairs}), data, folder)
        models = tuned_models(tuned)
        reference = models["base"], models["warm_start"]
        for role in models if name == DEFAULTS else ["tuned"]:
            found = judged(written(models[role], contexts, plain), contexts, models[role], *reference)
            line = {"settings": name if role == "tuned" else role, "seed": seed, "minutes": minutes, **found}
            yield line | (told if role == "tuned" else {})
            gc.collect()


def table(results: list[dict]) -> str:
    lines = ["| settings | true reward, by seed | mean | RL steps (kept) | KL | words | distinct-2 |", "|---" * 7 + "|"]
    for name in dict.fromkeys(r["settings"] for r in results):
        own = [r for r in results if r["settings"] == name]
        means = {key: sum(r[key] for r in own) / len(own) for key in ("true_reward", "kl", "words", "distinct_2")}
        each = ", ".join(f"{r['true_reward']:+.2f}" for r in own)
        steps = ", ".join(f"{r['steps']} ({r['best_step']})" for r in own if "steps" in r) or "–"
        lines.append(
            f"| {name} | {each} | {means['true_reward']:+.2f} | {steps} | {means['kl']:.1f} | {means['words']:.0f} "
            f"| {means['distinct_2']:.2f} |"
        )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("settings", nargs="*", metavar="NAME=VALUE[,NAME=VALUE]")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seeds", type=int, nargs="*", default=[0, 1])
    parser.add_argument("--results", type=Path, default=Path("rl_settings_results.jsonl"))
    chosen = parser.parse_args()
    results = [json.loads(line) for line in chosen.results.open()] if chosen.results.exists() else []
    for seed in chosen.seeds:
        done = {r["settings"] for r in results if r["seed"] == seed}
        left = [name for name in (DEFAULTS, *chosen.settings) if name not in done]
        if not left:
            continue
        with tempfile.TemporaryDirectory() as temporary:
            for line in of_seed(seed, left, chosen.minutes, Path(temporary)):
                results.append(line)
                with chosen.results.open("a") as stream:
                    stream.write(json.dumps(line) + "\n")
                print(seed, line["settings"], f"true reward {line['true_reward']:+.2f}", flush=True)
    print(table(results))


if __name__ == "__main__":
    main()
