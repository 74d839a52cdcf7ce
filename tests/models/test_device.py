"""Which device and type of number is computed with."""

from types import SimpleNamespace

import pytest
import torch

from outcome_rl.models import device
from outcome_rl.models.device import dtype_name, dtype_of, pick_device, pick_dtype

CPU = torch.device("cpu")
MEASURED = device.matmul_seconds
"""What the other tests do without."""


@pytest.fixture(autouse=True)
def measured(monkeypatch):
    monkeypatch.setattr(device, "matmul_seconds", MEASURED)


@pytest.fixture
def machine(monkeypatch):
    """Sets what a product of each type takes of the processor's time, and of the wall's beside another program."""

    def made(float32, bfloat16, delay=0.0, fine=True):
        clock = SimpleNamespace(processor=0.0, wall=0.0)
        seconds = {torch.float32: float32, torch.bfloat16: bfloat16}

        def product(left, right):
            clock.processor += seconds[left.dtype]
            clock.wall += seconds[left.dtype] + (delay if left.dtype == torch.bfloat16 else 0.0)

        known = SimpleNamespace(
            thread_time=lambda: clock.processor,
            perf_counter=lambda: clock.wall,
            get_clock_info=lambda _: SimpleNamespace(resolution=1e-9 if fine else 0.0156),
        )
        monkeypatch.setattr(device, "time", known)
        monkeypatch.setattr(torch.nn.functional, "linear", product)

    return made


@pytest.mark.parametrize(
    ("float32", "bfloat16", "picked"),
    [(3.0, 1.0, torch.bfloat16), (1.2, 1.0, torch.float32), (1.0, 1.0, torch.float32), (1.0, 9.0, torch.float32)],
)
def test_half_precision_has_to_be_clearly_faster(machine, float32, bfloat16, picked):
    machine(float32, bfloat16)
    assert pick_dtype(CPU) == picked


def test_a_busy_machine_does_not_change_the_type_of_number(machine):
    machine(3.0, 1.0, delay=20.0)
    assert pick_dtype(CPU) == torch.bfloat16
    machine(3.0, 1.0, delay=20.0, fine=False)
    assert pick_dtype(CPU) == torch.float32, "where the processor's time is counted coarsely, the wall's has to do"


def test_the_real_measurement_gives_a_type_that_is_known():
    picked = pick_dtype(CPU)
    assert picked in (torch.float32, torch.bfloat16)
    assert dtype_of(dtype_name(picked)) is picked
    with pytest.raises(ValueError, match="'Tensor' is no type of number"):
        dtype_of("Tensor")


@pytest.mark.parametrize(("asked", "name"), [("true", "cpu"), ("false", "meta"), (None, "meta")])
def test_the_processor_is_used_where_the_environment_asks_for_it(monkeypatch, asked, name):
    from accelerate import PartialState

    monkeypatch.setattr(PartialState, "_shared_state", {})
    monkeypatch.setattr(PartialState, "default_device", property(lambda _: torch.device("meta")))
    if asked is None:
        monkeypatch.delenv("ACCELERATE_USE_CPU", raising=False)
    else:
        monkeypatch.setenv("ACCELERATE_USE_CPU", asked)
    assert pick_device().type == name
