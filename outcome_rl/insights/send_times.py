"""When emails were sent: the day and the hour that the sender's clock showed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

import numpy as np

from .factors import TIME, UNKNOWN, Factor, level_factor

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
HOURS = (8, 10, 12, 14, 17, 20)
"""Where a new part of the day begins."""
ZONES = "Days and hours are taken as the file writes them; its times carry different zones."
UTC = "Days and hours are in UTC, or as the export writes them where it names no zone; they are not the reader's."


def parse_time(text: str) -> datetime | None:
    """ISO 8601 in its usual forms, also with a blank for the T, a zone, or Z; None where it is none of them."""
    try:
        return datetime.fromisoformat(" ".join(text.split()).removesuffix(" UTC"))
    except ValueError:
        return None


def time_factors(values: Sequence[str]) -> tuple[list[Factor], np.ndarray, str]:
    """Weekday and part of the day as far as emails differ in them, the number of each date (N,), a note on zones."""
    times = [parse_time(value) for value in values]
    known = [time for time in times if time]
    if not known:
        return [], np.full(len(values), UNKNOWN), ""
    dates = np.array([time.toordinal() if time else UNKNOWN for time in times])
    weekday = np.array([time.weekday() if time else UNKNOWN for time in times])
    hour = np.array([int(np.digitize(time.hour, HOURS)) if time else UNKNOWN for time in times])
    found = [
        level_factor("weekday", "Day of the week", TIME, weekday, [(day, f"sent on a {day}") for day in DAYS]),
        level_factor("hour", "Time of day", TIME, hour, _hour_levels()),
    ]
    return [factor for factor in found if factor.differs()], dates, _zone_note(known)


def _zone_note(times: Sequence[datetime]) -> str:
    zones = {time.utcoffset() for time in times}
    if len(zones) > 1:
        return ZONES
    zone = zones.pop()
    return "" if zone is None or zone else UTC


def _hour_levels() -> list[tuple[str, str]]:
    spans = [f"{low}:00 to {high}:00" for low, high in pairwise(HOURS)]
    labels = [f"before {HOURS[0]}:00", *spans, f"after {HOURS[-1]}:00"]
    return [(label, f"sent {label}" if label[0] in "ba" else f"sent from {label}") for label in labels]
