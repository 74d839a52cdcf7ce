"""What is said of a machine and of models that would suit it, by hand."""

from __future__ import annotations

import pytest
import torch

from outcome_rl.models.availability import HERE, ModelAvailability
from outcome_rl.models.catalogue import CATALOGUE, known_model
from outcome_rl.models.speed import gflops
from outcome_rl.pipelines.doctor import Machine, machine_advice, models_in_order, time_advice
from outcome_rl.rl.holding import Holding
from outcome_rl.rl.pace import Pace
from outcome_rl.rl.plan import Plan, Work

GB = 1_000_000_000
WORK, PLAN = Work(Pace(0.0, 0.2, 0.0, 0.1, 0.2), samples=4, learned=0), Plan(8, 16, 24)


def machine(**changed) -> Machine:
    usual = {
        "system": "Linux",
        "versions": {},
        "device": "cpu",
        "memory": (8 * GB, 16 * GB),
        "disk_free": 50 * GB,
        "processors": 8,
        "cores": 4,
        "threads": 4,
        "best_threads": 4,
        "busy": 0.1,
        "speed": {"float32": 100.0, "bfloat16": 30.0},
        "dtype": "float32",
    }
    return Machine(**{**usual, **changed})


def test_a_good_machine_needs_no_advice():
    assert machine_advice(machine()) == []


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"best_threads": 1}, "With 1 thread products are faster than with 4 threads: set OMP_NUM_THREADS=1."),
        ({"busy": 0.75}, "Other programs take about 80 % of this machine"),
        ({"busy": 0.4}, "Other programs take about 40 % of this machine"),
        ({"memory": (GB // 2, 16 * GB)}, "Only 500 MB of memory are free"),
        ({"disk_free": GB}, "Only 1.0 GB of the disk are free"),
    ],
)
def test_what_would_make_it_better(changed, said):
    (advice,) = machine_advice(machine(**changed))
    assert advice.startswith(said)


def test_models_are_recommended_by_memory_minutes_and_what_they_were_taught():
    places = [ModelAvailability(model.name, HERE) for model in CATALOGUE]
    small = known_model("smollm2-135m-instruct").weights
    found = {model.name: model for model in models_in_order(places, machine(), WORK, PLAN, small, minutes=12)}
    assert [model.weights for model in found.values()] == sorted(model.weights for model in CATALOGUE)
    # five steps of 16 s, two evaluations of 4.8 s and a checkpoint; three models write 24 emails of .3 s
    assert found["smollm2-135m-instruct"].minutes == pytest.approx((80 + 9.6 + 3 + 21.6) / 60)
    assert {name for name, model in found.items() if model.recommended} == {
        "smollm2-135m-instruct",
        "google/gemma-3-270m-it",
        "HuggingFaceTB/SmolLM2-360M-Instruct",
        "Qwen/Qwen2.5-0.5B-Instruct",
        "Qwen/Qwen3-0.6B",
    }
    assert not found["gpt2"].recommended  # it was taught to go on with a text, not to answer
    assert found["HuggingFaceTB/SmolLM2-1.7B-Instruct"].memory == 1_711_000_000 * 4 * 1.6
    assert not found["HuggingFaceTB/SmolLM2-1.7B-Instruct"].fits
    assert found["google/gemma-3-1b-it"].gated


def test_models_that_nobody_knows_are_left_out():
    assert models_in_order([ModelAvailability("my/writer", HERE)], machine(), WORK, PLAN, 10**8, 20) == []


def test_a_known_model_whoever_publishes_it():
    assert known_model("HuggingFaceTB/SmolLM2-135M-Instruct") is known_model("smollm2-135m-instruct")
    assert known_model("someone/else") is None


def test_advice_on_time():
    assert time_advice(Holding(PLAN, 6, 5, 32, 32, usual=True, enough=400.0), 8) == []
    (few,) = time_advice(Holding(PLAN.divided(4, 0.3), 3, 5, 8, 32, usual=False, enough=660.0), 8)
    assert few == (
        "Measured on this machine just now: in 8 minutes of a whole run there is time for about 3 RL steps of 8 "
        "emails, and it takes at least 5 to change much; for 5 RL steps of the usual 32 emails, give it "
        "about 15 minutes."
    )


def test_speed_is_that_of_a_product():
    assert 0.01 < gflops(torch.float32, torch.device("cpu"), 1) < 100_000
