"""The door of this room: look at what an import would give, take its rows, write them.

    preview = preview_import(["leads.csv"], ImportOptions(templates="templates.csv"))
    preview.questions            # what only the user knows
    write_import(preview, Path("data.csv"))

The preview reads the files; nothing is written before :func:`write_import`. :func:`import_steps` does either bit by
bit, so that it can be watched and left, and reads the files once where they are written without a look before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import date
from operator import attrgetter
from pathlib import Path
from typing import Any

from ..data.csv_io import row_writer, write_rows
from ..errors import DataError
from ..utils.streaming import run_to_end
from .composition import keep_beside
from .engine import Engine
from .layouts import LEFT_OUT
from .options import OWN_COLUMNS, ImportedRow, ImportOptions
from .preview import ImportPreview, own_columns, preview_of
from .progress import ImportProgress
from .reading import Opened, check_sentence, context_sentence, open_files
from .sent_steps import sent_steps
from .templates import Templates, read_templates, templates_in

__all__ = [
    "ImportOptions",
    "ImportPreview",
    "ImportProgress",
    "ImportSteps",
    "ImportedRow",
    "import_row_steps",
    "import_rows",
    "import_steps",
    "preview_import",
    "write_cuts",
    "write_import",
]

WORKBOOKS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
ImportSteps = Generator[ImportProgress, None, ImportPreview]
"""How far an import is, again and again; it returns what it gives. Who closes it before its end stops it."""


def import_steps(
    files: Sequence[Path | str],
    options: ImportOptions | None = None,
    out: Path | str | None = None,
    expected: ImportPreview | None = None,
) -> ImportSteps:
    """Read everything once, step by step, and say what came of it; with ``out`` the result is written meanwhile.

    The columns of ``out`` are context, email_text, outcome, step, variant, template, sent_at, recipient, campaign,
    source, and the export's own; one of those that has such a name is called ``original …``. The file appears at the
    end, or not at all; beside it stands then how contexts were composed.

    Args:
        expected: what a look before has given.

    Raises:
        ConfigError: an option is out of range, or names a column that is not there.
        DataError: a file cannot be read, or holds nothing to import; no row is left to write, or the files say
            something else than what is expected.
    """
    if any(Path(each).suffix.lower() in WORKBOOKS for each in files):  # they are opened whole, before the first row
        yield ImportProgress(0)
    engine, opened, options, sentence = _prepared(files, options)
    header, cells = _columns_of(tuple(own_columns(opened).items()))
    with ExitStack() as stack:
        write = stack.enter_context(row_writer(Path(out), header)) if out is not None else None
        for step in engine.steps():
            if isinstance(step, ImportProgress):
                yield step
            elif write:
                write(cells(step))
        if not engine.tally.rows_read:
            raise DataError(f"{Path(files[0]).name}: there are no rows below the header; export it again")
        preview = preview_of(files, options, opened, engine, sentence)
        if write:
            _require_rows(preview, expected)
    if out is not None:
        keep_beside(Path(out), preview.composition)
    return preview


def preview_import(files: Sequence[Path | str], options: ImportOptions | None = None) -> ImportPreview:
    """Read everything once and say what would come of it; raises what :func:`import_steps` does."""
    return run_to_end(import_steps(files, options))


def import_rows(files: Sequence[Path | str], options: ImportOptions | None = None) -> Iterator[ImportedRow]:
    """The rows of the result, one after the other. Raises ConfigError and DataError as :func:`preview_import` does."""
    engine, *_ = _prepared(files, options)
    yield from engine.rows()


def import_row_steps(
    files: Sequence[Path | str], options: ImportOptions | None = None
) -> Iterator[ImportedRow | ImportProgress]:
    """As :func:`import_rows`, and now and then how far it is."""
    engine, *_ = _prepared(files, options)
    yield from engine.steps()


def write_import(preview: ImportPreview, out: Path | str) -> dict[str, Any]:
    """Write what was looked at as CSV in one step, and give its figures; raises what :func:`import_steps` does."""
    _require_rows(preview)
    return run_to_end(import_steps(preview.files, preview.options, out, preview)).to_dict(out)


def write_cuts(preview: ImportPreview, out: Path | str) -> None:
    """Write a CSV of what is cut from each email or put right in it, row by row."""
    rows = (
        (row.place, cut.kind, cut.text)
        for row in import_rows(preview.files, preview.options)
        for cut in row.cuts
    )  # fmt: skip
    write_rows(Path(out), ("from", "what", "text"), rows)


def import_header(preview: ImportPreview) -> tuple[list[str], Callable[[ImportedRow], list[object]]]:
    """The result's columns, and what gives a row's cells in their order."""
    return _columns_of(preview.own)


def _columns_of(own: tuple[tuple[str, str], ...]) -> tuple[list[str], Callable[[ImportedRow], list[object]]]:
    first, names = attrgetter(*OWN_COLUMNS), [name for name, _ in own]

    def cells(row: ImportedRow) -> list[object]:
        get = row.fields.get
        return [*first(row), *[get(name, "") for name in names]]

    return [*OWN_COLUMNS, *(called for _, called in own)], cells


def _require_rows(preview: ImportPreview, expected: ImportPreview | None = None) -> None:
    """Raises DataError where there is nothing to write, or something else than was looked at."""
    if expected and (preview.rows != expected.rows or preview.outcomes != expected.outcomes):
        raise DataError("the files have changed since they were looked at; look at them again")
    if not preview.rows:
        raise DataError("; ".join((f"{preview.files[0].name}: no row is left to write", *_why_nothing(preview))))


def _why_nothing(preview: ImportPreview) -> Iterator[str]:
    """What has to be answered first; where nothing has, what was left out and the first thing that was noticed."""
    if open_question := next((each.text for each in preview.questions if each.answer == LEFT_OUT), ""):
        yield f"first answer: {open_question}"
        return
    reasons = Counter({**preview.left_out, "too recent to tell": preview.pending})
    if left := ", ".join(f"{reason} ({count:,})" for reason, count in reasons.most_common(3) if count):
        yield f"left out: {left}"
    yield from preview.warnings[:1]


def _prepared(files: Sequence[Path | str], options: ImportOptions | None) -> tuple[Engine, Opened, ImportOptions, str]:
    options = (options or ImportOptions()).validate()
    options = replace(options, today=options.today or date.today())
    opened = open_files(files, options)
    templates = _templates(options, opened)
    with_step = bool(opened.mailboxes) or any(layout.has_steps for layout in opened.layouts)
    sentence = context_sentence(opened.layouts, options, with_step and not options.first_steps, bool(opened.mailboxes))
    if options.context:
        check_sentence(sentence, opened.tables)
    assert options.today is not None
    return Engine(opened, options, options.today, templates, sentence), opened, options, sentence


def _templates(options: ImportOptions, opened: Opened) -> Templates | None:
    """Those that were given, and what they lack of those among the files."""
    found = opened.templates or opened.texts
    beside = templates_in(opened.templates, opened.texts) if found else None
    given = options.templates
    if given is not None:
        read = read_templates(given if isinstance(given, (str, Path, Mapping)) else list(given))
        beside = read.and_others(beside) if beside else read
    return replace(beside, sent=sent_steps(opened.tables)) if beside else None
