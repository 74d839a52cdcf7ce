"""The record of one seller: who wrote to whom, when, about what; texts from a bank, put together so that they read."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from .banks import bank, fill
from .reading import words_of

PRODUCTS = {"rota": "Brindlow Rota", "clock": "Brindlow Clock", "handover": "Brindlow Handover"}
KINDS = ("time", "money", "risk", "people")
SENDERS = {"ruth": "Ruth Hargreaves", "callum": "Callum Petty", "imogen": "Imogen Sayle", "dev": "Dev Rathod"}
SEGMENTS = {
    "care": ("care home group", "care homes", "another care home", "Care Managers' Day in Leeds"),
    "hotel": ("hotel", "hotels", "another hotel", "Northern Hotel Fair"),
    "food": ("food producer", "food producers", "another food producer", "Food Makers' Forum"),
    "warehouse": ("warehouse", "warehouses", "another warehouse", "Depot & Dock show"),
    "leisure": (
        "leisure centre operator",
        "leisure centres",
        "another leisure centre",
        "Leisure Operators' Conference",
    ),
}
"""Segment -> as contexts say it, in the plural, another one of it, its trade fair."""
ROLES = {
    "care": ("registered manager", "owner", "operations director", "finance director", "head of people"),
    "hotel": ("general manager", "HR manager", "finance controller", "operations manager", "head of housekeeping"),
    "food": ("production manager", "managing director", "payroll manager", "quality manager", "HR manager"),
    "warehouse": ("depot manager", "shift manager", "operations director", "finance director", "HR manager"),
    "leisure": ("duty manager", "centre manager", "operations director", "head of finance", "head of people"),
}
REFERRERS = {
    "care": ("Helen", "Marsh", "Ashgrove Care"),
    "hotel": ("Tom", "Ainley", "the Calder Hotels"),
    "food": ("Saira", "Khan", "Mossop Bakery"),
    "warehouse": ("Greg", "Holt", "Tranmoor Storage"),
    "leisure": ("Nia", "Powell", "Wharfe Leisure"),
}
WEBINARS = {"rota": "Rotas that hold", "clock": "Right before payday", "handover": "What the night shift knew"}
TOPICS = {"rota": "shift planning", "clock": "recording hours", "handover": "shift handovers"}
BEGINNINGS = {
    "cold": "cold, no contact so far",
    "webinar": "came to our webinar “{webinar}”",
    "referral": "referred by {referrer}",
    "price": "asked for a price on our website",
    "fair": "met us at the {fair}",
    "former": "former customer, left in 2022",
}
_STYLES = {  # how often each sender uses which plan, and which kind of benefit they like to name
    "ruth": ({"full": 40, "story": 30, "plain": 12, "long": 18}, (3, 1, 2, 4)),
    "callum": ({"pitch": 38, "plain": 30, "full": 20, "story": 12}, (2, 4, 1, 1)),
    "imogen": ({"full": 30, "long": 38, "story": 15, "plain": 17}, (1, 3, 4, 1)),
    "dev": ({"story": 36, "full": 30, "plain": 22, "long": 12}, (4, 1, 1, 3)),
}
_ASKS = {
    "ruth": {"call": 45, "read": 40, "big": 10, "who": 5},
    "callum": {"call": 35, "read": 15, "big": 40, "who": 10},
    "imogen": {"call": 30, "read": 30, "big": 30, "who": 10},
    "dev": {"call": 45, "read": 35, "big": 10, "who": 10},
}
MIN_WORDS, MAX_WORDS = 40, 130
FIRST_DAY = dt.date(2024, 1, 8)


@dataclass(frozen=True)
class Contact:
    """Somebody who was written to, one to three times, always by the same sender about the same product."""

    first: str
    last: str
    role: str
    segment: str
    size: int
    relation: str
    product: str
    sender: str
    first_sent: dt.date
    old_form: bool

    def context(self, step: int) -> str:
        values = self.fields()
        began, segment = fill(BEGINNINGS[self.relation], values), SEGMENTS[self.segment][0]
        began = began[0].lower() + began[1:]
        step_text = "first email" if step == 1 else f"email {step} of 3"
        if self.old_form:
            parts = (PRODUCTS[self.product], f"{self.first} {self.last} ({self.role})", f"{segment}, {self.size} staff")
            return " | ".join((*parts, began, step_text))
        parts = (f"{self.first} {self.last}, {self.role}", f"{segment}, {self.size} staff", began)
        return " · ".join((*parts, PRODUCTS[self.product], step_text))

    def fields(self) -> dict[str, str]:
        """What the bank's sentences may ask for."""
        first, last, firm = REFERRERS[self.segment]
        _, segments, another, fair = SEGMENTS[self.segment]
        return {
            "first": self.first,
            "size": str(self.size),
            "segments": segments,
            "segments_other": another,
            "fair": fair,
            "product": PRODUCTS[self.product],
            "topic": TOPICS[self.product],
            "webinar": WEBINARS[self.product],
            "referrer": f"{first} {last} of {firm}",
            "referrer_first": first,
            "referrer_firm": firm,
            "rota_price": f"£{self.size * 3.2:,.0f}",
            "clock_price": f"£{self.size * 1.9:,.0f}",
        }

    def sent_at(self, step: int) -> dt.date:
        day = self.first_sent + dt.timedelta(days=(0, 7, 17)[step - 1])
        return day + dt.timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)


