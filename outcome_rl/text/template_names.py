"""What a template is called, told from emails made of it: its words, with "…" where each email has its own."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from .email_parts import email_parts
from .subject_line import subject_line

LOOKED_AT = 40
"""Emails of a template that its name is told from."""
SHARED = 0.7
"""Share of the emails that a word stands in, for it to be the template's own."""
FEWEST_WORDS = 2
LONGEST = 500
"""Characters that an email is looked at where neither subject nor body has words in common."""
GAP = "…"
_TOKEN = re.compile(r"\w+(?:['’.-]\w+)*|[^\w\s]|\s+")


def template_names(templates: Sequence[Sequence[str]]) -> list[str]:
    """A name for each template, given emails made of it: its subject, else how it begins below the greeting.

    Templates with one subject are told apart by how they begin, and where that is the same too, by a number.
    """
    some = [emails[:: max(1, len(emails) // LOOKED_AT)][:LOOKED_AT] for emails in templates]
    names = [_shared([subject_line(email) or "" for email in emails]) for emails in some]
    often = Counter(names)
    for place, name in enumerate(names):
        if not name or often[name] > 1:
            names[place] = ": ".join(filter(None, (name, _shared([_opening(email) for email in some[place]]))))
        names[place] = names[place] or _shared([email[:LONGEST] for email in some[place]], 1)
    return [_numbered(names, place) for place in range(len(names))]


def _numbered(names: Sequence[str], place: int) -> str:
    name = names[place] or "without words in common"
    before = names[:place].count(names[place])
    return f"{name} ({before + 1})" if names.count(names[place]) > 1 else name


def _opening(email: str) -> str:
    body = email_parts(email).body
    return body[0].text if body else ""


def _shared(texts: Sequence[str], fewest: int = FEWEST_WORDS) -> str:
    """The words that most of the texts have, in the order of one of them; "" where they have hardly any."""
    parted = [_TOKEN.findall(" ".join(text.split())) for text in texts]
    held = Counter(token for tokens in parted for token in {token.lower() for token in tokens})
    common = {token for token, count in held.items() if count >= SHARED * len(texts)}
    own = [[token for token in tokens if token.lower() in common] for tokens in parted]
    # the words of a name may be the template's too: "at The Larder at the busiest hour" is not the one to show
    shown = min(range(len(texts)), key=lambda place: (-len({token.lower() for token in own[place]}), len(own[place])))
    if sum(token[0].isalnum() for token in own[shown]) < fewest:
        return ""
    kept = "".join(token if token.isspace() or token.lower() in common else GAP for token in parted[shown])
    return re.sub(rf"{GAP}(?:\s*{GAP})+", GAP, kept)
