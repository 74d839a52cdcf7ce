"""Debris is told from language by rule, in both languages, and people's emails pass."""

from __future__ import annotations

import random

import numpy as np
import pytest

from benchmarks.worlds.reading import read_email, split_sentences
from benchmarks.worlds.registry import WORLDS
from benchmarks.worlds.sense import broken_rules, repetition, sense, slips

PLAIN = (
    "Hi Sam,\n\nThank you for coming to the webinar. The planner drafts four weeks in two minutes, and your people see "
    "their shifts on the phone. Could I show you one of your own weeks on Thursday?\n\nBest,\nAlex"
)
DEBRIS = [
    "",
    "Hi",
    "planner audit overtime risk hours savings demo call Thursday people money retention compliance growth",
    "The of would your and the minutes a to in planner shifts of would the people on your the a could.",
    "xkcd qwrtz plmnb vrrt shtgk wplq zzkrt bnmvc lkjhg trwq pqrst vbnmk",
    "Lorem ipsum dolor sit amet consectetur adipiscing elit sed eiusmod tempor incididunt labore magna aliqua",
    "save time save time save time save time save time save time save time save time save time save time",
    "Dienstag passt uns gut, denn dann haben wir die Zahlen und können gemeinsam darauf schauen.",
]


def test_a_plain_email_makes_sense():
    assert sense(PLAIN) == 1.0
    assert broken_rules(read_email(PLAIN).body) == 0.0


@pytest.mark.parametrize("text", DEBRIS)
def test_debris_makes_none(text):
    assert sense(text) < 0.35


@pytest.mark.parametrize(
    ("sentence", "broken"),
    [
        ("We sent it to the of.", 3.0),  # "the of", "of" at the end, "to the" is fine, "of." once more as last word
        ("The planner is on your desk.", 0.0),
        ("We would in the morning.", 1.0),
        ("They keep The list.", 1.0),
        ("I is here.", 2.0),  # a subject before "is", and "i is" once more
    ],
)
def test_rules_counted_by_hand(sentence, broken):
    assert broken_rules(sentence) == pytest.approx(broken, abs=1.0)
    assert (broken_rules(sentence) > 0) == (broken > 0)


def test_repetition_by_hand():
    """Ten words hold seven runs of four; of a text said twice, 7 of its 17 runs of four are repeats."""
    once = "one two three four five six seven eight nine ten"
    assert repetition(once) == 0.0
    assert repetition(f"{once} {once}") == pytest.approx(7 / 17)


def test_slips_are_counted():
    assert slips(read_email(PLAIN)) == 0.0
    assert slips(read_email("Hi [First Name],\n\nthank you for coming.")) == 1.0
    assert slips(read_email("Here is a sales email for you:\n\nHi Sam,\n\nThank you for coming.")) == 1.0
    assert slips(read_email("Hi Sam,\n\nThank you for coming. We would like to show you how the")) == pytest.approx(0.6)


@pytest.mark.parametrize("name", ["sample", "one_seller", "templates", "stock", "subjects", "long", "german", "rates"])
def test_peoples_emails_pass_and_shuffled_ones_do_not(name):
    world, rng = WORLDS[name], random.Random(2)
    emails = world.emails(60, seed=3).emails
    shuffled = [" ".join(rng.sample(email.split(), len(email.split()))) for email in emails]
    real, debris = ([sense(e, world.language, 4) for e in texts] for texts in (emails, shuffled))
    assert np.mean(np.array(real) > 0.9) >= 0.9
    assert np.mean(np.array(debris) < 0.5) >= (0.6 if name == "subjects" else 0.95)  # a dozen words break few rules


def test_sentences_end_where_they_do():
    assert split_sentences("It is 3.5 hours, e.g. on Monday. Is that so? Yes!\nNew line") == [
        "It is 3.5 hours, e.g. on Monday.",
        "Is that so?",
        "Yes!",
        "New line",
    ]


def test_a_long_text_is_read_in_no_time():
    assert sense("a b " * 50_000) == 0.0
    assert read_email("Best " * 20_000).words <= 4_000
