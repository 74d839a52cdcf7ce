"""Whether a seller's sentences go together, and which whole emails may be written of them."""

from __future__ import annotations

import numpy as np
import pytest

from outcome_rl.sentence_bank import skeletons
from outcome_rl.sentence_bank.bank import ASK, BODY, CLOSE, OPENING, SUBJECT
from outcome_rl.sentence_bank.build import build_bank
from outcome_rl.sentence_bank.skeletons import WholeEmails, cohesion, skeletons_of
from outcome_rl.sentence_bank.units import units_of
from outcome_rl.text.email_parts import email_parts
from tests.helpers.seller import seller_emails
from tests.helpers.template_emails import template_emails

A, B, C, D = (OPENING, "It leaks."), (BODY, "We mend it."), (BODY, "It lasts."), (ASK, "May we call?")
A2, B2, D2 = (OPENING, "It is old."), (BODY, "We swap it."), (ASK, "May we come by?")


def ways_of(emails, available=None):
    known = {key for keys in emails for key in keys if key[1]} if available is None else available
    return {way.keys: way.exchanged for way in WholeEmails(emails).ways(known)}


def test_emails_are_the_sellers_own():
    assert ways_of([(A, B, D), (A2, B2, D2)]) == {(A, B, D): None, (A2, B2, D2): None}


def test_a_sentence_that_stood_between_the_same_ones_is_exchanged():
    found = ways_of([(A, B, D), (A, B2, D), (A2, B, C, D2)])
    assert found == {(A, B, D): None, (A, B2, D): None, (A2, B, C, D2): None}, "each has its own end and beginning"
    found = ways_of([(A, B, D), (A, B, D2), (A2, B2, D2), (A2, B, C)])
    assert (A2, B, D) not in found, "the two have stood in no email together"
    found = ways_of([(A, B, D), (A, B, D2), (A2, B, D2), (A2, B2, D)])
    assert found[A2, B, D] in (0, 2), "each pair of its sentences has"


def test_what_cannot_be_said_here_is_exchanged_or_the_email_left():
    emails = [(A, B, D), (A2, B, D2), (A2, B, D)]
    assert set(ways_of(emails, {A2, B, D, D2})) == {(A2, B, D2), (A2, B, D)}
    assert ways_of(emails, {B, D, D2}) == {}
    assert ways_of([(A, B, D)], {A, D}) == {}, "nobody has left it out"


def test_a_sentence_of_the_body_is_left_out_where_its_neighbours_met():
    assert ways_of([(A, B, D), (A, D)], {A, D}) == {(A, D): None}
    assert (A, C, D) in ways_of([(A, (BODY, ""), C, D), (A, C, D2)])
    assert (A, C, D) not in ways_of([(A, (BODY, ""), C, D), (A, B, C, D2)])
    assert (A, D2) not in ways_of([(A, B, D2), (A, D2, C)]), "nothing is missing"


def test_where_emails_are_few_neighbours_that_had_many_are_enough():
    """An opening about one recipient alone is missing; others have stood before many sentences, and it behind many."""
    openings = [(OPENING, f"Opening {number}.") for number in range(4)]
    bodies = [(BODY, f"Body {number}.") for number in range(4)]
    emails = [(openings[n], bodies[m], D) for n in range(4) for m in range(4) if n or m]
    lost = ((OPENING, ""), bodies[0], D)
    here = {openings[0], bodies[0], D}
    assert set(ways_of([*emails, lost], here)) == {(openings[0], bodies[0], D)}
    own = [(A, B, D), (A, B, D2), (A, B2, D), (A, B2, D2), (A2, B2, D2)]
    assert (openings[0], bodies[0], D) not in ways_of([*emails, lost, *own], {*here, A, A2, B, B2, D2}), (
        "many are whole"
    )
    assert ways_of([lost, (openings[0], bodies[1], D)], here) == {}, "it had but one neighbour"
    one_before = [email for email in emails if email[1] != bodies[0]] + [(openings[1], bodies[0], D)]
    one_behind = [email for email in emails if email[0] != openings[0]] + [(openings[0], bodies[1], D)]
    assert ways_of([*one_before, lost], here) == ways_of([*one_behind, lost], here) == {}
    strange = [*emails[3:], (openings[0], bodies[1], A2), (openings[0], bodies[2], A2), (openings[0], bodies[3], A2)]
    assert ways_of([*strange, lost], here) == {}, "it was in no email with half of what is left"


def test_each_sentence_is_exchanged_for_one_of_its_place():
    question, bodies = (ASK, "Is it so?"), [(BODY, f"Body {number}.") for number in range(3)]
    asked = [((SUBJECT, f"Subject {n}"), question, body, D2) for n, body in enumerate((B, *bodies[1:]))]
    known = [*asked, *((A, body, D) for body in bodies), (A, (BODY, ""), B, D2)]
    assert ways_of(known, {A, question, B, D2}).keys() == {(A, B, D2)}


