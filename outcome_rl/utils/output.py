"""Output into pipes and files whose encoding has not every letter, as on Windows (cp1252)."""

from __future__ import annotations

import codecs
import io
import sys
from typing import Any


def tolerate_any_text() -> None:
    """A letter that standard output has not is written as ``?``: work that is done must not end in an error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and not holds_any_text(stream):
            stream.reconfigure(errors="replace")


def holds_any_text(stream: Any) -> bool:
    """Whether a stream takes all letters; JSON has a way to write the others where it does not."""
    try:
        return codecs.lookup(getattr(stream, "encoding", None) or "utf-8").name.startswith("utf-")
    except LookupError:
        return False
