"""Figures of readers' answers, against numbers worked by hand."""

from __future__ import annotations

import json

import numpy as np
import pytest

from benchmarks.reading.__main__ import main
from benchmarks.reading.agreement import kappa, ordinal_alpha
from benchmarks.reading.answers import read_answers
from benchmarks.reading.forms import write_key
from benchmarks.reading.intervals import ratio
from benchmarks.reading.scoring import score
from benchmarks.reading.tables import report_in_markdown
from tests.reading.made_forms import answer_row, made_key, made_reader, write_answers

KEY = made_key(["bt", "tb", "bt", "tb"])
ANN = [("B", [2, 4]), ("A", [5, 3]), ("A", [3, 2]), ("neither", [1, 1])]
"""Tuned preferred, tuned, base, neither; tuned's usability is 4, 5, 2, 1, base's 2, 3, 3, 1."""
BEN = [("B", [2, 4]), ("A", [5, 3]), ("B", [3, 4]), ("neither", [1, 1])]


def of(estimate):
    return (estimate.value, *estimate.interval)


def test_preferences_go_to_the_writer_and_not_to_the_place(tmp_path):
    (preference,) = score(KEY, [made_reader(tmp_path / "ann.csv", KEY, ANN)]).preferences
    assert (preference.left, preference.right) == ("base", "tuned")
    assert (preference.left_wins, preference.right_share.hits, preference.neither) == (1, 2, 1)
    assert preference.right_share.value == pytest.approx(2 / 3)
    # Wilson's interval of 2 of 3: middle 1.30691 / 2.28049, half 1.95996 * 0.42518 / 2.28049
    assert preference.right_share.wilson == pytest.approx((0.2077, 0.9385), abs=1e-4)
    assert preference.usability_difference.value == pytest.approx((2 + 2 - 1 + 0) / 4)


def test_usability_and_flags_by_writer(tmp_path):
    rows = [
        answer_row("TTT-01", "A", "B", 2, {"cut_off": "yes"}),
        answer_row("TTT-01", "B", "B", 4, {"invented_claims": "yes"}),
        answer_row("TTT-02", "A", "A", 5),
        answer_row("TTT-02", "B", "A", 3, {"next_step_fits": "no"}),
    ]
    key = made_key(["bt", "tb"])
    base, tuned = score(key, [read_answers(write_answers(tmp_path / "ann.csv", key, rows), key)]).writers
    assert (base.name, tuned.name) == ("base", "tuned")
    assert base.usability.value == 2.5 and tuned.usability.value == 4.5
    assert base.counts == (0, 1, 1, 0, 0) and tuned.counts == (0, 0, 0, 1, 1)
    assert (base.sendable.hits, tuned.sendable.hits, tuned.sendable.of) == (0, 2, 2)
    # 0 of 2: Wilson's upper end is 3.8415 / 5.8415
    assert base.sendable.wilson == pytest.approx((0.0, 0.6576), abs=1e-4)
    assert {name: share.hits for name, share in base.flags.items() if share.hits} == {"cut_off": 1, "next_step_fits": 1}
    assert {name: share.hits for name, share in tuned.flags.items() if share.hits} == {
        "invented_claims": 1,
        "next_step_fits": 2,
    }


def test_readers_of_the_same_emails_are_no_new_trials(tmp_path):
    one = score(KEY, [made_reader(tmp_path / "ann.csv", KEY, ANN)])
    two = score(KEY, [made_reader(tmp_path / f"{name}.csv", KEY, ANN) for name in ("ann", "ben")])
    assert two.preferences[0].right_share.hits == 4 and two.preferences[0].right_share.of == 6
    assert two.preferences[0].right_share.wilson == pytest.approx(one.preferences[0].right_share.wilson)
    assert two.preferences[0].right_share.over_contexts == one.preferences[0].right_share.over_contexts
    assert of(two.writers[1].usability) == of(one.writers[1].usability)


def test_whole_contexts_are_drawn():
    # two contexts with means 0 and 4: a draw holds the first twice, both, or the second twice
    groups = np.array([0, 0, 0, 1, 1, 1])
    assert of(ratio(np.array([0, 0, 0, 4, 4, 4]), np.ones(6), groups)) == (2.0, 0.0, 4.0)
    assert ratio(np.array([1, 0]), np.array([1, 1]), np.array([0, 0])).interval is None
    assert ratio(np.zeros(2), np.zeros(2), np.array([0, 1])).value is None
    # a row that does not count says nothing: 3 of 2 + 1
    assert ratio(np.array([2, 1, 0]), np.array([2, 1, 0]), np.array([0, 1, 2])).value == 1.0


def test_the_place_is_watched(tmp_path):
    report = score(KEY, [made_reader(tmp_path / "ann.csv", KEY, ANN)])
    assert (report.first_place.hits, report.first_place.of) == (2, 3)
    always_first = [("A", [4, 2])] * 12
    key = made_key(["bt", "tb"] * 6)
    report = score(key, [made_reader(tmp_path / "cay.csv", key, always_first)])
    assert report.preferences[0].right_share.value == 0.5
    assert "The place mattered: the earlier email won 100 %" in report_in_markdown(report)