def draw_contact(rng: random.Random) -> Contact:
    segment = rng.choice(list(SEGMENTS))
    day = FIRST_DAY + dt.timedelta(days=rng.randrange(420))
    return Contact(
        first=rng.choice(bank("names")["first"]),
        last=rng.choice(bank("names")["last"]),
        role=rng.choice(ROLES[segment]),
        segment=segment,
        size=rng.choice((35, 45, 60, 75, 85, 90, 110, 120, 140, 160, 180, 220, 260)),
        relation=rng.choices(list(BEGINNINGS), (30, 18, 14, 16, 14, 8))[0],
        product=rng.choices(list(PRODUCTS), (40, 33, 27))[0],
        sender=rng.choice(list(SENDERS)),
        first_sent=day + dt.timedelta(days=7 - day.weekday() if day.weekday() > 4 else 0),
        old_form=day < dt.date(2024, 6, 1),
    )


def write_email(contact: Contact, step: int, rng: random.Random) -> str:
    """What the contact's sender would write at this step, 40 to 130 words."""
    while True:
        text = _write_once(contact, step, rng)
        if MIN_WORDS <= len(words_of(text)) <= MAX_WORDS:
            return text


def _write_once(contact: Contact, step: int, rng: random.Random) -> str:
    kind = rng.choices(KINDS, _STYLES[contact.sender][1])[0]
    body = _first(contact, kind, rng) if step == 1 else _follow_up(contact, step, kind, rng)
    openings = bank("one_seller_openings")
    greeting = fill(rng.choice(openings["greeting"][contact.sender]), contact.fields())
    lines = _paragraphs(
        _with_it([fill(sentence, contact.fields()) for sentence in body], PRODUCTS[contact.product]), rng
    )
    text = f"{greeting}\n\n{lines}\n\n{rng.choice(openings['signature'][contact.sender])}"
    return f"Subject: {_subject(contact, step, kind, rng)}\n\n{text}" if rng.random() < 1 / 3 else text


def _subject(contact: Contact, step: int, kind: str, rng: random.Random) -> str:
    subjects = bank("one_seller_openings")["subject"]
    if step > 1:
        options = subjects["step"]["second" if step == 2 else "third"]
    elif rng.random() < 0.35:
        options = subjects["relation"][contact.relation]
    else:
        options = subjects[contact.product][kind if rng.random() < 0.75 else "any"]
    return fill(rng.choice(options), contact.fields())


def _with_it(sentences: Sequence[str], product: str) -> list[str]:
    """The product's name is not said again at the beginning of the very next sentence."""
    told = list(sentences[:1])
    for before, sentence in pairwise(sentences):
        named = product in before
        for start, instead in ((f"With {product} ", "With it "), (f"{product} ", "It ")):
            if named and sentence.startswith(start):
                sentence = instead + sentence.removeprefix(start)
        told.append(sentence)
    return told


def _paragraphs(sentences: Sequence[str], rng: random.Random) -> str:
    """Short emails in one paragraph, longer ones with the ask set apart, or the opening too."""
    if len(sentences) < 4 or rng.random() < 0.35:
        return " ".join(sentences)
    if len(sentences) > 4 and rng.random() < 0.4:
        return "\n\n".join((sentences[0], " ".join(sentences[1:-2]), " ".join(sentences[-2:])))
    return "\n\n".join((" ".join(sentences[:-2]), " ".join(sentences[-2:])))


