"""Copies of an email that nobody would send: what a gate learns to tell from real ones."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .word_order import MOST_TOKENS


def corrupted_copies(email: str, emails: Sequence[str], rng: np.random.Generator) -> list[str]:
    """Copies of one email, each damaged in another way."""
    words, others = (
        text[: 8 * MOST_TOKENS].split()[:MOST_TOKENS] or ["-"]
        for text in (email, emails[int(rng.integers(len(emails)))])
    )
    start = int(rng.integers(len(words)))
    phrase = words[start : start + int(rng.integers(1, 6))]
    letters = list("abcdefghijklmnopqrstuvwxyz0123456789")
    noise = ["".join(rng.choice(letters, int(rng.integers(2, 10)))) for _ in range(int(rng.integers(5, 60)))]
    pool = [*words, *others, "0", "1", "-1", "2", "=", ","]
    scraps = [pool[i] for i in rng.integers(0, len(pool), 12)]
    return [
        " ".join(words[i] for i in rng.permutation(len(words))),
        " ".join(phrase * int(rng.integers(5, 40))),
        " ".join(noise),
        " ".join(words + others * int(rng.integers(3, 20))),
        " ".join(scraps[: int(rng.integers(1, 12))]),
    ]
