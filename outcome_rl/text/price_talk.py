"""Sentences that announce a price, and sentences that give one: English and German."""

from __future__ import annotations

import re

_ANNOUNCED = re.compile(
    r"""\b(?:prices?|pricing|quotes?|quotation|cost|costs)\b .{0,60}
        \b(?:here\ (?:it|they)\ (?:is|are)|here\ is\ the\ answer|so\ here|below|as\ follows|in\ what\ follows)\b
    | \bhere(?:\ (?:is|are)|['’]s)\ (?:the|your|our)\ (?:\w+\ )?(?:prices?|pricing|quote|quotation|costs?)\b
    | \b(?:Preis\w*|Angebot|Kosten|kostet)\b .{0,60}
        \b(?:hier\ (?:ist|sind|kommt|kommen)\ (?:er|sie|es|die\ Antwort)|im\ Folgenden|weiter\ unten|unten)\b
    | \bhier\ (?:ist|sind|kommt|kommen)\ (?:der|die|das|unsere?|Ihre?)\ (?:\w+\ )?(?:Preise?|Angebot|Kosten)\b""",
    re.I | re.X,
)
_MONEY = r"(?:[£$€]\ ?\d|\d[\d.,]*\ ?(?:£|\$|€|euros?\b|pounds?\b|dollars?\b|francs?\b|franken\b|GBP|USD|EUR|CHF))"
_GIVEN = re.compile(
    rf"""\b(?:prices?\ (?:is|are)|costs?\ (?:is|are)|comes?\ to|priced\ at|costs|Preis\ (?:ist|beträgt|liegt\ bei)
        |Preise\ (?:sind|betragen|liegen\ bei)|kostet|kosten)\ (?:\w+\ ){{0,2}}{_MONEY}""",
    re.I | re.X,
)


def announces_price(text: str) -> bool:
    """Whether a sentence says that the price comes now, and does not give it itself."""
    return _ANNOUNCED.search(text) is not None and not gives_price(text)


def gives_price(text: str) -> bool:
    """Whether a sentence says what something costs, as an amount of money."""
    return _GIVEN.search(text) is not None
