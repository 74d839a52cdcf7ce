"""One seller's record: Brindlow of Halifax, three products, four senders, five segments, up to three emails a contact.

Its buyer judges meaning: is the benefit one that this segment and this role care for, is there proof that could be
checked, does the reason for writing come before the product, does the sender know how the contact began and whether
this is the first email, is there one clear and small ask. Length counts too, as it does with real readers.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from .base import Rows, draw_outcome
from .judged import JudgedWorld
from .judging import Buyer, Letter
from .one_seller_record import PRODUCTS, SENDERS, Contact, draw_contact, write_email
from .parts import (
    ask_last,
    ask_size,
    benefit,
    length,
    modesty,
    named,
    reason_before_product,
    relation_known,
    trade_fit,
)
from .roles import is_proof
from .situation import ECHOES, RELATIONS, ROLES, TRADES, Product, Situation, Vocabulary

FOLLOW_UP_SHARE = 0.6
"""How often a contact who did not reply is written to again."""
WANTED = {
    "care": {"risk": 1.0, "people": 0.6, "time": 0.1, "money": -0.4},
    "hotel": {"people": 1.0, "money": 0.3, "time": 0.1, "risk": -0.3},
    "food": {"money": 1.0, "risk": 0.4, "time": -0.1, "people": -0.2},
    "warehouse": {"time": 1.0, "money": 0.4, "people": -0.1, "risk": -0.3},
    "leisure": {"risk": 0.9, "time": 0.6, "people": 0.0, "money": -0.3},
}
"""What each segment cares for; a role adds to it."""
ROLE_WANTS = {"finance": "money", "people": "people", "founder": "time", "quality": "risk"}
FIGURES = {
    "Ashgrove": {"3", "11", "1400", "20", "2"},
    "Calder": {"31", "19", "2100", "22", "7"},
    "Mossop": {"third", "40", "6", "14"},
    "Tranmoor": {"25", "9", "1", "3", "35", "10"},
    "Wharfe": {"14", "4", "15", "9", "1"},
}
"""What may be said of each customer: the figures of results, from the seller's facts."""
HOME = {"Ashgrove": "care", "Calder": "hotel", "Mossop": "food", "Tranmoor": "warehouse", "Wharfe": "leisure"}
_NUMBER_WORDS = {
    "one": "1",
    "once": "1",
    "two": "2",
    "three": "3",
    "four": "4",
    "six": "6",
    "seven": "7",
    "nine": "9",
    "ten": "10",
    "eleven": "11",
    "fourteen": "14",
    "fifteen": "15",
    "nineteen": "19",
    "twenty": "20",
}
_FIGURE = re.compile(r"\d[\d,]*|\b(?:third|" + "|".join(_NUMBER_WORDS) + r")\b", re.I)
_NAME = re.compile(r"(?:^|\| )([A-Z][\w'-]+) [A-Z][\w'-]+(?:,| \()")
_STEP = re.compile(r"first email|email (\d) of 3")
_EARLIER = re.compile(
    r"\b(?:i wrote|i(?:'ve| have)? ?(?:already )?written|my (?:last|earlier|first|previous) (?:email|note"
    r"|message|mail)|third (?:note|email|and final)"
    r"|last (?:one|email|note) from me|second (?:and shorter )?try|follow\w* (?:up on )?my"
    r"|note (?:from )?last week|email (?:of )?last week|last of my|two emails|will not write again"
    r"|wrote (?:to you )?last"
    r"|again after|the last you(?:'ll| will) hear|i(?:'ll| will) (?:stop|leave it) (?:here|there)|haven't heard"
    r"|not heard (?:from you|back)|close (?:the|your) (?:file|matter))",
    re.I,
)
VOCABULARY = Vocabulary(
    products=(
        Product(
            "Brindlow Rota", re.compile(r"\bbrindlow rota\b|\brotas?\b|shift plann\w+|\bplanner\b|schedul\w+", re.I)
        ),
        Product(
            "Brindlow Clock",
            re.compile(
                r"\bbrindlow clock\b|clock(?:s|ed|ing)?[ -]in\b|time recording|record\w* (?:of )?(?:the "
                r"|your )?hours|\btimesheets?\b|\bthe clock\b",
                re.I,
            ),
        ),
        Product(
            "Brindlow Handover",
            re.compile(
                r"\bbrindlow handover\b|\bhand-?overs?\b|shift (?:log|change|book)\w*|\blog ?book\b|digital log\b", re.I
            ),
        ),
    ),
    trades={key: TRADES[key] for key in ("care", "hotel", "food", "warehouse", "leisure")},
    roles=ROLES,
    relations=RELATIONS,
    echoes=ECHOES,
)
"""An email may be about one product only, but "rota" is a word of daily life: see :meth:`OneSeller.situation`."""


def step_of(context: str) -> int:
    """Which email of a sequence a context asks for; 1 where it does not say."""
    found = _STEP.search(context)
    return int(found[1]) if found and found[1] else 1


def wanted(situation: Situation) -> dict[str, float]:
    """What each benefit is worth to this reader."""
    worth = dict(WANTED.get(situation.trade, {"time": 0.4, "money": 0.4, "risk": 0.4, "people": 0.4}))
    if extra := ROLE_WANTS.get(situation.role):
        worth[extra] = min(1.0, worth.get(extra, 0.0) + 0.6)
    return worth


