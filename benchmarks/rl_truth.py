"""Does tuning help in truth? The simulated buyer judges emails for contexts that nobody trained on.

    python benchmarks/rl_truth.py --minutes 10 --seeds 3 [--methods ours grpo rloo] [--json]

For each seed: outcomes drawn anew by the buyer, a reward model trained on them, a warm start and RL within the minutes;
then base, warm start and tuned model write for the 40 contexts of data/contexts.csv, and the buyer says what these
emails would truly earn. TRL's trainers begin at our warm start, get our reward model, our prompts, lengths and
temperature, and as many minutes of RL as ours had, in the type given by --trl-dtype. Every result is
appended to --results, and a second start goes on where the first one ended.

With --shuffled the outcomes are dealt out at random: nothing can be learned, and the verdict that is kept with ours
shows what the product says then.

Settings of ours are given as --set name=value (fields of FinetuneConfig), --label tells results of several apart.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import random
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
sys.path.insert(0, str(ROOT / "benchmarks"))
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

from outcome_rl.utils.cpu import share_cores

share_cores()

import numpy as np
from simulated_buyer import draw_outcome, probabilities, true_reward

from outcome_rl import events as ev
from outcome_rl.config import FinetuneConfig, RewardConfig, SamplingConfig
from outcome_rl.data.dataset import EmailData, read_contexts, read_emails, sample_file
from outcome_rl.metrics import mean_interval
from outcome_rl.models.hub import find_model

ENCODER, POLICY = "all-minilm-l6-v2", "smollm2-135m-instruct"
EMAILS_PER_CONTEXT = 2
RIVALS = ("grpo", "rloo")


def data_of(seed: int, shuffled: bool = False) -> EmailData:
    """The sample's emails with outcomes drawn anew; seed 0 keeps the file's own. Shuffled they teach nothing."""
    data = read_emails(sample_file("emails.csv"))
    outcomes = list(data.outcomes)
    if seed:
        outcomes = [draw_outcome(c, e, f"truth-{seed}") for c, e in zip(data.contexts, data.emails, strict=True)]
    if shuffled:
        random.Random(seed).shuffle(outcomes)
    return EmailData(data.contexts, data.emails, tuple(outcomes), data.rows)


def reward_model_of(seed: int, data: EmailData, folder: Path) -> None:
    from outcome_rl.reward.train import train_reward

    for _ in train_reward(RewardConfig(seed=seed), data, find_model(ENCODER), folder):
        pass


def tune_ours(config: FinetuneConfig, data: EmailData, reward_model: Path, folder: Path) -> dict[str, object]:
    """The product's own fine-tune in a workspace of its own; its result and the seconds of RL."""
    from outcome_rl.pipelines.finetune_inputs import FinetuneJob
    from outcome_rl.pipelines.finetune_run import finetune_run
    from outcome_rl.runs.workspace import Workspace

    run = Workspace(folder).new_run("finetune")
    seconds_allowed = config.minutes * 60 if config.minutes else None
    tuning = FinetuneJob(config, run, data, reward_model, folder / "tuned", seconds_allowed)
    seconds = 0.0
    for event in finetune_run(tuning, lambda: False):
        if isinstance(event, ev.RLStep):
            seconds += event.seconds
            told = f"  step {event.step}: reward {event.reward_mean:+.2f}, KL {event.kl:.1f}"
            print(told, file=sys.stderr, flush=True)
    return {"rl_seconds": seconds, "result": event.result}


def tune_trl(
    rival: str, chosen: argparse.Namespace, minutes: float, config: FinetuneConfig, data: EmailData, folder: Path
) -> dict[str, object]:
    """TRL's trainer from our warm start, for as long as ours took; saves a complete model in ``folder / rival``."""
    from datasets import Dataset
    from transformers import AutoTokenizer, TrainerCallback
    from trl import GRPOConfig, GRPOTrainer, RLOOConfig, RLOOTrainer

    from outcome_rl.policy.model import load_writing_model
    from outcome_rl.policy.prompts import build_prompt
    from outcome_rl.reward.serialization import load_reward_model

    warm = folder / "warm_start_whole"
    if not warm.exists():
        writer = load_writing_model(folder / "tuned" / "warm_start")
        writer.model.save_pretrained(warm)
        writer.tokenizer.save_pretrained(warm)
    tokenizer, scorer = AutoTokenizer.from_pretrained(warm), load_reward_model(folder / "reward_model")
    prompts = {build_prompt(tokenizer, context): context for context in data.unique_contexts()}
    began = time.monotonic()
    steps = []

    class Budget(TrainerCallback):
        def on_step_end(self, args, state, control, **_):
            steps.append(time.monotonic() - began)
            if steps[-1] + steps[-1] / len(steps) > 60 * minutes:
                control.should_training_stop = True

    def reward(prompts_given, completions, **_):
        emails = [text.strip() for text in completions]
        return scorer.score([prompts[prompt] for prompt in prompts_given], emails).rewards.tolist()

    make_config, make_trainer = {"grpo": (GRPOConfig, GRPOTrainer), "rloo": (RLOOConfig, RLOOTrainer)}[rival]
    arguments = make_config(
        output_dir=str(folder / f"{rival}_trainer"),
        per_device_train_batch_size=config.micro_batch_size,
        gradient_accumulation_steps=config.contexts_per_step * config.samples_per_context // config.micro_batch_size,
        num_generations=config.samples_per_context,
        max_completion_length=config.max_new_tokens,
        temperature=config.temperature,
        max_steps=100_000,
        model_init_kwargs={"dtype": chosen.trl_dtype},
        **({"learning_rate": chosen.trl_learning_rate} if chosen.trl_learning_rate else {}),
        gradient_checkpointing=False,
        bf16=False,
        use_cpu=True,
        seed=config.seed,
        save_strategy="no",
        logging_strategy="no",
        report_to="none",
        disable_tqdm=True,
    )
    trainer = make_trainer(
        model=str(warm),
        reward_funcs=lambda prompts, completions, **more: reward(prompts, completions, **more),
        args=arguments,
        train_dataset=Dataset.from_dict({"prompt": list(prompts)}),
        processing_class=tokenizer,
        callbacks=[Budget()],
    )
    trainer.train()
    trainer.save_model(str(folder / rival))
    tokenizer.save_pretrained(folder / rival)
    return {"rl_seconds": time.monotonic() - began, "steps": len(steps)}


