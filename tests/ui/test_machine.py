"""That other programs slow a run down is said while they do."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from outcome_rl.runs.run import DONE, RUNNING
from outcome_rl.ui.common import machine
from outcome_rl.ui.common.machine import LOOKS, OthersAtWork, slowed
from outcome_rl.ui.common.run_watcher import RunSnapshot
from outcome_rl.utils.busy import CpuTimes


class Machine:
    """Of each second others have ``others`` of one processor; ``asked``: whose times were asked for."""

    def __init__(self, others: float) -> None:
        self.now, self.others, self.asked = 0.0, others, []

    def look(self, pids):
        self.asked.append(tuple(pids))
        return CpuTimes(self.now, self.now * self.others, 0.0)

    def at_work(self) -> OthersAtWork:
        return OthersAtWork(self.look, lambda: self.now)


def test_the_share_is_that_between_the_last_two_looks():
    computer = Machine(0.5)
    others = computer.at_work()
    assert others.share(7) == 0
    computer.now = LOOKS - 1
    assert others.share(7) == 0, "too soon to look again"
    computer.now = LOOKS
    assert others.share(7) == pytest.approx(0.5)
    computer.now += 1
    assert others.share(7) == pytest.approx(0.5), "as it was"
    assert computer.asked == [(7,), (7,)]
    assert others.share(8) == 0, "of another run nothing is known yet"


def test_a_speed_is_the_mean_of_the_last_minutes_of_the_same_kind():
    now, speeds = [0.0], iter([100.0, 50.0, 7.0, 30.0])
    lately = machine.Lately(lambda *asked: next(speeds), lambda: now[0])
    assert lately("float32", 10) == 100
    now[0] = 200.0
    assert lately("float32", 10) == 75
    assert lately("bfloat16", 10) == 7
    now[0] = machine.LATELY + 1
    assert lately("float32", 10) == 40, "the first one is too old"


def view_of(state: str, pid: int = 7) -> RunSnapshot:
    run = SimpleNamespace(process=lambda: SimpleNamespace(pid=pid))
    return RunSnapshot(run=run, events=(), state=state)


@pytest.mark.parametrize(("others", "told"), [(0.2, False), (0.62, True)])
def test_it_is_said_of_a_run_at_work_where_they_clearly_are(monkeypatch, others, told):
    monkeypatch.setattr(machine, "_others", SimpleNamespace(share=lambda pid: others))
    said = slowed(view_of(RUNNING))
    assert bool(said) is told
    assert not told or "Other programs take about 60 % of this computer, so this goes more slowly." in said
    assert slowed(view_of(DONE)) == "" == slowed(RunSnapshot())
