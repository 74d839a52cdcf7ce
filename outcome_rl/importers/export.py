"""Generated emails on their way back: a file that a sending tool takes, one row for each recipient."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from ..data.csv_io import escape_formula, write_rows
from ..errors import ConfigError, DataError
from ..text.merge_filling import SPELLINGS, field_values, fill, respell
from ..utils.files import atomic_file
from .templates import subject_and_body

TOOLS = tuple(SPELLINGS)
"""The tools whose spelling of merge fields is known."""
SUBJECT, BODY = "subject", "body"
RESULT_COLUMNS = (
    *("context", "email_text", "p_no_reply", "p_reply", "p_conversion", "reward", "word_count", "has_cta"),
    *("question_count", "candidate", "model", "sentence_effects"),
)
"""Columns of generated emails that a sending tool has no use for."""


def write_sends(
    rows: Iterable[Mapping[str, str]],
    out: Path | str,
    tool: str = "generic",
    bom: bool = False,
    email_column: str = "email_text",
) -> int:
    """Write a CSV for a sending tool, in one step: each row's own columns, then subject and body; rows written.

    Merge fields are spelled as the tool spells them. A cell that a spreadsheet would run as a formula gets a leading
    ``'`` (OWASP), which our own import takes off again.

    Args:
        rows: a recipient each, with the email under ``email_column``; its first line may be ``Subject: …``.
        bom: begin with a byte-order mark, by which Excel tells UTF-8.

    Raises:
        ConfigError: the tool is not known.
        DataError: a row has no email, or there is no row.
    """
    if tool not in SPELLINGS:
        raise ConfigError(f"tool: '{tool}' is not one of {', '.join(TOOLS)}; take generic for any other")
    kept = [dict(row) for row in rows]
    if not kept:
        raise DataError("there are no emails to write; generate some first")
    own = _own_columns(kept, email_column)
    header = [*own, SUBJECT, BODY]
    cells = list(_cells(kept, own, tool, email_column))
    if bom:
        _write_with_mark(Path(out), header, cells)
    else:
        write_rows(Path(out), header, cells)
    return len(cells)


def unfilled_fields(rows: Iterable[Mapping[str, str]], email_column: str = "email_text") -> Counter[str]:
    """The merge fields that a row's own columns do not fill, the sender's name above all, and in how many emails."""
    found: Counter[str] = Counter()
    for row in rows:
        _, missing, _ = fill(row.get(email_column, ""), field_values({**row, email_column: ""}))
        found.update(missing)
    return found


def _own_columns(rows: Sequence[Mapping[str, str]], email_column: str) -> list[str]:
    left = {email_column, SUBJECT, BODY, *RESULT_COLUMNS}
    return [name for name in dict.fromkeys(name for row in rows for name in row) if name not in left]


def _cells(rows: Sequence[Mapping[str, str]], own: Sequence[str], tool: str, email_column: str) -> Iterator[list[str]]:
    for number, row in enumerate(rows, 1):
        text = row.get(email_column) or row.get(BODY) or ""
        subject, body = subject_and_body(text)
        if not body.strip():
            raise DataError(f"row {number}: has no email; each recipient needs one")
        subject = subject or row.get(SUBJECT, "")
        yield [*(row.get(name, "") for name in own), respell(subject, tool), respell(body, tool)]


def _write_with_mark(path: Path, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """As write_rows does, behind a byte-order mark."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerows([[escape_formula(cell) for cell in row] for row in (header, *rows)])
    with atomic_file(path) as stream:
        stream.write(codecs.BOM_UTF8.decode("utf-8") + text.getvalue())
