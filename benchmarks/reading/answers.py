"""Readers' answers, read strictly: every problem is told with its line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from outcome_rl.data.csv_io import find_columns, open_table
from outcome_rl.errors import DataError

from .forms import Item, Key
from .questions import FLAGS, SPOILED, USABILITY
from .sheet import answer_columns, choice_column

NEITHER = "neither"
_YES_NO = {"yes": True, "no": False}
_MOST_PROBLEMS = 12


@dataclass(frozen=True)
class Answer:
    """What one reader says of one email. ``rank``: 1 is best, equal where there is no preference."""

    rank: int
    usability: int
    flags: Mapping[str, bool]
    note: str = ""


@dataclass(frozen=True)
class Reader:
    """One reader's answers by item and label; of an item all emails are answered, or none."""

    name: str
    answers: Mapping[tuple[str, str], Answer]

    def answers_of(self, item: Item) -> list[Answer] | None:
        """The answers to an item's emails in the order of their labels, None where the reader left it out."""
        found = [self.answers.get((item.code, label)) for label in item.labels]
        return [answer for answer in found if answer is not None] or None


def read_answers(path: Path, key: Key, partial: bool = False) -> Reader:
    """One reader's file; the reader is called by its name. ``partial``: whole items may be missing.

    Raises:
        DataError: with up to twelve problems, each with its line.
    """
    choice = choice_column(key)
    columns = answer_columns(choice)
    header, rows = open_table(path)
    places = find_columns(path, header, columns[:-1])
    lowered = [cell.lower() for cell in header]
    note_at = lowered.index("note") if "note" in lowered else None
    problems: list[str] = []
    answers: dict[tuple[str, str], Answer] = {}
    choices: dict[tuple[str, str], str] = {}
    for record in rows:
        line, cells = record.number, record.cells
        row = dict(zip(columns, (cells[place].strip() for place in places), strict=False))
        where, wrong = _find_email(row, key)
        wrong += _wrong_values(row, choice, where)
        if where and where in answers:
            wrong.append(f"{where[0]} {where[1]} is answered twice")
        problems += [f"line {line}: {problem}" for problem in wrong]
        if where and not wrong:
            note = cells[note_at].strip() if note_at is not None else ""
            answers[where], choices[where] = _answer(row, choice, where[1], note), row[choice].lower()
    if not problems:
        problems = _problems_of_items(key, choices, choice, partial)
    if problems:
        raise DataError(_in_words(path, problems))
    return Reader(path.stem, answers)


def read_readers(paths: Sequence[Path], key: Key, partial: bool = False) -> list[Reader]:
    """All readers. Raises DataError, also where two files have one name, for it is the reader's."""
    names = [path.stem for path in paths]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise DataError(f"two files of answers are called '{twice}'; name each after its reader")
    return [read_answers(path, key, partial) for path in paths]


def _find_email(row: Mapping[str, str], key: Key) -> tuple[tuple[str, str] | None, list[str]]:
    item = key.item(row["item"].upper())
    if item is None:
        first, last = key.items[0].code, key.items[-1].code
        return None, [f"item '{row['item'][:40]}' is not in this form; its items are {first} to {last}"]
    label = row["email"].upper()
    if len(label) != 1 or label not in item.labels:
        return None, [f"email '{row['email'][:40]}' is not one of {', '.join(item.labels)}"]
    return (item.code, label), []


def _wrong_values(row: Mapping[str, str], choice: str, where: tuple[str, str] | None) -> list[str]:
    of = f" of {where[0]} {where[1]}" if where else ""
    wrong = []
    if choice == "preference" and row[choice].lower() not in ("a", "b", NEITHER):
        wrong.append(f"preference{of} is '{row[choice][:40]}'; it must be A, B or neither")
    if choice == "rank" and not (row[choice].isdecimal() and int(row[choice]) >= 1):
        wrong.append(f"rank{of} is '{row[choice][:40]}'; it must be a whole number from 1")
    if row["usability"] not in map(str, USABILITY):
        wrong.append(f"usability{of} is '{row['usability'][:40]}'; it must be a whole number from 1 to 5")
    for flag in FLAGS:
        if row[flag.name].lower() not in _YES_NO:
            wrong.append(f"{flag.name}{of} is '{row[flag.name][:40]}'; it must be yes or no")
    return wrong


def _answer(row: Mapping[str, str], choice: str, label: str, note: str) -> Answer:
    said = row[choice]
    rank = int(said) if choice == "rank" else 1 if said.upper() == label or said.lower() == NEITHER else 2
    return Answer(rank, int(row["usability"]), {flag.name: _YES_NO[row[flag.name].lower()] for flag in FLAGS}, note)


def _problems_of_items(key: Key, choices: Mapping[tuple[str, str], str], choice: str, partial: bool) -> list[str]:
    problems = []
    for item in key.items:
        given = [choices[item.code, label] for label in item.labels if (item.code, label) in choices]
        missing = [label for label in item.labels if (item.code, label) not in choices]
        if not given and not partial:
            problems.append(f"{item.code} is not answered; give --partial if that is meant")
        elif given and missing:
            problems.append(f"{item.code}: email {' and '.join(missing)} is not answered")
        elif given and choice == "preference" and len(set(given)) > 1:
            problems.append(f"{item.code}: its lines give two preferences, {' and '.join(sorted(set(given)))}")
        elif given and choice == "rank" and "1" not in given:
            problems.append(f"{item.code}: no email has rank 1")
    if not choices:
        problems.append("there is no answer in it")
    return problems


def _in_words(path: Path, problems: Sequence[str]) -> str:
    shown = list(problems[:_MOST_PROBLEMS])
    if len(problems) > len(shown):
        shown.append(f"and {len(problems) - len(shown)} more")
    return f"{path.name}: " + (shown[0] if len(shown) == 1 else "".join(f"\n  {problem}" for problem in shown))


def contradictions(reader: Reader, key: Key) -> list[str]:
    """Answers of one reader that do not go together, in words; they count all the same."""
    found = []
    for item in key.items:
        answers = reader.answers_of(item) or []
        for label, answer in zip(item.labels, answers, strict=False):
            spoiled = [flag.title for flag in FLAGS if flag.name in SPOILED and answer.flags[flag.name]]
            if answer.usability >= 4 and spoiled:
                found.append(f"{item.code} {label}: usability {answer.usability}, yet {', '.join(spoiled)}")
        for best, other in ((a, b) for a in answers for b in answers if a.rank < b.rank):
            if best.usability < other.usability:
                found.append(f"{item.code}: prefers an email of usability {best.usability} to one of {other.usability}")
    return found
