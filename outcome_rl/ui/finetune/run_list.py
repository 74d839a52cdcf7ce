"""All runs at a glance: name, kind, when, state, result."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ... import events as ev
from ...runs.run import RUNNING, Run, last_event
from ...runs.visitors import PerWorkspace
from ...runs.workspace import Workspace
from ..common import html
from ..common.run_watcher import file_fingerprint, kind_of
from ..words.errors import in_sellers_words
from ..words.names import KINDS, STATES
from ..words.progress import NO_RUN
from .results import short_result

SHOWN = 100


@dataclass(frozen=True)
class Row:
    """One run as the list shows it."""

    name: str
    kind: str
    began: str
    state: str
    result: str


@dataclass
class _SeenRows:
    """The rows of one workspace as they were last, with what told that they are up to date."""

    rows: dict[str, tuple[Any, Row]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)


class RunList:
    """The rows of a workspace's runs; a run that has not changed since the last look is not read again."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self._seen = PerWorkspace(workspace, _SeenRows)

    def rows(self) -> tuple[Row, ...]:
        """The latest first, at most :data:`SHOWN`."""
        seen = self._seen.mine()
        with seen.lock:
            known = {}
            for run in self.workspace.runs()[:SHOWN]:
                mark = file_fingerprint(run)
                before = seen.rows.get(run.name)
                unchanged = before is not None and before[0] == mark and before[1].state != RUNNING
                known[run.name] = before if before and unchanged else (mark, _row(run))
            seen.rows = known
            return tuple(row for _, row in known.values())


def _row(run: Run) -> Row:
    began = datetime.fromtimestamp((run.last_started_ns() or 0) / 1e9)
    return Row(run.name, kind_of(run), f"{began:%Y-%m-%d %H:%M}", run.state(), _result(run))


def _result(run: Run) -> str:
    last = last_event(run)
    if isinstance(last, ev.Finished):
        return short_result(last.result)
    if isinstance(last, ev.Stopped):
        return "can go on" if last.resumable else ""
    return in_sellers_words(last.message) if isinstance(last, ev.Failed) else ""


def table(rows: Sequence[Row]) -> str:
    """The list as a table."""
    if not rows:
        return f'<p class="orl-waiting">{NO_RUN}</p>'
    cells = [
        [row.name, KINDS.get(row.kind, row.kind), row.began, STATES.get(row.state, row.state), row.result]
        for row in rows
    ]
    whole = html.table(["Run", "What", "Last started", "State", "Result"], cells)
    return f'<div class="orl-runs">{whole}</div>'
