"""``make torture``: thousands of hostile cells, files and calls, and a hundred kills.

Ends with status 1 and the complaints where a reader takes longer than :data:`SECONDS` for a cell, a file or a call
meets an error that nobody foresaw, or a killed run comes to something else than an unbroken one. The same seed does the
same again.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("ACCELERATE_USE_CPU", "true")

SECONDS = 2.0
"""Processor time of one reader for one of the longest cells; for short ones it is a part of that."""
COUNTS = {"cells": 10_000, "files": 10_000, "kills": 100, "calls": 2_000}


def main() -> int:
    """Every part that was not set to 0, one after the other."""
    parser = argparse.ArgumentParser(prog="make torture", description=__doc__)
    for name, count in COUNTS.items():
        parser.add_argument(f"--{name}", type=int, default=count, help=f"how many (default {count:,}; 0: leave out)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=SECONDS, help="for a reader of a cell (default %(default)s)")
    parser.add_argument("--only", choices=[*COUNTS], help="this part alone")
    asked = vars(parser.parse_args())
    complaints = []
    parts: dict[str, Callable[[int, int, Path], list[str]]] = {
        "cells": partial(torture_cells, seconds=asked["seconds"]),
        "files": torture_files,
        "kills": torture_kills,
        "calls": torture_calls,
    }
    for name, part in parts.items():
        if asked[name] and asked["only"] in (None, name):
            began, worked = time.monotonic(), sum(os.times()[:4])
            with tempfile.TemporaryDirectory(prefix="torture-") as folder:
                found = part(asked[name], asked["seed"], Path(folder))
            took = f"{time.monotonic() - began:.0f} s, {sum(os.times()[:4]) - worked:.0f} s of a processor"
            print(f"{name}: {asked[name]:,}, {len(found)} complaints, {took}", flush=True)
            complaints += [f"{name}: {each}" for each in found]
    print(*complaints, sep="\n")
    return 1 if complaints else 0


def torture_cells(count: int, seed: int, folder: Path, seconds: float) -> list[str]:
    """Each cell to each reader."""
    from tests.torture.cells import allowed_seconds, cells, readers
    from tests.torture.patterns import recorded
    from tests.torture.watch import took_too_long

    complaints: list[str] = []
    with recorded() as patterns:
        known = readers()
        for read in known.values():
            read("Hi Ana, we save 20 % at 3 pm on Monday. Shall we talk?\nKind regards,\nBo\nbo@b.co")
    for number, cell in enumerate(cells(count, list(patterns), seed)):
        for name, read in known.items():
            if why := took_too_long(lambda: read(cell), allowed_seconds(cell, seconds)):  # noqa: B023
                complaints.append(f"cell {number} of {len(cell):,}, {name}: {why}: {cell[:60]!r} … {cell[-20:]!r}")
    return complaints


def torture_files(count: int, seed: int, folder: Path) -> list[str]:
    """Each file to what ``check`` calls."""
    from tests.torture.files import complaint, made_file

    complaints = []
    for number in range(count):
        path = made_file(number, seed, folder)
        if said := complaint(path):
            complaints.append(f"{path.name}: {said}")
        path.unlink()
    return complaints


def torture_kills(count: int, seed: int, folder: Path) -> list[str]:
    """Whole runs of tiny models, killed so often."""
    from outcome_rl.data.csv_io import write_rows
    from outcome_rl.data.dataset import read_emails, sample_file
    from tests.helpers.tiny_models import save_tiny_models
    from tests.torture.kills import torture

    few = read_emails(sample_file("emails.csv")).take(range(60))
    data, models = folder / "mails.csv", folder / "models"
    rows = zip(few.contexts, (" ".join(email.split()[:9]) for email in few.emails), few.outcomes, strict=True)
    write_rows(data, ("context", "email_text", "outcome"), rows)
    models.mkdir()
    save_tiny_models(models, [*few.emails, *few.contexts])
    return torture(folder, data, models, count, seed)


def torture_calls(count: int, seed: int, folder: Path) -> list[str]:
    """The page, started as a person does it."""
    from tests.helpers.pages import served_by_command
    from tests.torture.calls import torture

    with served_by_command(folder) as address:
        return torture(address, folder / "app.log", count, seed)


if __name__ == "__main__":
    sys.exit(main())
