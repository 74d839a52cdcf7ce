"""What a sentence commits an email to: whom it tells of, what there was before, that an announced price is given."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ..text.claims import find_claims
from ..text.observations import tells_of_recipient
from ..text.price_talk import announces_price, gives_price
from .bank import OPENING, SUBJECT, Key
from .slots import is_named, slots_in, without_slots
from .units import FRAME, Unit, Values, in_order

SEEN = "presence"
RECALLED = frozenset(("earlier_talk", "relation", SEEN))
"""Kinds of claims about something between seller and recipient."""
_DENIED = re.compile(
    r"""\b(?:not|never|n['’]t)\b[^.?!]{0,25}
      \b(?:spoken|met|talked|written|in\ touch|in\ contact|know\ (?:me|us|each\ other))\b
    | \bout\ of\ the\ blue\b
    | \b(?:noch|bisher|bislang)\ (?:nicht|nie|keinen?)\b[^.?!]{0,25}\b(?:gesprochen|geschrieben|begegnet|Kontakt)\b
    | \bkennen\ (?:mich|uns)\ (?:noch\ )?nicht\b""",
    re.I | re.X,
)
_OBSERVED = re.compile(
    r"""\b(?: (?:i|we)\ (?:just\ |recently\ )?(?:saw|noticed|spotted
        |walk(?:ed)?\ (?:past|by)|dr[io]ve\ (?:past|by)|stopped\ (?:at|by)|looked\ (?:you|at)|came\ (?:across|past))
    | (?:saw|noticed|spotted)\ (?:that|your|you) | congrat\w* | when\ i\ (?:search|look|google)\w*
    | my\ (?:aunt|uncle|mother|father|wife|husband|sister|brother|son|daughter|friend|neighbour|neighbor)
    | your\ (?:(?:team|about|careers?|jobs?|web)[ -]?)?(?:page|site|post|menu|window)\ (?:says|has|is|looks|shows)
    | (?:habe|haben)\b[^.?!]{0,60}\b(?:gesehen|gelesen|gehört|entdeckt|bemerkt|besucht|angerufen) | Glückwunsch
    | bei\ (?:meinem|unserem)\ (?:letzten\ )?Besuch | auf\ Ihrer\ (?:Web)?(?:site|seite)|auf\ Ihrer\ Homepage )\b""",
    re.I | re.X,
)
_OBSERVED_OF_YOU = re.compile(
    r"\b(?:i|we)\ (?:just\ |recently\ )?(?:read|heard|called|rang|visited|tried|found|passed)\b|\bmy\ partner\b",
    re.I | re.X,
)
"""The same where the sentence speaks to the reader."""
_YOU = re.compile(r"\b(?:you|yours?|Sie|Ihnen|Ihr(?:e[mnrs]?)?|dir|dich|du|dein\w*|euch|euer|eure\w*)\b")
_IT = re.compile(r"\b(?:it|its|with\ it|damit|dadurch|daraus|dessen|es)\b", re.I)
_THAT = re.compile(
    r"""\b(?:that|this)\ (?:firm|company|customer|client)(?:['’]s)?\b
      | \b(?:dies\w+|jene\w*)\ (?:Firma|Kund\w+|Unternehmen\w*)\b""",
    re.I | re.X,
)
_BACK = re.compile(
    r"""^(?:that|this|these|those|it|its|he|she|they|his|her|their|there|then|both|such|instead|so|and|but|or|also
        |das|dies\w*|er|es|damit|dafür|davon|daran|dabei|dadurch|darin|darauf|dazu|deshalb|daher|so|dort|dann|und|aber
        )\b
      | \b(?:the\ same|did\ (?:this|that|so)|this\ for|that\ way|him|hers?|them|that|one\ of\ them|since\ then
        |seither|seitdem|damit|dasselbe|das\ gleiche)\b""",
    re.I | re.X,
)
SEEN_OFTEN = 2
"""Emails in which a sentence must have stood behind the topic's name to be taken as referring to it."""
OWN_NAME = 0.1
"""Share of the contexts from which on a name is the seller's own, or a product's, and not a customer's."""
ANNOUNCED = 0.8
"""Share of a sentence's uses that a price stood behind, from which on it announces one."""
FEWEST = 3
"""Uses that it takes to know that."""


@dataclass(frozen=True)
class Commitments:
    """Of sentences by their key. tells_of: customers and people that each names, in small letters. owes_price: those
    that an amount of money nearly always stood behind, or that announce it in words. gives_price: what has stood there
    with one, or gives a price in words. recalls: those that speak of something between seller and recipient. denies:
    those that say there was nothing. refers_back: those that speak of the topic as "it", and stood only behind one that
    had named it. of_that_customer: those that speak of "that firm" and name none.
    """

    tells_of: Mapping[Key, frozenset[str]]
    gives_price: frozenset[Key]
    owes_price: frozenset[Key]
    recalls: frozenset[Key]
    denies: frozenset[Key]
    refers_back: frozenset[Key]
    of_that_customer: frozenset[Key]

    @staticmethod
    def learn(
        units: Mapping[Key, Unit], contexts: Sequence[str], values: Sequence[Values], topic: int | None
    ) -> Commitments:
        """From all sentences of a file; ``values``: the fields of each row's context."""
        known = [context.lower() for context in contexts]
        told: dict[Key, frozenset[str]] = {}
        own: dict[str, bool] = {}
        priced: set[Key] = set()
        recalls: set[Key] = set()
        denies: set[Key] = set()
        for key, unit in units.items():
            if key[0] in FRAME:
                continue
            claims = find_claims(without_slots(key[1]) if slots_in(key[1]) else unit.original, "")
            names = {claim.text.lower() for claim in claims if claim.kind in ("company", "name")}
            for name in names - own.keys():
                own[name] = sum(name in context for context in known) > OWN_NAME * len(known)
            told[key] = frozenset(name for name in names if not own[name])
            if any(claim.kind == "price" for claim in claims):
                priced.add(key)
            if any(claim.kind in RECALLED for claim in claims):
                recalls.add(key)
            if _DENIED.search(unit.original):
                denies.add(key)
        said = [[key for key in keys if key[0] not in FRAME] for keys in in_order(units).values()]
        behind = Counter(pair for keys in said for pair in pairwise(keys) if pair[1] in priced)
        owing = _announcing(Counter(key for keys in said for key in keys), behind, priced)
        giving = frozenset(second for first, second in behind if first in owing)
        stated = {key for key, unit in units.items() if key[0] not in FRAME}
        owing |= {key for key in stated if announces_price(units[key].original)}
        giving |= {key for key in stated if gives_price(units[key].original)}
        back = _referring_back(units, values, topic)
        that = frozenset(key for key in stated if _THAT.search(units[key].original) and not told.get(key))
        return Commitments(told, giving, owing, frozenset(recalls), frozenset(denies), back, that)


def recalled_in_vain(text: str, context: str) -> frozenset[str]:
    """Kinds of what a sentence, slots filled, recalls and the context knows nothing of; none where all is founded."""
    return frozenset(claim.kind for claim in find_claims(text, context) if claim.kind in RECALLED)


def observes(text: str, place: str) -> bool:
    """Whether a sentence tells what the seller has seen or heard of one recipient, or of whom they know there. A first
    line that speaks to the reader does, however it is put.
    """
    if _OBSERVED.search(text) or tells_of_recipient(text):
        return True
    return bool(_YOU.search(text)) and (place == OPENING or bool(_OBSERVED_OF_YOU.search(text)))


def refers_to_before(text: str) -> bool:
    """Whether a sentence may speak of what the one before it says; rather yes where it is not sure."""
    return bool(_BACK.search(text))


def _referring_back(units: Mapping[Key, Unit], values: Sequence[Values], topic: int | None) -> frozenset[Key]:
    """The sentences with "it" that do not name the topic: those that give its price, and those that it was named before
    each time.
    """
    if topic is None:
        return frozenset()
    named_before: Counter[Key] = Counter()
    for row, keys in in_order(units).items():
        topics = [value for number, value in values[row] if number == topic]
        named = False
        for key in keys:
            if key[0] == SUBJECT:
                continue
            named_before[key] += named
            named = named or topic in slots_in(key[1]) or any(is_named(value, key[1]) for value in topics)
    return frozenset(
        key
        for key, unit in units.items()
        if key[0] not in (SUBJECT, *FRAME)
        and topic not in slots_in(key[1])
        and (gives_price(unit.original) or named_before[key] == len(unit.rows) >= SEEN_OFTEN)
        and _IT.search(unit.original)
    )


def _announcing(said: Counter[Key], behind: Counter[tuple[Key, Key]], priced: set[Key]) -> frozenset[Key]:
    answered: Counter[Key] = Counter()
    for (first, _), n in behind.items():
        answered[first] += n
    return frozenset(
        key for key, n in said.items() if key not in priced and n >= FEWEST and answered[key] >= ANNOUNCED * n
    )
