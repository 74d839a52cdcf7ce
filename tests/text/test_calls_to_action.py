"""Calls to action: what asks, for what, in which language."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcome_rl.text.calls_to_action import KINDS, find_asks
from tests.text import labelled


@pytest.mark.parametrize(
    ("part", "precision", "recall"),
    [("dev", 0.98, 0.98), ("test", 0.98, 0.95), ("later_dev", 0.95, 0.9), ("later_test", 0.95, 0.9)],
)
def test_on_labelled_sentences(part, precision, recall):
    found = labelled.asks(part)
    assert found.precision >= precision
    assert found.recall >= recall


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("Would 15 minutes on Thursday work?", "meeting"),
        ("May I show you the night shift view?", "demo"),
        ("Worth a look?", "interest"),
        ("Just hit reply.", "reply"),
        ("Grab a slot here: https://cal.com/x", "link"),
        ("Who would be the right person?", "referral"),
        ("Shall I send you the two pages?", "document"),
        ("Would you like to try it for a month?", "trial"),
        ("Please sign the attached contract.", "purchase"),
        ("Darf ich Sie am Montag anrufen?", "meeting"),
        ("Soll ich Ihnen ein Beispiel schicken?", "document"),
        ("Am I talking to the right person?", "referral"),
        ("Is this on your mind at all?", "interest"),
        ("Bin ich damit bei Ihnen richtig?", "referral"),
        ("Ist das bei Ihnen gerade ein Thema?", "interest"),
        ("Is there an hour that day when your floor is quiet?", "meeting"),
        ("We would be delighted to introduce our range to you.", "demo"),
        ("Could you introduce me to your planner?", "referral"),
        ("Do not miss this and contact us today to secure your discount.", "purchase"),
        ("We look forward to hearing from you!", "reply"),
    ],
)
def test_the_kind_of_an_ask(sentence, kind):
    (ask,) = find_asks(sentence)
    assert ask.kind == kind
    assert kind in KINDS


def test_a_question_about_the_readers_hours_asks_for_none_of_them():
    assert find_asks("Is there an hour of the day when your phones never stop?") == ()


def test_an_ask_is_the_words_of_the_email_and_one_of_a_sentence():
    email = (
        "Hi Ana,\n\nwe build a planner. If you like, send me a list and tell me more. It runs.\n\nShall we talk?\n\nBo"
    )
    assert [ask.text for ask in find_asks(email)] == ["If you like, send me a list and tell me more.", "Shall we talk?"]
    assert all(email[ask.start : ask.end] == ask.text for ask in find_asks(email))


def test_a_subject_line_asks_nothing_and_a_link_to_a_brochure_neither():
    assert find_asks("Subject: Shall we talk?") == ()
    assert find_asks("The brochure is on our website: https://example.com/brochure.pdf") == ()


def test_each_language_has_its_own_asks():
    email = "Shall we talk? Wollen wir telefonieren? https://cal.example.com/bo"
    assert [ask.kind for ask in find_asks(email, "en")] == ["meeting", "link"]
    assert [ask.text for ask in find_asks(email, "de")] == ["Wollen wir telefonieren?", "https://cal.example.com/bo"]
    assert [ask.kind for ask in find_asks(email, "fr")] == ["link"]
    assert len(find_asks(email)) == 3


def test_a_typographic_apostrophe_is_one():
    assert find_asks("Let’s find a time.")
    assert find_asks("I’d be happy to show you the plan.")


@given(st.text(max_size=300))
def test_any_text_can_be_searched(text):
    assert all(text[ask.start : ask.end] == ask.text and ask.text for ask in find_asks(text))


@pytest.mark.parametrize("unit", ["a", " ", "\n", ".", "?", "Would you ", "please ", "www.a."])
def test_a_megabyte_is_searched_in_seconds(unit):
    text = unit * (1_000_000 // len(unit))
    started = time.process_time()
    find_asks(text)
    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    "sentence",
    [
        "Wann darf ich Sie dazu anrufen?",
        "Wann könnte ich bei Ihnen vorbeikommen?",
        "Wäre das in Ihrem Sinne?",
        "If you tell me how many fridges you have I will send a price by return.",
        "If I simply picked the wrong person, a name would help me a lot.",
        "I can put you in touch with them if you like.",
        "Falls ich bei Ihnen falsch bin, hilft mir ein Name schon weiter.",
        "Let's talk on Tuesday.",
        "Let us find a time.",
    ],
)
def test_asks_in_words_that_ask_for_other_things_elsewhere(sentence):
    assert len(find_asks(sentence)) == 1


@pytest.mark.parametrize(
    "sentence",
    [
        "Wann darf man bei Ihnen frühstücken?",
        "To write a polished email, let's prioritize the following elements:",
        "Let's be honest: planning is hard.",
        "Let us assume that a shift is missed.",
    ],
)
def test_what_begins_like_an_ask_and_is_none(sentence):
    assert find_asks(sentence) == ()
