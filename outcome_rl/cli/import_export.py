"""The command that turns a sending tool's export into data to train on: import."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from ..errors import ConfigError
from . import display
from .app import Json, app


@app.command("import")
def import_(
    files: Annotated[
        list[Path], typer.Argument(help="exports of a sending tool, or mailboxes: CSV, JSON, xlsx, ods, mbox, zip, gz")
    ],
    out: Annotated[
        Path | None, typer.Option("--out", help="CSV to write; without it, only look", show_default=False)
    ] = None,
    templates: Annotated[
        Path | None, typer.Option("--templates", help="texts by step and variant, where the export holds none")
    ] = None,
    today: Annotated[str, typer.Option("--today", help="the day that ages are counted to, as 2024-04-15")] = "",
    days: Annotated[int, typer.Option("--days", help="silence is no reply after so many days")] = 14,
    not_interested: Annotated[
        str, typer.Option("--not-interested", help="what a refusal is worth: no_reply, reply or skip")
    ] = "no_reply",
    means: Annotated[
        list[str], typer.Option("--means", help="what a word means, as 'Hot lead=reply' or '=0' for an empty cell")
    ] = [],  # noqa: B006 - typer reads the default
    column: Annotated[
        list[str], typer.Option("--column", help="which column is which, as email=Body, outcome=Result, step=Touch")
    ] = [],  # noqa: B006
    context: Annotated[str, typer.Option("--context", help="a sentence with columns in braces")] = "",
    own_address: Annotated[str, typer.Option("--own-address", help="whose mailbox it is")] = "",
    day_first: Annotated[
        bool | None,
        typer.Option(
            "--day-first/--month-first", help="how 3/4/2024 is meant, where the dates do not tell", show_default=False
        ),
    ] = None,
    mask: Annotated[bool, typer.Option("--mask", help="put stand-ins in the place of people")] = False,
    first_steps: Annotated[bool, typer.Option("--first-steps", help="only the first email to each")] = False,
    json: Json = False,
) -> None:
    """Turn a sending tool's export, or a mailbox, into a CSV of contexts, emails and outcomes."""
    from ..importers.api import ImportOptions, preview_import, write_import

    options = ImportOptions(
        today=_day(today),
        days=days,
        not_interested=not_interested,
        meanings=_pairs(means, "--means"),
        columns=_pairs(column, "--column"),
        context=context,
        templates=templates,
        own_address=own_address,
        day_first=day_first,
        mask=mask,
        first_steps=first_steps,
    )
    preview = preview_import(files, options)
    result = write_import(preview, out) if out else preview.to_dict()
    if json:
        display.print_json(result)
    else:
        _show(result)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise ConfigError(f"--today: '{text}' is no day; write it as 2024-04-15") from None


def _pairs(given: list[str], option: str) -> dict[str, str]:
    found = {}
    for each in given:
        name, sign, value = each.rpartition("=")
        if not sign:
            raise ConfigError(f"{option}: '{each}' has no '='; write it as name=value")
        found[name] = value
    return found


def _show(result: dict[str, Any]) -> None:
    display.say(result["why"])
    for remark in result["remarks"]:
        display.say(f"note: {remark}")
    counts = ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in result["outcomes"].items())
    display.say(
        f"{result['rows']} emails of {result['rows_read']} rows: {counts}; ages are counted to {result['today']}"
    )
    if result["pending"]:
        display.say(f"Too young to tell: {result['pending']}")
    for reason, count in result["left_out"].items():
        display.say(f"Left out: {count}, {reason}")
    for kind, count in result["cuts"].items():
        display.say(f"Cut: {kind}, in {count} emails")
    display.say(f"Contexts: {result['context']}")
    for warning in result["warnings"]:
        display.say(f"warning: {warning}")
    for question in result["questions"]:
        display.say(f"question: {question['text']} ({question['rows']} rows, {question['answer']} until you say)")
    if result["out"]:
        display.say(f"Written to {result['out']}")
