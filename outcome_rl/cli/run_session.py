"""Making, resuming and recording a run from the command line."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path
from shlex import join
from typing import Any, NoReturn

import typer

from .. import events as ev
from ..config import DEFAULT_COLUMNS, DEFAULT_EXPORT, Columns, ExportSettings, FinetuneConfig
from ..data.csv_io import one_table
from ..data.dataset import EmailData, read_emails, sample_file
from ..data.rewrite import copy_columns, original_columns, write_mapped
from ..errors import ConfigError, DataError, PeerLost, RunChoiceError
from ..flags import flag, option_name
from ..importers.composition import keep_beside
from ..importers.options import ImportOptions
from ..importers.resolve import ResolvedData, resolve_data
from ..importers.simple import guess
from ..pipelines.resume import has_checkpoint, require_changeable, truncate_event_log, with_changes
from ..results import RewardReport
from ..runs.commands import command_line
from ..runs.run import RUNNING, Run, record, replay
from ..runs.worked import worked
from ..runs.workspace import Workspace
from ..utils import distributed
from ..utils.files import copy_file, existing_folder, write_text
from ..utils.peers import Peers
from ..utils.work_clock import WorkClock
from . import display
from .import_preview import finish_watched
from .options import OptionsFrom


def execute_run(
    run: Run,
    pipeline: Callable[[ev.StopCheck], Iterator[ev.Event]],
    resumed: bool,
    json: bool,
    clock: WorkClock | None = None,
) -> dict[str, Any]:
    """Run a pipeline under a record, show its progress, and give its result; a stopped run ends with status 130.

    ``clock``: the run's; None: one that begins now.

    Of several processes the main one does so; the others work along and end with status 0.
    """
    interrupted = _stop_on_signals()
    peers = _meet_peers(run)
    if not distributed.is_main():
        _work_along(run, pipeline(interrupted.is_set), peers)
    display.progress_console.print(f"run {run.name}", markup=False)
    kind = run.config()["kind"]

    def events() -> Iterator[ev.Event]:
        yield ev.Started(kind=kind, command=command_line(_without_run_name(sys.argv[1:])), resumed=resumed)
        yield from pipeline(lambda: interrupted.is_set() or run.stop_requested())

    last: ev.Event | None = None
    for last in record(events(), run, clock or WorkClock(run.seconds_since_launch() + seconds_worked(run))):
        display.print_event(last)
    if isinstance(last, ev.Finished):
        if json:
            display.print_json(last.result)
        return last.result
    if json:
        display.print_json({"stopped": True, "run": run.name, "message": getattr(last, "message", "")})
    raise typer.Exit(130)


def _meet_peers(run: Run) -> Peers | None:
    """The other processes of a shared run, watched from now on; None where this one is alone."""
    if not distributed.is_launched():
        return None
    peers = Peers.meet()
    peers.end_with_them(lambda: run.mark_failed(distributed.GONE))
    return peers


def _work_along(run: Run, stream: Iterator[ev.Event], peers: Peers | None) -> NoReturn:
    """The part of a process that is not the main one; where that one dies, the run's last word is said here."""
    try:
        for _ in stream:
            pass
    except PeerLost as lost:
        if peers and peers.main_is_gone():
            run.mark_failed(str(lost))
        raise
    distributed.end()


def _without_run_name(arguments: list[str]) -> list[str]:
    """The command without the name that the page gave the run: typed again, it makes a run of its own."""
    shown, option = list(arguments), option_name("run_name")
    if option in shown:
        place = shown.index(option)
        del shown[place : place + 2]
    return shown


def _stop_on_signals() -> threading.Event:
    """The first Ctrl-C (or SIGTERM) asks for a stop, which gives up the step under way; a second one ends the process.

    One of several gets each twice, from the terminal and from its launcher, which ends what does not stop by itself.
    """
    asked = threading.Event()

    def ask(*_: object) -> None:
        if distributed.is_launched():
            return asked.set()
        if asked.is_set():
            raise KeyboardInterrupt
        asked.set()
        display.progress_console.print("stopping: the step under way is given up; press Ctrl-C again to stop at once")

    for name in ("SIGINT", "SIGTERM"):
        signal.signal(getattr(signal, name), ask)
    return asked


