"""A sentence with a rare word of the context is likelier there, as far as the seller's emails have such words."""

from dataclasses import replace

import pytest

from outcome_rl.policy.own_words import OwnWords
from outcome_rl.sentence_bank.bank import BODY, Sentence, SentenceBank
from outcome_rl.sentence_bank.fields import ContextFields
from tests.helpers.seller import own_words_policy

ASKS, PLAIN = "Ask your landlord first.", "We build counters."
BANK = SentenceBank(
    ContextFields(frozenset(), {}),
    tuple(Sentence(text, BODY, (0, 1, 0)) for text in (ASKS, PLAIN)),
    places=(BODY,),
    usual_words=frozenset({"counte"}),
    answering=1.5,
)


def odds(bank, context, tokenizer):
    """Log-odds of the sentence about landlords against the plain one."""
    letter = OwnWords(bank, tokenizer).script(context)
    own = dict(zip([sentence.text for sentence in letter.sentences], letter.weights, strict=True))
    return own[ASKS] - own[PLAIN]


@pytest.mark.parametrize(
    ("context", "gain"),
    [
        ("a shop, the landlord owns the shelves", 1.5),
        ("a shop, landlords abroad", 1.5),
        ("a shop", 0.0),
        ("a shop, new counter", 0.0),
    ],
)
def test_a_rare_word_of_the_context_makes_a_sentence_likelier(causal_folder, context, gain):
    tokenizer = own_words_policy(causal_folder).tokenizer
    assert odds(BANK, context, tokenizer) == pytest.approx(gain)
    assert odds(replace(BANK, answering=0.0), context, tokenizer) == pytest.approx(0.0)
