"""Tuning from a script: the result, the folder, a model in memory, a reward of one's own, stopping and going on."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

import outcome_rl as orl
from outcome_rl.api.finetune import _require_same
from outcome_rl.errors import ConfigError, RunError
from outcome_rl.pipelines import finetune_inputs, finetune_run
from outcome_rl.pipelines.planning import Planned
from outcome_rl.policy.model_card import WITHOUT_RL
from outcome_rl.rl.validation import Validation
from outcome_rl.runs.run import replay

from .common import CONTEXTS, SHORT, TUNING, on


def words(contexts, emails):
    return [float(len(email.split())) for email in emails]


def in_memory(folder):
    return AutoModelForCausalLM.from_pretrained(folder), AutoTokenizer.from_pretrained(folder)


@pytest.fixture(scope="module")
def tuned(tmp_path_factory, trained, models_folder):
    """(result, its folder, its events) of a fine-tune against a reward model."""
    out, told = tmp_path_factory.mktemp("tuned") / "model", []
    result = orl.finetune(trained.csv, trained.model, out=out, config=on(models_folder / "gpt2"), on_event=told.append)
    return result, out, told


def test_the_result_says_what_it_came_to(tuned, models_folder):
    result, out, told = tuned
    assert (result.steps, result.completions, result.model_dir) == (2, 8, str(out))
    assert result.evaluation.gain == pytest.approx(result.reward_after - result.reward_before)
    assert result.base_model == str(models_folder / "gpt2")
    assert told[-1].result == result.to_dict()
    assert orl.FinetuneResult.from_dict(result.to_dict()) == result
    assert {email.model for email in result.evaluation.emails} == {"base", "warm_start", "tuned"}


def test_the_folder_is_written_with_and_compared(tuned, trained):
    _, out, _ = tuned
    assert AutoModelForCausalLM.from_pretrained(out).config.model_type == "gpt2"
    compared = orl.compare(out, CONTEXTS, trained.model, sampling=SHORT)
    assert compared.warm_start is not None
    assert compared.n == len(CONTEXTS)


def test_events_and_rows_are_kept_beside_the_folder(tuned, trained):
    _, out, told = tuned
    run = orl.Run(out.with_name("model.run"))
    assert replay(run)[0] == told
    assert run.state() == "done"
    assert (run.folder / "comparison.csv").is_file()
    assert orl.read_emails(run.data_file).emails == orl.read_emails(trained.csv).emails


def test_people_are_described_as_the_folder_has_learned_it(tuned, tmp_path):
    _, out, _ = tuned
    people = tmp_path / "people.csv"
    people.write_text("Position,Firm,Job\nBoss,Acme,Cook\n", encoding="utf-8")
    found = orl.read_recipients(people, out)
    assert found.contexts == ("Cook of Acme",) and "as in the emails that were learned from" in found.said
    assert orl.read_recipients(people).contexts == orl.read_recipients(people, tmp_path).contexts == ("Cook",)


def test_what_events_say_is_one_line_each(tuned):
    lines = [str(event) for event in tuned[2]]
    assert lines[0] == "finetune begins"
    assert all(line and "\n" not in line for line in lines)
    assert any(line.startswith("step 2/2: reward ") for line in lines)


def test_a_reward_and_a_model_of_one_s_own(trained, models_folder, tmp_path):
    model, tokenizer = in_memory(models_folder / "llama")
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    told = []
    result = orl.finetune(
        orl.read_emails(trained.csv), words, out=tmp_path / "own", config=TUNING, model=model, tokenizer=tokenizer,
        on_event=told.append,
    )  # fmt: skip
    steps = [event for event in told if isinstance(event, orl.events.RLStep)]
    assert [event.share_conversion for event in steps] == [None, None]
    assert "conversions" not in str(steps[0])
    assert (result.judge_before, result.reward_of_own_emails, result.verdict_ignored) == (None, None, False)
    assert result.evaluation.tuned.predicted is None
    assert any(not torch.equal(before[name], tensor) for name, tensor in model.state_dict().items()), "tuned in place"
    # what was saved is what is in memory
    again = orl.Writer.load(tmp_path / "own")
    for name, tensor in again.model.state_dict().items():
        torch.testing.assert_close(tensor.float(), model.state_dict()[name].float(), rtol=0, atol=1e-2)


def test_all_weights_of_a_model_in_memory(trained, models_folder, tmp_path):
    """The base writes what it wrote before tuning, though no disk has it."""
    model, tokenizer = in_memory(models_folder / "gpt2")
    model.config.name_or_path = ""
    config = replace(TUNING, tuning="full", steps=1, learning_rate=1e-2)
    result = orl.finetune(trained.csv, words, out=tmp_path / "full", config=config, model=model, tokenizer=tokenizer)
    assert result.base_model == "GPT2LMHeadModel"
    written = [email for email in result.evaluation.emails if email.model == "base"]
    base = orl.Writer(model=in_memory(models_folder / "gpt2")[0], tokenizer=tokenizer)
    sampling = orl.SamplingConfig(max_new_tokens=config.max_new_tokens, seed=config.seed)
    wanted = base.generate([email.context for email in written], sampling=sampling)
    assert [email.email_text for email in written] == [email.email_text for email in wanted]


def test_a_judge_of_one_s_own_decides_which_step_is_kept(trained, models_folder, tmp_path):
    told, seen = [], []

    def judge(contexts, emails):
        seen.append(len(emails))
        return [float(-len(seen))] * len(emails)  # the first it is asked about pleases it best

    result = orl.finetune(
        trained.csv,
        words,
        out=tmp_path / "judged",
        config=on(models_folder / "gpt2"),
        judge=judge,
        on_event=told.append,
    )
    evaluations = [event for event in told if isinstance(event, orl.events.RLEvaluation)]
    assert [event.judge_mean for event in evaluations] == [-1.0, -2.0]
    assert all(event.independent for event in evaluations)
    assert result.best_step == 0
    assert result.judge_after is not None


@pytest.mark.parametrize("own", [True, False])
def test_a_reward_model_decides_together_with_its_own_judge_only(trained, models_folder, tmp_path, monkeypatch, own):
    asked = []

    def validation(contexts, judge, together):
        asked.append(together)
        return Validation(contexts, judge, together)

    monkeypatch.setattr(finetune_run, "Validation", validation)
    other = None if own else trained.model.judge.score
    orl.finetune(
        trained.csv, trained.model, out=tmp_path / "out", config=on(models_folder / "gpt2"),
        judge=other and (lambda contexts, emails: other(contexts, emails).rewards),
    )  # fmt: skip
    assert asked == [own]


# --- stopping and going on --------------------------------------------------------------------------------------------


def stopped_after_one_step(data, out, config):
    """The events until a loop that leaves after the first step."""
    told = []
    for event in orl.finetune_events(data, words, out=out, config=config):
        told.append(event)
        if isinstance(event, orl.events.RLStep):
            break
    return told


def test_leaving_the_loop_saves_what_was_done(trained, models_folder, tmp_path):
    told = stopped_after_one_step(trained.csv, tmp_path / "m", on(models_folder / "gpt2"))
    run = orl.Run(tmp_path / "m.run")
    recorded = replay(run)[0]
    assert recorded[: len(told)] == told
    last = recorded[-1]
    assert isinstance(last, orl.events.Stopped)
    assert "call it again with resume=True" in last.message
    assert [event.step for event in recorded if isinstance(event, orl.events.RLStep)] == [1]
    assert run.state() == "stopped"
    assert orl.Writer.load(tmp_path / "m").generate(CONTEXTS[:1], sampling=SHORT)


def test_going_on_gives_what_an_unbroken_run_gives(trained, models_folder, tmp_path):
    config = on(models_folder / "gpt2")
    stopped_after_one_step(trained.csv, tmp_path / "broken", config)
    resumed = orl.finetune(trained.csv, words, out=tmp_path / "broken", config=config, resume=True)
    whole = orl.finetune(trained.csv, words, out=tmp_path / "whole", config=config)
    steps = [e.step for e in replay(orl.Run(tmp_path / "broken.run"))[0] if isinstance(e, orl.events.RLStep)]
    assert steps == [1, 2]
    assert resumed.evaluation == whole.evaluation
    assert resumed.kl == whole.kl


def test_without_resume_it_begins_anew(trained, models_folder, tmp_path):
    config, run, left = on(models_folder / "gpt2"), orl.Run(tmp_path / "m.run"), []
    stopped_after_one_step(trained.csv, tmp_path / "m", config)
    assert run.checkpoint.exists()

    def look(event):
        if isinstance(event, orl.events.Started):
            left.append(run.checkpoint.exists())

    orl.finetune(trained.csv, words, out=tmp_path / "m", config=replace(config, seed=7), on_event=look)
    assert left == [False], "killed before its first checkpoint, it must not go on from another run's"
    recorded = replay(run)[0]
    assert [event.step for event in recorded if isinstance(event, orl.events.RLStep)] == [1, 2]
    assert isinstance(recorded[0], orl.events.Started)
    assert not recorded[0].resumed


def test_rows_out_of_memory_are_the_same_when_it_goes_on(tmp_path):
    """A file's emails are read without markup and quoted threads; those of a list are taken as they are."""
    emails = ["<p>Hello <b>Ana</b></p>", "Yes.\r\n\r\nOn Monday, Bo wrote:\n> old", " as it was "]
    rows = orl.EmailData.from_lists(["a  buyer", "another", "a third"], emails, [0, 1, 2])
    run, config = orl.Workspace(tmp_path).new_run("finetune"), orl.FinetuneConfig()
    rows.write(run.data_file)
    run.write_config({"kind": "finetune", "finetune": config.to_dict()})
    _require_same(run, config, rows)
    with pytest.raises(ConfigError, match="data: these are not the rows"):
        _require_same(run, config, rows.take([0, 1]))


