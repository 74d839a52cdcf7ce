"""The command line of the worlds: list, write, score, describe."""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.command_line import run_command
from outcome_rl.errors import DataError

from .agreement import common_set, matrix, rank_correlations
from .base import Rows
from .describing import table
from .registry import WORLDS, load_world

HELD_OUT = 24


def write_rows(path: Path, rows: Rows) -> None:
    """A CSV with context, email_text, outcome and the world's further columns."""
    with open(path, "w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(["context", "email_text", "outcome", *rows.extra])
        writer.writerows(zip(rows.contexts, rows.emails, rows.outcomes, *rows.extra.values(), strict=True))


def write_contexts(path: Path, contexts: Sequence[str]) -> None:
    with open(path, "w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerows([["context"], *([context] for context in contexts)])


def read_table(path: Path) -> list[dict[str, str]]:
    """Rows of a CSV that has a context and an email_text; raises DataError where it has not."""
    if not path.is_file():
        raise DataError(f"{path}: there is no such file")
    with open(path, encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    missing = [name for name in ("context", "email_text") if not rows or name not in rows[0]]
    if missing:
        raise DataError(f"{path}: needs rows and the columns context and email_text; missing: {', '.join(missing)}")
    return rows


def command_list(_: argparse.Namespace) -> None:
    for world in WORLDS.values():
        null = ", no text matters" if world.is_null else ""
        print(f"{world.name:13} {world.size:5} rows  {world.language}  {world.kind}{null}")


def command_write(given: argparse.Namespace) -> None:
    world = load_world(given.name)
    given.out.mkdir(parents=True, exist_ok=True)
    write_rows(given.out / f"{world.name}.csv", world.emails(given.rows, given.seed, given.outcome_seed))
    write_contexts(given.out / "contexts.csv", world.held_out_contexts(given.contexts, given.seed))
    print(f"{given.out / world.name}.csv and {given.out / 'contexts.csv'} written")


def command_score(given: argparse.Namespace) -> None:
    world, rows = load_world(given.name), read_table(given.file)
    rewards = world.true_reward([row["context"] for row in rows], [row["email_text"] for row in rows])
    for model in dict.fromkeys(row.get("model", "") for row in rows):
        mine = rewards[[row.get("model", "") == model for row in rows]]
        error = float(mine.std(ddof=1) / np.sqrt(len(mine))) if len(mine) > 1 else float("nan")
        print(f"{model or 'all'}: true reward {mine.mean():+.3f} (standard error {error:.3f}, n = {len(mine)})")
    if given.out:
        with open(given.out, "w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, [*rows[0], "true_reward"], lineterminator="\n", extrasaction="ignore")
            writer.writeheader()
            for row, reward in zip(rows, rewards, strict=True):
                writer.writerow({**row, "true_reward": f"{reward:.4f}"})


def command_describe(given: argparse.Namespace) -> None:
    chosen = [load_world(name) for name in given.names] or list(WORLDS.values())
    print(table(chosen, given.rows))
    if given.agreement:
        buyers = [world for world in chosen if not world.is_null and world.language == "en"]
        print(f"\n{matrix(buyers, rank_correlations(buyers, common_set()))}")


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.worlds", description="Data sets with a known truth.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("list", help="the worlds and what they are like").set_defaults(run=command_list)
    write = commands.add_parser("write", help="a world's rows and held-out contexts as CSV")
    write.add_argument("name", choices=WORLDS)
    write.add_argument("--out", type=Path, required=True, help="folder")
    write.add_argument("--rows", type=int, help="how many (default: the world's size)")
    write.add_argument("--seed", type=int, default=0, help="of the texts")
    write.add_argument("--outcome-seed", type=int, help="of the outcomes (default: that of the texts)")
    write.add_argument("--contexts", type=int, default=HELD_OUT, help="held-out contexts")
    write.set_defaults(run=command_write)
    score = commands.add_parser("score", help="what the emails of a CSV would truly earn")
    score.add_argument("name", choices=WORLDS)
    score.add_argument("file", type=Path, help="CSV with context, email_text and, if you like, model")
    score.add_argument("--out", type=Path, help="write the rows here with a column true_reward")
    score.set_defaults(run=command_score)
    describe = commands.add_parser("describe", help="figures of the worlds")
    describe.add_argument("names", nargs="*", metavar="name", help="worlds (default: all)")
    describe.add_argument("--rows", type=int, help="rows to look at (default: each world's size)")
    describe.add_argument("--agreement", action="store_true", help="how far the buyers agree on the same emails")
    describe.set_defaults(run=command_describe)
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    return run_command(parse(arguments))


if __name__ == "__main__":
    sys.exit(main())
