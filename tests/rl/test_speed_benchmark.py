"""The benchmark of a step's speed makes the step that the product makes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["no_kl", "kl", "words"])
def test_a_step_of_each_kind_is_measured(kind):
    sizes = ["--contexts=2", "--samples=2", "--tokens=5", *(["--own-words"] if kind == "words" else [])]
    command = [sys.executable, "benchmarks/rl_speed.py", f"--worker=ours:{kind}", *sizes]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1].removeprefix("RESULT "))
    assert found["seconds"] > found["sample"] > 0 and found["peak_mb"] > 0
    if kind == "words":
        assert found["tokens"] > 5 and "limits" not in found
    else:
        assert found["tokens"] == 5
        assert all(seconds > 0 for seconds in found["limits"].values())
