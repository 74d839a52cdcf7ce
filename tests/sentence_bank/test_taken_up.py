"""What a sentence takes up of its one context is for contexts that have it too."""

import math
from dataclasses import replace

import pytest

from outcome_rl.sentence_bank.build import build_bank
from outcome_rl.sentence_bank.storage import load_bank, save_bank
from outcome_rl.sentence_bank.suitability import telling_words
from outcome_rl.sentence_bank.taken_up import MOST_GAIN, TakenUp, answers

TOWNS = ("Leeds", "York", "Ripon", "Hexham")
USUAL = ("We build counters.", "Shall I come and measure?")


def notes(special=()):
    """40 notes on shops and their emails, some with a thing of their own."""
    contexts = [f"shop number {chr(97 + i % 26)}{i}x in {TOWNS[i % 4]}" for i in range(40)]
    emails = [[*USUAL] for _ in contexts]
    for row, note, sentence in special:
        contexts[row] += f", {note}"
        emails[row].insert(1, sentence)
    return contexts, emails


SPECIAL = (
    (3, "landlord owns the shelves", "Ask your landlord first."),
    (8, "18 fridges", "A swap for all 18 is quick."),
    (9, "the Marigold", "A drawing for Marigold."),
)


@pytest.mark.parametrize(("row", "word"), [(3, "landlo"), (8, "18"), (9, "marigo")])
def test_a_thing_a_number_and_a_name_are_taken_up(row, word):
    contexts, emails = notes(SPECIAL)
    learned = TakenUp.learn(contexts, emails)
    assert learned.of([row], emails[row][1]) == {word}
    assert learned.of([row, 0], emails[row][1]) == set(), "said to somebody who has none as well"
    assert learned.of([row], USUAL[0]) == set()


def test_a_word_of_many_contexts_is_nobodys_own():
    contexts, emails = notes()
    emails = [["A shop like yours.", "We are in Leeds too."] if i % 4 == 0 else own for i, own in enumerate(emails)]
    learned = TakenUp.learn(contexts, emails)
    assert learned.of([0], emails[0][0]) == set()
    assert learned.of([0], emails[0][1]) == {"leeds"}, "but a name is"


def test_the_gain_is_how_much_likelier_an_email_has_a_word_of_its_context():
    """Both uses are in the one context with the word; by chance each would be in 1 of 40. Numbers do not count."""
    contexts, emails = notes(SPECIAL[:1] + SPECIAL[2:])
    assert TakenUp.learn(contexts, emails).gain == pytest.approx(math.log((2 + 1) / (2 / 40 + 1)), abs=0.01)
    contexts, emails = notes()
    assert TakenUp.learn(contexts, emails).gain == 0
    names = [f"{first}{second}son" for first in "bcdfghkl" for second in ("an", "ed", "il", "or", "ut", "ay")]
    assert TakenUp.learn(names, [[name] for name in names]).gain == MOST_GAIN


def test_a_word_answers_by_its_beginning_and_a_number_as_it_is():
    def answered(context, text, usual=()):
        return answers(telling_words(context), telling_words(text), frozenset(usual))

    assert answered("cannot shut at all", "without shutting")
    assert not answered("cannot shut at all", "without shutting", ["shut"])
    assert not answered("cannot shut at all", "without shutting", ["shutti"])
    assert answered("has 18 units", "your 18 units") and not answered("has 181", "your 18 units")
    assert not answered("a bakery", "we build counters")


def emails_of(contexts, emails):
    return ["Hi,\n\n" + " ".join(own) + "\n\nBest,\nJo" for own in emails]


def test_a_sentence_is_offered_to_those_who_have_what_it_takes_up(tmp_path):
    contexts, emails = notes(SPECIAL)
    bank = build_bank(contexts, emails_of(contexts, emails), [1] * len(contexts))

    def offered(context):
        return {sentence.text for sentence in bank.suited_to(context)}

    assert "Ask your landlord first." in offered("shop in York, the landlord decides")
    assert "Ask your landlord first." not in offered("shop in York")
    assert {*USUAL} <= offered("shop in York")
    save_bank(bank, tmp_path / "bank.json")
    assert load_bank(tmp_path / "bank.json") == bank
    assert replace(bank, answering=0.0) != bank


def test_what_so_many_recipients_hardly_have_by_chance_is_for_those_who_have_it():
    """One of eight contexts tells of rats: all of three that a sentence was said to in one of 500 cases."""
    contexts, emails = notes([(row, "rats came up", "Your message was short.") for row in (1, 7, 12, 20, 33)])
    learned = TakenUp.learn(contexts, emails)
    assert learned.of([1, 7, 12], "Your message about rats.") == {"rats"}
    assert learned.of([1, 7], "Your message about rats.") == set(), "that may be chance"
    assert learned.of([1, 7, 12, 2], "Your message about rats.") == set(), "one has none"


def test_what_was_only_said_to_those_with_a_word_in_common_is_for_them():
    quoted = (1, 6, 11, 16, 21, 26)
    too_much = "If that was a bit much in one go, there is another way."
    contexts, emails = notes([(row, "we quoted them in spring", too_much) for row in quoted])
    learned = TakenUp.learn(contexts, emails)
    assert "quoted" in learned.of(quoted, too_much), "it says nothing of a quote, and nobody else has had it"
    assert learned.of((*quoted, 2), too_much) == set(), "said to somebody who has not been quoted as well"
    assert learned.of(quoted[:2], too_much) == set(), "two may have anything in common"
    in_leeds = [row for row in range(40) if contexts[row].endswith("Leeds")][:3]
    assert learned.of(in_leeds, too_much) == set(), "three in one of four towns"
