"""Neighbouring sentences: those that the seller says together fit, and so do those that are like them."""

from dataclasses import replace

import numpy as np
import pytest

from outcome_rl.sentence_bank import order
from outcome_rl.sentence_bank.bank import Sentence, SentenceBank
from outcome_rl.sentence_bank.build import build_bank
from outcome_rl.sentence_bank.fields import ContextFields
from outcome_rl.sentence_bank.order import FURTHEST, SentenceOrder

TRADES = ["bakery", "garage", "hotel", "school"]
PROBLEMS = {
    "hours": ["Overtime grows while nobody counts the hours worked.", "Hours worked are written down by hand."],
    "stock": ["Shelves stay empty because the stock list is wrong.", "The stock list on the shelves is never right."],
}
ANSWERS = {
    "hours": ["The {p} counts the hours worked at the door.", "With the {p} overtime is seen the same day."],
    "stock": ["The {p} keeps the stock list right by itself.", "With the {p} no shelf stays empty for long."],
}


def email(problem, answer, product="planner"):
    return f"Dear Kim,\n\n{problem} {answer.format(p=product)}\n\nShall we talk on Monday?\n\nBest regards,\nSam"


def rows():
    """Hours go with hours and stock with stock; one pair of each kind is never said."""
    contexts, emails = [], []
    for n, trade in enumerate(TRADES * 6):
        kind = ("hours", "stock")[n % 2]
        first, second = [(0, 0), (0, 1), (1, 0)][n // 2 % 3]
        product = ("planner", "tracker")[n // 4 % 2]
        contexts.append(f"{trade}; {product}; {10 + n} people")
        emails.append(email(PROBLEMS[kind][first], ANSWERS[kind][second], product))
    return contexts, emails, [1 + n % 2 for n in range(len(emails))]


@pytest.fixture(scope="module")
def bank():
    return build_bank(*rows())


CONTEXT = "bakery; planner; 12 people"


def fits(bank, *emails):
    return SentenceOrder(bank).fit([CONTEXT] * len(emails), emails)


def test_what_the_seller_says_together_fits_better_than_what_is_never_said_so(bank):
    known = SentenceOrder(bank)
    together = known.of_email(CONTEXT, email(PROBLEMS["hours"][0], ANSWERS["hours"][0]))
    assert together > known.of_email(CONTEXT, email(PROBLEMS["hours"][0], ANSWERS["stock"][0])) + 0.3


def test_a_pair_that_was_never_said_fits_where_pairs_like_it_were(bank):
    known = SentenceOrder(bank)
    alike, apart = (email(PROBLEMS["hours"][1], ANSWERS[kind][1]) for kind in ("hours", "stock"))
    assert alike not in rows()[1]
    assert known.of_email(CONTEXT, alike) > known.of_email(CONTEXT, apart)


def test_the_sellers_own_emails_are_as_usual(bank):
    contexts, emails, _ = rows()
    found = SentenceOrder(bank).fit(contexts, emails)
    assert found.mean() == pytest.approx(0, abs=0.1)
    assert np.abs(found).max() <= FURTHEST


def test_nothing_is_said_of_sentences_that_nobody_knows(bank):
    assert fits(bank, "What a fine day. May I sing to you?", "").tolist() == [0.0, 0.0]
    assert SentenceOrder(bank).of_email("bakery", "What a fine day. May I sing to you?") is None


def test_a_bank_that_does_not_know_what_is_usual_says_nothing(bank):
    known = email(PROBLEMS["hours"][0], ANSWERS["stock"][0])
    assert fits(bank, known)[0] != 0
    for unknown in (None, (1.0, 0.0)):
        assert fits(replace(bank, usual_order=unknown), known).tolist() == [0.0]


def test_order_counts_up_to_a_border_so_that_nothing_is_gained_beyond_it(bank):
    strict = replace(bank, usual_order=(bank.usual_order[0], 1e-6))
    worse, better = email(PROBLEMS["hours"][0], ANSWERS["stock"][0]), email(PROBLEMS["stock"][1], ANSWERS["stock"][0])
    found = fits(strict, worse, better)
    assert found.tolist() == [-FURTHEST, FURTHEST]


def test_of_more_sentences_than_are_compared_those_that_are_said_most_are(bank, monkeypatch):
    monkeypatch.setattr(order, "MOST_KNOWN", 4)
    known = SentenceOrder(bank)
    email_of_all = rows()[1][0]
    assert len(known._known) == 4
    assert known.of_email(rows()[0][0], email_of_all) is not None


def test_a_bank_without_two_sentences_in_a_row_knows_no_order():
    contexts = [f"{trade}; planner" for trade in TRADES]
    assert build_bank(contexts, ["Buy now."] * 4, [0, 1, 2, 0]).usual_order is None


def test_sentences_are_alike_in_one_place_only():
    opening = Sentence("We plan the shifts of bakeries.", "opening", (0, 1, 0))
    body = Sentence("We plan the shifts of bakeries, too.", "body", (0, 1, 0))
    other = Sentence("Nobody stays late any more.", "body", (0, 1, 0))
    followed = {(opening.text, other.text): 5.0, (other.text, body.text): 5.0}
    known = SentenceOrder(SentenceBank(ContextFields.learn(["X"]), (opening, body, other), followed=followed))
    number = {text: place for place, (_, text) in enumerate(known._known)}
    lifts = known._lifts[:, number[other.text]]
    assert lifts[number[opening.text]] > lifts[number[body.text]] + 0.5


def sentence_of(bank, text, product="planner"):
    """The bank's sentence of a text, in any of the places that it stands in."""
    return next(own for own in bank.sentences if own.text.replace("{1}", product) == text)


def test_a_sentence_may_stand_behind_another_where_pairs_like_them_do(bank):
    known = SentenceOrder(replace(bank, followed=dict.fromkeys(bank.followed, 1.0)))
    texts = [ANSWERS[kind][n].format(p="planner") for kind in ("hours", "stock") for n in (0, 1)]
    options = [sentence_of(bank, text) for text in texts]
    behind = known.fitting(sentence_of(bank, PROBLEMS["hours"][1]), options)
    assert behind.tolist() == [True, True, False, False], "the second of them was never said behind it, its like was"


def test_where_the_same_pairs_are_said_again_and_again_only_those_are(bank):
    known = SentenceOrder(bank)
    options = [sentence_of(bank, text.format(p="planner")) for text in ANSWERS["hours"]]
    assert known.fitting(sentence_of(bank, PROBLEMS["hours"][1]), options).tolist() == [True, False]


def test_what_the_seller_has_put_there_may_stand_there_however_rarely():
    openings = [Sentence(text, "opening", (0, 1, 0)) for text in ("Shifts are late.", "Stock is short.")]
    bodies = [Sentence(text, "body", (0, 1, 0)) for text in ("It plans them.", "It counts.")]
    often = {(openings[n].text, bodies[n].text): 50.0 for n in (0, 1)}
    followed = {**often, (openings[0].text, bodies[1].text): 0.3}
    known = SentenceOrder(SentenceBank(ContextFields.learn(["X"]), (*openings, *bodies), followed=followed))
    assert [known.fitting(opening, bodies).tolist() for opening in openings] == [[True, True], [False, True]]


def test_the_best_may_stand_where_none_belongs(bank):
    known = SentenceOrder(bank)
    options = [sentence_of(bank, text.format(p="planner")) for text in ANSWERS["stock"]]
    behind = known.fitting(sentence_of(bank, PROBLEMS["hours"][0]), options)
    assert behind.sum() == 1


def test_of_what_nothing_is_known_nothing_is_forbidden(bank):
    known, new = SentenceOrder(bank), Sentence("Never said before.", "body", (0, 1, 0))
    own = sentence_of(bank, ANSWERS["hours"][0].format(p="planner"))
    assert known.fitting(new, [own, new]).tolist() == [True, True]
    assert known.fitting(sentence_of(bank, PROBLEMS["stock"][0]), [own, new]).tolist() == [False, True]
    assert known.fitting(own, []).tolist() == []
    assert SentenceOrder(SentenceBank(ContextFields.learn([]), (own,))).fitting(own, [own]).tolist() == [True]


def test_of_sentences_whose_neighbours_are_struck_out_nothing_is_known(bank):
    """Also where none is left that stands beside another."""
    opening, ask = (next(iter(bank.of_place(place))) for place in ("opening", "ask"))
    left = bank.without({sentence.text for sentence in bank.sentences} - {opening.text, ask.text})
    assert SentenceOrder(left).fitting(opening, [ask]).tolist() == [True]
    assert fits(left, f"{opening.text} {ask.text}").tolist() == [0.0]


def test_an_opening_belongs_to_the_subject_above_its_greeting():
    """The same greeting stands below both subjects."""
    openings = {"How loud is it?": "Nobody has ever measured it.", "What it costs": "People ask about money first."}
    emails = [f"Subject: {s}\n\nHi Ana,\n\n{o}\n\nShall we talk?\n\nBest,\nSam" for s, o in openings.items()] * 6
    contexts = [f"{trade}; planner; {n} people" for n, trade in enumerate(TRADES * 3)]
    known = SentenceOrder(build_bank(contexts, emails, [1] * len(emails)))
    mixed = emails[0].replace(*openings.values())
    assert known.of_email(contexts[0], emails[0]) > known.of_email(contexts[0], mixed) + 0.1
