"""What others take of the processors, by hand."""

from __future__ import annotations

import itertools
import os
import time
from types import SimpleNamespace

import pytest

from outcome_rl.utils import busy, probe
from outcome_rl.utils.busy import CpuTimes, in_percent, others_share, read_times


@pytest.mark.parametrize(
    ("after", "share"),
    [
        (CpuTimes(120.0, 70.0, 10.0), 1.0),  # all 20 s were others' work
        (CpuTimes(120.0, 66.0, 14.0), 0.6),  # of 16 s of work 4 were ours
        (CpuTimes(120.0, 60.0, 20.0), 0.0),
        (CpuTimes(120.0, 55.0, 20.0), 0.0),  # ours are counted more finely
        (CpuTimes(120.0, 60.0, 5.0), 0.5),  # one of ours has ended, and is no more counted
        (CpuTimes(100.1, 50.1, 10.0), 0.0),  # too soon to say
    ],
)
def test_what_is_not_ours_is_others(after, share):
    assert others_share(CpuTimes(100.0, 50.0, 10.0), after) == pytest.approx(share)


def test_the_times_grow_and_a_process_that_is_gone_has_none():
    before, began = read_times(), time.process_time()
    while time.process_time() - began < 0.05:  # the system counts in hundredths
        pass
    after = read_times([2**31 - 1])
    assert after.total >= before.total
    assert after.own > before.own
    assert 0 < before.work <= before.total


def test_a_share_is_told_no_finer_than_it_is_known():
    assert [in_percent(share) for share in (0.62, 0.35, 1.0)] == ["60 %", "40 %", "100 %"]


def test_a_probe_multiplies_on_each_core_and_yields_where_it_is_told_to(monkeypatch):
    monkeypatch.setattr(probe, "physical_cores", lambda: 3)
    niced = []
    monkeypatch.setattr(probe.os, "nice", niced.append)
    found = probe.numpy_speed()
    assert 0 < found.now <= found.alone
    assert niced == []
    assert probe.numpy_speed(7).now > 0
    assert niced == ([7] * 3 if probe.sys.platform == "linux" else [])
    assert busy.CLEARLY < 1 and os.getpid() > 0


def test_the_speed_alone_goes_by_the_time_on_a_processor(monkeypatch):
    clock, worked, counts = iter([0.0, 0.25, 0.5]), iter([0.0, 0.125]), []
    times = SimpleNamespace(perf_counter=lambda: next(clock), thread_time=lambda: next(worked))
    monkeypatch.setattr(probe, "time", times)
    probe._multiply(0, counts)
    billions = 2 * probe.ROWS * probe.WIDTH**2 / 1e9  # one product was done when the second look found 0.5 s over
    assert counts == [probe.MachineSpeed(billions / 0.5, billions / 0.125)]
    assert probe.MachineSpeed.mean([probe.MachineSpeed(1.0, 2.0), probe.MachineSpeed(3.0, 6.0)]) == (
        probe.MachineSpeed(2.0, 4.0)
    )


@pytest.mark.parametrize("clocks", [{}, {"thread_time": lambda: 7.0}])
def test_without_a_clock_of_a_thread_or_with_one_that_stands_still_it_is_alone(monkeypatch, clocks):
    ticks, counts = itertools.count(0.0, 0.25), []
    monkeypatch.setattr(probe, "time", SimpleNamespace(perf_counter=lambda: next(ticks), **clocks))
    probe._multiply(0, counts)
    assert counts[0].now > 0
    assert counts[0].alone == pytest.approx(counts[0].now, rel=0.5), "not a hundred times as fast"
