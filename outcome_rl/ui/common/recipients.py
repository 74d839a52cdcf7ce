"""The recipients that the third tab offers: such as the writer was taught for, and never practised on."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import gradio as gr

from ...data.csv_io import read_columns
from ...data.dataset import read_contexts, sample_file
from ...errors import DataError, OutcomeRLError
from ...policy.metadata import read_origin
from ..words.names import THE_SAMPLE
from .datasets import SAMPLE_RECIPIENTS, Dataset, resolve, sample_data
from .page_context import Page

MOST = 24


def own_recipients(page: Page) -> tuple[str, ...]:
    """Of the emails that the writer was taught from, those that its comparison was made on; none where it was taught
    from the sample, or not at all, or its run is gone.
    """
    try:
        run = page.workspace.run(str(read_origin(page.workspace.policy)["run"]))
        if Path(str(run.config()["data"])).resolve() == sample_data().resolve():
            return ()
        file = run.folder / "comparison.csv"
        return _contexts_of(file, file.stat().st_mtime_ns)
    except (OutcomeRLError, KeyError, OSError):
        return ()


def recipients(page: Page, chosen: Any = None) -> tuple[str, ...]:
    """The seller's own, else those of the emails in use, ``chosen``, else the sample's."""
    return own_recipients(page) or _of_the_file_in_use(page, chosen) or sample_recipients()


def _of_the_file_in_use(page: Page, chosen: Any) -> tuple[str, ...]:
    """None where that is the sample, or cannot be read."""
    try:
        dataset = resolve(page.workspace, chosen)
        if dataset.label == THE_SAMPLE:
            return ()
        return _contexts_in(dataset, dataset.path.stat().st_mtime_ns)
    except (OutcomeRLError, OSError):
        return ()


@lru_cache(maxsize=1)
def sample_recipients() -> tuple[str, ...]:
    """Those that come with the program; none where the file is gone."""
    try:
        return tuple(read_contexts(sample_file(SAMPLE_RECIPIENTS)))
    except OutcomeRLError:
        return ()


def offer(page: Page, field: gr.Textbox, choices: gr.Dropdown | None = None, most: int = MOST) -> None:
    """Keep what is offered up with the writer: ``most`` of the ``choices``; ``field`` is filled in unless somebody has
    typed there. Of the choices that one is chosen which stands in the field, and none where it is another.
    """

    def refresh(before: Sequence[str] | None, chosen: Any, typed: str) -> list[Any]:
        found = recipients(page, chosen)
        if before is not None and tuple(before) == found:
            return [gr.skip()] * (3 if choices else 2)
        offered = not typed.strip() or typed in {*(before or ()), *sample_recipients()}
        there = found[0] if found and offered and typed not in found else typed
        # a single one is in the field already
        listed = list(found[:most])
        shown = gr.Dropdown(listed, value=chosen_of(listed, there), visible=len(found) > 1)
        return [list(found), gr.skip() if there == typed else there, *([shown] if choices else [])]

    page.on_refresh(refresh, gr.State(), [field, *([choices] if choices else [])], [page.chosen], unwatched=[field])


def chosen_of(offered: Sequence[str], typed: str) -> str | None:
    """Which of those that are offered stands in the field; None where it holds somebody else."""
    return typed if typed in offered else None


@lru_cache(maxsize=8)
def _contexts_in(dataset: Dataset, changed: int) -> tuple[str, ...]:
    """Raises DataError."""
    return tuple(dict.fromkeys(dataset.read().contexts))[:MOST]


@lru_cache(maxsize=8)
def _contexts_of(file: Path, changed: int) -> tuple[str, ...]:
    """Raises OSError."""
    try:
        rows = [str(context) for _, context in read_columns(file, ("context",))]
    except DataError as error:
        raise OSError(str(error)) from None
    return tuple(dict.fromkeys(rows))[:MOST]
