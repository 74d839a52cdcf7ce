"""The table of a comparison: a row for each context, with what each model wrote and earned."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import gradio as gr

from ...events import EmailWritten
from ..common import per_hundred
from ..words.write import TABLE, TABLE_UNTAUGHT

MAX_CONTEXTS = 300
"""Of one comparison on the page."""
COLUMNS = {
    "context": ("str", "260px"),
    "base": ("number", "130px"),
    "warm_start": ("number", "130px"),
    "tuned": ("number", "130px"),
    "gain": ("number", "110px"),
    "base_email": ("str", "420px"),
    "tuned_email": ("str", "420px"),
}
"""Of the table: type and width; under the models' names how many of 100 emails are expected to be answered."""
NUMBERS = ("base", "warm_start", "tuned", "gain")
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


def render_table(emails: Emails, trusted: bool = True, taught: bool = True) -> gr.Dataframe:
    """The table with the columns that there are figures for; no numbers of a model that is not trusted. ``taught``: the
    writer was.
    """
    known = [name for name in COLUMNS if trusted or name not in NUMBERS]
    shown = [name for name in known if name != "warm_start" or name in emails]
    called = TABLE if taught else TABLE | TABLE_UNTAUGHT
    headers = [called[name] for name in shown]
    types, widths = (list(each) for each in zip(*(COLUMNS[name] for name in shown), strict=True))
    found = [[row[name] for name in shown] for row in rows(emails)]
    return gr.Dataframe(found, headers=headers, datatype=types, column_widths=widths, visible=True)


def rows(emails: Emails) -> list[dict[str, Any]]:
    """A row for each context that somebody has written for, by the names in :data:`COLUMNS`; None: not there yet."""
    found = []
    for place in range(max(map(len, emails.values()), default=0)):
        own = {name: written[place] for name, written in emails.items() if place < len(written)}
        row: dict[str, Any] = dict.fromkeys(COLUMNS)
        for name, email in own.items():
            expected = per_hundred.answered(email)
            shown = None if expected is None else round(expected, 1)
            row |= {"context": email.context, name: shown, f"{name}_email": email.email_text}
        if row["base"] is not None and row["tuned"] is not None:
            row["gain"] = round(row["tuned"] - row["base"], 1)
        found.append(row)
    return found
