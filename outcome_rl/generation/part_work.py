"""What is done with each part of a long table: its emails scored, or emails written for it.

A description of the work travels to whoever does it; there it loads its models once and then makes part after part.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from ..config import FREE, OWN_WORDS, SamplingConfig
from ..importers.recipients import Recipients
from ..models.device import dtype_of
from ..models.hub import find_model
from ..policy.model import load_writing_model
from ..reward.serialization import load_reward_model
from ..sentence_bank.storage import BANK_FILE
from ..utils.checksums import model_digest
from ..utils.files import existing_folder
from .addressed import OF_AN_EMAIL, address, email_rows, own_columns
from .emails import COLUMNS, ScoredEmail, contexts_at_once, count_written, score_emails, write_emails
from .score_csv import CHUNK, effects_in_words
from .totals import Totals

Rows: TypeAlias = Sequence[Sequence[str]]
Made: TypeAlias = tuple[list[list[Any]], dict[str, Any]]
"""The rows of a finished part, and what they come to, JSON-ready."""
OPEN_FIELDS = "open_fields"
TEXT, NUMBER, COUNT = "string", "double", "int64"


class PartWork(Protocol):
    """Work on parts; a frozen dataclass, which travels."""

    @property
    def phase(self) -> str:
        """What is going on, for people."""

    @property
    def unit(self) -> int:
        """A part's rows are a multiple of so many, so that they are worked on together as in one process."""

    @property
    def whole(self) -> int:
        """The same where nobody says how many rows a part has: so many are scored together, which rounds alike."""

    @property
    def usual(self) -> int:
        """Rows of a part where nobody says how many."""

    def made_by(self) -> dict[str, Any]:
        """All that what is made depends on, JSON-ready. Raises ModelError: a model cannot be found."""

    def columns(self) -> dict[str, str]:
        """The columns of a part, with their types as pyarrow calls them."""

    def start(self) -> Callable[[Rows, int], Made]:
        """Load the models; what it gives makes a part of its rows and of how many lie before them."""


@dataclass(frozen=True)
class ScoreParts:
    """Rows of context and email, scored as ``score`` does it; ``explain``: with what each sentence adds."""

    reward_model: str
    explain: bool = False
    phase: str = "scoring the emails"
    unit: int = 1
    whole: int = CHUNK
    usual: int = 4 * CHUNK

    def made_by(self) -> dict[str, Any]:
        """See :class:`PartWork`."""
        return {"work": "score", "reward_model": _digest(self.reward_model), "explain": self.explain}

    def columns(self) -> dict[str, str]:
        """See :class:`PartWork`."""
        return _types((*COLUMNS, "sentence_effects") if self.explain else COLUMNS)

    def start(self) -> Callable[[Rows, int], Made]:
        """See :class:`PartWork`."""
        scorer = load_reward_model(self.reward_model)

        def make(rows: Rows, before: int) -> Made:
            totals, table = Totals(), []
            for start in range(0, len(rows), CHUNK):
                contexts, emails = zip(*rows[start : start + CHUNK], strict=True)
                for found in score_emails(contexts, emails, scorer):
                    totals.add(found)
                    table.append([*_row(found), *([effects_in_words(scorer, found)] if self.explain else [])])
            return table, totals.to_dict()

        return make


@dataclass(frozen=True)
class WriteParts:
    """Rows of a context and a recipient's columns, for which emails are written as ``generate`` does it.

    ``dtype``: the type of number that the model is loaded in on a processor; empty: what each machine is quicker in.
    """

    model: str
    reward_model: str | None
    sampling: SamplingConfig
    candidates: int
    best_of: int | None
    merge_fields: bool
    header: tuple[str, ...] = ()
    dtype: str = ""
    phase: str = "writing the emails"
    usual: int = 512

    @property
    def unit(self) -> int:
        """See :class:`PartWork`."""
        folder = existing_folder(Path(self.model))
        write = OWN_WORDS if folder and (folder / BANK_FILE).is_file() else FREE
        return contexts_at_once(count_written(write, self.candidates, self.best_of))

    @property
    def whole(self) -> int:
        """See :class:`PartWork`."""
        return self.unit

    def made_by(self) -> dict[str, Any]:
        """See :class:`PartWork`."""
        settings = {name: getattr(self, name) for name in ("candidates", "best_of", "merge_fields")}
        models = {"model": _digest(self.model), "reward_model": _digest(self.reward_model)}
        own = {"columns": ", ".join(self.header)}
        return {"work": "generate", **models, **asdict(self.sampling), **settings, **own}

    def columns(self) -> dict[str, str]:
        """See :class:`PartWork`."""
        return _types((*OF_AN_EMAIL, *(self.header[place] for place in own_columns(self.header))))

    def start(self) -> Callable[[Rows, int], Made]:
        """See :class:`PartWork`."""
        writer = load_writing_model(self.model, dtype_of(self.dtype) if self.dtype else None)
        scorer = None if self.reward_model is None else load_reward_model(self.reward_model)

        def make(rows: Rows, before: int) -> Made:
            whom = Recipients(tuple(row[0] for row in rows), self.header, tuple(tuple(row[1:]) for row in rows))
            emails = write_emails(
                writer, list(whom.contexts), self.sampling, scorer, self.candidates, self.best_of, before
            )
            found, open_fields = address(emails, whom, self.candidates, self.merge_fields)
            totals = Totals()
            for each in found:
                totals.add(each)
            table = [
                [*_row(each), *row[len(COLUMNS) :]]
                for each, row in zip(found, email_rows(found, whom, self.candidates), strict=True)
            ]
            return table, totals.to_dict() | {OPEN_FIELDS: dict(open_fields)}

        return make


def totals_of(parts: Sequence[dict[str, Any]]) -> tuple[Totals, Counter[str]]:
    """What all parts come to, and the merge fields that stayed open."""
    totals, open_fields = Totals(), Counter[str]()
    for each in parts:
        own = dict(each)
        open_fields.update(own.pop(OPEN_FIELDS, {}))
        totals.join(Totals.from_dict(own))
    return totals, open_fields


def _row(email: ScoredEmail) -> list[Any]:
    """An email's row of a CSV, with None for what is not known."""
    return [None if cell == "" and place > 1 else cell for place, cell in enumerate(email.row())]


def _types(names: Sequence[str]) -> dict[str, str]:
    numbers = dict.fromkeys(COLUMNS[2:6], NUMBER) | dict.fromkeys((*COLUMNS[6:], "candidate"), COUNT)
    return {name: numbers.get(name, TEXT) for name in names}


def _digest(model: str | None) -> dict[str, str] | None:
    """A model by what is in it, so that a folder may be moved."""
    if model is None:
        return None
    return {"sha256": model_digest(existing_folder(Path(model)) or find_model(model).folder)}
