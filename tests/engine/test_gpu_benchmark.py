"""The benchmark for a GPU runs on a processor, and says that it tells nothing about a GPU."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
@pytest.mark.parametrize("mean_length", [0, 6])
def test_it_runs_on_a_processor_and_says_so(mean_length):
    sizes = ["--contexts=3", "--samples=2", "--tokens=12", "--rounds=1", f"--mean-length={mean_length}"]
    command = [sys.executable, "benchmarks/gpu_sampling.py", "--json", *sizes]
    blind = {**os.environ, "CUDA_VISIBLE_DEVICES": ""}
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=blind)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert "tell nothing about a GPU" in done.stderr and found["note"] in done.stderr
    assert list(found["sizes"]) == ["tiny"]
    tiny = found["sizes"]["tiny"]
    assert tiny["same_emails"] >= 0.5, "but for tokens that rounding decides"
    assert set(tiny["tokens_per_second"]) == {"blocks", "leaving", "generate"}
    assert all(rate > 0 for rate in [*tiny["tokens_per_second"].values(), *tiny["update_seconds"].values()])
