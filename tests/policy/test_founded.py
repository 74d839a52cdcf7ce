"""What is recalled was there, by the context's words or by habit; what is denied was not."""

from dataclasses import replace

import pytest

from outcome_rl.policy.own_words import founded
from outcome_rl.policy.parts import Part
from outcome_rl.sentence_bank.bank import BODY, OPENING, Sentence


@pytest.mark.parametrize(
    ("context", "leaning", "kept"),
    [
        ("bakery, met at the fair", 0.0, ["met"]),
        ("bakery, no contact so far", 0.0, ["cold", "hi"]),
        ("bakery, no contact so far", 4.0, ["met", "cold", "hi"]),
    ],
)
def test_what_was_before_is_said_where_it_was(context, leaning, kept):
    said = {
        "met": Sentence("It was good to meet you at the fair.", OPENING, (0, 1, 0), recalls=True),
        "cold": Sentence("We have not spoken before.", OPENING, (0, 1, 0), denies=True),
        "hi": Sentence("I hope you are well.", OPENING, (0, 1, 0)),
    }
    parts = [Part(s, s.text, (1,), frozenset(), leaning if s.recalls else 0.0, False) for s in said.values()]
    assert [part.sentence for part in founded(parts, context)] == [said[name] for name in kept]
    assert founded(parts[:1], "bakery, no contact so far") == parts[:1], "better that than nothing"


@pytest.mark.parametrize(("context", "kept"), [("bakery. First email.", 1), ("bakery, no answer to 1st mail", 2)])
def test_no_habit_has_a_first_email_follow_up_on_another(context, kept):
    texts = ("Hope it helps.", "Just following up on my email.")
    said = [Sentence(text, OPENING, (0, 1, 0), recalls="email" in text) for text in texts]
    parts = [Part(s, s.text, (1,), frozenset(), 4.0, False) for s in said]
    assert founded(parts, context) == parts[:kept]


def test_an_opening_takes_up_what_was_before_if_only_by_habit_and_the_rest_need_not():
    met = Sentence("It was good to meet you at the fair.", OPENING, (0, 1, 0), recalls=True)
    usual = Sentence("You came by our stand.", OPENING, (0, 9, 0))
    hi = Sentence("I hope you are well.", OPENING, (0, 1, 0))
    leanings = [(met, 0.0), (usual, 4.0), (hi, 1.0)]
    parts = [Part(s, s.text, (1,), frozenset(), lean, False) for s, lean in leanings]
    assert [part.sentence for part in founded(parts, "bakery, met at the fair")] == [met, usual]
    later = [replace(part, sentence=replace(part.sentence, place=BODY)) for part in parts]
    assert founded(later, "bakery, met at the fair") == later


def test_what_was_seen_of_the_recipient_needs_words_however_often_it_is_said():
    seen = Sentence("I saw that you are hiring.", OPENING, (0, 9, 0), recalls=True)
    other = Sentence("I hope you are well.", OPENING, (0, 1, 0))
    parts = [Part(s, s.text, (1,), frozenset(), 9.0, False) for s in (seen, other)]
    assert [part.sentence for part in founded(parts, "bakery, no contact so far")] == [other]
