"""The command that says what this machine can do: doctor."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..config import DEFAULT_POLICY, LEAST_MINUTES, Columns, ExportSettings, FinetuneConfig
from ..data.dataset import sample_file
from ..utils.formatting import count_of, format_bytes, format_duration
from . import display
from .app import COLUMN_OPTIONS, EXPORT_OPTIONS, Json, Root, app
from .options import with_options
from .run_session import open_data

if TYPE_CHECKING:  # it imports torch, which the command line's help can do without
    from ..pipelines.doctor import Diagnosis, Machine, ModelAdvice

SAMPLE = "one_seller.csv"
MINUTES = 10.0
PLACES = {"here": "here", "bundled": "bundled", "hub": "to download", "instead": "stand-in", "nowhere": "out of reach"}

Measured = Annotated[
    Path | None,
    typer.Argument(
        help="CSV with the columns context, email_text, outcome (default: the sample data)", show_default=False
    ),
]


@app.command()
@with_options(columns=COLUMN_OPTIONS, export=EXPORT_OPTIONS)
def doctor(
    columns: Columns,
    export: ExportSettings,
    data: Measured = None,
    model: Annotated[str, typer.Option("--model", help="language model to measure")] = DEFAULT_POLICY,
    minutes: Annotated[
        float, typer.Option("--minutes", help="say what this many minutes hold", min=LEAST_MINUTES, max=100_000)
    ] = MINUTES,
    workspace: Root = Path("."),
    json: Json = False,
) -> None:
    """What this machine is, how fast models run on it, which ones suit it, and what would make it better.

    Measured with the emails of DATA, or of the sample data; takes less than a minute and trains nothing.
    """
    from ..pipelines.doctor import diagnose

    rows = open_data(data or sample_file(SAMPLE), columns if data else Columns(), export).read()
    work = diagnose(FinetuneConfig(model=model), rows, workspace, minutes)
    while True:
        try:
            display.print_event(next(work))
        except StopIteration as end:
            found: Diagnosis = end.value
            break
    if json:
        display.print_json(found.to_dict())
    else:
        _show(found)


def _show(found: Diagnosis) -> None:
    for line in _machine_lines(found.machine):
        display.say(line)
    display.say()
    size, each = f"{found.weights / 1e6:,.0f} M weights", format_duration(found.seconds_per_step)
    display.say(
        f"{found.model} ({size}, writing {found.writes}): an RL step of {found.emails_per_step} emails takes about "
        f"{each}, scoring reckoned. {found.minutes:g} minutes of tuning hold about {found.steps} RL steps, a whole run "
        f"of {found.minutes:g} minutes about {found.steps_of_whole_run}."
    )
    display.say()
    for line in _model_lines(found.models, found.minutes):
        display.say(line)
    display.say(
        f"Minutes: for five RL steps, reckoned from {found.model} by the number of weights. (!): more memory than is "
        "free. Gated: to be accepted on the Hub."
    )
    for sentence in found.advice:
        display.say(f"- {sentence}")


def _machine_lines(machine: Machine) -> list[str]:
    free, total = machine.memory
    threads = count_of(machine.threads, "thread")
    return [
        f"{machine.system}; {', '.join(f'{name} {number}' for name, number in machine.versions.items())}",
        f"Device: {machine.device}; {format_bytes(free)} of {format_bytes(total)} memory free, "
        f"{format_bytes(machine.disk_free)} of the disk",
        f"Processors: {machine.processors}, cores: {machine.cores}; {threads} used, {machine.busy:.0%} busy already",
        f"Speed: {', '.join(f'{speed:,.0f} GFLOP/s in {name}' for name, speed in machine.speed.items())}; models "
        f"compute in {machine.dtype}",
    ]


def _model_lines(models: tuple[ModelAdvice, ...], minutes: float) -> list[str]:
    """A table as plain lines, which a narrow terminal breaks but does not shorten."""
    lines = [f"Models to tune here; * suits this machine and {minutes:g} minutes"]
    lines.append(f"  {'':<36}{'weights':>9}{'memory':>11}{'minutes':>9}  {'where':<14}licence")
    for model in models:
        star, weights = "*" if model.recommended else " ", f"{model.weights / 1e6:,.0f} M"
        memory = f"{format_bytes(round(model.memory))}{'' if model.fits else ' (!)'}"
        licence = f"{model.licence}{' (gated)' if model.gated else ''}"
        where = PLACES[model.where]
        lines.append(f"{star} {model.name:<36}{weights:>9}{memory:>11}{model.minutes:>9,.0f}  {where:<14}{licence}")
    return lines
