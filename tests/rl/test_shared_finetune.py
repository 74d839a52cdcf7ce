"""Several processes that tune one model make the update of one."""

import json

import pytest
import torch

from outcome_rl.rl.checkpoints import load_checkpoint
from tests.helpers.shared_finetune import several, tune


@pytest.mark.parametrize(
    ("family", "tuning"), [("gpt2", "lora"), pytest.param("llama", "full", marks=pytest.mark.slow)]
)
def test_two_processes_make_the_update_of_one(models_folder, tmp_path, family, tuning):
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    tune(models_folder / family, tmp_path / "one", tuning)
    assert several(models_folder / family, tmp_path / "two", tuning, 2) == [0, 0]
    one, two = (load_checkpoint(tmp_path / name / "c") for name in ("one", "two"))
    for part in ("warm_start", "adapter", "best"):
        expected, found = getattr(one, part), getattr(two, part)
        assert expected.keys() == found.keys()
        for name, tensor in expected.items():
            torch.testing.assert_close(found[name], tensor, atol=2e-4, rtol=1e-3, msg=f"{part} {name}")
    told = [
        json.loads((tmp_path / name).read_text())
        for name in ("one/events-0.json", "two/events-0.json", "two/events-1.json")
    ]
    steps = [[event for event in events if event["event"] in ("rl_step", "warm_start_step")] for events in told]
    assert len(steps[0]) == 5
    for single, main, other in zip(*steps, strict=True):
        for name in {"reward_mean", "loss", "kl", "grad_norm", "completions", "length_mean"} & single.keys():
            assert main[name] == pytest.approx(single[name], abs=2e-4), name
            assert main[name] == other[name]
        assert main.get("sample_2_email") == single.get("sample_2_email")
