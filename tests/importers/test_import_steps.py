"""An import step by step: how far it is, what is written meanwhile, and how it is left."""

from __future__ import annotations

import gzip
import tempfile
import zipfile
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from outcome_rl.cli.import_preview import finish_watched
from outcome_rl.errors import DataError
from outcome_rl.importers.api import (
    ImportOptions,
    ImportProgress,
    ImportSteps,
    import_steps,
    preview_import,
    write_import,
)
from outcome_rl.importers.progress import READING_TABLES
from outcome_rl.importers.resolve import resolve_data
from outcome_rl.utils.streaming import run_to_end

FIXTURES = Path(__file__).parent / "fixtures"
STATISTICS = FIXTURES / "smartlead_statistics" / "export.csv"
MAILBOX = FIXTURES / "mailbox" / "export.mbox"
OPTIONS = ImportOptions(today=date(2024, 4, 15))


def told_of(*files: Path) -> list[ImportProgress]:
    """How far an import of the files says that it is, again and again."""
    told: list[ImportProgress] = []
    run_to_end(import_steps(files, OPTIONS), told.append)
    return told


@pytest.fixture(autouse=True)
def told_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("outcome_rl.importers.engine.PROGRESS_EVERY", 10)


def test_what_is_written_in_one_pass_is_what_is_written_after_a_look(tmp_path: Path) -> None:
    one, two = tmp_path / "one.csv", tmp_path / "two.csv"
    preview = run_to_end(import_steps([STATISTICS], OPTIONS, one))
    looked_at = preview_import([STATISTICS], OPTIONS)
    write_import(looked_at, two)
    assert preview == looked_at and one.read_bytes() == two.read_bytes()


def test_rows_are_counted_while_they_are_read_and_while_emails_are_put_together() -> None:
    told = told_of(STATISTICS)
    assert [(step.read, step.made) for step in told[:2]] == [(10, 0), (20, 0)]
    assert {step.read for step in told[2:]} == {28} and told[2].made >= 10
    assert [str(ImportProgress(1200, 0, 0.074)), str(ImportProgress(1200, 1000, None, "messages"))] == [
        "Reading your files: 1,200 rows so far",
        "Sorting messages into emails and replies: 1,000 of 1,200 done",
    ]


def test_messages_are_counted_while_they_are_read_and_put_together() -> None:
    told = told_of(MAILBOX)
    assert (told[0].read, told[0].made, told[0].things) == (10, 0, "messages")
    assert told[-1].made > 0, "who is to stop it has to be asked then as well"


def test_what_is_read_row_by_row_is_counted(table: Callable[..., Path]) -> None:
    assert [(step.read, step.made) for step in told_of(table(Status=["sent", "replied"]))] == [
        (10, 0),
        (20, 0),
        (30, 0),
    ]


@pytest.mark.parametrize("packed", ["plain", "gz", "zip"])
def test_the_share_that_is_done_grows_to_the_whole(tmp_path: Path, packed: str) -> None:
    rows = [f"p{n // 3}@firm{n // 3}.example,{n % 3 + 1},{uuid4()} {n},2024-03-0{n % 3 + 1},no" for n in range(6000)]
    text = "\n".join(["Email,Step,Body,Sent at,Replied", *rows])
    path = tmp_path / f"export.{packed}"
    if packed == "plain":
        path.write_text(text, encoding="utf-8")
    elif packed == "gz":
        path.write_bytes(gzip.compress(text.encode()))
    else:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("notes.md", "What these are.")
            archive.writestr("export.csv", text)
    told = told_of(path)
    shares = [step.share for step in told if step.share is not None]
    assert shares == sorted(shares) and len(shares) == len(told)
    half_read = next(step.share for step in told if step.read == 3000)
    assert half_read == pytest.approx(READING_TABLES / 2, rel=0.3), "a compressed file is read in blocks"
    half_made = next(step.share for step in told if step.made >= 3000)
    assert half_made == pytest.approx(READING_TABLES + (1 - READING_TABLES) / 2, abs=0.01)
    assert shares[-1] == pytest.approx(1, abs=0.01)


