"""The command that hands written emails to a sending tool: sends."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..data.csv_io import find_columns, open_table
from . import display
from .app import Json, app


@app.command()
def sends(
    file: Annotated[
        Path, typer.Argument(help="emails, one row per recipient, as generate --out writes them", show_default=False)
    ],
    out: Annotated[Path, typer.Option("--out", help="CSV for the sending tool", show_default=False)],
    tool: Annotated[
        str, typer.Option("--tool", help="which tool's merge fields to write: smartlead, hubspot, …")
    ] = "generic",
    email_column: Annotated[str, typer.Option("--email-column", help="column that holds the email")] = "email_text",
    candidate: Annotated[
        int, typer.Option("--candidate", min=1, help="which one to take if there are several for each recipient")
    ] = 1,
    bom: Annotated[bool, typer.Option("--bom", help="begin with the mark that tells Excel the file is UTF-8")] = False,
    json: Json = False,
) -> None:
    """Write emails as a file for a sending tool: subject and body apart, merge fields the way it spells them."""
    from ..importers.export import TOOLS, unfilled_fields, write_sends

    header, records = open_table(file)
    find_columns(file, header, (email_column,))
    names = [email_column if name.lower() == email_column.lower() else name for name in header]
    rows = [dict(zip(names, record.cells, strict=True)) for record in records]
    chosen = [row for row in rows if row.get("candidate", str(candidate)).strip() in (str(candidate), "")]
    count, unfilled = write_sends(chosen, out, tool, bom, email_column), unfilled_fields(chosen, email_column)
    if unfilled:
        fields = ", ".join(f"{name} ({emails})" for name, emails in unfilled.most_common(5))
        told = (
            f"no column fills these merge fields, with the number of emails: {fields}; the tool would leave them empty"
        )
        display.progress_console.print(f"{told}: add a column of that name, or write what belongs there", markup=False)
    if json:
        result = {"rows": count, "tool": tool, "out": str(out), "tools": list(TOOLS), "unfilled_fields": dict(unfilled)}
        display.print_json(result)
    else:
        display.say(f"{count} emails for {tool} written to {out}")
