"""The command that turns a sending tool's export into data to train on: import."""

from __future__ import annotations

import sys
from collections.abc import Collection
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated

import typer

from ..config import DEFAULT_EXPORT
from ..errors import ConfigError
from . import display
from .app import Json, app

if TYPE_CHECKING:
    from ..importers.api import ImportPreview


@app.command("import")
def import_(
    files: Annotated[
        list[Path], typer.Argument(help="exports of a sending tool, or mailboxes: CSV, JSON, xlsx, ods, mbox, zip, gz")
    ],
    out: Annotated[
        Path | None,
        typer.Option("--out", help="CSV to write; without it, only show what would be written", show_default=False),
    ] = None,
    templates: Annotated[
        list[Path],
        typer.Option(
            "--templates",
            help="texts by step and variant, if the export holds none: a table, a folder, or files such as step1_A.txt",
        ),
    ] = [],  # noqa: B006
    today: Annotated[
        str, typer.Option("--today", help="count the age of emails up to this day, such as 2024-04-15")
    ] = "",
    days: Annotated[int, typer.Option("--days", help="days of silence that count as no reply")] = 14,
    not_interested: Annotated[
        str | None,
        typer.Option(
            "--not-interested",
            help="how to count a reply that turns you down: no_reply, reply or skip (default: no_reply)",
            show_default=False,
        ),
    ] = None,
    agreed_meeting: Annotated[
        str | None,
        typer.Option(
            "--agreed-meeting",
            help="how to count a reply that agrees to meet or orders in its own words: reply (default) or conversion",
            show_default=False,
        ),
    ] = None,
    won_within: Annotated[
        int, typer.Option("--won-within", help="days in which a deal or a meeting counts for the last email before it")
    ] = DEFAULT_EXPORT.won_within,
    means: Annotated[
        list[str],
        typer.Option("--means", help="what a word means, such as 'Hot lead=reply', or '=0' for an empty cell"),
    ] = [],  # noqa: B006 - typer reads the default
    column: Annotated[
        list[str],
        typer.Option(
            "--column",
            help="which column is which, such as email=Body, outcome=Result, step=Touch, variant=Test, sent_at=Day",
        ),
    ] = [],  # noqa: B006
    context: Annotated[
        str, typer.Option("--context", help="how recipients are described: a sentence with columns in braces")
    ] = "",
    own_address: Annotated[str, typer.Option("--own-address", help="whose mailbox it is")] = "",
    day_first: Annotated[
        bool | None,
        typer.Option(
            "--day-first/--month-first", help="how to read 3/4/2024 if the dates do not tell", show_default=False
        ),
    ] = None,
    mask: Annotated[
        bool, typer.Option("--mask", help="replace people's names, addresses and telephone numbers with stand-ins")
    ] = False,
    first_steps: Annotated[bool, typer.Option("--first-steps", help="only the first email to each recipient")] = False,
    yes: Annotated[
        bool, typer.Option("--yes", help="in a terminal: write what the preview shows without asking")
    ] = False,
    cuts: Annotated[
        Path | None,
        typer.Option("--cuts", help="file to write what is cut from each email to, row by row", show_default=False),
    ] = None,
    json: Json = False,
) -> None:
    """Turn a sending tool's export, or a mailbox, into a CSV of contexts, emails and outcomes."""
    from ..importers.api import ImportOptions, import_steps, write_cuts
    from ..importers.options import parse_day
    from .import_preview import finish_watched, show_preview

    files, texts = _texts_apart(files, templates)
    options = ImportOptions(
        today=parse_day(today),
        days=days,
        not_interested=DEFAULT_EXPORT.not_interested if not_interested is None else not_interested,
        agreed_meeting=DEFAULT_EXPORT.agreed_meeting if agreed_meeting is None else agreed_meeting,
        won_within=won_within,
        meanings=_pairs(means, "--means"),
        columns=_pairs(column, "--column"),
        context=context,
        templates=tuple(texts) or None,
        own_address=own_address,
        day_first=day_first,
        mask=mask,
        first_steps=first_steps,
    )
    asked = out is not None and not (yes or json) and sys.stdin.isatty()
    preview = finish_watched(import_steps(files, options, None if asked else out))
    if asked:
        said = {"not_interested": not_interested, "agreed_meeting": agreed_meeting}
        preview = _agreed(preview, [about for about, answer in said.items() if answer is not None])
        preview = finish_watched(import_steps(preview.files, preview.options, out, preview))
    result = preview.to_dict(out)
    if cuts:
        result["cuts_in"] = str(cuts)
        write_cuts(preview, cuts)
    if json:
        display.print_json(result)
    elif not asked:
        show_preview(preview, result, rows=out is None)
    if out and not json:
        display.say(f"Written to {out}; go on with: outcome-rl train-reward {quote(str(out))}")


def _agreed(preview: ImportPreview, answered: Collection[str]) -> ImportPreview:
    """The preview as the user agrees to it; ``answered``: what questions are about that flags have answered.

    Raises typer.Exit: they do not.
    """
    from ..importers.api import import_steps
    from .import_preview import ask_user, finish_watched, prompt_in_terminal, show_preview

    show_preview(preview, preview.to_dict())
    open_ = [each for each in preview.questions if each.about not in answered]
    if changed := ask_user(preview.options, open_, prompt_in_terminal):
        preview = finish_watched(import_steps(preview.files, changed))
        show_preview(preview, preview.to_dict())
    if not typer.confirm("Write these rows?", default=True, err=True):
        raise typer.Exit(1)
    return preview


def _texts_apart(files: list[Path], templates: list[Path]) -> tuple[list[Path], list[Path]]:
    """(exports, templates): a shell makes several files of ``--templates texts/*.txt``, of which all but the first come
    as exports.
    """
    from ..importers.template_files import is_text_file

    if not any(map(is_text_file, templates)):
        return files, templates
    more = [each for each in files if is_text_file(each)]
    return [each for each in files if each not in more], [*templates, *more]


def _pairs(given: list[str], option: str) -> dict[str, str]:
    found = {}
    for each in given:
        name, sign, value = each.rpartition("=")
        if not sign:
            raise ConfigError(f"{option}: '{each}' has no '='; write it as name=value")
        found[name] = value
    return found
