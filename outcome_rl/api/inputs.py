"""What the library's functions take: rows or a file, texts, callbacks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias

from ..audit.audit import audit
from ..audit.findings import Finding
from ..data.dataset import EmailData
from ..errors import ConfigError
from ..events import Event
from ..importers.composition import Composition
from ..importers.resolve import resolve_data

Data: TypeAlias = EmailData | Path | str
"""Rows, or the path of a file; columns and words are guessed as by the commands, and ``notes`` say what was met."""
OnEvent: TypeAlias = Callable[[Event], object]
"""Called with each event of long work, as it happens; what it returns is not looked at. ``print`` is one."""


def audit_emails(data: Data) -> tuple[Finding, ...]:
    """What in the rows would fool a model, problems first: each finding has a message, an advice and its ``rows``.

    Nothing is refused; what is found is evidence, not proof.

    Raises:
        DataError: the file cannot be used.
    """
    return audit(as_rows(data))


def as_rows(data: Data) -> EmailData:
    """The rows themselves. Raises DataError where a file cannot be used."""
    return rows_and_composition(data)[0]


def rows_and_composition(data: Data) -> tuple[EmailData, Composition | None]:
    """The rows, and how their contexts were composed, where a file tells. Raises DataError where it cannot be used."""
    if isinstance(data, EmailData):
        return data, None
    found = resolve_data(Path(data))
    return found.read(), found.composition


def as_texts(name: str, texts: Sequence[str]) -> list[str]:
    """A list of texts. Raises ConfigError for a single one, which is a sequence of letters."""
    if isinstance(texts, str):
        raise ConfigError(f"{name}: is one text; give a list, [{texts[:30]!r}]")
    return list(texts)