def proof(letter: Letter) -> float:
    """1 for a customer of the reader's trade with a true figure, 0.6 for one of another trade, -0.5 for none.

    Figures that the seller cannot show count against it: -0.8.
    """
    best = -0.5
    for sentence, following in pairwise((*letter.read.sentences, "")):
        customer = next((name for name in FIGURES if name in sentence), "")
        if customer:
            figures = _FIGURE.findall(f"{sentence} {following}")
            told = {_NUMBER_WORDS.get(f.lower(), f.replace(",", "").lower()) for f in figures}
            value = (1.0 if HOME[customer] == letter.situation.trade else 0.6) if told & FIGURES[customer] else 0.1
            best = max(best, value)
        elif is_proof(sentence) and re.search(
            r"%|per ?cent|\b[A-Z]\w+ (?:Ltd|Inc|Group|Hotels?|Care|Logistics)\b", sentence
        ):
            return -0.8
    return best


def step_known(letter: Letter) -> float:
    """1 where a follow-up says that it is one, -1 where the first email claims to be one or a later one does not."""
    later = step_of(letter.situation.text) > 1
    says = bool(_EARLIER.search(letter.read.text))
    return (1.0 if says else -0.6) if later else (-1.0 if says else 0.0)


def size_liked(letter: Letter) -> float:
    """First emails of 55 to 105 words, later ones of 30 to 75."""
    low, high, limit = (55, 105, 190) if step_of(letter.situation.text) == 1 else (30, 75, 150)
    return length(letter.read.words, low, high, limit)


BUYER = Buyer(
    vocabulary=VOCABULARY,
    taste={
        "benefit": (1.7, lambda x: benefit(x.read.sentences, wanted(x.situation))),
        "proof": (0.9, proof),
        "reason_first": (0.7, lambda x: reason_before_product(x.argument)),
        "knows_the_contact": (0.8, lambda x: relation_known(x.situation, x.read, VOCABULARY)),
        "knows_the_step": (0.7, step_known),
        "trade": (0.4, lambda x: trade_fit(x.situation, x.read, VOCABULARY)),
        "ask_last": (0.5, lambda x: ask_last(x.argument)),
        "ask_small": (0.6, lambda x: ask_size(x.read, x.argument)),
        "modest": (0.5, lambda x: modesty(x.read)),
        "length": (0.6, size_liked),
        "name": (0.5, lambda x: named(x.situation, x.read)),
    },
    base=-3.85,
    relations={"referral": 0.5, "price": 0.7, "webinar": 0.2, "fair": 0.2, "former": 0.1, "cold": -0.4},
)


class OneSeller(JudgedWorld):
    """Some 600 sends to some 400 contacts; a later email exists only where the earlier ones were not answered."""

    name = "one_seller"
    kind = "one seller's record, coherent emails of 40 to 130 words"
    size = 600
    gap = 1.6
    buyer = BUYER

    def situation(self, context: str) -> Situation:
        """The vocabulary's reading, with the first name; only product names tell other products apart."""
        read = VOCABULARY.read(context)
        others = tuple(Product(p.name, re.compile(re.escape(p.name), re.I)) for p in read.others)
        found = _NAME.search(context)
        return replace(read, others=others, name=found[1] if found else "")

    def context_key(self, context: str) -> str:
        """The contact, whichever email of the sequence it is."""
        return _STEP.sub("", context)

    def draw(self, rng: random.Random) -> tuple[str, str]:
        contact = draw_contact(rng)
        step = rng.choices((1, 2, 3), (60, 27, 13))[0]
        return contact.context(step), write_email(contact, step, rng)

    def emails(self, rows: int | None = None, seed: int = 0, outcome_seed: int | None = None) -> Rows:
        """As the base says, but which follow-ups exist depends on the outcomes, as it does in life."""
        wanted_rows = self.size if rows is None else rows
        outcomes_rng = random.Random(f"{self.name}-outcomes-{seed if outcome_seed is None else outcome_seed}")
        sends: list[_Send] = []
        for contact in self._contacts(random.Random(f"{self.name}-texts-{seed}")):
            sends += self._sequence(contact, seed, outcomes_rng)
            if len(sends) >= wanted_rows:
                break
        sends = sorted(sends[:wanted_rows], key=lambda send: (send.contact.sent_at(send.step), send.context))
        return _rows(sends)

    def _contacts(self, rng: random.Random) -> Iterator[Contact]:
        seen: set[tuple[str, str]] = set()
        while True:
            contact = draw_contact(rng)
            if (contact.first, contact.last) in seen or self.is_held_out(contact.context(1)):
                continue
            seen.add((contact.first, contact.last))
            yield contact

    def _sequence(self, contact: Contact, seed: int, outcomes: random.Random) -> Iterator[_Send]:
        """The emails to one contact: no further one after an answer."""
        texts = random.Random(f"{seed}-{contact.context(1)}")
        goes_on = [texts.random() < FOLLOW_UP_SHARE for _ in range(2)]
        emails = [write_email(contact, step, texts) for step in (1, 2, 3)]
        for step, email in enumerate(emails, 1):
            context = contact.context(step)
            outcome = draw_outcome(self._probs(context, email), outcomes)
            yield _Send(contact, step, context, email, outcome)
            if outcome > 0 or step == 3 or not goes_on[step - 1]:
                return


class _Send:
    def __init__(self, contact: Contact, step: int, context: str, email: str, outcome: int) -> None:
        self.contact, self.step, self.context, self.email, self.outcome = contact, step, context, email, outcome


def _rows(sends: list[_Send]) -> Rows:
    extra = {
        "sender": tuple(SENDERS[send.contact.sender] for send in sends),
        "product": tuple(PRODUCTS[send.contact.product] for send in sends),
        "segment": tuple(send.contact.segment for send in sends),
        "step": tuple(str(send.step) for send in sends),
        "sent_at": tuple(send.contact.sent_at(send.step).isoformat() for send in sends),
    }
    contexts, emails = tuple(send.context for send in sends), tuple(send.email for send in sends)
    return Rows(contexts, emails, tuple(send.outcome for send in sends), extra)
