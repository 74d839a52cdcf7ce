"""Words of events, as ``email sent`` and ``reply received``: what was sent, what says nothing, what others mean."""

from __future__ import annotations

import re
from collections.abc import Mapping

from .meanings import Meaning, known_word, said_of_the_rest, word_key

EVENT_WORDS = {"sent", "delivered", "opened", "open", "clicked", "click", "replied", "reply", "bounced", "bounce"}
SENT_EVENTS = frozenset(
    ("sent", "send", "delivered", "delivery", "emails sent", "email sent", "processed", "email delivered")
)
_IGNORED_EVENTS = frozenset(
    {"opened", "open", "clicked", "click", "viewed", "view", "read", "email opened", "email clicked", "link clicked"}
    | {"emails opened", "emails clicked", "email link clicked", "link click"}
)


def is_sending(word: str) -> bool:
    """Whether an event is that an email went out."""
    key = word_key(word)
    return bool({key, _bare_event(key)} & SENT_EVENTS)


def is_only_seen(word: str) -> bool:
    """Whether an event is that an email was opened or clicked."""
    key = word_key(word)
    return bool({key, _bare_event(key)} & _IGNORED_EVENTS)


def event_meaning(word: str, said: Mapping[str, Meaning]) -> Meaning | None:
    """What an event means: as a person ``said``, else as everywhere, else as was said of the rest."""
    key = word_key(word)
    known = said.get(key) or known_word(word, codes=False) or known_word(_bare_event(key), codes=False)
    return known or said_of_the_rest(said, key)


def _bare_event(key: str) -> str:
    """What happened, without whom to: ``email replied``, ``reply received`` and ``lead reply`` are a reply."""
    bare = re.sub(r"^(?:e ?mails?|leads?|prospects?|contacts?|recipients?|messages?|sequence|campaign) ", "", key)
    return re.sub(r" (?:received|detected|event|tracked)$", "", bare)
