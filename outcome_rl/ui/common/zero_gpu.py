"""Writing on a graphics card that is lent for moments: a Space with ZeroGPU, whose package ``spaces`` lends it.

What is decorated with ``spaces.GPU`` runs in a process of its own, forked from the page, while a card is lent to it:
arguments and results are pickled, and the model is loaded on the card there. The page itself, and all of its jobs,
stay on the processor: nobody is lent a card for minutes.

https://huggingface.co/docs/hub/spaces-zerogpu
"""

from __future__ import annotations

import importlib
import importlib.util
import logging
import os
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from ...config import SamplingConfig
from ...utils.cpu import threads
from ...utils.streaming import stream
from ..words.write import CARD_NOT_HAD, CARD_USED_UP
from .page_context import ModelCache

PACKAGE = "spaces"
SECONDS = 60
"""How long the card is asked for at most, loading the model included; the lender ends what takes longer."""
SHOWN_EVERY = 0.1
"""Seconds between two texts that are sent from the other process."""
Texts = list[str]
Lent = Callable[[str, str, str, SamplingConfig, int], Iterator[tuple[bool, Texts]]]
_there = ModelCache()
"""The models on the card; of the other process, which may be asked again."""


class NoCard(Exception):
    """The card could not be had or was taken away; the message is one sentence for the visitor."""


@dataclass(frozen=True)
class Card:
    """A card that is lent for moments; ``lent``: :func:`write_there`, decorated."""

    lent: Lent

    def write(
        self, role: str, source: str, context: str, sampling: SamplingConfig, candidates: int
    ) -> Generator[Texts, None, Texts]:
        """The texts so far, again and again; returns them whole. Closing the generator breaks it off.

        Raises:
            NoCard: for whatever reason; the processor can do the same.
        """
        try:
            with closing(self.lent(role, source, context, sampling, candidates)) as parts:  # type: ignore[type-var]
                for whole, texts in parts:
                    if whole:
                        return texts
                    yield texts
        except Exception as error:  # the lender's: no card is free, the visitor's share is used up, it took too long
            logging.getLogger(__name__).warning("no card: %s: %s", type(error).__name__, _told(error))
            raise NoCard(CARD_USED_UP if _is_used_up(error) else CARD_NOT_HAD) from None
        raise NoCard(CARD_NOT_HAD)


def find_card() -> Card | None:
    """The card that is lent here, or None; to be called before the page is launched, when the lender counts who may
    borrow. Where there is one, this process and its jobs are kept to the processor.
    """
    if importlib.util.find_spec(PACKAGE) is None:
        return None
    try:
        lent = importlib.import_module(PACKAGE).GPU(duration=SECONDS)(write_there)
    except Exception:  # a page without a card is better than none
        logging.getLogger(__name__).exception("the package %s cannot be used, so no card is", PACKAGE)
        return None
    if lent is write_there:
        return None  # the package is there, as on every Space, and lends nothing
    os.environ["ACCELERATE_USE_CPU"] = "true"  # torch claims here that there is a card, which only the borrower has
    return Card(lent)


def write_there(
    role: str, source: str, context: str, sampling: SamplingConfig, candidates: int
) -> Iterator[tuple[bool, Texts]]:
    """Write on the card: ``(False, the texts so far)``, at the end ``(True, the texts)``. All of it can be pickled."""

    def work(show: Callable[[Texts], None], wanted: Callable[[], bool]) -> list[Texts]:
        from ...generation.emails import write_texts

        with threads(1):  # in a forked process, torch's threads are those of the other one, and never answer
            writer = _there.get(role, source, load_there)
            return write_texts(writer, [context], sampling, candidates, keep_going=wanted, on_texts=_now_and_then(show))

    with closing(stream(work)) as parts:
        while True:
            try:
                so_far = next(parts)
            except StopIteration as end:
                yield True, list(end.value[0])
                return
            yield False, list(so_far)


def load_there(source: str) -> Any:
    """A model on the card."""
    import torch

    from ...policy.model import load_writing_model

    return load_writing_model(source, device=torch.device("cuda" if torch.cuda.is_available() else "cpu"))


def _now_and_then(show: Callable[[Texts], None]) -> Callable[[Texts], None]:
    shown = 0.0

    def seldom(texts: Texts) -> None:
        nonlocal shown
        if time.monotonic() - shown > SHOWN_EVERY:
            shown = time.monotonic()
            show(texts)

    return seldom


def _is_used_up(error: Exception) -> bool:
    return any(word in f"{getattr(error, 'title', '')} {_told(error)}".lower() for word in ("quota", "credits"))


def _told(error: Exception) -> str:
    """What an error says in one line; gradio's own quotes it in its text."""
    return " ".join(str(getattr(error, "message", error)).split())[:300]
