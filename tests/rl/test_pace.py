"""A measured pace: whole numbers by hand, and a measurement that leaves no trace."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from outcome_rl.config import FinetuneConfig
from outcome_rl.models.hub import ModelLocation
from outcome_rl.policy.model import load_policy
from outcome_rl.policy.own_words import OwnWords
from outcome_rl.rl import pace
from outcome_rl.rl.pace import Pace, measure_pace
from tests.helpers.finetuning import CONTEXTS, TINY, EarlyLetterLover
from tests.helpers.toy_bank import toy_bank

EMAILS = ["Hi Ana, could we talk on Tuesday?"] * len(CONTEXTS)


def test_the_parts_add_up():
    found = Pace(setup=1.0, write=0.5, score=0.1, compare=0.2, update=0.4)
    assert found.step(10) == pytest.approx(1 + 10 * 1.2)
    assert found.evaluation(10) == pytest.approx(1 + 10 * 0.8)
    assert found.warm_step == pytest.approx(8 * 0.4)
    assert replace(found, others=3.0).step(10) == pytest.approx(1 + 10 * 1.5)  # three more are scored for each email
    assert replace(found, others=3.0).scaled(1).step(10) == pytest.approx(1 + 10 * 1.5)
    twice = found.scaled(2)
    assert twice.step(10) == pytest.approx(2 + 10 * (1.0 + 0.1 + 0.4 + 0.8))  # scoring is another model's work


@pytest.mark.parametrize("own_words", [True, False])
def test_measuring_leaves_the_policy_as_it_was(causal_folder, own_words):
    policy = load_policy(ModelLocation("tiny", causal_folder, "folder"), 4, 0, torch.float32)
    if own_words:
        policy.writing = OwnWords(toy_bank(), policy.tokenizer)
    before = {name: parameter.detach().clone() for name, parameter in policy.model.named_parameters()}
    config = FinetuneConfig(**{**TINY, "max_new_tokens": 24}).resolved(policy.writing.name)
    found = measure_pace(policy, config, CONTEXTS, EMAILS, EarlyLetterLover())
    assert min(found.setup + found.write, found.score, found.compare, found.update) > 0
    assert min(found.setup, found.write) >= 0
    assert (found.others > 0) == own_words
    assert all(torch.equal(parameter, before[name]) for name, parameter in policy.model.named_parameters())
    assert all(parameter.grad is None for parameter in policy.adapter.parameters())


def test_writing_is_taken_apart_into_what_it_always_costs_and_what_each_email_does(monkeypatch):
    """Four emails take 3 s and 16 take 6 s, by a clock of our own: 2 s always, and a quarter for each."""
    taken, clock = [], [0.0]

    class Four(list):
        pass

    def write(training, contexts):
        clock[0] += 2.0 + len(contexts)
        taken.append(len(contexts))
        return Four(range(4 * len(contexts)))

    monkeypatch.setattr(pace, "_write", write)
    monkeypatch.setattr(pace.time, "monotonic", lambda: clock[0])
    setup, each, written = pace._writing_pace(None, ["a", "b", "c", "d"])
    assert (setup, each) == (pytest.approx(2.0), pytest.approx(0.25))
    assert taken == [1, 2]  # 3 s are long, so that two contexts have to do
    assert len(written) == 8
    taken.clear()
    setup, each, _ = pace._writing_pace(None, ["a", "b", "c", "d"], most=20.0)
    assert (setup, each, taken) == (0.0, 0.75, [1])  # 3 s are more than a tenth of what all may take
