"""Texts in the making so short that all of them can be counted, and the two ways of reckoning with them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import torch

from outcome_rl.engine import constrained, decoding_beside_base
from outcome_rl.engine.constrained import follow, sample_scripts
from outcome_rl.engine.decoding_beside_base import Base
from outcome_rl.engine.sampling import Rollout
from outcome_rl.models.hub import ModelLocation
from outcome_rl.policy import logprobs
from outcome_rl.policy.model import Policy, load_policy
from tests.helpers.seller import disturb

EOS = 0
PROMPTS = [[5, 9, 200, 31, 7], [8, 17], [5, 9, 200, *[4] * 6]]
Level = tuple[tuple[tuple[int, ...], float], ...]


@dataclass(frozen=True)
class Levels:
    """A text with one part of each level, (tokens, weight) each; ``taken``: the options chosen so far."""

    levels: tuple[Level, ...]
    taken: tuple[int, ...] = ()

    @property
    def options(self) -> tuple[tuple[int, ...], ...]:
        return tuple(tokens for tokens, _ in self._level)

    @property
    def weights(self) -> tuple[float, ...]:
        return tuple(weight for _, weight in self._level)

    @property
    def _level(self) -> Level:
        return self.levels[len(self.taken)] if len(self.taken) < len(self.levels) else ()

    def choose(self, option: int) -> Levels:
        return Levels(self.levels, (*self.taken, option))


STORY = Levels(
    (
        (((11, 12, 13), 0.0), ((11, 12, 14, 15), -1.0), ((20,), 0.5)),  # two share their beginning
        (((30, 31), 0.0),),  # certain
        (((40,), -0.3), ((41, 42), 0.7)),
    )
)
"""Six ways, of at most three decisions."""
SHORT = Levels(((((11, 12), 0.2), ((50, 51, 52, 53, 54), 0.0), ((60,), -2.0)),))
"""Three ways, of one decision."""
WAYS = [tuple(way) for way in product(range(3), (0,), range(2))]


def policy_of(folder: Any, spread: float = 0.05, tuned_layers: float = 0.5, tuning: str = "lora") -> Policy:
    """A tiny policy with an upper layer that tuning has changed by ``spread``."""
    policy = load_policy(ModelLocation("tiny", folder, "folder"), 4, 0, torch.float32, tuning, tuned_layers)
    disturb(policy, spread)
    return policy


def drawn(
    policy: Policy, scripts: list[Any], samples: int = 8, base: Base | None = None, seed: int = 0, **more: Any
) -> tuple[Rollout, list[Any]]:
    """Texts for the first :data:`PROMPTS`, as many as there are scripts."""
    generator = torch.Generator().manual_seed(seed)
    prompts = PROMPTS[: len(scripts)]
    return sample_scripts(policy.model, base, prompts, scripts, samples, EOS, generator, **more)


def followed(script: Any, way: tuple[int, ...], eos: int = EOS) -> Rollout:
    """One way through a script."""
    return follow(script, lambda so_far: way[len(so_far.taken)], eos)[0]


@contextmanager
def plain_path(policy: Policy) -> Iterator[Base]:
    """Through the model's own forward pass, as for families that are not written out; its base."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(constrained, "has_fast_path", lambda model: None)
        patch.setattr(decoding_beside_base, "has_fast_path", lambda model: None)
        patch.setattr(logprobs, "blocks_of", lambda model, bind: None)
        yield Base(0, torch.empty(0), model=untuned(policy))


def untuned(policy: Policy) -> Any:
    """The model that a policy was tuned from, read anew."""
    from outcome_rl.models.loading import load_causal_lm

    return load_causal_lm(Path(policy.model.name_or_path), torch.float32).eval()
