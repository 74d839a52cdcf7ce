"""What a seller claims again and again: it is the seller's own to say, and no model has invented it."""

from __future__ import annotations

from collections.abc import Sequence

from ..text.claims import find_claims
from ..text.email_parts import email_parts
from .fields import ContextFields
from .senders import firm_of
from .units import FRAME, units_of

SAID_OFTEN = 3
"""Contexts for which a seller has said something that makes it the seller's own, and not about one recipient."""
OF_THE_SELLER = frozenset(("number", "percent", "price", "company", "link", "result", "reputation", "offer"))
"""Kinds of claims that hold for all recipients if they hold for some; an earlier talk or a name does not."""


def own_statements(contexts: Sequence[str], emails: Sequence[str]) -> tuple[str, ...]:
    """The firm that emails are signed for, and the sentences with claims that they make to at least :data:`SAID_OFTEN`
    contexts.
    """
    fields = ContextFields.learn(contexts)
    values = [fields.values(context) for context in contexts]
    parts = [email_parts(email) for email in emails]
    units = units_of(parts, values, [0] * len(emails))
    found = [firm] if (firm := firm_of(parts)) else []
    for (place, _), unit in units.items():
        if place in FRAME or len({contexts[row] for row in unit.rows}) < SAID_OFTEN:
            continue
        kinds = {claim.kind for claim in find_claims(unit.original, contexts[unit.rows[0]])}
        if kinds and kinds <= OF_THE_SELLER:
            found.append(unit.original)
    return tuple(found)
