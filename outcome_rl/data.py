"""Read a CSV of emails and outcomes, check it, split it. Errors carry the line's number; no row is dropped."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .config import DEFAULT_COLUMNS, OUTCOMES, Columns
from .errors import DataError
from .files import write_text
from .near_duplicates import near_duplicate_groups

OUTCOME_NAMES = {
    **{str(value): value for value in range(3)},
    **{name: value for value, name in enumerate(OUTCOMES)},
    "no reply": 0,
    "none": 0,
    "reply": 1,
    "replied": 1,
    "conversion": 2,
    "converted": 2,
}
"""How an outcome may be written (compared in lower case, ``-`` read as a space)."""

MAX_FIELD_CHARACTERS = 1_000_000
SHOWN_PROBLEMS = 5
_FORMULA = re.compile(r"'*[=+\-@\t\r\0]")


@dataclass(frozen=True)
class EmailData:
    """Emails with their contexts and outcomes; ``rows`` are line numbers in the file (the header is line 1)."""

    contexts: tuple[str, ...]
    emails: tuple[str, ...]
    outcomes: tuple[int, ...]
    rows: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.emails)

    def take(self, indices: Iterable[int]) -> EmailData:
        """The rows at these positions, in this order."""
        chosen = list(indices)
        pick = [tuple(column[i] for i in chosen) for column in (self.contexts, self.emails, self.outcomes, self.rows)]
        return EmailData(*pick)

    def unique_contexts(self) -> list[str]:
        """Each context once, in the order of the file."""
        return list(dict.fromkeys(self.contexts))

    def counts(self) -> list[int]:
        """Rows with outcome 0, 1 and 2."""
        return [self.outcomes.count(outcome) for outcome in range(len(OUTCOMES))]


def sample_file(name: str) -> Path:
    """A file of the sample data that comes with the product."""
    return Path(__file__).resolve().parent.parent / "data" / name


def read_emails(path: Path | str, columns: Columns = DEFAULT_COLUMNS) -> EmailData:
    """Read context, email and outcome from a CSV.

    UTF-8 with or without a byte-order mark; comma, semicolon or tab; quoted fields may hold line breaks. Empty
    lines between rows are not rows.

    Raises:
        DataError: the file cannot be read, a column is missing, or rows are not usable; the message names the file,
            the line and what is allowed.
    """
    path = Path(path)
    found: list[tuple[str, str, int, int]] = []
    problems: list[str] = []
    for line, context, email, outcome in _read_columns(path, (columns.context, columns.email, columns.outcome)):
        value = parse_outcome(outcome)
        problem = _problem(context, email, columns)
        if problem:
            problems.append(f"row {line}: {problem}")
        elif value is None:
            allowed = ", ".join([*map(str, range(3)), *OUTCOMES])
            problems.append(f"row {line}: outcome '{outcome[:40]}' is not one of {allowed}")
        else:
            found.append((context, email, value, line))
    if problems:
        raise DataError(f"{path.name}, {_summary(problems)}")
    if not found:
        raise DataError(f"{path.name}: there are no rows below the header; at least one email is needed")
    contexts, emails, outcomes, rows = zip(*found, strict=True)
    return EmailData(contexts, emails, outcomes, rows)


def read_pairs(path: Path | str, columns: Columns = DEFAULT_COLUMNS) -> tuple[list[str], list[str]]:
    """Contexts and emails of a CSV, outcomes not needed. Raises DataError as :func:`read_emails` does."""
    path = Path(path)
    contexts, emails, problems = [], [], []
    for line, context, email in _read_columns(path, (columns.context, columns.email)):
        if problem := _problem(context, email, columns):
            problems.append(f"row {line}: {problem}")
        contexts.append(context)
        emails.append(email)
    if problems:
        raise DataError(f"{path.name}, {_summary(problems)}")
    if not emails:
        raise DataError(f"{path.name}: there are no rows below the header; at least one email is needed")
    return contexts, emails


def read_contexts(path: Path | str, column: str = "context") -> list[str]:
    """The contexts of a CSV with a column of that name, or of a text file with one context a line.

    Raises:
        DataError: the file cannot be read or holds no context.
    """
    path = Path(path)
    if path.suffix.lower() == ".txt":
        contexts = [line.strip() for line in _decode(path).splitlines()]
    else:
        contexts = [value.strip() for _, value in _read_columns(path, (column,))]
    contexts = [context for context in contexts if context]
    if not contexts:
        raise DataError(f"{path.name}: there are no contexts in it; one a row is needed in the column '{column}'")
    return contexts


def write_rows(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a CSV in one step; text that a spreadsheet would run as a formula gets a leading ``'`` (OWASP)."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)  # rows end in CR LF, as RFC 4180 has it; with LF alone a bare CR would not be quoted
    writer.writerow(header)
    for row in rows:
        writer.writerow([_defuse(value) if isinstance(value, str) else value for value in row])
    write_text(Path(path), text.getvalue())


def parse_outcome(text: str) -> int | None:
    """0, 1 or 2 from a number or a name; None where it is neither."""
    key = text.strip().lower().replace("-", " ")
    if re.fullmatch(r"[012]\.0*", key):
        key = key[0]
    return OUTCOME_NAMES.get(key)


def _defuse(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) else text


def _refuse(text: str) -> str:
    """Undo :func:`_defuse`."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


def _problem(context: str, email: str, columns: Columns) -> str | None:
    for name, value in ((columns.context, context), (columns.email, email)):
        if not value.strip():
            return f"{name} is empty; some text is needed"
    return None


