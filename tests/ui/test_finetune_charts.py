"""The charts of a fine-tune: what they show of its events."""

from __future__ import annotations

import json

import pytest

from outcome_rl import events as ev
from outcome_rl.ui.common.live_chart import figure_json
from outcome_rl.ui.finetune import charts
from tests.helpers.made_runs import rl_evaluation, rl_step

STARTED = ev.Started(kind="finetune", command="python -m outcome_rl finetune mails.csv")
RESUMED = ev.Started(kind="finetune", command="python -m outcome_rl finetune --resume a", resumed=True)
WARM = ev.WarmStartStep(step=1, steps=1, loss=2.0, seconds=1.0)


def trace(figure, name):
    return next(each for each in figure.data if each.name == name)


def words(figure):
    return {(each.x, each.text) for each in figure.layout.annotations}


def test_smoothing_by_hand():
    assert charts.smooth([1.0, 3.0, None, 4.0], carried=0.5) == pytest.approx(
        [1.0, 7 / 3, 7 / 3, (0.125 + 0.75 + 4) / (0.125 + 0.25 + 1)]
    )
    assert charts.smooth([None, 2.0]) == [None, 2.0]


def test_the_reward_raw_smoothed_and_judged():
    events = [rl_evaluation(0, 0.1, best=True), rl_step(1, 1.0), rl_step(2, 2.0), rl_evaluation(2, 0.5, best=True)]
    figure = charts.reward_chart(charts.make_curve("a", [STARTED, WARM, *events]))
    assert trace(figure, "mean of a round").y == (1.0, 2.0)
    assert trace(figure, "score, smoothed").y[1] == pytest.approx((0.75 * 1 + 2) / 1.75)
    assert trace(figure, "spread (± 1 std)").y == (0.5, 1.5)
    judge = trace(figure, "second opinion, other recipients")
    assert (judge.x, judge.y) == ((0, 2), (0.1, 0.5))
    assert judge.error_y.array == pytest.approx([0.3, 0.3])
    assert judge.error_y.arrayminus == pytest.approx([0.2, 0.2])
    assert trace(figure, "best round").x == (2,)
    assert "up to round 2, mean score +2.00" in figure.layout.meta


def test_the_reward_model_in_place_of_a_judge_is_named_so():
    curve = charts.make_curve("a", [rl_evaluation(0, 0.1, best=True, independent=False)])
    names = [each.name for each in charts.reward_chart(curve).data]
    assert "predictor, other recipients" in names
    assert not any(name and name.startswith("second opinion") for name in names)


def test_marks_say_where_it_warm_started_was_best_went_on_and_stopped():
    stopped = ev.Stopped(message="Stopped.", resumable=True)
    events = [STARTED, WARM, rl_evaluation(0, best=True), rl_step(1), RESUMED, rl_step(2), rl_step(3), stopped]
    figure = charts.reward_chart(charts.make_curve("a", events))
    assert words(figure) == {(0, "reading your emails, best round"), (1, "resumed"), (3, "stopped")}
    assert {shape.x0 for shape in charts.kl_chart(charts.make_curve("a", events)).layout.shapes} == {0, 1, 3}


def test_a_second_run_is_drawn_beside_the_first():
    one = charts.make_curve("one", [rl_step(1, 1.0)])
    two = charts.make_curve("two", [rl_step(1, 5.0), rl_step(2, 5.0), rl_evaluation(2, 0.5, best=True)])
    figure = charts.reward_chart(one, two)
    assert trace(figure, "two: score").y == (5.0, 5.0)
    assert trace(figure, "two: second opinion, other recipients").x == (2,)
    assert trace(figure, "mean of a round").y == (1.0,)


def test_values_that_were_not_numbers_leave_gaps():
    curve = charts.make_curve("a", [rl_step(1, None), rl_step(2, 1.0), rl_evaluation(2, None, judge_low=None)])
    figures = [charts.reward_chart(curve), charts.kl_chart(curve), charts.variety_chart(curve)]
    for figure in figures:
        assert "NaN" not in figure_json(figure)
    assert trace(figures[0], "score, smoothed").y == (None, 1.0)


def test_a_zoom_is_kept_within_a_run_and_forgotten_with_another():
    def revision(name, last):
        curve = charts.make_curve(name, [rl_step(step) for step in range(1, last)])
        return json.loads(figure_json(charts.reward_chart(curve)))["layout"]["uirevision"]

    assert revision("a", 3) == revision("a", 9) != revision("b", 3)


def test_a_long_run_is_thinned():
    curve = charts.make_curve("a", [rl_step(step) for step in range(1, 5001)])
    figure = charts.reward_chart(curve)
    assert all(len(each.x) <= 602 for each in figure.data)
    assert trace(figure, "score, smoothed").x[-1] == 5000
