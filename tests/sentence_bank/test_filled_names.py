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


def texts_of(sentences: list[str], contexts: list[str] | None = None) -> list[str]:
    """What becomes of the only sentence of each of some emails."""
    parts = [email_parts(f"Hi there,\n\n{text}\n\nBest,\nBo") for text in sentences]
    return [email.body[0].text for email in with_fields_again(parts, contexts or [CONTEXT] * len(parts))]


def opened(sentence: str, names: tuple[str, ...], context: str = CONTEXT, times: int = 1) -> set[str]:
    """What becomes of a sentence with each of some names in it."""
    said, contexts = ([text.format(name) for name in names * times] for text in (sentence, context))
    return set(texts_of(said, contexts))


@pytest.mark.parametrize(
    ("sentence", "names", "found"),
    [
        ("I took a page from {}'s website.", FIRMS, "I took a page from {{company}}'s website."),
        ("Last week in {}'s yard I saw it.", FIRMS, "Last week in {{company}}'s yard I saw it."),
        ("Who at {} waits for translations?", FIRMS, "Who at {{company}} waits for translations?"),
        ("{} will know this from its own floor.", FIRMS, "{{company}} will know this from its own floor."),
        ("Would {} want to see it?", FIRMS, "Would {{company}} want to see it?"),
        (
            "Bo Lind of Kellner told me of {}, and more.",
            FIRMS,
            "Bo Lind of Kellner told me of {{company}}, and more.",
        ),
        ("Shall I introduce you by email, {}?", PEOPLE, "Shall I introduce you by email, {{first_name}}?"),
        ("The rules have changed for kitchens in {}.", FIRMS, "The rules have changed for kitchens in {{city}}."),
    ],
)
def test_a_name_that_changes_with_the_recipient_is_a_field(sentence, names, found):
    assert opened(sentence, names) == {found}


def test_a_name_with_full_stops_ends_no_sentence():
    dotted = ("Clinitube B.V.", "Ceramica S.p.A.", "Pumpe d.o.o.", "Reed & Co. KG", "Acme Inc.")
    assert opened("Who at {} waits for translations?", (*FIRMS, *dotted)) == {
        "Who at {{company}} waits for translations?"
    }


def test_a_sentence_with_two_names_gets_two_fields():
    said = [f"How does {firm} do it today, {person}?" for person, firm in zip(PEOPLE, FIRMS, strict=True)]
    assert set(texts_of(said)) == {"How does {{company}} do it today, {{first_name}}?"}


def test_two_firms_in_one_sentence_are_nobodys_company():
    others = (*FIRMS[5:], *FIRMS[:5])
    said = [f"We did for {one} what we could do for {other}." for one, other in zip(FIRMS, others, strict=True)]
    assert set(texts_of(said)) == set(said)
    same = [f"We asked {firm} how {firm} does it." for firm in FIRMS]
    assert set(texts_of(same)) == {"We asked {{company}} how {{company}} does it."}


def test_a_name_in_small_letters_is_one_where_the_sentence_is_known():
    said = [f"Would ten minutes at {firm} be of use?" for firm in (*FIRMS, "the Damson Kitchen", "van Dijk")]
    assert set(texts_of(said)) == {"Would ten minutes at {{company}} be of use?"}


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


def test_fewer_firms_do_where_other_sentences_tell_that_they_are_recipients():
    known = [f"I looked over one of {firm}'s manuals." for firm in FIRMS]
    few = [f"Who at {firm} waits for it?" for firm in (*FIRMS[:3], "Bookable")]
    assert set(texts_of(known + few)[len(known) :]) == {"Who at {{company}} waits for it?"}
    assert texts_of(few) == few, "of which nothing else tells"
    assert texts_of(known + few[:2])[len(known) :] == few[:2], "too few"


def test_a_customer_who_is_told_of_stays_though_a_recipient_once():
    known = [f"I looked over one of {firm}'s manuals." for firm in FIRMS]
    story = ["Reed & Co ships in nine languages every second Tuesday."] * 5
    rotated = [f"{firm} halved its bill with us." for firm in FIRMS[:3] * 7]
    assert texts_of(known + story + rotated)[len(known) :] == story + rotated


@pytest.mark.parametrize(
    ("sentence", "names"),
    [
        ("Would some day in {} suit you?", ("March", "April", "May", "June", "July", "August", "October", "November")),
        ("As {} you will know this.", tuple(f"{what} of {of}" for what in ("Head", "Chief") for of in PEOPLE[:5])),
    ],
)
def test_what_is_no_name_stays(sentence, names):
    assert opened(sentence, names) == {sentence.format(name) for name in names}


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
