"""The door of this room: look at what an import would give, take its rows, write them.

    preview = preview_import(["leads.csv"], ImportOptions(templates="templates.csv"))
    preview.questions            # what only the user knows
    write_import(preview, Path("data.csv"))

The preview reads the files; nothing is written before :func:`write_import`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from ..data.csv_io import write_rows
from ..errors import DataError
from ..outcomes import OUTCOMES
from .engine import Engine
from .layouts import Layout, Question
from .meanings import Meaning, word_key
from .options import OWN_COLUMNS, ImportedRow, ImportOptions
from .questions import column_notes, questions_of, warnings_of
from .reading import Opened, check_sentence, context_sentence, open_files
from .templates import MissingText, Templates, read_templates
from .texts import NO_TEMPLATE, NO_TEXT

__all__ = [
    "ImportOptions",
    "ImportPreview",
    "ImportedRow",
    "import_rows",
    "preview_import",
    "write_cuts",
    "write_import",
]


@dataclass(frozen=True)
class ColumnUse:
    """What a column was taken for, and why."""

    file: str
    column: str
    role: str
    reason: str


@dataclass(frozen=True)
class ImportPreview:
    """What an import gives; nothing has been written. ``left_out`` and ``pending`` count emails, not rows of files."""

    files: tuple[Path, ...]
    options: ImportOptions
    source: str
    """The tool, or several."""
    why: str
    today: date
    rows_read: int
    rows: int
    outcomes: Mapping[str, int]
    left_out: Mapping[str, int]
    pending: int
    unresolved_fields: Mapping[str, int]
    """Merge fields that nothing filled, and in how many emails each stands."""
    cuts: Mapping[str, int]
    warnings: tuple[str, ...]
    questions: tuple[Question, ...]
    columns: tuple[ColumnUse, ...]
    context: str
    """The sentence that contexts are composed by."""
    sample: tuple[ImportedRow, ...]
    """Ten rows as they will be read, drawn by the options' seed."""
    remarks: tuple[str, ...] = ()
    """What was met in the files: titles above a header, blank rows, footers, other sheets."""
    header: tuple[str, ...] = ()
    """The columns of the tables, those of each once."""
    own: tuple[tuple[str, str], ...] = ()
    """The exports' columns that the result keeps, and how it calls them."""
    words: tuple[tuple[str, int, Meaning | None], ...] = ()
    """(word, rows, what it was taken for) of the outcomes' words; None: it has to be asked for."""
    layouts: tuple[Layout, ...] = ()
    """How each table is read."""
    unresolved_filled: bool = False
    """Whether merge fields were filled from the row's own columns, or a subject put before a text."""
    needs_templates: bool = False
    """Whether the emails' texts stand elsewhere."""
    missing_texts: tuple[MissingText, ...] = ()
    """Which texts stand elsewhere, by step and variant, the first step first."""
    mailboxes: tuple[str, ...] = ()
    """The files that are mailboxes, whose owner may have to be said."""
    own_addresses: tuple[str, ...] = ()
    """Whose mailboxes they were taken to be."""

    def to_dict(self, out: Path | str | None = None) -> dict[str, Any]:
        """As JSON has it."""
        return {
            "source": self.source,
            "rows": self.rows,
            "outcomes": dict(self.outcomes),
            "left_out": dict(self.left_out),
            "pending": self.pending,
            "unresolved_fields": dict(self.unresolved_fields),
            "out": str(out) if out is not None else None,
            "rows_read": self.rows_read,
            "why": self.why,
            "today": self.today.isoformat(),
            "cuts": dict(self.cuts),
            "warnings": list(self.warnings),
            "questions": [
                {"about": each.about, "text": each.text, "rows": each.rows, "answer": each.answer}
                for each in self.questions
            ],
            "columns": [vars(each) for each in self.columns],
            "context": self.context,
            "remarks": list(self.remarks),
        }


