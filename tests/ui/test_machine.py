"""That other programs slow a run down is said while they do."""

from __future__ import annotations

import threading
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


def test_who_asks_while_a_probe_is_at_work_waits_for_it_and_probes_no_more():
    """Probes side by side would each find what the others leave, and their mean would be told for minutes."""
    clock, probing, waiting, over, told = iter(range(99)), threading.Event(), threading.Event(), threading.Event(), []
    probed = []

    def probe() -> float:
        probed.append(1)
        probing.set()
        over.wait(60)
        return 100.0 / len(probed)

    def now() -> float:
        if probing.is_set():
            waiting.set()
        return float(next(clock))

    lately = machine.Lately(probe, now)
    asking = [threading.Thread(target=lambda: told.append(lately())) for _ in range(2)]
    asking[0].start()
    assert probing.wait(60)
    asking[1].start()
    assert waiting.wait(60)
    over.set()
    for each in asking:
        each.join()
    assert (told, len(probed)) == ([100.0, 100.0], 1)


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
