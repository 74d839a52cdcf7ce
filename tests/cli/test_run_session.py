"""What a run notes of the command that began it."""

from __future__ import annotations

import pytest

from outcome_rl.cli.run_session import _without_run_name


@pytest.mark.parametrize(
    ("typed", "noted"),
    [
        (["run", "a.csv", "--run-name", "first", "--json"], ["run", "a.csv", "--json"]),
        (["run", "a.csv", "--run-name", "first"], ["run", "a.csv"]),
        (["run", "--sample"], ["run", "--sample"]),
    ],
)
def test_the_command_is_noted_without_the_run_s_name(typed, noted):
    """Typed again, it makes a run of its own."""
    given = list(typed)
    assert _without_run_name(given) == noted
    assert given == typed