def _first(contact: Contact, kind: str, rng: random.Random) -> list[str]:
    plans, _ = _STYLES[contact.sender]
    plan = rng.choices(list(plans), list(plans.values()))[0]
    opening, trouble = [_opening(contact, rng)], [_trouble(contact, kind)]
    product, ask = [_product(contact, kind, rng)], _ask(contact, rng)
    if contact.relation == "price":
        opening.append(_price(contact, rng))  # who asked for a price gets it at once
    if plan == "pitch":
        bold = _product(contact, rng.choice(("boast", "boast", "vague")), rng)
        lead = opening if contact.relation == "price" or rng.random() < 0.45 else []
        return [*lead, bold, *product, *_proof(contact, rng, 0.3), *ask]
    if plan == "plain":
        return [*opening, *product, *ask, *_close(contact, rng, 0.5)]
    if plan == "story":
        return [*opening, *trouble, *_proof(contact, rng, 1.0), *product, *ask]
    if plan == "full":
        return [*opening, *trouble, *product, *_proof(contact, rng, 0.75), *ask, *_close(contact, rng, 0.25)]
    second = _product(contact, rng.choice([k for k in KINDS if k != kind]), rng)
    terms = [] if contact.relation == "price" else [_price(contact, rng, named=True)]
    return [*opening, *trouble, *product, second, *_proof(contact, rng, 0.7), *terms, _terms(rng), *ask]


def _follow_up(contact: Contact, step: int, kind: str, rng: random.Random) -> list[str]:
    openings = bank("one_seller_openings")
    opening = rng.choice(openings["second" if step == 2 else "third"][contact.sender])
    promised = step == 2 and contact.sender == "imogen"  # whose second emails announce an example
    proof = _proof(contact, rng, 1.0 if promised else 0.75 if step == 2 else 0.6)
    argument = [_trouble(contact, kind)] if step == 2 and rng.random() < 0.4 else []
    product = [_product(contact, kind, rng)] if not proof or rng.random() < 0.6 else []
    if step == 2:
        return [opening, *argument, *proof, *product, *_ask(contact, rng), *_close(contact, rng, 0.2)]
    last = rng.choice(bank("one_seller_asks")["last"][contact.sender])
    return [opening, *proof, *product, last]


def _opening(contact: Contact, rng: random.Random) -> str:
    openings = bank("one_seller_openings")["opening"]
    if contact.relation != "price" and contact.sender in ("callum", "imogen") and rng.random() < 0.2:
        return str(rng.choice(openings["any"]["all"]))
    return str(rng.choice(openings[contact.relation][contact.sender]))


def _trouble(contact: Contact, kind: str) -> str:
    return str(bank("one_seller_arguments")["trouble"][contact.segment][contact.product][kind])


def _product(contact: Contact, kind: str, rng: random.Random) -> str:
    return str(rng.choice(bank("one_seller_arguments")["product"][contact.product][kind]))


def _proof(contact: Contact, rng: random.Random, chance: float) -> list[str]:
    """A customer's figure; where it is of another trade, mostly with a word on that."""
    if rng.random() >= chance:
        return []
    bank_, own = bank("one_seller_arguments"), rng.random() < 0.65
    segment = contact.segment if own else rng.choice([s for s in SEGMENTS if s != contact.segment])
    told = rng.choice(bank_["proof"][segment][contact.product])
    return [told] if own else [f"{told} {rng.choice(bank_['bridge']['all'])}"]


def _price(contact: Contact, rng: random.Random, named: bool = False) -> str:
    """``named``: not one that begins with "It", where something else has just been spoken of."""
    options = bank("one_seller_arguments")["price"][contact.product]
    plain = [option for option in options if not option.startswith(("It ", "At "))]
    return str(rng.choice(plain if named or contact.sender == "callum" else options))


def _terms(rng: random.Random) -> str:
    return str(rng.choice(bank("one_seller_arguments")["terms"]["all"]))


def _ask(contact: Contact, rng: random.Random) -> list[str]:
    asks, shares = bank("one_seller_asks"), _ASKS[contact.sender]
    first = rng.choices(list(shares), list(shares.values()))[0]
    found = [rng.choice(asks[first][contact.sender])]
    if first in ("call", "read") and rng.random() < 0.15:
        found.append(rng.choice(asks["who"][contact.sender]))
    return found


def _close(contact: Contact, rng: random.Random, chance: float) -> list[str]:
    return [rng.choice(bank("one_seller_asks")["close"][contact.sender])] if rng.random() < chance else []
