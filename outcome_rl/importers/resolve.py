"""Any file that a command or the page is given, as one that can be read: as it stands, or imported.

A file with the columns that were named, whose words are all known, is read as it stands. Any other is imported: what
its columns and words were taken for is said with the reasons, and what only the user can know is asked for, by an
error that names the way out. Nothing is assumed of a word that is not known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from ..config import DEFAULT_COLUMNS, Columns
from ..data.column_mapping import MOST_WORDS, OutcomeWord, outcome_words
from ..data.csv_io import NAME_COLUMNS, one_table, read_columns
from ..data.dataset import EmailData, read_emails, row_problem
from ..data.outcomes import (
    LEFT_OUT,
    OUTCOME_NAMES,
    REST,
    SKIP,
    meanings_as_written,
    meanings_text,
    outcome_key,
    outcome_meanings,
    parse_outcome,
    row_text,
)
from ..data.sources import find_sources
from ..errors import DataError
from ..text.quoted import one_line, quote, quote_some
from ..utils.streaming import run_to_end
from .api import ImportPreview, import_steps
from .composition import Composition, read_beside
from .contradictions import contradictions
from .copies import write_copy
from .dates import parse_date
from .guess_outcomes import is_plainly_named, outcome_rule
from .mailbox import is_mailbox
from .meanings import Form, Meaning, known_word
from .options import ImportOptions
from .outcome_of import MEANT
from .profiles import profile_columns
from .progress import Watch
from .questions import open_questions
from .sayings import read_saying
from .simple import agrees, simple_columns
from .texts import NO_TEMPLATE
from .words import in_words

LONGEST_WORD = 80
"""Characters of a word that is shown as it is to be typed."""


@dataclass(frozen=True)
class ResolvedData:
    """A file that ``read_emails(path, columns)`` reads, and how it came about.

    ``said``: what was guessed, a sentence each; nothing where the file is read as it stands. ``preview``: of the
    import; None where there was none. ``rows``: numbers of the original's rows.
    """

    source: Path
    path: Path
    columns: Columns
    said: tuple[str, ...] = ()
    preview: ImportPreview | None = None
    rows: tuple[int, ...] = ()
    changes: tuple[tuple[int, str], ...] = ()
    folder: TemporaryDirectory[str] | None = None
    """Holds the imported copy as long as this is kept."""

    @property
    def imported(self) -> bool:
        """Whether ``path`` is a copy that an import wrote."""
        return self.folder is not None

    @property
    def composition(self) -> Composition | None:
        """How contexts were composed, now or by the import that wrote the file; None where that is not known."""
        if self.preview and self.imported:
            return self.preview.composition
        if self.columns.context.lower() != DEFAULT_COLUMNS.context:
            return Composition.of_column(self.columns.context)
        return read_beside(self.path)

    def read(self) -> EmailData:
        """The rows, numbered as in the file that was named. Raises DataError."""
        if self.preview is None or not self.imported:
            data = read_emails(self.path, self.columns)
            return replace(data, notes=(*data.notes, *self.said)) if self.said else data
        data = read_emails(self.path, self.columns, clean=False)
        rows = self.rows if len(self.rows) == len(data) else data.rows
        return replace(data, rows=rows, changes=self.changes, notes=self.said)


def resolve_data(
    path: Path,
    columns: Columns = DEFAULT_COLUMNS,
    options: ImportOptions | None = None,
    watch: Watch = run_to_end,
) -> ResolvedData:
    """The file as it can be read.

    Args:
        columns: what was said of its columns and words; the usual names where nothing was.
        options: everything else that may be said of an import.
        watch: goes through the import, and may show how far it is.

    Raises:
        ConfigError: a column that was named is not there, or the words' meanings are not understood.
        DataError: the file cannot be read, or something has to be answered first; ``remedy`` says how.
    """
    path = Path(path)
    if options is None and (plain := _as_it_stands(path, columns)):
        return plain
    options = _options(path, columns, options or ImportOptions())
    preview = watch(import_steps([path], options))
    _require_answers(preview)
    outcomes = _of_the_result(columns.outcomes, preview)
    columns = simple_columns(preview) or DEFAULT_COLUMNS
    if columns != DEFAULT_COLUMNS and agrees(preview, path, columns):
        return ResolvedData(path, path, columns, tuple(in_words(preview, columns)), preview)
    folder = TemporaryDirectory(prefix="outcome-rl-data-")
    copy = Path(folder.name) / f"{path.name.split('.')[0] or 'emails'}.csv"
    rows, changes = watch(write_copy(preview, copy))
    said = (*in_words(preview), *([f"Then, as you said: --outcomes '{outcomes}'"] if outcomes else []))
    columns = replace(DEFAULT_COLUMNS, outcomes=outcomes)
    return ResolvedData(path, copy, columns, said, preview, rows, changes, folder)


def _of_the_result(said: str, preview: ImportPreview) -> str:
    """What was said of 0, 1, 2 or their names where no column of the export holds such a word: it is of the result, as
    ``2=1`` where a mailbox has too few conversions to learn from.
    """
    if any(rule.form is Form.COUNT for layout in preview.layouts for rule in layout.rules):
        return ""
    words = {outcome_key(word) for word, _, _ in preview.words}
    meant = {OUTCOME_NAMES[key]: value for key, value in outcome_meanings(said).items()
             if key in OUTCOME_NAMES and key not in words}  # fmt: skip
    return meanings_text({str(code): value for code, value in meant.items() if code != value})


def needs_import(path: Path, columns: Columns = DEFAULT_COLUMNS) -> bool:
    """Whether a file is no table that has these columns, each once. Raises DataError: it cannot be read."""
    if _is_many(path):
        return True
    header = [name.lower() for name in one_table(path).header]
    names = [getattr(columns, role).lower() for role in ("context", "email", "outcome")]
    twice = any(f"{name} (2)" in header for name in names)  # which of the two is a question
    return twice or any(header.count(name) != 1 for name in names)


def _as_it_stands(path: Path, columns: Columns) -> ResolvedData | None:
    """The file itself, where it has the columns and every word of its outcomes is known or was said."""
    if needs_import(path, columns):
        return None
    if not _holds_words(path, columns.outcome):
        return None
    given = outcome_meanings(columns.outcomes)
    rest = {REST: given.pop(REST)} if REST in given else {}
    words = outcome_words(path, replace(columns, outcomes=meanings_text(given)))
    unknown = [each for each in words if each.meaning is None]
    warnings = tuple(f"Warning: {each}" for each in contradictions(path, columns))
    if not unknown:
        return ResolvedData(path, path, columns, warnings)
    if len(words) > MOST_WORDS or not is_plainly_named(columns.outcome):
        return None
    guessed = {each.word: meaning for each in unknown if (meaning := _meaning(each.word)) is not None}
    asked = [each for each in unknown if each.word not in guessed and parse_outcome(each.word, rest) is None]
    if asked and all(parse_date(each.word) for each in asked):
        raise _dates(path.name, columns.outcome)
    if any(each.key.isdigit() for each in asked):  # 1, 2, 3 may be any scale: none of its numbers is assumed
        numbers = [each for each in words if each not in asked and each.key.isdigit() and each.key not in given]
        asked = [*asked, *numbers]
    if asked:
        raise _unknown_words(*_first_unknown(path, columns, asked), asked)
    meant = {word: MEANT[meaning] for word, meaning in guessed.items()}
    outcomes = ",".join(filter(None, (columns.outcomes, meanings_text(meant))))
    said = (
        f"{path.name}: words in '{columns.outcome}' were taken for what they usually mean: {_meant(guessed)}",
        f"The same, said: --outcomes '{outcomes}'",
    )
    return ResolvedData(path, path, replace(columns, outcomes=outcomes), (*said, *warnings))


def _holds_words(path: Path, column: str) -> bool:
    """Whether a column is one of labels, not of dates, counts or flags, which say something else by its name."""
    if is_plainly_named(column):
        return True
    table = one_table(path)
    (profile,) = (
        each
        for each in profile_columns(table.header, (record.cells for record in table.rows()))
        if each.name.lower() == column.lower()
    )
    rule = outcome_rule(profile)
    return rule.form is Form.WORD and not (rule.ask_yes and (profile.flags > 0 or not rule.codes))


def _meaning(word: str) -> Meaning | None:
    """What a word means everywhere, or a note by its own words."""
    meaning = known_word(word, codes=False)
    saying = None if meaning else read_saying(word)
    return saying.meaning if saying else meaning


def _meant(guessed: Mapping[str, Meaning]) -> str:
    names = {0: "no reply", 1: "reply", 2: "conversion", LEFT_OUT: "left out"}
    return ", ".join(f"'{word}' {names[MEANT[meaning]]}" for word, meaning in guessed.items())


def _dates(name: str, column: str) -> DataError:
    return DataError(
        f"{name}: the column '{column}' holds dates, which say when something happened and not what",
        "Call it by what happened, as 'Replied at' or 'Meeting booked at': a date in it then means that it did.",
    )


def _unknown_words(where: str, problem: str, asked: list[OutcomeWord]) -> DataError:
    names = [(quote(each.word, 40) if each.word else "empty", each.rows) for each in asked]
    listed = ", ".join(f"{word} ({rows:,})" for word, rows in names)
    remedy = _outcomes_remedy([each.word for each in asked])
    return DataError(f"{where}: {problem}; not known, with the number of rows: {listed}", remedy)


def _first_unknown(path: Path, columns: Columns, asked: list[OutcomeWord]) -> tuple[str, str]:
    """(where the first of these words stands, what is wrong with it)."""
    keys, meanings = {each.key for each in asked if each.meaning is None}, outcome_meanings(columns.outcomes)
    for record, outcome in read_columns(path, (columns.outcome,)):
        if outcome_key(outcome) in keys:
            return f"{path.name}, {record.place}", row_problem("-", "-", outcome, columns, meanings) or ""
    return path.name, "an outcome is not known"


def _outcomes_remedy(words: list[str]) -> str:
    """How to say what words mean: each with a place for its meaning."""
    shown = row_text([f"{one_line(word, LONGEST_WORD)}=…" for word in words])
    blank = " Nothing before the = is an empty cell; in most exports that is no reply." if "" in words else ""
    rest = f" '{REST}=0' says it of all of which nothing else is said." if len(words) > 1 else ""
    return (
        f"Say what each means, 0 (no reply), 1 (reply), 2 (conversion) or skip (left out): --outcomes '{shown}'."
        f"{blank}{rest}"
    )


def _options(path: Path, columns: Columns, options: ImportOptions) -> ImportOptions:
    """What was said by the names of columns and the meanings of words, as options of an import."""
    named: dict[str, str] = dict(options.columns)
    context = options.context
    for role in ("context", "email", "outcome"):
        name = getattr(columns, role)
        if name == getattr(DEFAULT_COLUMNS, role) or not name:
            continue
        if role == "context" and ("{" in name or "," in name):
            header = [] if _is_many(path) else list(one_table(path).header)
            context = name if "{" in name else _listed(name, header)
            if context:
                continue
        named[role] = name
    said = {word: SKIP if value == LEFT_OUT else value for word, value in meanings_as_written(columns.outcomes)}
    return replace(options, columns=named, context=context, meanings={**options.meanings, **said})


def _is_many(path: Path) -> bool:
    sources = find_sources([path])
    return len(sources) > 1 or is_mailbox(sources[0])


def _listed(name: str, header: list[str]) -> str:
    """``Title, Company`` as a sentence of these columns; empty where one column is called so."""
    if name.lower() in (each.lower() for each in header):
        return ""
    return ", ".join(f"{{{part.strip()}}}" for part in name.split(",") if part.strip())


def _require_answers(preview: ImportPreview) -> None:
    """Raises DataError with what has to be said first."""
    name = preview.files[0].name
    open_ = open_questions(preview.questions)
    columns = [each for each in open_ if each.about.endswith(" column")]
    if columns:
        found = quote_some(list(dict.fromkeys(preview.header)))
        raise DataError(f"{name}: {columns[0].text} The columns found are {found}{_noted(preview)}", NAME_COLUMNS)
    words = [OutcomeWord(each.about, each.rows, None) for each in open_]
    if words:
        told = [use.column for use in preview.columns if use.role.startswith("outcome")]
        several = len(set(told)) > 1
        where = "', '".join(dict.fromkeys(told)) or "outcome"
        holds = f"columns '{where}' hold" if several else f"column '{where}' holds"
        raise _unknown_words(name, f"the {holds} words that may mean anything", words)
    if not preview.rows:
        why = ", ".join(f"{count:,} {reason}" for reason, count in preview.left_out.items()) or (
            "all are too recent" if preview.pending else "none was found"
        )
        why = "; ".join(preview.warnings) if preview.mailboxes and preview.warnings else why
        remedy = (
            "The texts stand elsewhere: name the file that holds them with --templates."
            if any("text" in reason or "template" in reason for reason in preview.left_out)
            else ""
        )
        if preview.left_out.get(NO_TEMPLATE):  # some were given
            remedy = f"{preview.warnings[0]}."
        if preview.mailboxes and preview.warnings:
            remedy = f"Of several files, make one: outcome-rl import {name} OTHER.mbox --out data.csv."
        raise DataError(f"{name}: no email is left to use ({why}){_noted(preview)}", remedy)


def _noted(preview: ImportPreview) -> str:
    """What was met in the file, which may be why nothing of it can be used: other sheets, a missing header."""
    return f" ({'; '.join(preview.remarks)})" if preview.remarks else ""
