"""Read a CSV of emails and outcomes, check it, split it. Errors carry the line's number; no row is dropped."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import numpy as np

from .config import DEFAULT_COLUMNS, OUTCOMES, Columns
from .csv_files import open_table, read_columns, read_lines
from .errors import ConfigError, DataError

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
SKIP = "skip"
"""Said of an outcome whose rows are to be left out."""
LEFT_OUT = -1
"""What :func:`parse_outcome` gives for it."""

WORDS_OF_A_NAME = 3
"""A first line of more words is no column's name."""
SHOWN_PROBLEMS = 5


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
    lines between rows are not rows. Rows whose outcome was said to be skipped are left out.

    Raises:
        ConfigError: ``columns.outcomes`` is not understood.
        DataError: the file cannot be read, a column is missing, or rows are not usable; the message names the file,
            the line and what is allowed.
    """
    path, meanings = Path(path), outcome_meanings(columns.outcomes)
    found: list[tuple[str, str, int, int]] = []
    problems: list[str] = []
    unknown = ""
    for line, context, email, outcome in read_columns(path, (columns.context, columns.email, columns.outcome)):
        value = parse_outcome(outcome, meanings)
        if value == LEFT_OUT:
            continue
        problem = row_problem(context, email, outcome, columns, meanings)
        if problem:
            problems.append(f"row {line}: {problem}")
            unknown = unknown or (outcome.strip()[:40] if value is None else "")
        else:
            found.append((context, email, value, line))
    if problems:
        remedy = f"Say what your words mean: --outcomes '{meanings_text({unknown: 1})}', or skip." if unknown else ""
        raise DataError(f"{path.name}, {_summary(problems)}", remedy)
    if not found:
        raise DataError(f"{path.name}: there are no rows below the header; at least one email is needed")
    contexts, emails, outcomes, rows = zip(*found, strict=True)
    return EmailData(contexts, emails, outcomes, rows)


def read_pairs(path: Path | str, columns: Columns = DEFAULT_COLUMNS) -> tuple[list[str], list[str]]:
    """Contexts and emails of a CSV, outcomes not needed. Raises DataError as :func:`read_emails` does."""
    pairs = list(iterate_pairs(path, columns))
    return [context for context, _ in pairs], [email for _, email in pairs]


def iterate_pairs(path: Path | str, columns: Columns = DEFAULT_COLUMNS) -> Iterator[tuple[str, str]]:
    """Context and email of one row after the other, of a file of any size.

    Raises:
        DataError: as :func:`read_emails` does, once the end is reached.
    """
    path = Path(path)
    problems, rows = [], 0
    for line, context, email in read_columns(path, (columns.context, columns.email)):
        rows += 1
        if problem := _problem(context, email, columns):
            problems.append(f"row {line}: {problem}")
        else:
            yield context, email
    if problems:
        raise DataError(f"{path.name}, {_summary(problems)}")
    if not rows:
        raise DataError(f"{path.name}: there are no rows below the header; at least one email is needed")


def read_contexts(path: Path | str, column: str = "context") -> list[str]:
    """The contexts of a CSV's column of that name or of its only one, or of a text file with one context a line.

    Raises:
        DataError: the file cannot be read or holds no context.
    """
    path = Path(path)
    if path.suffix.lower() == ".txt":
        contexts = [line.strip() for line in read_lines(path)]
    else:
        header, _ = open_table(path)
        alone = len(header) == 1 and len(header[0].split()) <= WORDS_OF_A_NAME
        column = header[0] if alone else column
        contexts = [value.strip() for _, value in read_columns(path, (column,))]
    contexts = [context for context in contexts if context]
    if not contexts:
        raise DataError(f"{path.name}: there are no contexts in it; one a row is needed in the column '{column}'")
    return contexts


def parse_outcome(text: str, meanings: Mapping[str, int] = MappingProxyType({})) -> int | None:
    """0, 1 or 2 from a number or a name, or what ``meanings`` says of it; None where it is none of these."""
    key = outcome_key(text)
    return meanings.get(key, OUTCOME_NAMES.get(key))


def outcome_key(text: str) -> str:
    """Outcomes that are written differently and mean the same have the same key: ``No-Reply`` and ``no reply``."""
    key = " ".join(text.lower().split()).replace("-", " ")
    return key[0] if re.fullmatch(r"[012]\.0*", key) else key


def outcome_meanings(text: str) -> dict[str, int]:
    """``"none=0,answered=1,bounced=skip"`` as a mapping of keys to 0, 1, 2 or :data:`LEFT_OUT`.

    A word with a comma in it stands in quotes with its meaning: ``"no, thanks=0"``.

    Raises:
        ConfigError: a part is not ``WORD=MEANING``, or the meaning is none of the allowed.
    """
    found: dict[str, int] = {}
    for part in next(csv.reader([" ".join(text.split())], skipinitialspace=True), []):
        word, sign, meaning = part.rpartition("=")
        value = LEFT_OUT if meaning.strip().lower() == SKIP else parse_outcome(meaning)
        if not sign or value is None:
            allowed = ", ".join([*map(str, range(3)), *OUTCOMES, SKIP])
            raise ConfigError(
                f"outcomes: '{part[:60]}' is not WORD=MEANING with a meaning of {allowed}; write it as none=0,won=2"
            )
        if found.setdefault(outcome_key(word), value) != value:
            raise ConfigError(f"outcomes: '{word.strip()[:40]}' is given two meanings; leave one of them")
    return found


def meanings_text(meanings: Mapping[str, int]) -> str:
    """The inverse of :func:`outcome_meanings`."""
    line = io.StringIO()
    parts = [f"{word}={SKIP if value == LEFT_OUT else value}" for word, value in meanings.items()]
    csv.writer(line, lineterminator="").writerow(parts)
    return line.getvalue() if parts else ""


def row_problem(context: str, email: str, outcome: str, columns: Columns, meanings: Mapping[str, int]) -> str | None:
    """Why a row cannot be used, with what is allowed; None where it can."""
    if problem := _problem(context, email, columns):
        return problem
    if parse_outcome(outcome, meanings) is not None:
        return None
    allowed = ", ".join([*map(str, range(3)), *OUTCOMES, *(word for word in meanings if word not in OUTCOME_NAMES)])
    return f"outcome '{outcome[:40]}' is not one of {allowed}"


def _problem(context: str, email: str, columns: Columns) -> str | None:
    for name, value in ((columns.context, context), (columns.email, email)):
        if not value.strip():
            return f"{name} is empty; some text is needed"
    return None


def _summary(problems: list[str]) -> str:
    more = len(problems) - SHOWN_PROBLEMS
    return "; ".join(problems[:SHOWN_PROBLEMS]) + (f"; and {more} more rows like these" if more > 0 else "")


# --- splitting ------------------------------------------------------------------------------------------------------


FEWEST_ROWS = 3
"""Rows of each outcome that training needs: folds to learn from and to judge by hold at least one each."""


def require_trainable(data: EmailData) -> None:
    """Raises DataError where an outcome has too few rows to train a reward model on."""
    for name, count in zip(OUTCOMES, data.counts(), strict=True):
        if count < FEWEST_ROWS:
            raise DataError(
                f"outcome '{name}' has {count} rows; a reward model needs at least {FEWEST_ROWS} of each outcome, "
                "better 20 or more"
            )


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


@dataclass(frozen=True)
class ContextSplit:
    """Contexts to train on, to choose the best step by, and to compare on; each in the order of the file."""

    train: list[str]
    guard: list[str]
    compared: list[str]


def split_contexts(contexts: Sequence[str], compared: int, guard: int, seed: int) -> ContextSplit:
    """Three parts that share no context, so that the gain is measured where nothing was trained or chosen.

    ``compared`` and ``guard`` are the most contexts of these parts: at most a third of all is compared on, at most a
    quarter of the rest guards, and one at least of three contexts. With fewer than three there is no guard; a single
    context serves for training and for the comparison.
    """
    rest, kept = hold_out_contexts(contexts, compared, seed)
    most = min(guard, max(1, len(rest) // 4)) if len(contexts) > 2 else 0
    guarding = set(np.random.default_rng([seed, 1]).permutation(len(rest))[:most].tolist())
    train = [context for index, context in enumerate(rest) if index not in guarding]
    return ContextSplit(train, [context for index, context in enumerate(rest) if index in guarding], kept)
