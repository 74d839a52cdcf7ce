"""Does tuning help in truth, on files of many kinds? Each world's own buyer says what emails would truly earn.

    python benchmarks/world_truth.py [--worlds one_seller templates ...] [--steps 24] [--seed 0] [--results FILE]
    python benchmarks/world_truth.py --table FILE

For each world: a reward model trained on its rows, a writer tuned against it, a writer tuned against the truth itself
(the ceiling). Then all of them, the base model and the base model with two converting emails for similar contexts in
its prompt write for contexts that no row has. Of each context's emails the first one, the best of 4 and the best of 16
by the reward model's own ranking are judged: by the buyer (truth), by the checks (claims, problems, cut off) and by how
many different pairs of words they have. Every writer that is done is appended to the results; a second start goes on
where the first one ended. Of null worlds only the product's verdict is kept: nothing in an email can change an outcome.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

from outcome_rl.utils.cpu import share_cores

share_cores()

import numpy as np
import torch

import outcome_rl as orl
from benchmarks.worlds.base import World
from benchmarks.worlds.registry import WORLDS, load_world
from outcome_rl.config import WEIGHED_RANGE, FinetuneConfig, RewardConfig, SamplingConfig
from outcome_rl.data.dataset import EmailData
from outcome_rl.engine.sampling import SamplingParams, sample
from outcome_rl.generation.emails import ScoredEmail, score_emails, write_texts
from outcome_rl.pipelines.choose_writing import all_facts
from outcome_rl.policy.model import WritingModel, load_writing_model
from outcome_rl.policy.prompts import INSTRUCTION, SYSTEM, decode_email, end_tokens
from outcome_rl.reward.finding_costs import Order, cost_of_finding, count_findings, worth_of_order
from outcome_rl.text.checks import distinct_n

ENCODER, POLICY = "all-minilm-l6-v2", "smollm2-135m-instruct"
WRITERS = ("ours", "warm start", "ceiling", "examples", "base")
SAMPLES = 16
SHOTS = 2
LENGTH = 160


GAIN = ("gain", "gain_ci95", "improved", "gain_over_warm_start", "improved_over_warm_start")
"""What the product says of what it has tuned."""


@dataclass(frozen=True)
class Task:
    """A world's rows, its contexts that no row has, and the reward model trained on the rows."""

    world: World
    data: EmailData
    contexts: tuple[str, ...]
    reward: Any
    folder: Path
    seed: int


class Truth:
    """The world's buyer as a reward of one's own."""

    def __init__(self, world: World) -> None:
        self.world, self.name = world, "truth"

    def __call__(self, contexts: Sequence[str], emails: Sequence[str]) -> list[float]:
        return [float(value) for value in self.world.true_reward(contexts, emails)]


def tune(task: Task, reward: Any, name: str, steps: int, changes: dict[str, Any]) -> tuple[Path, dict[str, Any]]:
    """Tune against a reward; the model's folder and what the product says."""
    config = replace(
        FinetuneConfig(model=POLICY, steps=steps, seed=task.seed, ignore_verdict=True, held_out_contexts=12), **changes
    )
    began = time.monotonic()
    result = orl.finetune(task.data, reward, out=task.folder / name, config=config)
    said = result.to_dict()
    kept = {key: said[key] for key in ("steps", "best_step", "kl", "verdict", "stopped_because")}
    gain = {key: getattr(result.evaluation, key) for key in GAIN}
    return task.folder / name, {**kept, **gain, "seconds": round(time.monotonic() - began, 1)}


def unknown(contexts: Sequence[str], emails: Sequence[str]) -> None:
    """How well the sentences of emails belong together, where nobody knows."""