def written(source: str, contexts: list[str], config: FinetuneConfig) -> list[list[str]]:
    """Emails of a model, drawn as the product draws them."""
    from outcome_rl.generation.emails import write_texts
    from outcome_rl.policy.model import load_writing_model

    sampling = SamplingConfig(max_new_tokens=config.max_new_tokens, seed=config.seed)
    return write_texts(load_writing_model(source), contexts, sampling, EMAILS_PER_CONTEXT)


def judged(texts: list[list[str]], contexts: list[str], source: str, base: str, warm_start: str) -> dict[str, object]:
    """What the buyer says, and what the emails of the model ``source`` are like; intervals over contexts.

    ``kl``: nats an email by which they are likelier under their own model than under the warm start, both at
    temperature 1; they are drawn as the product draws them, so this is near the KL divergence, not equal to it.
    """
    rewards = np.array([[true_reward(c, t) for t in own] for c, own in zip(contexts, texts, strict=True)]).mean(1)
    sold = np.array([[probabilities(c, t)[2] for t in own] for c, own in zip(contexts, texts, strict=True)]).mean(1)
    flat = [text for own in texts for text in own]
    words = [text.lower().split() for text in flat]
    pairs = [tuple(w[i : i + 2]) for w in words for i in range(len(w) - 1)]
    from outcome_rl.reward.features import ContextWords, stems

    of_base, tokens = log_probs(base, contexts, texts)
    own, _ = log_probs(source, contexts, texts)
    of_warm_start, _ = log_probs(warm_start, contexts, texts)
    telling = ContextWords.learn(contexts)
    relevance = [telling.share_used(c, stems(t)) for c, own in zip(contexts, texts, strict=True) for t in own]
    return {
        "true_reward": float(rewards.mean()),
        "true_reward_ci95": mean_interval(rewards),
        "true_conversions": float(sold.mean()),
        "true_conversions_ci95": mean_interval(sold),
        "relevance": float(np.mean(relevance)),
        "distinct_2": len(set(pairs)) / max(1, len(pairs)),
        "words": float(np.mean([len(w) for w in words])),
        "perplexity": float(np.exp(-of_base.sum() / max(1, tokens))),
        "kl": float((own - of_warm_start).mean()),
        "by_context": rewards.tolist(),
    }


def log_probs(source: str, contexts: list[str], texts: list[list[str]]) -> tuple[np.ndarray, int]:
    """log π of each email under a model at temperature 1, nats, in the order of the contexts; and all their tokens."""
    import torch

    from outcome_rl.engine.logits import length_mask
    from outcome_rl.policy.logprobs import log_probs as of_tokens
    from outcome_rl.policy.model import load_writing_model
    from outcome_rl.policy.prompts import encode_prompts

    writer = load_writing_model(source)
    prompts = encode_prompts(writer.tokenizer, contexts)
    found, count = [], 0
    for prompt, own in zip(prompts, texts, strict=True):
        rows = [writer.tokenizer(text or " ", add_special_tokens=False)["input_ids"] for text in own]
        ids = [torch.tensor(row) for row in rows]
        tokens = torch.nn.utils.rnn.pad_sequence(ids, batch_first=True).to(writer.model.device)
        lengths = torch.tensor([len(row) for row in rows], device=writer.model.device)
        with torch.no_grad():
            each = of_tokens(writer.model, [prompt] * len(rows), tokens, lengths, 1.0)
        found += (each * length_mask(lengths, tokens.shape[1])).sum(1).tolist()
        count += int(lengths.sum())
    return np.array(found), count


