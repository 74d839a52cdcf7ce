"""Names that merge fields were filled with are fields again; whom a seller tells of stays."""

from __future__ import annotations

import pytest

from outcome_rl.sentence_bank.build import build_bank
from outcome_rl.sentence_bank.filled_names import FEWEST_NAMES, with_fields_again
from outcome_rl.text.email_parts import email_parts

FIRMS = (
    "Ateliers Mourier", "Pulmoline Inc", "Saarinen Forest Machines Oy", "Patchwork Analytics", "Reed & Co",
    "Bank of Ayr", "Lindqvist", "O'Hara Press", "Kraus GmbH", "Delta-Pumpen",
)  # fmt: skip
PEOPLE = ("Susan", "Maria", "Peter", "Anna", "JOHN", "Laura", "Thomas", "Karen", "Paul", "Emma")
CONTEXT = "Operations Manager at machinery company; step 1"


def opened(sentence: str, names: tuple[str, ...], context: str = CONTEXT, times: int = 1) -> set[str]:
    """What becomes of a sentence with each of some names in it."""
    emails = [f"Hi there,\n\n{sentence.format(name)}\n\nBest,\nBo" for name in names * times]
    found = with_fields_again(
        [email_parts(email) for email in emails], [context.format(name) for name in names * times]
    )
    return {email.body[0].text for email in found}


@pytest.mark.parametrize(
    ("sentence", "names", "found"),
    [
        ("I took a page from {}'s website.", FIRMS, "I took a page from {{{{company}}}}'s website."),
        ("Who at {} waits for translations?", FIRMS, "Who at {{{{company}}}} waits for translations?"),
        ("{} will know this from its own floor.", FIRMS, "{{{{company}}}} will know this from its own floor."),
        ("Would {} want to see it?", FIRMS, "Would {{{{company}}}} want to see it?"),
        (
            "Bo Lind of Kellner told me of {}, and more.",
            FIRMS,
            "Bo Lind of Kellner told me of {{{{company}}}}, and more.",
        ),
        ("Shall I introduce you by email, {}?", PEOPLE, "Shall I introduce you by email, {{{{first_name}}}}?"),
        ("The rules have changed for kitchens in {}.", FIRMS, "The rules have changed for kitchens in {{{{city}}}}."),
    ],
)
def test_a_name_that_changes_with_the_recipient_is_a_field(sentence, names, found):
    assert opened(sentence, names) == {found.format()}


def test_a_sentence_with_two_names_gets_two_fields():
    pairs = tuple(zip(PEOPLE, FIRMS, strict=True))
    emails = [f"Hi there,\n\nHow does {firm} do it today, {person}?\n\nBest,\nBo" for person, firm in pairs]
    found = with_fields_again([email_parts(email) for email in emails], [CONTEXT] * len(emails))
    assert {email.body[0].text for email in found} <= {
        "How does {{company}} do it today, {{first_name}}?",
        *(email.body[0].text for email in map(email_parts, emails)),
    }, "both or none of them"


@pytest.mark.parametrize(
    ("names", "context", "times"),
    [
        (FIRMS[: FEWEST_NAMES - 1], CONTEXT, 1),  # too few to tell
        (FIRMS, CONTEXT, 2),  # customers who are told of again and again
        (FIRMS, "Manager at {}; step 1", 1),  # the context tells it
    ],
)
def test_names_of_customers_and_what_contexts_tell_stay(names, context, times):
    assert opened("We did this for {} in May.", names, context, times) == {
        f"We did this for {name} in May." for name in names
    }


def test_a_firm_that_is_known_to_be_a_recipient_s_is_a_field_in_other_sentences_too():
    texts = [f"I looked over one of {firm}'s manuals." for firm in FIRMS] + ["Who at Patchwork Analytics waits for it?"]
    emails = [f"Hi there,\n\n{text}\n\nBest,\nBo" for text in texts]
    contexts = [CONTEXT] * len(FIRMS)
    assert with_fields_again(list(map(email_parts, emails)), [*contexts, CONTEXT])[-1].body[0].text == (
        "Who at {{company}} waits for it?"
    )
    told = with_fields_again(list(map(email_parts, emails)), [*contexts, "Editor at Patchwork Analytics"])
    assert told[-1].body[0].text == texts[-1], "the context tells it"


def test_short_shouts_are_no_sentence_with_a_name():
    shouts = ("BUY NOW", "CALL US", "ACT FAST", "HURRY UP", "LAST DAY", "BIG SALE", "ORDER", "CLICK HERE", "GO")
    assert opened("{}!", shouts) == {f"{shout}!" for shout in shouts}


def test_the_bank_says_it_to_anybody_with_a_field():
    emails = [
        f"Subject: {firm}'s manuals\n\nHi {person},\n\nManuals cost time. I looked over one of {firm}'s manuals last "
        f"week. Could you, {person}?\n\nBest,\nBo"
        for firm, person in zip(FIRMS, PEOPLE, strict=True)
    ]
    contexts = [f"{trade} at machinery company" for trade in ("Buyer", "Owner", "Planner", "Manager", "Chef") * 2]
    bank = build_bank(contexts, emails, [n % 2 for n in range(len(emails))])
    said = {sentence.text for sentence in bank.sentences}
    assert {"I looked over one of {{company}}'s manuals last week.", "Could you, {{first_name}}?"} <= said
    assert "{{company}}'s manuals" in said
    assert not any(name in text for text in said for name in (*FIRMS, *PEOPLE))
