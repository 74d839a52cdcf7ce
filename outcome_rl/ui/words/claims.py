"""Why a claim should be checked before sending, in words for whoever sends it."""

from __future__ import annotations

WHY = {
    "number": "a number you did not give",
    "percent": "a share you did not give",
    "price": "a price you did not give",
    "date": "a date you did not give",
    "name": "a name nobody gave",
    "company": "a company, product or place you did not mention",
    "link": "an address you did not give",
    "result": "a result you did not give",
    "earlier_talk": "speaks of an earlier talk that you did not mention",
    "reputation": "praise you did not give",
    "relation": "says that you know somebody, which you did not mention",
    "presence": "says that you have seen something of theirs, which you did not mention",
    "offer": "an offer or a deadline you did not give",
}
"""By the kind of the claim."""
