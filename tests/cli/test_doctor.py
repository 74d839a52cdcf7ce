"""The command that says what this machine can do."""

from __future__ import annotations

from outcome_rl.pipelines import known_pace
from tests.helpers.command_line import refused, result, typed


def test_doctor(mails, models_folder, tmp_path, monkeypatch):
    monkeypatch.setattr(known_pace, "gflops_now", lambda *_: 100.0)  # whatever else is at work
    asked = ("doctor", mails / "mails.csv", "--model", models_folder / "llama", "--minutes", 3)
    found = result(*asked, cwd=tmp_path)
    machine = found["machine"]
    assert {"torch", "transformers", "python"} <= set(machine["versions"])
    assert machine["device"] == "cpu"
    assert min(machine["speed"].values()) > 0
    assert machine["dtype"] in machine["speed"]
    assert 0 < machine["memory"][0] <= machine["memory"][1]
    assert (found["minutes"], found["emails_per_step"]) == (3, 32)
    assert found["seconds_per_step"] > 0
    assert found["steps"] >= found["steps_of_whole_run"] > 5  # it is a tiny model
    assert "gpt2" in {model["name"] for model in found["models"]}
    status, shown, _ = typed(*asked, cwd=tmp_path)
    assert status == 0
    for said in ("GFLOP/s in float32", "3 minutes of tuning hold about", "Apache-2.0", "cores: "):
        assert said in shown
    assert not (tmp_path / "outputs").exists()


def test_a_model_that_is_nowhere(mails, tmp_path):
    assert "nowhere/at-all" in refused("doctor", mails / "mails.csv", "--model", "nowhere/at-all", cwd=tmp_path)
