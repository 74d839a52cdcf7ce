"""Subject lines and preheaders alone, twenty words at most.

The buyer opens what is concrete and is about his own concern: the benefit that his role cares for, the product or the
trade named, how the contact began. The preheader should add something. Shouting is deleted unread.
"""

from __future__ import annotations

import random
import re

from .banks import bank, fill
from .goods import Case, vocabulary
from .judged import CaseWorld
from .judging import Buyer, Letter
from .meanings import BOAST, PRESSURE, VAGUE, matches
from .parts import benefit, concreteness, length, relation_known, trade_fit
from .reading import words_of

RELATIONS = {"cold": 40.0, "webinar": 15.0, "referral": 12.0, "price": 10.0, "fair": 12.0, "guide": 11.0}
WANTED = {
    "finance": {"time": 1.0, "risk": 0.3, "money": 0.0, "people": -0.4},
    "founder": {"people": 0.9, "time": 0.4, "money": 0.0, "risk": -0.4},
    "operations": {"money": 1.0, "time": 0.1, "risk": 0.0, "people": -0.2},
    "it": {"risk": 1.0, "money": 0.2, "time": -0.1, "people": -0.4},
    "people": {"people": 1.0, "time": 0.1, "money": -0.3, "risk": -0.2},
    "quality": {"risk": 0.9, "people": 0.4, "time": -0.3, "money": -0.3},
}
ANY = {"time": 0.4, "money": 0.3, "risk": 0.4, "people": 0.3}
MOST_WORDS = 20
_NOTHING = re.compile(r"view this|trouble reading|browser|pleased to inform|issue \d|newsletter|dear customer", re.I)
VOCABULARY = vocabulary()


def lines(letter: Letter) -> tuple[str, ...]:
    return (letter.read.subject, *letter.read.sentences) if letter.read.subject else letter.read.sentences


def noise(letter: Letter) -> float:
    """Shouting, pressure, praise, words that say nothing."""
    said, text = lines(letter), letter.read.text
    capitals = sum(word.isupper() and len(word) > 3 for word in words_of(text))
    loud = (
        matches(said, PRESSURE) + matches(said, BOAST) + matches(said, VAGUE) + 0.5 * text.count("!") + 0.5 * capitals
    )
    return min(1.0, 0.6 * loud)


def preheader(letter: Letter) -> float:
    """1 where it says something that the subject does not, -0.6 where it is missing or says nothing."""
    subject = {word.lower() for word in words_of(letter.read.subject) if len(word) > 3}
    rest = [word.lower() for word in words_of(letter.read.body) if len(word) > 3]
    if not rest or _NOTHING.search(letter.read.body):
        return -0.6
    new = sum(word not in subject for word in rest) / len(rest)
    return 1.0 if new > 0.6 else -0.3


def brevity(letter: Letter) -> float:
    subject, everything = len(words_of(letter.read.subject)), len(words_of(letter.read.text))
    return min(length(subject, 3, 8, 14), length(everything, 8, 20, 45))


BUYER = Buyer(
    vocabulary=VOCABULARY,
    taste={
        "benefit": (1.6, lambda x: benefit(lines(x), WANTED.get(x.situation.role, ANY), none=-0.3)),
        "concrete": (0.6, lambda x: concreteness(x.read)),
        "adds": (0.8, preheader),
        "knows_the_contact": (0.9, lambda x: relation_known(x.situation, x.read, VOCABULARY)),
        "trade": (0.6, lambda x: trade_fit(x.situation, x.read, VOCABULARY)),
        "noise": (-1.6, noise),
        "brief": (0.6, brevity),
    },
    base=-1.2,
    relations={"referral": 0.4, "price": 0.6, "webinar": 0.2, "fair": 0.2, "guide": 0.1, "cold": -0.3},
    off_topic=1.2,
    shortest=4,
)


class Subjects(CaseWorld):
    name = "subjects"
    kind = "subject line and preheader, twenty words at most"
    size = 380
    gap = 1.6
    buyer = BUYER
    relations = RELATIONS

    def context(self, case: Case) -> str:
        began = bank("subjects")["relations"][case.relation]
        title = case.title[0].upper() + case.title[1:]
        return f"{title} · {case.fields()['trade']} · {case.size} staff · {began} · product: {case.product.name}"

    def write(self, case: Case, rng: random.Random) -> str:
        parts = bank("subjects")
        while True:
            kind = rng.choices(list(parts["subject"]), (3, 3, 3, 3, 2, 2, 1.5, 1.5))[0]
            after = rng.choices(list(parts["preheader"]), (2, 2, 2, 2, 3, 2))[0]
            subject = fill(self._subject(case, kind, rng), case.fields())
            preheader_ = fill(rng.choice(parts["preheader"][after]), case.fields())
            if len(words_of(f"{subject} {preheader_}")) <= MOST_WORDS - 2:
                return f"Subject: {subject}\nPreheader: {preheader_}"

    def _subject(self, case: Case, kind: str, rng: random.Random) -> str:
        subjects = bank("subjects")["subject"]
        own = list(RELATIONS).index(case.relation) - 1
        if kind == "relation" and own >= 0 and rng.random() < 0.7:
            return str(subjects["relation"][own])
        return str(rng.choice(subjects[kind]))
