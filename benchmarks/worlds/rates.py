"""Cold email at realistic rates: of a hundred, some 93 are not answered, 5 get a reply, 2 convert.

The buyer answers when somebody has seen the news about the firm, says so first, and asks one short question about
what the news brings with it: people when hiring, growth with a second site, money after a change of owner, risk
under new rules. Everything longer, louder or later is deleted.
"""

from __future__ import annotations

import random
import re

from .banks import bank, fill
from .drawing import sender, someone
from .goods import GOODS, TRADE_NAMES, Case
from .judged import CaseWorld
from .judging import Buyer, Letter
from .meanings import BOAST, VAGUE, matches
from .parts import benefit, formality, length
from .roles import BIG_ASK, Role
from .situation import ROLES, TRADES, Vocabulary, patterns

NEWS = {"hiring": 30.0, "second_site": 18.0, "new_owner": 12.0, "new_rules": 15.0, "none": 25.0}
WANTED = {
    "hiring": {"people": 1.0, "time": 0.3, "growth": 0.0, "money": -0.3, "risk": -0.3},
    "second_site": {"growth": 1.0, "time": 0.2, "people": 0.0, "money": -0.1, "risk": -0.2},
    "new_owner": {"money": 1.0, "growth": 0.1, "risk": 0.1, "time": -0.2, "people": -0.3},
    "new_rules": {"risk": 1.0, "time": 0.1, "money": -0.1, "people": -0.3, "growth": -0.3},
    "none": {"time": 0.6, "money": 0.2, "people": 0.2, "growth": 0.1, "risk": 0.1},
}
VOCABULARY = Vocabulary(
    products=GOODS,
    trades={key: TRADES[key] for key in TRADE_NAMES},
    roles=ROLES,
    relations=patterns(
        {
            "hiring": r"hiring|recruit|vacanc",
            "second_site": r"second site|new site|new branch",
            "new_owner": r"new owner|taken over",
            "new_rules": r"new rules|new law|regulation",
            "none": r"no news",
        }
    ),
    echoes=patterns(
        {
            "hiring": (
                r"\b(?:hiring|vacanc\w+|looking for (?:two |new )*people|recruit\w*|job (?:ad|post)\w*|advert\w*"
                r"|new (?:hires|starters|colleagues)|join your team|open positions?)"
            ),
            "second_site": (
                r"\b(?:second (?:site|place|branch|location|one)|two sites|new (?:site|branch|location)|opening (?:a"
                r"|your) (?:second|new))"
            ),
            "new_owner": (
                r"\b(?:new owners?|change of owner\w*|taken over|takeover|changed hands|sold (?:the|your) (?:firm"
                r"|business)|under new ownership)"
            ),
            "new_rules": (
                r"\b(?:new (?:rules|law|regulation\w*|requirements)|rules (?:from|in|that)|from april|in april"
                r"|regulation\w*)"
            ),
        }
    ),
)


def news_first(letter: Letter) -> float:
    """1 where the news stands in the first sentence, 0.4 further down, -0.3 where it is missing or another's."""
    if letter.situation.relation in ("", "none"):
        return 0.0
    echo = VOCABULARY.echoes[letter.situation.relation]
    early = " ".join((letter.read.subject, *letter.read.sentences[:1]))
    return 1.0 if echo.search(early) else 0.4 if echo.search(letter.read.text) else -0.3


def one_question(letter: Letter) -> float:
    return (-0.6, 1.0, 0.1)[letter.read.body.count("?")] if letter.read.body.count("?") < 3 else -0.7


def question_before_pitch(letter: Letter) -> float:
    """Interest before the goods: the question stands before the product or without it."""
    asked = next((i for i, s in enumerate(letter.read.sentences) if "?" in s), None)
    product = letter.argument.first(Role.PRODUCT)
    if asked is None:
        return -0.5
    return 1.0 if product is None or asked <= product else 0.0


def clutter(letter: Letter) -> float:
    sentences = letter.read.sentences
    found = matches(sentences, BOAST) + matches(sentences, VAGUE) + matches(sentences, BIG_ASK)
    found += letter.read.body.count("!") + len(re.findall(r"https?://|www\.", letter.read.text))
    return min(1.0, 0.5 * found)


BUYER = Buyer(
    vocabulary=VOCABULARY,
    taste={
        "benefit": (1.2, lambda x: benefit(x.read.sentences, WANTED.get(x.situation.relation, WANTED["none"]))),
        "news_first": (1.1, news_first),
        "one_question": (0.8, one_question),
        "question_first": (0.6, question_before_pitch),
        "clutter": (-1.3, clutter),
        "plain": (0.4, lambda x: -formality(x.read)),
        "short": (0.9, lambda x: length(x.read.words, 12, 40, 95)),
    },
    base=-4.7,
    relations={},
    off_topic=1.0,
    nonsense=4.0,
)


class Rates(CaseWorld):
    name = "rates"
    kind = "cold emails at real rates"
    size = 1500
    gap = 1.25
    buyer = BUYER
    relations = NEWS

    def context(self, case: Case) -> str:
        fields = case.fields()
        news = bank("rates")["news"][case.relation]
        title = case.title[0].upper() + case.title[1:]
        firm = f"{title}, {fields['trade']}, {case.size} people"
        return f"{firm}. News: {news}. Never in touch. For the {case.product.name}."

    def write(self, case: Case, rng: random.Random) -> str:
        parts, kind = bank("rates"), rng.choice(("people", "growth", "money", "risk", "time"))
        opening = parts["opening"][case.relation if rng.random() < 0.55 else "any"]
        body = [rng.choice(opening)]
        if rng.random() < 0.6:
            body.append(rng.choice(parts["question"][kind]))
        pitches = [parts["pitch"][rng.choices((kind, "vague", "boast", "features"), (60, 14, 13, 13))[0]]]
        body += pitches if rng.random() < 0.85 else []
        body += [rng.choice(parts["proof"]["sentences"])] if rng.random() < 0.45 else []
        body += [rng.choice(parts["ask"]["sentences"])] if rng.random() < 0.75 else []
        body += [rng.choice(parts["close"]["sentences"])] if rng.random() < 0.4 else []
        text = " ".join(fill(sentence, case.fields()) for sentence in body)
        return f"Hi {someone(rng)},\n\n{text}\n\n{sender(rng)}"
