"""Long letters of 150 to 250 words.

The buyer reads a letter as an argument and wants it in its order: the trouble, what comes of it, somebody who solved
it, then the product, its price and its limits, and at the end a date. He likes a formal tone and figures, and he
thinks little of praise. Which trouble is his depends on his role.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from itertools import pairwise

from .banks import bank, fill
from .drawing import sender, someone
from .goods import Case, vocabulary
from .judged import CaseWorld
from .judging import Buyer, Letter
from .meanings import BOAST, LIMIT, PRICE, VAGUE, groups_in, matches
from .parts import ask_last, asks_of, benefit, formality, length, relation_known
from .reading import words_of
from .roles import DATED_ASK, Role
from .situation import Situation

RELATIONS = {"cold": 35.0, "webinar": 15.0, "referral": 13.0, "price": 13.0, "fair": 14.0, "former": 10.0}
KINDS = ("time", "money", "risk", "people", "growth")
WANTED = {
    "finance": {"money": 1.0, "growth": 0.3, "risk": 0.0, "time": -0.3, "people": -0.3},
    "founder": {"risk": 1.0, "growth": 0.2, "money": -0.1, "time": -0.3, "people": 0.0},
    "operations": {"growth": 0.9, "money": 0.4, "time": 0.0, "people": -0.2, "risk": -0.2},
    "it": {"time": 0.9, "growth": 0.3, "money": 0.0, "risk": -0.2, "people": -0.4},
    "people": {"people": 1.0, "growth": 0.2, "time": -0.1, "money": -0.3, "risk": -0.1},
    "quality": {"risk": 1.0, "money": 0.3, "time": -0.1, "people": -0.1, "growth": -0.3},
}
ANY = {"risk": 0.4, "growth": 0.3, "time": 0.3, "money": 0.3, "people": 0.3}
MIN_WORDS, MAX_WORDS = 150, 250
VOCABULARY = vocabulary()
_GENERAL = re.compile(
    r"\b(?:most|many|often|usually|in every|as long as|over a year|without knowing|simply because)\b", re.I
)


def order(letter: Letter) -> float:
    """How many neighbours among trouble, example, product, terms and ask stand in this order; -1 to 1."""
    found = [(place, rank) for rank, place in enumerate(_landmarks(letter)) if place is not None]
    if len(found) < 3:
        return -0.8
    ranks = [rank for _, rank in sorted(found)]
    right = sum(a < b for a, b in pairwise(ranks)) / (len(ranks) - 1)
    return 2 * right - 1 if right < 1 else len(found) / 5


def _landmarks(letter: Letter) -> list[int | None]:
    """Where the trouble, the example, the product, the terms and the ask first stand."""
    sentences, argument = letter.read.sentences, letter.argument
    trouble = _first(sentences, lambda s: bool(_GENERAL.search(s)) and bool(groups_in(s)))
    terms = _first(sentences, lambda s: bool(PRICE.search(s) or LIMIT.search(s)))
    return [trouble, argument.first(Role.PROOF), argument.first(Role.PRODUCT), terms, argument.last(Role.ASK)]


def _first(sentences: tuple[str, ...], holds: Callable[[str], bool]) -> int | None:
    return next((place for place, sentence in enumerate(sentences) if holds(sentence)), None)


def terms(letter: Letter) -> float:
    """The price and the limits, openly told."""
    told = (matches(letter.read.sentences, PRICE) > 0) + (matches(letter.read.sentences, LIMIT) > 0)
    return (-0.5, 0.5, 1.0)[told]


def date(letter: Letter) -> float:
    return 1.0 if matches(asks_of(letter.read, letter.argument), DATED_ASK) else -0.3


def hot_air(letter: Letter) -> float:
    return min(1.0, 0.4 * matches(letter.read.sentences, BOAST) + 0.4 * matches(letter.read.sentences, VAGUE))


def wanted(situation: Situation) -> dict[str, float]:
    return WANTED.get(situation.role, ANY)


BUYER = Buyer(
    vocabulary=VOCABULARY,
    taste={
        "benefit": (1.4, lambda x: benefit(x.read.sentences, wanted(x.situation))),
        "order": (1.2, order),
        "terms": (0.7, terms),
        "date": (0.6, date),
        "formal": (0.7, lambda x: formality(x.read)),
        "hot_air": (-1.4, hot_air),
        "ask_last": (0.3, lambda x: ask_last(x.argument)),
        "knows_the_contact": (0.3, lambda x: relation_known(x.situation, x.read, VOCABULARY)),
        "length": (1.0, lambda x: length(x.read.words, 140, 225, 330)),
    },
    base=-2.6,
    relations={"referral": 0.5, "price": 0.6, "webinar": 0.2, "fair": 0.3, "former": 0.1, "cold": -0.4},
)


class Long(CaseWorld):
    name = "long"
    kind = "letters of 150 to 250 words"
    size = 250
    gap = 1.6
    buyer = BUYER
    relations = RELATIONS

    def context(self, case: Case) -> str:
        fields, began = case.fields(), bank("long")["relations"][case.relation]
        return (
            f"The letter goes to the {case.title} of {fields['a_trade']} with {case.size} people. {began} "
            f"It is about our {case.product.name}."
        )

    def write(self, case: Case, rng: random.Random) -> str:
        while True:
            text = self._write_once(case, rng)
            if MIN_WORDS <= len(words_of(text)) <= MAX_WORDS:
                return text

    def _write_once(self, case: Case, rng: random.Random) -> str:
        parts, kind = bank("long"), rng.choice(KINDS)
        other = rng.choice(KINDS) if rng.random() < 0.3 else kind
        opening = rng.choice(parts["opening"][case.relation if rng.random() < 0.75 else "any"])
        case_made = [parts["trouble"][kind], parts["consequence"][kind]]
        example = [parts["example"][other]] if rng.random() < 0.7 else []
        product = [*rng.sample(parts["how"]["sentences"], rng.choice((1, 2, 2))), parts["benefit"][other]]
        terms_ = [rng.choice(parts[name]["sentences"]) for name in ("price", "limit") if rng.random() < 0.55]
        air = [rng.choice(parts[name]["sentences"]) for name in ("boast", "vague") if rng.random() < 0.3]
        ask = [rng.choice(parts["ask"][rng.choices(("dated", "read", "vague", "big"), (35, 25, 25, 15))[0]])]
        close = [rng.choice(parts["close"]["sentences"])] if rng.random() < 0.6 else []
        blocks = [case_made, example, product, terms_]
        plan = rng.choices(("argued", "product first", "any order"), (45, 35, 20))[0]
        if plan == "product first":
            blocks = [air, product, terms_, case_made, example]
        else:
            blocks.insert(rng.randrange(1, 4), air)
        if plan == "any order":
            rng.shuffle(blocks)
        return self._lay_out(case, [[opening], *blocks, [*ask, *close]], rng)

    def _lay_out(self, case: Case, blocks: list[list[str]], rng: random.Random) -> str:
        filled = [" ".join(fill(sentence, case.fields()) for sentence in block) for block in blocks if block]
        greeting, end = rng.choice((("Dear", "Yours sincerely,"), ("Dear", "Kind regards,"), ("Hi", "Best,")))
        middle = "\n\n".join((" ".join(filled[:2]), *filled[2:-2], " ".join(filled[-2:-1]), filled[-1]))
        return f"{greeting} {someone(rng)},\n\n{middle}\n\n{end}\n{sender(rng)}"
