"""Library and commands are one: the same data, models and settings give the same figures, under the same keys.

``json_keys.json`` holds the keys as scripts know them, in order, those of nested objects behind a dot.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import outcome_rl as orl
from outcome_rl.data.csv_io import write_rows
from outcome_rl.flags import flags
from outcome_rl.pipelines.full_run import full_result

from .common import CONTEXTS, SHORT, on

KEYS = json.loads((Path(__file__).parent / "json_keys.json").read_text(encoding="utf-8"))


def keys(value: Any, path: str = "") -> Iterator[str]:
    """The paths of all values, in order; of a list of objects those of the first one.

    Without the one that stands there where the reward model guesses, as on so few rows.
    """
    if isinstance(value, dict):
        for key, item in value.items():
            if key != "reward_model_guesses":
                yield from keys(item, f"{path}.{key}" if path else key)
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        yield from keys(value[0], f"{path}[]")
    else:
        yield path


def without_time(value: Any) -> Any:
    """The same without what differs from run to run: seconds, and the folder that was named."""
    if isinstance(value, dict):
        return {key: without_time(item) for key, item in value.items() if key not in ("seconds", "model_dir")}
    return [without_time(item) for item in value] if isinstance(value, list) else value


@pytest.fixture(scope="module")
def tuned(trained, models_folder, tmp_path_factory):
    out = tmp_path_factory.mktemp("tuned") / "m"
    return orl.finetune(trained.csv, trained.model, out=out, config=on(models_folder / "gpt2"))


def test_train_reward(trained, typed, tmp_path):
    printed = typed("train-reward", trained.csv, *flags(trained.config), "--out", tmp_path / "rm")
    assert list(keys(printed)) == KEYS["train-reward"]
    assert without_time(printed) == without_time(trained.model.report.to_dict())
    assert orl.RewardReport.from_dict(printed).to_dict() == printed
    assert json.loads((tmp_path / "rm" / "metrics.json").read_text()) == printed


def test_finetune(trained, tuned, typed, models_folder):
    settings = flags(on(models_folder / "gpt2"))
    printed = typed("finetune", trained.csv, *settings, "--reward-model", trained.folder)
    assert list(keys(printed)) == KEYS["finetune"]
    assert without_time(printed) == without_time(tuned.to_dict())
    assert orl.FinetuneResult.from_dict(printed).to_dict() == printed


def test_finetune_without_rl(trained, typed, models_folder):
    settings = flags(replace(on(models_folder / "gpt2"), steps=0))
    printed = typed("finetune", trained.csv, *settings, "--reward-model", trained.folder)
    measured = [key for key in KEYS["finetune"] if not key.startswith("evaluation.")]
    assert list(keys(printed)) == [*measured[:-1], "evaluation", measured[-1]]
    assert orl.FinetuneResult.from_dict(printed).to_dict() == printed


def test_evaluate(trained, tuned, typed, tmp_path):
    write_rows(tmp_path / "contexts.csv", ["context"], [[context] for context in CONTEXTS])
    named = ["--model", tuned.model_dir, "--reward-model", trained.folder, "--contexts", "contexts.csv"]
    printed = typed("evaluate", *named, *flags(SHORT))
    assert list(keys(printed)) == KEYS["evaluate"]
    assert printed == orl.compare(tuned.model_dir, CONTEXTS, trained.folder, sampling=SHORT).to_dict()
    assert orl.Comparison.from_dict(printed).to_dict() == printed


def test_run(trained, tuned, typed, models_folder):
    config = trained.config
    reward = ["--encoder", config.model, "--reward-repeats", 1, "--reward-folds", 2, "--reward-judge-share", 0.5]
    printed = typed("run", trained.csv, *flags(on(models_folder / "gpt2")), *reward)
    assert without_time(printed) == without_time(full_result(trained.model.report, tuned))


def test_generate(trained, typed, models_folder):
    named = ["--model", models_folder / "gpt2", "--reward-model", trained.folder, "--candidates", 2]
    printed = typed("generate", "--context", CONTEXTS[0], *named, *flags(SHORT))
    writer = orl.Writer.load(models_folder / "gpt2")
    found = writer.generate(CONTEXTS[:1], candidates=2, reward_model=trained.model, sampling=SHORT)
    assert printed["emails"] == [email.to_dict() for email in found]
    best = typed("generate", "--context", CONTEXTS[0], *named[:-2], "--best-of", 2, *flags(SHORT))
    found = writer.generate(CONTEXTS[:1], best_of=2, reward_model=trained.model, sampling=SHORT)
    assert best["emails"] == [email.to_dict() for email in found] == printed["emails"][:1]


def test_keys_that_a_later_version_adds_are_kept(tuned):
    told = {**tuned.to_dict(), "new": 1, "evaluation": {**tuned.evaluation.to_dict(), "newer": [2]}}
    assert orl.FinetuneResult.from_dict(told).to_dict() == told


def test_a_result_that_lacks_keys_is_refused(tuned):
    told = {key: value for key, value in tuned.to_dict().items() if key != "kl"}
    with pytest.raises(orl.errors.RunError, match="a result of another version cannot be read: "):
        orl.FinetuneResult.from_dict(told)
