"""The reward model against its alternatives: log-loss, AUC and calibration on rows that none of them saw.

    python benchmarks/reward_model.py                      the sample alone
    python benchmarks/reward_model.py --data OTHER.csv     also another file, in time order: its first three quarters
                                                           to learn from, its last quarter to be judged by
    pip install --no-deps -r benchmarks/requirements.txt   once, for SetFit; without it that row stays empty

Every result is appended to --results as soon as it is there, and a second start goes on where the first one ended.
All methods learn from the same rows and read context and email: ours trains without the rows of its judge.
"""

from __future__ import annotations

import argparse
import functools
import json
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

import numpy as np
import torch
from torch.nn import functional as F

from outcome_rl import metrics
from outcome_rl.config import RewardConfig
from outcome_rl.data.dataset import EmailData, read_emails, sample_file
from outcome_rl.models.hub import find_model
from outcome_rl.reward.baselines import tfidf_logistic_regression
from outcome_rl.reward.encoder import Encoder, classify, load_encoder
from outcome_rl.reward.linear import fit_multinomial
from outcome_rl.text.near_duplicates import near_duplicate_groups

SIZES = (100, 300, 1000, None)
SAMPLE_TEST_ROWS = 115
ENCODER = "all-minilm-l6-v2"
SETFIT_STEPS = 60
"""Contrastive steps of 16 pairs; SetFit's own default, every pair once, takes hours from some hundreds of rows on."""

FLOAT32_ROWS = 1000
"""Above, plain fine-tuning is done in bfloat16; it takes a quarter of an hour a seed otherwise."""

Fit = Callable[[EmailData, EmailData, int], np.ndarray]


def majority(train: EmailData, test: EmailData, seed: int) -> np.ndarray:
    """The outcomes' shares, so that it has a log-loss at all."""
    return np.tile((np.bincount(train.outcomes, minlength=3) + 0.5) / (len(train) + 1.5), (len(test), 1))


def tfidf(train: EmailData, test: EmailData, seed: int) -> np.ndarray:
    return tfidf_logistic_regression(_joined(train), np.array(train.outcomes), _joined(test))


def embedding(train: EmailData, test: EmailData, seed: int) -> np.ndarray:
    """Logistic regression on the usual sentence embedding of context and email."""
    inputs = [np.stack([_vector(*pair) for pair in zip(d.contexts, d.emails, strict=True)]) for d in (train, test)]
    return fit_multinomial(inputs[0], np.array(train.outcomes), 1.0).probs(inputs[1])


@functools.cache
def _encoder() -> Encoder:
    return load_encoder(find_model(ENCODER).folder, RewardConfig())


@functools.cache
def _vector(context: str, email: str) -> np.ndarray:
    """Each text once, whatever the number of runs that need it."""
    states = []
    hook = _encoder().model.base_model.register_forward_hook(lambda _, inputs, out: states.append(out))
    with torch.no_grad():
        _encoder().logits([context], [email])
    hook.remove()
    vector = states[0].last_hidden_state[0].float().mean(0).numpy()
    return vector / np.linalg.norm(vector)


def finetune(train: EmailData, test: EmailData, seed: int) -> np.ndarray:
    """The original program's recipe: three epochs, batches of 8, 2e-5, the whole encoder, 256 tokens."""
    encoder = load_encoder(find_model(ENCODER).folder, RewardConfig(seed=seed))
    rng, outcomes = np.random.default_rng(seed), torch.tensor(train.outcomes)
    optimizer = torch.optim.AdamW(encoder.model.parameters(), lr=2e-5, weight_decay=0.01)
    encoder.model.train()
    for _ in range(3):
        order = rng.permutation(len(train))
        for start in range(0, len(train), 8):
            rows = order[start : start + 8]
            with torch.autocast("cpu", torch.bfloat16, enabled=len(train) > FLOAT32_ROWS):
                logits = encoder.logits([train.contexts[i] for i in rows], [train.emails[i] for i in rows])
            optimizer.zero_grad()
            F.cross_entropy(logits.float(), outcomes[rows]).backward()
            optimizer.step()
    encoder.model.eval()
    return classify(encoder, test.contexts, test.emails)


def setfit(train: EmailData, test: EmailData, seed: int) -> np.ndarray:
    """Contrastive fine-tuning of the sentence encoder, then logistic regression (Tunstall et al. 2022)."""
    from datasets import Dataset
    from setfit import SetFitModel, Trainer, TrainingArguments

    model = SetFitModel.from_pretrained(str(find_model(ENCODER).folder))
    model.model_body.max_seq_length = 128
    rows = Dataset.from_dict({"text": _joined(train), "label": list(train.outcomes)})
    arguments = TrainingArguments(
        batch_size=16, max_steps=SETFIT_STEPS, seed=seed, report_to="none", show_progress_bar=False
    )
    with tempfile.TemporaryDirectory() as folder, torch.autocast("cpu", torch.bfloat16):
        arguments.output_dir = folder
        Trainer(model=model, args=arguments, train_dataset=rows).train()
    return np.asarray(model.predict_proba(_joined(test)))


