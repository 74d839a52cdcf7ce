"""A seller who says the same sentences again and again, and a policy that writes in them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import torch

from outcome_rl.data.dataset import EmailData
from outcome_rl.models.hub import ModelLocation
from outcome_rl.policy.model import Policy, load_policy
from outcome_rl.policy.own_words import OwnWords
from outcome_rl.sentence_bank.bank import SentenceBank
from outcome_rl.sentence_bank.build import build_bank

NAMES = ("Ana", "Ben", "Carla", "Dev", "Edda", "Farid")
SURNAMES = ("Miller", "Okafor", "Lang", "Petrov", "Quinn", "Rossi", "Shaw", "Tan")
TRADES = ("bakery", "hotel", "warehouse", "clinic")
PRODUCTS = ("shift planner", "time clock", "stock tracker")
SUBJECTS = ("Your {product}", "A question about the {product}")
OPENINGS = ("Planning takes up most evenings in a {trade}.", "Most teams of your size are growing.")
BODIES = (
    "Our {product} drafts next month in two minutes.",
    "With the {product} nobody copies figures by hand.",
    "People see their hours on the phone.",
    "Setup is done by us within days.",
)
STOCK = "Counting takes one evening instead of three."
"""Said of the stock tracker alone."""
ASKS = ("May I show you the {product} on Tuesday?", "Would a short call about the {product} suit you?")
CLOSES = ("No is a fine answer too.", "Have a calm week.")


def seller_emails(n: int = 96) -> EmailData:
    """``n`` emails: those that ask on Tuesday convert, those that praise growth get no answer."""
    rng = np.random.default_rng(7)
    contexts, emails, outcomes = [], [], []
    for i in range(n):
        name, trade, product = NAMES[i % 6], TRADES[(i // 2) % 4], PRODUCTS[(i // 3) % 3]
        first, second = sorted(rng.permutation(4)[:2].tolist())
        ask, opening = int(rng.integers(2)), int(rng.integers(2))
        body = STOCK if product == "stock tracker" else BODIES[second]
        close = CLOSES[int(rng.integers(2))] if i % 5 else ""
        said = [OPENINGS[opening], f"{BODIES[first]} {body}", f"{ASKS[ask]} {close}".strip()]
        text = "\n\n".join([f"Hello {name},", *said, "Kind regards,\nRuth"])
        if i % 4:
            text = f"Subject: {SUBJECTS[int(rng.integers(2))]}\n\n{text}"
        contexts.append(f"{name} {SURNAMES[i % 8]} (owner), {trade}, {10 + i} staff; {product}")
        emails.append(text.format(product=product, trade=trade))
        outcomes.append(2 - ask if opening == 0 else int(i % 3 == 0))
    return EmailData(tuple(contexts), tuple(emails), tuple(outcomes), tuple(range(2, n + 2)))


@cache
def seller_bank() -> SentenceBank:
    data = seller_emails()
    return build_bank(data.contexts, data.emails, data.outcomes)


def own_words_policy(folder: Path, disturbed: bool = False) -> Policy:
    """A tiny policy that writes in the seller's words; ``disturbed``: its adapter has an effect."""
    policy = load_policy(ModelLocation(str(folder), folder, "folder"), 8, 0, torch.float32, tuned_layers=0.5)
    policy.writing = OwnWords(seller_bank(), policy.tokenizer)
    if disturbed:
        disturb(policy)
    return policy


@torch.no_grad()
def disturb(policy: Policy, spread: float = 0.05) -> None:
    """Change all that is trained a little, as tuning does."""
    generator = torch.Generator().manual_seed(3)
    for parameter in policy.adapter.parameters():
        parameter.add_(torch.randn(parameter.shape, generator=generator) * spread)
    policy.adapter.merge()
