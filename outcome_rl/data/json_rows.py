"""Rows of JSON: an object a line, a list of objects, or an answer of an API that holds such a list."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import chain, islice
from typing import Any

from ..errors import DataError
from .delimited import Record
from .encodings import Encoding, detect_encoding, read_lines
from .sources import Source

MAX_DOCUMENT = 256 * 2**20
"""Characters of a JSON document that is not one object a line; it is held in memory."""
LOOKED_AT = 2000
"""Objects that the columns are collected from."""
_MAY_HOLD_HALF = re.compile(r"\\u[dD][89a-fA-F]")
DEPTH = 2
"""Objects within objects of which each has its own columns."""


def open_json(source: Source) -> tuple[list[str], Encoding]:
    """(columns in the order of their first appearance, encoding).

    Raises:
        DataError: the file is not JSON; the message names the line.
    """
    encoding = detect_encoding(source)
    columns: dict[str, None] = {}
    for count, (_, each) in enumerate(_objects(source, encoding)):
        if count >= LOOKED_AT:
            break
        columns.update(dict.fromkeys(_flat(each)))
    if not columns:
        raise DataError(f"{source.name}: holds no rows; export it again")
    return list(columns), encoding


def json_records(source: Source, encoding: Encoding, columns: list[str]) -> Iterator[Record]:
    """One record for each object, its cells in the order of ``columns``; what is nested stays JSON, too."""
    for line, each in _objects(source, encoding):
        cells = _flat(each)
        yield Record(line, line, [as_cell(cells.get(name)) for name in columns])


def _flat(row: dict[str, Any], depth: int = DEPTH) -> dict[str, Any]:
    """A row with the cells of nested objects beside it: ``{"lead": {"email": …}}`` has a ``lead.email``."""
    found: dict[str, Any] = {}
    for name, value in row.items():
        found[name] = value
        if isinstance(value, dict) and depth:
            found.update({f"{name}.{part}": cell for part, cell in _flat(value, depth - 1).items()})
    return found


def as_cell(value: Any) -> str:
    """A value as a table's cell has it; what is nested stays JSON."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False, default=as_cell)
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return str(value)


def _objects(source: Source, encoding: Encoding) -> Iterator[tuple[int, dict[str, Any]]]:
    with source.open() as stream:
        lines = read_lines(stream, encoding)
        numbered = ((number, line) for number, line in enumerate(lines, 1) if line.strip())
        first = list(islice(numbered, 2))
        rows = [line for _, line in first]
        if _are_rows(rows):
            yield from _line_objects(source, chain(first, numbered))
            return
        text = "".join(rows) + _rest(source, lines)
    try:
        document = _read(text)
    except ValueError as error:
        line = getattr(error, "lineno", 1)
        raise DataError(
            f"{source.name}, line {line}: is not valid JSON ({getattr(error, 'msg', error)}); export one object a line"
        ) from None
    yield from enumerate(_list_in(document, source), 1)


def _read(text: str) -> Any:
    """What JSON says, in whole characters: half of a surrogate pair, which no file can be written of, is a ``?``.

    Raises ValueError.
    """
    value = json.loads(text)
    if _MAY_HOLD_HALF.search(text):
        value = json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))
    return value


def _are_rows(lines: list[str]) -> bool:
    """Whether the first two lines are a row each; of a single one, whether it is no document that holds rows."""
    first, *more = [_object(line) for line in lines] or [None]
    if first is None:
        return False
    return any(each is not None for each in more) or not (_nested_lists(first) or _by_columns(first))


def _object(line: str) -> dict[str, Any] | None:
    """The object that a line is by itself; None where it is none."""
    try:
        value = _read(line)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _nested_lists(value: dict[str, Any]) -> list[list[dict[str, Any]]]:
    lists = [item for item in value.values() if isinstance(item, list) and item]
    return [item for item in lists if all(isinstance(each, dict) for each in item)]


def _joined(lists: list[list[dict[str, Any]]], source: Source) -> list[dict[str, Any]]:
    """The rows of all lists, as of one for each campaign, where they have the same names.

    Raises:
        DataError: two lists that may both be the rows have different names.
    """
    longest = max(lists, key=len)
    names = set(longest[0])
    alike = [each for each in lists if len(names & set(each[0])) > len(names | set(each[0])) / 2]
    rest = [each for each in lists if each not in alike and len(each) > len(longest) / 2]
    if rest:
        raise DataError(f"{source.name}: holds several lists that have different columns; export each as a file")
    return [row for each in alike for row in each]


def _by_columns(value: dict[str, Any]) -> list[dict[str, Any]]:
    """Rows where each name has the cells of all rows, in a list or by their numbers; none where it is not so."""
    columns = [_cells_by_row(each) for each in value.values()]
    numbers = columns[0].keys() if columns else ()
    if len(columns) < 2 or len(numbers) < 2 or any(each.keys() != numbers for each in columns):
        return []
    if any(isinstance(cell, dict) for each in columns for cell in each.values()):
        return []
    return [dict(zip(value, (each[number] for each in columns), strict=True)) for number in numbers]


def _cells_by_row(column: Any) -> dict[str, Any]:
    """A column's cells by the numbers of their rows, whatever their order; none where it is no column."""
    if isinstance(column, list):
        return {str(number): cell for number, cell in enumerate(column)}
    numbered = isinstance(column, dict) and all(key.isdigit() for key in column)
    return column if numbered else {}


def _rest(source: Source, lines: Iterator[str]) -> str:
    parts, size = [], 0
    for line in lines:
        parts.append(line)
        size += len(line)
        if size > MAX_DOCUMENT:
            raise DataError(f"{source.name}: is one JSON document of more than 256 MB; export one object a line")
    return "".join(parts)


def _line_objects(source: Source, lines: Iterator[tuple[int, str]]) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in lines:
        try:
            value = _read(line)
        except ValueError as error:
            raise DataError(f"{source.name}, line {number}: is not valid JSON ({error}); export it again") from None
        if not isinstance(value, dict):
            raise DataError(f"{source.name}, line {number}: is no object with names; each line has to be one row")
        yield number, value


def _list_in(document: Any, source: Source) -> list[dict[str, Any]]:
    if isinstance(document, dict) and (rows := _by_columns(document)):
        return rows
    if isinstance(document, dict):
        lists = _nested_lists(document)
        document = _joined(lists, source) if lists else [document]
    if not isinstance(document, list) or not all(isinstance(each, dict) for each in document):
        raise DataError(f"{source.name}: holds no list of objects; export one object a line")
    return document