def ours(train: EmailData, test: EmailData, seed: int) -> np.ndarray:
    """What ``train-reward`` makes, loaded from its folder."""
    from outcome_rl.reward.serialization import load_reward_model
    from outcome_rl.reward.train import train_reward

    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "reward_model"
        for _ in train_reward(RewardConfig(judge_share=0, seed=seed), train, find_model(ENCODER), out):
            pass
        return load_reward_model(out).predict(test.contexts, test.emails)


METHODS: dict[str, Fit] = {
    "ours": ours,
    "majority": majority,
    "TF-IDF + LR": tfidf,
    "MiniLM + LR": embedding,
    "fine-tuning": finetune,
    "SetFit": setfit,
}


def _joined(data: EmailData) -> list[str]:
    return [f"{context}\n{email}" for context, email in zip(data.contexts, data.emails, strict=True)]


def split(data: EmailData, size: int | None, seed: int, in_time: bool) -> tuple[EmailData, EmailData] | None:
    """Rows to learn from and to be judged by; None where there are fewer than ``size``."""
    rng = np.random.default_rng(seed)
    if in_time:
        first = len(data) * 3 // 4
        pool, test = rng.permutation(first), np.arange(first, len(data))
    else:
        groups = near_duplicate_groups(data.emails)
        order = rng.permutation(len(data))
        test = order[:SAMPLE_TEST_ROWS]
        pool = np.array([i for i in order[SAMPLE_TEST_ROWS:] if groups[i] not in set(groups[test])])
    if size is not None and size > len(pool):
        return None
    return data.take(sorted(pool[: size or len(pool)])), data.take(test)


def measured(fit: Fit, train: EmailData, test: EmailData, seed: int) -> dict[str, object]:
    began = time.monotonic()
    probs = fit(train, test, seed)
    return {"seconds": time.monotonic() - began, "probs": np.round(probs, 5).tolist(), "truth": list(test.outcomes)}


def table(results: Sequence[dict[str, object]]) -> str:
    """One row for each file, size and method: means over the seeds, and whether it is clearly worse than the best."""
    lines = ["| file | n | method | log-loss | AUC conversion | AUC any reply | ECE | seconds |", "|" + "---|" * 8]
    keys = list(dict.fromkeys((r["file"], r["size"]) for r in results))
    for file, size in keys:
        here = [r for r in results if (r["file"], r["size"]) == (file, size)]
        for method in METHODS:
            own = [r for r in here if r["method"] == method]
            if not own:
                continue
            figures = [metrics.classification_figures(np.array(r["probs"]), np.array(r["truth"])) for r in own]
            probs = np.concatenate([r["probs"] for r in own])
            truth = np.concatenate([r["truth"] for r in own])
            means = [np.mean([f[name] for f in figures]) for name in ("log_loss", "auc_conversion", "auc_reply")]
            ece = metrics.expected_calibration_error(probs, truth)
            seconds = np.median([r["seconds"] for r in own])
            shown = " | ".join(f"{value:.3f}" for value in (*means, ece))
            seeds = f" ({len(own)} seeds)" if len(own) != 5 else ""
            lines.append(f"| {file} | {size} | {method}{seeds} | {shown} | {seconds:.0f} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="another file, in time order")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--methods", nargs="*", choices=METHODS, default=list(METHODS))
    parser.add_argument("--sizes", nargs="*", type=int, default=[size or 0 for size in SIZES], help="0: all rows")
    parser.add_argument("--results", type=Path, default=Path("reward_model_results.jsonl"))
    parser.add_argument("--json", action="store_true", help="the last line is one JSON object")
    chosen = parser.parse_args()
    files = {"sample": (read_emails(sample_file("emails.csv")), False)}
    if chosen.data:
        files[chosen.data.stem] = (read_emails(chosen.data), True)
    results = [json.loads(line) for line in chosen.results.open()] if chosen.results.exists() else []
    done = {(r["file"], r["size"], r["seed"], r["method"]) for r in results}
    for method in chosen.methods:
        for name, (data, in_time) in files.items():
            for size in chosen.sizes:
                for seed in range(chosen.seeds):
                    parts = split(data, size or None, seed, in_time)
                    key = (name, size or "all", seed, method)
                    if parts is None or key in done:
                        continue
                    try:
                        found = measured(METHODS[method], *parts, seed)
                    except ImportError as error:
                        print(f"{method}: not measured, {error}")
                        break
                    line = {"file": name, "size": key[1], "seed": seed, "method": method, **found}
                    results.append(line)
                    with chosen.results.open("a") as stream:
                        stream.write(json.dumps(line) + "\n")
                    print(*key, f"{found['seconds']:.0f} s", flush=True)
    print(table(results))
    if chosen.json:
        print(json.dumps({"results": [{k: v for k, v in r.items() if k not in ("probs", "truth")} for r in results]}))


if __name__ == "__main__":
    main()
