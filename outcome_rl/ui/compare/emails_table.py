"""The table of a comparison: a row for each context, with what each model wrote and earned."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import gradio as gr

from ...events import EmailWritten
from . import gains

MAX_CONTEXTS = 300
"""Of one comparison on the page."""
COLUMNS = {
    "context": ("context", "str", "260px"),
    "base": ("base", "number", "80px"),
    "warm_start": ("warm start", "number", "110px"),
    "tuned": ("tuned", "number", "80px"),
    "gain": ("gain", "number", "80px"),
    "base_email": ("base email", "str", "420px"),
    "tuned_email": ("tuned email", "str", "420px"),
}
"""Of the table: header, type and width; rewards under the models' names."""
MAX_CELL = 140
"""Characters of an email in the table; a click on the cell shows all."""
Emails = dict[str, list[EmailWritten]]
"""Each model's first emails for the contexts, in their order."""


def first_emails(events: Iterable[EmailWritten]) -> Emails:
    """Of what a run has recorded, each model's first email for each context, at most as many as the page takes."""
    found: dict[str, dict[int, EmailWritten]] = {}
    for event in events:
        if event.candidate == 1 and event.place < MAX_CONTEXTS:
            found.setdefault(event.model, {})[event.place] = event  # one that was written again is the same
    return {model: [own[place] for place in sorted(own)] for model, own in found.items()}


def render_table(emails: Emails) -> gr.Dataframe:
    """The table with the columns that there are figures for."""
    shown = [name for name in COLUMNS if name != "warm_start" or name in emails]
    headers, types, widths = (list(each) for each in zip(*(COLUMNS[name] for name in shown), strict=True))
    found = [[row[name] for name in shown] for row in rows(emails)]
    return gr.Dataframe(found, headers=headers, datatype=types, column_widths=widths, visible=True)


def rows(emails: Emails) -> list[dict[str, Any]]:
    """A row for each context that somebody has written for, by the names in :data:`COLUMNS`; None: not there yet."""
    found = []
    for place in range(max(map(len, emails.values()), default=0)):
        own = {name: written[place] for name, written in emails.items() if place < len(written)}
        row: dict[str, Any] = dict.fromkeys(COLUMNS)
        for name, email in own.items():
            row |= {"context": email.context, name: round(email.reward or 0.0, 2), f"{name}_email": email.email_text}
        if "base" in own and "tuned" in own:
            row["gain"] = round(gains.gain((own["base"], own["tuned"])), 2)
        found.append(row)
    return found