def preview_import(files: Sequence[Path | str], options: ImportOptions | None = None) -> ImportPreview:
    """Read everything once and say what would come of it.

    Raises:
        ConfigError: an option is out of range, or names a column that is not there.
        DataError: a file cannot be read, or holds nothing to import.
    """
    engine, opened, options, sentence = _prepared(files, options)
    for _ in engine.rows():
        pass
    tally = engine.tally
    if not tally.rows_read:
        raise DataError(f"{Path(files[0]).name}: there are no rows below the header; export it again")
    tools = dict.fromkeys([each.layout.tool for each in opened.tables] + ["mailbox"] * bool(opened.mailboxes))
    return ImportPreview(
        files=tuple(map(Path, files)),
        options=options,
        source=", ".join(tools),
        why="; ".join(_reasons(opened, engine)),
        today=options.today or date.min,
        rows_read=tally.rows_read,
        rows=tally.rows,
        outcomes=dict(zip(OUTCOMES, tally.outcomes, strict=True)),
        left_out=dict(tally.left_out.most_common()),
        pending=tally.pending,
        unresolved_fields=dict(tally.open_fields.most_common()),
        cuts=dict(tally.cuts.most_common()),
        warnings=warnings_of(opened, engine, options),
        questions=questions_of(opened, tally, options),
        columns=tuple(ColumnUse(*each) for each in column_notes(opened)),
        context=sentence,
        sample=tuple(sorted(tally.sample, key=lambda row: row.place)),
        remarks=tuple(_remarks(opened, engine)),
        header=tuple(dict.fromkeys(name for each in opened.tables for name in each.table.header)),
        own=tuple(_own_columns(opened).items()),
        words=_words(opened, engine),
        layouts=tuple(opened.layouts),
        unresolved_filled=tally.filled > 0,
        needs_templates=any(tally.left_out[reason] for reason in (NO_TEXT, NO_TEMPLATE)),
        missing_texts=_missing_texts(engine),
        mailboxes=tuple(each.name for each in opened.mailboxes),
        own_addresses=engine.mail.own,
    )


def import_rows(files: Sequence[Path | str], options: ImportOptions | None = None) -> Iterator[ImportedRow]:
    """The rows of the result, one after the other. Raises ConfigError and DataError as :func:`preview_import` does."""
    engine, *_ = _prepared(files, options)
    yield from engine.rows()


def write_import(preview: ImportPreview, out: Path | str) -> dict[str, Any]:
    """Write the result as CSV in one step, and give its figures.

    The columns are context, email_text, outcome, step, variant, template, sent_at, recipient, campaign, source, and the
    export's own; one of those that has such a name is called ``original …``.

    Raises:
        DataError: no row is left to write, or the files say something else than in the preview.
    """
    if not preview.rows:
        asked = f"; first answer: {preview.questions[0].text}" if preview.questions else ""
        raise DataError(f"{preview.files[0].name}: no row is left to write{asked}")
    engine, *_ = _prepared(preview.files, preview.options)
    header, cells = import_header(preview)
    write_rows(Path(out), header, _checked(engine, preview, cells))
    return preview.to_dict(out)


def write_cuts(preview: ImportPreview, out: Path | str) -> int:
    """Write a CSV of what is cut from each email or put right in it, row by row; how many rows it has."""
    rows = [
        (row.place, cut.kind, cut.text)
        for row in import_rows(preview.files, preview.options)
        for cut in row.cuts
    ]  # fmt: skip
    write_rows(Path(out), ("from", "what", "text"), rows)
    return len(rows)


def import_header(preview: ImportPreview) -> tuple[list[str], Callable[[ImportedRow], list[object]]]:
    """The result's columns, and what gives a row's cells in their order."""

    def cells(row: ImportedRow) -> list[object]:
        first: list[object] = [getattr(row, name) for name in OWN_COLUMNS]
        return [*first, *(row.fields.get(name, "") for name, _ in preview.own)]

    return [*OWN_COLUMNS, *(called for _, called in preview.own)], cells


