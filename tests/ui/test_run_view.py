"""What the second tab says of a run: what is happening, and the emails for the same contexts, step by step."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest

from outcome_rl import events as ev
from outcome_rl.rl.trainer import TOO_SHORT
from outcome_rl.runs.run import DONE, RUNNING, STOPPED
from outcome_rl.ui.common.run_watcher import RunSnapshot
from outcome_rl.ui.common.run_words import describe
from outcome_rl.ui.finetune import emails
from outcome_rl.ui.finetune.run_view import _notices
from tests.helpers.made_runs import CONTEXTS, rl_evaluation, rl_step

STARTED = ev.Started(kind="finetune", command="python -m outcome_rl finetune mails.csv")
LATER = datetime.fromisoformat(STARTED.time) + timedelta(seconds=10)


RUN = SimpleNamespace(config=lambda: {"kind": "finetune"}, name="one")


def at_work(*events):
    return describe(RunSnapshot(run=RUN, events=(STARTED, *events), state=RUNNING), LATER)


SO_FAR = "; the time left is not known yet."


def test_an_evaluation_is_told_in_words():
    words, share = at_work(rl_evaluation(0, -0.25, best=True))
    assert words == f"Checked after reading, before the first round. Running for 10 s{SO_FAR}"
    assert share is None
    step = rl_step(9, steps=18, time=LATER.isoformat())
    words, share = at_work(step, rl_evaluation(9, 0.5, best=True))
    assert words == f"Checked after round 9: the best emails so far. Running for 10 s{SO_FAR}"
    assert share == 0.5
    words, _ = at_work(step, rl_evaluation(9, None, independent=False))
    assert words.startswith("Checked after round 9."), "no number is no failure"


def test_a_resumed_run_has_taken_what_all_its_processes_took():
    def at(seconds, event, /, **values):
        return event(time=(datetime.fromisoformat(STARTED.time) + timedelta(seconds=seconds)).isoformat(), **values)

    first = [STARTED, at(100, ev.Stopped, message="Stopped.", resumable=True)]
    again = at(5000, ev.Started, kind="finetune", command="", resumed=True, worked=100.0)
    for state, events, said in (
        (STOPPED, first, "Stopped. “Go on” takes it up from here; what is done so far is kept. It ran for 1 min 40 s."),
        (DONE, [*first, again, at(5020, ev.Finished, result={})], "Finished in 2 min."),
    ):
        assert said in describe(RunSnapshot(run=RUN, events=tuple(events), state=state))[0]
    now = datetime.fromisoformat(STARTED.time) + timedelta(seconds=5030)
    running = RunSnapshot(run=RUN, events=(*first, again), state=RUNNING)
    assert "Running for 2 min 10 s" in describe(running, now)[0]


def test_what_was_said_of_the_time_is_over_once_a_run_is_gone_on_with():
    short, other = ev.Notice(message=TOO_SHORT), ev.Notice(message="The file has fewer than three contexts. So")
    first = (STARTED, other, short)
    again = ev.Started(kind="finetune", command="", resumed=True)
    assert _notices(RunSnapshot(run=RUN, events=first, state=STOPPED)) == [other.message, short.message]
    assert _notices(RunSnapshot(run=RUN, events=(*first, again), state=RUNNING)) == [other.message]
    assert _notices(RunSnapshot(run=RUN, events=(*first, again, short), state=STOPPED))[-1] == short.message


def test_the_same_contexts_are_shown_step_by_step():
    evaluations = [rl_evaluation(0, 0.1, best=True), rl_evaluation(5, 0.4, best=True), rl_evaluation(10, 0.3)]
    first, last = (emails.evaluation_cards(evaluations, index) for index in (0, 2))
    for context in CONTEXTS:
        assert context in first
        assert context in last
    assert "Before the first round: 16 emails, to recipients the writer does not practise on." in first
    assert "The independent judge gives +0.10 on average of 16 contexts" in first
    assert "<mark" not in first
    assert "After round 10: 16 emails" in last
    assert '<td data-label="Judged">+0.30</td><td data-label="Since the first">+0.20</td>' in last
    assert "+0.30" not in emails.evaluation_cards(evaluations, 2, trusted=False)
    assert "best so far" in emails.evaluation_cards(evaluations, 1)
    assert emails.evaluation_cards(evaluations, 99) == last, "a slider of another run"
    assert emails.evaluation_cards([], 0) == ""


def test_fewer_contexts_make_fewer_cards():
    none = {f"sample_3_{what}": None for what in ("context", "email", "judge")}
    shown = emails.evaluation_cards([rl_evaluation(0, 0.1, **none)], 0)
    assert shown.count("<figure") == 2


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        (None, "all of it", "all of it"),
        ("Dear Jo, shall we talk?", "Dear Jo, shall we meet?", 'Dear Jo, shall we<mark class="orl-new"> meet?</mark>'),
        ("a b c", "a c", "a c"),
        ("x", "<b>${y}</b>", '<mark class="orl-new">&lt;b&gt;&#36;&#123;y&#125;&lt;/b&gt;</mark>'),
    ],
)
def test_what_changed_is_marked_and_only_text(old, new, shown):
    assert emails.changes(old, new) == shown
