"""German emails and contexts.

The buyer expects the polite form, a reason at the beginning, the benefit of his role (a managing director fears the
audit, accounts count money, IT asks where the data are, personnel think of people, operations of hours), an example
with figures, and a date at the end. Praise, empty words and English put him off.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from dataclasses import dataclass

from .banks import bank, fill
from .german_meanings import (
    ANLASS,
    BELEG,
    BITTE,
    DU,
    ENGLISCH,
    FÖRMLICH,
    GROSS,
    GRUND,
    LAUT,
    LEER,
    SIE,
    TERMIN,
    nutzen_in,
)
from .judged import JudgedWorld
from .judging import Buyer, Letter
from .meanings import matches
from .parts import length
from .situation import Product, Vocabulary, patterns

RELATIONS = {"cold": 35.0, "webinar": 15.0, "referral": 13.0, "price": 13.0, "fair": 14.0, "former": 10.0}
KINDS = ("zeit", "geld", "risiko", "menschen", "daten")
PEOPLE = {
    "founder": ("Geschäftsführer", "Inhaberin", "Geschäftsführerin"),
    "finance": ("Leiterin Buchhaltung", "kaufmännischer Leiter"),
    "it": ("IT-Leiter", "Systemadministratorin"),
    "people": ("Personalleiterin", "Leiter Personal"),
    "operations": ("Betriebsleiter", "Büroleiterin", "Disponentin"),
}
WANTED = {
    "founder": {"risiko": 1.0, "geld": 0.3, "zeit": -0.1, "menschen": 0.1, "daten": -0.2},
    "finance": {"geld": 1.0, "risiko": 0.3, "zeit": -0.1, "menschen": -0.3, "daten": -0.2},
    "it": {"daten": 1.0, "risiko": 0.2, "zeit": 0.0, "geld": -0.3, "menschen": -0.4},
    "people": {"menschen": 1.0, "zeit": 0.2, "geld": -0.3, "risiko": 0.0, "daten": -0.2},
    "operations": {"zeit": 1.0, "menschen": 0.3, "geld": 0.0, "risiko": -0.1, "daten": -0.4},
}
ANY = {"zeit": 0.4, "geld": 0.3, "risiko": 0.4, "menschen": 0.3, "daten": 0.1}
_MENTIONS = {
    "Auftragsbuch": r"auftragsb[uü]ch\w*|auftragsverwaltung|aufträge (?:erfass|verwalt)\w*",
    "Terminplaner": r"terminplan\w*|terminvergabe|termine (?:plan|vergeb)\w*",
    "Tourenplaner": r"tourenplan\w*|touren (?:plan|zusammenstell)\w*",
    "Bestellbuch": r"bestellb[uü]ch\w*|bestellungen (?:erfass|annehm)\w*",
    "Fahrtenbuch": r"fahrtenb[uü]ch\w*|fahrten (?:erfass|aufzeichn)\w*",
    "Fristenkalender": r"fristenkalender\w*|fristen (?:überwach|im blick)\w*|fristenkontrolle",
    "Mängelmelder": r"mängelmeld\w*|mängel (?:meld|erfass)\w*",
    "Werkstattplaner": r"werkstattplan\w*|werkstatt (?:plan|ausla)\w*",
}
VOCABULARY = Vocabulary(
    products=tuple(Product(name, re.compile(rf"\b(?:{words})", re.I)) for name, words in _MENTIONS.items()),
    trades=patterns(
        {
            "tischlerei": r"tischler\w*|werkstücke?|möbel",
            "arzt": r"arztpraxis|arztpraxen|patient\w*|praxis",
            "pflege": r"pflege\w*|bewohner\w*",
            "baeckerei": r"bäcker\w*|backstube|filiale\w*",
            "spedition": r"spedition\w*|lkw|fahrer\w*|fracht\w*",
            "kanzlei": r"kanzlei\w*|mandant\w*|steuerberat\w*",
            "verwaltung": r"hausverwaltung\w*|mieter\w*|eigentümer\w*",
            "autohaus": r"autoh[aä]us\w*|fahrzeug\w*",
        }
    ),
    roles=patterns(
        {
            "finance": r"buchhaltung|kaufmännisch|controlling|finanz",
            "people": r"personal",
            "it": r"\bit-|system|administrat|datenschutz",
            "founder": r"geschäftsführ|inhaber",
            "operations": r"betriebsleit|büroleit|dispon",
        }
    ),
    relations=patterns(
        {
            "referral": r"empfehlung|empfohlen",
            "price": r"preis",
            "webinar": r"webinar",
            "fair": r"messe",
            "former": r"war bis|früher kunde|ehemalig",
            "cold": r"kein kontakt|kalt",
        }
    ),
    echoes=ANLASS,
)


@dataclass(frozen=True)
class Case:
    role: str
    title: str
    trade: str
    relation: str
    size: int

    def fields(self) -> dict[str, str]:
        told = bank("german")["trade"][self.trade]
        article = str(told["article"])
        return {
            "many": told["many"],
            "in_many": told["in_many"],
            "produkt": told["product"],
            "der_produkt": f"{article} {told['product']}",
            "size": str(self.size),
        }


def nutzen(letter: Letter) -> float:
    """As :func:`benchmarks.worlds.parts.benefit`, for German."""
    counts = Counter(name for sentence in letter.read.sentences for name in nutzen_in(sentence))
    total = sum(counts.values())
    if not total:
        return -0.4
    wanted = WANTED.get(letter.situation.role, ANY)
    value = sum(wanted[name] * count / total for name, count in counts.items())
    return value - (0.5 if len(counts) >= 4 else 0.0)


def polite(letter: Letter) -> float:
    """The polite form throughout, and a formal greeting or ending; -1 for du."""
    text = letter.read.text
    if DU.search(text):
        return -1.0
    return (0.4 if SIE.search(text) else -0.3) + 0.3 * min(2, len(FÖRMLICH.findall(text)))


def reason_first(letter: Letter) -> float:
    place = next((i for i, s in enumerate(letter.read.sentences) if GRUND.search(s)), None)
    product = next((i for i, s in enumerate(letter.read.sentences) if letter.situation.product.mentions.search(s)), 99)
    return -0.6 if place is None else 1.0 if place <= min(1, product) else 0.2


def noise(letter: Letter) -> float:
    sentences = letter.read.sentences
    found = matches(sentences, LAUT) + 0.6 * matches(sentences, LEER) + 0.7 * matches(sentences, ENGLISCH)
    return min(1.0, 0.5 * found + 0.15 * letter.read.body.count("!"))


def ask(letter: Letter) -> float:
    """1 for a date at the end, 0.5 for something small, -0.7 for a large demand, -0.6 without any."""
    asks = [s for s in letter.read.sentences[-3:] if BITTE.search(s)]
    if not asks:
        return -0.6
    if matches(asks, GROSS):
        return -0.7
    return 1.0 if matches(asks, TERMIN) else 0.5 if any("?" in s or "Wort" in s for s in asks) else -0.2


def knows_the_contact(letter: Letter) -> float:
    opening = " ".join((letter.read.subject, *letter.read.sentences[:2]))
    claimed = {key for key, pattern in ANLASS.items() if pattern.search(opening)}
    if letter.situation.relation in claimed:
        return 1.0
    return -1.0 if letter.situation.relation and claimed - {"cold"} else 0.0


BUYER = Buyer(
    vocabulary=VOCABULARY,
    taste={
        "benefit": (1.5, nutzen),
        "polite": (0.8, polite),
        "example": (0.7, lambda x: 1.0 if any(BELEG.search(s) for s in x.read.sentences) else -0.4),
        "reason_first": (0.7, reason_first),
        "knows_the_contact": (0.7, knows_the_contact),
        "ask": (0.8, ask),
        "noise": (-1.4, noise),
        "length": (0.5, lambda x: length(x.read.words, 45, 100, 180)),
    },
    base=-2.6,
    relations={"referral": 0.5, "price": 0.7, "webinar": 0.2, "fair": 0.3, "former": 0.1, "cold": -0.4},
    language="de",
)


class German(JudgedWorld):
    name = "german"
    language = "de"
    kind = "German emails of 40 to 110 words"
    size = 320
    gap = 1.6
    buyer = BUYER

    def context(self, case: Case) -> str:
        told = bank("german")["trade"][case.trade]
        began = bank("german")["relations"][case.relation]
        return f"{case.title} · {told['one']}, {case.size} Mitarbeiter · {began} · Produkt: {told['product']}"

    def write(self, case: Case, rng: random.Random) -> str:
        parts, kind = bank("german"), rng.choice(KINDS)
        body = [rng.choice(parts["opening"][case.relation if rng.random() < 0.75 else "any"])]
        body += [parts["trouble"][kind]] if rng.random() < 0.6 else []
        body.append(rng.choice(parts["product"][rng.choices((kind, "leer", "laut"), (74, 14, 12))[0]]))
        body += [rng.choice(parts["proof"]["sentences"])] if rng.random() < 0.5 else []
        body += [rng.choice(parts["price"]["sentences"])] if rng.random() < 0.3 else []
        wish = rng.choices(("dated", "read", "vague", "big", "du"), (34, 22, 22, 14, 8))[0]
        body += [rng.choice(parts["ask"][wish])]
        body += [rng.choice(parts["close"]["sentences"])] if rng.random() < 0.35 else []
        name = rng.choice(("Frau Albrecht", "Frau Demir", "Frau Sommer", "Frau Jansen"))
        man = rng.choice(("Herr Vogt", "Herr Kaya", "Herr Brenner"))
        greeting = rng.choice((f"Sehr geehrte {name}", f"Sehr geehrter {man}", f"Guten Tag {name}", f"Hallo {man}"))
        first, *rest = (fill(sentence, case.fields()) for sentence in body)
        first = first if first.startswith(("Sie ", "Frau ")) else first[0].lower() + first[1:]
        end = rng.choice(
            ("Mit freundlichen Grüßen\nJana Petersen", "Viele Grüße\nJana Petersen", "Beste Grüße\nTim Vogel")
        )
        return f"{greeting},\n\n{' '.join((first, *rest))}\n\n{end}"

    def draw(self, rng: random.Random) -> tuple[str, str]:
        role = rng.choice(list(PEOPLE))
        case = Case(
            role=role,
            title=rng.choice(PEOPLE[role]),
            trade=rng.choice(list(bank("german")["trade"])),
            relation=rng.choices(list(RELATIONS), list(RELATIONS.values()))[0],
            size=rng.choice((8, 12, 15, 18, 25, 35, 40, 60, 85, 120)),
        )
        return self.context(case), self.write(case, rng)
