"""Rows put by on disk, and given back recipient by recipient: memory does not grow with the file."""

from __future__ import annotations

import marshal
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

from ..utils.files import unnamed_disk_error

BATCH = 2000


class Spool:
    """A temporary table of rows with a key each; it is gone when it is left.

    Use as a context manager: ``add`` every row, then read ``groups`` once. Raises RunError where the disk is full.
    """

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="outcome-rl-import-")
        # the page takes each step of an import in whichever thread is free, one after the other
        self._base = sqlite3.connect(Path(self._folder.name) / "rows.sqlite", check_same_thread=False)
        try:
            for line in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-32000", "temp_store=FILE"):
                self._base.execute(f"PRAGMA {line}")
            self._base.execute(
                "CREATE TABLE rows (seq INTEGER PRIMARY KEY, key TEXT, answers TEXT, thread TEXT, data BLOB)"
            )
            self._base.execute("CREATE TABLE ids (id TEXT PRIMARY KEY, key TEXT) WITHOUT ROWID")
            self._base.execute("CREATE TABLE threads (id TEXT PRIMARY KEY, key TEXT) WITHOUT ROWID")
        except sqlite3.OperationalError as error:
            self.__exit__(type(error), error, None)
            raise
        self._rows: list[tuple[str, str | None, str | None, bytes]] = []
        self._ids: list[tuple[str, str]] = []
        self._threads: list[tuple[str, str]] = []

    def __enter__(self) -> Spool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._base.close()
        self._folder.cleanup()
        if isinstance(error, sqlite3.OperationalError) and "full" in str(error):
            raise unnamed_disk_error() or error from error

    def add(
        self, key: str, data: Any, own_id: str = "", answers: str = "", thread: str = "", opens: bool = False
    ) -> None:
        """Put by a row, plain values. ``own_id`` names the message that it is; ``answers`` the one that it answers;
        ``thread`` the conversation, of all whose rows the key is that of the row that ``opens`` it.
        """
        self._rows.append((key, answers or None, thread or None, marshal.dumps(data)))
        if own_id:
            self._ids.append((own_id, key))
        if thread and opens:
            self._threads.append((thread, key))
        if len(self._rows) >= BATCH:
            self._flush()

    def _flush(self) -> None:
        if not self._rows and not self._ids:
            return
        self._base.executemany("INSERT INTO rows (key, answers, thread, data) VALUES (?, ?, ?, ?)", self._rows)
        self._base.executemany("INSERT OR IGNORE INTO ids VALUES (?, ?)", self._ids)
        self._base.executemany("INSERT OR IGNORE INTO threads VALUES (?, ?)", self._threads)
        self._rows, self._ids, self._threads = [], [], []

    def get(self, number: int) -> Any:
        """The row that was added as the ``number``-th, counted from 1."""
        self._flush()
        found = self._base.execute("SELECT data FROM rows WHERE seq = ?", (number,)).fetchone()
        return marshal.loads(found[0])

    def groups(self) -> Iterator[list[Any]]:
        """The rows of each key, in the order of the key's first row; an answer goes where what it answers is, and
        what is of a conversation where that was opened.
        """
        self._flush()
        self._base.execute(
            "UPDATE rows SET key = (SELECT ids.key FROM ids WHERE ids.id = rows.answers) "
            "WHERE answers IS NOT NULL AND EXISTS (SELECT 1 FROM ids WHERE ids.id = rows.answers)"
        )
        self._base.execute(
            "UPDATE rows SET key = (SELECT threads.key FROM threads WHERE threads.id = rows.thread) "
            "WHERE thread IS NOT NULL AND EXISTS (SELECT 1 FROM threads WHERE threads.id = rows.thread)"
        )
        self._base.execute("CREATE INDEX by_key ON rows (key, seq)")
        self._base.execute("CREATE TABLE firsts AS SELECT key, MIN(seq) AS first FROM rows GROUP BY key")
        keys = self._base.cursor()
        for (key,) in keys.execute("SELECT key FROM firsts ORDER BY first"):
            rows = self._base.execute("SELECT data FROM rows WHERE key = ? ORDER BY seq", (key,))
            yield [marshal.loads(data) for (data,) in rows]
