"""Sampling of texts that are put together from given parts: the model chooses which part comes next.

The parts that may come next form a prefix tree of tokens. Where the tree branches, the weights of the parts behind each
branch say how likely it is to begin with, and the model adds what it has learned beyond its base; where it does not
branch, the tokens are certain and are read together in one pass. So the log-probability of a text is exact but for
rounding (what that comes to in bfloat16 says :mod:`outcome_rl.policy.logprobs`), and a text takes as many steps as it
has decisions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Event
from typing import Any, Protocol

import torch
from torch import Tensor

from ..utils.parallel import count_workers, parallel_map
from .architectures import has_fast_path
from .decoding_beside_base import Base, RelativeDecoder, relative_decoders
from .prefix_tree import Node, prefix_tree
from .sampling import Decisions, Rollout, room

MIN_ITEMS_PER_WORKER = 8
"""Fewest texts for a worker; each reads several tokens at once, so that fewer do than where it is one."""
MOST_DECISIONS = 512
"""Random numbers that are drawn for each text; one with more decisions uses them again."""


class Script(Protocol):
    """A text in the making; choosing gives another one and leaves it as it is."""

    @property
    def options(self) -> tuple[tuple[int, ...], ...]:
        """The token ids of each part that may come next, none empty; no options at all: the text is complete."""

    @property
    def weights(self) -> tuple[float, ...]:
        """How likely each option is to begin with, as logarithms."""

    def choose(self, option: int) -> Script:
        """The text with this option behind it."""


@dataclass(frozen=True)
class _Decision:
    """A branch taken: in which column, at which node, which branch, the base's logits, its log-probability."""

    column: int
    node: Node
    place: int
    base: Sequence[float] = ()
    log_prob: float = 0.0


@dataclass
class _Text:
    """One text while it is written; what is certain is written at once. ``read``: tokens that a decoder has read,
    ``room``: tokens that the model has positions for, ``trunk``: what the layers gave that are as the base's.
    """

    script: Script
    node: Node = field(default_factory=Node)
    room: int = 2**31
    tokens: list[int] = field(default_factory=list)
    decisions: list[_Decision] = field(default_factory=list)
    read: int = 0
    trunk: tuple[Tensor, Tensor] | None = None

    @staticmethod
    def of(script: Script, room: int = 2**31) -> _Text:
        text = _Text(script, room=room)
        if not text.complete:
            text._enter(_tree(script))
        return text

    @property
    def complete(self) -> bool:
        return not self.script.options

    @property
    def goes_on(self) -> bool:
        """Whether there is a decision to make, and the model can read what stands before it."""
        return not self.complete and len(self.tokens) <= self.room

    def unread(self) -> tuple[int, ...]:
        """The tokens that were written since the decoder read."""
        return tuple(self.tokens[self.read :])

    def decide(self, place: int, base: Sequence[float] = (), log_prob: float = 0.0) -> None:
        """Take a branch, and write what is certain behind it."""
        token = list(self.node.children)[place]
        self.decisions.append(_Decision(len(self.tokens), self.node, place, base, log_prob))
        self.tokens.append(token)
        self._enter(self.node.children[token])

    def take(self, option: int) -> bool:
        """Write an option to its end; the text is at an option's beginning. False, and nothing is written, where it can
        never be chosen, for a shorter one begins like it.
        """
        node, branches = self.node, []
        rest = self.script.options[option][len(node.run) :]
        while node.option is None:
            if not rest or rest[0] not in node.children:
                return False
            branches.append(list(node.children).index(rest[0]))
            node = node.children[rest[0]]
            rest = rest[1 + len(node.run) :]
        if self.script.options[node.option] != self.script.options[option]:
            return False
        for place in branches:
            self.decide(place)
        return True

    def _enter(self, node: Node) -> None:
        """Write what is certain from a node on, up to the next branching or the end of the text."""
        self.node = node
        self.tokens += node.run
        while self.node.option is not None:
            self.script = self.script.choose(self.node.option)
            self.node = _tree(self.script)
            self.tokens += self.node.run


def _tree(script: Script) -> Node:
    return prefix_tree(script.options, script.weights) if script.options else Node()


