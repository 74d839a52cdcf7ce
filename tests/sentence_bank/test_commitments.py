"""A price that was announced is given, and a customer is told of once."""

import pytest

from outcome_rl.sentence_bank.bank import BODY, OPENING
from outcome_rl.sentence_bank.build import build_bank

TRADES = ["bakery", "garage", "hotel", "school"]
ASKED = "You wanted our prices without any long talk."
PRICE = "The price is £45 a month for each of your sites."
PROOF = "Marlow Foods cut its overtime by a third within one year."
OTHER = "Marlow Foods lost two people a year because of late plans."
PLAIN = "Plans are ready before the week begins on Monday."


def rows(*bodies, times=4):
    contexts = [f"{trade}; {number} people; planner" for number in range(times) for trade in TRADES]
    emails = [
        f"Dear Kim,\n\n{' '.join(bodies[i % len(bodies)])}\n\nShall we talk on Monday?\n\nKind regards,\nSam"
        for i in range(len(contexts))
    ]
    return contexts, emails, [i % 2 + 1 for i in range(len(contexts))]


@pytest.fixture(scope="module")
def sentences():
    bank = build_bank(*rows((ASKED, PRICE, PLAIN), ("We met at the fair in May.", PROOF, OTHER)))
    return {sentence.text: sentence for sentence in bank.sentences}


def test_what_a_price_always_stood_behind_announces_one(sentences):
    assert [text for text, sentence in sentences.items() if sentence.owes_price] == [ASKED]
    assert [text for text, sentence in sentences.items() if sentence.gives_price] == [PRICE]
    assert (sentences[ASKED].place, sentences[PRICE].place) == (OPENING, BODY)


def test_what_a_price_stood_behind_now_and_then_announces_none():
    bank = build_bank(*rows((ASKED, PRICE, PLAIN), (ASKED, PLAIN, PRICE)))
    assert not any(sentence.owes_price or sentence.gives_price for sentence in bank.sentences)


def test_sentences_know_the_customers_that_they_tell_of(sentences):
    assert {text: set(s.tells_of) for text, s in sentences.items() if s.tells_of} == {
        PROOF: {"marlow foods"},
        OTHER: {"marlow foods"},
    }


def test_a_name_that_many_contexts_have_is_no_customer_s():
    contexts, *rest = rows((ASKED, PROOF, PLAIN), (ASKED, OTHER, PLAIN))
    bank = build_bank([f"{context} by Marlow Foods" for context in contexts], *rest)
    assert not any(sentence.tells_of for sentence in bank.sentences)
