"""The parts of a model that packages carry, put together."""

from __future__ import annotations

import hashlib

import pytest

from benchmarks.gemma import find_parts, gemma_folder, join_parts
from outcome_rl.errors import ModelError


@pytest.fixture
def package(tmp_path, monkeypatch):
    """Four installed packages, each with a part, whose code must not run."""
    for number in range(1, 5):
        data = tmp_path / f"carried_part{number}" / "data"
        data.mkdir(parents=True)
        (data.parent / "__init__.py").write_text("raise AssertionError('imported')\n", encoding="utf-8")
        (data / f"model.gguf.part0{number - 1}").write_bytes(f"part {number}.".encode())
    monkeypatch.syspath_prepend(str(tmp_path))
    return "carried"


def test_the_parts_make_the_file(package, tmp_path):
    whole = b"part 1.part 2.part 3.part 4."
    parts = find_parts(package)
    join_parts(parts, tmp_path / "model.gguf", hashlib.sha256(whole).hexdigest())
    assert (tmp_path / "model.gguf").read_bytes() == whole
    with pytest.raises(ModelError, match="do not make the file with SHA-256"):
        join_parts(parts[::-1], tmp_path / "model.gguf", hashlib.sha256(whole).hexdigest())


def test_a_missing_part_is_named(package, tmp_path):
    (tmp_path / "carried_part3" / "data" / "model.gguf.part02").unlink()
    with pytest.raises(ModelError, match="part 3 of Gemma 3 270M is not installed"):
        find_parts(package)
    with pytest.raises(ModelError, match="part 1 of Gemma 3 270M is not installed"):
        find_parts("never_installed")


def test_what_was_converted_once_is_taken(tmp_path, monkeypatch):
    monkeypatch.setenv("OUTCOME_RL_CACHE", str(tmp_path))
    folder = tmp_path / "gemma-3-270m-a5fd3b62230a"
    folder.mkdir()
    (folder / "config.json").write_text("{}", encoding="utf-8")
    assert gemma_folder() == folder
