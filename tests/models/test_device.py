"""Which device and type of number is computed with."""

import time

import pytest
import torch

from outcome_rl.models.device import pick_device, pick_dtype


@pytest.mark.skipif(time.get_clock_info("thread_time").resolution > 1e-4, reason="processor time is counted coarsely")
def test_a_busy_machine_does_not_change_the_type_of_number(monkeypatch):
    cpu, product = torch.device("cpu"), torch.nn.functional.linear
    chosen = pick_dtype(cpu)
    for delayed in (torch.float32, torch.bfloat16):

        def beside_others(left, right, delayed=delayed):
            if left.dtype == delayed:
                time.sleep(0.02)  # the processor is given to another program
            return product(left, right)

        monkeypatch.setattr(torch.nn.functional, "linear", beside_others)
        assert pick_dtype(cpu) == chosen


@pytest.mark.parametrize(("asked", "device"), [("true", "cpu"), ("false", "meta"), (None, "meta")])
def test_the_processor_is_used_where_the_environment_asks_for_it(monkeypatch, asked, device):
    from accelerate import PartialState

    monkeypatch.setattr(PartialState, "_shared_state", {})
    monkeypatch.setattr(PartialState, "default_device", property(lambda _: torch.device("meta")))
    if asked is None:
        monkeypatch.delenv("ACCELERATE_USE_CPU", raising=False)
    else:
        monkeypatch.setenv("ACCELERATE_USE_CPU", asked)
    assert pick_device().type == device