def test_the_share_of_tables_and_mailboxes_together(tmp_path: Path) -> None:
    told = told_of(STATISTICS, MAILBOX)
    tables = STATISTICS.stat().st_size / (STATISTICS.stat().st_size + MAILBOX.stat().st_size)
    of_rows = [step.share or 0 for step in told if step.things == "rows"]
    of_messages = [step.share or 0 for step in told if step.things == "messages"]
    assert 0 < of_rows[0] <= of_rows[-1] <= tables <= of_messages[0] <= of_messages[-1] <= 1


def test_steps_may_be_taken_in_any_thread(tmp_path: Path) -> None:
    steps = import_steps([STATISTICS], OPTIONS, tmp_path / "data.csv")
    told = []
    while True:
        with ThreadPoolExecutor(1) as one:
            step = one.submit(next, steps, None).result()
        if step is None:
            break
        told.append(step)
    assert len(told) > 3 and (tmp_path / "data.csv").exists()


@pytest.mark.parametrize("taken", [1, 3])
@pytest.mark.parametrize("file", [STATISTICS, MAILBOX], ids=["table", "mailbox"])
def test_who_leaves_early_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: Path, taken: int
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))  # rows are put by there
    out = tmp_path / "data.csv"
    out.write_text("what was there before", encoding="utf-8")
    steps = import_steps([file], OPTIONS, out)
    for _ in range(taken):
        next(steps)
    assert len(list(tmp_path.iterdir())) == 3, "it is being written"
    steps.close()
    assert list(tmp_path.iterdir()) == [out]
    assert out.read_text(encoding="utf-8") == "what was there before"


def test_an_interrupt_leaves_nothing_behind(tmp_path: Path) -> None:
    def interrupt(_: ImportProgress) -> None:
        raise KeyboardInterrupt

    steps = import_steps([STATISTICS], OPTIONS, tmp_path / "data.csv")
    with pytest.raises(KeyboardInterrupt):
        run_to_end(steps, interrupt)
    assert list(tmp_path.iterdir()) == []


def test_in_a_log_it_is_told_now_and_then(capsys: pytest.CaptureFixture[str]) -> None:
    def steps() -> ImportSteps:
        told = ((99_000, 0), (100_000, 0), (150_000, 0), (150_000, 50_000), (150_000, 99_000))
        for (read, made), share in zip(told, (0.06, None, 0.1, 0.4, 0.7), strict=True):
            yield ImportProgress(read, made, share)
        return preview_import([STATISTICS], OPTIONS)

    assert finish_watched(steps()).rows > 0
    assert capsys.readouterr().err.splitlines() == [
        "Reading your files: 100,000 rows so far",
        "Sorting rows into emails and replies: 50,000 of 150,000 done; 40% of the import",
    ]


def test_nothing_is_written_where_no_row_is_left(table: Callable[..., Path], tmp_path: Path) -> None:
    out = tmp_path / "written" / "data.csv"
    with pytest.raises(DataError, match="no row is left to write; first answer: What does '1' mean"):
        run_to_end(import_steps([table(Status=["1", "2"])], OPTIONS, out))
    assert list(out.parent.iterdir()) == []


def test_reading_for_a_command_says_how_far_it_is(tmp_path: Path) -> None:
    lines = ["Email,Title,Body,Replied"]
    lines += [f"p{n}@firm{n}.example,CFO,Hello number {n},{'no' if n % 3 else 'yes'}" for n in range(2500)]
    path = tmp_path / "replies.csv"
    path.write_text("\n".join(lines))
    told: list[str] = []

    def watch(work: Generator[ImportProgress, None, Any], /) -> Any:
        return run_to_end(work, lambda progress: told.append(str(progress)))

    assert len(resolve_data(path, watch=watch).read()) == 2500
    assert told.count("Reading your files: 2,000 rows so far") == 2


def test_a_workbook_is_said_to_be_opened_before_it_is() -> None:
    steps = import_steps([FIXTURES.parent / "copies" / "generic.xlsx"], OPTIONS)
    assert str(next(steps)) == "Opening your files"
