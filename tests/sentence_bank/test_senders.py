"""What one of several senders says of themselves is left out; what they all may say is not."""

from __future__ import annotations

import pytest

from outcome_rl.sentence_bank.build import build_bank
from outcome_rl.sentence_bank.senders import Senders, firm_of
from outcome_rl.sentence_bank.statements import own_statements
from outcome_rl.text.email_parts import email_parts

SENTENCES = ("Ruth here, from the warehouse.", "We are Ruth and Omar, a pair.", "Book a slot: firm.example/omar")


def emails_of(names, n=20):
    """Each says the sentence in which its sender is named alone, and those that name nobody or both."""
    found = []
    for i in range(n):
        name = names[i % len(names)]
        own = SENTENCES[0] if name.startswith("Ruth") else SENTENCES[2]
        found.append(f"Hi,\n\nShifts are late. {SENTENCES[1]}\n\n{own}\n\nMay I call?\n\nBest,\n{name}")
    return found


def said_of_one(names):
    emails = [email_parts(email) for email in emails_of(names)]
    rows = {text: [i for i, email in enumerate(emails_of(names)) if text in email] for text in SENTENCES}
    senders = Senders.learn(emails)
    return [senders.speaks_of_one(text, rows[text]) for text in SENTENCES]


def test_of_two_senders_each_has_sentences_of_their_own():
    assert said_of_one(["Ruth Hall", "Omar Reed"]) == [True, False, True]


def test_a_single_sender_may_say_all_of_them():
    assert said_of_one(["Ruth Hall"]) == [False, False, False]


def test_who_signs_hardly_any_email_is_no_sender():
    assert Senders.learn([email_parts(email) for email in emails_of(["Ruth"] * 39 + ["Omar"], 40)]).names == frozenset()


@pytest.mark.parametrize("signatures", [["", ""], ["Al", "Bo"], ["{{sender_name}}"] * 2])
def test_where_nobody_signs_with_a_name_there_are_no_senders(signatures):
    emails = [email_parts(f"Hi,\n\nIt is late.\n\nMay I call?\n\nBest,\n{signature}") for signature in signatures]
    assert Senders.learn(emails).names == frozenset()


def test_what_another_sender_says_too_is_not_of_one():
    senders = Senders(("ruth", "omar"), frozenset({"ruth", "omar"}))
    assert senders.speaks_of_one("Ask Ruth.", [0]) and not senders.speaks_of_one("Ask Ruth.", [0, 1])


def test_the_bank_counts_them_as_left_out():
    emails = emails_of(["Ruth Hall", "Omar Reed"])
    bank = build_bank([f"hotel {i}" for i in range(20)], emails, [i // 2 % 2 for i in range(20)])
    said = " ".join(sentence.text for sentence in bank.sentences)
    assert "Ruth and Omar" in said
    assert "from the warehouse" not in said and "firm.example" not in said
    assert bank.left_out["about one of several senders"] == 2


@pytest.mark.parametrize(
    ("signatures", "firm"),
    [
        (["Ruth Hall\nBrindlow", "Omar Reed\nBrindlow, Halifax", "Al | Sales, Brindlow | 01422 555 0142"], "Brindlow"),
        (["Ruth Hall\n01422 555 0142"] * 3, ""),
        (["Ruth Hall\nSent from my iPhone"] * 3, ""),
        (["Ruth Hall\nBrindlow\nVon meinem iPhone gesendet"] * 3, "Brindlow"),
        (["Ruth"] * 3, ""),
        (["Ruth\nBrindlow"] + ["Ruth"] * 5, ""),
    ],
)
def test_the_firm_is_what_stands_below_the_names(signatures, firm):
    emails = [f"Hi,\n\nIt is late.\n\nMay I call?\n\nBest,\n{signature}" for signature in signatures]
    assert firm_of([email_parts(email) for email in emails]) == firm
    assert (firm in own_statements(["a hotel"] * len(emails), emails)) is bool(firm)
