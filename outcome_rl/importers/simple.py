"""Tables that need no import: one column each for context, email and outcome, every row an email of its own.

Such a file is read as it stands, with a mapping of its columns and words, so that its rows can be shown and changed in
place. All else (several outcome columns, dates, composed contexts, known tools) is imported.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ..config import Columns
from ..data.column_mapping import MOST_WORDS, outcome_words
from ..data.csv_io import one_table
from ..data.dataset import read_emails
from ..data.outcomes import meanings_text, outcome_meanings, parse_outcome
from ..errors import DataError
from .api import ImportPreview, preview_import
from .guess_outcomes import outcome_rule
from .meanings import Form, Meaning, OutcomeRule, Signal, Unknown
from .options import ImportOptions
from .outcome_of import MEANT
from .profiles import profile_columns
from .sayings import Saying, read_saying


def guess(path: Path) -> Columns:
    """How to read a table that needs no import; a column for which nothing fits is ``""``, and words that are not
    understood are not in ``outcomes``.

    Raises:
        DataError: the file cannot be read.
    """
    preview = preview_import([path], ImportOptions())
    found = simple_columns(preview)
    if found or len(preview.layouts) != 1:
        return found or Columns("", "", "")
    (layout,) = preview.layouts
    outcome = layout.rules[0].column if len(layout.rules) == 1 and not layout.rules[0].only_values else ""
    return Columns(layout.context.get("context", ""), layout.columns.get("text", ""), outcome)


def simple_columns(preview: ImportPreview) -> Columns | None:
    """The mapping that says the same as an import, None where none does."""
    if len(preview.files) != 1 or len(preview.layouts) != 1 or preview.source not in ("generic", "outcome_rl"):
        return None
    (layout,) = preview.layouts
    context, email = layout.context.get("context", ""), layout.columns.get("text", layout.columns.get("html", ""))
    if not context or not email or len(layout.rules) != 1 or preview.context != "{context}" or layout.directions:
        return None
    (rule,), path = layout.rules, preview.files[0]
    if rule.only_values or rule.form not in (Form.WORD, Form.FLAG, Form.COUNT):
        return None
    columns = Columns(context, email, rule.column)
    header = [name.lower() for name in one_table(path).header]
    names = [name.lower() for name in (context, email, rule.column)]
    if any(header.count(name) != 1 or f"{name} (2)" in header for name in names):
        return None
    said = meanings_text({str(word): _said(value) for word, value in preview.options.meanings.items()})
    return replace(columns, outcomes=_meanings(path, columns, rule, outcome_meanings(said)))


def _said(value: str | int) -> int:
    known = parse_outcome(str(value))
    return -1 if known is None else known


def agrees(preview: ImportPreview, path: Path, columns: Columns) -> bool:
    """Whether a mapping gives the very outcomes that the import gives."""
    try:
        data = read_emails(path, columns)
    except DataError:
        return False
    return data.counts() == list(preview.outcomes.values()) and not preview.unresolved_filled


def guess_meanings(path: Path, columns: Columns) -> Columns:
    """The same columns with what their words usually mean; words that everybody writes alike need none."""
    table = one_table(path)
    profiles = profile_columns(table.header, (record.cells for record in table.rows()))
    profile = next((each for each in profiles if each.name.lower() == columns.outcome.lower()), None)
    if profile is None:
        return columns
    return replace(columns, outcomes=_meanings(path, columns, outcome_rule(profile), {}))


def _meanings(path: Path, columns: Columns, rule: OutcomeRule, said: dict[str, int]) -> str:
    """What the column's words mean by a rule, as far as it has to be said."""
    words = outcome_words(path, replace(columns, outcomes=""))
    if len(words) > MOST_WORDS:
        return ""
    needed = dict(said)
    for each in words:
        told: Signal | Saying | Unknown | None = rule.read(each.word, {})
        if isinstance(told, Unknown) and rule.form is Form.WORD:
            told = read_saying(each.word) or told
        if each.key in needed or isinstance(told, Unknown):
            continue
        value = MEANT[told.meaning] if told else MEANT[Meaning.NONE]
        if parse_outcome(each.key) != value:
            needed[each.key] = value
    return meanings_text(needed)