def test_what_cannot_change_in_a_resumed_run_is_said(trained, models_folder, tmp_path):
    config = on(models_folder / "gpt2")
    stopped_after_one_step(trained.csv, tmp_path / "m", config)
    with pytest.raises(ConfigError, match="kl_weight cannot change in a run that is resumed; minutes, steps, epochs"):
        orl.finetune(trained.csv, words, out=tmp_path / "m", config=replace(config, kl_weight=0.5), resume=True)
    other = orl.read_emails(trained.csv).take(range(80))
    with pytest.raises(ConfigError, match="data: these are not the rows that"):
        orl.finetune(other, words, out=tmp_path / "m", config=config, resume=True)


def test_the_page_s_stop_ends_it(trained, models_folder, tmp_path):
    """A run of a workspace is listed there, and can be asked to stop."""
    space = orl.Workspace(tmp_path)
    run = space.new_run("finetune", "mine")

    def stop(event):
        if isinstance(event, orl.events.RLStep):
            run.request_stop()

    with pytest.raises(RunError, match="the run was stopped; call it again with resume=True"):
        orl.finetune(trained.csv, words, out=space.policy, config=on(models_folder / "gpt2"), run=run, on_event=stop)
    assert [each.name for each in space.runs()] == ["mine"]
    assert run.state() == "stopped"


