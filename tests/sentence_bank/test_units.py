"""Each sentence of an email has its place."""

import pytest

from outcome_rl.sentence_bank.bank import ASK, BODY, CLOSE, OPENING
from outcome_rl.sentence_bank.units import MOST_SENTENCES, sentences_of

FRAME = "Dear Kim,\n\nWe met at the fair.{}\n\nKind regards,\nSam"


def places(*body: str) -> list[str]:
    """Places of the sentences behind the opening."""
    found = sentences_of(FRAME.format("".join(f" {sentence}" for sentence in body)))
    return [place for place, text in found if any(text in sentence for sentence in body)]


@pytest.mark.parametrize(
    "last", ["Am I talking to the right person?", "Is the oven old?", "Bin ich bei Ihnen richtig?"]
)
def test_the_question_that_an_email_ends_with_is_its_ask(last: str) -> None:
    assert places("Ovens burn gas.", last) == [BODY, ASK]
    assert places("Ovens burn gas.", last, "The fair was loud.") == [BODY, ASK, CLOSE]


def test_a_question_before_an_ask_or_before_more_is_none() -> None:
    assert places("Is the oven old?", "Shall we talk on Monday?") == [BODY, ASK]
    long = ("Ours saves a third of the gas that an old one burns.", "Bakers in four towns use one every day.")
    assert places("Is the oven old?", *long) == [BODY, BODY, BODY]
    assert sentences_of("Dear Kim,\n\nIs the oven old?\n\nSam")[1] == (OPENING, "Is the oven old?")


def test_of_sentences_without_end_the_first_are_looked_at() -> None:
    email = "Hi Ana,\n\n" + " ".join(f"We baked {n} loaves." for n in range(MOST_SENTENCES + 200))
    found = sentences_of(email)
    assert len(found) == 1 + MOST_SENTENCES and found[-1][1] == f"We baked {MOST_SENTENCES - 1} loaves."
