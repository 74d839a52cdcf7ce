"""A run's plan: what it starts from, and that it is kept."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from outcome_rl.config import FinetuneConfig
from outcome_rl.data.dataset import EmailData
from outcome_rl.data.splits import ContextSplit
from outcome_rl.errors import RunError
from outcome_rl.events import Notice
from outcome_rl.pipelines import finetune_run, planning
from outcome_rl.pipelines.finetune_run import untaught
from outcome_rl.pipelines.known_pace import KnownPace
from outcome_rl.pipelines.planning import (
    NO_PLAN,
    PLAN_FILE,
    Planned,
    forecast,
    make_plan,
    outlook,
    time_budget,
    work_and_plan,
)
from outcome_rl.rl.early_stopping import EarlyStoppingState
from outcome_rl.rl.holding import EARLIER, MEASURED
from outcome_rl.rl.pace import Pace
from outcome_rl.rl.plan import Plan
from outcome_rl.rl.trainer_state import TrainerState
from outcome_rl.runs.run import Run
from outcome_rl.utils.work_clock import TimeLimit, WorkClock
from tests.helpers.finetuning import exhaust

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
    planned = made(run, 1000.0)
    assert (planned.plan, planned.usual, planned.hopeless) == (Plan(3, 1, 2), True, False)
    assert planned.said.startswith(f"{MEASURED}: in the 17 min that are left there is time for about ")
    assert made(run, 1.0) == Planned(Plan(3, 1, 2))
    (tmp_path / PLAN_FILE).write_text("{}")
    with pytest.raises(RunError, match=r"is no plan of a run .* delete it"):
        made(run, 1.0)


def test_a_run_from_before_there_were_plans_goes_on_without_one(tmp_path):
    assert made(Run(tmp_path), 1.0, resumed=True) == NO_PLAN


def test_what_was_measured_already_is_not_measured_again(tmp_path, monkeypatch):
    monkeypatch.setattr(planning, "measured", lambda *_: pytest.fail("measured again"))
    monkeypatch.setattr(planning, "score_pace", lambda *_: 1.0)
    # a step of 12 emails takes 2 s for each, and 1 s for scoring each: 5 steps are 180 s
    planned = made(Run(tmp_path), 200.0, pace=PACE)
    assert planned.plan.contexts_per_step == 2
    assert "of 8 emails; for 5 RL steps of the usual 12 emails" in planned.said
    assert not planned.usual
    assert not planned.hopeless


def test_what_another_run_measured_of_late_is_not_measured_again(tmp_path, monkeypatch):
    monkeypatch.setattr(planning, "measured", lambda *_: PACE)
    made(Run(tmp_path / "one"), 1000.0)
    monkeypatch.setattr(planning, "measured", lambda *_: pytest.fail("measured again"))
    assert made(Run(tmp_path / "two"), 1000.0).plan
    with pytest.raises(pytest.fail.Exception):
        made(Run(tmp_path / "three"), 1000.0, config=replace(CONFIG, max_new_tokens=9))


def test_where_the_time_is_over_nothing_is_measured_and_nothing_is_begun(tmp_path, monkeypatch):
    monkeypatch.setattr(planning, "measured", lambda *_: pytest.fail("measured"))
    assert made(Run(tmp_path), 100.0, gone=101.0, config=replace(CONFIG, model="nobody/knows")) == Planned(
        None, hopeless=True
    )
    planned = made(Run(tmp_path), 100.0, gone=101.0)
    assert planned.hopeless
    assert planned.enough > 101, "by arithmetic"


def test_a_time_that_does_not_hold_half_a_step_is_hopeless(tmp_path, monkeypatch):
    monkeypatch.setattr(planning, "measured", lambda *_: PACE)
    monkeypatch.setattr(planning, "score_pace", lambda *_: 0.0)
    # a step of two contexts is 8 emails of 2 s, an evaluation of one context 1 s, of which there are two, and three
    # models write for two contexts: 16 + 2 + 3 + 6 s without a warm start
    cold = replace(CONFIG, warm_start_epochs=0)
    least = (16 + 2 + 3 + 6) / 2
    assert made(Run(tmp_path / "a"), least - 1, pace=PACE, config=cold).hopeless
    assert not made(Run(tmp_path / "b"), least + 1, pace=PACE, config=cold).hopeless


def test_what_is_gone_is_among_the_seconds_that_would_do(tmp_path, monkeypatch):
    monkeypatch.setattr(planning, "score_pace", lambda *_: 0.0)
    first, later = (made(Run(tmp_path / f"{gone}"), 1000.0, gone=gone, pace=PACE).enough for gone in (0.0, 90.0))
    assert later == first + 90


def test_a_pace_that_another_run_measured_makes_no_time_hopeless(tmp_path, monkeypatch):
    """It is corrected by a probe of moments, which may err."""
    monkeypatch.setattr(planning, "measured", lambda *_: PACE)
    made(Run(tmp_path / "one"), 1000.0)
    planned = made(Run(tmp_path / "two"), 1.0)
    assert planned.plan and not planned.hopeless
    assert planned.enough > 1


@pytest.mark.parametrize(("seconds", "said"), [(1.0, 0), (60.0, 1)])
def test_where_nothing_is_begun_only_the_last_word_has_minutes(tmp_path, monkeypatch, seconds, said):
    policy = SimpleNamespace(writing=None, model=None, tokenizer=None)
    monkeypatch.setattr(planning, "load_policy", lambda *_: policy)
    monkeypatch.setattr(planning, "choose_writing", lambda *_: (SimpleNamespace(name="free"), None))
    monkeypatch.setattr(planning, "measured", lambda *_, **__: PACE)
    events = []
    monkeypatch.setattr(planning, "reckoned_scoring", lambda: 0.5)
    limit = TimeLimit(WorkClock(now=lambda: 0.0), seconds)
    work = planning.forewarn(Run(tmp_path), CONFIG, DATA, SimpleNamespace(name="tiny"), limit, 0.0)
    pace, planned = exhaust(work, events)
    assert pace == PACE, "scoring is measured once there is something that scores"
    assert planned.hopeless is (said == 0)
    assert len([event for event in events if isinstance(event, Notice)]) == said


@pytest.mark.parametrize("measured", [True, False])
def test_the_last_word_says_whether_its_minutes_replace_a_guess(measured):
    told = untaught(SimpleNamespace(seconds=60.0), 600.0, measured=measured).message
    assert "About 12 minutes would hold 5 steps" in told
    assert told.endswith("This was measured, and replaces what was said before.") is measured


@pytest.mark.parametrize(
    ("judged", "kept"),
    [
        (EarlyStoppingState(), "The model after step 7"),
        (EarlyStoppingState(step=0), "No RL step was judged yet, so it is the warm start that"),
        (EarlyStoppingState(step=5), "The warm start, which no step was judged better than,"),
        (EarlyStoppingState(step=5, best_step=5), "The model after step 5"),
    ],
)
def test_a_stop_says_which_model_is_saved(judged, kept, monkeypatch):
    state = TrainerState(step=7, early_stopping=judged)
    monkeypatch.setattr(finetune_run, "load_checkpoint", lambda folder: SimpleNamespace(state=state))
    job = SimpleNamespace(go_on="call it again", run=SimpleNamespace(checkpoint=None), out="m")
    assert finetune_run.stopped(job).message.endswith(f"(call it again). {kept} is saved in m.")


def test_what_a_reward_model_took_is_not_kept_as_loading(tmp_path, monkeypatch):
    monkeypatch.setattr(planning, "measured", lambda *_: PACE)
    kept = []
    monkeypatch.setattr(planning, "keep_pace", lambda run, config, pace, loading: kept.append(loading))
    made(Run(tmp_path / "one"), 1000.0, gone=90.0, spent=70.0)
    assert kept == [20.0]


def made(run, seconds, resumed=False, pace=None, gone=0.0, config=CONFIG, spent=0.0):
    """The plan for so many seconds, ``gone`` of which are over, ``spent`` of these for something else."""
    run.folder.mkdir(exist_ok=True)
    limit = TimeLimit(WorkClock(gone, now=lambda: 0.0), seconds)
    work = make_plan(run, config, DATA, None, None, SPLIT, limit, resumed, pace, spent)
    while True:
        try:
            next(work)
        except StopIteration as end:
            return end.value


def test_the_budget_keeps_time_for_the_comparison_of_what_is_planned():
    planned = Planned(Plan(3, 1, 1, 0.3), enough=300.0)
    budget = time_budget(120.0, 20.0, planned.plan.of_contexts(SPLIT), planned, FinetuneConfig().resolved("free"))
    # thirteen hundredths of the 100 s that are left when training begins
    assert (budget.seconds, budget.comparison_reserve_seconds, budget.warm_share) == (107.0, 13.0, 0.3)
    assert (budget.began, budget.enough) == (20.0, 300.0)
    assert (budget.compared, budget.validated) == (3, 1)  # three models, an email for each of one context
    assert time_budget(100.0, 0.0, SPLIT, NO_PLAN, FinetuneConfig().resolved("free")).warm_share == 0.45


@pytest.mark.parametrize(("epochs", "emails"), [(0, 8), (1, 10)])
def test_in_own_words_the_base_takes_three_times_as_long_and_a_warm_start_may_take_none(epochs, emails):
    split, config = ContextSplit(["a"], ["b"], ["c", "d"]), FinetuneConfig(warm_start_epochs=epochs)
    assert time_budget(100.0, 0.0, split, NO_PLAN, config.resolved("own-words")).compared == emails


@pytest.mark.parametrize(("busy", "told"), [(0.2, False), (0.9, True)])
def test_what_would_do_without_other_programs_is_told_where_they_take_much(tmp_path, monkeypatch, busy, told):
    known = KnownPace(Pace(0.0, 5.0, 0.0, 0.0, 5.0), loading=30.0, measured=False, busy=busy, free=0.2)
    monkeypatch.setattr(planning, "find_pace", lambda *_: known)
    cold = replace(CONFIG, minutes=5.0, warm_start_epochs=0, held_out_contexts=2, guard_contexts=1)
    found = outlook([], cold, DATA)
    assert (found.held.minutes, found.alone) == (15, 3)  # 735 s, and a fifth of them
    others = " Other programs take about 90 % of this machine; without them, about 3 minutes would do."
    assert ("Other programs" in found.said) is told
    assert found.said.endswith(others if told else "give it about 15 minutes.")
    assert outlook([], replace(cold, minutes=13.0), DATA).said.endswith("of 12 emails."), "there is time enough"


def test_too_few_minutes_are_said_at_once(tmp_path, monkeypatch):
    known = KnownPace(Pace(0.0, 5.0, 0.0, 0.0, 5.0), loading=30.0, measured=True)
    monkeypatch.setattr(planning, "find_pace", lambda *_: known)
    run = Run(tmp_path)
    cold = replace(CONFIG, warm_start_epochs=0, held_out_contexts=2, guard_contexts=1)
    # five steps of three contexts, four emails of 10 s each, two evaluations of 5 s and 3 s are .87 of 705 s, which
    # leaves enough for six emails of 5 s; and there are 30 s of loading: 735 s, and a tenth
    (said,) = forecast(run, replace(cold, minutes=5.0), DATA)
    assert said.message == (
        f"{EARLIER}: in 5 minutes there is time for about 2 RL steps of 8 emails, and it takes at least 5 to change "
        "much; for 5 RL steps of the usual 12 emails, give it about 15 minutes."
    )
    assert list(forecast(run, replace(cold, minutes=13.0), DATA)) == []
    # 30 s, and twice 705
    twice = next(iter(forecast(run, replace(cold, minutes=13.0), DATA, rest=0.5))).message
    assert twice.endswith("give it about 30 minutes.")
    assert list(forecast(run, replace(cold, minutes=None), DATA)) == []
