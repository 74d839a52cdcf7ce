"""Files of millions of rows scored, or written for, into a folder of Parquet parts by several processes or machines."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..config import Columns, SamplingConfig
from ..data.dataset import iterate_pairs
from ..events import Event, Notice
from ..importers.recipients import Recipients
from ..reward.metadata import find_reward_model, read_settings
from ..utils.checksums import file_digest
from ..utils.extras import require_ray
from ..utils.files import existing_folder
from .addressed import no_column_fills
from .on_ray import Crew, cluster, make_parts
from .part_work import PartWork, ScoreParts, WriteParts, totals_of
from .parts import FORMAT, Parts, open_parts


def score_in_parts(
    data: Path,
    columns: Columns,
    reward_model: Path,
    out: Path,
    explain: bool = False,
    address: str | None = None,
    rows_each: int | None = None,
) -> Generator[Event, None, dict[str, Any]]:
    """Score the emails of a file of any size; see :func:`outcome_rl.api.in_parts.score_in_parts`."""
    require_ray()
    rows = sum(1 for _ in iterate_pairs(data, columns))  # the whole file is checked before any of it is scored
    own = float(read_settings(find_reward_model(reward_model))["reference"])
    work = ScoreParts(_found_everywhere(reward_model), explain)
    read = {"columns": f"{columns.context}, {columns.email}"}
    with cluster(address) as crew:
        parts = _open(out, work, data, read, crew.rows_each(work, rows, rows_each), {})
        said = yield from make_parts(work, parts, iterate_pairs(data, columns), rows, crew)
    totals, _ = totals_of(said)
    return {**totals.result(), "reward_of_own_emails": own, "parts": len(said), "out": str(out)}


def write_in_parts(
    whom: Recipients,
    file: Path,
    model: Path | str,
    reward_model: Path | None,
    out: Path,
    sampling: SamplingConfig,
    candidates: int = 1,
    best_of: int | None = None,
    merge_fields: bool = False,
    address: str | None = None,
    rows_each: int | None = None,
) -> Generator[Event, None, dict[str, Any]]:
    """Write for the recipients of a file; see :func:`outcome_rl.api.in_parts.write_in_parts`."""
    require_ray()
    scored_by = None if reward_model is None else _found_everywhere(reward_model)
    work = WriteParts(
        _found_everywhere(model), scored_by, sampling, candidates, best_of, merge_fields, tuple(whom.header)
    )
    rows = len(whom.contexts)
    with cluster(address) as crew:
        parts = _open(out, work, file, {}, crew.rows_each(work, rows, rows_each), {"dtype": _dtype(crew)})
        work = replace(work, dtype=parts.kept["dtype"])
        said = yield from make_parts(work, parts, _cells(whom), rows, crew)
    totals, open_fields = totals_of(said)
    if told := no_column_fills(open_fields):
        yield Notice(message=told)
    return {**totals.result(), "parts": len(said), "out": str(out)}


def _open(out: Path, work: PartWork, file: Path, read: dict[str, Any], rows_each: int, kept: dict[str, Any]) -> Parts:
    made_by = {**work.made_by(), "file": {"sha256": file_digest(file)}, **read, "format": FORMAT}
    return open_parts(out.absolute(), made_by, rows_each, kept)


def _cells(whom: Recipients) -> Iterator[tuple[str, ...]]:
    own = whom.rows if whom.header else ((),) * len(whom.contexts)
    return ((context, *cells) for context, cells in zip(whom.contexts, own, strict=True))


def _dtype(crew: Crew) -> str:
    """The type of number on processors, the same for all parts whoever makes them; a GPU chooses by itself."""
    import torch

    from ..models.device import dtype_name, pick_dtype

    return "" if crew.gpus else dtype_name(pick_dtype(torch.device("cpu")))


def _found_everywhere(model: Path | str) -> str:
    """A folder by its whole path, as workers start elsewhere; a name as it is."""
    folder = existing_folder(Path(model).expanduser())
    return str(folder.absolute() if folder else model)
