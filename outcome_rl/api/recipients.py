"""Whom a script writes to: a file of people, described as in the emails that a model has learned from."""

from __future__ import annotations

from pathlib import Path

from ..errors import ModelError
from ..importers.composition import Composition
from ..importers.recipients import Recipients
from ..importers.recipients import read_recipients as read_file
from ..policy.metadata import CONTEXTS, read_origin


def read_recipients(file: Path | str, model: Path | str | None = None) -> Recipients:
    """One context for each row of a file, with its columns.

    They are read from the column ``context``. Without one they are composed of the file's other columns: as in the
    emails that ``model`` has learned from, where that is known and the columns are there; else of title, company and
    the like. ``said`` tells which.

    Args:
        model: a tuned model's folder.

    Raises:
        DataError: the file cannot be read, or nothing in it makes a context.
    """
    return read_file(Path(file), learned=_composition_of(model) if model is not None else None)


def _composition_of(model: Path | str) -> Composition | None:
    """How the contexts were composed that a model has learned from; None where it is not known."""
    try:
        return Composition.from_dict(read_origin(model).get(CONTEXTS))
    except ModelError:
        return None
