"""What may be said in emails, as a visitor typed it: kept as a file that a run reads."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from ...runs.workspace import Workspace
from ...utils.files import write_text

KEPT = 50


def store_facts(workspace: Workspace, facts: str) -> Path | None:
    """The file with these facts; None where there are none. The same facts are kept once, the newest files stay.

    Raises RunError where the disk does not take them.
    """
    text = facts.replace("\r\n", "\n").strip()
    if not text:
        return None
    file = workspace.uploads / f"facts-{sha256(text.encode()).hexdigest()[:16]}.txt"
    write_text(file, f"{text}\n")
    newest = sorted(workspace.uploads.glob("facts-*.txt"), key=lambda path: path.stat().st_mtime, reverse=True)
    for old in newest[KEPT:]:
        old.unlink(missing_ok=True)
    return file
