"""Parquet files are tables like others, where pyarrow is there."""

import gzip
import sys
from datetime import date

import pytest

from outcome_rl.data.csv_io import open_table
from outcome_rl.data.dataset import read_emails
from outcome_rl.errors import DataError


@pytest.fixture
def parquet():
    return pytest.importorskip("pyarrow.parquet")


def written(parquet, path, columns):
    import pyarrow

    parquet.write_table(pyarrow.table(columns), path)
    return path


def test_cells_are_text_and_what_is_missing_is_empty(parquet, tmp_path):
    columns = {"a": ["x", None, "z"], "n": [1, 2, 3], "on": [True, False, None], "day": [date(2026, 1, 2)] * 3}
    header, rows = open_table(written(parquet, tmp_path / "t.parquet", columns))
    read = list(rows)
    assert header == ["a", "n", "on", "day"]
    assert [row.cells for row in read] == [
        ["x", "1", "true", "2026-01-02"],
        ["", "2", "false", "2026-01-02"],
        ["z", "3", "", "2026-01-02"],
    ]
    assert [row.place for row in read] == ["row 2", "row 3", "row 4"]


def test_nested_cells_and_bytes_are_text_and_what_cannot_be_read_is_told(parquet, tmp_path):
    import pyarrow

    columns = {"a": [b"hello"], "s": [{"day": date(2026, 1, 2), "of": b"x"}], "l": [[date(2026, 1, 2)]]}
    _, rows = open_table(written(parquet, tmp_path / "t.parquet", columns))
    assert [row.cells for row in rows] == [["hello", '{"day": "2026-01-02", "of": "x"}', '["2026-01-02"]']]
    zone = pyarrow.array([0], pyarrow.timestamp("s", tz="Nowhere/Else"))
    _, rows = open_table(written(parquet, tmp_path / "z.parquet", {"t": zone}))
    with pytest.raises(DataError, match=r"z\.parquet: cannot be read as Parquet .*export it again"):
        list(rows)


def test_emails_are_read_whatever_the_file_is_called(parquet, few, tmp_path):
    columns = {"context": few.contexts, "email_text": few.emails, "outcome": few.outcomes}
    columns = {name: list(cells) for name, cells in columns.items()}
    assert read_emails(written(parquet, tmp_path / "mails.bin", columns)).emails == few.emails


def test_a_damaged_file_says_so(parquet, tmp_path):
    path = written(parquet, tmp_path / "t.parquet", {"a": ["x"] * 50})
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(DataError, match=r"t\.parquet: cannot be read as Parquet .*export it again"):
        open_table(path)
    packed = tmp_path / "t.parquet.gz"
    packed.write_bytes(gzip.compress(b"PAR1" + b"x" * 20))
    with pytest.raises(DataError, match="packed once more; unpack it first"):
        open_table(packed)


def test_without_pyarrow_it_is_said_what_to_install(tmp_path, monkeypatch):
    (tmp_path / "t.parquet").write_bytes(b"PAR1" + b"x" * 20)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(DataError, match="pip install pyarrow, or export the rows as CSV"):
        open_table(tmp_path / "t.parquet")
