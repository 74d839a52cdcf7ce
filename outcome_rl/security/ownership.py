"""Whose is what the page hands out by a name: sessions, events, and files in gradio's cache.

Gradio takes whoever has such a name for its owner. Here a name belongs to the visitor who used it first (a session), or
to whom the page itself gave it (an event, a file).
"""

from __future__ import annotations

import os
import re
import shutil
import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

KEPT = 50_000
"""Names that are remembered of each kind; the one used longest ago is forgotten, and then belongs to nobody."""
LONGEST = 200
"""Characters of a name that somebody may bring along; gradio's own have 64 at most."""
HALVES = "tmp*"
"""Files of gradio's that are being written, beside the folders of those that are whole."""
ABANDONED = 600.0
"""Seconds without a change after which nobody writes such a file any more."""
_IN_CACHE = re.compile(r"[0-9a-f]{64}")


class Names:
    """Names of one kind and their owners, the newest :data:`KEPT`."""

    def __init__(self, kept: int = KEPT) -> None:
        self._owners: OrderedDict[str, set[str]] = OrderedDict()
        self._kept = kept
        self._lock = threading.Lock()

    def give(self, name: str, visitor: str) -> None:
        """The visitor is an owner of the name from now on."""
        with self._lock:
            self._owners.setdefault(name, set()).add(visitor)
            self._make_room(name)

    def claim(self, name: str, visitor: str) -> bool:
        """Whether the name is the visitor's; one that is nobody's yet becomes so where it is not too long."""
        if len(name) > LONGEST:
            return False
        with self._lock:
            owners = self._owners.setdefault(name, {visitor})
            self._make_room(name)
            return visitor in owners

    def _make_room(self, used: str) -> None:
        """Called with the lock held."""
        self._owners.move_to_end(used)
        while len(self._owners) > self._kept:
            self._owners.popitem(last=False)

    def owns(self, name: str, visitor: str) -> bool:
        """Whether the name is the visitor's already."""
        with self._lock:
            return visitor in self._owners.get(name, ())

    def all_of(self, visitor: str) -> list[str]:
        """What is the visitor's, what was used last at the end."""
        with self._lock:
            return [name for name, owners in self._owners.items() if visitor in owners]

    def take_back(self, names: Iterable[str], visitor: str) -> list[str]:
        """These are the visitor's no more; those of them that are nobody's now."""
        freed = []
        with self._lock:
            for name in names:
                owners = self._owners.get(name, set())
                owners.discard(visitor)
                if not owners and self._owners.pop(name, None) is not None:
                    freed.append(name)
        return freed


class Ownership:
    """All names of a page.

    ``cache``: gradio's folder; ``downloads`` holds a folder for each visitor; ``public``: files that are everybody's;
    ``uploads``: how many files of a visitor stay in the cache, the newest.
    """

    def __init__(self, cache: Path, downloads: Path, public: Iterable[Path] = (), uploads: int = KEPT) -> None:
        self.cache, self.downloads, self.kept_uploads = cache, downloads, uploads
        self.public = frozenset(map(str, public))
        self.sessions, self.events, self.files, self.uploads = Names(), Names(), Names(), Names()
        named = re.escape(str(cache)).encode()
        # a path that the page itself names; in a text that it only repeats, the quotes would be escaped
        self._given = re.compile(rb'(?<!\\)"path":\s?"' + named + rb"/([0-9a-f]{64})/")

    def note_files(self, body: bytes, visitor: str) -> None:
        """What an answer to a visitor names as files may be fetched by them."""
        for found in self._given.finditer(body):
            self.files.give(found[1].decode(), visitor)

    def note_upload(self, paths: Any, visitor: str) -> None:
        """The paths that gradio answers an upload with; the visitor's oldest make room for them."""
        for path in paths if isinstance(paths, list) else []:
            if key := self._key(str(path)):
                self.files.give(key, visitor)
                self.uploads.give(os.path.normpath(path), visitor)
        own = self.uploads.all_of(visitor)
        self._remove_uploads(own[: max(0, len(own) - self.kept_uploads)], visitor)

    def remove_files(self, visitor: str) -> None:
        """Delete what the cache holds of a visitor and of nobody else."""
        self._remove_uploads(self.uploads.all_of(visitor), visitor)
        self._remove(self.files.all_of(visitor), visitor)

    def _remove_uploads(self, paths: list[str], visitor: str) -> None:
        """The same content under many names lies in one folder, but each name is a file that takes room."""
        for path in self.uploads.take_back(paths, visitor):
            Path(path).unlink(missing_ok=True)
        used = {self._key(path) for path in self.uploads.all_of(visitor)}
        self._remove([key for path in paths if (key := self._key(path)) and key not in used], visitor)

    def _remove(self, keys: list[str], visitor: str) -> None:
        for key in self.files.take_back(keys, visitor):
            shutil.rmtree(self.cache / key, ignore_errors=True)

    def may_read(self, path: str, visitor: str) -> bool:
        """Whether a file is one that the page gave this visitor."""
        if key := self._key(path):
            return self.files.owns(key, visitor)
        whole = os.path.normpath(path)
        return whole in self.public or whole.startswith(f"{self.downloads / visitor}{os.sep}")

    def forged_file(self, value: Any, visitor: str) -> bool:
        """Whether JSON names a file that the page did not give this visitor, or a URL as a file."""
        return any(not self.may_read(path, visitor) for path in paths_in(value))

    def _key(self, path: str) -> str | None:
        """The folder in gradio's cache that holds a file; its name is made of the content."""
        whole = os.path.normpath(path)
        if not whole.startswith(f"{self.cache}{os.sep}"):
            return None
        first = Path(whole).relative_to(self.cache).parts[0]
        return first if _IN_CACHE.fullmatch(first) else None


def remove_halves(cache: Path, now: float) -> None:
    """Delete what gradio leaves of uploads that came to nothing, and the empty files that it makes of all others."""
    for half in cache.glob(HALVES):
        with suppress(OSError):
            if half.is_file() and now - half.stat().st_mtime > ABANDONED:
                half.unlink()


def paths_in(value: Any) -> Iterator[str]:
    """Every ``path`` of every object; no text is taken for a path by gradio elsewhere."""
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            if isinstance(each.get("path"), str) and each["path"]:
                yield each["path"]
            waiting += each.values()
        elif isinstance(each, list):
            waiting += each
