"""Read a table of emails and outcomes, check it, split it. Errors carry the row's number; no row is dropped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path

from ..config import DEFAULT_COLUMNS, Columns
from ..errors import DataError
from ..outcomes import NUM_OUTCOMES, OUTCOMES, known_outcomes
from ..text.cleaning import clean_email
from ..text.quoted import quote
from .csv_io import one_table, open_table, read_columns, read_lines, write_rows
from .outcomes import LEFT_OUT, OUTCOME_NAMES, meanings_text, outcome_meanings, parse_outcome
from .tables import Notes

WORDS_OF_A_NAME = 3
"""A first line of more words is no column's name."""
SHOWN_PROBLEMS = 5


@dataclass(frozen=True)
class EmailData:
    """Emails with their contexts and outcomes; ``rows`` are numbered as a spreadsheet does (the header is row 1).

    What comes from lists has their positions, from 0, in the place of row numbers.
    """

    contexts: tuple[str, ...]
    emails: tuple[str, ...]
    outcomes: tuple[int, ...]
    rows: tuple[int, ...]
    changes: tuple[tuple[int, str], ...] = ()
    """(row, kind) of what was cut from an email, or put right in it, while it was read."""
    notes: tuple[str, ...] = ()
    """What else was met in the file: titles, blank rows, a footer, another encoding."""

    @staticmethod
    def from_lists(contexts: Sequence[str], emails: Sequence[str], outcomes: Sequence[object]) -> EmailData:
        """Rows that are in memory, as the columns of a data frame; an outcome is written as in a file.

        Raises:
            DataError: the lists are not equally long, or rows are not usable; the message names position and problem.
        """
        if not len(contexts) == len(emails) == len(outcomes):
            sizes = f"{len(contexts)} contexts, {len(emails)} emails and {len(outcomes)} outcomes"
            raise DataError(f"{sizes} were given; there has to be one of each for every row")
        texts = [str(outcome) for outcome in outcomes]
        checked = enumerate(zip(contexts, emails, texts, strict=True))
        problems = _Problems()
        for place, row in checked:
            if why := row_problem(*row, DEFAULT_COLUMNS, {}):
                problems.add(f"row {place}: {why}")
        if problems.count:
            raise DataError(problems.summary())
        values = tuple(value for text in texts if (value := parse_outcome(text)) is not None)
        return EmailData(tuple(contexts), tuple(emails), values, tuple(range(len(values))))

    def __len__(self) -> int:
        return len(self.emails)

    def write(self, path: Path | str) -> None:
        """Write a CSV that :func:`read_emails` reads without any mapping."""
        header = (DEFAULT_COLUMNS.context, DEFAULT_COLUMNS.email, DEFAULT_COLUMNS.outcome)
        write_rows(Path(path), header, zip(self.contexts, self.emails, self.outcomes, strict=True))

    def take(self, indices: Iterable[int] | int) -> EmailData:
        """The rows at these positions, in this order; of a number, the first so many, or all where there are fewer."""
        chosen = list(range(min(max(indices, 0), len(self))) if isinstance(indices, int) else indices)
        contexts, emails = (tuple(column[i] for i in chosen) for column in (self.contexts, self.emails))
        outcomes, rows = (tuple(column[i] for i in chosen) for column in (self.outcomes, self.rows))
        kept = set(rows)
        changes = tuple(each for each in self.changes if each[0] in kept)
        return EmailData(contexts, emails, outcomes, rows, changes, self.notes)

    def unique_contexts(self) -> list[str]:
        """Each context once, in the order of the file."""
        return list(dict.fromkeys(self.contexts))

    def counts(self) -> list[int]:
        """Rows with outcome 0, 1 and 2."""
        return [self.outcomes.count(outcome) for outcome in range(NUM_OUTCOMES)]

    def known_outcomes(self) -> tuple[int, ...]:
        """The outcomes that a model of these rows can tell apart, see :func:`outcome_rl.outcomes.known_outcomes`."""
        return known_outcomes(self.counts())


def sample_file(name: str) -> Path:
    """A file of the sample data (``emails.csv``, ``one_seller.csv``, ``one_seller_facts.txt``, ``contexts.csv``,
    ``template.csv``): inside an installed package, or in the ``data`` folder of a checkout. It is not looked whether
    there is one of that name.
    """
    package = Path(str(resources.files(__package__.partition(".")[0])))
    packed = package / "sample_data"
    return (packed if packed.is_dir() else package.parent / "data") / name


