"""Emails composed of some fifty stock sentences, at random and not always wisely.

The buyer likes to be spoken to as by a colleague: first what happened to somebody like him, then the product; a
question or two that want to know something; candour instead of praise; and the benefit that his role cares for.
"""

from __future__ import annotations

import random

from .banks import bank, fill
from .drawing import sender, someone
from .goods import Case, vocabulary
from .judged import CaseWorld
from .judging import Buyer, Letter
from .meanings import LIMIT, PRESSURE, matches
from .parts import ask_last, ask_size, benefit, formality, length, modesty, proof_before_product, relation_known

RELATIONS = {"cold": 40.0, "webinar": 14.0, "referral": 12.0, "price": 12.0, "fair": 12.0, "former": 10.0}
WANTED = {
    "finance": {"risk": 1.0, "money": 0.3, "time": -0.2, "growth": -0.2, "people": -0.4},
    "founder": {"growth": 1.0, "time": 0.4, "money": 0.1, "risk": -0.4, "people": 0.1},
    "operations": {"people": 1.0, "time": 0.4, "money": -0.3, "risk": 0.0, "growth": -0.2},
    "it": {"time": 1.0, "risk": 0.4, "money": -0.2, "growth": -0.3, "people": -0.1},
    "people": {"people": 1.0, "risk": 0.2, "time": 0.0, "money": -0.4, "growth": -0.2},
    "quality": {"time": 0.8, "people": 0.4, "risk": 0.0, "money": -0.3, "growth": -0.3},
}
ANY = {"people": 0.4, "time": 0.4, "risk": 0.3, "growth": 0.3, "money": 0.1}
VOCABULARY = vocabulary()


def two_questions(letter: Letter) -> float:
    """One question is good, two are better: they show interest; none is a lecture, four an interrogation."""
    return (-0.7, 0.4, 1.0, 0.5)[min(3, letter.read.body.count("?"))] if letter.read.body.count("?") < 4 else -0.6


def candid(letter: Letter) -> float:
    """Says where the product ends, and presses nobody."""
    return float(matches(letter.read.sentences, LIMIT) > 0) - matches(letter.read.sentences, PRESSURE)


BUYER = Buyer(
    vocabulary=VOCABULARY,
    taste={
        "benefit": (1.3, lambda x: benefit(x.read.sentences, WANTED.get(x.situation.role, ANY))),
        "story_first": (1.0, lambda x: proof_before_product(x.argument)),
        "colleague": (1.1, lambda x: modesty(x.read)),
        "questions": (0.7, two_questions),
        "candid": (0.6, candid),
        "plain": (0.3, lambda x: -formality(x.read)),
        "knows_the_contact": (0.4, lambda x: relation_known(x.situation, x.read, VOCABULARY)),
        "ask_small": (0.4, lambda x: ask_size(x.read, x.argument)),
        "ask_last": (0.2, lambda x: ask_last(x.argument)),
        "length": (0.4, lambda x: length(x.read.words, 50, 110, 180)),
    },
    base=-1.6,
    relations={"referral": 0.5, "price": 0.6, "webinar": 0.2, "fair": 0.3, "former": 0.2, "cold": -0.4},
)


class Stock(CaseWorld):
    name = "stock"
    kind = "fifty stock sentences in any combination"
    size = 300
    gap = 1.6
    buyer = BUYER
    relations = RELATIONS

    def context(self, case: Case) -> str:
        began = bank("stock")["relations"][case.relation]
        fields = case.fields()
        article = "An" if case.title[0] in "aeiouAEIO" or case.title.startswith("HR") else "A"
        return (
            f"{article} {case.title} of {fields['a_trade']} with {case.size} people, {began}, "
            f"could use our {case.product.name}."
        )

    def write(self, case: Case, rng: random.Random) -> str:
        parts = bank("stock")
        chosen = [self._opening(case, rng)] if rng.random() < 0.85 else []
        story = rng.random() < 0.45
        middle = rng.sample(parts["product"]["sentences"], rng.choice((1, 1, 2)))
        if story:
            middle.insert(rng.choice((0, 0, len(middle))), rng.choice(parts["story"]["sentences"]))
        for kind, chance in (("candour", 0.45), ("question", 0.45)):
            if rng.random() < chance:
                middle.append(rng.choice(parts[kind]["sentences"]))
        ends = [rng.choice(parts["ask"]["sentences"])] if rng.random() < 0.9 else []
        ends += [rng.choice(parts["close"]["sentences"])] if rng.random() < 0.5 else []
        sentences = [fill(sentence, case.fields()) for sentence in (*chosen, *middle, *ends)]
        return f"Hi {someone(rng)},\n\n{' '.join(sentences)}\n\nBest,\n{sender(rng)}"

    def _opening(self, case: Case, rng: random.Random) -> str:
        openings, own = bank("stock")["opening"]["sentences"], list(RELATIONS).index(case.relation) + 1
        return str(openings[own] if rng.random() < 0.4 else rng.choice(openings))
