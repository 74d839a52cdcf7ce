"""Models that somebody has fetched from the Hub with a token of their own, into a folder of their own.

What the token may read may not be read by others, so it never lies in the cache that all share; and once it is here,
nothing needs the token again.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

from ..errors import ModelError
from ..security.caps import require
from ..utils.files import atomic_folder, disk_error
from .hub import HUB_SECONDS, WEIGHT_PATTERNS, download_size
from .loading import check_folder

NAME = re.compile(r"[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95}", re.ASCII)
"""As the Hub has them; no name leaves its folder."""
NOT_GIVEN = (
    "the Hub does not give you the model '{name}': there is none of that name, or this Space was not allowed to read "
    "it for you; look at its page on the Hub, accept its licence there if it has one, and log in again"
)
BROKEN_OFF = "the model '{name}' could not be fetched from the Hub; try again in a few minutes"


def own_models(home: Path) -> dict[str, Path]:
    """Folders by the names on the Hub; ``home`` holds them."""
    folders = sorted(home.glob("*--*")) if home.is_dir() else []
    return {folder.name.replace("--", "/", 1): folder for folder in folders if (folder / "config.json").is_file()}


def size_for(name: str, token: str) -> int:
    """Bytes that would be fetched, as the Hub tells whoever has the token.

    Raises:
        ModelError: this is no name of a model, or the Hub does not give it to them.
        CapError: it is larger than what this machine takes.
    """
    from huggingface_hub import HfApi
    from huggingface_hub.errors import HfHubHTTPError

    if not NAME.fullmatch(name) or "--" in name or ".." in name:
        raise ModelError("model: give its name on the Hub, as in somebody/some-model")
    try:
        told = HfApi().model_info(name, timeout=HUB_SECONDS, files_metadata=True, token=token)
    except HfHubHTTPError:  # what it says may quote the request
        raise ModelError(NOT_GIVEN.format(name=name)) from None
    except Exception:
        raise ModelError(BROKEN_OFF.format(name=name)) from None
    size = download_size(told)
    require("model", size, f"model '{name}'")
    return size


def fetch_model(name: str, token: str, home: Path) -> Path:
    """Fetch a model whose :func:`size_for` is known; its folder below ``home`` appears whole.

    Raises:
        ModelError: it cannot be fetched, or is no language model that can be tuned here.
    """
    target = home / name.replace("/", "--", 1)
    with atomic_folder(target) as folder:
        _download(name, token, folder)
        shutil.rmtree(folder / ".cache", ignore_errors=True)  # the library's notes on the download
        check_folder(folder, name)
    return target


def _download(name: str, token: str, folder: Path) -> None:
    from huggingface_hub import snapshot_download

    options: dict[str, Any] = {"allow_patterns": WEIGHT_PATTERNS, "local_dir": folder, "token": token}
    try:
        snapshot_download(name, **options)
    except Exception as fault:  # what it says may quote the request
        if isinstance(fault, OSError) and disk_error(fault, folder):
            raise
        raise ModelError(BROKEN_OFF.format(name=name)) from None
