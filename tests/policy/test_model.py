"""Which layers of a model are tuned."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from outcome_rl.policy.model import first_tuned


@pytest.mark.parametrize(
    ("layers", "share", "first"),
    [(30, 0.34, 19), (30, 1.0, 0), (30, 0.01, 29), (2, 0.34, 1), (2, 0.75, 0), (12, 0.5, 6)],
)
def test_the_last_layers_are_tuned_at_least_the_share_that_was_asked_for(layers, share, first):
    model = SimpleNamespace(config=SimpleNamespace(num_hidden_layers=layers))
    assert first_tuned(model, share) == first
