"""The command that lists the sentences a writer in the seller's own words may use, to strike some out: sentences."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..config import Columns, ExportSettings
from ..data.csv_io import write_rows
from . import display
from .app import COLUMN_OPTIONS, EXPORT_OPTIONS, Data, Facts, Json, Sample, app
from .options import with_options
from .run_session import data_or_sample, open_data, read_facts_file


@app.command("sentences")
@with_options(columns=COLUMN_OPTIONS, export=EXPORT_OPTIONS)
def list_sentences(
    columns: Columns,
    export: ExportSettings,
    data: Data = None,
    sample: Sample = False,
    facts: Facts = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="file to write the CSV to; change yes to no in it and give it to --sentences"),
    ] = None,
    json: Json = False,
) -> None:
    """List the sentences of your emails that a writer using your own words may use, with what came of them."""
    from ..sentence_bank.build import build_bank
    from ..sentence_bank.storage import COLUMNS, table

    rows = open_data(data_or_sample(data, sample), columns, export).read()
    bank = build_bank(rows.contexts, rows.emails, rows.outcomes, read_facts_file(facts))
    listed = list(table(bank))
    if out:
        write_rows(out, COLUMNS, listed)
    if json:
        sentences = [dict(zip(COLUMNS, row, strict=True)) for row in listed]
        found = {"can_write": bank.can_write, "left_out": dict(bank.left_out), "sentences": sentences}
        display.print_json(found | {"out": str(out) if out else None})
        return
    known = rows.known_outcomes()
    for row in () if out else listed:
        text, place, emails, replies, conversions, _ = row
        came = {1: f", {replies} replies", 2: f", {conversions} conversions"}
        display.say(f"[{place}] {text}\n    in {emails} emails" + "".join(came.get(outcome, "") for outcome in known))
    told = f"{len(listed)} sentences may be used" + (f"; written to {out}" if out else "")
    gone = ", ".join(f"{reason} {count}" for reason, count in bank.left_out.items() if count)
    display.say(f"{told}." + (f" Left out: {gone}." if gone else ""))
    if not bank.can_write:
        display.say("They are too few, or too rarely said twice, for emails in your own words.")
