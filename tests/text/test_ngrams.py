"""Words and runs of words in arrays: runs do not reach from one text into the next, and pieces are as the whole."""

import numpy as np
import pytest

from outcome_rl.audit.templates import WORD
from outcome_rl.text import ngrams
from outcome_rl.text.ngrams import hashed_runs, number_words, runs_by_hash

TEXTS = ["", "a b c", "", "b", "c a b a", ""]


def test_a_phrase_does_not_reach_into_the_next_email():
    (one, _), (two, _) = hashed_runs(number_words(["a b", "", "c", "d e"], WORD), 2)
    assert one.tolist() == [0, 1, 2, 3, 4]
    assert two.tolist() == [0, 3]


def test_the_text_of_a_word_is_told_for_a_stretch_and_for_a_place():
    words = number_words(TEXTS, r"\w")
    texts = [1, 1, 1, 3, 4, 4, 4, 4]
    assert words.text_of.tolist() == words.text_at(np.arange(8)).tolist() == texts
    for first in range(8):
        for last in range(first + 1, 9):
            assert words.texts_between(first, last).tolist() == texts[first:last]


@pytest.mark.parametrize("block", [1, 3, 2**20])
def test_runs_stay_inside_their_text_and_equal_ones_come_together(block, monkeypatch):
    monkeypatch.setattr(ngrams, "BLOCK", block)
    words = number_words(TEXTS, r"\w")
    parts = list(runs_by_hash(words, 2, np.ones(9, bool)))
    said = [[words.spoken(at, 2) for at in position] for position, _ in parts]
    assert sorted(run for part in said for run in part) == ["a b", "a b", "b a", "b c", "c a"]
    assert any(each.count("a b") == 2 for each in said)
    assert all((np.diff(position) > 0).all() for position, _ in parts)
    assert len({int(value) for _, values in parts for value in values}) == 4
    assert not sum(len(position) for position, _ in runs_by_hash(words, 2, np.zeros(9, bool)))
    assert not sum(len(position) for position, _ in runs_by_hash(number_words([], r"\w"), 1, np.ones(1, bool)))