def test_a_time_that_holds_no_step_is_an_error_that_says_what_would(trained, models_folder, tmp_path, monkeypatch):
    def hopeless(*_):
        yield from ()
        return Planned(None, enough=600.0, hopeless=True)

    monkeypatch.setattr(finetune_inputs, "make_plan", hopeless)
    limited = replace(on(models_folder / "gpt2"), minutes=5.0)
    with pytest.raises(
        RunError, match=r"nothing was tuned\. About 12 minutes would hold 5 steps on this machine\. This was measured"
    ):
        orl.finetune(trained.csv, words, out=tmp_path / "m", config=limited)


def test_an_error_in_a_callback_stops_it_cleanly(trained, models_folder, tmp_path):
    def broken(event):
        if isinstance(event, orl.events.RLStep):
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        orl.finetune(trained.csv, words, out=tmp_path / "m", config=on(models_folder / "gpt2"), on_event=broken)
    assert orl.Run(tmp_path / "m.run").state() == "stopped"


# --- wrong use --------------------------------------------------------------------------------------------------------


def test_a_model_in_memory_needs_its_tokenizer(trained, models_folder, tmp_path):
    model, _ = in_memory(models_folder / "gpt2")
    with pytest.raises(ConfigError, match="a model in memory needs its tokenizer"):
        orl.finetune(trained.csv, words, out=tmp_path / "m", model=model)
    assert list(tmp_path.iterdir()) == []


