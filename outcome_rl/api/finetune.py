"""Tuning a language model against a reward, from a script."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Generator, Iterator
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, TypeAlias

from ..config import FinetuneConfig
from ..data.dataset import EmailData, read_emails
from ..errors import ConfigError, RunError
from ..events import Event, Started, Stopped
from ..importers.composition import keep_beside
from ..pipelines.choose_writing import approved_bank
from ..pipelines.finetune_inputs import FinetuneJob
from ..pipelines.finetune_run import finetune_run
from ..pipelines.resume import has_checkpoint, require_changeable, require_same_kind, truncate_event_log
from ..pipelines.rewards import Rewards
from ..results import FinetuneResult
from ..runs.run import Run, record, replay
from ..runs.worked import worked
from ..sentence_bank.storage import BANK_FILE
from ..utils.files import copy_file, write_text
from ..utils.streaming import run_to_end
from ..utils.work_clock import WorkClock
from .inputs import Data, OnEvent, rows_and_composition
from .reward_model import Reward, as_rewards
from .writer import Writer

GO_ON = "call it again with resume=True"

Model: TypeAlias = Writer | Path | str | Any
"""A name, a folder, a writer, or a model of transformers in memory, which needs its tokenizer."""


def finetune(
    data: Data,
    reward_model: Reward,
    *,
    out: Path | str,
    config: FinetuneConfig | None = None,
    model: Model | None = None,
    tokenizer: Any = None,
    judge: Reward | None = None,
    facts: str = "",
    sentences: Path | str | None = None,
    run: Run | None = None,
    resume: bool = False,
    on_event: OnEvent | None = None,
) -> FinetuneResult:
    """Warm-start a language model on the emails that did well, tune it by RL, compare it with what it was, save it.

    Args:
        data: emails with outcomes; their contexts are written for, those that got a reply or converted start it off.
        reward_model: who scores: a reward model, its folder, a function of contexts and emails that gives a number for
            each, or anything with ``score``.
        out: folder of the tuned model; transformers loads it. It appears whole.
        config: how; by default three passes over the contexts, with ``minutes`` as long as you like. With ``steps=0``
            the model before RL is saved, whatever the reward model is worth, and nothing is compared.
        model: in place of ``config.model``. One that is in memory is tuned in place, on its device and in its dtype.
        tokenizer: that of a model in memory.
        judge: who decides which step is kept, and is asked whether tuning helped: something that the reward knows
            nothing of. By default the reward model's own judge, which decides together with it; where there is none,
            the reward itself.
        facts: what emails may say besides what their contexts give; what is claimed without ground costs reward.
        sentences: a CSV as the command ``sentences`` writes it, with ``no`` where one may not be used.
        run: where events and checkpoints are kept. ``Workspace(".").new_run("finetune")`` makes one that the page and
            ``outcome-rl runs`` list; by default it is a folder beside ``out``, called as that with ``.run`` behind it.
        resume: go on from the checkpoint of ``run``, if it has one.
        on_event: called with every event; ``print`` shows what goes on.

    Raises:
        ConfigError: something of this cannot be used, or cannot change in what is resumed.
        DataError: the file cannot be used, or has no email for the warm start.
        ModelError: the language model or the reward model cannot be had.
        RunError: the reward model is not better than guessing, the training diverged, memory or disk is full, or
            the run was stopped, or its minutes did not hold one RL step; what was saved before is kept.
    """
    work = finetune_events(
        data,
        reward_model,
        out=out,
        config=config,
        model=model,
        tokenizer=tokenizer,
        judge=judge,
        facts=facts,
        sentences=sentences,
        run=run,
        resume=resume,
    )
    why = f"the run was stopped; {GO_ON} to go on from its checkpoint"

    def see(event: Event) -> None:
        nonlocal why
        if isinstance(event, Stopped) and not event.resumable:
            why = event.message
        if on_event:
            on_event(event)

    result = run_to_end(work, see)
    if result is None:
        raise RunError(why)
    return result


def finetune_events(
    data: Data,
    reward_model: Reward,
    *,
    out: Path | str,
    config: FinetuneConfig | None = None,
    model: Model | None = None,
    tokenizer: Any = None,
    judge: Reward | None = None,
    facts: str = "",
    sentences: Path | str | None = None,
    run: Run | None = None,
    resume: bool = False,
) -> Generator[Event, None, FinetuneResult | None]:
    """:func:`finetune` step by step: a generator of events that returns the result, or None where it was stopped.

    Leaving the loop, or ``close()``, stops it cleanly: a checkpoint is written and the model as far as it got is saved
    in ``out``, but not compared. ``run.request_stop()`` and the page's Stop do the same.

    Raises:
        OutcomeRLError: as :func:`finetune` does, with the first event.
    """
    clock, base = WorkClock(), _as_writer(model, tokenizer)
    job = _prepare_job(
        _settings(config, base.name if base else model),
        base,
        data,
        as_rewards(reward_model, judge),
        Path(out),
        run,
        resume,
    )
    _keep_what_may_be_said(job, facts, sentences)
    clock = replace(clock, before=worked(replay(job.run)[0]))
    job = replace(job, clock=clock)
    stopping = threading.Event()
    work = _FinetuneWork(job, resume, stopping)
    events = record(work, job.run, clock)
    try:
        for event in events:  # noqa: UP028 - "yield from" would close them before they can stop
            yield event
    except GeneratorExit:
        stopping.set()
        for _ in events:  # what was asked to stop has something to save
            pass
        raise
    return work.result


@dataclass
class _FinetuneWork:
    """The events of a job; ``result`` is there once they are over, unless it was stopped."""

    job: FinetuneJob
    resumed: bool
    stopping: threading.Event
    result: FinetuneResult | None = None

    def __iter__(self) -> Iterator[Event]:
        yield Started(kind="finetune", command="outcome_rl.finetune(...)", resumed=self.resumed)
        run = self.job.run
        self.result = yield from finetune_run(self.job, lambda: self.stopping.is_set() or run.stop_requested())


def _settings(config: FinetuneConfig | None, model: Any) -> FinetuneConfig:
    """The config with the name of the model that was given beside it."""
    config = config or FinetuneConfig()
    return config if model is None else replace(config, model=str(model))


def _as_writer(model: Model | None, tokenizer: Any) -> Writer | None:
    """A model in memory with its tokenizer; None where it is to be found by its name. Raises ConfigError."""
    if model is None or isinstance(model, (Writer, str, Path)):
        return model if isinstance(model, Writer) else None
    if tokenizer is None:
        raise ConfigError("model: a model in memory needs its tokenizer; give tokenizer=... as well, or a name")
    return Writer(model=model, tokenizer=tokenizer)


def _prepare_job(
    config: FinetuneConfig,
    base: Writer | None,
    data: Data,
    rewards: Rewards,
    out: Path,
    run: Run | None,
    resume: bool,
) -> FinetuneJob:
    """What the pipeline takes, and the run's folder with its settings. Raises what :func:`finetune` says."""
    rows, composition = rows_and_composition(data)
    run = run or Run(out.with_name(f"{out.name}.run"))
    if resume and run.config_file.exists():
        _require_same(run, config, rows)
    from_checkpoint = resume and has_checkpoint(run)
    run.folder.mkdir(parents=True, exist_ok=True)
    if not from_checkpoint:
        shutil.rmtree(run.checkpoint, ignore_errors=True)
        keep_beside(run.data_file, composition)
    truncate_event_log(run, from_checkpoint)
    rows.write(run.data_file)
    judged_by = _absolute(Path(rewards.source)) if Path(rewards.source).is_dir() else rewards.source
    asked = {"finetune": config.to_dict(), "reward_model": judged_by, "out": _absolute(out)}
    run.write_config({"kind": "finetune", "data": "", **asked})
    seconds = config.minutes * 60 if config.minutes else None
    plain = base.plain() if base else None
    return FinetuneJob(config, run, rows, rewards, out, seconds, from_checkpoint, plain, GO_ON)


