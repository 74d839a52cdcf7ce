"""The warm start under a time limit: what it prepares, and how its step size falls."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace

import pytest

from outcome_rl.config import FinetuneConfig
from outcome_rl.rl import warm_start
from outcome_rl.rl.time_budget import TimeBudget
from outcome_rl.rl.trainer_state import TrainerState

LIMITED = TimeBudget(seconds=120.0, warm_share=0.25, began=20.0)
"""Its warm start has to be over at 45 s."""


@pytest.mark.parametrize(
    ("budget", "elapsed", "share"),
    [
        (None, 90.0, 0.0),
        (LIMITED, 20.0, 0.0),
        (LIMITED, 32.5, 0.5),
        (LIMITED, 60.0, 1.0),
        (TimeBudget(seconds=20.0, began=20.0), 20.0, 1.0),
    ],
)
def test_its_time_begins_with_it(budget, elapsed, share):
    training = SimpleNamespace(budget=budget, elapsed=lambda: elapsed)
    assert warm_start._SupervisedSteps(training, None, [])._spent() == share


def test_half_of_its_time_may_go_into_preparing_it():
    assert warm_start._half_of_limit(SimpleNamespace(budget=LIMITED)) == (20 + 45) / 2
    assert warm_start._half_of_limit(SimpleNamespace(budget=None)) is None


@dataclass(frozen=True)
class Target:
    """An email to learn from."""

    number: int
    batch: SimpleNamespace
    prompts: tuple[()] = ()


@pytest.mark.parametrize(("until", "prepared"), [(None, 20), (12.0, 12), (3.0, warm_start.BATCH)])
def test_emails_are_prepared_as_long_as_there_is_time_and_fill_a_step(monkeypatch, until, prepared):
    clock = iter(range(1, 100))
    monkeypatch.setattr(warm_start, "with_base_logits", lambda model, prompts, batch: SimpleNamespace(seen=batch))
    training = SimpleNamespace(
        policy=SimpleNamespace(base=object(), model=None),
        config=FinetuneConfig(),
        state=TrainerState(),
        elapsed=lambda: next(clock),
    )
    targets = [Target(number, SimpleNamespace(decisions=True)) for number in range(20)]
    found = [own.number for own in warm_start._beside_base(training, targets, until)]
    assert len(found) == prepared
    assert found == sorted(found)
    assert prepared == 20 or found != list(range(prepared)), "by lot: a file may be in any order"
