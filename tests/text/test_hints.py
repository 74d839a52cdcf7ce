"""Hints about an email: each with its source, on emails written for it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcome_rl.text.hints import hints, reading_grade

GOOD = (
    "Subject: Fewer missed visits\n\nHi Ana,\nyour clinic has grown to six sites. Front desks like yours tell us that "
    "calls take up half of the day. With our app your patients book and move their visits alone, and you see the gaps "
    "on one page. Would you be open to a short talk next week?\n\nKind regards,\nBo"
)


def fine(email):
    return {hint.name: hint.fine for hint in hints(email)}


def value(email, name):
    return next(hint.value for hint in hints(email) if hint.name == name)


def test_a_good_email_is_as_advised():
    assert {name for name, each in fine(GOOD).items() if each is not True} == set()
    assert all(hint.source and hint.advice for hint in hints(GOOD))


@pytest.mark.parametrize(
    "field", ["{{first_name}}", "{{sender_name}}", "{{ contact.firstname | default: 'there' }}", "{{FIRST_NAME}}"]
)
def test_a_merge_field_that_every_tool_fills_in_is_no_placeholder(field):
    assert value(f"Hi {field},\n\nit runs.", "Placeholders left") == "none"


@pytest.mark.parametrize(
    ("name", "email", "shown"),
    [
        ("Words", "Hi.", "1"),
        ("Questions", "One? Two? Three? Four?", "4"),
        ("Call to action", "We are here.", "none found"),
        ("Placeholders left", "Dear [Name], {company} XXX", "[Name], {company}, XXX"),
        ("Placeholders left", "Hi {{first_nam, I met {{company}}.", "{{first_nam"),
        ("Placeholders left", "Hi {{frist_name}}.", "{{frist_name}"),
        ("Pushy words", "Act now! This free offer is urgent. FREE", "Act now, free, offer, urgent, FREE"),
        ("You : I and we", "We like our product, and I like you.", "1 : 3"),
        ("Punctuation", "Buy!!!!!", "5 exclamation marks, 33% capitals"),
        ("Punctuation", "BUY IT NOW", "0 exclamation marks, 100% capitals"),
        ("Subject line", "Subject: one two three four five six seven eight nine\nHi", "9 words, 44 characters"),
        ("Subject line", "Subject:\nHi there", "0 words, 0 characters"),
        (
            "Reading grade",
            "Organizational interoperability considerations necessitate comprehensive architectural evaluation.",
            "48",
        ),
    ],
)
def test_what_is_not_as_advised(name, email, shown):
    assert fine(email)[name] is False
    assert value(email, name) == shown


@pytest.mark.parametrize(("words", "cold", "others"), [(24, False, False), (40, True, True), (75, False, True)])
def test_a_cold_email_has_a_length_of_its_own(words, cold, others):
    email = "word " * words
    for context, wanted in (("Jo, owner · cold, no contact so far", cold), ("Jo, owner · asked for a price", others)):
        found = next(hint for hint in hints(email, context) if hint.name == "Words")
        assert found.fine is wanted
        assert ("25 to 50" in found.advice) is ("cold" in context)


def test_only_a_cold_email_should_not_ask_for_a_meeting():
    meeting, interest = "Would Monday at 9 suit you for ten minutes on the telephone?", "Is that of interest to you?"
    for email, context, wanted in (
        (meeting, "cold", False), (interest, "cold", True), ("We are here.", "cold", False), (meeting, "met us", True),
    ):  # fmt: skip
        assert next(hint for hint in hints(email, context) if hint.name == "Call to action").fine is wanted


@pytest.mark.parametrize("ask", ["Passt Ihnen ein kurzes Telefonat am Montag?", "Am I talking to the right person?"])
def test_an_ask_is_one_in_any_words_that_the_program_knows(ask):
    assert fine(f"Ruhige Schichten. {ask}")["Call to action"] is True


def test_nobody_says_what_cannot_be_known():
    assert fine("Hi Ana, how is it?")["Subject line"] is None
    assert fine("")["Reading grade"] is None
    assert fine("Thanks.")["You : I and we"] is None


def test_the_reading_grade_is_flesch_and_kincaids():
    # 2 sentences, 10 words, 11 syllables: 0.39 * 5 + 11.8 * 1.1 - 15.59
    assert reading_grade("The cat sat on it. The man saw it happen.") == pytest.approx(-0.66)
    assert reading_grade("... 12 !") is None


@given(st.text(max_size=300))
def test_any_text_gets_its_hints(text):
    assert len(hints(text)) == 9
