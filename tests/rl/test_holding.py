"""What a limited time holds, told in one sentence, and the minutes that are advised."""

from __future__ import annotations

from dataclasses import replace

import pytest

from outcome_rl.rl.holding import MEASURED, Holding
from outcome_rl.rl.plan import Plan
from outcome_rl.rl.time_budget import advised_minutes

USUAL = Holding(Plan(8, 32, 24), 6, 5, 32, 32, usual=True, enough=400.0)


@pytest.mark.parametrize(
    ("seconds", "minutes"),
    [(10, 1), (54, 1), (55, 2), (300, 6), (330, 8), (430, 8), (600, 12), (700, 15), (780, 15), (1600, 30), (1700, 40)],
)
def test_minutes_are_advised_with_a_tenth_to_spare_and_no_finer_than_anybody_knows(seconds, minutes):
    assert advised_minutes(seconds) == minutes


@pytest.mark.parametrize("seconds", [3600.0, 5000.0, 10_000.0, 90_000.0])
def test_advised_minutes_always_suffice_and_are_at_most_half_more(seconds):
    assert 1.1 * seconds <= 60 * advised_minutes(seconds) <= 1.5 * seconds


def test_minutes_that_were_advised_stay_enough_while_the_machine_is_a_tenth_slower():
    assert all(60 * advised_minutes(seconds) >= 1.1 * seconds for seconds in range(30, 20_000, 7))


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, "in 8 minutes there is time for about 6 RL steps of 32 emails."),
        (
            {"steps": 9, "step_emails": 8, "usual": False},
            "in 8 minutes there is time for about 9 RL steps of 8 emails; for 5 RL steps of the usual 32 emails, give "
            "it about 8 minutes.",
        ),
        (
            {"steps": 1, "step_emails": 8, "usual": False},
            "in 8 minutes there is time for about 1 RL step of 8 emails, and it takes at least 5 to change much; "
            "for 5 RL steps of the usual 32 emails, give it about 8 minutes.",
        ),
        (
            {"steps": 0, "step_emails": 8, "usual": False, "enough": 10.0},
            "in 8 minutes there is time for no RL step, and it takes at least 5 to change much; for 5 RL steps of "
            "the usual 32 emails, give it about 1 minute.",
        ),
        (
            {"steps": 5, "usual": False},
            "in 8 minutes there is time for about 5 RL steps of 32 emails, with less reading before them and "
            "less comparing after them; for all of that, give it about 8 minutes.",
        ),
    ],
)
def test_the_plan_that_runs_is_the_plan_that_is_told(changed, said):
    held = replace(USUAL, **changed)
    assert held.in_words("8 minutes", MEASURED) == f"Measured on this machine just now: {said}"
    assert held.as_usual is (not changed)
