"""A fine-tune without RL steps: the model before them is what is asked for, whatever the reward model is worth."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from outcome_rl import events as ev
from outcome_rl.config import FREE, OWN_WORDS, FinetuneConfig, RewardConfig
from outcome_rl.errors import ConfigError, RunError
from outcome_rl.pipelines.choose_writing import approved_bank
from outcome_rl.pipelines.finetune_inputs import FinetuneJob
from outcome_rl.pipelines.finetune_run import finetune_run
from outcome_rl.pipelines.full_run import GUESSES, full_run
from outcome_rl.pipelines.resume import with_changes
from outcome_rl.pipelines.time_estimates import NO_RL, estimate_in_words
from outcome_rl.policy.metadata import is_taught, read_origin, taught_steps, tuned_models, why_not_taught
from outcome_rl.policy.model import load_writing_model
from outcome_rl.results import FinetuneResult
from outcome_rl.reward.metadata import read_figures
from outcome_rl.runs.workspace import Workspace
from outcome_rl.sentence_bank.storage import BANK_FILE, load_bank, save_bank
from outcome_rl.utils.checksums import write_checksums
from outcome_rl.utils.files import write_json
from tests.helpers.made_once import copied
from tests.helpers.seller import seller_emails

SELLER = seller_emails()


@pytest.fixture
def job(tmp_path, models_folder, made_models):
    """Of a seller whose reward model guesses."""
    space = Workspace(copied(made_models, tmp_path))
    write_json(space.reward_model / "metrics.json", {**read_figures(space.reward_model), "beats_guessing": False})
    write_checksums(space.reward_model)
    config = FinetuneConfig(model=str(models_folder / "gpt2"), steps=0, write=OWN_WORDS, max_new_tokens=12)
    return FinetuneJob(config, space.new_run("finetune"), SELLER, space.reward_model, tmp_path / "writer", None)


def finished(job: FinetuneJob) -> tuple[list[ev.Event], FinetuneResult]:
    told = list(finetune_run(job, lambda: False))
    assert isinstance(told[-1], ev.Finished)
    return told, FinetuneResult.from_dict(told[-1].result)


def test_your_own_sentences_are_saved_and_nothing_is_tuned_judged_or_compared(job):
    told, result = finished(job)
    assert not any(isinstance(event, ev.RLStep | ev.RLEvaluation | ev.WarmStartStep) for event in told)
    assert not (job.run.folder / "comparison.csv").exists()
    assert (result.steps, result.best_step, result.completions, result.kl) == (0, 0, 0, 0.0)
    assert (result.evaluation, result.reward_before, result.reward_after, result.reward_of_own_emails) == (None,) * 4
    assert not result.verdict_ignored, "nothing was tuned against it"
    assert result.verdict.startswith(
        "Nothing was taught, for no RL step was asked for. The writer is your own sentences"
    )
    assert FinetuneResult.from_dict(result.to_dict()) == result
    origin = read_origin(job.out)
    assert (origin["steps"], origin["best_step"], "warning" in origin) == (0, 0, False)
    assert why_not_taught(job.out) == "no RL step was asked for"
    assert not is_taught(job.out)
    writer = load_writing_model(tuned_models(job.out)["tuned"])
    assert writer.writing.name == OWN_WORDS


def test_all_emails_give_sentences_for_nothing_is_held_out(job):
    finished(job)
    every = {sentence.text: sentence.counts for sentence in approved_bank(SELLER, "", None).sentences}
    kept = load_bank(job.run.folder / BANK_FILE).sentences
    assert {sentence.text: sentence.counts for sentence in kept} == every


def test_so_they_do_where_a_whole_runs_own_reward_model_guesses(job):
    """Also where fewer had been taken apart before, when its minutes were planned."""
    save_bank(approved_bank(SELLER.take(range(48)), "", None), job.run.folder / BANK_FILE)
    guesses = SimpleNamespace(trusted=False, seconds=0.0, to_dict=dict)
    asked = replace(job, config=replace(job.config, steps=2))
    last = list(full_run(RewardConfig(), asked, guesses, lambda: False))[-1]
    assert last.result["finetune"]["steps"] == 0
    assert why_not_taught(job.out) == GUESSES
    every = {sentence.text: sentence.counts for sentence in approved_bank(SELLER, "", None).sentences}
    assert {each.text: each.counts for each in load_bank(job.run.folder / BANK_FILE).sentences} == every


def test_few_contexts_are_nothing_to_warn_of(job):
    few = [i for i, context in enumerate(SELLER.contexts) if context in SELLER.unique_contexts()[:8]]
    told, _ = finished(replace(job, data=SELLER.take(few), config=replace(job.config, write=FREE)))
    assert not [event.message for event in told if isinstance(event, ev.Notice) and "contexts" in event.message]


@pytest.mark.parametrize(("epochs", "is_"), [(1, "the warm start"), (0, "the base model as it is")])
def test_what_is_written_freely_is_the_warm_start_alone(job, epochs, is_):
    config = replace(job.config, write=FREE, warm_start_epochs=epochs)
    told, result = finished(replace(job, config=config))
    assert any(isinstance(event, ev.WarmStartStep) for event in told) is bool(epochs)
    assert f"The writer is {is_}" in result.verdict


@pytest.mark.parametrize(("minutes", "seconds"), [(1.0, 0.6), (100.0, 6000.0)])
def test_minutes_are_not_planned_and_never_too_few(job, minutes, seconds):
    config = replace(job.config, write=FREE, warm_start_epochs=1, minutes=minutes)
    told, result = finished(replace(job, config=config, seconds=seconds))
    assert not (job.run.folder / "plan.json").exists()
    assert "Nothing was taught, for no RL step" in result.verdict
    assert not [event for event in told if isinstance(event, ev.Notice) and "RL steps" in event.message]


def test_a_writer_that_was_taught_is_replaced_as_by_any_new_run(job):
    job.out.mkdir()
    write_json(job.out / "outcome_rl.json", {"steps": 5, "best_step": 5, "base_model": "x"})
    assert taught_steps(job.out) == 5
    finished(job)
    assert taught_steps(job.out) == 0


def test_with_rl_steps_the_reward_model_is_refused_and_the_way_out_is_named(job):
    with pytest.raises(RunError, match=r"tuning is locked.*--steps 0"):
        list(finetune_run(replace(job, config=replace(job.config, steps=1)), lambda: False))


@pytest.mark.parametrize(
    ("before", "given"), [(0, {"steps": 3}), (0, {"minutes": 5.0}), (3, {"steps": 0}), (None, {"steps": 0})]
)
def test_a_run_that_is_resumed_neither_begins_nor_leaves_out_rl(before, given):
    with pytest.raises(ConfigError, match=r"^steps: .* Start a new run"):
        with_changes(FinetuneConfig(steps=before), FinetuneConfig(**given), set(given))
    with_changes(FinetuneConfig(steps=before), FinetuneConfig(learning_rate=1e-3), {"learning_rate"})


def test_no_step_is_not_as_if_none_were_given():
    assert FinetuneConfig(steps=0).planned_steps(100) == 0
    assert FinetuneConfig(steps=0, minutes=8).planned_steps(100) == 0
    assert FinetuneConfig(epochs=1, contexts_per_step=10).planned_steps(100) == 10
    assert estimate_in_words(FinetuneConfig(steps=0, minutes=8), 0, None) == NO_RL
    with pytest.raises(ConfigError, match="steps: -1 is outside"):
        FinetuneConfig(steps=-1)
