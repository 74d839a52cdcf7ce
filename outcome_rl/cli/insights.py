"""The command that counts what goes with answers, without any model: insights."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..config import Columns, ExportSettings
from ..data.dataset import read_emails
from ..errors import ConfigError
from ..utils.files import without_nonfinite, write_json, write_text
from . import display
from .app import COLUMN_OPTIONS, EXPORT_OPTIONS, Data, Json, Sample, app
from .options import with_options
from .run_session import data_or_sample, open_data

if TYPE_CHECKING:
    from ..insights.results import Insights

ENDINGS = (".html", ".md", ".txt", ".json")


@app.command()
@with_options(columns=COLUMN_OPTIONS, export=EXPORT_OPTIONS)
def insights(
    columns: Columns,
    export: ExportSettings,
    data: Data = None,
    sample: Sample = False,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", help=f"file to write the report to; its name ends in {', '.join(ENDINGS)}", show_default=False
        ),
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
    file = open_data(data_or_sample(data, sample), columns, export)
    rows, name = file.read(), file.source.name
    used = (file.columns.context, file.columns.email, file.columns.outcome)
    result = analysed(rows, read_columns_beside(file.path, read_emails(file.path, file.columns).rows, used))
    if out:
        _write(out, result, name)
    if json:
        display.print_json(result.to_dict() | ({"out": str(out)} if out else {}))
    elif out:
        display.say(result.headline)
        for finding in result.findings:
            display.say(f"- {finding.sentence}")
        display.say(f"\nThe whole report: {out}")
    else:
        display.say(plain_report(result, name).rstrip())


def _write(out: Path, result: Insights, name: str) -> None:
    from ..insights import report

    ending = out.suffix.lower()
    if ending == ".json":
        write_json(out, without_nonfinite(result.to_dict()))
        return
    make = {".html": report.html_report, ".md": report.markdown_report, ".txt": report.plain_report}[ending]
    write_text(out, make(result, name))
