"""The parts of a judgement: small functions from what was read to a number from about -1 to 1."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from .meanings import BOAST, CASUAL, FORMAL, PEER, VAGUE, groups_in, matches
from .reading import Reading, words_of
from .roles import BIG_ASK, DOCUMENT, DOCUMENT_ASK, SMALL_ASK, Argument, Role
from .situation import Situation, Vocabulary

_MEETING_TIME = re.compile(
    r"\b(?:your time|time for|(?:\d+|five|ten|fifteen|twenty|thirty)[- ]min\w*(?: call| chat| look| talk)?"
    r"|(?:next|this|on|last) (?:\w+day|week|morning|afternoon)(?: (?:morning|afternoon))?)\b",
    re.I,
)
_SEND_IT = re.compile(
    r"\b(?:send|email|forward|post|share|get|have) (?:you )?(?:it|them|one|that|those|both)\b|\bwhere to send\b", re.I
)
_FIGURE = re.compile(r"(?:[£$€] ?)?\d[\d.,]*")


def length(words: int, low: int, high: int, limit: int) -> float:
    """1 from ``low`` to ``high`` words, falling to -1 at none and at ``limit``."""
    if words < low:
        return -1.0 + 2.0 * words / low
    return 1.0 if words <= high else max(-1.0, 1.0 - 2.0 * (words - high) / (limit - high))


def topic(situation: Situation, read: Reading) -> float:
    """1 where the product in question is named, -1 where another one is instead, -0.6 where none is.

    Where the reader's own trade is spoken of instead, it is plain enough what is meant: -0.1.
    """
    own = bool(situation.product.mentions.search(read.text))
    others = sum(bool(other.mentions.search(read.text)) for other in situation.others)
    if own:
        return 1.0 if not others else 0.4 if others == 1 else -0.2
    if others:
        return -1.0
    return -0.1 if situation.trade_words and situation.trade_words.search(read.text) else -0.6


def trade_fit(situation: Situation, read: Reading, vocabulary: Vocabulary) -> float:
    """1 where the reader's trade is spoken of, -1 where only another one is, 0 where none is."""
    if not situation.trade:
        return 0.0
    if vocabulary.trades[situation.trade].search(read.text):
        return 1.0
    elsewhere = [key for key, words in vocabulary.trades.items() if len(words.findall(read.text)) >= 2]
    return -1.0 if elsewhere else 0.0


def benefit_shares(sentences: Sequence[str]) -> dict[str, float]:
    """How much of what is promised is of each kind; shares that sum to 1, or nothing where nothing is promised."""
    counts: Counter[str] = Counter()
    for sentence in sentences:
        counts.update(groups_in(_MEETING_TIME.sub(" ", sentence)))
    total = sum(counts.values())
    return {name: count / total for name, count in counts.items()} if total else {}


def benefit(sentences: Sequence[str], wanted: Mapping[str, float], none: float = -0.4) -> float:
    """How much the benefit that is named is the one wanted (``wanted``: worth by kind, -1 to 1).

    Who names four kinds and more convinces of none. ``none``: what an email without any benefit gets.
    """
    shares = benefit_shares(sentences)
    if not shares:
        return none
    value = sum(share * wanted.get(name, 0.0) for name, share in shares.items())
    return value - (0.5 if len(shares) >= 4 else 0.0)


def relation_known(situation: Situation, read: Reading, vocabulary: Vocabulary) -> float:
    """1 where the first sentences show how the contact began, -1 where they claim what is not so, else 0."""
    opening = " ".join((read.subject, *read.sentences[:3]))
    claimed = {key for key, pattern in vocabulary.echoes.items() if pattern.search(opening)}
    if situation.relation in claimed:
        return 1.0
    false = claimed - {"cold"} if situation.relation else set()
    return -1.0 if false else 0.0


def reason_before_product(argument: Argument) -> float:
    """1 where the reason for writing comes before the product, -1 where the product opens, -0.5 without a reason."""
    reason, product = argument.first(Role.REASON), argument.first(Role.PRODUCT)
    if reason is None:
        return -1.0 if product == 0 else -0.5
    return 1.0 if product is None or reason <= product else -0.6


def proof_before_product(argument: Argument) -> float:
    """1 where somebody's experience is told before (or with) the product, 0.2 after it, -0.6 where none is told."""
    proof, product = argument.first(Role.PROOF), argument.first(Role.PRODUCT)
    if proof is None:
        return -0.6
    return 1.0 if product is None or proof <= product else 0.2


def ask_last(argument: Argument) -> float:
    """1 where the only ask is at the end, less where asks come early or several times, -1 without one."""
    asks, last = argument.count(Role.ASK), argument.last(Role.ASK)
    if last is None:
        return -1.0
    at_end = last >= len(argument.roles) - 2
    early = argument.roles[0] is not None and Role.ASK in argument.roles[0] and len(argument.roles) > 3
    return (1.0 if at_end else 0.2) - 0.5 * max(0, asks - 2) - (0.6 if early else 0.0)


def asks_of(read: Reading, argument: Argument) -> list[str]:
    return [s for s, role in zip(read.sentences, argument.roles, strict=True) if Role.ASK in role]


def ask_size(read: Reading, argument: Argument) -> float:
    """1 small (a quarter of an hour, two pages, yes or no), 0 unclear, -1 large (an hour, a workshop, a signature)."""
    asks = asks_of(read, argument)
    big = matches(asks, BIG_ASK)
    return -1.0 if big else 1.0 if matches(asks, SMALL_ASK) else 0.0


def document_ask(read: Reading, argument: Argument) -> float:
    """1 where something to read is offered, -0.5 where only a talk or nothing is."""
    asks = asks_of(read, argument)
    referred = matches(asks, _SEND_IT) and DOCUMENT.search(read.body)
    return 1.0 if matches(asks, DOCUMENT_ASK) or referred else -0.5


def modesty(read: Reading) -> float:
    """-1 boastful, 1 like one colleague to another."""
    boasts, peer = matches(read.sentences, BOAST), matches(read.sentences, PEER)
    boasts += len(BOAST.findall(read.subject))
    return max(-1.0, min(1.0, 0.7 * min(peer, 2) - 0.7 * boasts))


def formality(read: Reading) -> float:
    """-1 casual, 1 formal."""
    text = f"{read.greeting} {read.body} {read.signature}"
    formal, casual = len(FORMAL.findall(text)), len(CASUAL.findall(text))
    return max(-1.0, min(1.0, (1.2 * formal - casual) / max(2.0, read.words / 40)))


def concreteness(read: Reading) -> float:
    """Figures, names and days against words that could stand anywhere; -1 to 1."""
    figures = len(set(_FIGURE.findall(read.body)))
    names = len(set(re.findall(r"(?<=[a-z,;] )[A-Z][a-z]{2,}", read.body)))
    vague = len(VAGUE.findall(f"{read.subject} {read.body}"))
    return max(-1.0, min(1.0, 0.3 * min(figures, 3) + 0.15 * min(names, 3) - 0.4 * vague))


def named(situation: Situation, read: Reading) -> float:
    """1 where the reader's first name is in the greeting, -1 where another name is, 0 where none is."""
    if not situation.name:
        return 0.0
    words = [w for w in words_of(read.greeting) if w[0].isupper() and w.lower() not in _GREETING_WORDS]
    return 0.0 if not words else 1.0 if situation.name in words else -1.0


_GREETING_WORDS = frozenset(words_of("hi hello hey dear good morning afternoon evening mr mrs ms dr there all team"))
