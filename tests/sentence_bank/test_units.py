"""Each sentence of an email has its place."""

import pytest

from outcome_rl.sentence_bank.bank import ASK, BODY, CLOSE, GREETING, OPENING, SUBJECT
from outcome_rl.sentence_bank.units import MOST_SENTENCES, neighbours, sentences_of

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


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("20 minutes with a meter, Will", "20 minutes with a meter, {{first_name}}"),
        ("Will, one more thing", "{{first_name}}, one more thing"),
        ("Would you like it, Will, or not", "Would you like it, {{first_name}}, or not"),
        ("A question for Will's team", "A question for Will's team"),
        ("Firms such as Will Street", "Firms such as Will Street"),
        ("My name is Will", "My name is Will"),
        ("Will you be there", "Will you be there"),
        ("Willow Lane", "Willow Lane"),
    ],
)
def test_the_name_that_is_greeted_is_a_field_wherever_it_stands(text: str, found: str) -> None:
    email = f"Subject: {text}\n\nHi Will,\n\nWe met at the fair. {text}?\n\nBest,\nSam"
    said = dict((place, text) for place, text in sentences_of(email) if place in (SUBJECT, ASK))
    assert said == {SUBJECT: found, ASK: f"{found}?"}


@pytest.mark.parametrize("greeting", ["Hi,", "Hi {{first_name}},", "Dear Mr Will,", "Hi all,"])
def test_without_one_name_in_the_greeting_nothing_is_replaced(greeting: str) -> None:
    email = f"Subject: For Will\n\n{greeting}\n\nWe met at the fair.\n\nBest,\nSam"
    assert (SUBJECT, "For Will") in sentences_of(email)


def test_a_month_is_nobody() -> None:
    assert (BODY, "We open in May, May.") not in sentences_of("Hi May,\n\nHello again. We open in May, May.\n\nSam")
    assert (BODY, "We open in May, {{first_name}}.") in sentences_of("Hi May,\n\nAgain. We open in May, May.\n\nSam")


def test_an_opening_stands_behind_the_subject_as_well_as_behind_the_greeting() -> None:
    said = [(SUBJECT, "S"), (GREETING, "G"), (OPENING, "O"), (BODY, "B")]
    pairs = {(one, other) for (_, one), (_, other) in neighbours(said)}
    assert pairs == {("S", "G"), ("G", "O"), ("O", "B"), ("S", "O")}
    assert [(one, other) for (_, one), (_, other) in neighbours(said[1:])] == [("G", "O"), ("O", "B")]
    assert neighbours(said[:2]) == [(said[0], said[1])]


@pytest.mark.parametrize(("subject", "said"), [("Re:", []), ("Re:invent your rota", ["Re:invent your rota"])])
def test_an_answer_without_a_subject_has_none(subject: str, said: list[str]) -> None:
    found = sentences_of(f"Subject: {subject}\n\nHi Will,\n\nWe met at the fair.\n\nBest,\nSam")
    assert [text for place, text in found if place == SUBJECT] == said


@pytest.mark.parametrize("before", ["Re: ", "RE: Re: ", "AW: ", "Fwd: "])
def test_a_subject_is_no_answer_to_anything(before: str) -> None:
    email = f"Subject: {before}Your rota, Will\n\nHi Will,\n\nWe met at the fair.\n\nBest,\nSam"
    assert sentences_of(email)[0] == (SUBJECT, "Your rota, {{first_name}}")
