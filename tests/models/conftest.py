"""An empty cache of models, and bundled models that are tiny."""

import shutil

import pytest
from huggingface_hub import constants

from outcome_rl.models import hub
from tests.helpers.hub_cache import CHAT, ENCODER
from tests.helpers.made_families import make_family


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """An empty Hugging Face cache and no network."""
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    monkeypatch.chdir(tmp_path)
    return tmp_path / "hub"


@pytest.fixture
def fake_bundle(models_folder, tmp_path, monkeypatch):
    """A bundled model for either default: a tiny one in an importable package."""
    package = tmp_path / "packages" / "tiny_bundle"
    shutil.copytree(models_folder / "llama", package / "model")
    (package / "__init__.py").write_text("raise SystemExit('bundled packages are never imported')")
    monkeypatch.syspath_prepend(str(package.parent))
    for name in (CHAT, ENCODER):
        monkeypatch.setitem(hub.BUNDLED, name, hub.Bundled("tiny_bundle", "model", f"Tiny {name}"))
    return package / "model"


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    root = tmp_path_factory.mktemp("made")
    return {name: make_family(name, root / name) for name in ("qwen2", "gpt2", "gemma3")}


@pytest.fixture
def qwen2(made, tmp_path):
    return shutil.copytree(made["qwen2"], tmp_path / "model")
