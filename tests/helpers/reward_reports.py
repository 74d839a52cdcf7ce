"""What a reward model says of itself and of an email, made up; tables read back."""

from __future__ import annotations

import html
import re
from typing import Any

import numpy as np

from outcome_rl.reward.baselines import BASELINES
from outcome_rl.reward.interface import Scores
from outcome_rl.ui.reward import figures

NAMES = [key for key, _, _ in figures.COLUMNS]


def made_figures(value: float, **others: Any) -> dict[str, Any]:
    return {name: value for name in NAMES} | {f"{name}_ci95": [value - 0.1, value + 0.1] for name in NAMES} | others


def made_report() -> dict[str, Any]:
    baselines = {name: made_figures(0.5, beaten=True) for name in BASELINES}
    baselines["majority"] |= {"log_loss": None, "brier": None, "ece": None}
    baselines["length"]["beaten"] = "unclear"
    baselines["tfidf_logreg"]["beaten"] = False
    return made_figures(
        0.7,
        confusion_matrix=[[8, 1, 1], [2, 6, 2], [0, 3, 7]],
        reliability=[
            {"confidence": 0.5, "right": 0.4, "rows": 5},
            {"confidence": 0.9, "right": 0.8, "rows": 20},
        ],
        baselines=baselines,
        beats_guessing=True,
        beats_baselines=False,
        verdict="On 15 emails <b>it</b> is better.",
        judge=made_figures(0.6, kind="trees", rows=7),
        members={"features": {"weight": 0.9}, "words": {"weight": 0.3}},
        mean_reward_of_data=0.4,
        mean_reward_predicted=0.25,
        model="minilm",
        method="frozen",
        folds=5,
        repeats=2,
        rows_train=15,
        rows_judge=7,
        notices=[],
    )


def cells(table: str) -> dict[str, list[str]]:
    """A table's rows by their first cell; of rows called alike the first one."""
    rows = [
        [html.unescape(re.sub("<.*?>", "", cell)) for cell in re.findall(r"<t[hd].*?>(.*?)</t[hd]>", row)]
        for row in re.findall(r"<tr>(.*?)</tr>", table)
    ]
    return {row[0]: row[1:] for row in reversed(rows)}


def scores(belief: float = 1.0, disagreement: float = 0.0) -> Scores:
    return Scores(np.array([[0.2, 0.3, 0.5]]), np.array([0.75]), np.array([disagreement]), np.array([belief]))
