"""What is said of emails in few templates is said of emails of the same step, and once."""

from __future__ import annotations

import random

import numpy as np
import pytest

from outcome_rl.insights.analysis import insights
from outcome_rl.insights.within_steps import are_the_same, errors_apart
from tests.helpers.insight_emails import made, people, sentence


def test_errors_apart_are_counted_within_steps() -> None:
    """Two of four against none of four in one step: 1 beyond 1, of a variance of 4 4 2 6 / (64 7)."""
    y, here = np.array([1, 1, 0, 0, 0, 0, 0, 0]), np.arange(8) < 4
    assert errors_apart(y, here, np.zeros(8)) == pytest.approx(1 / (192 / 448) ** 0.5)
    assert errors_apart(y, here, here.astype(int)) == 0.0


def test_groups_that_share_nearly_all_emails_are_the_same() -> None:
    some = np.arange(100) < 20
    assert are_the_same(some, np.arange(100) < 24) and not are_the_same(some, np.arange(100) < 30)


def of_steps(asking_first: float, asking_later: float, first: float, later: float) -> str:
    """The headline for two steps of two templates each, of which one asks; the shares that were answered."""
    rng = random.Random(5)
    shares = {"1": (asking_first, first), "2": (asking_later, later)}
    texts = {step: [f"{sentence(rng, 30)} {sentence(rng, 30)}" for _ in range(2)] for step in shares}
    rows, steps = [], []
    for place in range(320):
        step, asks = "21"[place % 4 == 0], place // 4 % 2 == 0
        end = "Who is responsible for this at yours?" if asks and step == "2" else "It is so at yours."
        rows.append((f"{texts[step][asks]} {end}", int(rng.random() < shares[step][not asks])))
        steps.append(step)
    return insights(made(rows, people(320)), {"step": steps}).headline


def test_emails_of_a_later_step_are_not_compared_with_those_that_were_answered_before() -> None:
    headline = of_steps(0.9, 0.05, 0.9, 0.1)
    assert "hardly chance" not in headline


def test_what_shows_within_a_step_is_said_and_not_called_unclear_after_it() -> None:
    """Each of two templates is sent with a question and without, in both steps."""
    rng = random.Random(3)
    texts = [f"{sentence(rng, 30)} {sentence(rng, 30)}" for _ in range(2)]
    ends = [("Is it so at yours?", 0.5), ("It is so at yours.", 0.05)]
    sent = [(texts[place % 2], *ends[place // 2 % 2]) for place in range(300)]
    rows = [(f"{text} {end}", int(rng.random() < share)) for text, end, share in sent]
    headline = insights(made(rows, people(300)), {"step": ["12"[n % 3 == 0] for n in range(300)]}).headline
    assert "hardly chance, among emails of the same step too; with only 2 templates to go by" in headline
    counts = headline.partition("were answered in ")[2].partition(",")[0]
    assert counts and headline.count(counts) == 1


def test_the_same_emails_are_not_named_twice_once_by_their_template() -> None:
    """Five templates in two steps, one of which asks and is answered by nobody."""
    rng = random.Random(4)
    texts = [f"{sentence(rng, 30)} {sentence(rng, 30)}" for _ in range(5)]
    ends = ["It is so at yours."] * 4 + ["Who is responsible for this at yours?"]
    rows = [(f"{texts[n % 5]} {ends[n % 5]}", int(rng.random() < (0 if n % 5 == 4 else 0.3))) for n in range(150)]
    headline = insights(made(rows, people(150)), {"step": ["11222"[n % 5] for n in range(150)]}).headline
    assert "were answered in 0 of 30, against 35 of 120 of the others, which is hardly chance" in headline
    assert headline.count("0 of 30") == 1
