"""Rows of JSON: what its escapes may hold."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from outcome_rl.data.csv_io import write_rows
from outcome_rl.data.sources import find_sources
from outcome_rl.data.tables import open_table

ROWS = '[{"context": "a \\ud800", "b\\udfff": "\\ud83d\\ude00 \\\\ud800", "c": 1}, {"context": "x", "b\\udfff": "y"}]'


@pytest.mark.parametrize("lines", [False, True], ids=["one document", "an object a line"])
def test_half_a_character_is_a_question_mark_and_whole_ones_stay(tmp_path: Path, lines: bool) -> None:
    rows = ROWS[1:-1].replace("}, {", "}\n{") if lines else ROWS
    assert len(json.loads(ROWS)) == 2
    file = tmp_path / "rows.json"
    file.write_text(rows, encoding="utf-8")
    table = open_table(find_sources([file])[0])
    assert table.header == ("context", "b?", "c")
    records = [record.cells for record in table.rows()]
    assert records == [["a ?", "😀 \\ud800", "1"], ["x", "y", ""]]
    write_rows(tmp_path / "rows.csv", table.header, records)
