"""``runs``: listed, renamed, packed, deleted."""

import zipfile

import pytest

from outcome_rl import events as ev
from outcome_rl.runs.workspace import Workspace
from tests.helpers.command_line import refused, result
from tests.helpers.made_runs import made_run, rl_step


@pytest.fixture
def space(tmp_path):
    return Workspace(tmp_path)


def test_runs_are_renamed_packed_and_deleted(space):
    made_run(space, "a", [ev.Finished(result={})])
    made_run(space, "busy", [rl_step(1)])
    assert result("runs", "--rename", "a", "b", cwd=space.root) == {"renamed": "b"}
    told = result("runs", "--zip", "b", "--delete", "b", "--workspace", space.root, cwd=space.root.parent)
    assert told["deleted"] == "b"
    assert zipfile.is_zipfile(space.root / told["zip"])
    assert "run 'busy' is at work; stop it first" in refused("runs", "--delete", "busy", cwd=space.root)
    assert [run.name for run in space.runs()] == ["busy"]
