"""Writing with shapes that stay, for a device on which most of a token's time is the starting of its kernels.

A block of rows has its memory made once: cells for keys and values, places for what is drawn. A row that has ended is
masked and computed on, a new token goes where a counter on the device says, and nothing waits for a result. So every
token is the same kernels over the same memory. On a CUDA device they are captured once for a size, and then started
together (https://docs.pytorch.org/docs/stable/notes/cuda.html#cuda-graphs); elsewhere the same function is called. The
model runs by its own forward pass, so that families need nothing of their own.

For free writing. In own words, whose rows read another number of tokens at each step, rows leave and caches grow on a
GPU too. Never measured on a GPU, nor run on one.
"""

from __future__ import annotations

import logging
import threading
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor

from .drawing import SamplingParams, draw_tokens
from .padding import pad_left, position_ids

ROWS = 128
"""Most rows of a block; more are written in several blocks, one after the other."""
CELLS = 128
"""Cells of a row are a multiple of this, so that prompts of other lengths need no memory of another size."""
KEPT = 2
"""Blocks of a model that are kept for what is written next, with their memory, and graphs of a block."""
WARM_UPS = 3
"""Steps before one is captured: libraries make their workspaces at the first ones."""

Step = Callable[[], None]


def stays_in_shape(model: Any) -> bool:
    """Whether the model's forward pass may write into memory that stays, and never asks what it has computed.

    Not where a layer keeps something else than keys and values, or where positions are stretched by the length.
    """
    from transformers import StaticCache
    from transformers.cache_utils import StaticLayer, StaticSlidingWindowLayer

    if not getattr(model, "_can_compile_fullgraph", False):
        return False
    kinds = [getattr(module, "rope_type", ()) for module in model.modules()]
    stretched = {name for kind in kinds for name in (kind.values() if isinstance(kind, dict) else [kind])}
    if {"dynamic", "longrope"} & {name for name in stretched if isinstance(name, str)}:
        return False
    layers = StaticCache(config=model.config, max_cache_len=1).layers
    return all(type(layer) in (StaticLayer, StaticSlidingWindowLayer) for layer in layers)


def sizes(rows: int, cells: int) -> tuple[int, int]:
    """The size of block that so many rows of so many cells are written in: the next power of two, and see CELLS."""
    return 1 << (rows - 1).bit_length(), cells + -cells % CELLS


