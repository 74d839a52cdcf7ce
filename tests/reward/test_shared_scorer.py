"""A reward model that many ask at once: read together, answered each as if alone, errors to whom they belong."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

from outcome_rl.config import RewardConfig
from outcome_rl.reward import shared_scorer
from outcome_rl.reward.explain import explain
from outcome_rl.reward.interface import Scores
from outcome_rl.reward.serialization import load_reward_model
from outcome_rl.reward.shared_scorer import SharedScorer
from tests.helpers.telling_emails import plain_data

PATIENCE = 60


class Toy:
    """Gives an email its length; its first pass is held up, and it cannot read "poison"."""

    config, known, reference, spread = RewardConfig(), np.ones(3, dtype=bool), 0.25, 2.0

    def __init__(self) -> None:
        self.begun, self.go_on = threading.Event(), threading.Event()
        self.passes: list[list[str]] = []

    def score(self, contexts: Any, emails: Any) -> Scores:
        self.passes.append(list(emails))
        self.begun.set()
        assert self.go_on.wait(PATIENCE)
        if "poison" in emails:
            raise ValueError(f"poison among {len(emails)}")
        rewards = np.array([float(len(email)) for email in emails])
        probs = np.stack([rewards, rewards + 1, rewards + 2], axis=1)
        return Scores(probs, rewards, rewards + 3, rewards + 4, parts={"outcome": rewards + 5, "sense": rewards + 6})


def ask_at_once(scorer: SharedScorer, toy: Toy, *calls: Callable[[], Any]) -> list[Future]:
    """Have one call at work while all others come to wait; what came of them, in their order."""
    with ThreadPoolExecutor(len(calls) + 1) as threads:
        first = threads.submit(scorer.score, ["Jo"], ["the first"])
        assert toy.begun.wait(PATIENCE)
        asked = []
        for number, call in enumerate(calls, 2):
            asked.append(threads.submit(call))
            until = time.monotonic() + PATIENCE
            while len(scorer._waiting) < number:
                assert time.monotonic() < until, "it does not come to wait"
                time.sleep(0.001)
        toy.go_on.set()
        first.result(PATIENCE)
    return asked


@pytest.fixture
def toy() -> Toy:
    return Toy()


@pytest.fixture
def scorer(toy: Toy) -> SharedScorer:
    return SharedScorer(toy)  # type: ignore[arg-type]


def test_calls_that_wait_are_read_together_and_answered_each_with_its_own(scorer, toy):
    texts = [["a", "bb"], ["ccc"], ["bb", "dddd", "bb"]]
    asked = ask_at_once(scorer, toy, *(lambda own=own: scorer.score(["Jo"] * len(own), own) for own in texts))
    assert toy.passes == [["the first"], ["a", "bb", "ccc", "dddd"]], "what two of them hold is read once"
    for own, each in zip(texts, asked, strict=True):
        length, found = np.array([len(text) for text in own]), each.result()
        np.testing.assert_array_equal(found.probs, np.stack([length, length + 1, length + 2], axis=1))
        np.testing.assert_array_equal(found.rewards, length)
        np.testing.assert_array_equal(found.disagreement, length + 3)
        np.testing.assert_array_equal(found.belief, length + 4)
        assert (found.reference, found.spread) == (0.25, 2.0)
        np.testing.assert_array_equal(found.parts["outcome"], length + 5)
        np.testing.assert_array_equal(found.parts["sense"], length + 6)


def test_an_email_is_another_one_for_another_recipient(scorer, toy):
    toy.go_on.set()
    scorer.score(["Jo", "Al", "J"], ["a", "a", "oa"])
    assert toy.passes == [["a", "a", "oa"]]


def test_an_error_reaches_the_one_alone_that_it_is_of(scorer, toy):
    texts = [["a"], ["bb", "poison"], ["ccc"]]
    asked = ask_at_once(scorer, toy, *(lambda own=own: scorer.score(["Jo"] * len(own), own) for own in texts))
    assert asked[0].result().rewards.tolist() == [1.0]
    with pytest.raises(ValueError, match="poison among 2"):
        asked[1].result()
    assert asked[2].result().rewards.tolist() == [3.0]
    assert scorer.score(["Jo"], ["ccc"]).rewards.tolist() == [3.0], "and who comes later is served"


def test_a_pass_has_no_more_emails_than_so_many_and_the_first_come_first(scorer, toy, monkeypatch):
    monkeypatch.setattr(shared_scorer, "MOST", 3)
    texts = [["a", "bb"], ["ccc", "dddd", "eeeee"], ["ffffff"]]
    asked = ask_at_once(scorer, toy, *(lambda own=own: scorer.score(["Jo"] * len(own), own) for own in texts))
    assert toy.passes[1:] == [["a", "bb", "ccc"], ["dddd", "eeeee", "ffffff"]]
    assert [each.result().rewards.tolist() for each in asked] == [[1.0, 2.0], [3.0, 4.0, 5.0], [6.0]]


def test_what_was_scored_lately_is_not_read_again(scorer, toy, monkeypatch):
    monkeypatch.setattr(shared_scorer, "REMEMBERED", 2)
    toy.go_on.set()
    scorer.score(["Jo"] * 2, ["a", "bb"])
    scorer.score(["Jo"] * 2, ["a", "ccc"])  # the first is asked for again, so the second is forgotten
    assert scorer.score(["Jo"] * 2, ["ccc", "a"]).rewards.tolist() == [3.0, 1.0]
    scorer.score(["Jo"], ["bb"])
    assert toy.passes == [["a", "bb"], ["ccc"], ["bb"]]


def test_nothing_to_score_is_passed_on(scorer, toy):
    toy.go_on.set()
    assert len(scorer.score([], []).rewards) == 0


def test_visitors_get_what_they_would_have_got_alone(made):
    """In float32. What differs is in which order sums are added up, by how many texts a product of matrices holds."""
    model, data = load_reward_model(made[0]), plain_data(40)
    alone = [model.score([context], [email]) for context, email in zip(data.contexts, data.emails, strict=True)]
    scorer, ready = SharedScorer(model), threading.Barrier(len(data))

    def ask(place: int) -> Scores:
        ready.wait(PATIENCE)
        return scorer.score([data.contexts[place]], [data.emails[place]])

    with ThreadPoolExecutor(len(data)) as threads:
        together = list(threads.map(ask, range(len(data))))
    for one, other in zip(alone, together, strict=True):
        for name in ("probs", "rewards", "disagreement", "belief"):
            np.testing.assert_allclose(getattr(other, name), getattr(one, name), rtol=0, atol=1e-6)
        assert (other.reference, other.spread, list(other.parts)) == (one.reference, one.spread, list(one.parts))
    effects = [explain(each, data.contexts[0], data.emails[0]) for each in (model, scorer)]
    assert [each.sentence for each in effects[0]] == [each.sentence for each in effects[1]]
    np.testing.assert_allclose(*([each.effect for each in own] for own in effects), rtol=0, atol=1e-5)


def test_texts_of_few_lengths_are_worth_what_they_were(made):
    model, data = load_reward_model(made[0]), plain_data(40)
    encoder, rows = model.encoder, (data.contexts, data.emails)
    lengths = {encoder.tokenize([context], [email]).input_ids.shape[1] for context, email in zip(*rows, strict=True)}
    before = model.score(*rows)
    encoder.read_few_lengths()
    rounded = {encoder.tokenize([context], [email]).input_ids.shape[1] for context, email in zip(*rows, strict=True)}
    assert rounded == {16 * math.ceil(length / 16) for length in lengths} != lengths
    after = model.score(*rows)
    for name in ("probs", "rewards", "disagreement", "belief"):
        np.testing.assert_allclose(getattr(after, name), getattr(before, name), rtol=0, atol=1e-6)


def test_no_text_gets_longer_than_the_model_reads(made):
    encoder = load_reward_model(made[0]).encoder
    encoder.max_tokens = 30
    encoder.read_few_lengths()
    assert encoder.tokenize(["a " * 100], ["b " * 100]).input_ids.shape[1] == 30
