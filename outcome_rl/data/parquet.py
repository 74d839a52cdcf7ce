"""Rows of Parquet files, some at a time; pyarrow, which reads them, comes with the extra ``ray``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ..errors import DataError
from .delimited import Record
from .json_rows import as_cell
from .sources import Source

ROWS = 4096
"""Rows in memory at once, besides the file's own group of rows that they are in."""


def open_parquet(source: Source) -> tuple[str, ...]:
    """The columns of a file. Raises DataError: it cannot be read, or pyarrow is not there."""
    with _opened(source) as file:
        return tuple(file.schema_arrow.names)


def parquet_records(source: Source) -> Iterator[Record]:
    """One record for each row, its cells as text; what is missing is empty. Raises DataError: the file is damaged."""
    number = 1  # as a spreadsheet counts, which has a header
    with _opened(source) as file:
        for batch in file.iter_batches(ROWS):
            for cells in zip(*_cells(source, batch), strict=True):
                number += 1
                yield Record(number, None, [as_cell(cell) for cell in cells])


def _cells(source: Source, batch: Any) -> list[list[Any]]:
    try:
        return [column.to_pylist() for column in batch.columns]
    except (ValueError, LookupError) as error:  # bytes that are no text, a time zone that nobody knows
        raise _damaged(source, error) from None


def _damaged(source: Source, error: Exception) -> DataError:
    return DataError(f"{source.name}: cannot be read as Parquet ({error}); export it again")


@contextmanager
def _opened(source: Source) -> Iterator[Any]:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise DataError(
            f"{source.name}: is a Parquet file, and pyarrow, which reads these, is not installed; install it with "
            "pip install pyarrow, or export the rows as CSV"
        ) from None
    if source.member or source.gzipped:
        raise DataError(f"{source.name}: is a Parquet file that is packed once more; unpack it first")
    try:
        with pyarrow.parquet.ParquetFile(source.path) as file:
            yield file
    except (pyarrow.ArrowException, OSError) as error:
        raise _damaged(source, error) from None
