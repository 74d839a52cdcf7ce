"""Events as a run records them, with values that need not be given."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from outcome_rl import events as ev


def notices(*texts: str) -> list[ev.Notice]:
    return [ev.Notice(message=text) for text in texts]


def rl_step(step: int, **changes: Any) -> ev.RLStep:
    spec = {field.name: field.type for field in fields(ev.RLStep)}
    values = {name: "x" if kind == "str" else 0.5 for name, kind in spec.items() if name not in ("time", "step")}
    values |= {"completions": 4 * step, "steps": 9, **changes}
    return ev.RLStep(step=step, **values)


def saved(step: int, warm_steps: int = 3) -> ev.CheckpointSaved:
    return ev.CheckpointSaved(step=step, warm_steps=warm_steps, folder="checkpoint")
