"""Settings with which tiny models are tuned and write in a second or two."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import outcome_rl as orl

TUNING = orl.FinetuneConfig(
    steps=2, contexts_per_step=2, samples_per_context=2, warm_start_epochs=1, max_new_tokens=12, held_out_contexts=5,
    guard_contexts=3, ignore_verdict=True,
)  # fmt: skip
SHORT = orl.SamplingConfig(max_new_tokens=8)
CONTEXTS = [f"Customer: number {place}." for place in range(6)]


def on(model: Path) -> orl.FinetuneConfig:
    """The settings, for a model."""
    return replace(TUNING, model=str(model))
