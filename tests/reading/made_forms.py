"""Small forms and answers, made by hand."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.reading.answers import Reader, read_answers
from benchmarks.reading.forms import Item, Key
from benchmarks.reading.questions import FLAGS
from benchmarks.reading.sheet import answer_columns, choice_column

GOOD_FLAGS = {flag.name: "yes" if flag.good else "no" for flag in FLAGS}


def made_key(orders: Sequence[str], contexts: Sequence[str] | None = None, emails: Sequence[str] = ()) -> Key:
    """A key of form ``TTT``; ``orders``: for each item its writers' first letters: "bt" is base first, then tuned."""
    names = {"b": "base", "t": "tuned", "o": "other"}
    contexts = contexts or [f"context {i}" for i in range(len(orders))]
    items = [
        Item(
            f"TTT-{i:02d}",
            context,
            tuple(names[letter] for letter in order),
            tuple(emails) or tuple(f"{names[letter]} {i}" for letter in order),
        )
        for i, (order, context) in enumerate(zip(orders, contexts, strict=True), 1)
    ]
    return Key("TTT", 0, tuple(names[letter] for letter in sorted(orders[0])), "", tuple(items))


def answer_row(
    item: str, email: str, choice: str, usability: object, flags: Mapping[str, str] | None = None
) -> list[str]:
    return [item, email, choice, str(usability), *(GOOD_FLAGS | dict(flags or {})).values(), ""]


def write_answers(path: Path, key: Key, rows: Sequence[Sequence[str]]) -> Path:
    with open(path, "w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([answer_columns(choice_column(key)), *rows])
    return path


def made_reader(path: Path, key: Key, said: Sequence[tuple[str, Sequence[int]]], partial: bool = False) -> Reader:
    """A reader who says of each item a choice ("A", "neither", or ranks "121") and the emails' usabilities."""
    rows = []
    for item, (choice, usabilities) in zip(key.items, said, strict=False):
        for at, (label, usability) in enumerate(zip(item.labels, usabilities, strict=True)):
            rows.append(answer_row(item.code, label, choice[at] if choice.isdigit() else choice, usability))
    return read_answers(write_answers(path, key, rows), key, partial)
