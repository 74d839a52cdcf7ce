"""Small files of every kind, written for one test each."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import pytest

from tests.helpers.export_emails import EMAILS

TODAY = date(2026, 11, 28)


def as_csv(rows: Sequence[Sequence[object]], delimiter: str = ",") -> str:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue()


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Writes rows as a CSV, or bytes as they are."""

    def written(content: bytes | str | Sequence[Sequence[object]], name: str = "export.csv") -> Path:
        path = tmp_path / name
        if isinstance(content, (bytes, str)):
            path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        else:
            path.write_bytes(as_csv(content).encode("utf-8"))
        return path

    return written


@pytest.fixture
def table(write: Callable[..., Path]) -> Callable[..., Path]:
    """A CSV of thirty emails with further columns, whose cells are given over and over."""

    def made(**columns: Sequence[object]) -> Path:
        names = [name.replace("__", " ") for name in columns]
        cells = list(columns.values())
        rows = [["a buyer", email, *(each[place % len(each)] for each in cells)] for place, email in enumerate(EMAILS)]
        return write([["context", "email_text", *names], *rows])

    return made
