"""What kinds of phrases claim something, and how a context tells that a contact began (``re.VERBOSE``)."""

from __future__ import annotations

REPUTATION, RESULT, EARLIER_TALK = "reputation", "result", "earlier_talk"
RELATION, PRESENCE, OFFER = "relation", "presence", "offer"

TOPICS: tuple[tuple[str, str], ...] = (
    (
        "pricing",
        r"pric(?:e|es|ing|ed)\b|cost(?:s|ing)?\b|\bquot(?:e|ation)|\brates?\b|\bpreis\w*|\bkosten\b"
        r"|\bangebot",
    ),
    (
        "webinar",
        r"webinar|seminar|\bsession|\bevent\b|\battend(?:ed|ing)?\b|\bworkshop|\bpresentation"
        r"|\btalk\b(?=.*attend)|\bteilnahme",
    ),
    ("referral", r"refer(?:red|ral)|recommend\w*|\bpartner\b|introduc\w+|knows\sa\scustomer|empfehl\w*|empfohlen"),
    (
        "document",
        r"white\s?-?paper|\bpaper\b|\bguide\b|\breport\b|e-?book|brochure|download\w*|checklist"
        r"|heruntergeladen|leitfaden",
    ),
    ("demo", r"\bdemo\w*|\basked\sto\ssee\b|walk-?through|vorführ\w*"),
    (
        "meeting",
        r"\bmet\b|\bmeet(?:ing)?\b|\bfair\b|trade\s?-?show|exhibition|conference|\bbooth\b|\bstand\b"
        r"|\bmesse\b|\bspoke\b|\btalked\b",
    ),
    ("call", r"\bcalled\b|\bphoned?\b|\btelephone|\bcall\b(?!\s?cent)|telefon\w*|\bangerufen"),
    (
        "trial",
        r"\btrial\b|\btest(?:ed|ing)?\b|\btried\b|\bpilot\b|testphase|\bfree\s(?:month|weeks?|days)\b|\bdropped\soff\b"
        r"|\bsigned\sup\b|\bgave\sup\b|\blapsed\b|probe(?:phase|monat|zugang)",
    ),
    (
        "customer",
        r"\b(?:past|old|former|lapsed|ex|existing|returning)[\s-](?:customer|client|subscriber|account)|was\sa\s(?:customer|client)"
        r"|is\sa\s(?:customer|client)|\bordered\b|(?<!\bwe\s)(?<!\bi\s)\bbought\b(?![\s-](?:in|list)\b)|\bleft\sus\b|\bcancel\w*|\bchurn\w*|\bwin-?back\b"
        r"|\bwith\sus\s(?:until|before|in)\b|kunde\s(?:war|von)|\b(?:alt|ex|bestands)kund\w+|gekündigt|früher\sbei\suns",
    ),
    ("search", r"looking\s(?:for|at)|searching|\bseek\w*|\bsucht\b|in\sneed\sof"),
    (
        "interest",
        r"\binterested\b|\binterest\b|\benquir\w+|\binquir\w+|contacted\sus|\bwrote\sto\sus\b"
        r"|filled\s(?:in|out)|\bgefragt\b|\bangefragt|\banfrage",
    ),
)
"""How a contact may have begun, as a context tells it and as an email takes it up."""

INBOUND = frozenset({"pricing", "webinar", "document", "demo", "trial", "search", "interest", "call"})
"""Where the reader came forward: thanks for interest, a question or a message are in order."""
IN_PERSON = frozenset({"meeting", "call"})
"""Where both have spoken."""

TOLD = (
    r"\b(?:told|mentioned|noted|said|explained|described|promised|added|shared|agreed|wrote|asked\swhether|asked\sif"
    r"|asked\show|wanted\sproof|erwähnt|gesagt|erzählt|geschrieben)\b"
)
"""Words that give the content of a talk, which no way of having met can vouch for."""
SPOKE = (
    r"\b(?:spoke|talked|chatted|discussed|conversation|met|meet|meeting|speak\w*|talk\w*|chat\w*|gespräch"
    r"|telefonat|besprochen|getroffen|treffen|time|see\syou|seeing|connect\w*)\b"
)
INTEREST = (
    r"\b(?:interest\w*|questions?|enquiry|inquiry|request\w*|message|e-?mail|note|reaching|contacting|writing"
    r"|getting|asked|trust|time|feedback|order|anfrage|interesse|frage|nachricht|inquired|enquired"
    r"|contacted)\b"
)
