"""How the contexts of emails were composed, kept beside their file: new recipients are described in the same way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import ConfigError
from ..utils.files import is_device, read_json, write_json
from .context import PARTS, context_columns, sentence_fields
from .people import NAME_ROLES, telling_roles
from .role_names import spaced

ENDING = ".contexts.json"
"""Behind the name of a file of emails: where it is kept how their contexts were composed."""
STEP = "step"


@dataclass(frozen=True)
class Composition:
    """The sentence, and how the columns that its fields stand for are called in the files that it was made for."""

    sentence: str
    columns: Mapping[str, tuple[str, ...]]
    masked: bool = False
    """Whether stand-ins take the place of people in these contexts."""

    @staticmethod
    def of_column(name: str) -> Composition:
        """That of contexts which stand in a column."""
        return Composition("{context}", {"context": (name,)})

    @staticmethod
    def from_dict(value: object) -> Composition | None:
        """What :meth:`to_dict` has given; None where it is something else."""
        if not isinstance(value, dict) or not isinstance(value.get("sentence"), str):
            return None
        columns = value.get("columns")
        if not isinstance(columns, dict) or not all(isinstance(names, list) for names in columns.values()):
            return None
        try:
            sentence_fields(value["sentence"])
        except ConfigError:
            return None
        named = {str(each): tuple(map(str, names)) for each, names in columns.items()}
        return Composition(value["sentence"], named, value.get("masked") is True)

    def to_dict(self) -> dict[str, Any]:
        """As JSON has it."""
        columns = {field: list(names) for field, names in self.columns.items()}
        return {"sentence": self.sentence, "columns": columns} | ({"masked": True} if self.masked else {})

    @property
    def shown(self) -> str:
        """The sentence as a person may read it: contexts of a column by that column's name."""
        name = next(iter(self.columns.get("context", ())), "")
        return f"{{{name}}}" if self.sentence == "{context}" and name else self.sentence

    def find(self, header: Sequence[str], roles: Mapping[str, str]) -> tuple[dict[str, str], tuple[str, ...]]:
        """(the columns of another header by the sentence's fields, what those that are missing were called).

        A column is found by its name, or by what columns of such a name hold: ``Job title`` for ``Position``. A step
        may be missing: who is written to for the first time has none. So may be what columns of names and addresses,
        whose ``roles`` they are, tell as well.
        """
        names, parts = {spaced(name): name for name in reversed(header)}, context_columns(header)
        found, missing = {}, []
        for field in sentence_fields(self.sentence):
            known = (*self.columns.get(field, ()), field)
            alike = [part for name in known for part in context_columns([name])] + [field] * (field in PARTS)
            places = [names.get(spaced(name)) for name in known] + [parts.get(part) for part in alike]
            places += [roles.get(field)] if field in NAME_ROLES else []
            if column := next(filter(None, places), None):
                found[field] = column
            elif field != STEP and not telling_roles(field, roles):
                missing.append(known[0])
        return found, tuple(missing)


def keep_beside(file: Path, composition: Composition | None) -> None:
    """Write down how a file's contexts were composed; with None, that of a file which was there before is removed."""
    if is_device(file):
        return
    if composition:
        write_json(_beside(file), composition.to_dict())
    else:
        _beside(file).unlink(missing_ok=True)


def read_beside(file: Path) -> Composition | None:
    """How a file's contexts were composed; None where that is not known."""
    try:
        return Composition.from_dict(read_json(_beside(file)))
    except (OSError, ValueError, RecursionError):
        return None


def _beside(file: Path) -> Path:
    return file.with_name(f"{file.name}{ENDING}")