def _summary(problems: list[str]) -> str:
    more = len(problems) - SHOWN_PROBLEMS
    return "; ".join(problems[:SHOWN_PROBLEMS]) + (f"; and {more} more rows like these" if more > 0 else "")


def _decode(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror}); give the path of a CSV file") from None
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise DataError(f"{path.name}: is UTF-16; save it as 'CSV UTF-8'")
    if raw.startswith(b"PK\x03\x04"):
        raise DataError(f"{path.name}: is a spreadsheet or zip file; save the sheet as 'CSV UTF-8'")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise DataError(f"{path.name}, line {line}: is not UTF-8 text; save it as 'CSV UTF-8'") from None
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise DataError(f"{path.name}, line {line}: holds a NUL character; save it as 'CSV UTF-8'")
    return text


def _read_columns(path: Path, names: Sequence[str]) -> Iterator[tuple]:
    """(line number, value, …) for each row, the values in the order of ``names``."""
    text = _decode(path)
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    csv.field_size_limit(MAX_FIELD_CHARACTERS)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        header = [cell.strip() for cell in next(reader, [])]
        lowered = [cell.lower() for cell in header]
        missing = [name for name in names if name.lower() not in lowered]
        if missing:
            shown = ", ".join(f"'{cell[:40]}'" for cell in header[:12]) or "none"
            raise DataError(f"{path.name}: column '{missing[0]}' is missing; the columns found are {shown}")
        twice = next((name for name in names if lowered.count(name.lower()) > 1), None)
        if twice:
            raise DataError(f"{path.name}: column '{twice}' occurs more than once; rename one of them")
        places = [lowered.index(name.lower()) for name in names]
        line = reader.line_num + 1
        for cells in reader:
            if cells:
                if len(cells) != len(header):
                    hint = "put quotes around text that holds the separator"
                    raise DataError(
                        f"{path.name}, row {line}: has {len(cells)} fields where the header has {len(header)}; {hint}"
                    )
                yield (line, *(_refuse(cells[place]) for place in places))
            line = reader.line_num + 1
    except csv.Error as error:
        raise DataError(f"{path.name}, row {line}: is not valid CSV ({error})") from None


# --- splitting ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Split:
    """Positions of the training and validation rows; ``grouped`` is False where duplicates had to be parted."""

    train: list[int]
    validation: list[int]
    grouped: bool


FEWEST_ROWS = 3
"""Rows of each outcome that training needs: one to learn from, one to stop by, one to judge by."""


def require_trainable(data: EmailData) -> None:
    """Raises DataError where an outcome has too few rows to train a reward model on."""
    for name, count in zip(OUTCOMES, data.counts(), strict=True):
        if count < FEWEST_ROWS:
            raise DataError(
                f"outcome '{name}' has {count} rows; a reward model needs at least {FEWEST_ROWS} of each outcome, "
                "better 20 or more"
            )


def split_rows(data: EmailData, share: float, seed: int) -> Split:
    """Stratified split that keeps near-duplicates on one side where that leaves each outcome on both.

    Raises:
        DataError: an outcome has fewer than two rows, so it cannot be on both sides.
    """
    few = [name for name, count in zip(OUTCOMES, data.counts(), strict=True) if count < 2]
    if few:
        raise DataError(f"outcome '{few[0]}' has fewer than 2 rows; every outcome needs at least 2, better 20 or more")
    outcomes = np.array(data.outcomes)
    quota = np.maximum(1, np.round(np.bincount(outcomes, minlength=len(OUTCOMES)) * share).astype(int))
    chosen = _fill(near_duplicate_groups(data.emails), outcomes, quota, seed)
    counts = [np.bincount(outcomes[side], minlength=len(OUTCOMES)) for side in (chosen, ~chosen)]
    # half the quota is near enough for files with many duplicates; less would judge by too few rows
    grouped = bool(np.all(counts[0] * 2 >= quota) and np.all(counts[1] > 0))
    if not grouped:
        chosen = _fill(np.arange(len(data)), outcomes, quota, seed)
    return Split(np.flatnonzero(~chosen).tolist(), np.flatnonzero(chosen).tolist(), grouped)


def _fill(groups: np.ndarray, outcomes: np.ndarray, quota: np.ndarray, seed: int) -> np.ndarray:
    """Mask of the rows taken for validation: whole groups in random order, as long as no outcome exceeds its quota."""
    members: dict[int, list[int]] = {}
    for index, group in enumerate(groups):
        members.setdefault(int(group), []).append(index)
    order = np.random.default_rng(seed).permutation(len(members))
    names = list(members)
    taken = np.zeros(len(quota), dtype=int)
    chosen = np.zeros(len(groups), dtype=bool)
    for place in order:
        rows = members[names[place]]
        added = np.bincount(outcomes[rows], minlength=len(quota))
        if np.all(taken + added <= quota):
            taken += added
            chosen[rows] = True
    return chosen


def hold_out_contexts(contexts: Sequence[str], count: int, seed: int) -> tuple[list[str], list[str]]:
    """(contexts to train on, contexts to compare on); at most a third is held out, and at least one is trained on.

    ``contexts`` are distinct. With a single context it serves both.
    """
    if len(contexts) == 1:
        return list(contexts), list(contexts)
    held = set(
        np.random.default_rng(seed).permutation(len(contexts))[: max(1, min(count, len(contexts) // 3))].tolist()
    )
    train = [context for index, context in enumerate(contexts) if index not in held]
    return train, [context for index, context in enumerate(contexts) if index in held]
