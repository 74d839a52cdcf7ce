"""Why a claim should be checked before sending, in words for whoever sends it."""

from __future__ import annotations

WHY = {
    "number": "a number nobody mentioned",
    "percent": "a percentage nobody mentioned",
    "price": "a price nobody mentioned",
    "date": "a date nobody mentioned",
    "name": "a name nobody mentioned",
    "greeting": "not the recipient's name",
    "company": "a company, product or place nobody mentioned",
    "link": "a web or email address nobody mentioned",
    "result": "a result nobody mentioned",
    "earlier_talk": "speaks of an earlier talk that nobody mentioned",
    "reputation": "praise of you that nothing backs up",
    "relation": "says that you know somebody, though nobody mentioned it",
    "presence": "says that you have seen something of theirs, though nobody mentioned it",
    "offer": "an offer or a deadline nobody mentioned",
    "attachment": "says that something is attached; attach it, or take this out",
    "observation": "tells of something you saw or heard when dealing with one recipient; is it true of this one too?",
}
"""By the kind of the claim."""