def _checked(
    engine: Engine, preview: ImportPreview, cells: Callable[[ImportedRow], list[object]]
) -> Iterator[list[object]]:
    for row in engine.rows():
        yield cells(row)
    if engine.tally.rows != preview.rows or engine.tally.outcomes != list(preview.outcomes.values()):
        raise DataError("the files have changed since they were looked at; look at them again")


def _own_columns(opened: Opened) -> dict[str, str]:
    """The exports' columns and how the result calls them."""
    taken = set(OWN_COLUMNS)
    found: dict[str, str] = {}
    for each in opened.tables:
        texts = {each.layout.columns.get(role) for role in ("text", "html")}
        for name in each.table.header:
            if name in found or name in texts or not name:
                continue
            called = f"original {name}" if name.lower() in taken else name
            while called.lower() in taken:
                called += "_"
            found[name] = called
            taken.add(called.lower())
    if opened.mailboxes and "name" not in found:
        found["name"] = "name"
    return found


def _prepared(files: Sequence[Path | str], options: ImportOptions | None) -> tuple[Engine, Opened, ImportOptions, str]:
    options = (options or ImportOptions()).validate()
    options = replace(options, today=options.today or date.today())
    opened = open_files(files, options)
    templates = _templates(options)
    stepped = [layout for layout in opened.layouts if "step" in layout.columns and not layout.each_row]
    with_step = bool(opened.mailboxes or stepped)
    sentence = context_sentence(opened.layouts, options, with_step and not options.first_steps, bool(opened.mailboxes))
    if options.context:
        check_sentence(sentence, opened.tables)
    assert options.today is not None
    return Engine(opened, options, options.today, templates, sentence), opened, options, sentence


def _templates(options: ImportOptions) -> Templates | None:
    if options.templates is None:
        return None
    given = options.templates
    return read_templates(given if isinstance(given, (str, Path, Mapping)) else list(given))


def _words(opened: Opened, engine: Engine) -> tuple[tuple[str, int, Meaning | None], ...]:
    """The words of outcomes, those to be asked for first; looked at twice, while the files are recognised too."""
    asked: list[tuple[str, int, Meaning | None]] = [(word, n, None) for word, n in engine.tally.words.most_common()]
    known: dict[str, tuple[str, int, Meaning | None]] = {}
    for each in opened.tables:
        for (word, meaning), count in each.reader.met.most_common():
            known.setdefault(word_key(word), (word, count, meaning))
    return (*asked, *known.values())


def _missing_texts(engine: Engine) -> tuple[MissingText, ...]:
    found = [MissingText(*key, emails) for key, emails in engine.tally.missing.items()]
    if any(each.step is not None for each in found):  # without a step it is the first email that was sent
        found = [each for each in found if each.step is not None]
    return tuple(sorted(found, key=lambda each: (each.step or 0, each.variant, each.template)))


def _reasons(opened: Opened, engine: Engine) -> Iterator[str]:
    for each in opened.tables:
        yield f"{each.table.name}: {each.layout.title}, as {each.layout.why}"
    if opened.mailboxes:
        (first, *more), notes = opened.mailboxes, engine.mail
        name = f"{first.name} and {len(more)} more" if more else first.name
        whose = ", ".join(notes.own) or "nobody"
        yield f"{name}: the mailbox of {whose}, as {notes.why or 'nothing says whose it is'}"


def _remarks(opened: Opened, engine: Engine) -> Iterator[str]:
    for each in opened.tables:
        name, notes = each.table.name, engine.notes[each.table.name]
        yield from (f"{name}: {remark}" for remark in each.table.remarks)
        if each.layout.note:
            yield f"{name}: {each.layout.note}"
        yield from (f"{name}: {remark}" for remark in notes.in_words())
