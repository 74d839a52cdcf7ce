"""Emails that stand as a list inside a cell, as a CRM's leads with all their activities in JSON: told, not read."""

from __future__ import annotations

import re
from itertools import islice

from ..data.tables import Table
from ..errors import DataError
from .layouts import Layout

LOOKED_AT = 100
_SUBJECT = re.compile(r'"(?:email_)?subject"\s*:')
_BODY = re.compile(r'"(?:body|body_text|body_html|text_body|html_body|email_body|body_plain)"\s*:\s*"')


def require_emails_as_rows(table: Table, layout: Layout) -> None:
    """Raises DataError where a column that no adapter knows holds each row's emails with their texts in a list, and no
    other column holds an email.
    """
    if layout.tool != "generic" or {"text", "html"} & layout.columns.keys():
        return
    for record in islice(table.rows(bounded=False), LOOKED_AT):
        for name, cell in zip(table.header, record.cells, strict=True):
            if cell.lstrip().startswith("[") and _SUBJECT.search(cell) and _BODY.search(cell):
                raise DataError(
                    f"{table.name}: the emails stand in '{name}', a list inside each row, which is not read. Export a "
                    "row for each email and each answer, with direction (outgoing or incoming), sender, recipient, "
                    "date, subject and text; or give the mailbox that they were sent from, as mbox"
                )