def seconds_before(run: Run, clock: WorkClock) -> float:
    """Seconds that this process spent on a run before its command began to count: Python's start, if the page asked."""
    return max(0.0, run.seconds_since_launch() - clock.elapsed())


def seconds_worked(run: Run) -> float:
    """What a run's record has kept of its work, in seconds."""
    return worked(replay(run)[0])


def open_data(data: Path | None, columns: Columns, export: ExportSettings = DEFAULT_EXPORT) -> ResolvedData:
    """The file that was named, as it can be read; what was guessed of it goes to standard error.

    Raises:
        ConfigError: no file was named, or what was said of it is not understood.
        DataError: it cannot be read, or something has to be answered first.
    """
    found = resolve_data(require_data(data), columns, ImportOptions.from_settings(export), finish_watched)
    for line in found.said:
        display.progress_console.print(line, markup=False)
    return found


def guess_pairs(file: Path, columns: Columns) -> Columns:
    """Which columns hold context and email, where those that were named are not there; the guess is printed.

    Raises:
        DataError: the file cannot be read.
    """
    header = [name.lower() for name in one_table(file).header]
    roles = [role for role in ("context", "email") if getattr(columns, role).lower() not in header]
    usual = [role for role in roles if getattr(columns, role) == getattr(DEFAULT_COLUMNS, role)]
    if not usual or usual != roles:
        return columns  # what was named and is not there is told by whoever reads
    found = guess(file)
    known = {role: getattr(found, role) for role in roles if getattr(found, role)}
    for role, name in known.items():
        told = f"'{name}' was taken for the {role}; the same, said: {join(flag(f'{role}_column', name))}"
        display.progress_console.print(told, markup=False)
    return replace(columns, **known)


def new_run(
    space: Workspace,
    kind: str,
    name: str | None,
    data: ResolvedData | Path,
    columns: Columns,
    settings: dict[str, Any],
    export: ExportSettings = DEFAULT_EXPORT,
) -> Run:
    """The run's folder with its settings and its own copy of the data, which is read without any mapping.

    ``data_columns`` in the settings says how the original is read, ``imported_on`` that it was imported, and when;
    ``export`` what was said of the export.
    """
    data = data if isinstance(data, ResolvedData) else ResolvedData(data, data, columns)
    run = claim_run_folder(space, kind, name)
    imported: dict[str, Any] = {}
    if data.preview and data.imported:
        imported = {"imported_on": data.preview.today.isoformat(), "export": export.to_dict()}
    given = vars(columns if data.imported else data.columns)
    try:
        write_mapped(data.path, data.columns, run.data_file)
        keep_beside(run.data_file, data.composition)
        run.write_config({"kind": kind, "data": str(data.source), "data_columns": given, **imported, **settings})
    except BaseException:
        run.data_file.unlink(missing_ok=True)
        keep_beside(run.data_file, None)
        with suppress(OSError):  # what the page noted of the run stays, for it tells what went wrong
            run.folder.rmdir()
        raise
    return run


def read_facts_file(file: Path | None) -> str:
    """What may be said, from a text file; empty without one. Raises DataError where it cannot be read."""
    if file is None:
        return ""
    try:
        return file.read_text(encoding="utf-8-sig").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"--facts: {file} cannot be read as text in UTF-8 ({error}); save it as such") from None


def require_approved(sentences: Path | None, rows: EmailData, facts: str) -> None:
    """Raises DataError before there is a run where a CSV of sentences is not one of these emails."""
    if sentences is not None:
        from ..pipelines.choose_writing import approved_bank

        approved_bank(rows, facts, sentences)


def keep_what_may_be_said(run: Run, facts: str, sentences: Path | None) -> None:
    """Copy what the user allows emails to say into the run's folder."""
    if facts:
        write_text(run.facts_file, facts)
    if sentences:
        copy_file(sentences, run.sentences_file)


def claim_run_folder(space: Workspace, kind: str, name: str | None) -> Run:
    """A new run's folder, or that which the page has made for us. Raises RunChoiceError where the name is taken."""
    if name and (space.runs_folder / name).is_dir() and not space.run(name).config_file.exists():
        return space.run(name)
    return space.new_run(kind, name)