def figures(task: Task, texts: Sequence[Sequence[str]], facts: str, order: Order = unknown) -> dict[str, Any]:
    """What one writer's emails come to, SAMPLES for each context, ranked as the product ranks them."""
    cost, worth = cost_of_finding(task.reward.scoring), worth_of_order(task.reward.scoring)
    repeated = [context for context in task.contexts for _ in range(len(texts[0]))]
    flat = [text for own in texts for text in own]
    scored = list(score_emails(repeated, flat, task.reward.scoring, "writer", facts))
    belong = order(repeated, flat)
    ranks = np.array([(each.reward or 0.0) - cost * sum(_counted(each)) for each in scored])
    ranks = (ranks if belong is None else ranks + worth * belong).reshape(len(texts), -1)
    truth = task.world.true_reward(repeated, flat).reshape(ranks.shape)
    judged = task.reward.judge.score(repeated, flat).rewards.reshape(ranks.shape) if task.reward.judge else None
    found: dict[str, Any] = {"truth_of_best_there_is": round(float(truth.max(1).mean()), 3)}
    for n in (1, 4, 16):
        best = ranks[:, :n].argmax(1)
        chosen = [scored[row * ranks.shape[1] + place] for row, place in enumerate(best.tolist())]
        rows = np.arange(len(best))
        found[f"best_of_{n}"] = {
            "truth": round(float(truth[rows, best].mean()), 3),
            "reward": round(float(np.mean([each.reward for each in chosen])), 3),
            "judge": None if judged is None else round(float(judged[rows, best].mean()), 3),
            **{name: round(float(np.mean(own)), 3) for name, own in _faults(chosen).items()},
            "words": round(float(np.mean([len(each.email_text.split()) for each in chosen])), 1),
            "distinct_2": round(distinct_n([each.email_text for each in chosen]), 3),
        }
    found["order"] = None if belong is None else round(float(belong.mean()), 3)
    found["mean_truth"] = round(float(truth.mean()), 3)
    found["emails"] = [[context, *own[:2]] for context, own in zip(task.contexts, texts, strict=True)]
    return found


def _counted(email: ScoredEmail) -> tuple[int, int]:
    assert email.findings is not None
    return count_findings(email.findings)


def _faults(emails: Sequence[ScoredEmail]) -> dict[str, list[bool]]:
    looked = [each.findings for each in emails if each.findings is not None]
    return {
        "claims": [bool(each.claims) for each in looked],
        "problems": [bool(each.sense.certain) for each in looked],
        "cut_off": [each.sense.cut_off for each in looked],
    }


def written(writer: WritingModel, contexts: Sequence[str], seed: int) -> list[list[str]]:
    """SAMPLES emails for each context, as the product writes them."""
    return write_texts(writer, contexts, SamplingConfig(max_new_tokens=LENGTH, seed=seed), SAMPLES)


def written_from_examples(writer: WritingModel, task: Task, temperature: float) -> list[list[str]]:
    """The same by the base model with converting emails for the nearest contexts as earlier turns in its prompt."""
    good = [(c, e) for c, e, o in zip(task.data.contexts, task.data.emails, task.data.outcomes, strict=True) if o == 2]
    found = []
    for context in task.contexts:
        own = set(context.lower().split())
        near = sorted(good, key=lambda pair: -len(own & set(pair[0].lower().split())))[:SHOTS]
        turns = [{"role": "system", "content": SYSTEM}]
        for shown, email in [*reversed(near), (context, None)]:
            turns.append({"role": "user", "content": f"{INSTRUCTION}\nContext: {shown}"})
            if email is not None:
                turns.append({"role": "assistant", "content": email})
        text = writer.tokenizer.apply_chat_template(turns, tokenize=False, add_generation_prompt=True)
        prompt = writer.tokenizer.encode(text, add_special_tokens=False)
        generator = torch.Generator().manual_seed(task.seed)
        params = SamplingParams(temperature, 50, 0.95)
        batch = sample(
            writer.model, [prompt], SAMPLES, LENGTH, end_tokens(writer.tokenizer, writer.model), generator, params
        )
        found.append([decode_email(writer.tokenizer, ids) for ids in batch.completions()])
    return found


