"""Sessions that cost little: what each part of the page begins as is described once, not for each session anew.

Gradio describes every part of the page for every session, and each call of a script has one: a twentieth of a second
in which nobody else is answered, and a megabyte. What a session changes is still described for it alone, and only that
is copied.
"""

from __future__ import annotations

from typing import Any

import gradio as gr
from gradio.blocks import Block, BlocksConfig
from gradio.renderable import Renderable


class SharedDescription(dict[str, Any]):
    """A part's description in one session, whose properties are everybody's until the session looks them up, for it may
    put a value among them.
    """

    __slots__ = ("_own",)

    def __getitem__(self, name: str) -> Any:
        if name == "props" and not hasattr(self, "_own"):
            self._own = True
            self["props"] = dict(super().__getitem__("props"))
        return super().__getitem__(name)


class LightConfig(BlocksConfig):
    """The parts of a page, and ``described`` for them: the part with its description, by its number."""

    def __init__(self, root_block: gr.Blocks) -> None:
        super().__init__(root_block)
        self.described: dict[int, tuple[Block, dict[str, Any]]] = {}

    def __copy__(self) -> LightConfig:
        return _of(self, self.described)

    def config_for_block(  # type: ignore[override]
        self, _id: int, rendered_ids: list[int], block: Block, renderable: Renderable | None = None
    ) -> dict[str, Any]:
        """The description of a part; of one that the page began with, one that is shared until a value is put in."""
        if renderable or rendered_ids or self.root_block.default_config.blocks.get(_id) is not block:
            return super().config_for_block(_id, rendered_ids, block, renderable)
        part, description = self.described.get(_id, (None, {}))
        if part is not block:
            description = super().config_for_block(_id, rendered_ids, block)
            self.described[_id] = (block, description)
        return SharedDescription(description)


def lighten_sessions(demo: gr.Blocks) -> None:
    """From now on, the page's sessions share the descriptions of what they have not changed."""
    demo.default_config = _of(demo.default_config, {})


def _of(config: BlocksConfig, described: dict[int, tuple[Block, dict[str, Any]]]) -> LightConfig:
    light = LightConfig(config.root_block)
    light.blocks, light.fns, light.fn_id = dict(config.blocks), dict(config.fns), config.fn_id
    light.renderables, light.described = list(config.renderables), described
    return light
