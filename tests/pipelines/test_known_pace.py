"""How fast a machine is before anything is measured: what a run kept, corrected by how busy the machine is now."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from outcome_rl.config import FinetuneConfig
from outcome_rl.pipelines import known_pace
from outcome_rl.pipelines.known_pace import LIFE, find_pace, keep_pace, latest_folders, reckoned
from outcome_rl.rl.pace import Pace
from outcome_rl.runs.run import Run
from outcome_rl.utils.busy import CpuTimes
from outcome_rl.utils.files import read_json, write_json
from outcome_rl.utils.oom import count_weights

CONFIG = FinetuneConfig()
PACE = Pace(setup=1.0, write=2.0, score=3.0, compare=4.0, update=5.0, others=6.0)


@pytest.fixture
def machine(monkeypatch):
    """``machine.speed`` and ``machine.now``, as a probe and a clock would say."""

    class Probed:
        speed, now = 100.0, 1000.0

    monkeypatch.setattr(known_pace, "gflops_now", lambda device, dtype, niceness=0: Probed.speed / (1 + niceness))
    monkeypatch.setattr(known_pace.time, "time", lambda: Probed.now)
    return Probed


def kept(tmp_path, name="one", config=CONFIG, pace=PACE):
    run = Run(tmp_path / name)
    run.folder.mkdir()
    keep_pace(run, config, pace, loading=10.0)
    return run.folder


def test_a_pace_of_late_is_that_of_now_on_a_machine_as_busy(tmp_path, machine):
    found = find_pace([kept(tmp_path)], CONFIG)
    assert (found.pace, found.loading, found.measured) == (PACE, 10.0, True)


def test_on_a_machine_that_has_become_busier_everything_takes_longer(tmp_path, machine):
    folder = kept(tmp_path)
    machine.speed = 25.0
    found = find_pace([folder], CONFIG)
    assert found.pace == Pace(setup=4.0, write=8.0, score=12.0, compare=16.0, update=20.0, others=6.0)
    assert found.loading == 40


def test_work_that_yields_to_others_is_slower_than_who_asks(tmp_path, machine):
    assert find_pace([kept(tmp_path)], CONFIG, niceness=1).pace.write == 2 * PACE.write


def test_what_a_probe_had_of_its_time_is_told(monkeypatch):
    """Two threads for a second, which had half a second of the processors."""
    first, then = CpuTimes(0.0, 0.0, 0.0), CpuTimes(2.0, 2.0, 0.5)
    looks = iter([known_pace.Look(0.0, 0.0, first), known_pace.Look(1.0, 0.5, then)])
    monkeypatch.setattr(known_pace.Look, "now", staticmethod(lambda: next(looks)))
    monkeypatch.setattr(torch, "get_num_threads", lambda: 2)
    assert known_pace.Look.now().shares(torch.device("cpu")) == (0.75, 0.25)


def test_the_latest_counts(tmp_path, machine):
    one = kept(tmp_path, "one")
    machine.now += 1
    two = kept(tmp_path, "two", pace=replace(PACE, write=9.0))
    assert find_pace([one, two], CONFIG).pace.write == 9.0
    assert latest_folders(Run(two)) == [two, one]


@pytest.mark.parametrize("why", ["old", "another model", "damaged", "no numbers", "nothing there"])
def test_otherwise_arithmetic_has_to_do(tmp_path, machine, why):
    folder, asked = kept(tmp_path), CONFIG
    if why == "old":
        machine.now += LIFE + 1
    elif why == "another model":
        asked = FinetuneConfig(model="Qwen/Qwen3-0.6B")
    elif why == "damaged":
        (folder / "pace.json").write_text("{}")
    elif why == "no numbers":
        write_json(folder / "pace.json", read_json(folder / "pace.json") | {"loading": None})
    found = find_pace([] if why == "nothing there" else [folder], asked)
    assert not found.measured
    assert find_pace([], FinetuneConfig(model="someone/writer")) is None


def test_a_model_in_a_folder_is_as_large_as_its_files_say(models_folder, machine):
    found = find_pace([], FinetuneConfig(model=str(models_folder / "gpt2")))
    weights = count_weights(models_folder / "gpt2")
    assert 0 < weights < 1_000_000
    assert found.pace == reckoned(weights, machine.speed, own_words=True)


def test_of_a_damaged_model_nothing_is_known(tmp_path, machine):
    (tmp_path / "model.safetensors").write_bytes(b"{}")
    assert find_pace([], FinetuneConfig(model=str(tmp_path))) is None


def test_by_arithmetic_a_machine_half_as_fast_takes_twice_as_long():
    quick, slow = (reckoned(124_000_000, speed, own_words=True) for speed in (100.0, 50.0))
    assert slow.step(32) == pytest.approx(2 * quick.step(32))
    # 100 tokens, 2.7 + .33 + .8 passes of twice 124 million operations, for 32 emails; 8 billion for each of the 3.25
    # emails that are scored for one
    assert quick.step(32) == pytest.approx(32 * (3.83 * 100 * 2 * 0.124 + 3.25 * 8) / 100)
    assert reckoned(124_000_000, 100.0, own_words=False).others == 0
