"""Tables as wide as what they hold where no terminal cuts them."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from outcome_rl.cli import display

FIGURES = {
    **dict.fromkeys(display.FIGURES, 0.5),
    **{f"{key}_ci95": [0.12, 0.98] for key in display.FIGURES},
}
REWARD_MODEL = FIGURES | {
    "rows_train": 480,
    "repeats": 2,
    "baselines": {"embedding_logreg": FIGURES},
    "judge": FIGURES | {"rows": 120},
    "confusion_matrix": [[1, 2, 3]] * 3,
    "mean_reward_of_data": 0.1,
    "mean_reward_predicted": 0.2,
    "verdict": "Good.",
    "outcomes": {"no_reply": 5, "reply": 5, "conversion": 5},
}


def shown(monkeypatch: pytest.MonkeyPatch, terminal: bool) -> str:
    file = io.StringIO()
    console = Console(file=file, width=60, highlight=False, soft_wrap=True, force_terminal=terminal, color_system=None)
    monkeypatch.setattr(display, "output_console", console)
    display.print_reward_model(REWARD_MODEL)
    return file.getvalue()


def test_a_table_that_goes_into_a_file_is_whole(monkeypatch):
    text = shown(monkeypatch, terminal=False)
    assert "…" not in text
    for whole in ("accuracy", "macro-F1", "AUC conversion", "0.12–0.98", "independent judge, 120 rows"):
        assert whole in text
    assert text.splitlines()[0].rstrip() == "480 emails, each predicted by a model that had not seen it"
    assert "predicted no reply, reply, conversion; each email was predicted 2 times)" in text
    assert max(map(len, text.splitlines())) < 200, "no wider than it needs to be"


def test_on_a_terminal_it_is_as_wide_as_that_and_nothing_is_cut(monkeypatch):
    table = shown(monkeypatch, terminal=True).split("Confusion")[0]
    assert "…" not in table
    assert max(map(len, table.splitlines()[1:])) <= 60
