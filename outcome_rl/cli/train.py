"""Commands that train: train-reward, finetune, run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from ..config import POLICY_DIR, REWARD_MODEL_DIR, Columns, ExportSettings, FinetuneConfig, RewardConfig
from ..data.dataset import EmailData
from ..runs.run import Run
from ..runs.workspace import Workspace
from ..utils import distributed
from ..utils.work_clock import WorkClock
from . import display
from .app import (
    COLUMN_OPTIONS,
    EXPORT_OPTIONS,
    ApprovedSentences,
    Data,
    Facts,
    Json,
    MaybeData,
    Out,
    Resume,
    RewardDir,
    Root,
    RunName,
    Sample,
    app,
)
from .options import OptionsFrom, with_options
from .run_session import (
    absolute_path,
    change_settings,
    data_or_sample,
    execute_run,
    find_resumable_run,
    finished_report,
    keep_what_may_be_said,
    load_data,
    load_run_data,
    new_run,
    open_data,
    prepare_resume,
    read_facts_file,
    reject_fixed_options,
    require_approved,
    require_data,
    seconds_before,
    seconds_worked,
)

if TYPE_CHECKING:
    from ..pipelines.finetune_inputs import FinetuneJob

NOTHING_TAUGHT = 3
"""Exit status of ``run`` where tuning was asked for and its reward model only guesses."""


@app.command("train-reward")
@with_options(config=OptionsFrom(RewardConfig), columns=COLUMN_OPTIONS, export=EXPORT_OPTIONS)
def train_reward(
    config: RewardConfig,
    columns: Columns,
    export: ExportSettings,
    data: Data = None,
    sample: Sample = False,
    out: Out = None,
    workspace: Root = Path("."),
    run_name: RunName = None,
    json: Json = False,
) -> None:
    """Train the reward model on emails and their outcomes, and measure how good it is."""
    distributed.require_single_process("train-reward")
    space, found = Workspace(workspace), open_data(data_or_sample(data, sample), columns, export)
    found.read()  # what is wrong with it is told before there is a run
    target = out or space.reward_model
    settings = {"reward": config.to_dict(), "out": absolute_path(target)}
    run = new_run(space, "train-reward", run_name, found, columns, settings, export)
    from ..pipelines.reward_run import reward_run

    result = execute_run(run, lambda stop: reward_run(config, load_run_data(run), target, stop, run), False, json)
    if not json:
        display.print_reward_model(result)
        display.say(f"Saved in {target}")


@app.command("finetune")
@with_options(config=OptionsFrom(FinetuneConfig), columns=COLUMN_OPTIONS, export=EXPORT_OPTIONS)
def finetune(
    config: FinetuneConfig,
    columns: Columns,
    export: ExportSettings,
    typed: dict[str, set[str]],
    data: MaybeData = None,
    sample: Sample = False,
    reward_model: RewardDir = None,
    facts: Facts = None,
    sentences: ApprovedSentences = None,
    out: Out = None,
    resume: Resume = None,
    workspace: Root = Path("."),
    run_name: RunName = None,
    json: Json = False,
) -> None:
    """Warm-start a language model and tune it by reinforcement learning against a reward model."""
    began = WorkClock()
    space, data = Workspace(workspace), data_or_sample(data, sample)
    said = read_facts_file(facts)

    def prepare() -> tuple[Run, EmailData, bool, float]:
        if resume:
            reject_fixed_options(
                reward_model=reward_model, facts=facts, sentences=sentences, out=out, run_name=run_name
            )
        run = find_resumable_run(space, resume, "finetune", data) if resume else None
        settings: dict[str, Any] = {
            "finetune": config.to_dict(),
            "reward_model": absolute_path(reward_model or space.reward_model),
            "out": absolute_path(out or space.policy),
        }
        found = None if run else open_data(data, columns, export)
        rows = found.read() if found else load_data(run, data, columns)
        require_approved(sentences, rows, said)
        from ..reward.metadata import read_figures, require_trust

        # a missing or useless one is told before all else
        kept = run.config() if run else settings
        asked = FinetuneConfig.from_dict(kept["finetune"])
        free = config.ignore_verdict or asked.ignore_verdict or asked.without_rl
        require_trust(read_figures(kept["reward_model"]), free)
        if run is None:
            run = new_run(space, "finetune", run_name, found or require_data(data), columns, settings, export)
            keep_what_may_be_said(run, said, sentences)
            return run, load_run_data(run), False, seconds_before(run, began)
        change_settings(run, config, typed, columns=COLUMN_OPTIONS, export=EXPORT_OPTIONS)
        waited = seconds_before(run, began)  # told by the record as it is, uncut
        from_checkpoint = prepare_resume(run)
        return run, rows, from_checkpoint, waited + seconds_worked(run)

    distributed.join()
    run, rows, from_checkpoint, before = distributed.run_on_main(prepare)
    from ..pipelines.finetune_run import finetune_run

    clock = replace(began, before=before)
    job = _job(run, rows, from_checkpoint, clock)
    result = execute_run(run, lambda stop: finetune_run(job, stop), bool(resume), json, clock)
    if not json:
        _show_finetune(result)


REWARD_OPTIONS = OptionsFrom(
    RewardConfig, prefix="reward_", rename=(("model", "encoder"),), leave_out=("minutes", "seed")
)


@app.command("run")
@with_options(
    config=OptionsFrom(FinetuneConfig),
    reward_config=REWARD_OPTIONS,
    columns=COLUMN_OPTIONS,
    export=EXPORT_OPTIONS,
)
def run_all(
    config: FinetuneConfig,
    reward_config: RewardConfig,
    columns: Columns,
    export: ExportSettings,
    typed: dict[str, set[str]],
    data: MaybeData = None,
    sample: Sample = False,
    facts: Facts = None,
    sentences: ApprovedSentences = None,
    out: Out = None,
    resume: Resume = None,
    workspace: Root = Path("."),
    run_name: RunName = None,
    json: Json = False,
) -> None:
    """Everything in one go: reward model, RL fine-tuning, comparison. --minutes limits the whole.

    Where the reward model only guesses, nothing is tuned against it: what is saved writes without RL, and the exit
    status is 3.
    """
    distributed.require_single_process("run")
    clock = WorkClock()
    space, data = Workspace(workspace), data_or_sample(data, sample)
    if resume:
        reject_fixed_options(facts=facts, sentences=sentences, out=out, run_name=run_name)
    run = find_resumable_run(space, resume, "run", data) if resume else None
    target = out or space.outputs
    settings = {
        "finetune": config.to_dict(),
        "reward": replace(reward_config, seed=config.seed).to_dict(),
        "reward_model": absolute_path(target / REWARD_MODEL_DIR),
        "out": absolute_path(target / POLICY_DIR),
    }
    said, found = read_facts_file(facts), None if run else open_data(data, columns, export)
    rows = found.read() if found else load_data(run, data, columns)
    require_approved(sentences, rows, said)
    if run:
        change_settings(run, config, typed, columns=COLUMN_OPTIONS, export=EXPORT_OPTIONS, reward_config=REWARD_OPTIONS)
        report = finished_report(run, Path(run.config()["reward_model"]))
        waited = seconds_before(run, clock)  # told by the record as it is, uncut
        from_checkpoint = prepare_resume(run, report is not None, report)
        clock = replace(clock, before=waited + seconds_worked(run))
    else:
        run, report = new_run(space, "run", run_name, found or require_data(data), columns, settings, export), None
        keep_what_may_be_said(run, said, sentences)
        rows, from_checkpoint = load_run_data(run), False
        clock = replace(clock, before=seconds_before(run, clock))
    from ..pipelines.full_run import full_run

    reward_config = RewardConfig.from_dict(run.config()["reward"])
    job = _job(run, rows, from_checkpoint, clock)
    result = execute_run(run, lambda stop: full_run(reward_config, job, report, stop), bool(resume), json, clock)
    if not json:
        display.print_reward_model(result["reward_model"])
        display.say()
        _show_finetune(result["finetune"])
    if not result["evaluation"] and not job.config.without_rl:
        raise typer.Exit(NOTHING_TAUGHT)


def _job(run: Run, rows: EmailData, from_checkpoint: bool, clock: WorkClock) -> FinetuneJob:
    """What the run's fine-tune works on."""
    from ..pipelines.finetune_inputs import FinetuneJob

    kept = run.config()
    config = FinetuneConfig.from_dict(kept["finetune"])
    seconds = config.minutes * 60 if config.minutes else None
    reward_model, out = Path(kept["reward_model"]), Path(kept["out"])
    return FinetuneJob(config, run, rows, reward_model, out, seconds, from_checkpoint, clock=clock)


def _show_finetune(result: dict[str, Any]) -> None:
    if result["evaluation"]:
        display.print_comparison(result["evaluation"])
    display.say(result["verdict"])
    own = result["reward_of_own_emails"]
    if own is not None:
        display.say(f"Your own emails' mean reward, in the same model's eyes: {own:+.2f}")
    display.say(f"Saved in {result['model_dir']} ({result['steps']} RL steps, {result['completions']} emails)")
