"""Who does the work of ``generate`` and ``score``: this process, or several processes or machines over Ray."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Annotated, Any

import typer

from .. import events as ev
from ..config import ENGINES, ONE_PROCESS, RAY
from ..errors import ConfigError
from ..utils.extras import require_ray
from ..utils.streaming import run_to_end
from . import display

PANEL = "Files of millions of rows"
EVERY = 10.0
"""Seconds between two lines of progress."""

Engine = Annotated[
    str,
    typer.Option(
        "--engine",
        help="process: here, in one process; ray: one worker for each GPU or group of cores, into a folder of Parquet "
        "parts, which the same command takes up again where it was ended",
        rich_help_panel=PANEL,
    ),
]
Address = Annotated[
    str | None,
    typer.Option(
        "--address",
        help="with --engine ray: where the cluster is, such as 10.0.0.1:6379 (default: this machine alone); --out and "
        "the models have to be seen by all its machines under the same names",
        show_default=False,
        rich_help_panel=PANEL,
    ),
]
PartRows = Annotated[
    int | None,
    typer.Option(
        "--part-rows",
        min=1,
        help="with --engine ray: rows of a part (default: what suits; scores are those of one process to the last bit "
        "where it is a multiple of 1,024); a folder that was begun keeps its own",
        show_default=False,
        rich_help_panel=PANEL,
    ),
]


def parts_folder(engine: str, out: Path | None, address: str | None, part_rows: int | None) -> Path | None:
    """Where the parts go if Ray is to do the work, else None.

    Raises:
        ConfigError: options do not go together, or Ray is not installed.
    """
    if engine not in ENGINES:
        raise ConfigError(f"--engine: '{engine}' is not one of {', '.join(ENGINES)}")
    if engine == ONE_PROCESS:
        for name, value in (("--address", address), ("--part-rows", part_rows)):
            if value is not None:
                raise ConfigError(f"{name} is for several processes or machines; add --engine {RAY}")
        return None
    if out is None:
        raise ConfigError(f"--engine {RAY} needs --out FOLDER, where the parts go")
    require_ray()
    return out


def finish_in_parts(
    work: Generator[ev.Event, None, dict[str, Any]], out: Path, guesses: dict[str, Any], json: bool
) -> None:
    """Do work on parts with its progress, and print what it comes to; Ctrl-C ends it with status 130, what is done
    stays.
    """
    try:
        result = run_to_end(work, told_now_and_then()) | guesses
    except KeyboardInterrupt:
        told = f"stopped: the parts that are done stay in {out}, and the same command goes on from there"
        display.progress_console.print(told, markup=False)
        raise typer.Exit(130) from None
    if json:
        display.print_json(result)
        return
    display.print_summary(result, scored=not guesses)
    display.say(f"Written to {out}, {result['parts']} part{'' if result['parts'] == 1 else 's'}")


def told_now_and_then(now: Callable[[], float] = time.monotonic) -> Callable[[ev.Event], None]:
    """Prints events, those of progress no more often than a person can read."""
    last = -EVERY

    def show(event: ev.Event) -> None:
        nonlocal last
        if not isinstance(event, ev.Progress):
            display.print_event(event)
        elif event.done == event.total or now() - last >= EVERY:
            display.progress_console.print(str(event), markup=False)
            last = now()

    return show
