"""Small files with known differences, for the tests of the insights."""

from __future__ import annotations

import random

from outcome_rl.data.dataset import EmailData

WORDS = str.split(
    "plant order week team price stock ticket machine driver report form desk delay shift invoice queue batch site "
    "crew guest table lesson parcel claim tenant crop meter field gym store"
)
TRADES = ("garage", "dental", "food", "school")
ORIGINS = ("asked for a price", "met us at a fair", "downloaded our guide", "was never in touch")


def made(rows, contexts=None):
    """(email, outcome) pairs as a file."""
    emails, outcomes = zip(*rows, strict=True)
    contexts = contexts or [f"Customer number {place}." for place in range(len(rows))]
    return EmailData(tuple(contexts), tuple(emails), tuple(outcomes), tuple(range(2, len(rows) + 2)))


def sentence(rng, words=12):
    return " ".join(rng.choice(WORDS) for _ in range(words)).capitalize() + "."


def people(n, seed=0):
    rng = random.Random(seed)
    return [f"Manager at a {rng.choice(TRADES)} business who {rng.choice(ORIGINS)}." for _ in range(n)]


def asking(n=400, seed=1, with_question=0.6, without=0.2, outcome=1):
    """Half of the emails hold a question; these are answered with another probability than the rest."""
    rng = random.Random(seed)
    rows = []
    for place in range(n):
        asks = place % 2 == 0
        text = f"{sentence(rng)} {sentence(rng)} " + ("Is that so at yours?" if asks else "That may be so at yours.")
        rows.append((text, outcome * (rng.random() < (with_question if asks else without))))
    return made(rows, people(n, seed))


def by_lot(n=300, seed=1, share=0.3):
    """Nothing in the emails matters."""
    return asking(n, seed, share, share)
