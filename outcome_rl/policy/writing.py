"""Two ways of writing an email with a language model: freely, or in the seller's own sentences (:mod:`.own_words`)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
import torch

from ..config import FREE
from ..engine.decoding_beside_base import Base
from ..engine.sampling import Rollout, SamplingParams, joined, sample
from .prompts import decode_email, encode_email, encode_prompts, end_tokens

OnTexts = Callable[[list[str]], None]


@dataclass(frozen=True)
class Written:
    """B emails: the prompt of each, its tokens, its text, and the number of the option that each of its choices took;
    no choices where the model words everything itself.
    """

    prompts: tuple[list[int], ...]
    batch: Rollout
    texts: tuple[str, ...]
    choices: tuple[tuple[int, ...], ...] = ()

    def __len__(self) -> int:
        return len(self.texts)

    @staticmethod
    def joined(parts: Sequence[Written]) -> Written:
        """Several batches one behind the other."""
        return Written(
            tuple(prompt for part in parts for prompt in part.prompts),
            joined([part.batch for part in parts]),
            tuple(text for part in parts for text in part.texts),
            tuple(choices for part in parts for choices in part.choices),
        )

    def to(self, device: Any) -> Written:
        """The same on another device."""
        return replace(self, batch=self.batch.to(device))


@dataclass(frozen=True)
class OtherChoice:
    """What an email would have been, had its options at one of its choices been drawn again.

    row: the email's number. columns: the tokens of what was chosen. drawn: how often the draw was repeated. texts: the
    emails where something else was drawn; the others are the same again.
    """

    row: int
    columns: range
    drawn: int
    texts: tuple[str, ...]


@dataclass(frozen=True)
class Request:
    """What is to be written: ``samples`` emails for each context, at most ``max_new_tokens`` long where they are free.

    ``numbers``: the contexts to write for, all where None; each email is what it would be if all were written together.
    Writing breaks off where ``keep_going`` is False. ``on_texts`` gets the emails so far after each step.
    ``untaught``: the model is still what it is to be tuned from. In own words it adds nothing to the options' weights
    then, so that it need not read the emails, which are the same; they are none to learn from.
    """

    contexts: Sequence[str]
    samples: int
    generator: torch.Generator
    params: SamplingParams
    max_new_tokens: int
    keep_going: Callable[[], bool] = lambda: True
    numbers: range | None = None
    on_texts: OnTexts | None = None
    untaught: bool = False

    @property
    def wanted(self) -> range:
        """Positions of the contexts to write for."""
        return range(len(self.contexts)) if self.numbers is None else self.numbers


class SupportsWriting(Protocol):
    """A model that writes: one in training or one in use. ``base``: what it was tuned from, where that is needed."""

    @property
    def model(self) -> Any:
        """Of transformers."""

    @property
    def tokenizer(self) -> Any:
        """Of transformers."""

    @property
    def base(self) -> Base | None:
        """What the model was tuned from."""


class Writing(Protocol):
    """How a model writes emails; knows prompts and tokens, not the model's weights. ``name``: as settings call it."""

    @property
    def name(self) -> str:
        """As the settings call it."""

    def write(self, source: SupportsWriting, request: Request) -> Written:
        """The emails of a request, a context's next to each other."""

    def targets(
        self, tokenizer: Any, contexts: Sequence[str], emails: Sequence[str], longest: int
    ) -> list[Written | None]:
        """Each email as this way of writing would have written it, to learn from; None where it could not have."""

    def other_choices(self, contexts: Sequence[str], written: Written, count: int, seed: int) -> list[OtherChoice]:
        """For each choice in the emails, ``count`` others in its place; none where there are no choices.

        ``contexts`` (B,): of each email. The others are drawn without regard to what was chosen.
        """

    def order(self, contexts: Sequence[str], emails: Sequence[str]) -> np.ndarray | None:
        """How well the sentences of N emails belong together, (N,), 0 as in the seller's own, in their standard
        deviations; None where this way of writing does not know.
        """

    def unlike_learned(self, contexts: Sequence[str]) -> list[str]:
        """Those of the contexts of which nothing is known from what was learned, so that nothing is fitted to them."""


@dataclass(frozen=True)
class FreeWriting:
    """Token by token, whatever the model likes to write."""

    @property
    def name(self) -> str:
        """As the settings call it."""
        return FREE

    def write(self, source: SupportsWriting, request: Request) -> Written:
        """The emails of a request; see :class:`Writing`."""
        tokenizer = source.tokenizer
        prompts = encode_prompts(tokenizer, request.contexts)
        on_texts = request.on_texts
        batch = sample(
            source.model,
            prompts,
            request.samples,
            request.max_new_tokens,
            end_tokens(tokenizer, source.model),
            request.generator,
            request.params,
            keep_going=request.keep_going,
            numbers=request.numbers,
            on_progress=None if on_texts is None else (lambda so_far: on_texts(_texts(tokenizer, so_far))),
        )
        own = tuple(prompts[number] for number in request.wanted for _ in range(request.samples))
        return Written(own, batch, tuple(_texts(tokenizer, batch)))

    def targets(
        self, tokenizer: Any, contexts: Sequence[str], emails: Sequence[str], longest: int
    ) -> list[Written | None]:
        """The emails up to ``longest`` tokens; see :class:`Writing`."""
        prompts = encode_prompts(tokenizer, contexts)
        encoded = [encode_email(tokenizer, email, longest) for email in emails]
        return [_target(p, ids, tokenizer, e) for p, ids, e in zip(prompts, encoded, emails, strict=True)]

    def other_choices(self, contexts: Sequence[str], written: Written, count: int, seed: int) -> list[OtherChoice]:
        """None: no token is a choice that makes sense by itself."""
        return []

    def order(self, contexts: Sequence[str], emails: Sequence[str]) -> np.ndarray | None:
        """Not known."""
        return None

    def unlike_learned(self, contexts: Sequence[str]) -> list[str]:
        """None: the model reads them as any text."""
        return []


def _texts(tokenizer: Any, batch: Rollout) -> list[str]:
    return [decode_email(tokenizer, ids) for ids in batch.completions()]


def _target(prompt: list[int], ids: list[int], tokenizer: Any, text: str) -> Written:
    whole = ids[-1] == tokenizer.eos_token_id
    rows = torch.tensor([ids])
    batch = Rollout(rows, torch.zeros(rows.shape), torch.tensor([len(ids)]), torch.tensor([whole]))
    return Written((prompt,), batch, (text,))