def test_three_writers_are_compared_in_pairs(tmp_path):
    key = made_key(["bto", "otb"])
    report = score(key, [made_reader(tmp_path / "ann.csv", key, [("213", [3, 5, 2]), ("121", [3, 2, 3])])])
    found = {(p.left, p.right): (p.left_wins, p.right_share.hits, p.neither) for p in report.preferences}
    # the first item's ranks: base 2, tuned 1, other 3; the second's: other 1, tuned 2, base 1
    assert found == {("base", "other"): (1, 0, 1), ("base", "tuned"): (1, 1, 0), ("other", "tuned"): (1, 1, 0)}
    assert [writer.usability.value for writer in report.writers] == [3.0, 2.5, 3.5]


def test_kappa_by_hand():
    # agreement 3 of 4; by chance 2/4 * 1/4 + 1/4 * 2/4 + 1/4 * 1/4
    assert kappa([1, 0, 0, 2], [1, 0, 1, 2], 3) == pytest.approx((0.75 - 0.3125) / (1 - 0.3125))
    # squared distances: 1 observed; 15 / 3 by chance
    assert kappa([0, 1, 2], [0, 2, 2], 3, ordinal=True) == pytest.approx(0.8)
    assert kappa([0, 1], [1, 0], 2) == -1.0
    assert kappa([1, 1], [1, 1], 2) is None and kappa([], [], 2) is None


def test_alpha_of_krippendorffs_own_example():
    nan = np.nan
    ratings = [  # four observers of twelve units, from "Computing Krippendorff's Alpha-Reliability" (2011), part C
        [1, 2, 3, 3, 2, 1, 4, 1, 2, nan, nan, nan],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, nan, 3],
        [nan, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, nan],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, nan],
    ]
    assert ordinal_alpha(np.array(ratings).T) == pytest.approx(0.815, abs=5e-4)
    assert ordinal_alpha(np.array([[1.0, 1.0], [1.0, 1.0]])) is None
    assert ordinal_alpha(np.array([[1.0, nan], [nan, 2.0]])) is None
    assert ordinal_alpha(np.array([[1.0, 1.0], [5.0, 5.0]])) == 1.0


def test_agreement_of_two_readers(tmp_path):
    readers = [made_reader(tmp_path / f"{name}.csv", KEY, said) for name, said in (("ann", ANN), ("ben", BEN))]
    found = score(KEY, readers).agreement
    assert found.items == 4
    assert found.preference_same == 0.75
    assert found.preference_kappa == pytest.approx(0.4375 / 0.6875)
    # Usability: one 2 against a 4. The ratings' sums are 21 and 23, their squares' 69 and 81, so that by chance the
    # squared distances come to 8 * (69 / 8 + 81 / 8 - 2 * 21 / 8 * 23 / 8) = 29.25.
    assert found.usability_kappa == pytest.approx(1 - 4 / 29.25)
    assert found.flags["cut_off"].same == 1.0 and found.flags["cut_off"].kappa is None


def test_one_reader_leaves_agreement_unknown(tmp_path):
    report = score(KEY, [made_reader(tmp_path / "ann.csv", KEY, ANN)])
    assert report.agreement is None
    text = report_in_markdown(report)
    assert "How far readers agree is unknown: there is one reader." in text
    assert "tuned preferred 2 times, base 1, neither 1." in text and "too few to tell" in text
    halves = [
        made_reader(tmp_path / "ann.csv", KEY, ANN[:2], partial=True),
        read_answers(
            write_answers(
                tmp_path / "ben.csv",
                KEY,
                [answer_row("TTT-04", label, "neither", 1) for label in "AB"],
            ),
            KEY,
            partial=True,
        ),
    ]
    report = score(KEY, halves)
    assert report.agreement is None and report.items == 3
    assert "no two readers judged the same item" in report_in_markdown(report)
    assert "Items read: ann 2, ben 1 of 3." in report_in_markdown(report)


def test_a_clear_preference_is_called_one(tmp_path):
    key = made_key(["bt", "tb"] * 5)
    said = [("B", [2, 4]), ("A", [4, 2])] * 5
    text = report_in_markdown(score(key, [made_reader(tmp_path / "ann.csv", key, said)]))
    assert "tuned of decided: 100 % (Wilson 72 to 100 %; over contexts 100 to 100 %): tuned is preferred." in text
    assert "Usability tuned − base: +2.00 (+2.00 to +2.00)." in text


def test_the_command(tmp_path, capsys):
    write_key(tmp_path / "key.json", KEY)
    for name, said in (("ann", ANN), ("ben", BEN)):
        made_reader(tmp_path / f"{name}.csv", KEY, said)
    given = ["score", "--key", str(tmp_path / "key.json"), str(tmp_path / "ann.csv"), str(tmp_path / "ben.csv")]
    assert main(given) == 0
    out = capsys.readouterr().out
    assert "form TTT: 4 items, 4 contexts, 2 readers" in out
    assert "| usability, 1 to 5 | 2.25 (" in out and " | 3.25 (" in out
    assert "| preference | 75 % | 0.64 | |" in out
    assert main([*given, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["readers"] == {"ann": 4, "ben": 4}
    assert found["preferences"][0]["right_share"]["hits"] == 5
    assert found["agreement"]["preference_same"] == 0.75
    assert main(["score", "--key", str(tmp_path / "key.json"), str(tmp_path / "none.csv")]) == 2
    assert "none.csv: cannot be read" in capsys.readouterr().err
