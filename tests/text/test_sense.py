"""Stand-ins for a reader."""

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outcome_rl.text.sense import (
    MOST_NAMES,
    assistant_talk,
    cut_off,
    misspelt_names,
    placeholders_left,
    product_named,
    product_of,
    repeated,
    role_confusion,
    sense_report,
)
from tests.text import labelled

CONTEXT = "Customer: CTO at a Healthcare firm was referred by a partner for a telehealth app."
GOOD = (
    "Hi {{first_name}},\n\nour telehealth app saves patients the trip. Shall I send you two pages?\n\n"
    "Best,\n{{sender_name}}"
)


@pytest.mark.parametrize(
    ("part", "precision", "recall"),
    [("dev", 0.93, 0.9), ("test", 0.9, 0.92), ("later_dev", 0.92, 0.95), ("later_test", 0.88, 0.86)],
)
def test_on_labelled_emails(part, precision, recall):
    found = labelled.problems(part)
    assert found.precision >= precision
    assert found.recall >= recall


@pytest.mark.parametrize("kind", ["cut_off", "placeholder", "assistant"])
def test_the_plain_problems_are_found_in_every_part(kind):
    for part in ("dev", "test", "later_test"):
        found = labelled.problems(part, kind)
        assert min(found.precision, found.recall) >= 0.8, (part, found)


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("Bristlow", True), ("Brindlows", False), ("Brindlow's", False), ("Brindow", True), ("Bristol", False),
        ("bristlow", False), ("Garath", True), ("Gareth", False),
    ],
)  # fmt: skip
def test_a_name_that_is_nearly_the_contexts(word, found):
    context = "Brindlow Handover | Gareth Bentham (operations director) | warehouse, 45 staff"
    assert bool(misspelt_names(f"We at {word} help.", context)) is found
    assert misspelt_names(f"We at {word} help.", context, "The Bristlow, Brindow and Garath companies.") == ()


def test_words_longer_than_any_name_are_none():
    name = f"B{'a' * 3000}w"
    assert misspelt_names(f"We at {name[:1500]}c{name[1500:]} help.", name) == ()


def test_of_many_names_only_the_first_are_held_against_an_email(monkeypatch):
    compared = []
    monkeypatch.setattr("outcome_rl.text.sense._is_misspelt", lambda word, name: bool(compared.append(name)))
    names = [f"Name{chr(97 + i // 26)}{chr(97 + i % 26)}" for i in range(600)]
    others = [name.replace("Name", "Other") for name in names]
    misspelt_names(" ".join(others * 2), " ".join(names))
    assert len(compared) <= MOST_NAMES * len(names)


def test_a_good_email_has_no_problem():
    report = sense_report(GOOD, CONTEXT)
    assert report.problems == ()
    assert report.product_named is True
    json.dumps(report.to_dict())


def test_problems_in_words():
    email = "Certainly! Here is an email. I am interested in your product, [Your Name]. It is [X"
    report = sense_report(email, CONTEXT)
    assert [problem.split(":")[0] for problem in report.problems] == [
        "It stops in the middle",
        "Placeholders are left in it",
        "It does not name the product (telehealth app).",
        "It talks about the email instead of being one",
        "It seems to be written by the buyer",
    ]
    assert sense_report(" \n", CONTEXT).problems == ("The email is empty.",)


@pytest.mark.parametrize(
    ("email", "expected"),
    [
        ("It runs beside the", True),
        ("It runs beside the system.", False),
        ("It runs.\n\nBest,\nBo", False),
        ("It runs.\n\nBo Larsen", False),
        ("It runs.\n\nMit freundlichen Grüßen\n{{sender_name}}", False),
        ("More at https://example.com/a", False),
        ("It runs. 🙂", False),
        ("", False),
    ],
)
def test_cut_off(email, expected):
    assert cut_off(email) is expected


def test_placeholders_but_not_merge_fields():
    assert placeholders_left("Hi {{first_name}}, [Company] and XXX, <Your Name>") == ("[Company]", "XXX", "<Your Name>")


def test_a_merge_field_that_is_never_closed_is_left_for_a_person():
    assert placeholders_left("Hi {{first_nam, thank you.\n\n{{sender_name}}") == ("{{first_nam",)
    assert placeholders_left("Hi {{first_name\n| there}}, {{{city}}} and {{#if a}}b{{/if}}") == ()


def test_the_buyer_speaks():
    assert role_confusion("We are looking for a telehealth app.", CONTEXT)
    assert role_confusion("I am the CTO at a Healthcare firm.", CONTEXT)
    assert role_confusion("As a CTO you have a lot to do. You are looking for an app.", CONTEXT) == ()


def test_an_assistant_speaks():
    assert assistant_talk("As an AI, I cannot send it.") == ("As an AI",)
    assert assistant_talk("Here is the summary of the call.") == ()


@pytest.mark.parametrize(
    ("context", "product"),
    [
        (CONTEXT, "telehealth app"),
        ("Manager at a garage business, who asked for a price; about our parts catalogue.", "parts catalogue"),
        (
            "Kunde: Leiterin bei einem Maschinenbauer hat nach den Preisen für einen Schichtplaner gefragt.",
            "Schichtplaner",
        ),
        ("Head of sales at a firm, asked for a demo", ""),
    ],
)
def test_the_product_of_a_context(context, product):
    assert product_of(context) == product


def test_naming_the_product():
    assert product_named("The billing platform bills.", "subscription billing platform")
    assert not product_named("The subscription is dear.", "subscription billing platform")
    assert not product_named("Tallyroom bills.", "subscription billing platform")
    assert product_named("Tallyroom bills.", "subscription billing platform", facts="Our product is Tallyroom.")
    assert sense_report("Hello.", "").product_named is None


def test_repetition():
    assert repeated("It saves time. It saves time.") == ("it saves time",)
    assert repeated("the best of the best of the best of the best") != ()
    assert repeated("It saves time. It saves paper. {{a}} {{b}} {{a}} {{b}}") == ()


@settings(max_examples=60)
@given(st.text(max_size=300), st.text(max_size=60))
def test_any_text_can_be_read(email, context):
    json.dumps(sense_report(email, context).to_dict())


@pytest.mark.parametrize("unit", ["a ", "\n", "[", "Aa ", "we are ", "i'm ", "our "])
def test_a_megabyte_is_read_in_seconds(unit):
    text = unit * (1_000_000 // len(unit))
    started = time.process_time()
    sense_report(text, text, text)
    assert time.process_time() - started < 4