def find_resumable_run(space: Workspace, name: str, kind: str, data: Path | None) -> Run:
    """A run to go on with.

    Raises:
        RunChoiceError: there is none, another command started it, or it is at work.
        ConfigError: ``data`` is not what it was started with.
    """
    run = space.run(name)
    if run.config().get("kind") != kind:
        raise RunChoiceError(f"run '{name}' was started by '{run.config().get('kind')}'; resume it with that command")
    process = run.process()
    if run.state() == RUNNING and process and process.pid != os.getpid():
        raise RunChoiceError(f"run '{name}' is still at work; stop it first")
    if data is not None and data.is_file() and not _is_same_data(run, data):
        raise ConfigError(
            f"{data}: is not the file that run '{name}' was started with; leave it out, the run has its own copy"
        )
    return run


def _is_same_data(run: Run, data: Path) -> bool:
    """Whether a run's own copy was made from what this file holds."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "data.csv"
        try:
            found = _as_then(data, run.config())
            write_mapped(found.path, found.columns, copy)
        except (DataError, ConfigError):
            return False
        return copy.read_bytes() == run.data_file.read_bytes()


def _as_then(data: Path, config: dict[str, Any]) -> ResolvedData:
    """A file read as that of a run with these settings was."""
    day, columns = config.get("imported_on"), original_columns(config)
    if not day:
        return ResolvedData(data, data, columns)
    options = ImportOptions.from_settings(ExportSettings.from_dict(config.get("export", {}))) or ImportOptions()
    return resolve_data(data, columns, replace(options, today=date.fromisoformat(day)))


def reject_fixed_options(**options: Any) -> None:
    """Raises ConfigError for an option typed with ``--resume`` that the run would not heed; None is one not typed."""
    for name, value in options.items():
        if value is not None:
            raise ConfigError(
                f"{option_name(name)} cannot change in a run that is resumed: it keeps its own. Leave it out."
            )


def change_settings(run: Run, config: FinetuneConfig, typed: dict[str, set[str]], **others: OptionsFrom) -> None:
    """Take over what was typed with ``--resume``. ``others``: the options of further configs, which cannot change.

    Raises:
        ConfigError: a setting cannot be changed any more.
    """
    given = typed["config"]
    fixed = {source.parameter_name(field) for name, source in others.items() for field in typed[name]}
    require_changeable(given | fixed, option_name)
    if given:
        kept = run.config()
        tuning = with_changes(FinetuneConfig.from_dict(kept["finetune"]), config, given)
        run.write_config({**kept, "finetune": tuning.to_dict()})


def prepare_resume(run: Run, reward_model_ready: bool = True, report: RewardReport | None = None) -> bool:
    """Whether a resumed run goes on from a checkpoint; its record is cut back to what is not done anew."""
    from_checkpoint = reward_model_ready and has_checkpoint(run)
    truncate_event_log(run, from_checkpoint, report)
    return from_checkpoint


def absolute_path(folder: Path) -> str:
    """A path that means the same to a resumed run, wherever that is started."""
    return str(folder.expanduser().resolve())


def load_data(run: Run | None, data: Path | None, columns: Columns) -> EmailData:
    """The rows of a resumed run, or of a new one's file, so that a mistake in it is told before there is a run."""
    return load_run_data(run) if run is not None else open_data(data, columns).read()


def load_run_data(run: Run) -> EmailData:
    """What a run works on, started anew or resumed: its own copy of the data."""
    return read_emails(run.data_file, copy_columns(run.config()))


def require_data(data: Path | None) -> Path:
    """The file that was named. Raises ConfigError where none was."""
    if data is None:
        raise ConfigError(
            "DATA is missing: give the path of a CSV with the columns context, email_text, outcome, or --sample to try "
            "it with the sample data"
        )
    return data


def data_or_sample(data: Path | None, sample: bool) -> Path | None:
    """The file that was named, or the sample data's. Raises ConfigError where both were asked for."""
    if sample and data is not None:
        raise ConfigError(f"give either DATA or --sample; '{data}' and --sample were given")
    return sample_file("emails.csv") if sample else data


def finished_report(run: Run, folder: Path) -> RewardReport | None:
    """The figures of a reward model that the run has finished, as long as its folder is there."""
    done = [e.result for e in replay(run)[0] if isinstance(e, ev.PhaseDone) and e.phase == "reward_model"]
    whole = bool(done) and not done[-1]["stopped_early"] and existing_folder(folder) is not None
    return RewardReport.from_dict(done[-1]) if whole else None
