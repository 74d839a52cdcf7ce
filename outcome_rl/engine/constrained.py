"""Sampling of texts that are put together from given parts: the model chooses which part comes next.

The parts that may come next form a prefix tree of tokens. Where the tree branches, the model's probabilities decide, made
to add up to 1 over the branches; where it does not, the tokens are certain and are read together in one pass. So the
log-probability of a text is exact, and a text takes as many steps as it has decisions.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from threading import Event
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor

from ..utils.parallel import parallel_map, worker_count
from .architectures import has_fast_path
from .decoding import Decoder, PlainDecoder, closed_up, decoders
from .sampling import MIN_ITEMS_PER_WORKER, Decisions, Rollout

MOST_DECISIONS = 512
"""Random numbers that are drawn for each text; one with more decisions uses them again."""


class Script(Protocol):
    """A text in the making; choosing gives another one and leaves it as it is."""

    @property
    def options(self) -> tuple[tuple[int, ...], ...]:
        """The token ids of each part that may come next, none empty; no options at all: the text is complete."""

    @property
    def weights(self) -> tuple[float, ...]:
        """How likely each option is to begin with, as logarithms: the model's own opinion is added to it."""

    def choose(self, option: int) -> Script:
        """The text with this option behind it."""


@dataclass
class Node:
    """A prefix tree of options. option: the one that ends here. weight: log of the sum of its options' weights."""

    children: dict[int, Node] = field(default_factory=dict)
    option: int | None = None
    weight: float = -math.inf


@lru_cache(maxsize=4096)
def prefix_tree(options: tuple[tuple[int, ...], ...], weights: tuple[float, ...]) -> Node:
    """The tree of some options. One that goes on where another one ends can never be chosen."""
    root = Node()
    for number in sorted(range(len(options)), key=lambda n: len(options[n])):
        path = [root]
        for token in options[number]:
            if path[-1].option is not None:
                break
            path.append(path[-1].children.setdefault(token, Node()))
        if path[-1].option is not None:
            continue
        path[-1].option = number
        for node in path:
            node.weight = float(np.logaddexp(node.weight, weights[number]))
    return root


def _tree(script: Script) -> Node:
    return prefix_tree(script.options, script.weights) if script.options else Node()


@dataclass
class _Text:
    """One text while it is written. decisions: (column, the tree where it branches, place of the branch, its log π)."""

    script: Script
    node: Node
    tokens: list[int] = field(default_factory=list)
    decisions: list[tuple[int, Node, int, float]] = field(default_factory=list)

    @staticmethod
    def of(script: Script) -> _Text:
        return _Text(script, _tree(script))

    @property
    def complete(self) -> bool:
        return not self.script.options

    def go_on(self) -> list[int]:
        """Write all tokens that are certain; which they are."""
        certain: list[int] = []
        while not self.complete:
            if self.node.option is not None:
                self.script = self.script.choose(self.node.option)
                self.node = _tree(self.script)
            elif len(self.node.children) == 1:
                ((token, self.node),) = self.node.children.items()
                certain.append(token)
            else:
                break
        self.tokens += certain
        return certain

    def go_on_to(self, option: int) -> None:
        """Write the rest of this option, deciding for it wherever the tree branches."""
        before, rest = self.script, self.script.options[option]
        at = len(self.tokens)
        while self.script is before:
            children = list(self.node.children)
            token = rest[len(self.tokens) - at]
            if len(children) > 1:
                self.decisions.append((len(self.tokens), self.node, children.index(token), 0.0, None))
            self.tokens.append(token)
            self.node = self.node.children[token]
            if self.node.option is not None:
                self.script = self.script.choose(self.node.option)
                self.node = _tree(self.script)

    def decide(self, place: int, log_prob: float, bias) -> list[int]:
        """Take the branch at this place of the tree's; the tokens written with those that are certain behind it."""
        token = list(self.node.children)[place]
        self.decisions.append((len(self.tokens), self.node, place, log_prob, bias))
        self.tokens.append(token)
        self.node = self.node.children[token]
        return [token, *self.go_on()]


