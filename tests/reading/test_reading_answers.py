"""Answers are read strictly, and every problem is told with its line."""

from __future__ import annotations

import pytest

from benchmarks.reading.answers import contradictions, read_answers, read_readers
from benchmarks.reading.questions import FLAGS
from outcome_rl.errors import DataError
from tests.reading.made_forms import answer_row, made_key, made_reader, write_answers

TWO = made_key(["bt", "tb"])
GOOD = [
    answer_row("TTT-01", "A", "B", 2),
    answer_row("TTT-01", "B", "B", 4),
    answer_row("TTT-02", "A", "neither", 1, {"incoherent": "yes"}),
    answer_row("TTT-02", "B", "neither", 3),
]


def problem_of(tmp_path, rows, key=TWO, **options):
    with pytest.raises(DataError) as caught:
        read_answers(write_answers(tmp_path / "ann.csv", key, rows), key, **options)
    return str(caught.value)


def changed(line, column, value):
    columns = ["item", "email", "preference", "usability", *(flag.name for flag in FLAGS)]
    rows = [list(row) for row in GOOD]
    rows[line - 2][columns.index(column)] = value
    return rows


def test_a_preference_becomes_ranks(tmp_path):
    reader = read_answers(write_answers(tmp_path / "ann.csv", TWO, GOOD), TWO)
    assert reader.name == "ann"
    assert [answer.rank for answer in reader.answers.values()] == [2, 1, 1, 1]
    assert [answer.usability for answer in reader.answers.values()] == [2, 4, 1, 3]
    assert [answer.flags["incoherent"] for answer in reader.answers.values()] == [False, False, True, False]
    assert all(answer.flags["next_step_fits"] for answer in reader.answers.values())


@pytest.mark.parametrize(
    ("line", "column", "value", "said"),
    [
        (2, "item", "XYZ-01", "line 2: item 'XYZ-01' is not in this form; its items are TTT-01 to TTT-02"),
        (3, "email", "C", "line 3: email 'C' is not one of A, B"),
        (4, "preference", "first", "line 4: preference of TTT-02 A is 'first'; it must be A, B or neither"),
        (5, "usability", "6", "line 5: usability of TTT-02 B is '6'; it must be a whole number from 1 to 5"),
        (5, "usability", "3.5", "usability of TTT-02 B is '3.5'"),
        (2, "cut_off", "", "line 2: cut_off of TTT-01 A is ''; it must be yes or no"),
        (2, "cut_off", "maybe", "cut_off of TTT-01 A is 'maybe'"),
        (3, "email", "A", "line 3: TTT-01 A is answered twice"),
        (3, "preference", "A", "TTT-01: its lines give two preferences, a and b"),
    ],
)
def test_a_wrong_value_is_told_with_its_line(tmp_path, line, column, value, said):
    assert said in problem_of(tmp_path, changed(line, column, value))


def test_all_problems_are_told_at_once_up_to_a_dozen(tmp_path):
    rows = changed(2, "usability", "9")
    rows[3][3] = "0"
    assert problem_of(tmp_path, rows).splitlines()[1:] == [
        "  line 2: usability of TTT-01 A is '9'; it must be a whole number from 1 to 5",
        "  line 5: usability of TTT-02 B is '0'; it must be a whole number from 1 to 5",
    ]
    empty = [[item, label, *[""] * 10] for item in ("TTT-01", "TTT-02") for label in "AB"]
    assert "and 24 more" in problem_of(tmp_path, empty)  # 4 lines of 9 empty answers


def test_missing_answers(tmp_path):
    assert "TTT-02 is not answered; give --partial" in problem_of(tmp_path, GOOD[:2])
    assert "TTT-02: email B is not answered" in problem_of(tmp_path, GOOD[:3], partial=True)
    assert "there is no answer in it" in problem_of(tmp_path, [], partial=True)
    reader = read_answers(write_answers(tmp_path / "ann.csv", TWO, GOOD[:2]), TWO, partial=True)
    assert reader.answers_of(TWO.items[0]) and reader.answers_of(TWO.items[1]) is None


def test_ranks_of_several_writers(tmp_path):
    key = made_key(["bto"])
    reader = made_reader(tmp_path / "ann.csv", key, [("212", [2, 4, 2])])
    assert [answer.rank for answer in reader.answers.values()] == [2, 1, 2]
    rows = [answer_row("TTT-01", label, rank, 3) for label, rank in zip("ABC", "234", strict=True)]
    assert "TTT-01: no email has rank 1" in problem_of(tmp_path, rows, key)
    rows[0][2] = "A"
    assert "line 2: rank of TTT-01 A is 'A'; it must be a whole number from 1" in problem_of(tmp_path, rows, key)


def test_the_header_is_checked_and_a_spreadsheets_semicolons_are_read(tmp_path):
    (tmp_path / "ann.csv").write_text("item,email\n", encoding="utf-8")
    with pytest.raises(DataError, match="column 'preference' is missing"):
        read_answers(tmp_path / "ann.csv", TWO)
    path = write_answers(tmp_path / "ann.csv", TWO, GOOD)
    path.write_text(path.read_text().replace(",", ";"), encoding="utf-8")
    assert len(read_answers(path, TWO).answers) == 4


def test_two_readers_of_one_name_are_refused(tmp_path):
    (tmp_path / "more").mkdir()
    paths = [write_answers(folder / "ann.csv", TWO, GOOD) for folder in (tmp_path, tmp_path / "more")]
    with pytest.raises(DataError, match="two files of answers are called 'ann'"):
        read_readers(paths, TWO)


def test_answers_that_do_not_go_together(tmp_path):
    reader = read_answers(write_answers(tmp_path / "ann.csv", TWO, GOOD), TWO)
    assert contradictions(reader, TWO) == []
    rows = changed(3, "cut_off", "yes")
    rows[0][2] = rows[1][2] = "A"
    reader = read_answers(write_answers(tmp_path / "ann.csv", TWO, rows), TWO)
    assert contradictions(reader, TWO) == [
        "TTT-01 B: usability 4, yet cut off",
        "TTT-01: prefers an email of usability 2 to one of 4",
    ]
