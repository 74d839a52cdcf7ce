"""Who signed the emails, for which firm, and what one of several senders says of themselves: not the others' to say."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ..text.email_parts import EmailParts
from ..text.footers import is_device_line

SENDS = 0.05
"""Share of the emails that somebody must have signed to be one of the senders."""
SHORTEST = 3
"""Letters of a name that is looked for in sentences."""
FIRM = 0.2
"""Share of the emails under which a firm's name must stand."""
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


def firm_of(emails: Sequence[EmailParts]) -> str:
    """What stands below the senders' names most often, without numbers: the firm, as a rule. Empty where nothing does
    often enough.
    """
    counted = Counter(part for email in emails for part in {*_below_the_name(email.signature)})
    found = max(counted, key=lambda part: (counted[part], part), default="")
    return found if counted[found] >= FIRM * len(emails) else ""


def _below_the_name(signature: str) -> list[str]:
    lines = [line for line in signature.split("\n") if not is_device_line(line)]
    parts = [part.strip() for line in lines for part in re.split(r"[,|·•]", line)][1:]
    return [part for part in parts if part and not any(map(str.isdigit, part)) and part[:1].isupper()]


def _first_name(signature: str) -> str:
    found = _NAME.search(signature.split("\n")[0])
    return found.group().lower() if found else ""
