"""The command that looks at a file before anything is trained on it: check."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from ..config import ExportSettings
from ..data.column_mapping import left_out, outcome_words
from ..data.dataset import Columns, require_trainable
from ..data.rewrite import write_masked
from ..importers.resolve import ResolvedData
from ..outcomes import OUTCOMES
from ..text.near_duplicates import near_duplicate_groups
from ..utils.cpu import give_back_freed_memory
from ..utils.formatting import count_of
from . import display
from .app import COLUMN_OPTIONS, EXPORT_OPTIONS, Data, Json, Sample, app
from .options import with_options
from .run_session import data_or_sample, open_data

MUCH = 20 * 2**20
"""Bytes of a file from which on looking at it takes so long that its steps are told."""


@app.command()
@with_options(columns=COLUMN_OPTIONS, export=EXPORT_OPTIONS)
def check(
    columns: Columns,
    export: ExportSettings,
    data: Data = None,
    sample: Sample = False,
    mask_to: Annotated[
        Path | None,
        typer.Option("--mask-to", help="write the CSV here with email addresses and telephone numbers masked"),
    ] = None,
    json: Json = False,
) -> None:
    """Check that a CSV can be used, count what is in it, and look for what would fool a model."""
    from ..audit.audit import audit

    file = open_data(data_or_sample(data, sample), columns, export)
    much = file.path.stat().st_size > MUCH
    with display.working("Reading the emails", much):
        rows = file.read()
    require_trainable(rows)
    words = sorted(len(email.split()) for email in rows.emails)
    with display.working(f"Looking for emails that repeat another one: {len(rows):,}", much):
        groups = near_duplicate_groups(rows.emails)
        give_back_freed_memory()
    with display.working(f"Looking for what would fool a model: {len(rows):,} emails", much):
        findings = audit(rows, groups)
    result = {
        "rows": len(rows),
        "contexts": len(rows.unique_contexts()),
        "outcomes": dict(zip(OUTCOMES, rows.counts(), strict=True)),
        "left_out": rows_left_out(file),
        "words": {"min": words[0], "median": words[len(words) // 2], "max": words[-1]},
        "near_duplicates": len(rows) - len(set(groups.tolist())),
        "findings": [asdict(finding) for finding in findings],
        "notes": list(rows.notes),
    }
    if file.preview and file.imported:
        result["import"] = file.preview.to_dict()
    if mask_to:
        result |= {"masked_to": str(mask_to), "rows_masked": write_masked(file.path, file.columns, mask_to)}
    if json:
        display.print_json(result)
    else:
        _show_check(file.source.name, [note for note in rows.notes if note not in file.said], result)


def rows_left_out(file: ResolvedData) -> int:
    """Rows that were left out for their outcome."""
    if file.preview and file.imported:
        return sum(file.preview.left_out.values()) + file.preview.pending
    return left_out(outcome_words(file.path, file.columns)) if file.columns.outcomes else 0


def _show_check(name: str, notes: Sequence[str], result: dict[str, Any]) -> None:
    words = result["words"]
    display.say(f"{name}: {result['rows']} emails for {result['contexts']} contexts; the file can be used.")
    for note in notes:
        display.say(note if note.startswith(("Note: ", "Warning: ")) else f"Note: {note}")
    known = {key.replace("_", " "): n for key, n in result["outcomes"].items() if n}
    display.say("Outcomes: " + ", ".join(f"{name} {n}" for name, n in known.items()))
    if result["left_out"]:
        display.say(f"Left out for their outcome: {count_of(result['left_out'], 'row')}")
    display.say(f"Words: {words['min']} to {words['max']}, half of the emails under {words['median']}")
    display.say(f"Emails that nearly repeat another one: {result['near_duplicates']}")
    display.print_findings(result["findings"])
    if "masked_to" in result:
        where = count_of(result["rows_masked"], "row")
        display.say(f"\nPersonal data masked in {where}, written to {result['masked_to']}")
