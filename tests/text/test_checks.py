"""What the checks see, on sentences labelled by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcome_rl.text.checks import MAX_CHARACTERS, check_email, count_questions, highlights, own_pairs

ASKS = [
    "Would you be open to a quick call this week?",
    "Could we talk on Tuesday at ten?",
    "May I send you the two-page summary?",
    "Are you free on Thursday afternoon?",
    "How about a coffee near your office?",
    "Do you have fifteen minutes next week?",
    "When would suit you for a short visit?",
    "Would fifteen minutes on Thursday suit you?",
    "Does a short visit in May work for your team?",
    "Interested?",
    "Worth a look?",
    "Just reply with yes and I will set it up.",
    "Please book a slot in my calendar.",
    "Pick any time on Friday.",
    "If you like, send me last month's export.",
    "Let me know which branch should go first.",
    "I would be happy to walk you through it.",
    "I'd love to show you the night shift view.",
    "We can set up a trial for your two busiest sites.",
    "Let's schedule a demo.",
    "Sign up at https://example.com/start",
    "Give me a ring some day.",
    "Click here to start your trial.",
    "Look through the two pages and tell me what is missing.",
]
STATEMENTS = [
    "Our call center software serves 400 firms.",
    "We discussed your warehouse at the fair.",
    "The demo account was opened on Monday.",
    "Bookings rose by a third after the launch.",
    "Thank you for your time at the webinar.",
    "Our product connects the shop with the stock.",
    "Most growers lose a tenth of the crop to late frost.",
    "How many pallets did you lose last year?",
    "The meeting notes from spring are attached.",
    "Why do tenants leave after the second year?",
    "We are the leading company in this field.",
    "The app could enhance your work and give patients access to their records.",
    "Most clinics buy it and see fewer missed visits.",
    "Does the old system still work for the night shift?",
    "The new plan would suit you well.",
]


def _asks(text):
    return check_email(text).cta


@pytest.mark.parametrize("sentence", ASKS)
def test_an_ask_is_found(sentence):
    assert _asks(sentence), sentence


@pytest.mark.parametrize("sentence", STATEMENTS)
def test_a_statement_is_not_an_ask(sentence):
    assert _asks(sentence) == (), sentence


def test_the_words_found_are_in_the_email_as_written():
    email = "Hi Ana,\nwe build a scheduling app. Would you like a demo? Best, Bo"
    assert _asks(email) == ("Would you like a demo?",)


def test_questions_are_counted_once_each_and_not_inside_links():
    assert count_questions("Really?? Yes! Are you sure?! See https://example.com/?a=1?b=2 for more. Fine?") == 3
    assert count_questions("No question.") == 0


def test_all_together():
    check = check_email("Hello Ana, how is the new store? Could we talk on Monday? Bo")
    assert (check.word_count, check.question_count, check.has_cta) == (13, 2, True)


def test_an_empty_email():
    check = check_email("")
    assert (check.word_count, check.question_count, check.has_cta, check.cta) == (0, 0, False, ())


@given(st.text(max_size=300))
def test_any_text_can_be_checked_and_what_is_found_stands_in_it(text):
    for found in check_email(text).cta:
        assert found in text


@given(st.text(max_size=300))
def test_what_is_highlighted_lies_within_the_text(text):
    spans = [(start, end) for start, end, _ in highlights(text)]
    assert all(0 <= start < end <= len(text) for start, end in spans)


def test_highlights_of_each_kind():
    email = (
        "Hi [Name],\nour amazing app. More at www.a.example/x?y=1 today. How is it? Could we talk on Monday?\nBest,\nBo"
    )
    assert [(kind, email[start:end]) for start, end, kind in highlights(email)] == [
        ("placeholder", "[Name]"),
        ("pushy", "amazing"),
        ("question", "How is it?"),
        ("ask", "Could we talk on Monday?"),
        ("question", "Could we talk on Monday?"),
    ]
    assert [kind for _, _, kind in highlights("The best offer. Best wishes, Bo")] == ["pushy", "pushy"]
    free = "Are you free on Monday? Feel free to call, or I'd be free. The trial is free."
    assert [(kind, free[start:end], start) for start, end, kind in highlights(free) if kind == "pushy"] == [
        ("pushy", "free", free.rindex("free"))
    ]
    assert highlights(" " * MAX_CHARACTERS + "[Name]") == []


def test_a_link_is_shown_as_written():
    asked = "Could we look at https://example.com/start?x=1 in a call?"
    assert _asks(f"Hello! {asked} Bo") == (asked,)


def test_a_hostile_text_is_checked_quickly_enough_to_finish():
    for piece in ("would you ", "let's ", "a.", "?", "please ", "i'd like to "):
        check_email(piece * 20_000)


def test_pairs_that_stand_elsewhere_are_not_an_emails_own():
    texts = ["I hope you", "I hope so", "one", "", "so so so so"]
    assert own_pairs(texts) == [0.5, 0.5, 0.0, 0.0, 0.0]
    assert own_pairs(["i HOPE so well", "I hope it"]) == [2 / 3, 0.5]
    assert own_pairs([]) == []
