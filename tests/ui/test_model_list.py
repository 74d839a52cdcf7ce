"""The list of models and what is said of the chosen one."""

from __future__ import annotations

import pytest

from outcome_rl.models.availability import BUNDLE, HUB, INSTEAD, NOWHERE, AvailabilityCache, ModelAvailability
from outcome_rl.ui.finetune import plan_panel
from outcome_rl.ui.finetune.plan_panel import memory_words, model_choices, model_words

PLACES = [
    ModelAvailability("gpt2", INSTEAD, reason="the Hub cannot be reached"),
    ModelAvailability("smollm2-135m-instruct", BUNDLE, 98_000_000),
    ModelAvailability("Qwen/Qwen3-0.6B", NOWHERE, reason="the Hub cannot be reached"),
    ModelAvailability("google/gemma-3-1b-it", HUB, 2_000_000_000),
    ModelAvailability("microsoft/Phi-3-mini-4k-instruct", HUB, 7_600_000_000),
    ModelAvailability("someone/writer", HUB),
]


@pytest.fixture(autouse=True)
def machine(monkeypatch):
    """One with 8 GB free, on which models compute in float32."""
    import torch

    monkeypatch.setattr(plan_panel, "free_memory", lambda: (8_000_000_000, 16_000_000_000))
    monkeypatch.setattr(plan_panel, "pick_dtype", lambda device: torch.float32)
    monkeypatch.setattr(plan_panel, "pick_device", lambda: torch.device("cpu"))


def test_the_list_offers_what_can_be_had_and_fits():
    assert model_choices(PLACES) == [
        ("gpt2 (SmolLM2-135M-Instruct instead)", "gpt2"),
        ("smollm2-135m-instruct (comes with this program, 98 MB; Apache-2.0)", "smollm2-135m-instruct"),
        ("google/gemma-3-1b-it (to be downloaded, 2.0 GB; Gemma Terms of Use)", "google/gemma-3-1b-it"),
        ("someone/writer (to be downloaded)", "someone/writer"),
    ]


def test_what_a_model_needs():
    assert memory_words("google/gemma-3-1b-it") == ("Tuning it takes more than 6.4 GB of memory.", True)
    words, fits = memory_words("microsoft/Phi-3-mini-4k-instruct")
    assert (words, fits) == (
        "Tuning it takes more than 24 GB of memory, and 8.0 GB are free: take a smaller one.",
        False,
    )
    assert memory_words("someone/writer") == ("", True)


def test_what_is_said_of_the_chosen_model(monkeypatch):
    known = {place.name: place for place in PLACES}
    monkeypatch.setattr(AvailabilityCache, "get", lambda self, name: known[name])
    gated = model_words(AvailabilityCache(), "google/gemma-3-1b-it")
    assert (
        "1,000 million weights, licence: Gemma Terms of Use (to be accepted on the Hub before the download)." in gated
    )
    instead = model_words(AvailabilityCache(), "gpt2")
    assert "is used instead. 135 million weights, licence: Apache-2.0." in instead
    assert "take a smaller one" in model_words(AvailabilityCache(), "microsoft/Phi-3-mini-4k-instruct")
