"""What an import took for what, in sentences: for a terminal, and the flags that say the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from shlex import join, quote

from ..config import DEFAULT_COLUMNS, DEFAULT_EXPORT, Columns
from ..data.outcomes import meanings_text
from ..flags import flag
from ..text.quoted import quote as in_quotes
from .api import ImportPreview
from .meanings import parse_said
from .named_columns import names_in_one
from .options import ImportOptions
from .outcome_of import MEANT
from .sayings import Saying

_ROLES = {"text": "email", "html": "email", "recipient": "recipient", "sent_at": "time of sending", "step": "step"}
_HOW_TO_SAY = {
    "not_interested": "--not-interested reply, no_reply or skip",
    "agreed_meeting": "--agreed-meeting reply or conversion",
}
LONGEST_NOTE = 60
"""Characters of a note that is shown."""


def in_words(preview: ImportPreview, columns: Columns | None = None) -> Iterator[str]:
    """What was recognised, which column is what and why, what was left out, and how to say the same."""
    yield preview.why
    yield from column_sentences(preview)
    yield from saying_sentences(preview, "--outcomes")
    yield f"Contexts are composed as: {preview.context}"
    yield from (f"Note: {remark}" for remark in preview.remarks)
    counts = ", ".join(f"{name.replace('_', ' ')} {count:,}" for name, count in preview.outcomes.items())
    yield f"{preview.rows:,} emails of {preview.rows_read:,} rows: {counts}"
    if preview.pending:
        days = preview.options.days
        emails = "email" if preview.pending == 1 else "emails"
        yield f"Too recent to tell, and left out: {preview.pending:,} {emails} sent less than {days} days ago"
    yield from (f"Left out: {count:,}, {reason}" for reason, count in preview.left_out.items())
    yield from (f"Warning: {warning}" for warning in preview.warnings)
    for question in preview.questions:
        how = _HOW_TO_SAY.get(question.about, "outcome-rl import")
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


def saying_sentences(preview: ImportPreview, option: str) -> Iterator[str]:
    """The notes that were sorted by their own words, a sentence for each outcome, with what says so; ``option`` is what
    says otherwise.
    """
    if not preview.sayings:
        return
    rows = sum(count for _, count, _ in preview.sayings)
    sorted_ = f"{len(preview.sayings)} notes of {rows:,} rows were sorted by their own words"
    yield f"{sorted_}; to say otherwise, {option} 'NOTE=…'"
    for meaning in dict.fromkeys(said.meaning for _, _, said in preview.sayings):
        told = [_shown(note, count, said) for note, count, said in preview.sayings if said.meaning is meaning]
        yield f"taken for {meaning.value}: {', '.join(told)}"


def _shown(note: str, rows: int, said: Saying) -> str:
    because = "" if said.told_by == note.strip(" .!") else f", as it says {in_quotes(said.told_by, LONGEST_NOTE)}"
    return f"{in_quotes(note, LONGEST_NOTE)} ({rows:,}{because})"


def same_flags(preview: ImportPreview) -> str:
    """The flags of a command that takes DATA which read a table of no known tool in the same way; else none."""
    if preview.source != "generic" or len(preview.files) > 1:
        return ""
    text = next((use.column for use in preview.columns if use.role in ("text", "html")), "")
    outcomes = [use.column for use in preview.columns if use.role.startswith("outcome")]
    context = [use.column for use in preview.columns if use.role.startswith("context: ")]
    only = context[0] if len(context) == 1 and preview.context == "{context}" else preview.context
    given = [
        ("context_column", only, DEFAULT_COLUMNS.context),
        ("email_column", text, DEFAULT_COLUMNS.email),
        ("outcome_column", names_in_one(outcomes), DEFAULT_COLUMNS.outcome),
        ("outcomes", _meanings(preview), ""),
    ]
    return _typed((name, value) for name, value, usual in given if value.lower() != usual)


def export_flags(options: ImportOptions) -> str:
    """The flags that say what was said of an export, besides its columns and words."""
    given: list[tuple[str, str | bool]] = [
        ("days", str(options.days) if options.days != DEFAULT_EXPORT.days else ""),
        ("not_interested", options.not_interested if options.not_interested != DEFAULT_EXPORT.not_interested else ""),
        ("agreed_meeting", options.agreed_meeting if options.agreed_meeting != DEFAULT_EXPORT.agreed_meeting else ""),
        ("templates", str(options.templates) if isinstance(options.templates, (str, Path)) else ""),
        ("own_address", ",".join(options.addresses())),
        ("first_steps", options.first_steps),
        ("mask", options.mask),
    ]
    return _typed(given)


def column_flags(columns: Columns) -> str:
    """The flags that say how a table is read as it stands."""
    roles = ("context", "email", "outcome")
    given = [(role, getattr(columns, role)) for role in roles]
    other = [(f"{role}_column", name) for role, name in given if name.lower() != getattr(DEFAULT_COLUMNS, role)]
    return _typed([*other, ("outcomes", columns.outcomes)])


def _typed(given: Iterable[tuple[str, str | bool]]) -> str:
    """Settings as somebody types them; without those that nothing was said of."""
    return join(part for name, value in given if value for part in flag(name, value))


def _meanings(preview: ImportPreview) -> str:
    said = parse_said(preview.options.meanings)
    return meanings_text({word: MEANT[meaning] for word, meaning in said.items() if meaning in MEANT})