class StaticBlock:
    """N rows of C cells each, of which the first may be in use.

    cache: keys and values, (N, kv heads, C, D) a layer. mask: (N, C), 0 in front of a prompt. places: (N,) the position
    of what is read next. logits: (N, V) of the next token. step: (1,) how many tokens were drawn. points: (C, N), what
    :func:`outcome_rl.engine.drawing.draw_tokens` takes for each token. tokens, log_probs: (N, C), lengths, ended: (N,),
    as :class:`outcome_rl.engine.sampling.Rollout` has them. live: (N,) bool, which rows go on.
    """

    def __init__(self, model: Any, rows: int, cells: int, read: Any, logits: Tensor) -> None:
        """``read``: a cache of some prompts, ``logits``: (..., V) of theirs, whose shapes and types are taken."""
        from transformers.cache_utils import Cache, StaticLayer

        self._model, self.addresses = weakref.ref(model), addresses(model)
        self.rows, self.cells, self.device = rows, cells, logits.device
        # whole rows of cells also for a layer with a window, which its mask keeps: the library's own layer for windows
        # moves its cells in another way once they are full, and a graph cannot change its way
        self.cache = Cache(layers=[StaticLayer(cells) for _ in read.layers])
        kept: list[Any] = self.cache.layers
        for layer, known in zip(kept, read.layers, strict=True):
            layer.lazy_initialization(*(part[:1].expand(rows, -1, -1, -1) for part in (known.keys, known.values)))
        self.mask = torch.ones(rows, cells, dtype=torch.bool, device=self.device)
        self.logits = logits.new_zeros(rows, logits.shape[-1])
        self.places, self.lengths, self.step = (self._zeros(n, dtype=torch.long) for n in (rows, rows, 1))
        self.tokens, self.log_probs = self._zeros(rows, cells, dtype=torch.long), self._zeros(rows, cells)
        self.points = self._zeros(cells, rows)
        self.ended, self.live = self._zeros(rows, dtype=torch.bool), self._zeros(rows, dtype=torch.bool)
        self._steps: dict[tuple[SamplingParams, tuple[int, ...]], tuple[Step, Tensor]] = {}

    def _zeros(self, *shape: int, dtype: torch.dtype = torch.float32) -> Tensor:
        return torch.zeros(*shape, dtype=dtype, device=self.device)

    def begin(self, read: Any, logits: Tensor, mask: Tensor, points: Tensor) -> None:
        """Rows that are at the ends of P prompts, B / P next to each other at each; the others are out of use.

        ``read``: a cache of the prompts, (P, kv heads, W, D) a layer; ``logits`` (P, V); ``mask`` (P, W), False in
        front of them; ``points`` (T, B), where T + W is at most C.
        """
        copies, (prompts, width), (steps, used) = points.shape[1] // len(mask), mask.shape, points.shape
        assert used <= self.rows and steps + width <= self.cells and used == copies * prompts
        layers: list[Any] = self.cache.layers
        for layer, known in zip(layers, read.layers, strict=True):
            for cells, part in ((layer.keys, known.keys), (layer.values, known.values)):
                cells.zero_()  # what nobody sees must not be NaN
                cells[:used, :, :width] = part.repeat_interleave(copies, 0)
        self._count_from(0, width)
        for kept in (self.lengths, self.tokens, self.log_probs, self.ended, self.points):
            kept.zero_()
        self.mask.fill_(True)
        self.mask[:used, :width] = mask.repeat_interleave(copies, 0)
        self.places[:used] = mask.sum(1).repeat_interleave(copies)
        self.logits[:used] = logits.repeat_interleave(copies, 0)
        self.points[:steps, :used] = points
        self.live.copy_(torch.arange(self.rows, device=self.device) < used)

    def _count_from(self, drawn: int, read: int) -> None:
        """So many tokens drawn of each row, and so many cells of keys and values in use."""
        layers: list[Any] = self.cache.layers
        for layer in layers:
            layer.cumulative_length.fill_(read)
        self.step.fill_(drawn)
        self.places.zero_()

    def first(self, draw: SamplingParams, stops: Sequence[int]) -> None:
        """Draw each row's first token."""
        history = self.tokens[:, :0] if draw.repetition_penalty != 1.0 else None
        self._draw(draw, torch.tensor(list(stops), dtype=torch.long, device=self.device), history)

    def next_step(self, draw: SamplingParams, stops: Sequence[int]) -> Step:
        """What reads the tokens that were drawn last, and draws the next ones; a row ends with one of ``stops``.

        Captured when it is asked for the first time, which spoils what is being written: to be called before
        :meth:`begin`.
        """
        key = draw, tuple(stops)
        if key not in self._steps:
            ends = torch.tensor(key[1], dtype=torch.long, device=self.device)
            self._count_from(1, 1)  # there is a token to read, and room for what warms up
            step = captured(lambda: self._advance(draw, ends), self.device)
            # with its ends: a graph keeps no tensor alive
            self._steps = dict([*self._steps.items(), (key, (step, ends))][-KEPT:])
        return self._steps[key][0]

    def _advance(self, draw: SamplingParams, stops: Tensor) -> None:
        model = self._model()
        assert model is not None, "the model is gone"
        out = model(
            input_ids=self.tokens.index_select(1, self.step - 1),
            attention_mask=self.mask,
            position_ids=self.places[:, None],
            past_key_values=self.cache,
            use_cache=True,
        )
        self.logits.copy_(out.logits[:, -1])
        self.places.add_(1)
        history = None
        if draw.repetition_penalty != 1.0:  # a row's first token where nothing is written yet, since the width stays
            written = torch.arange(self.cells, device=self.device) < self.step
            history = torch.where(written, self.tokens, self.tokens[:, :1])
        self._draw(draw, stops, history)

    def _draw(self, draw: SamplingParams, stops: Tensor, history: Tensor | None) -> None:
        points = self.points.index_select(0, self.step).squeeze(0)
        chosen, log_probs = draw_tokens(self.logits, draw, points, history)
        self.tokens.index_copy_(1, self.step, (chosen * self.live)[:, None])
        self.log_probs.index_copy_(1, self.step, log_probs.masked_fill(~self.live, 0)[:, None])
        self.lengths.add_(self.live)
        done = self.live & (chosen[:, None] == stops).any(1)
        self.ended.logical_or_(done)
        self.live.logical_and_(~done)
        self.step.add_(1)


