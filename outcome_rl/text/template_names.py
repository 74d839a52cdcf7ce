"""What a template is called, told from emails made of it: its words, with "…" where each email has its own."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from .common_words import is_common
from .email_parts import email_parts
from .subject_line import subject_line

LOOKED_AT = 40
"""Emails of a template that its name is told from."""
SHARED = 0.7
"""Share of the emails that a word stands in, for it to be the template's own."""
FEWEST_WORDS = 2
FEWEST_TELLING = 2
"""Words that are not among a language's commonest, in a name from the middle of a text; "I … the …" has none of them
and is no name at all.
"""
SHORTEST_TELLING = 4
"""Letters of such a word."""
MOST_IN_A_RUN = 9
"""Words of a name that is taken from the middle of a text."""
LONGEST = 500
"""Characters that an email is looked at where neither subject nor body has words in common."""
GAP = "…"
_TOKEN = re.compile(r"\w+(?:['’.-]\w+)*|[^\w\s]|\s+")


def template_names(templates: Sequence[Sequence[str]]) -> list[str]:
    """A name for each template, given emails made of it: its subject, else how it begins below the greeting, else the
    first words in a row that tell something and are the same in most emails.

    Templates with one subject are told apart by how they begin, and where that is the same too, by a number.
    """
    some = [emails[:: max(1, len(emails) // LOOKED_AT)][:LOOKED_AT] for emails in templates]
    names = [_shared([subject_line(email) or "" for email in emails]) for emails in some]
    often = Counter(names)
    for place, name in enumerate(names):
        if not name or often[name] > 1:
            names[place] = ": ".join(filter(None, (name, _shared([_opening(email) for email in some[place]]))))
        names[place] = names[place] or _first_run([_body(email) for email in some[place]])
        names[place] = names[place] or _shared([email[:LONGEST] for email in some[place]], 1)
    return [_numbered(names, place) for place in range(len(names))]


def _numbered(names: Sequence[str], place: int) -> str:
    name = names[place] or "without words in common"
    before = names[:place].count(names[place])
    return f"{name} ({before + 1})" if names.count(names[place]) > 1 else name


def _opening(email: str) -> str:
    body = email_parts(email).body
    return body[0].text if body else ""


def is_code(name: str) -> bool:
    """Whether a template is called by a number or an id, which tells nobody which one it is."""
    if re.fullmatch(r"[0-9a-f-]{16,}", name.lower()):
        return True
    words = re.findall(r"[^\W_]+", name)
    return any(sign.isdigit() for sign in name) and not any(word.isalpha() and len(word) > 3 for word in words)


def _body(email: str) -> str:
    return " ".join(sentence.text for sentence in email_parts(email).body)


def _shared(texts: Sequence[str], fewest: int = FEWEST_WORDS) -> str:
    """The words that most of the texts have, in the order of one of them; "" where they have hardly any, or where such
    as tell nothing stand between gaps.
    """
    parted, common = _parted(texts)
    own = [[token for token in tokens if token.lower() in common] for tokens in parted]
    # the words of a name may be the template's too: "at The Larder at the busiest hour" is not the one to show
    shown = min(range(len(texts)), key=lambda place: (-len({token.lower() for token in own[place]}), len(own[place])))
    if sum(token[0].isalnum() for token in own[shown]) < fewest:
        return ""
    kept = "".join(token if token.isspace() or token.lower() in common else GAP for token in parted[shown])
    if GAP in kept and fewest > 1 and not any(map(_tells, own[shown])):
        return ""
    return re.sub(rf"{GAP}(?:\s*{GAP})+", GAP, kept)


def _first_run(texts: Sequence[str]) -> str:
    """The first words in a row that most of the texts have and that tell something."""
    parted, common = _parted(texts)
    for tokens in parted:
        runs = "".join(token if token.isspace() or token.lower() in common else "\n" for token in tokens)
        for run in runs.split("\n"):
            words = re.sub(r"^\W+", "", run).split()
            if sum(map(_tells, _TOKEN.findall(run))) >= FEWEST_TELLING:
                return " ".join(words[:MOST_IN_A_RUN]) + (f" {GAP}" if len(words) > MOST_IN_A_RUN else "")
    return ""


def _parted(texts: Sequence[str]) -> tuple[list[list[str]], set[str]]:
    """(the texts as words, signs and blanks; those, in small letters, that most of the texts have)."""
    parted = [_TOKEN.findall(" ".join(text.split())) for text in texts]
    held = Counter(token for tokens in parted for token in {token.lower() for token in tokens})
    return parted, {token for token, count in held.items() if count >= SHARED * len(texts)}


def _tells(token: str) -> bool:
    return len(token) >= SHORTEST_TELLING and token.isalpha() and not is_common(token)