def test_where_nothing_else_can_be_made_an_email_is_what_is_left_of_one():
    price = (BODY, "The same costs 9.")
    assert ways_of([((OPENING, ""), B, C, D)], {B, C, D}) == {(B, C, D): None}
    assert ways_of([((OPENING, ""), price, C, D)], {price, C, D}) == {}, "it says the same as something missing"
    begins = (OPENING, "Halls echo.")
    assert ways_of([((SUBJECT, ""), begins, B, D)], {begins, B, D}) == {}, "emails have subjects"
    assert ways_of([(A, B, C, (ASK, ""))], {A, B, C}) == {}, "they ask for something"
    assert ways_of([((OPENING, ""), B, D)], {B, D}) == {}, "hardly anything is left"
    assert (B, C, D) not in ways_of([((OPENING, ""), B, C, D), (A, B, D)], {A, B, C, D}), "there is a whole one"


@pytest.mark.parametrize("n", [20, 60, 600, 6000])
def test_emails_from_templates_are_said_whole_however_many_they_are(n):
    bank = build_bank(*template_emails(n))
    assert bank.is_said_whole and bank.cohesion > 0.4
    assert [len(keys) for keys in bank.skeletons] == [3, 3]


@pytest.mark.parametrize("n", [48, 96, 300])
def test_sentences_that_go_with_any_other_are_put_together_freely(n):
    data = seller_emails(n)
    bank = build_bank(data.contexts, data.emails, data.outcomes)
    assert not bank.is_said_whole and bank.cohesion < 0.1


def test_an_ask_is_never_lost():
    close = (CLOSE, "Have a calm week.")
    assert ways_of([((OPENING, ""), B, (ASK, ""), close)], {B, close}) == {}
    assert (A, B, close) not in ways_of([(A, B, D, close), (A, B, close, C)], {A, B, close})


def test_of_more_ways_than_are_needed_the_first_are_taken(monkeypatch):
    monkeypatch.setattr(skeletons, "MOST_WAYS", 2)
    assert list(ways_of([(A, B, D), (A, B, D2), (A2, B, D), (A2, B, D2)])) == [(A, B, D), (A, B, D2)]


@pytest.mark.parametrize(
    "email", ["Subject: A hall", "Hi,\n\nBest,\nRuth", "Hi,\n\nRain falls.\n\nRain falls.\n\nMay I call?"]
)
def test_what_is_no_email_or_says_something_twice_is_no_skeleton(email):
    whole = "Subject: Late\n\nHi,\n\nIt is early.\n\nMay I come?"
    for emails in ([email], [whole, email]):
        units = units_of([email_parts(each) for each in emails], [()] * len(emails), [1] * len(emails))
        assert (
            len(skeletons_of(units, [1] * len(emails), units.keys(), with_subject=len(emails) > 1)) == len(emails) - 1
        )


def test_sentences_that_are_dealt_out_do_not_go_together():
    rng = np.random.default_rng(0)
    words = ("red", "blue", "green", "grey", "black", "white", "brown", "pink")
    dealt = rng.integers(8, size=(120, 3))
    emails = [f"Hi,\n\nIt is {words[a]}.\n\nWe paint {words[b]}.\n\nShall we use {words[c]}?" for a, b, c in dealt]
    units = units_of([email_parts(email) for email in emails], [()] * 120, [1] * 120)
    assert cohesion(units, 120) < 0.1


def test_nothing_is_made_of_files_in_which_nothing_is_said_twice():
    emails = [f"Hi,\n\nThis is {word} alone.\n\nIs it {word}?" for word in ("one", "two", "three", "four")]
    parts, values = [email_parts(email) for email in emails], [()] * 4
    assert cohesion(units_of(parts, values, [1] * 4), 4) == 0.0


@pytest.mark.parametrize(("with_subject", "lengths"), [(True, [3]), (False, [2, 2])])
def test_emails_with_and_without_a_subject(with_subject, lengths):
    emails = ["Subject: A matter\n\nHi,\n\nIt is late.\n\nMay I call?", "Hi,\n\nIt is early.\n\nMay I come?"]
    units = units_of([email_parts(email) for email in emails], [()] * 2, [1, 1])
    found = skeletons_of(units, [1, 1], units.keys(), with_subject)
    assert [len(keys) for keys in found] == lengths


def test_of_too_many_emails_the_answered_ones_are_kept(monkeypatch):
    monkeypatch.setattr(skeletons, "MOST_KEPT", 1)
    emails = ["Hi,\n\nIt is late.\n\nMay I call?", "Hi,\n\nIt is early.\n\nMay I come?"]
    units = units_of([email_parts(email) for email in emails], [()] * 2, [0, 2])
    (kept,) = skeletons_of(units, [0, 2], units.keys(), with_subject=False)
    assert kept[0] == (OPENING, "It is early.")


def test_what_is_left_of_an_email_says_something_besides_its_ask():
    """What stood between subject and ask is missing; another email has the ask right below the subject."""
    subject, ask, close = (SUBJECT, "Up the road"), (ASK, "Do you want their number?"), (CLOSE, "They know best.")
    short = (subject, ask, (CLOSE, "Bye."))
    told = (subject, (OPENING, ""), (BODY, ""), ask, close)
    assert ways_of([told, short], {subject, ask, close}) == {}
    assert set(ways_of([told, (subject, ask, close)], {subject, ask, close})) == {(subject, ask, close)}, (
        "the seller's own"
    )
