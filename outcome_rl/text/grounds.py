"""What an email may state: the words, numbers and beginnings of a contact that a context and permitted facts give."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from . import claim_phrases as phrases
from .email_steps import is_later, recalls_email
from .names import name_words
from .numbers import Quantities, quantities_in

MAX_FACTS = 50_000
"""Characters of context and of facts that are read."""

_FILLERS = frozenset(
    {
        "the",
        "our",
        "and",
        "are",
        "you",
        "your",
        "this",
        "that",
        "for",
        "with",
        "been",
        "was",
        "were",
        "get",
        "enjoy",
        "start",
    }
)
_CLOSE = re.compile(r"colleague|kolleg|boss|chef|worked|working", re.I)
_PLACE_OF_MEETING = re.compile(r"\b(?:stand|booth|fair|trade show)\b", re.I)
_HIRING = re.compile(
    r"\b(?:hir(?:es?|ed|ing)|recruit\w*|vacanc(?:y|ies)|job\s(?:ads?|adverts?)|stellen?|suchen|sucht)\b", re.I
)
"""Of people that somebody is looking for, in the email and in the context."""

_RELATIONS = {
    "trial": re.compile(
        r"\b(?:trial|pilot|stopped|tried|left|started|cancelled|dropped|gave\sup|back|test|probe)", re.I
    ),
    "pricing": re.compile(r"\b(?:quot|price|estimate|survey|figure|angebot)", re.I),
    "customer": re.compile(
        r"^(?:you|sie|since|welcome|win|get|have|seit)\b.*\b(?:customer|client|user|subscriber|used|bought|ordered|booked"
        r"|left|back|cancelled|stopped|had|with|kund|nutzer|bei\suns|letzten)|^your\s(?:old|last|previous)"
        r"|^(?:i|we)\s(?!have|had|recently|also|work|partner|collab)",
        re.I,
    ),
    "referral": re.compile(
        r"recommend|referred|introduced|mutual|common|shared|suggested|told|gave|passed|mentioned|pointed|empf[ae]hl"
        r"|empfohlen|genannt",
        re.I,
    ),
}
"""Topics of a context, and which words of an email about a relation each bears out; where the words tell none, any."""


@dataclass(frozen=True)
class Ground:
    """What an email may state: words, numbers and ways the contact began, of the context and the facts."""

    text: str
    words: frozenset[str]
    quantities: Quantities
    topics: frozenset[str]

    @staticmethod
    def of(context: str, facts: str) -> Ground:
        """What a context and further facts say."""
        return _ground(f"{context[:MAX_FACTS]}\n{facts[:MAX_FACTS]}")

    def holds(self, words: tuple[str, ...]) -> bool:
        """Whether all these words of more than two letters stand there."""
        telling = [word for word in words if len(word) > 2]
        return bool(telling) and all(word in self.words or word.rstrip("s") in self.words for word in telling)

    def bears_out(self, kind: str, words: str, sentence: str) -> bool:
        """Whether a phrase of that kind, standing in that sentence, is founded."""
        if kind == phrases.EARLIER_TALK:
            return self._tells_of_talk(words, sentence)
        if kind == phrases.RELATION:
            told = [topic for topic, pattern in _RELATIONS.items() if pattern.search(words)] or [*_RELATIONS]
            return bool(self.topics.intersection(told)) and not _CLOSE.search(words)
        if kind == phrases.PRESENCE:
            met = "meeting" in self.topics and _PLACE_OF_MEETING.search(words)
            return bool(met or (_HIRING.search(sentence) and _HIRING.search(self.text)))
        quantities = quantities_in(words)
        if any(not each.is_one_of(self.quantities) for each in quantities):
            return False
        if kind == phrases.RESULT:
            return bool(quantities)
        return self.holds(tuple(word for word in name_words(words) if not word.isdigit() and word not in _FILLERS))

    def _tells_of_talk(self, words: str, sentence: str) -> bool:
        """Whether the context tells of the talk that the words refer to; what was said it can hardly bear out."""
        if recalls_email(words) and is_later(self.text):
            return True
        if _pattern(phrases.TOLD).search(words):
            return False
        topics = topics_of(words) or topics_of(sentence)
        if _pattern(phrases.SPOKE).search(words) and not topics - phrases.IN_PERSON:
            return bool(phrases.IN_PERSON & self.topics)
        if topics & self.topics:
            return True
        generic = not topics - {"interest"} and _pattern(phrases.INTEREST).search(words)
        return bool(generic and phrases.INBOUND & self.topics)


@lru_cache(maxsize=64)
def _ground(text: str) -> Ground:
    """Kept, since many emails are read against one context, and facts of some pages take longer than an email."""
    return Ground(text.casefold(), frozenset(name_words(text)), Quantities.of(text), topics_of(text))


def topics_of(text: str) -> frozenset[str]:
    """The ways a contact may begin that a text speaks of: pricing, webinar, referral, demo and so on."""
    return frozenset(name for name, pattern in _compiled_topics() if pattern.search(text))


@cache
def _compiled_topics() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((name, re.compile(pattern, re.I | re.X)) for name, pattern in phrases.TOPICS)


@cache
def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.I | re.X)