def test_payoffs_are_of_outcomes(trained, models_folder, tmp_path):
    config = replace(on(models_folder / "gpt2"), payoff_reply=1.0)
    with pytest.raises(ConfigError, match="payoffs: the reward is not one of outcomes"):
        orl.finetune(trained.csv, words, out=tmp_path / "m", config=config)


def test_a_reward_model_that_guesses_is_refused(trained, models_folder, tmp_path):
    report = replace(trained.model.report, beats_guessing="unclear", tells_apart="unclear")
    guessing = replace(trained.model, report=report)
    config = replace(on(models_folder / "gpt2"), ignore_verdict=False)
    with pytest.raises(RunError, match="tuning is locked"):
        orl.finetune(trained.csv, guessing, out=tmp_path / "m", config=config)


@pytest.mark.parametrize("reward", ["guesses", "a function"])
def test_without_rl_no_reward_is_asked_and_nothing_is_compared(trained, models_folder, tmp_path, reward):
    guessing = replace(trained.model, report=replace(trained.model.report, beats_guessing=False))
    config = replace(on(models_folder / "gpt2"), ignore_verdict=False, steps=0, minutes=5)
    result = orl.finetune(trained.csv, guessing if reward == "guesses" else words, out=tmp_path / "m", config=config)
    assert (result.steps, result.evaluation, result.reward_after, result.verdict_ignored) == (0, None, None, False)
    assert "Nothing was taught, for no RL step was asked for" in result.verdict
    assert orl.Writer.load(result.model_dir).generate(["Customer: A."], sampling=SHORT)[0].reward is None
    card = (tmp_path / "m" / "README.md").read_text(encoding="utf-8")
    assert WITHOUT_RL in card
    assert "rewarded" not in card
    with pytest.raises(ConfigError, match=r"^steps: .* makes no RL step"):
        orl.finetune(trained.csv, guessing, out=tmp_path / "m", config=replace(config, steps=2), resume=True)


def test_what_may_be_said_stays_with_the_model(trained, models_folder, tmp_path):
    said = "We have 4,321 customers."
    settings = on(models_folder / "gpt2")
    orl.finetune(trained.csv, trained.model, out=tmp_path / "model", config=settings, facts=said)
    assert (tmp_path / "model.run" / "facts.txt").read_text(encoding="utf-8") == said
    assert said in (tmp_path / "model" / "facts.txt").read_text(encoding="utf-8")
    written = orl.Writer.load(tmp_path / "model").plain()
    assert said in written.facts


def test_a_table_of_sentences_of_other_emails_is_refused(trained, models_folder, tmp_path):
    (tmp_path / "s.csv").write_text("sentence,keep\nNobody ever said this.,yes\n", encoding="utf-8")
    with pytest.raises(orl.errors.DataError, match="is no sentence of the bank"):
        orl.finetune(
            trained.csv,
            trained.model,
            out=tmp_path / "m",
            config=on(models_folder / "gpt2"),
            sentences=tmp_path / "s.csv",
        )
