"""Files of millions of rows, by several processes or machines: what ``--engine ray`` does, for scripts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..config import DEFAULT_COLUMNS, Columns, SamplingConfig
from ..generation import in_parts
from ..utils.streaming import run_to_end
from .inputs import OnEvent
from .recipients import read_recipients


def score_in_parts(
    data: Path | str,
    out: Path | str,
    *,
    reward_model: Path | str,
    columns: Columns = DEFAULT_COLUMNS,
    explain: bool = False,
    address: str | None = None,
    part_rows: int | None = None,
    on_event: OnEvent | None = None,
) -> dict[str, Any]:
    """Score the emails of a file of any size (CSV, Parquet and others) into a folder of Parquet parts; sums them up.

    One worker for each GPU or group of cores loads the reward model once. Called again, it goes on where it was. Needs
    the extra ``ray``.

    Args:
        out: a new folder, or one that this has begun; every machine has to see it, as the model's, by the same path.
        address: of a Ray cluster; None: this machine's own cores and GPUs.
        part_rows: rows of a part; None: what suits. A folder that was begun keeps its own.

    Raises:
        ConfigError: Ray is not installed, no cluster answers, or the parts in ``out`` were made by something else.
        DataError: the file cannot be read, or rows are not usable.
        ModelError: there is no reward model in the folder.
    """
    work = in_parts.score_in_parts(Path(data), columns, Path(reward_model), Path(out), explain, address, part_rows)
    return run_to_end(work, on_event)


def write_in_parts(
    contexts: Path | str,
    out: Path | str,
    *,
    model: Path | str,
    reward_model: Path | str | None = None,
    sampling: SamplingConfig | None = None,
    candidates: int = 1,
    best_of: int | None = None,
    merge_fields: bool = False,
    address: str | None = None,
    part_rows: int | None = None,
    on_event: OnEvent | None = None,
) -> dict[str, Any]:
    """Write emails for each row of a file, as :meth:`Writer.generate` would, into a folder as :func:`score_in_parts`
    does. The random numbers belong to the row: whoever makes a part writes the same.

    Args:
        contexts: as :func:`outcome_rl.read_recipients` takes them; all are held in memory while the parts are laid out.
        merge_fields: leave merge fields open instead of filling them from a recipient's columns.

    Raises:
        ConfigError, DataError, ModelError: as :func:`score_in_parts` does.
    """
    work = in_parts.write_in_parts(
        read_recipients(contexts, model),
        Path(contexts),
        model,
        None if reward_model is None else Path(reward_model),
        Path(out),
        sampling or SamplingConfig(),
        candidates,
        best_of,
        merge_fields,
        address,
        part_rows,
    )
    return run_to_end(work, on_event)
