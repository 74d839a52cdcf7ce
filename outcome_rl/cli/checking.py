"""The command that looks at a file before anything is trained on it: check."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from ..audit_findings import counted
from ..config import OUTCOMES
from ..data import Columns, read_emails, require_trainable
from ..mapping import left_out, outcome_words
from ..near_duplicates import near_duplicate_groups
from ..table_copies import write_masked
from . import show
from .app import COLUMN_OPTIONS, Data, Json, app
from .options import with_options


@app.command()
@with_options(columns=COLUMN_OPTIONS)
def check(
    data: Data,
    columns: Columns,
    mask_to: Annotated[
        Path | None,
        typer.Option("--mask-to", help="write the CSV here with email addresses and telephone numbers masked"),
    ] = None,
    json: Json = False,
) -> None:
    """Check that a CSV can be used, count what is in it, and look for what would fool a model."""
    from ..audit import audit

    rows = read_emails(data, columns)
    require_trainable(rows)
    words = sorted(len(email.split()) for email in rows.emails)
    groups = near_duplicate_groups(rows.emails)
    result = {
        "rows": len(rows),
        "contexts": len(rows.unique_contexts()),
        "outcomes": dict(zip(OUTCOMES, rows.counts(), strict=True)),
        "left_out": left_out(outcome_words(data, columns)) if columns.outcomes else 0,
        "words": {"min": words[0], "median": words[len(words) // 2], "max": words[-1]},
        "near_duplicates": len(rows) - len(set(groups.tolist())),
        "findings": [asdict(finding) for finding in audit(rows, groups)],
    }
    if mask_to:
        result |= {"masked_to": str(mask_to), "rows_masked": write_masked(data, columns, mask_to)}
    if json:
        show.result_json(result)
    else:
        _show_check(data.name, result)


def _show_check(name: str, result: dict[str, Any]) -> None:
    words = result["words"]
    show.say(f"{name}: {result['rows']} emails for {result['contexts']} contexts; the file can be used.")
    show.say("Outcomes: " + ", ".join(f"{key.replace('_', ' ')} {n}" for key, n in result["outcomes"].items()))
    if result["left_out"]:
        show.say(f"Left out, as --outcomes says: {counted(result['left_out'], 'row')}")
    show.say(f"Words: {words['min']} to {words['max']}, half of the emails under {words['median']}")
    show.say(f"Emails that nearly repeat another one: {result['near_duplicates']}")
    show.findings(result["findings"])
    if "masked_to" in result:
        where = counted(result["rows_masked"], "row")
        show.say(f"\nPersonal data masked in {where}, written to {result['masked_to']}")
