"""Who signed the emails: what one of several senders says of themselves is not the others' to say."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ..text.email_parts import EmailParts

SENDS = 0.05
"""Share of the emails that somebody must have signed to be one of the senders."""
SHORTEST = 3
"""Letters of a name that is looked for in sentences."""
_NAME = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True)
class Senders:
    """The first name under each of N emails, in small letters, empty where there is none; names: of several senders."""

    under: tuple[str, ...]
    names: frozenset[str]

    @staticmethod
    def learn(emails: Sequence[EmailParts]) -> Senders:
        """From the signatures."""
        under = tuple(_first_name(email.signature) for email in emails)
        often = {name for name, n in Counter(under).items() if len(name) >= SHORTEST and n >= SENDS * len(emails)}
        return Senders(under, frozenset(often) if len(often) > 1 else frozenset())

    def speaks_of_one(self, text: str, rows: Sequence[int]) -> bool:
        """Whether a sentence, which stands in the emails ``rows``, names the one sender who says it, as an introduction
        or a link to a calendar does.
        """
        named = self.names.intersection(_NAME.findall(text.lower()))
        return len(named) == 1 and {self.under[row] for row in rows} == named


def _first_name(signature: str) -> str:
    found = _NAME.search(signature.split("\n")[0])
    return found.group().lower() if found else ""
