"""Runs of words do not reach from one text into the next."""

from outcome_rl.audit.templates import WORD
from outcome_rl.text.ngrams import hashed_runs, number_words


def test_a_phrase_does_not_reach_into_the_next_email():
    (one, _), (two, _) = hashed_runs(number_words(["a b", "", "c", "d e"], WORD), 2)
    assert one.tolist() == [0, 1, 2, 3, 4]
    assert two.tolist() == [0, 3]