@torch.no_grad()
def sample_scripts(
    model: Any,
    prompts: Sequence[Sequence[int]],
    scripts: Sequence[Script],
    samples_per_prompt: int,
    eos: int,
    generator: torch.Generator,
    temperature: float = 1.0,
    keep_going: Callable[[], bool] = lambda: True,
    numbers: range | None = None,
    on_progress: Callable[[Sequence[Script]], None] | None = None,
    base: Callable[[Sequence[Sequence[int]], int], Decoder | PlainDecoder] | None = None,
) -> tuple[Rollout, list[Script]]:
    """Draw ``samples_per_prompt`` texts for each prompt, beginning with its script; the batch and the complete scripts.

    Tokens end with ``eos``. ``numbers``: the prompts to write for, all where None; each text is what it would be if all
    were sampled together. Where ``keep_going`` turns False texts stay incomplete, ``ended`` False. ``on_progress`` gets
    the scripts after each step. At temperature 0 the likeliest branch is taken.
    """
    numbers = range(len(prompts)) if numbers is None else numbers
    # a number for each decision of each text, so that none depends on when the others end
    points = torch.rand(MOST_DECISIONS, len(prompts), samples_per_prompt, generator=generator)
    decoder_of, broken = decoders(model), Event()
    together = on_progress is not None or not has_fast_path(model)
    count = 1 if together else worker_count(len(numbers) * samples_per_prompt, MIN_ITEMS_PER_WORKER)

    def written(part: Sequence[int]) -> list[_Text]:
        try:
            texts = [_Text.of(scripts[number]) for number in part for _ in range(samples_per_prompt)]
            decoder = decoder_of([prompts[number] for number in part], samples_per_prompt)
            drawn = points[:, list(part)].flatten(1)
            going_on = lambda: not broken.is_set() and keep_going()  # noqa: E731
            reference = base([prompts[number] for number in part], samples_per_prompt) if base else None
            _write(decoder, reference, texts, drawn, temperature, going_on, on_progress)
            return texts
        except BaseException:
            broken.set()
            raise

    share = -(-len(numbers) // count)
    parts = [numbers[first : first + share] for first in range(0, len(numbers), share)]
    texts = [text for part in parallel_map(written, parts, count, call_off=broken.set) for text in part]
    return _rollout(texts, eos).to(model.device), [text.script for text in texts]


def _write(
    decoder: Decoder | PlainDecoder,
    reference: Decoder | PlainDecoder | None,
    texts: list[_Text],
    points: Tensor,
    temperature: float,
    keep_going: Callable[[], bool],
    on_progress: Callable[[Sequence[Script]], None] | None,
) -> None:
    """Complete the texts (B,), which a decoder is at the beginning of; ``points`` (decisions, B) in [0, 1)."""
    live = list(range(len(texts)))
    begun = [text.go_on() for text in texts]
    live = _append(decoder, reference, texts, live, begun)
    while live and keep_going():
        allowed, bias = _branches([texts[row].node for row in live])
        if reference:
            bias = bias - (reference.logits.gather(1, allowed.clamp(min=0)).float() / temperature).masked_fill(allowed < 0, 0.0)
        log_probs = branch_log_probs(
            decoder.logits, *(part.to(decoder.logits.device) for part in (allowed, bias)), temperature or 1.0
        )
        at = torch.tensor([points[len(texts[row].decisions) % MOST_DECISIONS, row] for row in live])
        places = log_probs.argmax(1) if not temperature else _draw(log_probs, at.to(log_probs.device))
        taken = log_probs.gather(1, places[:, None]).squeeze(1).tolist()
        more = [texts[row].decide(place, p, b) for row, place, p, b in zip(live, places.tolist(), taken, bias, strict=True)]
        live = _append(decoder, reference, texts, live, more)
        if on_progress is not None:
            on_progress([text.script for text in texts])


def _append(decoder, reference, texts: list[_Text], live: list[int], more: list[list[int]]) -> list[int]:
    """Have the decoder read what was written; rows that are complete leave it. The rows that go on."""
    going = torch.tensor([not texts[row].complete for row in live])
    if not going.any():
        return []
    if not going.all():
        order = closed_up(going).tolist()
        decoder.keep(torch.tensor(order, device=decoder.logits.device))
        if reference: reference.keep(torch.tensor(order, device=decoder.logits.device))
        live, more = [live[i] for i in order], [more[i] for i in order]
    if any(more):
        decoder.extend(more)
        if reference: reference.extend(more)
    return live


def branch_log_probs(logits: Tensor, allowed: Tensor, bias: Tensor, temperature: float) -> Tensor:
    """log π of each branch among the allowed tokens, nats, (D, A) in float32, -inf where there is none.

    logits: (D, V); allowed: (D, A) token ids, -1 where there are fewer; bias: (D, A), as in :class:`Decisions`.
    """
    picked = logits.gather(1, allowed.clamp(min=0)).float() / temperature + bias
    return picked.masked_fill(allowed < 0, float("-inf")).log_softmax(1)


def _draw(log_probs: Tensor, points: Tensor) -> Tensor:
    """The branch at which the cumulated probabilities pass ``points`` (D,), (D,); never one of probability 0."""
    cumulated = log_probs.exp().cumsum(1)
    place = torch.searchsorted(cumulated, (points[:, None] * cumulated[:, -1:]).clamp(min=0), right=True).squeeze(1)
    return torch.minimum(place, log_probs.isfinite().sum(1) - 1)


def follow(script: Script, pick: Callable[[Script], int | None], eos: int) -> tuple[Rollout, Script]:
    """A text whose options ``pick`` chooses, as a batch of one with log-probabilities of 0; it ends where None is picked.

    What a model is taught by; see :func:`sample_scripts`.
    """
    text = _Text.of(script)
    while not text.complete:
        option = pick(text.script)
        if option is None:
            break
        text.go_on_to(option)
    return _rollout([text], eos), text.script


def _branches(nodes: Sequence[Node]) -> tuple[Tensor, Tensor]:
    """The tokens that trees branch into, (D, A) with -1 where there are fewer, and their weights, (D, A) float32."""
    width = max((len(node.children) for node in nodes), default=0)
    missing = [width - len(node.children) for node in nodes]
    tokens = [[*node.children, *[-1] * gap] for node, gap in zip(nodes, missing, strict=True)]
    weights = [[*(c.weight for c in n.children.values()), *[0.0] * gap] for n, gap in zip(nodes, missing, strict=True)]
    shape = len(nodes), width
    return torch.tensor(tokens, dtype=torch.long).view(shape), torch.tensor(weights, dtype=torch.float32).view(shape)


def _rollout(texts: Sequence[_Text], eos: int) -> Rollout:
    """The texts as one batch."""
    rows = [[*text.tokens, eos] if text.complete else text.tokens for text in texts]
    width = max(map(len, rows))
    tokens = torch.zeros(len(rows), width, dtype=torch.long)
    log_probs = torch.zeros(len(rows), width)
    found: list[tuple[int, int, Node, int]] = []
    for number, (row, text) in enumerate(zip(rows, texts, strict=True)):
        tokens[number, : len(row)] = torch.tensor(row, dtype=torch.long)
        for column, node, place, log_prob, bias in text.decisions:
            log_probs[number, column] = log_prob
            found.append((number, column, node, place, bias))
    decisions = Decisions(
        torch.tensor([row for row, *_ in found], dtype=torch.long),
        torch.tensor([column for _, column, *_ in found], dtype=torch.long),
        *_with_bias([node for _, _, node, _, _ in found], [b for *_, b in found]),
        torch.tensor([place for *_, place, _ in found], dtype=torch.long),
    )
    ended = torch.tensor([text.complete for text in texts])
    return Rollout(tokens, log_probs, torch.tensor([len(row) for row in rows]), ended, decisions)


def _with_bias(nodes, biases):
    allowed, weights = _branches(nodes)
    for i, b in enumerate(biases):
        if b is not None:
            n = len(nodes[i].children)
            weights[i, :n] = b[:n]
    return allowed, weights
