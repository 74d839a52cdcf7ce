"""What the reward model promises besides being good: no false hope, speed, flat memory, its use as a reward.

python benchmarks/reward_checks.py shuffles    20 files of shuffled outcomes: how often it claims to beat guessing
python benchmarks/reward_checks.py speed       seconds for 100 and 2,000 rows; emails scored a second
python benchmarks/reward_checks.py memory      a file of many rows scored in chunks: peak memory by rows
python benchmarks/reward_checks.py truth REWARD_MODEL COMPARISON_CSV
                                               correlation with the simulated buyer's true reward on the emails
                                               of a comparison.csv that a run left
"""

from __future__ import annotations

import argparse
import csv
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

import numpy as np

from outcome_rl.config import RewardConfig
from outcome_rl.data.csv_io import write_rows
from outcome_rl.data.dataset import EmailData, iterate_pairs, read_emails, sample_file
from outcome_rl.models.hub import find_model
from outcome_rl.reward.serialization import load_reward_model
from outcome_rl.reward.train import train_reward

ENCODER = "all-minilm-l6-v2"
SHUFFLES = 20


def trained(data: EmailData, out: Path, **settings: object) -> dict[str, object]:
    """Train with the bundled encoder; the figures."""
    work = train_reward(RewardConfig(**settings), data, find_model(ENCODER), out)
    try:
        while True:
            next(work)
    except StopIteration as end:
        return end.value


def shuffles(folder: Path) -> None:
    """Outcomes drawn anew from the file's own: there is nothing to learn, and the verdict must say so.

    Of rows one by one, and of whole contexts, whose rows then share an outcome that no email tells.
    """
    sample = read_emails(sample_file("emails.csv"))
    names = {context: i for i, context in enumerate(sample.unique_contexts())}
    claims = []
    for seed in range(SHUFFLES):
        usual = np.random.default_rng(2000 + seed).choice(sample.outcomes, len(names))
        outcomes = tuple(int(usual[names[context]]) for context in sample.contexts)
        mixed = EmailData(sample.contexts, sample.emails, outcomes, sample.rows)
        claims.append(trained(mixed, folder / "rm", repeats=1)["beats_guessing"])
        print("contexts", seed, claims[-1], flush=True)
    print(f"outcomes by context: better than guessing claimed in {claims.count(True)} of {SHUFFLES} files")
    for rows in (100, len(sample)):
        claims = []
        for seed in range(SHUFFLES):
            rng = np.random.default_rng(1000 + seed)
            chosen = sample.take(sorted(rng.permutation(len(sample))[:rows]))
            mixed = EmailData(
                chosen.contexts, chosen.emails, tuple(rng.permutation(chosen.outcomes).tolist()), chosen.rows
            )
            claims.append(trained(mixed, folder / "rm")["beats_guessing"])
            print(rows, seed, claims[-1], flush=True)
        print(f"{rows} rows: better than guessing claimed in {claims.count(True)} of {SHUFFLES} shuffled files")


def speed(folder: Path) -> None:
    """Emails are the sample's; 2,000 rows are chained from them, so that none is a copy."""
    from audit import Writer, clean_file

    sample = read_emails(sample_file("emails.csv"))
    for data in (sample.take(range(100)), clean_file(Writer(sample.emails), 2000, 0)):
        began = time.monotonic()
        trained(data, folder / "rm")
        print(f"{len(data)} rows trained and cross-validated: {time.monotonic() - began:.0f} s", flush=True)
    model = load_reward_model(folder / "rm")
    emails = [" ".join((email.split() * 20)[:80]) for email in sample.emails] * 3
    contexts = list(sample.contexts) * 3
    model.score(contexts[:64], emails[:64])
    rates = []
    for _ in range(3):
        began = time.monotonic()
        model.score(contexts, emails)
        rates.append(len(emails) / (time.monotonic() - began))
    print(f"emails of 80 words scored: {np.median(rates):.0f} a second ({model.encoder.dtype})")


def memory(folder: Path, sizes: list[int]) -> None:
    """Each size in a process of its own; short emails, for what grows with the rows is to be seen, not the encoder."""
    trained(read_emails(sample_file("emails.csv")), folder / "rm")
    for rows in sizes:
        path = folder / f"{rows}.csv"
        write_rows(
            path, ("context", "email_text"), ((f"Customer {i % 50}", f"Hello {i}, would it suit?") for i in range(rows))
        )
        began = time.monotonic()
        subprocess.run([sys.executable, __file__, "score-one", str(folder / "rm"), str(path)], check=True)
        print(f"{rows} rows: {time.monotonic() - began:.0f} s", flush=True)


def score_one(model: Path, path: Path) -> None:
    from outcome_rl.generation.emails import COLUMNS, ScoredEmail
    from outcome_rl.generation.score_csv import score_pairs

    scorer = load_reward_model(model)
    found = score_pairs(iterate_pairs(path), scorer, 0)
    write_rows(path.with_suffix(".out"), COLUMNS, (each.row() for each in found if isinstance(each, ScoredEmail)))
    print(f"peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB", end=", ", flush=True)


def truth(model: Path, comparison: Path) -> None:
    """On emails that a policy wrote, by model and all together: Pearson's r, within contexts too."""
    from simulated_buyer import true_reward

    scorer = load_reward_model(model)
    with comparison.open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    contexts, emails = [row["context"] for row in rows], [row["email_text"] for row in rows]
    scores = scorer.score(contexts, emails)
    told = np.array([true_reward(context, email) for context, email in zip(contexts, emails, strict=True)])
    expected = scores.probs @ np.array(scorer.config.payoffs)
    names = np.array([row["model"] for row in rows])
    for name in (*dict.fromkeys(names), None):
        mine = np.ones(len(rows), dtype=bool) if name is None else names == name
        pairs = [
            f"{label} r={np.corrcoef(value[mine], told[mine])[0, 1]:+.2f}"
            for label, value in (("reward", scores.rewards), ("expected payoff", expected), ("belief", scores.belief))
        ]
        print(f"{name or 'all':12} n={mine.sum():4} true {told[mine].mean():+.2f}  {'  '.join(pairs)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("shuffles", "speed", "memory", "truth", "score-one"))
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--sizes", nargs="*", type=int, default=[20_000, 100_000])
    chosen = parser.parse_args()
    if chosen.what == "score-one":
        score_one(*chosen.files)
    elif chosen.what == "truth":
        truth(*chosen.files)
    else:
        with tempfile.TemporaryDirectory() as folder:
            work = {"shuffles": shuffles, "speed": speed, "memory": memory}[chosen.what]
            work(Path(folder), *([chosen.sizes] if chosen.what == "memory" else []))


if __name__ == "__main__":
    main()
