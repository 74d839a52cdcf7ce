"""What a choice was worth: by hand, and the gradient that it gives against the true one, every draw enumerated: the
same where choices are independent, another where what follows depends on the choice.
"""

from itertools import product

import numpy as np
import pytest
import torch

from outcome_rl.policy.writing import OtherChoice
from outcome_rl.rl.advantages import leave_one_out
from outcome_rl.rl.choice_advantages import choice_advantages


def rewards_of(worth):
    return lambda rows, texts: torch.tensor([worth[row, text] for row, text in zip(rows, texts, strict=True)])


def test_by_hand():
    others = [
        OtherChoice(0, range(0, 2), 2, ("a",)),  # drawn twice, once the same again: (3 - 1 + 0) / 2
        OtherChoice(0, range(2, 3), 2, ("a", "b")),  # (3 - 1 + 3 - 7) / 2
        OtherChoice(1, range(1, 3), 1, ()),  # the same again
    ]
    worth = rewards_of({(0, "a"): 1.0, (0, "b"): 7.0})
    found = choice_advantages(others, torch.tensor([3.0, 5.0]), worth, width=4)
    assert found.tolist() == [[1.0, 1.0, -1.0, 0.0], [0.0, 0.0, 0.0, 0.0]]


def test_a_text_is_scored_once_for_each_email():
    asked = []

    def counting(rows, texts):
        asked.extend(zip(rows, texts, strict=True))
        return torch.zeros(len(texts))

    others = [OtherChoice(0, range(1), 2, ("a", "a")), OtherChoice(0, range(1, 2), 1, ("a",))]
    choice_advantages([*others, OtherChoice(1, range(1), 1, ("a",))], torch.zeros(2), counting, width=2)
    assert asked == [(0, "a"), (1, "a")]


def test_nobody_is_asked_where_nothing_else_was_drawn():
    def never(rows, texts):
        raise AssertionError

    assert choice_advantages([OtherChoice(0, range(1), 1, ())], torch.ones(1), never, 2).tolist() == [[0.0, 0.0]]


LOGITS = np.array([[0.3, -0.2, 0.0], [1.0, 0.0, -0.5]])
"""Two choices of three options each, neither of which changes the other."""
WORTH = np.random.default_rng(2).normal(size=(3, 3))
"""The reward of each pair; the options' effects do not simply add up."""


def shares():
    raised = np.exp(LOGITS)
    return raised / raised.sum(1, keepdims=True)


def true_gradient():
    """Of the expected reward, (2, 3), by the logits."""
    p, q = shares()
    expected = p @ WORTH @ q
    return np.stack([p * (WORTH @ q - expected), q * (p @ WORTH - expected)])


def estimated():
    """(probability, estimate of the gradient) of every way in which an email and its exchanges can be drawn."""
    p = shares()
    for a, b, other_a, other_b in product(range(3), repeat=4):
        others = [
            OtherChoice(0, range(1), 1, (f"{other_a}{b}",) if other_a != a else ()),
            OtherChoice(0, range(1, 2), 1, (f"{a}{other_b}",) if other_b != b else ()),
        ]

        def worth(rows, texts):
            return torch.tensor([WORTH[int(text[0]), int(text[1])] for text in texts])

        found = choice_advantages(others, torch.tensor([WORTH[a, b]]), worth, 2)[0].numpy()
        yield p[0, a] * p[1, b] * p[0, other_a] * p[1, other_b], found[:, None] * (np.eye(3)[[a, b]] - p)


def test_the_gradient_is_the_true_one():
    assert sum(chance * found for chance, found in estimated()) == pytest.approx(true_gradient(), abs=1e-6)


def test_it_is_biased_where_what_follows_depends_on_the_choice():
    """After a always comes c, after b always d: choosing b earns 1 more. But a is compared with b before c."""
    worth = {"ac": 1.0, "bd": 2.0, "bc": 0.0, "ad": 3.0}
    others = [OtherChoice(0, range(1), 1, ("bc",)), OtherChoice(1, range(1), 1, ("ad",))]
    rewards = torch.tensor([worth["ac"], worth["bd"]])
    by_choice = choice_advantages(others, rewards, lambda rows, texts: torch.tensor([worth[t] for t in texts]), 2)
    assert by_choice[:, 0].tolist() == [1.0, -1.0]
    assert leave_one_out(rewards.view(1, -1)).tolist() == [[-1.0, 1.0]]  # whole emails: the true sign


def test_it_varies_less_than_that_of_whole_emails():
    """Eight choices between two options, one of which is worth 1 more: a choice's advantage, whole emails against three
    others, has the variance of all eight, 8 x 1/4 x (1 + 1/3) = 2.67; against one exchange of its own 2 x 1/4.
    """
    rng = np.random.default_rng(0)
    said, exchanged = rng.integers(2, size=(4000, 8)), rng.integers(2, size=(4000, 8))
    rewards = torch.tensor(said.sum(1), dtype=torch.float32)
    others = [
        OtherChoice(row, range(place, place + 1), 1, (f"{place}",) if exchanged[row, place] != said[row, place] else ())
        for row in range(4000)
        for place in range(8)
    ]

    def worth(rows, texts):
        places = [int(text) for text in texts]
        return torch.tensor(
            [float(said[r].sum() - said[r, p] + exchanged[r, p]) for r, p in zip(rows, places, strict=True)]
        )

    by_choice = choice_advantages(others, rewards, worth, 8)
    assert by_choice.var().item() == pytest.approx(0.5, rel=0.05)
    assert leave_one_out(rewards.view(-1, 4)).var().item() == pytest.approx(8 / 3, rel=0.1)
