"""A slot is filled with the value of a context that has a form in which the seller says it."""

from outcome_rl.policy.own_words import OwnWords
from outcome_rl.sentence_bank.bank import BODY, Sentence, SentenceBank
from outcome_rl.sentence_bank.fields import ContextFields
from outcome_rl.sentence_bank.slots import form_of
from tests.helpers.seller import own_words_policy

BANK = SentenceBank(
    ContextFields(frozenset(), {"_ , _": (0, 0)}),
    (Sentence("Hot water for {0}.", BODY, (0, 1, 0)),),
    places=(BODY,),
    unsaid_forms=frozenset({form_of(0, "nothing sent yet")}),
)


def test_of_two_values_in_one_place_the_one_that_is_said_is_written(causal_folder):
    writing = OwnWords(BANK, own_words_policy(causal_folder).tokenizer)
    for context in ("9 bedrooms, nothing sent yet", "nothing sent yet, 9 bedrooms"):
        assert [sentence.text for sentence in writing.script(context).sentences] == ["Hot water for {0}."]
        assert writing.script(context).choose(0).text == "Hot water for 9 bedrooms."
    assert writing.script("nothing sent yet, nothing sent yet").sentences == []
