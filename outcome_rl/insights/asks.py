"""What an email asks for, as one word for the whole email."""

from __future__ import annotations

from ..text.calls_to_action import find_asks

NOTHING = "nothing"
PHRASES = {
    NOTHING: "that ask for nothing",
    "purchase": "that ask for an order",
    "meeting": "that ask for a meeting or a call",
    "demo": "that offer a demo",
    "trial": "that offer a trial",
    "referral": "that ask who is responsible",
    "link": "that ask for a click",
    "document": "that offer to send something",
    "interest": "that ask whether there is interest",
    "reply": "that ask for a reply",
}
"""Each kind, and how a sentence goes on after "Emails"; those that ask the most of a reader first."""


def ask_kind(email: str) -> str:
    """One of :data:`PHRASES`; where an email asks for several things, the one that asks the most of its reader."""
    kinds = {ask.kind for ask in find_asks(email)}
    return next((kind for kind in PHRASES if kind in kinds), NOTHING)
