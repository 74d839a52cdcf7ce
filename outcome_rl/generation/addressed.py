"""Emails with what is known of whom each is for: merge fields filled, the recipient's own columns beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from ..importers.recipients import Recipients, as_template, filled
from .emails import COLUMNS, ScoredEmail

OF_AN_EMAIL = (*COLUMNS, "candidate", "model")
"""Columns of a table of emails that were written; a recipient's own follow."""


def address(
    emails: Sequence[ScoredEmail], whom: Recipients, candidates: int, merge_fields: bool
) -> tuple[list[ScoredEmail], Counter[str]]:
    """The emails with each recipient's merge fields filled, or with ``merge_fields`` their own values left open; and
    which fields nothing fills, in how many emails.

    emails: ``candidates`` for each recipient, a recipient's next to each other.
    """
    found, open_fields = [], Counter[str]()
    for place, email in enumerate(emails):
        columns = whom.columns(place // candidates)
        if merge_fields:
            found.append(replace(email, email_text=as_template(email.email_text, columns)))
            continue
        text, missing = filled(email.email_text, columns) if columns else (email.email_text, ())
        open_fields.update(missing)
        found.append(replace(email, email_text=text))
    return found, open_fields


def no_column_fills(open_fields: Counter[str]) -> str:
    """What to say of merge fields that stay open; empty where there are none."""
    if not open_fields:
        return ""
    names = ", ".join(f"{name} ({count})" for name, count in open_fields.most_common(5))
    return f"no column fills these merge fields, with the number of emails: {names}"


def own_columns(header: Sequence[str]) -> list[int]:
    """Places of a recipient's columns that stand beside an email; one of a name that is needed is left out."""
    return [place for place, name in enumerate(header) if name.lower() not in OF_AN_EMAIL]


def email_rows(emails: Sequence[ScoredEmail], whom: Recipients, candidates: int) -> Iterator[list[Any]]:
    """One row for each email: :data:`OF_AN_EMAIL`, then the recipient's :func:`own_columns`."""
    kept = own_columns(whom.header)
    for place, email in enumerate(emails):
        own = [whom.rows[place // candidates][each] for each in kept]
        yield [*email.row(), email.candidate, email.model, *own]