def writers(task: Task, steps: int, changes: dict[str, Any], done: set[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Name and figures of each writer that is not ``done``."""
    if "rows" not in done:
        truth = task.world.true_reward(task.data.contexts, task.data.emails)
        yield "rows", {"truth": round(float(truth.mean()), 3), "trusted": task.reward.report.trusted}
    if task.world.is_null:
        _, said = tune(task, task.reward, "ours", steps, changes)
        yield "ours", said
        return
    facts = all_facts("", task.data)
    if not {"ours", "warm start"} <= done:
        folder, said = tune(task, task.reward, "ours", steps, changes)
        for name, own, more in (("ours", folder, said), ("warm start", folder / "warm_start", {})):
            writer = load_writing_model(own)
            texts = written(writer, task.contexts, task.seed)
            yield name, more | figures(task, texts, facts, writer.writing.order)
    if "ceiling" not in done:
        buyer = orl.RewardFunction(Truth(task.world), reward_range=WEIGHED_RANGE)  # from -1 to 2
        best, told = tune(task, buyer, "ceiling", steps, changes)
        writer = load_writing_model(best)
        texts = written(writer, task.contexts, task.seed)
        yield "ceiling", told | figures(task, texts, facts, writer.writing.order)
    base = load_writing_model(POLICY)
    if "examples" not in done:
        yield "examples", figures(task, written_from_examples(base, task, 0.35), facts)
    if "base" not in done:
        yield "base", figures(task, written(base, task.contexts, task.seed), facts)


def prepare(world: World, seed: int, contexts: int, folder: Path) -> Task:
    """The world's rows and the reward model trained on them."""
    rows = world.emails(seed=seed)
    data = EmailData(rows.contexts, rows.emails, rows.outcomes, tuple(range(2, len(rows) + 2)))
    reward = orl.RewardModel.train(data, out=folder / "reward", config=RewardConfig(model=ENCODER, seed=seed))
    return Task(world, data, world.held_out_contexts(contexts, seed), reward, folder, seed)


def kept(file: Path) -> list[dict[str, Any]]:
    """The results so far."""
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()] if file.exists() else []


def table(results: Sequence[dict[str, Any]]) -> str:
    """Truth of each writer in each world, as Markdown."""
    names = ("rows", "base", "examples", "warm start", "ours", "ceiling")
    lines = ["| world | " + " | ".join(f"{name}: 1 / 4 / 16" for name in names[1:]) + " | claims base / ours |"]
    lines.append("|---" * (len(names) + 1) + "|")
    for world in dict.fromkeys(each["world"] for each in results):
        own = {each["writer"]: each for each in results if each["world"] == world}
        cells = []
        for name in names[1:]:
            found = own.get(name, {})
            truths = [found[f"best_of_{n}"]["truth"] for n in (1, 4, 16)] if "best_of_1" in found else []
            cells.append(" / ".join(f"{value:+.2f}" for value in truths) or str(found.get("improved", "")))
        claims = [f"{own[n]['best_of_1']['claims']:.0%}" for n in ("base", "ours") if "best_of_1" in own.get(n, {})]
        lines.append(f"| {world} | " + " | ".join(cells) + f" | {' / '.join(claims)} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--worlds", nargs="+", default=list(WORLDS), choices=list(WORLDS))
    parser.add_argument("--steps", type=int, default=24)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--contexts", type=int, default=16)
    parser.add_argument("--without", nargs="*", default=[], choices=WRITERS, help="writers to leave out")
    parser.add_argument("--set", nargs="*", default=[], metavar="NAME=VALUE", help="settings of the tuning")
    parser.add_argument("--results", type=Path, default=ROOT / "outputs" / "world_truth.jsonl")
    parser.add_argument("--table", type=Path)
    asked = parser.parse_args()
    if asked.table:
        print(table(kept(asked.table)))
        return
    changes = {name: _value(value) for name, _, value in (each.partition("=") for each in asked.set)}
    asked.results.parent.mkdir(parents=True, exist_ok=True)
    for name in asked.worlds:
        before = [e for e in kept(asked.results) if (e["world"], e["seed"]) == (name, asked.seed)]
        done = {each["writer"] for each in before} | set(asked.without)
        world = load_world(name)
        if done >= ({"ours"} if world.is_null else set(WRITERS)):
            continue
        with tempfile.TemporaryDirectory() as folder:
            task = prepare(world, asked.seed, asked.contexts, Path(folder))
            for writer, found in writers(task, asked.steps, changes, done):
                line = {"world": name, "seed": asked.seed, "writer": writer, **found}
                if writer in done:
                    continue
                with asked.results.open("a", encoding="utf-8") as out:
                    out.write(json.dumps(line) + "\n")
                shown = {key: value for key, value in line.items() if key != "emails"}
                print(json.dumps(shown), flush=True)
    print(table(kept(asked.results)))


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


if __name__ == "__main__":
    main()
