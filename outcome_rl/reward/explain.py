"""Which sentences of an email raise or lower what is expected of it: Shapley values (Štrumbelj and Kononenko 2010).

A sentence is compared with its absence among all sorts of choices of the others. Left out of the whole email alone it
would show nothing where the others say the same, nor where all are bad and the prediction is at its floor. What a user
does with the answer is to strike a sentence out, though: where that does the contrary, none is given.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from ..config import RewardConfig
from ..text.checks import MAX_CHARACTERS
from ..text.email_parts import email_parts
from ..text.signatures import signature_start
from .interface import Scorer, Scores
from .reward_range import payoff_range, possible_payoffs

_BOUNDARY = re.compile(r"(?<=[.!?])\s+|\n")
MOST_SENTENCES = 60
"""Of a longer text the first ones are explained."""
MOST_TEXTS = 64
"""Texts that are scored for one email, or three times as many as it has sentences where that is more."""
NO_MATTER = 0.005
"""Of the range of payoffs: striking a sentence out changes nothing worth mention below this."""
EDGE = 0.002
"""Prospects nearer than this to the worst or the best that there is are not told apart."""

Choice = frozenset[int]


@dataclass(frozen=True)
class SentenceEffect:
    """``effect``: what the sentence adds, in payoff units; 0 for what is not judged (greeting, sign-off, signature) and
    where the rest of the email turns it round.

    Where the payoffs are known it is measured in log-odds and given as what it comes to in an email of even prospects:
    near the worst payoff even a bad sentence can hardly make anything worse.
    """

    sentence: str
    effect: float


def sentences(email: str) -> list[tuple[int, int]]:
    """Where each sentence begins and ends; a line break ends one too. Those without a word are left out."""
    text = email[:MAX_CHARACTERS]
    ends = [match.span() for match in _BOUNDARY.finditer(text)]
    starts, stops = [0, *(end for _, end in ends)], [*(start for start, _ in ends), len(text)]
    spans = [(a, b) for a, b in zip(starts, stops, strict=True) if re.search(r"\w", text[a:b])]
    return spans[:MOST_SENTENCES]


def explain(scorer: Scorer, context: str, email: str) -> list[SentenceEffect]:
    """Each sentence with its effect, in the order of the email."""
    spans = sentences(email)
    judged = _judged(email, spans)
    orders, choices = _choices(len(judged))
    texts = [_text(email, spans, {judged[i] for i in range(len(judged)) if i not in choice}) for choice in choices]
    worth: dict[Choice, float] = {}
    if judged:
        scores = scorer.score([context] * len(texts), texts)
        worth = dict(zip(choices, _worth(scorer, scores).tolist(), strict=True))
    added = _shapley(len(judged), orders, worth.__getitem__)
    whole, mind = frozenset(range(len(judged))), NO_MATTER * payoff_range(scorer)
    in_whole = [worth[whole] - worth[whole - {i}] for i in whole]
    opposed = [each * now < 0 and abs(now) > mind for each, now in zip(added, in_whole, strict=True)]
    effects = {i: 0.0 if turned else each for i, each, turned in zip(judged, added, opposed, strict=True)}
    return [SentenceEffect(email[a:b].strip(), effects.get(i, 0.0)) for i, (a, b) in enumerate(spans)]


def _judged(email: str, spans: Sequence[tuple[int, int]]) -> list[int]:
    """The sentences that are neither greeting nor sign-off nor signature."""
    parts = email_parts(email[:MAX_CHARACTERS])
    tail = parts.sign_off or parts.signature.partition("\n")[0]
    ends = [email.rfind(tail) if tail else -1, signature_start(email[:MAX_CHARACTERS])]
    body = min((end for end in ends if end is not None and end >= 0), default=len(email))
    return [i for i, (a, b) in enumerate(spans) if a < body and email[a:b].strip() != parts.greeting]


def _choices(count: int) -> tuple[list[list[int]], list[Choice]]:
    """Orders in which the sentences come, and the choices of them that have to be scored.

    All choices where they are few; no order is needed then. Else orders by lot, each with its reverse, the choices that
    they pass through, and all sentences but one.
    """
    if 2**count <= MOST_TEXTS:
        return [], [frozenset(some) for size in range(count + 1) for some in combinations(range(count), size)]
    rng = np.random.default_rng(0)
    drawn = [rng.permutation(count).tolist() for _ in range(max(1, (MOST_TEXTS - count) // (2 * count)))]
    orders = [order for one in drawn for order in (one, one[::-1])]
    passed = [frozenset(order[:size]) for order in orders for size in range(count + 1)]
    but_one = [frozenset(range(count)) - {i} for i in range(count)]
    return orders, list(dict.fromkeys([*passed, *but_one]))


def _shapley(count: int, orders: Sequence[Sequence[int]], worth: Callable[[Choice], float]) -> list[float]:
    """What each of ``count`` sentences adds, averaged over the orders; without any, over all that there are."""
    effects = [0.0] * count
    for order in orders:
        for place, i in enumerate(order):
            added = worth(frozenset(order[: place + 1])) - worth(frozenset(order[:place]))
            effects[i] += added / len(orders)
    if orders:
        return effects
    for i in range(count):
        others = [j for j in range(count) if j != i]
        for size in range(count):
            differences = [worth(frozenset({*some, i})) - worth(frozenset(some)) for some in combinations(others, size)]
            effects[i] += float(np.mean(differences)) / count
    return effects


def _text(email: str, spans: Sequence[tuple[int, int]], left_out: set[int]) -> str:
    kept, done = [], 0
    for i, (start, end) in enumerate(spans):
        kept.append(email[done:start] if i in left_out else email[done:end])
        done = end
    return ("".join(kept) + email[done:]).strip()


def _worth(scorer: Scorer, scores: Scores) -> np.ndarray:
    """What is expected of each email, (N,): log-odds of the expected payoff between the worst and the best one, scaled
    to payoffs at even odds; the plain reward where no payoff is expected.

    What is taken off for not reading like an email is left out: fewer sentences always read less like one.
    """
    config = getattr(scorer, "config", None)
    if not isinstance(config, RewardConfig) or config.reward != "expected" or "outcome" not in scores.parts:
        return scores.rewards
    low, high = min(possible_payoffs(scorer)), max(possible_payoffs(scorer))
    if low == high:
        return scores.rewards
    expected = scores.parts["outcome"] + config.uncertainty_penalty * scores.disagreement
    share = np.clip((expected - low) / (high - low), EDGE, 1 - EDGE)
    odds: np.ndarray = np.log(share / (1 - share))
    return (high - low) / 4 * odds
