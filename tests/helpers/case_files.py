"""The collected cases in tests/cases, and what an import makes of one."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from outcome_rl.importers.api import ImportOptions, ImportPreview, preview_import

CASES = Path(__file__).parent.parent / "cases"
TODAY = date(2026, 11, 28)
USUAL = [16, 6, 8]
"""No reply, reply and conversion of the thirty rows that most cases hold."""


def look(path: Path | str, **options: object) -> ImportPreview:
    file = CASES / path / "input.csv" if isinstance(path, str) else path
    return preview_import([file], ImportOptions(today=TODAY, **options))  # type: ignore[arg-type]


def outcomes(preview: ImportPreview) -> list[int]:
    return list(preview.outcomes.values())


def asked(preview: ImportPreview) -> list[str]:
    return [question.about for question in preview.questions]
