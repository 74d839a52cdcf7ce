"""Filled merge templates: ten texts, many fills, half of them exported with the merge fields left in.

The buyer was sent the filled text, so a merge field that a mailing tool knows is read as what it stood for. He likes
something to read better than a call, statements better than questions, short better than long, and the benefit of his
role; owners and personnel like a bold offer, the others do not.
"""

from __future__ import annotations

import random
import re

from .banks import bank
from .drawing import sender, someone
from .goods import TRADE_NAMES, Case, vocabulary
from .judged import CaseWorld
from .judging import Buyer, Letter
from .meanings import BOAST, PRESSURE, PRICE, VAGUE, matches
from .parts import ask_last, benefit, document_ask, formality, length
from .situation import Situation

RELATIONS = {"cold": 35.0, "webinar": 15.0, "referral": 12.0, "price": 15.0, "fair": 12.0, "guide": 11.0}
SHARES = {
    "figures": 10,
    "call": 12,
    "leader": 12,
    "evenings": 9,
    "audit": 9,
    "checking_in": 12,
    "functions": 11,
    "customer": 8,
    "demo": 10,
    "price": 7,
}
WANTED = {
    "finance": {"money": 1.0, "risk": 0.1, "time": -0.2, "people": -0.4},
    "founder": {"money": 0.9, "time": 0.3, "people": 0.0, "risk": -0.4},
    "operations": {"time": 1.0, "people": -0.1, "risk": -0.2, "money": 0.1},
    "it": {"time": 0.9, "money": 0.3, "risk": -0.1, "people": -0.4},
    "people": {"risk": 0.9, "people": 0.3, "time": 0.0, "money": -0.3},
    "quality": {"time": 0.9, "risk": 0.2, "people": 0.0, "money": -0.2},
}
ANY = {"time": 0.4, "money": 0.4, "risk": 0.3, "people": 0.2}
FORMAL_ROLES = ("finance", "quality")
BOLD_ROLES = ("founder", "people")
"""Whoever likes some noise: confidence and an offer that ends on Friday."""
_MERGE = re.compile(r"\{\{?\s*(\w+)(?:\|[^{}]*)?\s*\}?\}|\*\|(\w+)\|\*")
VOCABULARY = vocabulary()


def resolved(email: str, situation: Situation) -> str:
    """The email as its reader got it: merge fields that mailing tools know, filled; unknown ones stay."""
    one, many, _ = TRADE_NAMES.get(situation.trade, ("firm", "firms", ""))
    values = {
        "first_name": "Sam",
        "firstname": "Sam",
        "name": "Sam",
        "company": "Eastfield",
        "company_name": "Eastfield",
        "product": situation.product.name,
        "trade": one,
        "trades": many,
        "a_trade": f"a {one}",
        "sender": "Alex",
        "sender_name": "Alex",
    }
    return _MERGE.sub(lambda found: values.get((found[1] or found[2]).lower(), found[0]), email)


def no_questions(letter: Letter) -> float:
    return (0.8, -0.2, -0.7)[min(2, letter.read.body.count("?"))]


def tone(letter: Letter) -> float:
    """Formal for those who keep books and rules, plain for everybody else."""
    value = formality(letter.read)
    return value if letter.situation.role in FORMAL_ROLES else -value


def loudness(letter: Letter) -> float:
    """Praise and pressure, to the taste of the role; empty words are to nobody's."""
    found = matches(letter.read.sentences, BOAST) + matches(letter.read.sentences, PRESSURE)
    loud = min(1.0, 0.4 * found + 0.15 * letter.read.text.count("!"))
    bold = letter.situation.role in BOLD_ROLES
    return (0.8 * loud if bold else -loud) - 0.4 * min(2, matches(letter.read.sentences, VAGUE))


BUYER = Buyer(
    vocabulary=VOCABULARY,
    taste={
        "benefit": (1.2, lambda x: benefit(x.read.sentences, WANTED.get(x.situation.role, ANY))),
        "something_to_read": (0.9, lambda x: document_ask(x.read, x.argument)),
        "no_questions": (0.8, no_questions),
        "tone": (0.5, tone),
        "price_told": (0.5, lambda x: float(bool(PRICE.search(x.read.body)))),
        "loud": (1.2, loudness),
        "ask_last": (0.4, lambda x: ask_last(x.argument)),
        "length": (0.6, lambda x: length(x.read.words, 25, 60, 110)),
    },
    base=-1.5,
    relations={"referral": 0.6, "price": 0.8, "webinar": 0.3, "fair": 0.2, "guide": 0.1, "cold": -0.4},
)


class Templates(CaseWorld):
    name = "templates"
    kind = "ten merge templates, half with the fields left in"
    size = 400
    gap = 1.6
    buyer = BUYER
    relations = RELATIONS

    def context(self, case: Case) -> str:
        began = bank("templates")["relations"][case.relation]
        one = case.fields()["trade"]
        return f"Role: {case.title}; business: {one}, {case.size} people; contact: {began}; offer: {case.product.name}"

    def write(self, case: Case, rng: random.Random) -> str:
        name = rng.choices(list(SHARES), list(SHARES.values()))[0]
        text = str(bank("templates")["template"][name])
        values = {
            **case.fields(),
            "first_name": someone(rng),
            "company": rng.choice(bank("names")["companies"]),
            "sender": sender(rng),
        }
        return text if rng.random() < 0.5 else _MERGE.sub(lambda found: values[found[1]], text)

    def why(self, context: str, email: str) -> dict[str, float]:
        situation = self.situation(context)
        return BUYER.why(situation, resolved(email, situation))
