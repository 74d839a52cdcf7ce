"""What the page shows where only two of the three outcomes occur."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from outcome_rl.config import FinetuneConfig, RewardConfig
from outcome_rl.errors import RunError
from outcome_rl.generation.emails import ScoredEmail
from outcome_rl.generation.totals import summary
from outcome_rl.reward.interface import Scores
from outcome_rl.reward.metadata import METRICS_FILE, SETTINGS_FILE
from outcome_rl.text.checks import check_email
from outcome_rl.ui.common import plots
from outcome_rl.ui.compare import email_card, gains
from outcome_rl.ui.finetune import charts, plan_panel
from outcome_rl.ui.reward import figures, opinion, panel
from tests.helpers.made_runs import rl_step
from tests.helpers.reward_reports import cells, scores

YES_NO, WON_LOST = [40, 20, 0], [40, 0, 20]


def titles(table: str) -> list[str]:
    return cells(table)["On emails it had not seen"]


@pytest.mark.parametrize(
    ("counts", "bars"),
    [
        (YES_NO, ["No reply", "Reply"]),
        (WON_LOST, ["No reply", "Conversion"]),
        ([4, 2, 2], ["No reply", "Reply", "Conversion"]),
        ([0, 2, 2], ["No reply", "Reply", "Conversion"]),
    ],
)
def test_bars_of_the_outcomes_that_can_be_told(counts, bars):
    (trace,) = plots.outcome_bars(counts).data
    assert list(trace.x) == bars
    assert sum(trace.y) == sum(counts)
    assert len(trace.y) == len(trace.text) == len(trace.marker.color) == len(bars)


def test_the_confusion_matrix_has_the_known_outcomes_alone():
    (heat,) = plots.confusion([[8, 0, 2], [0, 0, 0], [3, 0, 7]], (0, 2)).data
    assert list(heat.x) == list(heat.y) == ["No reply", "Conversion"]
    assert [list(row) for row in heat.z] == [[0.8, 0.2], [0.3, 0.7]]
    assert [list(row) for row in heat.text] == [["8", "2"], ["3", "7"]]


def test_the_likeliest_of_two_begins_at_a_half():
    bins = [{"confidence": 0.6, "right": 0.6, "rows": 5}]
    assert plots.reliability(bins, 2).layout.xaxis.range[0] == 0.47
    assert plots.reliability(bins).layout.xaxis.range[0] == 0.3


@pytest.mark.parametrize(
    ("counts", "named", "missing"),
    [(YES_NO, "AUC any reply", "AUC conversion"), (WON_LOST, "AUC conversion", "AUC any reply")],
)
def test_the_table_leaves_out_figures_of_what_does_not_occur(metrics, counts, named, missing):
    told = metrics | {"outcomes": counts}
    shown = " ".join(titles(figures.table(told)))
    assert named in shown
    assert missing not in shown
    assert "taking a conversion for" not in figures.table(told)
    assert len(cells(figures.table(told))["Length alone"]) == len(titles(figures.table(told)))
    assert figures.table(metrics | {"outcomes": [4, 3, 2]}) == figures.table(metrics), "three are as they were"
    heat = json.loads(json.dumps(panel.figure_updates(told)[2]))
    assert "Conversion" not in str(heat) or counts == WON_LOST


def test_one_email_has_two_shares_and_doubts_in_their_payoffs():
    yes_no = replace(scores(disagreement=0.3), probs=scores().probs * 0 + [0.25, 0.75, 0.0])
    said = opinion.prediction(yes_no, {"beats_guessing": True, "outcomes": YES_NO})
    assert "No reply" in said
    assert "conver" not in said.lower()
    doubts = opinion.doubts_of(yes_no, RewardConfig().payoffs)
    assert len(doubts) == 1, "0.3 is a fifth of what lies between no reply and a reply"
    assert opinion.doubts_of(scores(disagreement=0.3), RewardConfig().payoffs) == []
    assert isinstance(yes_no, Scores)


def email(conversion: float, predicted: str = "reply") -> ScoredEmail:
    known = {"p_no_reply": 0.4 - conversion, "p_reply": 0.6, "p_conversion": conversion}
    return ScoredEmail("C", "Hi?", "m", 1, predicted, 0.5, check=check_email("Hi?"), **known)


def test_cards_and_summaries_leave_the_missing_outcome_out():
    assert "Conversion" not in email_card.prediction_html(email(0.0))
    assert "Conversion" in email_card.prediction_html(email(0.1))
    assert summary([email(0.0), email(0.0, "no_reply")])["predicted"] == {"no_reply": 1, "reply": 1}
    assert summary([email(0.0), email(0.1)])["predicted"] == {"no_reply": 0, "reply": 2, "conversion": 0}


def test_a_comparison_counts_the_better_outcome():
    result = {"verdict": "V", "gain": 0.1, "gain_ci95": [0, 1], "win_rate": 0.5, "improved": "unclear"}
    result |= {name: summary([email(0.0), email(0.0, "no_reply")]) for name in ("base", "tuned")}
    found = cells(gains.figures(result, {}, None))
    assert found["On these contexts"][-1] == "Predicted to be answered"
    assert found["Before teaching"][-1] == "50%"
    result["base"] = summary([email(0.1, "conversion"), email(0.1)])
    assert cells(gains.figures(result, {}, None))["On these contexts"][-1] == "Predicted to convert"
    result |= {name: result[name] | {"predicted": None} for name in ("base", "tuned")}
    assert cells(gains.figures(result, {}, None))["On these contexts"][-1] == "Predicted to convert"


def test_the_chart_of_predicted_outcomes_has_two_layers():
    step = replace(rl_step(1, 1.0), share_no_reply=0.25, share_reply=0.75, share_conversion=None)
    assert [layer.name for layer in charts.outcome_shares(charts.make_curve("a", [step])).data] == ["No reply", "Reply"]
    three = replace(step, share_reply=0.75, share_conversion=0.0)
    assert len(charts.outcome_shares(charts.make_curve("a", [three])).data) == 3


def test_payoffs_of_the_missing_outcome_are_not_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    from types import SimpleNamespace

    folder = tmp_path / "reward_model"
    folder.mkdir()
    assert plan_panel.priced_outcomes(folder) == (0, 1, 2)
    (folder / METRICS_FILE).write_text(json.dumps({"outcomes": YES_NO}))
    (folder / SETTINGS_FILE).write_text(json.dumps({"format": 5, "config": RewardConfig().to_dict()}))
    assert plan_panel.priced_outcomes(folder) == (0, 1)
    monkeypatch.setattr(plan_panel, "find_availability", lambda name: SimpleNamespace(where="here"))
    page = SimpleNamespace(workspace=SimpleNamespace(reward_model=folder, own_models=tmp_path / "models"))
    with pytest.raises(RunError, match="All outcomes are worth 1"):
        plan_panel.require_usable(page, FinetuneConfig(payoff_no_reply=1, payoff_reply=1))
    plan_panel.require_usable(page, FinetuneConfig(payoff_no_reply=1))
