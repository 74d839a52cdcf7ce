"""How fast a machine multiplies now, also for somebody who yields more to others."""

from __future__ import annotations

import os
import sys
import threading

import pytest
import torch

from outcome_rl.models import speed

CPU = torch.device("cpu")


@pytest.mark.parametrize("seconds", [0.01, 0.0])
def test_a_machine_multiplies_at_some_speed_even_where_others_had_all_the_time(monkeypatch, seconds):
    monkeypatch.setattr(speed, "PROBED", seconds)
    assert speed.gflops_now(CPU, torch.float32) > 0


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere threads have no niceness of their own")
def test_the_probe_yields_so_much_more_than_who_asks_and_who_asks_stays_as_it_is(monkeypatch):
    monkeypatch.setattr(speed, "_watched", lambda *_: float(os.getpriority(os.PRIO_PROCESS, 0)))
    found = []

    def ask() -> None:
        os.nice(1)
        found.append((speed.gflops_now(CPU, None, 3), speed.gflops_now(CPU, None)))

    before = os.getpriority(os.PRIO_PROCESS, 0)
    asking = threading.Thread(target=ask)
    asking.start()
    asking.join()
    assert found == [(min(19, before + 4), min(19, before + 1))]
