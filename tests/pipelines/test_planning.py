"""A run's plan: what it starts from, and that it is kept."""

from __future__ import annotations

import pytest

from outcome_rl.config import FinetuneConfig
from outcome_rl.data.dataset import EmailData
from outcome_rl.data.splits import ContextSplit
from outcome_rl.errors import RunError
from outcome_rl.pipelines import planning
from outcome_rl.pipelines.planning import PLAN_FILE, make_plan, time_budget, work_and_plan
from outcome_rl.rl.pace import Pace
from outcome_rl.rl.plan import Plan
from outcome_rl.runs.workspace import Run

PACE = Pace(0.0, 1.0, 0.0, 0.0, 1.0)
SPLIT = ContextSplit(["a", "b", "c"], ["d"], ["e", "f"])
DATA = EmailData(tuple("abcdef"), ("Hi.",) * 6, (2, 0, 1, 2, 2, 2), tuple(range(2, 8)))
CONFIG = FinetuneConfig(minutes=1.0, warm_start_epochs=2).resolved("free")


def test_what_is_usual():
    work, usual, wanted = work_and_plan(PACE, CONFIG, DATA, SPLIT)
    assert usual == Plan(3, 1, 2)  # a step has no more contexts than there are
    assert (work.samples, work.learned, wanted) == (4, 2 * 2, 5)  # emails with an answer for the contexts a and c
    assert work_and_plan(PACE, FinetuneConfig(steps=2).resolved("own-words"), DATA, SPLIT)[2] == 2


def test_a_plan_is_made_once_and_kept(tmp_path, monkeypatch):
    run = Run(tmp_path)
    monkeypatch.setattr(planning, "measured", lambda *_: PACE)
    plan, said = made(run, 1000.0)
    assert (plan, said) == (Plan(3, 1, 2), None)
    assert made(run, 1.0) == (plan, None)
    (tmp_path / PLAN_FILE).write_text("{}")
    with pytest.raises(RunError, match=r"is no plan of a run .* delete it"):
        made(run, 1.0)


def test_a_run_from_before_there_were_plans_goes_on_without_one(tmp_path):
    assert made(Run(tmp_path), 1.0, resumed=True) == (None, None)


def test_what_was_measured_already_is_not_measured_again(tmp_path, monkeypatch):
    monkeypatch.setattr(planning, "measured", lambda *_: pytest.fail("measured again"))
    monkeypatch.setattr(planning, "score_pace", lambda *_: 1.0)
    # a step of 12 emails takes 2 s for each, and 1 s for scoring each: 5 steps are 180 s
    plan, said = made(Run(tmp_path), 200.0, pace=PACE)
    assert plan.contexts_per_step == 2
    assert "hold 4 RL steps of 12 emails" in said


def made(run, seconds, resumed=False, pace=None):
    work = make_plan(run, CONFIG, DATA, None, None, SPLIT, seconds, resumed, pace)
    while True:
        try:
            next(work)
        except StopIteration as end:
            return end.value


def test_the_budget_keeps_time_for_the_comparison_of_what_is_planned():
    budget = time_budget(100.0, Plan(3, 1, 1, 0.3).of_contexts(SPLIT), Plan(3, 1, 1, 0.3))
    assert (budget.seconds, budget.comparison_reserve_seconds, budget.warm_share) == (87.0, 13.0, 0.3)
    assert budget.comparison_in_evaluations == 3  # three models, an email for each of one context
    assert time_budget(100.0, SPLIT, None).warm_share == 0.45
