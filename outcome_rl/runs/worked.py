"""How long a run has worked, by its record: what its own clock said last, and what has passed since."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from .. import events as ev


def worked(events: Sequence[ev.Event], now: datetime | None = None) -> float:
    """Seconds until ``now``, or until the last event; all the run's processes together.

    Of a record that has no such clock, what lies between the first word of the latest process and the end.
    """
    if not events:
        return 0.0
    until = now or datetime.fromisoformat(events[-1].time)
    told = next((event for event in reversed(events) if event.worked is not None), None)
    since = told or next((event for event in reversed(events) if isinstance(event, ev.Started)), events[0])
    return (since.worked or 0.0) + (until - datetime.fromisoformat(since.time)).total_seconds()
