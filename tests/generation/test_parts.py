"""Parts of a long table appear whole, say what made them, and are not made again."""

import pytest

from outcome_rl.errors import ConfigError, RunError
from outcome_rl.generation.parts import (
    MANIFEST,
    all_is_done,
    open_parts,
    part_totals,
    put_part,
    put_rows,
    take_rows,
)

pyarrow = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")

MADE_BY = {"reward_model": {"sha256": "a"}, "temperature": 0.7}


def begun(folder, **changed):
    return open_parts(folder, MADE_BY | changed, 2, {"dtype": "float32"})


def made(parts, number):
    put_part(parts, number, {"n": pyarrow.array([number])}, {"n": 1})


def test_a_folder_is_taken_up_as_it_was_begun(tmp_path):
    first = begun(tmp_path / "out")
    again = open_parts(tmp_path / "out", MADE_BY, 7, {"dtype": "bfloat16"})
    assert (again.rows_each, again.kept, again.digest) == (2, {"dtype": "float32"}, first.digest)


def test_another_model_or_setting_is_refused(tmp_path):
    begun(tmp_path / "out")
    with pytest.raises(ConfigError, match=r"temperature: 0\.7 before, 0\.9 now.*give another folder"):
        begun(tmp_path / "out", temperature=0.9)
    with pytest.raises(ConfigError, match=r"the reward model is another one"):
        begun(tmp_path / "out", reward_model={"sha256": "b"})
    with pytest.raises(ConfigError, match="seed: None before, 3 now"):
        begun(tmp_path / "out", seed=3)


def test_a_folder_of_something_else_is_refused(tmp_path):
    (tmp_path / "mine.txt").write_text("x")
    with pytest.raises(ConfigError, match="no parts of this work; give a new folder"):
        begun(tmp_path)
    with pytest.raises(ConfigError, match="is a file; give a folder"):
        begun(tmp_path / "mine.txt")
    (tmp_path / MANIFEST).write_text("{")
    with pytest.raises(ConfigError, match="cannot be read"):
        begun(tmp_path)


def test_rows_wait_for_the_parts_that_are_not_there(tmp_path):
    parts = begun(tmp_path / "out")
    rows = [["a", "1"], ["b", ""], ["c", "3"], ["d", "4"], ["e", "5"]]
    assert put_rows(parts, rows, done={1}) == 5
    assert parts.count(5) == 3
    assert [take_rows(parts, number) for number in (0, 2)] == [[["a", "1"], ["b", ""]], [["e", "5"]]]
    with pytest.raises(RunError, match="every machine sees"):
        take_rows(parts, 1)
    all_is_done(parts)
    assert [path.name for path in (tmp_path / "out").iterdir()] == [MANIFEST]


def test_a_part_counts_where_it_is_whole_and_made_by_the_same(tmp_path):
    parts = begun(tmp_path / "out")
    assert part_totals(parts, 0) is None
    made(parts, 0)
    assert part_totals(parts, 0) == {"n": 1}
    assert parquet.read_table(parts.path(0))["n"].to_pylist() == [0]
    content = parts.path(0).read_bytes()
    parts.path(0).write_bytes(content[:-10])
    assert part_totals(parts, 0) is None, "cut off"
    other = open_parts(tmp_path / "other", MADE_BY | {"temperature": 0.9}, 2, {"dtype": "float32"})
    other.path(0).write_bytes(content)
    assert part_totals(other, 0) is None, "another temperature"
