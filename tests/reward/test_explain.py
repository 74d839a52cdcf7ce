"""What a score loses when a sentence is left out."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from outcome_rl.reward.explain import explain, sentences
from tests.helpers.toy_scorers import LikesQuestions


def test_each_sentence_is_left_out_once():
    email = "Hi Ana,\n\nWe saved 3.5 hours. Shall we talk? When?\nBo"
    found = explain(LikesQuestions(), "C", email)
    assert [(each.sentence, each.effect) for each in found] == [
        ("Hi Ana,", 0.0),
        ("We saved 3.5 hours.", 0.0),
        ("Shall we talk?", 1.0),
        ("When?", 1.0),
        ("Bo", 0.0),
    ]


@given(st.text(max_size=300))
def test_sentences_of_any_text_lie_behind_one_another(text):
    spans = sentences(text)
    assert all(end <= start for (_, end), (start, _) in pairwise(spans))
    assert all(any(map(str.isalnum, text[a:b])) or "_" in text[a:b] for a, b in spans)
