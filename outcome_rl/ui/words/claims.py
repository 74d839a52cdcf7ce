"""Why a claim should be checked before sending, in words for whoever sends it."""

from __future__ import annotations

WHY = {
    "number": "a number nobody gave",
    "percent": "a percentage nobody gave",
    "price": "a price nobody gave",
    "date": "a date nobody gave",
    "name": "a name nobody gave",
    "greeting": "not the recipient's name",
    "company": "a company, product or place nobody mentioned",
    "link": "an address nobody gave",
    "result": "a result nobody gave",
    "earlier_talk": "speaks of an earlier talk that nobody mentioned",
    "reputation": "praise of you that nobody listed",
    "relation": "says that you know somebody, which nobody mentioned",
    "presence": "says that you have seen something of theirs, which nobody mentioned",
    "offer": "an offer or a deadline nobody gave",
    "attachment": "says that something is attached; attach it, or take this out",
    "observation": "tells of something you saw or heard at one recipient; is it true of this one?",
}
"""By the kind of the claim."""
