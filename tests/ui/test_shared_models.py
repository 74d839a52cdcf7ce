"""Reward models in visitors' folders: copies are loaded once, and each folder answers for itself."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from outcome_rl.errors import ModelError
from outcome_rl.reward import serialization
from outcome_rl.ui.common import shared_models
from outcome_rl.ui.common.shared_models import SharedModels
from outcome_rl.utils.checksums import write_checksums


@dataclass
class Encoder:
    """As much of one as is asked for here."""

    few_lengths: bool = False

    def read_few_lengths(self) -> None:
        self.few_lengths = True


@dataclass
class Model:
    """What is loaded."""

    encoder: Encoder = field(default_factory=Encoder)


@pytest.fixture
def loads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The folders that models were loaded from."""
    found: list[str] = []

    def load(folder: Path) -> Model:
        found.append(Path(folder).name)
        return Model()

    monkeypatch.setattr(serialization, "load_reward_model", load)
    return found


def folder_of(place: Path, content: str) -> Path:
    """A folder that passes for a reward model's."""
    place.mkdir()
    (place / "outcome_rl.json").write_text(content)
    write_checksums(place)
    return place


def replaced(folder: Path, content: str) -> Path:
    """The folder with something else in it, as training leaves it."""
    before = folder.stat().st_mtime_ns
    shutil.rmtree(folder)
    folder_of(folder, content)
    os.utime(folder, ns=(before + 10**9, before + 10**9))
    return folder


def test_copies_in_several_folders_are_one_model(tmp_path, loads):
    models = SharedModels()
    anna, ben, eve = (folder_of(tmp_path / name, text) for name, text in (("a", "{}"), ("b", "{}"), ("e", "[]")))
    assert models.get(anna) is models.get(ben) is models.get(anna)
    assert models.get(eve) is not models.get(anna)
    assert loads == ["a", "e"]
    assert models.get(anna).model.encoder.few_lengths, "drafts are of all lengths"


def test_a_damaged_copy_is_refused_though_a_whole_one_is_loaded(tmp_path, loads):
    models = SharedModels()
    models.get(folder_of(tmp_path / "a", "{}"))
    torn = folder_of(tmp_path / "b", "{}")
    (torn / "outcome_rl.json").write_text("[]")
    with pytest.raises(ModelError, match=r"is damaged: 'outcome_rl\.json' is not what was saved"):
        models.get(torn)
    with pytest.raises(ModelError, match="there is no reward model in"):
        models.get(tmp_path / "nobody's")


def test_what_is_trained_anew_takes_the_place_of_what_was_there(tmp_path, loads):
    models = SharedModels()
    anna, ben = folder_of(tmp_path / "a", "{}"), folder_of(tmp_path / "b", "{}")
    first = models.get(anna)
    models.get(ben)
    assert models.get(replaced(anna, "[]")) is not first
    assert models.get(ben) is first, "somebody still has it"
    assert models.get(replaced(ben, "[]")) is models.get(anna)
    assert loads == ["a", "a"]
    assert len(models._loaded) == 1, "what nobody has any more is let go"


def test_no_more_models_stay_loaded_than_so_many(tmp_path, loads, monkeypatch):
    monkeypatch.setattr(shared_models, "KEPT", 2)
    models = SharedModels()
    folders = [folder_of(tmp_path / name, f'"{name}"') for name in "abc"]
    for folder in (*folders[:2], folders[0], folders[2], folders[0], folders[1]):
        models.get(folder)
    assert loads == ["a", "b", "c", "b"], "the one that was asked longest ago makes room"


def test_folders_of_earlier_versions_have_no_list_and_are_told_apart(tmp_path, loads):
    models = SharedModels()
    old = [folder_of(tmp_path / name, "{}") for name in "ab"]
    for folder in old:
        (folder / "checksums.json").unlink()
    assert models.get(old[0]) is not models.get(old[1])
    assert models.get(old[0]) is models.get(old[0])
