"""Reward models in visitors' folders: loaded once where several hold the same, and asked together."""

from __future__ import annotations

import threading
from collections import OrderedDict
from pathlib import Path
from typing import TYPE_CHECKING

from ...reward.metadata import find_reward_model
from ...utils.checksums import content_digest
from ...utils.files import folder_version

if TYPE_CHECKING:  # it brings torch along
    from ...reward.shared_scorer import SharedScorer

KEPT = 4
"""Reward models that stay loaded, those asked last; some 100 MB each."""
LOOKED_AT = 1000
"""Folders of which it is remembered which model they hold."""


class SharedModels:
    """Each reward model once, however many folders hold a copy of it.

    Which one a folder holds is told by its own files alone, read and compared with their list of checksums: whoever has
    no such folder gets nothing, and a damaged copy is refused though whole ones are loaded. A folder that has changed
    lets go what it held before.
    """

    def __init__(self) -> None:
        self._held: OrderedDict[str, tuple[int, str]] = OrderedDict()
        self._loaded: OrderedDict[str, SharedScorer] = OrderedDict()
        self._lock, self._loading = threading.Lock(), threading.Lock()

    def get(self, folder: Path) -> SharedScorer:
        """The reward model in a folder. Raises ModelError where there is none or it cannot be used."""
        held = self._model_in(folder)
        if found := self._known(held):
            return found
        with self._loading:
            if found := self._known(held):  # somebody else has waited for it too
                return found
            from ...reward.serialization import load_reward_model
            from ...reward.shared_scorer import SharedScorer

            model = load_reward_model(folder)
            model.encoder.read_few_lengths()
            loaded = SharedScorer(model)
            with self._lock:
                self._loaded[held] = loaded
                while len(self._loaded) > KEPT:
                    self._loaded.popitem(last=False)
            return loaded

    def _known(self, held: str) -> SharedScorer | None:
        with self._lock:
            if held in self._loaded:
                self._loaded.move_to_end(held)
            return self._loaded.get(held)

    def _model_in(self, folder: Path) -> str:
        """Stands for the model in a folder, the same for each copy of it."""
        source, version = str(folder), folder_version(folder)
        with self._lock:
            before = self._held.get(source, (0, ""))
            if before[0] == version and version:
                self._held.move_to_end(source)
                return before[1]
        from ...models.loading import require_undamaged

        kept = find_reward_model(folder)
        require_undamaged(kept)
        held = content_digest(kept) or f"{source} {version}"
        with self._lock:
            self._held[source] = (version, held)
            self._held.move_to_end(source)
            while len(self._held) > LOOKED_AT:
                self._held.popitem(last=False)
            if before[1] not in {other for _, other in self._held.values()}:
                self._loaded.pop(before[1], None)
        return held
