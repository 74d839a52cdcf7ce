"""An email that is one of some whole ones: nothing else is written, each as likely as its sentences are."""

from dataclasses import replace

import numpy as np
import pytest

from outcome_rl.policy.letter import FITS, SAYS_ENOUGH, LetterPlan
from outcome_rl.policy.whole_letter import WholeLetter
from outcome_rl.sentence_bank.bank import ASK, BODY, GREETING, OPENING, SIGN_OFF, SUBJECT
from outcome_rl.sentence_bank.order import SentenceOrder
from tests.helpers.letters import ASKED, FOURTEEN, PLAIN, bank_of, part, texts_of


def weighted(own, weights):
    more = (weights or {}).get(own.sentence.text, own.sentence.weight)
    return replace(own, sentence=replace(own.sentence, weight=more))


def shares_of(letter):
    return dict(zip([own.text for own in letter.sentences], np.exp(letter.weights), strict=True))


def whole_letter(*emails, greeted=True, subjects=("What it costs",), weights=None, fits=()):
    """A letter that says one of some emails, each its opening, body and ask."""
    said = {SUBJECT: subjects, GREETING: ("Hi Ana,", "Hello,"), SIGN_OFF: ("Best,", "Yours,")}
    frame = {place: tuple(weighted(part(text, place), weights) for text in texts) for place, texts in said.items()}
    own = {
        text: part(text, place) for email in emails for text, place in zip(email, (OPENING, BODY, ASK), strict=False)
    }
    kinds = {place: tuple(one for one in own.values() if one.sentence.place == place) for place in (OPENING, BODY, ASK)}
    parts = {
        place: kinds.get(place) or frame.get(place, ()) for place in (SUBJECT, GREETING, OPENING, BODY, ASK, SIGN_OFF)
    }
    if not subjects:
        del parts[SUBJECT]
    if not greeted:
        del parts[GREETING]
    above = parts.get(SUBJECT, ())[:1]
    whole = tuple((*above, *(own[text] for text in email)) for email in emails)
    order = SentenceOrder(bank_of())
    fits = fits or (0.0,) * len(whole)
    return WholeLetter(LetterPlan(parts, 1, 2, tuple(parts), order, must_name=False, whole=whole, fits=fits))


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
    assert set(found) == expected, "put together freely, either ask stands behind either body"


def test_an_email_is_as_likely_as_its_sentences_beside_the_usual_ones():
    """PLAIN weighs 2, of which half counts, all else 0: each of its two emails is e times as likely as the third, but
    for the squares of how many words there are.
    """
    first, second, third = (len(" ".join(email).split()) ** 2 for email in EMAILS)
    letter = whole_letter(*EMAILS, greeted=False, subjects=())
    openings, hiring = shares_of(letter), first * np.e + second
    assert openings["You are hiring."] == pytest.approx(hiring / (hiring + third * np.e))
    letter = letter.choose([own.text for own in letter.sentences].index("You are hiring."))
    assert shares_of(letter) == pytest.approx({PLAIN: first * np.e / hiring, FOURTEEN: second / hiring})


def test_an_email_is_likelier_the_better_it_fits_the_context():
    letter = whole_letter(("You are hiring.",), ("It is late.",), greeted=False, subjects=(), fits=(0.5, -0.5))
    assert shares_of(letter)["You are hiring."] == pytest.approx(np.exp(FITS) / (1 + np.exp(FITS)))


@pytest.mark.parametrize(("words", "counted"), [(6, 6), (SAYS_ENOUGH, SAYS_ENOUGH), (400, SAYS_ENOUGH)])
def test_an_email_is_likelier_the_more_it_says_up_to_what_is_enough(words, counted):
    longer = " ".join(["It", "is", *["very"] * (words - 3), "late."])
    shares = shares_of(whole_letter(("You are hiring.",), (longer,), greeted=False, subjects=()))
    assert shares[longer] / shares["You are hiring."] == pytest.approx((counted / 3) ** 2)


def test_greetings_and_sign_offs_are_drawn_by_their_own_weights():
    letter = whole_letter(*EMAILS, weights={"Hello,": 1.0, "Yours,": 1.0}).choose(0)
    assert shares_of(letter) == pytest.approx({"Hi Ana,": 1 / (1 + np.e), "Hello,": np.e / (1 + np.e)})
    said = [part(text, OPENING) for text in ("It is late.", PLAIN)]
    for wanted in said:
        letter = letter.choose(0) if letter.sentences[0].place == GREETING else letter
        letter = letter.choose([own.text for own in letter.sentences].index(wanted.sentence.text))
    assert shares_of(letter) == pytest.approx({"Best,": 1 / (1 + np.e), "Yours,": np.e / (1 + np.e)})


def test_where_one_email_ends_and_another_goes_on_either_may_be():
    letter = whole_letter(("It is late.", PLAIN), ("It is late.", PLAIN, ASKED), greeted=False, subjects=()).choose(0)
    longer = 13**2 / (13**2 + 7**2)
    ends = (1 - longer) / 2
    assert shares_of(letter.choose(0)) == pytest.approx({ASKED: longer, "Best,": ends, "Yours,": ends})
