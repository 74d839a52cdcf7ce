"""Whether a model folder's weights are whole; only lengths and headers are read, so the answer comes at once."""

from __future__ import annotations

import json
from pathlib import Path

from ..errors import ModelError
from ..utils.files import read_json
from ..utils.formatting import format_bytes

INDEX = "model.safetensors.index.json"
LARGEST_HEADER = 100_000_000
"""Bytes; safetensors itself reads no header longer than this."""
POINTER = b"version https://git-lfs"


def require_whole_weights(folder: Path) -> None:
    """Check every weight file of a model folder.

    Raises:
        ModelError: one is missing, cut short, or no safetensors file at all; the message says what to do.
    """
    found = {path.name for path in folder.glob("*.safetensors")}
    for name in sorted(found | _shards(folder)):
        if not (folder / name).is_file():  # also a link in a cache whose file is gone
            raise _unreadable(folder, f"{name} is missing", "fetch the model again")
        fault = _fault(folder / name)
        if fault:
            raise _unreadable(folder, *fault)


def _unreadable(folder: Path, fault: str, remedy: str) -> ModelError:
    return ModelError(f"model folder '{folder}' cannot be read: {fault}; {remedy}")


def _shards(folder: Path) -> set[str]:
    """The weight files that a model in parts says it has. Raises ModelError."""
    if not (folder / INDEX).is_file():
        return set()
    try:
        return {str(name) for name in read_json(folder / INDEX)["weight_map"].values()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise _unreadable(folder, f"{INDEX} is not what it should be ({error})", "fetch the model again") from None


def _fault(path: Path) -> tuple[str, str] | None:
    """What is wrong with a safetensors file and what to do, or None.

    It holds the length of its header in eight bytes, the header as JSON, and the tensors
    (https://huggingface.co/docs/safetensors), so that its header says how long it has to be.
    """
    size = path.stat().st_size
    with open(path, "rb") as file:
        start = file.read(len(POINTER))
        if start == POINTER:
            return (
                f"{path.name} only points to the weights, which Git LFS keeps elsewhere",
                "run `git lfs pull` in its folder",
            )
        length = int.from_bytes(start[:8], "little")
        file.seek(8)
        header = file.read(length) if 8 + length <= size and length <= LARGEST_HEADER else b""
    if not header and 0 < length <= LARGEST_HEADER:
        return f"{path.name} is cut short in its header", "fetch it again"
    try:
        tensors = [entry for name, entry in json.loads(header).items() if name != "__metadata__"]
        needed = 8 + length + max((int(entry["data_offsets"][1]) for entry in tensors), default=0)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError):
        return f"{path.name} is damaged, or no safetensors file", "fetch it again"
    if size < needed:
        return f"{path.name} is cut short, {format_bytes(size)} of {format_bytes(needed)} are there", "fetch it again"
    return None
