"""What may stand beside what in one email, and that one can be finished by what another one says."""

from dataclasses import replace

import numpy as np
import pytest

from outcome_rl.policy.letter import Letter, LetterPlan
from outcome_rl.sentence_bank.bank import ASK, BODY, CLOSE, GREETING, OPENING, SUBJECT, Sentence
from outcome_rl.sentence_bank.order import SentenceOrder
from tests.helpers.letters import AGAIN, ASKED, BYE, FOURTEEN, PLAIN, bank_of, part, texts_of


@pytest.fixture
def empty():
    said = {OPENING: ("You are hiring.",), BODY: (FOURTEEN, AGAIN, PLAIN), ASK: (ASKED,), CLOSE: (BYE,)}
    parts = {place: tuple(part(text, place) for text in texts) for place, texts in said.items()}
    return Letter(LetterPlan(parts, 2, 2, tuple(said), SentenceOrder(bank_of()), must_name=False))


def test_a_number_is_told_once_and_the_ask_may_have_it_too(empty):
    seen = set()
    for seed in range(60):
        text = empty.finish([], np.random.default_rng(seed)).text
        assert not (FOURTEEN in text and AGAIN in text)
        assert ASKED in text
        seen |= {FOURTEEN in text, AGAIN in text and "again"}
    assert seen == {True, False, "again"}, "each of them was drawn"


def keeps_out(one, place, other, there):
    """Whether a sentence keeps another one out of the same email."""
    parts = {place: (part(one, place),), there: (part(other, there),)}
    written = Letter(LetterPlan(parts, 1, 1, (place, there), SentenceOrder(bank_of()), must_name=False)).choose(0)
    return not written.options


@pytest.mark.parametrize(
    ("one", "place", "other", "there", "kept_out"),
    [
        ("Ada saved 14 hours.", OPENING, "Fourteen people and 14 evenings.", BODY, True),
        ("Ada saved 14 hours.", BODY, "Call 14 times.", CLOSE, True),
        ("Ada saved 14 hours.", BODY, "Could we talk for 14 minutes?", ASK, False),
        ("Could we talk for 14 minutes?", ASK, "You get 14 days.", CLOSE, False),
        ("Setup takes 2 days.", BODY, "Only 2 people plan.", CLOSE, False),  # one digit says little
    ],
)
def test_which_numbers_keep_a_sentence_out(one, place, other, there, kept_out):
    assert keeps_out(one, place, other, there) is kept_out


def test_options_are_drawn_by_their_weights(empty):
    opened = empty.choose(0)
    generator = np.random.default_rng(0)
    drawn = [opened.draw(generator) for _ in range(4000)]
    shares = np.bincount(drawn, minlength=len(opened.options)) / len(drawn)
    assert shares.tolist() == pytest.approx(np.exp(opened.weights).tolist(), abs=0.025)


def test_it_is_finished_by_what_is_wanted_as_far_as_that_may_be_said(empty):
    opened = empty.choose(0)
    options = [each.text for each in opened.sentences]
    other = opened.choose(options.index(AGAIN))
    wanted = [part(FOURTEEN, BODY), part(PLAIN, BODY), part(ASKED, ASK)]
    done = other.finish(wanted, np.random.default_rng(0))
    assert [each.sentence.text for each in done.done][1:4] == [AGAIN, PLAIN, ASKED], "the number was told already"
    assert not done.options
    assert len(done.choices) == len(done.done)


def letter_of(said, fewest=1):
    parts = {
        place: tuple(
            replace(part(text, place), sentence=Sentence(text, place, (0, 1, 0), **more)) for text, more in own
        )
        for place, own in said.items()
    }
    return Letter(LetterPlan(parts, fewest, 2, tuple(said), SentenceOrder(bank_of()), must_name=False))


