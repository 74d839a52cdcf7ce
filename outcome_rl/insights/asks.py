"""What an email asks for, as one word for the whole email."""

from __future__ import annotations

import re

from ..email_checks import calls_to_action

NOTHING, MEETING, INTEREST, MATERIAL, CLICK, REPLY = "nothing", "meeting", "interest", "material", "click", "reply"
PHRASES = {
    NOTHING: "that ask for nothing",
    MEETING: "that ask for a meeting or a call",
    INTEREST: "that ask whether there is interest",
    MATERIAL: "that offer to send or show something",
    CLICK: "that ask for a click",
    REPLY: "that ask for a reply",
}
"""Each kind, and how a sentence goes on after "Emails"."""
_KINDS = (
    (
        MEETING,
        r"\b(?:calls?|chat|talk|demo\w*|meet\w*|minutes?|slots?|coffee|visits?|tour|appointment|walk-?through|session"
        r"|book|schedule|consultation|conversation|calendar|phone|ring|\w+day)\b",
    ),
    (CLICK, r"\b(?:click|tap|sign\s?up|register|download|visit our|try it|start your|link)\b"),
    (INTEREST, r"\b(?:worth|interest\w*|open to|curious|make sense|relevant|useful|keen)\b"),
    (
        MATERIAL,
        r"\b(?:send you|share|show you|copy|examples?|details|summary|pages?|video|guide|quote|proposal|sample"
        r"|walk you)\b",
    ),
)
_PATTERNS = tuple((kind, re.compile(pattern, re.I)) for kind, pattern in _KINDS)


def ask_kind(email: str) -> str:
    """One of :data:`PHRASES`; where an email asks for several things, the one that asks the most of its reader."""
    asks = " | ".join(calls_to_action(email))
    if not asks:
        return NOTHING
    return next((kind for kind, pattern in _PATTERNS if pattern.search(asks)), REPLY)
