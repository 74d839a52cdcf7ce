"""What may stand beside what in one email, and that one can be finished by what another one says."""

from dataclasses import replace

import numpy as np
import pytest

from outcome_rl.policy.letter import Letter, LetterPlan
from outcome_rl.policy.parts import Part
from outcome_rl.sentence_bank.bank import ASK, BODY, CLOSE, GREETING, OPENING, SIGN_OFF, SUBJECT, Sentence, SentenceBank
from outcome_rl.sentence_bank.fields import ContextFields
from outcome_rl.sentence_bank.order import SentenceOrder
from outcome_rl.sentence_bank.suitability import terms

FOURTEEN, AGAIN = "Ada saved 14 hours a month.", "Fourteen people, and 14 evenings at home."
PLAIN, ASKED, BYE = "Setup takes a day.", "Could we talk for 14 minutes?", "Have a calm week."


def bank_of(sentences=(), followed=None):
    """What the seller says, and what stood behind what; without ``followed`` nothing is known of that."""
    return SentenceBank(ContextFields.learn([]), tuple(sentences), followed=followed or {})


def part(text, place):
    weight = 2.0 if text == PLAIN else 0.0
    return Part(
        Sentence(text, place, (0, 1, 0), weight=weight), f" {text}", (1,), terms(text) - {text.lower()}, 0.0, False
    )


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


def texts_of(letter, n=60):
    return [letter.finish([], np.random.default_rng(seed)).text for seed in range(n)]


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


def whole_letter(*emails, greeted=True, subjects=("What it costs",)):
    """A letter that says one of some emails, each its opening, body and ask."""
    said = {SUBJECT: subjects, GREETING: ("Hi Ana,", "Hello,"), SIGN_OFF: ("Best,", "Yours,")}
    frame = {place: tuple(part(text, place) for text in texts) for place, texts in said.items()}
    own = {
        text: part(text, place) for email in emails for text, place in zip(email, (OPENING, BODY, ASK), strict=False)
    }
    kinds = {place: tuple(one for one in own.values() if one.sentence.place == place) for place in (OPENING, BODY, ASK)}
    parts = {place: kinds.get(place) or frame[place] for place in (SUBJECT, GREETING, OPENING, BODY, ASK, SIGN_OFF)}
    if not subjects:
        del parts[SUBJECT]
    if not greeted:
        del parts[GREETING]
    above = parts.get(SUBJECT, ())[:1]
    whole = tuple((*above, *(own[text] for text in email)) for email in emails)
    order = SentenceOrder(bank_of())
    return Letter(LetterPlan(parts, 1, 2, tuple(parts), order, must_name=False, whole=whole))


EMAILS = (("You are hiring.", PLAIN, ASKED), ("You are hiring.", FOURTEEN, "May we come?"), ("It is late.", PLAIN))


@pytest.mark.parametrize("greeted", [True, False])
@pytest.mark.parametrize("subjects", [(), ("What it costs",)])
def test_where_emails_are_said_whole_nothing_else_is_written(greeted, subjects):
    found = texts_of(whole_letter(*EMAILS, greeted=greeted, subjects=subjects), n=200)
    above, frame = (subjects or ("",))[0], (("Hi Ana,", "Hello,") if greeted else ("",))
    expected = {
        " ".join(filter(None, (above, greeting, *email, end)))
        for greeting in frame
        for email in EMAILS
        for end in ("Best,", "Yours,")
    }
    assert set(found) == expected, "in a free letter, either ask stood behind either body"


def test_whole_emails_are_drawn_by_the_weights_of_their_sentences():
    letter = whole_letter(*EMAILS, greeted=False, subjects=())
    letter = letter.choose([own.text for own in letter.sentences].index("You are hiring."))
    shares = dict(zip([own.text for own in letter.sentences], np.exp(letter.weights), strict=True))
    assert shares[PLAIN] == pytest.approx(np.exp(2) / (1 + np.exp(2)))