@torch.no_grad()
def sample_scripts(
    model: Any,
    base: Base | None,
    prompts: Sequence[Sequence[int]],
    scripts: Sequence[Script],
    samples_per_prompt: int,
    eos: int,
    generator: torch.Generator,
    temperature: float = 1.0,
    keep_going: Callable[[], bool] = lambda: True,
    numbers: range | None = None,
    on_progress: Callable[[Sequence[Script]], None] | None = None,
    untaught: bool = False,
) -> tuple[Rollout, list[Script]]:
    """Draw ``samples_per_prompt`` texts for each prompt, beginning with its script; the batch and the scripts.

    ``base``: what the model was tuned from; without one its logits count as they are. Tokens end with ``eos``.
    ``numbers``: the prompts to write for, all where None; each text is what it would be if all were sampled together.
    Where ``keep_going`` turns False, or the model's positions run out, texts stay incomplete, ``ended`` False.
    ``on_progress`` gets the scripts after each step. At temperature 0 the likeliest branch is taken. ``untaught``: the
    model is still its base and adds nothing, so that nothing is read; the batch is none to learn from then.
    """
    numbers = range(len(prompts)) if numbers is None else numbers
    # a number for each decision of each text, so that none depends on when the others end
    points = torch.rand(MOST_DECISIONS, len(prompts), samples_per_prompt, generator=generator)
    decoder_of, broken = relative_decoders(model, base, untaught), Event()
    together = on_progress is not None or untaught or not has_fast_path(model)
    count = 1 if together else count_workers(len(numbers) * samples_per_prompt, MIN_ITEMS_PER_WORKER)

    def going_on() -> bool:
        return not broken.is_set() and keep_going()

    def written(part: range) -> list[_Text]:
        try:
            rooms = {number: room(model, len(prompts[number])) for number in part}
            texts = [_Text.of(scripts[number], rooms[number]) for number in part for _ in range(samples_per_prompt)]
            decoder = decoder_of([prompts[number] for number in part], samples_per_prompt)
            _write(decoder, texts, points[:, list(part)], temperature, going_on, on_progress)
            return texts
        except BaseException:
            broken.set()
            raise

    share = -(-len(numbers) // count)
    parts = [numbers[first : first + share] for first in range(0, len(numbers), share)]
    found = [own for part in parallel_map(written, parts, count, call_off=broken.set) for own in part]
    batch = _rollout(found, eos, [text.trunk for text in found if text.trunk is not None] or None)
    return batch.to(model.device), [text.script for text in found]


def follow(script: Script, pick: Callable[[Script], int | None], eos: int) -> tuple[Rollout, Script]:
    """A text whose options ``pick`` chooses, as a batch of one, log-probabilities 0; it ends where None is picked, or
    what can never be sampled.

    What a model is taught by; see :func:`sample_scripts`.
    """
    text = _Text.of(script)
    while not text.complete:
        option = pick(text.script)
        if option is None or not text.take(option):
            break
    return _rollout([text], eos), text.script


def _write(
    decoder: RelativeDecoder,
    texts: list[_Text],
    points: Tensor,
    temperature: float,
    keep_going: Callable[[], bool],
    on_progress: Callable[[Sequence[Script]], None] | None,
) -> None:
    """Complete the texts (B,), which a decoder is at the beginning of; ``points`` (decisions, prompts, samples of
    each) in [0, 1).

    Texts of one prompt that are alike so far are one row of the decoder.
    """
    samples, points = points.shape[2], points.flatten(1)
    begun = [(row, list(range(row, row + samples))) for row in range(0, len(texts), samples)]
    rows = _append(decoder, texts, begun, len(texts))
    while rows and keep_going():
        allowed, weights = _branches([texts[alike[0]].node for alike in rows])
        own, base = (logits.cpu() for logits in decoder.logits_of(allowed))
        log_probs = branch_log_probs(own - base + weights, allowed, temperature or 1.0)
        live = [(row, number) for row, alike in enumerate(rows) for number in alike]
        log_probs = log_probs[[row for row, _ in live]]
        at = torch.tensor([points[len(texts[number].decisions) % MOST_DECISIONS, number] for _, number in live])
        places = _draw(log_probs, at) if temperature else log_probs.argmax(1)
        taken, logits = log_probs.gather(1, places[:, None]).squeeze(1).tolist(), base.tolist()
        for (row, number), place, log_prob in zip(live, places.tolist(), taken, strict=True):
            texts[number].decide(place, logits[row][: len(texts[number].node.children)], log_prob)
        rows = _append(decoder, texts, list(enumerate(rows)), len(rows))
        if on_progress is not None:
            on_progress([text.script for text in texts])
    for row, alike in enumerate(rows):  # given up
        for number in alike:
            texts[number].trunk = decoder.trunk_of(row)


def _append(
    decoder: RelativeDecoder, texts: list[_Text], rows: Sequence[tuple[int, list[int]]], count: int
) -> list[list[int]]:
    """Have the decoder read what was written. ``rows``: some of its ``count`` rows, each with the texts that it is.

    A row whose texts differ by now becomes several, one without texts that go on leaves. The texts of each one left.
    """
    alike: dict[tuple[int, tuple[int, ...]], list[int]] = {}
    for row, numbers in rows:
        for number in numbers:
            if texts[number].goes_on:
                alike.setdefault((row, texts[number].unread()), []).append(number)
            else:
                texts[number].trunk = decoder.trunk_of(row)
    if not alike:
        return []
    order = _placed([row for row, _ in alike])
    groups = [list(alike.items())[i] for i in order]
    sources = [row for (row, _), _ in groups]
    if sources != list(range(count)):
        decoder.keep(torch.tensor(sources))
    if any(more for (_, more), _ in groups):
        decoder.extend([more for (_, more), _ in groups])
    for _, numbers in groups:
        for number in numbers:
            texts[number].read = len(texts[number].tokens)
    return [numbers for _, numbers in groups]


def _placed(sources: Sequence[int]) -> list[int]:
    """An order of things that come from rows ``sources``, by which as many as possible stay where they come from."""
    staying = {source: number for number, source in reversed(list(enumerate(sources))) if source < len(sources)}
    moving = iter([number for number, source in enumerate(sources) if staying.get(source) != number])
    return [staying[place] if place in staying else next(moving) for place in range(len(sources))]


def branch_log_probs(logits: Tensor, allowed: Tensor, temperature: float) -> Tensor:
    """log π of each branch, nats, (D, A) in float32, -inf where ``allowed`` (D, A) has none; logits: (D, A)."""
    return (logits / temperature).masked_fill(allowed < 0, float("-inf")).log_softmax(1)


def _draw(log_probs: Tensor, points: Tensor) -> Tensor:
    """The branch at which the cumulated probabilities pass ``points`` (D,), (D,); never one of probability 0."""
    cumulated = log_probs.exp().cumsum(1)
    place = torch.searchsorted(cumulated, points[:, None] * cumulated[:, -1:], right=True).squeeze(1)
    return torch.minimum(place, log_probs.isfinite().sum(1) - 1)


def _branches(nodes: Sequence[Node]) -> tuple[Tensor, Tensor]:
    """The tokens that trees branch into, (D, A) with -1 where there are fewer, and their weights, (D, A) float32."""
    return (
        _table([list(node.children) for node in nodes], -1, torch.long),
        _table([[child.weight for child in node.children.values()] for node in nodes], 0.0, torch.float32),
    )


def _table(rows: Sequence[Sequence[float]], filler: float, dtype: torch.dtype) -> Tensor:
    width = max(map(len, rows), default=0)
    filled = [[*row, *[filler] * (width - len(row))] for row in rows]
    return torch.tensor(filled, dtype=dtype).view(len(rows), width)


def _rollout(texts: Sequence[_Text], eos: int, trunks: Sequence[tuple[Tensor, Tensor]] | None = None) -> Rollout:
    """The texts as one batch."""
    rows = [[*text.tokens, eos] if text.complete else text.tokens for text in texts]
    found = [(number, decision) for number, text in enumerate(texts) for decision in text.decisions]
    numbers = torch.tensor([number for number, _ in found], dtype=torch.long)
    columns = torch.tensor([decision.column for _, decision in found], dtype=torch.long)
    tokens = _table(rows, 0, torch.long)
    log_probs = torch.zeros(tokens.shape)
    log_probs[numbers, columns] = torch.tensor([decision.log_prob for _, decision in found])
    allowed, weights = _branches([decision.node for _, decision in found])
    base = _table([[*d.base, *[0.0] * (len(d.node.children) - len(d.base))] for _, d in found], 0.0, torch.float32)
    chosen = torch.tensor([decision.place for _, decision in found], dtype=torch.long)
    return Rollout(
        tokens,
        log_probs,
        torch.tensor([len(row) for row in rows]),
        torch.tensor([text.complete for text in texts]),
        Decisions(numbers, columns, allowed, weights, base, chosen),
        tuple(trunks) if trunks else None,
    )
