"""The command that looks after runs: runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from ..runs import manage
from ..runs.run import last_event
from ..runs.workspace import Workspace
from . import display
from .app import Json, Root, app


@app.command()
def runs(
    rename: Annotated[
        tuple[str, str] | None,
        typer.Option("--rename", metavar="RUN NAME", help="give a run another name", show_default=False),
    ] = None,
    delete: Annotated[
        str | None, typer.Option("--delete", metavar="RUN", help="delete a run, without asking", show_default=False)
    ] = None,
    pack: Annotated[
        str | None, typer.Option("--zip", metavar="RUN", help="pack a run into a zip file", show_default=False)
    ] = None,
    workspace: Root = Path("."),
    json: Json = False,
) -> None:
    """List what has run here and how it went; also renames, deletes and packs runs that have ended."""
    space = Workspace(workspace)
    if rename or delete or pack:
        _manage_runs(space, rename, delete, pack, json)
        return
    found = [_run_row(run) for run in space.runs()]
    if json:
        display.print_json({"runs": found})
        return
    if not found:
        display.say("Nothing has run here yet. Begin with: python -m outcome_rl run data/emails.csv --minutes 8")
        return
    table = Table()
    for column in found[0]:
        table.add_column(column, overflow="fold")
    for row in found:
        table.add_row(*(str(value) for value in row.values()))
    display.print_table(table)


def _manage_runs(
    space: Workspace, rename: tuple[str, str] | None, delete: str | None, pack: str | None, json: bool
) -> None:
    """Do what ``runs`` was asked to do with single runs, and say so."""
    done: dict[str, Any] = {}
    if rename:
        done["renamed"] = manage.rename(space, *rename).name
    if pack:
        done["zip"] = str(manage.archive(space, pack))
    if delete:
        manage.delete(space, delete)
        done["deleted"] = delete
    if json:
        display.print_json(done)
        return
    for what, name in done.items():
        display.say(f"{what}: {name}")


def _run_row(run: Any) -> dict[str, str]:
    last = last_event(run)
    try:
        kind = run.config().get("kind", "")
    except Exception:  # a run that ended before it wrote its settings is listed all the same
        kind = ""
    return {
        "run": run.name,
        "kind": kind,
        "state": run.state(),
        "last": (display.event_line(last) or "") if last else "",
    }