def captured(step: Step, device: torch.device) -> Step:
    """The step as a graph that is replayed, where the device can; it is run some times before, but on no other device.

    Where a kernel cannot be captured, the step itself, with a word in the log.
    """
    if device.type != "cuda":
        return step
    with torch.cuda.device(device):
        aside = torch.cuda.Stream()
        aside.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(aside):
            for _ in range(WARM_UPS):
                step()
        torch.cuda.current_stream().wait_stream(aside)
        graph = torch.cuda.CUDAGraph()
        try:
            # other threads may go on with work of their own on the device
            with torch.cuda.graph(graph, capture_error_mode="thread_local"):
                step()
        except torch.OutOfMemoryError:  # a runtime error too; who asked frees what is kept
            raise
        except RuntimeError as error:
            logging.getLogger(__name__).warning("Writing goes on without a CUDA graph: %s", error)
            return step
    return graph.replay


_blocks: weakref.WeakKeyDictionary[Any, list[StaticBlock]] = weakref.WeakKeyDictionary()
_lock = threading.Lock()


@contextmanager
def block_at(
    model: Any, prompts: Sequence[Sequence[int]], points: Tensor, draw: SamplingParams, stops: Sequence[int]
) -> Iterator[tuple[StaticBlock, Step]]:
    """A block at the ends of some prompts, and its step; ``points`` (T, B), B / P next to each other at each prompt.

    One that the model has kept where it has the size, so that nothing is captured anew; nobody else has it meanwhile.
    """
    try:
        block, step = _begun(model, prompts, points, draw, stops)
    except torch.OutOfMemoryError:  # who tries again with fewer rows needs what the kept ones hold
        with _lock:
            _blocks.pop(model, None)
        raise
    yield block, step
    with _lock:
        _blocks[model] = [block, *_blocks.get(model, [])][:KEPT]


def _begun(
    model: Any, prompts: Sequence[Sequence[int]], points: Tensor, draw: SamplingParams, stops: Sequence[int]
) -> tuple[StaticBlock, Step]:
    from transformers import DynamicCache

    ids, mask = pad_left(prompts, model.device)
    # without its configuration the cache keeps all cells of layers with a window too
    out = model(
        input_ids=ids,
        attention_mask=mask,
        position_ids=position_ids(mask),
        past_key_values=DynamicCache(),
        use_cache=True,
        logits_to_keep=1,
    )
    read, logits = out.past_key_values, out.logits[:, -1]
    size = sizes(points.shape[1], ids.shape[1] + len(points))
    block = _taken(model, size) or StaticBlock(model, *size, read, logits)
    step = block.next_step(draw, stops)
    block.begin(read, logits, mask.bool(), points)
    return block, step


def _taken(model: Any, size: tuple[int, int]) -> StaticBlock | None:
    """A kept block of this size, which is then not kept any more; those that read other weights are forgotten."""
    with _lock:
        now = addresses(model)
        kept = [block for block in _blocks.get(model, []) if block.addresses == now]
        found = next((block for block in kept if (block.rows, block.cells) == size), None)
        _blocks[model] = [block for block in kept if block is not found]
    return found


def addresses(model: Any) -> tuple[int, ...]:
    """Where the model's weights lie, which a graph reads from again; and whether it is in training."""
    return model.training, *(part.data_ptr() for part in (*model.parameters(), *model.buffers()))
