"""Durations, sizes and counts in words."""

from __future__ import annotations


def format_duration(seconds: float) -> str:
    """``75`` -> ``1 min 15 s``; seconds are dropped where they say nothing."""
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        exact = whole < 600 and whole % 60
        return f"{whole // 60} min {whole % 60} s" if exact else f"{round(whole / 60)} min"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def format_bytes(count: int) -> str:
    """``1_500_000`` -> ``1.5 MB``."""
    for unit, size in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= size:
            amount = count / size
            return f"{amount:.1f} {unit}" if amount < 10 else f"{amount:.0f} {unit}"
    return f"{count} bytes"


def count_of(number: int, thing: str) -> str:
    """``1 email``, ``2 emails``."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"
