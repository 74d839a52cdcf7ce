"""The imported copy of a file that a command was given, and what its rows were in the original."""

from __future__ import annotations

import re
from collections.abc import Generator
from pathlib import Path

from ..data.csv_io import row_writer
from .api import ImportPreview, import_header, import_row_steps
from .progress import ImportProgress


def write_copy(
    preview: ImportPreview, out: Path
) -> Generator[ImportProgress, None, tuple[tuple[int, ...], tuple[tuple[int, str], ...]]]:
    """Write the rows; (their numbers in the original, or none where there are several files; what was cut)."""
    rows: list[int] = []
    changes: list[tuple[int, str]] = []
    header, own = import_header(preview)
    with row_writer(out, header) as write:
        for step in import_row_steps(preview.files, preview.options):
            if isinstance(step, ImportProgress):
                yield step
                continue
            found = re.search(r"row (\d+)", step.place)
            rows.append(int(found.group(1)) if found else len(rows) + 2)
            changes.extend((rows[-1], kind) for kind in dict.fromkeys(cut.kind for cut in step.cuts))
            write(own(step))
    return (tuple(rows), tuple(changes)) if len(set(rows)) == len(rows) else ((), ())
