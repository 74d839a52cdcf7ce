"""Where a base model is, and how large, is said without loading or downloading it."""

from __future__ import annotations

from types import SimpleNamespace

import huggingface_hub
import pytest
from huggingface_hub import constants

from outcome_rl.models.availability import SUGGESTED, AvailabilityCache, cached_language_models, find_availability
from tests.helpers.hub_cache import put_in_cache

WEIGHTS = 5


@pytest.fixture
def hub(cache, monkeypatch):
    """A Hub that tells of the models in it, and counts who asks."""
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    held: dict[str, int] = {}
    asked: list[str] = []

    class Api:
        def model_info(self, name, timeout, files_metadata):
            asked.append(name)
            if name not in held:
                raise huggingface_hub.errors.HFValidationError(name)
            sizes = {"model.safetensors": held[name], "pytorch_model.bin": 10**9, "config.json": 500}
            return SimpleNamespace(siblings=[SimpleNamespace(rfilename=n, size=s) for n, s in sizes.items()])

    monkeypatch.setattr(huggingface_hub, "HfApi", Api)
    return SimpleNamespace(held=held, asked=asked)


def test_a_folder_and_the_cache_are_on_this_machine(hub, cache, models_folder):
    size = (models_folder / "gpt2" / "model.safetensors").stat().st_size
    folder = find_availability(str(models_folder / "gpt2"))
    assert (folder.where, folder.size) == ("here", size)
    put_in_cache(cache, "someone/writer", models_folder / "gpt2")
    kept = find_availability("someone/writer")
    assert (kept.where, kept.size) == ("here", size)
    assert kept.in_words() == f"someone/writer is on this machine ({size / 1000:.0f} kB)."
    assert hub.asked == []


def test_what_the_hub_has_would_be_downloaded(hub):
    hub.held["someone/writer"] = 548_000_000
    place = find_availability("someone/writer")
    assert (place.where, place.size) == ("hub", 548_000_500), "files that are not fetched do not count"
    assert place.in_words() == ("someone/writer is not on this machine: 548 MB will be downloaded when tuning begins.")
    assert place.short == "to be downloaded, 548 MB"


def test_without_a_network_the_default_has_a_stand_in_and_others_have_none(cache, fake_bundle):
    place = find_availability("gpt2")
    assert place.where == "instead"
    assert "the Hub is switched off by HF_HUB_OFFLINE. The bundled Tiny" in place.in_words()
    other = find_availability("someone/writer")
    assert (other.where, other.size) == ("nowhere", None)
    assert other.in_words().endswith("Choose another model, or give a folder.")
    assert find_availability("  ").where == "nowhere"


def test_language_models_in_the_cache_are_offered_too(hub, cache, models_folder, fake_bundle):
    put_in_cache(cache, "someone/writer", models_folder / "gpt2")
    put_in_cache(cache, "someone/reader", models_folder / "bert")
    put_in_cache(cache, "someone/half", models_folder / "gpt2", "*.json")
    assert cached_language_models() == ["someone/writer"]
    offered = AvailabilityCache().suggestions()
    assert [place.name for place in offered] == [*SUGGESTED, "someone/writer"]
    assert offered[0].name == "gpt2", "the default leads"


def test_the_hub_is_asked_once_but_this_machine_is_looked_at_again(hub, cache, models_folder):
    hub.held["someone/writer"] = WEIGHTS
    places = AvailabilityCache()
    assert [places.get("someone/writer").where for _ in range(3)] == ["hub"] * 3
    assert hub.asked == ["someone/writer"]
    put_in_cache(cache, "someone/writer", models_folder / "gpt2")
    assert places.get("someone/writer").where == "here"
