"""The sentences of a seller's own emails, and those of them that were struck out on the page: kept for each file."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Collection
from dataclasses import asdict, dataclass, field
from pathlib import Path

from ...data.csv_io import write_rows
from ...runs.workspace import Workspace
from ...sentence_bank.bank import SentenceBank
from ...sentence_bank.storage import COLUMNS, table
from ...utils.files import read_json, write_json
from .datasets import Dataset

KEPT = 4
"""Banks that are remembered, for one takes seconds to make."""


@dataclass
class BankCache:
    """Remembers the banks made last, by what they were made of; one is made at a time."""

    _kept: dict[tuple[str, str], SentenceBank] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def has(self, dataset: Dataset, facts: str) -> bool:
        """Whether the bank is there already. Raises OSError."""
        return (_key(dataset), facts) in self._kept

    def get(self, dataset: Dataset, facts: str) -> SentenceBank:
        """The sentences that a writer may use for these emails; ``facts``: what may be said besides.

        Raises:
            DataError: the file cannot be used.
            OSError: it cannot be read.
        """
        from ...sentence_bank.build import build_bank

        key = (_key(dataset), facts)
        with self._lock:
            if key not in self._kept:
                data = dataset.read()
                self._kept[key] = build_bank(data.contexts, data.emails, data.outcomes, facts)
                while len(self._kept) > KEPT:
                    del self._kept[next(iter(self._kept))]
            return self._kept[key]


def struck_out(workspace: Workspace, dataset: Dataset) -> frozenset[str]:
    """The sentences of this file that must not be said. Raises OSError: the file of emails cannot be read."""
    try:
        return frozenset(map(str, read_json(_kept_file(workspace, dataset))))
    except (FileNotFoundError, ValueError, TypeError):
        return frozenset()


def strike_out(workspace: Workspace, dataset: Dataset, bank: SentenceBank, struck: Collection[str]) -> frozenset[str]:
    """Keep which of the bank's sentences must not be said; gives all that are struck out.

    One that the bank does not have, as the facts are now, stays as it was: it may come back with other facts.

    Raises:
        OSError: the disk does not take it.
    """
    known = {sentence.text for sentence in bank.sentences}
    every = (struck_out(workspace, dataset) - known) | (known & set(struck))
    file = _kept_file(workspace, dataset)
    file.parent.mkdir(parents=True, exist_ok=True)
    write_json(file, sorted(every))
    return every


def write_list(file: Path, bank: SentenceBank, struck: Collection[str]) -> None:
    """The bank's sentences as the command line takes them, ``no`` beside those struck out. Raises OSError."""
    write_rows(file, COLUMNS, ([*row[:-1], "no" if row[0] in struck else "yes"] for row in table(bank)))


def approved_file(workspace: Workspace, dataset: Dataset, facts: str, banks: BankCache) -> Path | None:
    """The list that a run is to keep to, for what the facts are now; None where nothing is struck out.

    Raises:
        DataError: the emails cannot be used.
        OSError: they cannot be read, or the disk does not take the list.
    """
    struck = struck_out(workspace, dataset)
    if not struck:
        return None
    file = _kept_file(workspace, dataset).with_suffix(".csv")
    write_list(file, banks.get(dataset, facts), struck)
    return file


def _kept_file(workspace: Workspace, dataset: Dataset) -> Path:
    """Where it is kept what is struck out; not among the uploads, which make room for each other. Raises OSError."""
    return workspace.uploads / "sentences" / f"{_key(dataset)[:16]}.json"


def _key(dataset: Dataset) -> str:
    """The same for the same rows, whatever their file is called."""
    content = hashlib.sha256(dataset.path.read_bytes())
    content.update(repr(asdict(dataset.columns)).encode())
    return content.hexdigest()
