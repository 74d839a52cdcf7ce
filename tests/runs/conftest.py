"""A workspace, and a run in it."""

import pytest

from outcome_rl.runs.workspace import Workspace


@pytest.fixture
def space(tmp_path):
    return Workspace(tmp_path)


@pytest.fixture
def run(space):
    return space.new_run("finetune")