def run_seed(seed: int, chosen: argparse.Namespace, folder: Path, add) -> None:
    data = data_of(seed, chosen.shuffled)
    contexts = read_contexts(sample_file("contexts.csv"))
    changes = dict(pair.split("=", 1) for pair in chosen.set)
    config = FinetuneConfig(
        model=POLICY,
        minutes=chosen.minutes,
        seed=42 + seed,
        ignore_verdict=chosen.shuffled,
        **{k: json.loads(v) for k, v in changes.items()},
    )
    reward_model_of(seed, data, folder / "reward_model")
    ours = tune_ours(config, data, folder / "reward_model", folder)
    from outcome_rl.policy.metadata import tuned_models

    sources = tuned_models(folder / "tuned")
    reference = sources["base"], sources["warm_start"]
    kept = ("steps", "completions", "best_step", "stopped_because", "verdict")
    about = {key: ours["result"].get(key) for key in kept} | {"rl_seconds": ours["rl_seconds"]}
    for name, source in sources.items():
        found = judged(written(source, contexts, config), contexts, source, *reference)
        add(seed, "ours" if name == "tuned" else name, found | (about if name == "tuned" else {}))
        gc.collect()
    for rival in chosen.methods:
        if rival == "ours":
            continue
        minutes = ours["rl_seconds"] / 60
        found = tune_trl(rival, chosen, minutes, config, data, folder)
        gc.collect()
        source = str(folder / rival)
        add(seed, rival, judged(written(source, contexts, config), contexts, source, *reference) | found)


def table(results: list[dict]) -> str:
    """Means over seeds; the gain over the base is paired by context and has an interval over all contexts and seeds."""
    columns = ("", "true reward", "over base (95 %)", "over warm start (95 %)", "conversions", "relevance")
    columns += ("distinct-2", "words", "perplexity", "KL", "RL steps")
    lines = [f"| {' | '.join(columns)} |", "|" + "---|" * len(columns)]
    labels = list(dict.fromkeys((r["label"], r["method"]) for r in results))
    for label, method in labels:
        own = [r for r in results if (r["label"], r["method"]) == (label, method)]
        spans = []
        for other in ("base", "warm_start"):
            gains = []
            for r in own:
                rival = next(x for x in results if (x["label"], x["method"], x["seed"]) == (label, other, r["seed"]))
                gains += (np.array(r["by_context"]) - np.array(rival["by_context"])).tolist()
            low, high = mean_interval(np.array(gains))
            spans.append(f"{np.mean(gains):+.2f} ({low:+.2f} to {high:+.2f})")
        mean = {k: np.mean([r[k] for r in own]) for k in ("true_reward", "true_conversions", "relevance")}
        mean |= {k: np.mean([r[k] for r in own]) for k in ("distinct_2", "words", "perplexity", "kl")}
        steps = ", ".join(str(r["steps"]) for r in own if r.get("steps")) or "–"
        name = f"{label} {method}".strip()
        lines.append(
            f"| {name} ({len(own)} seeds) | {mean['true_reward']:+.2f} | {spans[0]} | {spans[1]} | "
            f"{mean['true_conversions']:.0%} | {mean['relevance']:.2f} | {mean['distinct_2']:.2f} | "
            f"{mean['words']:.0f} | {mean['perplexity']:.1f} | {mean['kl']:.1f} | {steps} |"
        )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seeds", type=int, nargs="*", default=[0, 1, 2])
    parser.add_argument("--methods", nargs="*", choices=("ours", *RIVALS), default=["ours", *RIVALS])
    parser.add_argument("--trl-dtype", choices=("bfloat16", "float32"), default="bfloat16")
    parser.add_argument("--trl-learning-rate", type=float, help="default: TRL's own, 1e-6")
    parser.add_argument("--set", nargs="*", default=[], metavar="NAME=VALUE")
    parser.add_argument("--shuffled", action="store_true", help="shuffle the outcomes before anything learns from them")
    parser.add_argument("--label", default="")
    parser.add_argument("--results", type=Path, default=Path("rl_truth_results.jsonl"))
    parser.add_argument("--emails", type=Path, help="folder to keep the models in (default: a temporary one)")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    chosen.label = chosen.label or ("shuffled" if chosen.shuffled else "")
    results = [json.loads(line) for line in chosen.results.open()] if chosen.results.exists() else []
    done = {(r["label"], r["seed"]) for r in results if r["method"] == chosen.methods[-1]}

    def add(seed: int, method: str, found: dict) -> None:
        line = {"label": chosen.label, "seed": seed, "method": method, "minutes": chosen.minutes, **found}
        results.append(line)
        with chosen.results.open("a") as stream:
            stream.write(json.dumps(line) + "\n")
        print(seed, method, f"true reward {found['true_reward']:+.2f}", flush=True)

    for seed in chosen.seeds:
        if (chosen.label, seed) not in done:
            with tempfile.TemporaryDirectory() as temporary:
                folder = (chosen.emails or Path(temporary)) / f"{chosen.label or 'run'}-{seed}"
                folder.mkdir(parents=True, exist_ok=True)
                run_seed(seed, chosen, folder, add)
    print(table(results))
    if chosen.json:
        print(json.dumps({"results": results}))


if __name__ == "__main__":
    main()
