"""The command that counts what goes with answers, without any model: insights."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..config import Columns
from ..data import read_emails
from ..errors import ConfigError
from ..files import finite, write_json, write_text
from . import show
from .app import COLUMN_OPTIONS, Data, Json, app
from .options import with_options

if TYPE_CHECKING:
    from ..insights.results import Insights

ENDINGS = (".html", ".md", ".txt", ".json")


@app.command()
@with_options(columns=COLUMN_OPTIONS)
def insights(
    data: Data,
    columns: Columns,
    out: Annotated[
        Path | None,
        typer.Option("--out", help=f"write the report here; the name ends in {', '.join(ENDINGS)}", show_default=False),
    ] = None,
    json: Json = False,
) -> None:
    """Count what goes with answers and conversions: length, questions, what is asked for, templates, times.

    Columns called step, sent_at, template, variant, segment, sender, product or campaign are looked at too.
    """
    from ..insights.analysis import insights as analysed
    from ..insights.columns import read_columns_beside
    from ..insights.report import plain_report

    if out and out.suffix.lower() not in ENDINGS:
        raise ConfigError(f"--out: '{out.name}' should end in {', '.join(ENDINGS[:-1])} or {ENDINGS[-1]}")
    rows = read_emails(data, columns)
    used = (columns.context, columns.email, columns.outcome)
    result = analysed(rows, read_columns_beside(data, rows.rows, used))
    if out:
        _write(out, result, data.name)
    if json:
        show.result_json(result.to_dict() | ({"out": str(out)} if out else {}))
    elif out:
        show.say(result.headline)
        for finding in result.findings:
            show.say(f"- {finding.sentence}")
        show.say(f"\nThe whole report: {out}")
    else:
        show.say(plain_report(result, data.name).rstrip())


def _write(out: Path, result: Insights, name: str) -> None:
    from ..insights import report

    ending = out.suffix.lower()
    if ending == ".json":
        write_json(out, finite(result.to_dict()))
        return
    make = {".html": report.html_report, ".md": report.markdown_report, ".txt": report.plain_report}[ending]
    write_text(out, make(result, name))
