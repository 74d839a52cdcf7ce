"""What an import took for what, in sentences: for a terminal, and the flags that say the same."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from shlex import quote

from ..config import DEFAULT_COLUMNS, DEFAULT_EXPORT, Columns
from ..data.outcomes import meanings_text
from .api import ImportPreview
from .meanings import parse_said
from .options import ImportOptions
from .outcome_of import MEANT

_ROLES = {"text": "email", "html": "email", "recipient": "recipient", "sent_at": "time of sending", "step": "step"}


def in_words(preview: ImportPreview, columns: Columns | None = None) -> Iterator[str]:
    """What was recognised, which column is what and why, what was left out, and how to say the same."""
    yield preview.why
    yield from column_sentences(preview)
    yield f"Contexts are composed as: {preview.context}"
    yield from (f"Note: {remark}" for remark in preview.remarks)
    counts = ", ".join(f"{name.replace('_', ' ')} {count:,}" for name, count in preview.outcomes.items())
    yield f"{preview.rows:,} emails of {preview.rows_read:,} rows: {counts}"
    if preview.pending:
        days = preview.options.days
        yield f"Too recent to tell, and left out: {preview.pending:,} emails sent less than {days} days ago"
    yield from (f"Left out: {count:,}, {reason}" for reason, count in preview.left_out.items())
    yield from (f"Warning: {warning}" for warning in preview.warnings)
    for question in preview.questions:
        how = "--not-interested reply, no_reply or skip" if question.about == "not_interested" else "outcome-rl import"
        yield f"{question.text} ({question.answer.replace('_', ' ')} until you say otherwise, with {how})"
    said = export_flags(preview.options)
    if flags := " ".join(filter(None, (column_flags(columns) if columns else same_flags(preview), said))):
        yield f"The same, said: {flags}"
    files = " ".join(quote(str(file)) for file in preview.files)
    yield f"To change it or to keep the result: outcome-rl import {files}{' ' * bool(said)}{said} --out data.csv"


def column_sentences(preview: ImportPreview) -> Iterator[str]:
    """Each column that tells the email or its outcome, and why it was taken for that."""
    for use in preview.columns:
        role = _ROLES.get(use.role, use.role)
        if role in ("email", "step", "time of sending") or use.role.startswith("outcome"):
            yield f"'{use.column}' was taken for the {role}" + (f": {use.reason}" if use.reason else "")


def same_flags(preview: ImportPreview) -> str:
    """The flags of a command that takes DATA which read a table of no known tool in the same way; else none."""
    if preview.source != "generic" or len(preview.files) > 1:
        return ""
    text = next((use.column for use in preview.columns if use.role in ("text", "html")), "")
    outcomes = [use.column for use in preview.columns if use.role.startswith("outcome")]
    context = [use.column for use in preview.columns if use.role.startswith("context: ")]
    only = context[0] if len(context) == 1 and preview.context == "{context}" else preview.context
    given = [
        ("--context-column", only, DEFAULT_COLUMNS.context),
        ("--email-column", text, DEFAULT_COLUMNS.email),
        ("--outcome-column", names_in_one(outcomes), DEFAULT_COLUMNS.outcome),
        ("--outcomes", _meanings(preview), ""),
    ]
    return " ".join(f"{flag} {quote(value)}" for flag, value, usual in given if value and value.lower() != usual)


def export_flags(options: ImportOptions) -> str:
    """The flags that say what was said of an export, besides its columns and words."""
    given = [
        ("--days", str(options.days) if options.days != DEFAULT_EXPORT.days else ""),
        ("--not-interested", options.not_interested if options.not_interested != DEFAULT_EXPORT.not_interested else ""),
        ("--templates", str(options.templates) if isinstance(options.templates, (str, Path)) else ""),
        ("--own-address", ",".join(options.addresses())),
    ]
    said = [f"{flag} {quote(value)}" for flag, value in given if value]
    return " ".join(said + ["--first-steps"] * options.first_steps + ["--mask"] * options.mask)


def column_flags(columns: Columns) -> str:
    """The flags that say how a table is read as it stands."""
    flags = {"context": "--context-column", "email": "--email-column", "outcome": "--outcome-column"}
    given = [(flag, getattr(columns, role), getattr(DEFAULT_COLUMNS, role)) for role, flag in flags.items()]
    said = [f"{flag} {quote(value)}" for flag, value, usual in given if value.lower() != usual]
    return " ".join(said + [f"--outcomes {quote(columns.outcomes)}"] * bool(columns.outcomes))


def names_in_one(names: Sequence[str]) -> str:
    """Several columns' names in one text, as ``--outcome-column`` takes them."""
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(list(dict.fromkeys(names)))
    return line.getvalue() if len(names) > 1 else "".join(names)


def _meanings(preview: ImportPreview) -> str:
    said = parse_said(preview.options.meanings)
    return meanings_text({word: MEANT[meaning] for word, meaning in said.items()})
