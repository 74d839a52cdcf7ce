"""Emails that nearly repeat each other share a group."""

import random

import numpy as np

from outcome_rl.text import near_duplicates
from outcome_rl.text.near_duplicates import near_duplicate_groups
from tests.helpers.made_emails import text

WORDS = [f"{a}{b}{c}" for a in "bdfgklmnprstvz" for b in "aeiou" for c in "lmnrst"]


def random_emails(n, words=30, seed=0):
    rng = np.random.default_rng(seed)
    return [" ".join(rng.choice(WORDS, words)) for _ in range(n)]


def test_near_duplicates_share_a_group():
    first, second = random_emails(2)
    changed = first.replace(first.split()[4], "anastasia")
    groups = near_duplicate_groups(
        [f"{first} 17", f"{second} 17", f"{first.upper()}!  99", changed, " ".join(reversed(first.split()))]
    )
    assert groups[0] == groups[2] == groups[3]
    assert len({groups[0], groups[1], groups[4]}) == 3


def test_groups_join_through_a_third_email():
    words = random_emails(1, 60)[0].split()
    chain = [" ".join(words[start : start + 48]) for start in (0, 6, 12)]  # neighbours share 42 words, the ends 36
    assert len(set(near_duplicate_groups([chain[0], chain[2]]))) == 2
    assert len(set(near_duplicate_groups(chain))) == 1


def test_many_texts_are_grouped_as_few_are(monkeypatch):
    rng = random.Random(4)
    emails = [text(rng, 60) for _ in range(120)]
    for email in emails[:60]:
        words = email.split()
        for place in rng.sample(range(60), rng.choice((1, 2, 4, 8, 16))):
            words[place] = "zz"
        emails.append(" ".join(words))
    emails += ["", "", "!", emails[5]]
    exact = near_duplicate_groups(emails)
    monkeypatch.setattr(near_duplicates, "EXACT_TEXTS", 0)
    many = near_duplicate_groups(emails)
    same = [(a == b).tolist() for groups in (exact, many) for a in groups for b in [groups]]
    assert same[: len(emails)] == same[len(emails) :]
    assert len(set(exact[180:183])) == 3, "texts without words have nothing in common"
    assert 120 < len(set(exact)) < 183


def test_texts_counted_some_at_a_time_are_the_same(monkeypatch):
    emails = random_emails(30, 20)
    emails = [*emails, *emails[::3], "", emails[4].replace("a", "e")]
    words = near_duplicates.number_words(emails, r"\w\w+")
    _, first = near_duplicates._identical(words)
    assert len(first) < len(emails)
    at_once = near_duplicates._shingles(words, first)
    monkeypatch.setattr(near_duplicates, "TEXTS_AT_ONCE", 7)
    in_parts = near_duplicates._shingles(words, first)
    assert in_parts.counts.dtype == np.uint8 and in_parts.counts.shape == (len(first), near_duplicates.COLUMNS)
    assert (in_parts.counts != at_once.counts).nnz == 0 and np.array_equal(in_parts.norms, at_once.norms)
    monkeypatch.setattr(near_duplicates, "MOST_IN_DOUBLE", 7)
    monkeypatch.setattr(near_duplicates, "EXACT_TEXTS", 7)
    grouped = near_duplicate_groups(emails)
    assert len(set(grouped)) == len(first) and grouped[30] == grouped[0]


def test_a_word_may_stand_very_often():
    words = near_duplicates.number_words(["so " * 300 + "good", "so good"], r"\w\w+")
    counted = near_duplicates._shingles(words, np.arange(2))
    assert counted.counts[0].max() == 300 and counted.counts[1].max() == 1
    assert counted.norms[1] == 3**0.5
