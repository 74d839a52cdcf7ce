"""Weights that were fetched in part, are missing or cannot be read are told, each with its cause."""

import json
import shutil

import pytest
from safetensors.torch import load_file, save_file

from outcome_rl.errors import ModelError
from outcome_rl.models.loading import load_classifier
from tests.helpers.refused_models import refused


@pytest.mark.parametrize(
    ("keep", "fault"),
    [
        (lambda size: size // 2, "model.safetensors is cut short, "),
        (lambda size: 200, "model.safetensors is cut short in its header"),
        (lambda size: 5, "model.safetensors is cut short in its header"),
        (lambda size: 0, "model.safetensors is damaged, or no safetensors file"),
    ],
)
def test_weights_that_were_fetched_in_part_are_told_from_others(qwen2, keep, fault):
    file = qwen2 / "model.safetensors"
    data = file.read_bytes()
    file.write_bytes(data[: keep(len(data))])
    told = refused(qwen2)
    assert told.startswith(f"model folder '{qwen2}' cannot be read: {fault}")
    assert told.endswith("; fetch it again")


def test_how_much_is_there_is_told(qwen2):
    file = qwen2 / "model.safetensors"
    data = file.read_bytes()
    file.write_bytes(data[:50_000])
    whole = f"{len(data) / 1e3:.0f} kB"
    assert f"cut short, 50 kB of {whole} are there" in refused(qwen2)


def test_a_pointer_to_weights_elsewhere(qwen2):
    (qwen2 / "model.safetensors").write_text("version https://git-lfs.github.com/spec/v1\noid sha256:12\nsize 34\n")
    assert "only points to the weights, which Git LFS keeps elsewhere; run `git lfs pull`" in refused(qwen2)


@pytest.mark.parametrize("dangling", [False, True])
def test_a_part_that_is_missing_is_named(qwen2, dangling):
    (qwen2 / "model.safetensors").rename(qwen2 / "model-00001-of-00002.safetensors")
    index = {"weight_map": {"a": "model-00001-of-00002.safetensors", "b": "model-00002-of-00002.safetensors"}}
    (qwen2 / "model.safetensors.index.json").write_text(json.dumps(index))
    if dangling:
        (qwen2 / "model-00002-of-00002.safetensors").symlink_to(qwen2 / "blobs" / "gone")
    assert "cannot be read: model-00002-of-00002.safetensors is missing; fetch the model again" in refused(qwen2)


@pytest.mark.parametrize("index", ["{", '{"weight_map": 3}', "[]", "{}"])
def test_an_index_that_is_none(qwen2, index):
    (qwen2 / "model.safetensors.index.json").write_text(index)
    assert "model.safetensors.index.json is not what it should be" in refused(qwen2)


def test_weights_that_are_missing_are_not_made_up(qwen2):
    tensors = load_file(qwen2 / "model.safetensors")
    del tensors["model.layers.1.mlp.up_proj.weight"], tensors["model.layers.1.mlp.down_proj.weight"]
    save_file(tensors, qwen2 / "model.safetensors", {"format": "pt"})
    told = refused(qwen2)
    assert "lacks weights that its config.json asks for (model.layers.1.mlp.down_proj.weight and 1 more)" in told
    assert "fetch the model again" in told


def test_an_encoder_needs_all_but_its_head(models_folder, tmp_path):
    folder = shutil.copytree(models_folder / "distilbert", tmp_path / "encoder")
    assert load_classifier(folder).classifier.out_features == 3
    tensors = load_file(folder / "model.safetensors")
    save_file({n: t for n, t in tensors.items() if "layer.1" not in n}, folder / "model.safetensors", {"format": "pt"})
    with pytest.raises(ModelError, match=r"lacks weights that its config\.json asks for"):
        load_classifier(folder)