def read_emails(path: Path | str, columns: Columns = DEFAULT_COLUMNS, clean: bool = True) -> EmailData:
    """Read context, email and outcome from a CSV, a spreadsheet or JSON lines, packed or not.

    Any usual encoding and separator; quoted fields may hold line breaks. Blank rows, titles above the header and a
    footer are no rows. Rows whose outcome was said to be skipped are left out. ``clean``: emails are read without
    markup, quoted threads and footers, broken characters are put right; ``changes`` says where.

    Raises:
        ConfigError: ``columns.outcomes`` is not understood.
        DataError: the file cannot be read, a column is missing, or rows are not usable; the message names the file,
            the row and what is allowed.
    """
    path, meanings, notes = Path(path), outcome_meanings(columns.outcomes), Notes()
    found: list[tuple[str, str, int, int]] = []
    problems = _Problems()
    changes: list[tuple[int, str]] = []
    unknown: str | None = None
    met: dict[str, str] = {}  # a context that comes again is kept once
    wanted = (columns.context, columns.email, columns.outcome)
    for record, context, email, outcome in read_columns(path, wanted, notes):
        value = parse_outcome(outcome, meanings)
        if value == LEFT_OUT:
            continue
        if clean:
            cleaned = clean_email(email)
            email = cleaned.text
            changes += [(record.number, kind) for kind in cleaned.kinds]
        problem = row_problem(context, email, outcome, columns, meanings)
        if problem or value is None:
            problems.add(f"{record.place}: {problem}")
            unknown = outcome.strip()[:40] if value is None and unknown is None else unknown
        else:
            found.append((met.setdefault(context, context), email, value, record.number))
    if problems.count:
        raise DataError(f"{path.name}, {problems.summary()}", _remedy(unknown))
    if not found:
        raise DataError(f"{path.name}: there are no rows below the header; at least one email is needed")
    contexts, emails, outcomes, rows = zip(*found, strict=True)
    return EmailData(contexts, emails, outcomes, rows, tuple(changes), (*one_table(path).remarks, *notes.in_words()))


def _remedy(unknown: str | None) -> str:
    if unknown is None:
        return ""
    if not unknown:
        return "Say what an empty outcome means: --outcomes '=0' where it is no reply, '=skip' to leave these rows out."
    return f"Say what your words mean: --outcomes '{meanings_text({unknown: 1})}', or skip."


def iterate_pairs(path: Path | str, columns: Columns = DEFAULT_COLUMNS) -> Iterator[tuple[str, str]]:
    """Context and email of one row after the other, of a file of any size.

    Raises:
        DataError: as :func:`read_emails` does, once the end is reached.
    """
    path = Path(path)
    problems, rows = _Problems(), 0
    for record, context, email in read_columns(path, (columns.context, columns.email), bounded=False):
        rows += 1
        if problem := _problem(context, email, columns):
            problems.add(f"{record.place}: {problem}")
        else:
            yield context, email
    if problems.count:
        raise DataError(f"{path.name}, {problems.summary()}")
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


def row_problem(context: str, email: str, outcome: str, columns: Columns, meanings: Mapping[str, int]) -> str | None:
    """Why a row cannot be used, with what is allowed; None where it can."""
    if problem := _problem(context, email, columns):
        return problem
    if parse_outcome(outcome, meanings) is not None:
        return None
    if not outcome.strip():
        return f"{columns.outcome} is empty, which may mean no reply or not known yet"
    allowed = ", ".join([*map(str, range(3)), *OUTCOMES, *(word for word in meanings if word not in OUTCOME_NAMES)])
    return f"outcome {quote(outcome, 40)} is not one of {allowed}"


_NO_TEXT = frozenset(("null", "(null)", "nan", "none", "#n/a", "n/a"))
"""How programs write that there is none."""


def _problem(context: str, email: str, columns: Columns) -> str | None:
    for name, value in ((columns.context, context), (columns.email, email)):
        if not value.strip() or value.strip().lower() in _NO_TEXT:
            return f"{name} is empty; some text is needed"
    return None


@dataclass
class _Problems:
    """What is wrong with rows: the first of them in words, all of them counted; a file can have a million."""

    first: list[str] = field(default_factory=list)
    count: int = 0

    def add(self, problem: str) -> None:
        self.count += 1
        if len(self.first) < SHOWN_PROBLEMS:
            self.first.append(problem)

    def summary(self) -> str:
        more = self.count - len(self.first)
        return "; ".join(self.first) + (f"; and {more} more rows like these" if more > 0 else "")


FEWEST_ROWS = 3
"""Rows of each outcome that training needs: folds to learn from and to judge by hold at least one each."""
SO_MANY = "20 or more"
"""Rows of each outcome that something can be learned from."""
REMEDIES = (
    "Add emails that nobody answered.",
    "Add emails that were answered, or leave these out: --outcomes '1=skip'.",
    "Add emails that converted, or count these as replies: --outcomes '2=1'.",
)
"""What to do where an outcome has too few rows."""


def require_trainable(data: EmailData) -> None:
    """Raises DataError where there are not two outcomes to tell apart, no reply and a better one, or where one of
    those that occur has too few rows to train a reward model on.
    """
    counts = data.counts()
    if not counts[0] or not any(counts[1:]):
        raise _one_kind(counts)
    for outcome, count in enumerate(counts):
        if 0 < count < FEWEST_ROWS:
            raise DataError(
                f"outcome '{OUTCOMES[outcome]}' has {count} row{'s' if count > 1 else ''}; a reward model needs at "
                f"least {FEWEST_ROWS} of each outcome that occurs, better {SO_MANY}",
                REMEDIES[outcome],
            )


def _one_kind(counts: Sequence[int]) -> DataError:
    """What to say where no email was answered, or every one."""
    missing, said = "'reply' or 'conversion'", "If a word in your file means a reply, say so: --outcomes 'answered=1'."
    if not counts[0]:
        missing, said = "'no_reply'", "If your file counts from 1, say so: --outcomes '1=0,2=1,3=2'."
    there = " and ".join(f"{count} '{name}'" for name, count in zip(OUTCOMES, counts, strict=True) if count)
    return DataError(
        f"no row has the outcome {missing}, there are only {there}; a reward model learns what tells emails that were "
        f"answered from those that were not, so add at least {FEWEST_ROWS} such rows, better {SO_MANY}",
        said,
    )
