"""A model in the Hugging Face cache."""

import shutil
from pathlib import Path

CHAT, ENCODER = "smollm2-135m-instruct", "all-minilm-l6-v2"
"""The bundled models."""


def put_in_cache(cache: Path, name: str, source: Path, pattern: str = "*") -> Path:
    """The model of a folder (those of its files that fit ``pattern``) as a download would have left it."""
    snapshot = cache / f"models--{name.replace('/', '--')}" / "snapshots" / "0123abcd"
    snapshot.mkdir(parents=True)
    for path in source.glob(pattern):
        shutil.copy(path, snapshot)
    (snapshot.parent.parent / "refs").mkdir()
    (snapshot.parent.parent / "refs" / "main").write_text("0123abcd")
    return snapshot