def test_a_customer_is_told_of_once():
    ada = {"tells_of": frozenset({"ada"})}
    body = [("Ada saved a lot.", ada), ("Ada has calm evenings.", ada), (PLAIN, {})]
    found = texts_of(letter_of({OPENING: [("You are hiring.", {})], BODY: body, ASK: [(ASKED, {})]}, fewest=2))
    assert not any("Ada saved" in text and "Ada has" in text for text in found)
    assert any("Ada saved" in text for text in found) and any("Ada has" in text for text in found)


@pytest.mark.parametrize("fewest", [0, 1])
def test_behind_an_announced_price_comes_the_price(fewest):
    body = [("It is 9 a month.", {"gives_price": True}), (PLAIN, {}), ("Ada has calm evenings.", {})]
    opening = [("Here is the price.", {"owes_price": True}), ("You are hiring.", {})]
    found = texts_of(letter_of({OPENING: opening, BODY: body, ASK: [(ASKED, {})]}, fewest))
    announced = [text for text in found if "Here is" in text]
    assert announced and all(text.startswith("Here is the price. It is 9 a month.") for text in announced)
    assert any("It is 9" not in text for text in found)


def test_only_what_belongs_behind_a_sentence_comes_next():
    openings, bodies = (
        [("Shifts are late.", {}), ("Stock is short.", {})],
        [("It plans shifts.", {}), ("It counts.", {})],
    )
    free = letter_of({OPENING: openings, BODY: bodies, ASK: [(ASKED, {})]})
    said = [own.sentence for place in (OPENING, BODY) for own in free.plan.parts[place]]
    stood = {("Shifts are late.", "It plans shifts."): 20.0, ("Stock is short.", "It counts."): 20.0}
    held = Letter(replace(free.plan, order=SentenceOrder(bank_of(said, stood))))
    for number, follows in enumerate(["It plans shifts.", "It counts."]):
        assert {own.text for own in free.choose(number).sentences} == {"It plans shifts.", "It counts."}
        assert [own.text for own in held.choose(number).sentences] == [follows]


def test_an_opening_fits_the_subject_above_the_greeting():
    """Two templates that share their greeting: each keeps its own opening."""
    subjects, openings = (
        ("How loud is it?", "What it costs"),
        ("Nobody has ever measured it.", "People ask about money."),
    )
    said = {SUBJECT: subjects, GREETING: ("Hi Ana,",), OPENING: openings, ASK: ("Could we talk?",)}
    sentences = [Sentence(text, place, (0, 9, 0)) for place, texts in said.items() for text in texts]
    followed = {}
    for subject, opening in zip(subjects, openings, strict=True):
        for pair in ((subject, "Hi Ana,"), ("Hi Ana,", opening), (subject, opening), (opening, "Could we talk?")):
            followed[pair] = followed.get(pair, 0.0) + 50.0
    parts = {place: tuple(part(text, place) for text in texts) for place, texts in said.items()}
    empty = Letter(LetterPlan(parts, 0, 0, tuple(said), SentenceOrder(bank_of(sentences, followed)), must_name=False))
    for number, (subject, opening) in enumerate(zip(subjects, openings, strict=True)):
        letter = empty.choose([sentence.text for sentence in empty.sentences].index(subject)).choose(0)
        assert [sentence.text for sentence in letter.sentences] == [opening], number


def test_where_more_than_one_opening_fits_the_subject_tells_which_is_likelier():
    said = {SUBJECT: ("How loud is it?",), GREETING: ("Hi Ana,",), OPENING: ("Nobody asks.", "People ask.")}
    parts = {place: tuple(part(text, place) for text in texts) for place, texts in said.items()}
    followed = {("Hi Ana,", "People ask."): 90.0, ("How loud is it?", "Nobody asks."): 9.0}
    empty = Letter(LetterPlan(parts, 0, 0, tuple(said), SentenceOrder(bank_of((), followed)), must_name=False))
    letter = empty.choose(0).choose(0)
    assert dict(zip([s.text for s in letter.sentences], letter.weights, strict=True))["Nobody asks."] > np.log(0.9)
