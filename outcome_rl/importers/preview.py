"""What an import would give, in figures and words: what was recognised, left out, cut, and has to be asked."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from ..data.tables import count_rows
from ..outcomes import OUTCOMES
from ..text.quoted import quote_some
from .composition import Composition
from .engine import Engine
from .layouts import Layout, Question
from .meanings import Meaning, word_key
from .options import OWN_COLUMNS, ImportedRow, ImportOptions
from .packed_cells import columns_to_choose
from .questions import column_notes, questions_of, warnings_of
from .reading import Opened
from .sayings import Saying
from .tally import PENDING, ImportTally
from .templates import MissingText
from .texts import NO_TEMPLATE, NO_TEXT

_TWIN = re.compile(r" \(\d+\)$")
"""How a column is called whose name another one has as well."""


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
    composition: Composition | None = None
    """The same sentence with the columns of its fields, for people who are written to later."""
    remarks: tuple[str, ...] = ()
    """What was met in the files: titles above a header, blank rows, footers, other sheets."""
    header: tuple[str, ...] = ()
    """The columns of the tables that may be named, those of each once."""
    own: tuple[tuple[str, str], ...] = ()
    """The exports' columns that the result keeps, and how it calls them."""
    words: tuple[tuple[str, int, Meaning | None], ...] = ()
    """(word, rows, what it was taken for) of the outcomes' words; None: it has to be asked for."""
    sayings: tuple[tuple[str, int, Saying], ...] = ()
    """(note, rows, what it says) of notes in people's own words that were sorted by them."""
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
            "unresolved_fields": len(self.unresolved_fields),
            "out": str(out) if out is not None else None,
            "rows_read": self.rows_read,
            "why": self.why,
            "today": self.today.isoformat(),
            "open_fields": dict(self.unresolved_fields),
            "cuts": dict(self.cuts),
            "warnings": list(self.warnings),
            "questions": [
                {"about": each.about, "text": each.text, "rows": each.rows, "answer": each.answer}
                for each in self.questions
            ],
            "sayings": [
                {"word": word, "rows": rows, "outcome": said.meaning.value, "says": said.told_by}
                for word, rows, said in self.sayings
            ],
            "columns": [vars(each) for each in self.columns],
            "context": self.context,
            "remarks": list(self.remarks),
        }


def preview_of(
    files: Sequence[Path | str], options: ImportOptions, opened: Opened, engine: Engine, sentence: str
) -> ImportPreview:
    """What the engine has counted, once it has been through all rows; ``sentence`` is the contexts' one."""
    tally = engine.tally
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
        composition=engine.composition(),
        sample=tuple(sorted(tally.sample, key=lambda row: row.place)),
        remarks=tuple(_remarks(opened, engine)),
        header=tuple(dict.fromkeys(name for each in opened.tables for name in columns_to_choose(each.table))),
        own=tuple(own_columns(opened).items()),
        words=_words(opened, engine),
        sayings=_sayings(opened),
        layouts=tuple(opened.layouts),
        unresolved_filled=tally.filled > 0,
        needs_templates=any(tally.left_out[reason] for reason in (NO_TEXT, NO_TEMPLATE)),
        missing_texts=_missing_texts(engine),
        mailboxes=tuple(each.name for each in opened.mailboxes),
        own_addresses=engine.mail.own,
    )


def own_columns(opened: Opened) -> dict[str, str]:
    """The exports' columns and how the result calls them."""
    taken = set(OWN_COLUMNS)
    found: dict[str, str] = {}
    for each in opened.tables:
        texts = {each.layout.columns.get(role) for role in ("text", "html")}
        for name in each.table.header:
            if name in found or name in texts or not name:
                continue
            ours = name.lower() in taken or _TWIN.sub("", name.lower()) in OWN_COLUMNS
            called = f"original {name}" if ours else name
            while called.lower() in taken:
                called += "_"
            found[name] = called
            taken.add(called.lower())
    if opened.mailboxes and "name" not in found:
        found["name"] = "name"
    return found


def _words(opened: Opened, engine: Engine) -> tuple[tuple[str, int, Meaning | None], ...]:
    """The words of outcomes, those to be asked for first; looked at twice, while the files are recognised too."""
    asked: list[tuple[str, int, Meaning | None]] = [(word, n, None) for word, n in engine.tally.words.most_common()]
    known: dict[str, tuple[str, int, Meaning | None]] = {
        word_key(word): (word, rows, said.meaning) for word, rows, said in _sayings(opened)
    }
    for each in opened.tables:
        for (word, meaning), count in each.reader.met.most_common():
            known.setdefault(word_key(word), (word, count, meaning))
    return (*asked, *known.values())


def _sayings(opened: Opened) -> tuple[tuple[str, int, Saying], ...]:
    """Notes that were sorted by their own words, once each, in whichever letters they are written."""
    counts: Counter[tuple[str, Saying]] = Counter()
    first: dict[str, str] = {}
    for each in opened.tables:
        for (word, said), rows in each.reader.sayings.items():
            counts[first.setdefault(word_key(word), word), said] += rows
    return tuple((word, rows, said) for (word, said), rows in counts.most_common())


def _of_steps_before(tally: ImportTally) -> Iterator[str]:
    """The emails that no row tells of, but that of a later step."""
    made, pending = tally.earlier[""], tally.earlier[PENDING]
    if not made and not pending:
        return
    told = f"{made:,} emails with no reply" + (f" and {pending:,} that are too recent" if pending else "")
    yield f"{told} are steps before the one that a lead's row tells of: those were sent first, and nobody answered them"
    if untold := sum(tally.earlier[reason] for reason in (NO_TEXT, NO_TEMPLATE)):
        yield f"{untold:,} more of these are not counted, as no template says which text they had"


def _missing_texts(engine: Engine) -> tuple[MissingText, ...]:
    found = [MissingText(*key, emails) for key, emails in engine.tally.missing.items()]
    if any(each.step is not None for each in found):  # without a step it is the first email that was sent
        found = [each for each in found if each.step is not None]
    return tuple(sorted(found, key=lambda each: (each.step or 0, each.variant, each.template)))


def _reasons(opened: Opened, engine: Engine) -> Iterator[str]:
    for each in opened.tables:
        yield f"{each.table.name}: {each.layout.title}, as {each.layout.why}"
    yield from (f"{each.name}: the templates of these emails, as it names neither recipients nor outcomes"
                for each in opened.templates)  # fmt: skip
    if opened.texts:
        names = quote_some([each.name for each in opened.texts], 1, 60)
        yield f"{names}: the templates of these emails, as their names say which"
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
        if each.layout.single_emails and not engine.tally.earlier[""]:
            told = "one row a contact, so that earlier emails to these contacts are not in this export"
            yield f"{name}: {told}; {each.layout.single_emails}"
        yield from (f"{name}: {remark}" for remark in notes.in_words())
    yield from _of_steps_before(engine.tally)
    if engine.tally.described:
        rows = count_rows(engine.tally.described, "row")
        yield f"{rows} read only for what they tell of the people whom another file's emails went to"
