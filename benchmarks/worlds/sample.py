"""The sample data of the repository with the simulated buyer that drew its outcomes.

That buyer counts (length, questions, an ask, pressure, the context's words), and would like shuffled words as well as
an email. Here debris and spoilt texts lose what they earn; an email that reads as language is judged as before.
"""

from __future__ import annotations

import csv
import random
from functools import lru_cache
from pathlib import Path

from benchmarks import simulated_buyer as buyer

from .base import Rows, World
from .sense import sense

DATA = Path(__file__).resolve().parents[2] / "data"
NONSENSE = 6.0
"""Logits taken off from debris, in proportion to the sense that is missing."""
ENOUGH_SENSE = 0.8
"""Sellers write telegrams and slips too; from here on a text counts as language."""


@lru_cache(maxsize=1)
def _table() -> tuple[tuple[str, str, int], ...]:
    with open(DATA / "emails.csv", encoding="utf-8-sig", newline="") as stream:
        return tuple((r["context"], r["email_text"], int(r["outcome"])) for r in csv.DictReader(stream))


class Sample(World):
    """``seed`` 0 gives the file's rows in their order and its outcomes; any other a random order and fresh outcomes."""

    name = "sample"
    kind = "the repository's sample, all kinds of emails"
    gap = buyer.SLOPE * (buyer.CONVERSION_AT - buyer.REPLY_AT)

    @property
    def size(self) -> int:  # type: ignore[override]
        return len(_table())

    def draw(self, rng: random.Random) -> tuple[str, str]:
        context, email, _ = rng.choice(_table())
        return context, email

    def emails(self, rows: int | None = None, seed: int = 0, outcome_seed: int | None = None) -> Rows:
        table = list(_table())
        if seed:
            random.Random(seed).shuffle(table)
        table = table[: len(table) if rows is None else rows]
        drawn = seed if outcome_seed is None else outcome_seed
        contexts, emails = tuple(c for c, _, _ in table), tuple(e for _, e, _ in table)
        if drawn == 0:
            return Rows(contexts, emails, tuple(outcome for _, _, outcome in table))
        outcomes = (buyer.draw_outcome(c, e, f"truth-{drawn}") for c, e in zip(contexts, emails, strict=True))
        return Rows(contexts, emails, tuple(outcomes))

    def held_out_contexts(self, n: int = 24, seed: int = 0) -> tuple[str, ...]:
        """Of the repository's own contexts.csv, none of which its emails have."""
        with open(DATA / "contexts.csv", encoding="utf-8-sig", newline="") as stream:
            known = {context for context, _, _ in _table()}
            contexts = [row["context"] for row in csv.DictReader(stream) if row["context"] not in known]
        if seed:
            random.Random(seed).shuffle(contexts)
        return tuple(contexts[:n])

    def why(self, context: str, email: str) -> dict[str, float]:
        seen, weights = buyer.features(context, email), buyer.WEIGHTS
        parts = {"base": -buyer.SLOPE * buyer.REPLY_AT}
        for name in weights.__dataclass_fields__:
            parts[name] = buyer.SLOPE * getattr(seen, name) * getattr(weights, name)
        parts["sense"] = -NONSENSE * max(0.0, 1 - sense(email) / ENOUGH_SENSE) if email.strip() else -NONSENSE
        return parts
