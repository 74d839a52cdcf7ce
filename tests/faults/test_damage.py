"""Flipped bits and odd small files: told, and what is whole is used."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch

from outcome_rl import events as ev
from outcome_rl.errors import ModelError, OutcomeRLError, RunError
from outcome_rl.events import Notice
from outcome_rl.models.loading import require_undamaged
from outcome_rl.pipelines.resume import truncate_event_log
from outcome_rl.policy.model import load_writing_model
from outcome_rl.reward.metadata import figures_if_any
from outcome_rl.rl.checkpoints import Checkpoint, load_checkpoint, save_checkpoint
from outcome_rl.rl.trainer_state import RL, TrainerState
from outcome_rl.runs import manage
from outcome_rl.runs.run import Run, record, replay
from outcome_rl.runs.workspace import Workspace
from outcome_rl.ui.common.run_watcher import RunWatcher
from outcome_rl.ui.finetune.run_list import RunList
from outcome_rl.utils.checksums import CHECKSUMS_FILE, damaged_file, write_checksums
from outcome_rl.utils.files import previous_folder
from tests.helpers.made_runs import made_run

ODD = ["[]", "null", '"x"', "3", "{", "", "\x00\xff", '{"pid": [], "created": {}, "events": "x"}', "[" * 20_000]


def flip(path: Path, place: int = -1) -> None:
    """One bit of a file."""
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)


def checkpoint(step: int) -> Checkpoint:
    own, other = ({"a": torch.full((100,), float(step))} for _ in range(2))
    return Checkpoint(TrainerState(phase=RL, step=step), own, {"w": torch.ones(3)}, other)


@pytest.fixture
def run(tmp_path) -> Run:
    """Has two checkpoints, of steps 1 and 2, and their events."""
    run = Workspace(tmp_path).new_run("finetune", "tuned")
    save_checkpoint(run.checkpoint, checkpoint(1))
    save_checkpoint(run.checkpoint, checkpoint(2), same_warm_start=True)
    saved = [ev.CheckpointSaved(step=step, warm_steps=0, folder=str(run.checkpoint)) for step in (1, 2)]
    for _ in record(saved, run):
        pass
    return run


def test_the_last_two_checkpoints_are_kept(run):
    assert load_checkpoint(run.checkpoint).state.step == 2
    assert load_checkpoint(previous_folder(run.checkpoint)).state.step == 1
    save_checkpoint(run.checkpoint, checkpoint(3))
    assert load_checkpoint(previous_folder(run.checkpoint)).state.step == 2
    assert sorted(path.name for path in run.folder.glob("*checkpoint*")) == [".checkpoint.previous", "checkpoint"]


@pytest.mark.parametrize("file", ["state.safetensors", "warm_start.safetensors", "state.json", CHECKSUMS_FILE])
def test_a_flipped_bit_is_seen_and_the_checkpoint_before_is_used(run, file):
    (run.checkpoint / file).write_bytes((run.checkpoint / file).read_bytes())  # no second name of the one before
    fresh = (run.checkpoint / file).read_bytes()
    (run.checkpoint / file).unlink()
    (run.checkpoint / file).write_bytes(fresh)
    flip(run.checkpoint / file, 0 if file == CHECKSUMS_FILE else -3)
    assert load_checkpoint(run.checkpoint).state.step == 1
    truncate_event_log(run, from_checkpoint=True)
    said = [event.message for event in replay(run)[0] if isinstance(event, Notice)]
    assert len(said) == 1 and f"is damaged: '{file}'" in said[0] and "after step 1" in said[0]
    steps = [event.step for event in replay(run)[0] if isinstance(event, ev.CheckpointSaved)]
    assert steps == [1], "what comes again is told once"
    assert load_checkpoint(run.checkpoint).state.step == 1
    save_checkpoint(run.checkpoint, checkpoint(2), same_warm_start=True)
    assert damaged_file(run.checkpoint) is None


def test_where_no_checkpoint_is_whole_that_is_said(run):
    for folder in (run.checkpoint, previous_folder(run.checkpoint)):
        flip(folder / "state.safetensors")
    with pytest.raises(RunError, match=r"is damaged: 'state\.safetensors' is not what was saved"):
        load_checkpoint(run.checkpoint)


def test_a_checkpoint_of_an_earlier_version_has_no_list_and_is_taken(run):
    (run.checkpoint / CHECKSUMS_FILE).unlink()
    assert load_checkpoint(run.checkpoint).state.step == 2


def test_a_list_covers_folders_inside_and_not_what_people_write(tmp_path):
    for name in ("model.safetensors", "README.md", "warm_start/model.safetensors"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"whole")
    write_checksums(tmp_path)
    flip(tmp_path / "README.md")
    require_undamaged(tmp_path)
    flip(tmp_path / "warm_start" / "model.safetensors")
    assert damaged_file(tmp_path / "warm_start") == "model.safetensors"
    with pytest.raises(ModelError, match=r"damaged: 'warm_start/model\.safetensors' is not what was saved"):
        require_undamaged(tmp_path)
    (tmp_path / "model.safetensors").unlink()
    assert damaged_file(tmp_path) == "model.safetensors"


def test_a_model_with_a_flipped_bit_is_not_loaded(models_folder, tmp_path):
    import shutil

    own = Path(shutil.copytree(models_folder / "gpt2", tmp_path / "own"))
    write_checksums(own)
    load_writing_model(own)
    flip(own / "model.safetensors")
    with pytest.raises(ModelError, match="damaged"):
        load_writing_model(own)


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("file", ["process.json", "config.json", "events.jsonl", "stop"])
def test_an_odd_small_file_spoils_its_own_run_at_most(tmp_path, file, odd):
    space = Workspace(tmp_path)
    made_run(space, "whole", [ev.Failed(message="x")])
    odd_run = made_run(space, "odd", [ev.Failed(message="x")])
    (odd_run.folder / file).write_text(odd, encoding="utf-8", errors="surrogateescape")
    rows = {row.name: row.state for row in RunList(space).rows()}
    assert rows["whole"] == "failed" and "odd" in rows
    watcher = RunWatcher(space)
    watcher.fingerprint()
    assert watcher.snapshot_of("odd").name == "odd" and watcher.snapshot(("finetune",)).name in ("whole", "odd", "")
    try:
        manage.delete(space, "odd")
    except OutcomeRLError as told:
        assert "at work" in str(told)
    assert [run.name for run in space.runs()][-1:] == ["whole"]


@pytest.mark.parametrize("odd", ODD)
def test_odd_figures_of_a_model_are_none(tmp_path, odd):
    (tmp_path / "metrics.json").write_text(odd)
    assert figures_if_any(tmp_path) in (None, json.loads(odd) if odd.startswith('{"') else None)