def _keep_what_may_be_said(job: FinetuneJob, facts: str, sentences: Path | str | None) -> None:
    """Copy it into the run's folder; what is resumed has its own. Raises DataError where the CSV is not right."""
    if job.resume:
        return
    run = job.run
    for file in (run.facts_file, run.sentences_file, run.folder / BANK_FILE):  # of a run before
        file.unlink(missing_ok=True)
    if facts.strip():
        write_text(run.facts_file, facts)
    if sentences is not None:
        approved_bank(job.data, facts, Path(sentences))
        copy_file(Path(sentences), run.sentences_file)


def _absolute(folder: Path) -> str:
    return str(folder.expanduser().resolve())


def _require_same(run: Run, config: FinetuneConfig, rows: EmailData) -> None:
    """Raises ConfigError where a run cannot go on with these settings or rows."""
    kept = FinetuneConfig.from_dict(run.config()["finetune"])
    require_changeable([spec.name for spec in fields(config) if getattr(config, spec.name) != getattr(kept, spec.name)])
    require_same_kind(kept, config)
    own = read_emails(run.data_file, clean=False)  # as they were written
    if (own.contexts, own.emails, own.outcomes) != (rows.contexts, rows.emails, rows.outcomes):
        raise ConfigError(f"data: these are not the rows that '{run.folder}' was started with; it keeps a copy of them")
