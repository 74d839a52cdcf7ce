"""Small files of every kind, written for one test each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import pytest

from tests.helpers.export_emails import EMAILS
from tests.helpers.written_files import writer_into

TODAY = date(2026, 11, 28)


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    return writer_into(tmp_path)


@pytest.fixture
def table(write: Callable[..., Path]) -> Callable[..., Path]:
    """A CSV of thirty emails with further columns, whose cells are given over and over."""

    def made(**columns: Sequence[object]) -> Path:
        names = [name.replace("__", " ") for name in columns]
        cells = list(columns.values())
        rows = [["a buyer", email, *(each[place % len(each)] for each in cells)] for place, email in enumerate(EMAILS)]
        return write([["context", "email_text", *names], *rows])

    return made
