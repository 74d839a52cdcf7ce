"""Points in time as exports write them; what is no date is None, never a guess at one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from functools import lru_cache

_ISO = re.compile(
    r"(\d{4})[-/.] ?(\d{1,2})[-/.] ?(\d{1,2})\.?"
    r"(?:[T ,]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?(?:\s*([AaPp])\.?[Mm]\.?)?)?"
    r"\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?(?: UTC)?",
)
_IDEOGRAPHS = re.compile(
    r"(\d{4})年(\d{1,2})月(\d{1,2})日(?:[ T]*(\d{1,2})[:時时](\d{2})(?:[:分](\d{2})?秒?)?)?",
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T?(\d{2})(\d{2})(\d{2})?)?(Z)?")
_LOCAL = re.compile(
    r"(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})"
    r"(?:[,T ]+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([AaPp])?\.?[Mm]?\.?)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?",
)
_NAMED = re.compile(
    r"(?:[^\W\d_]{2,10}\.?,?\s+)?(?:([^\W\d_]{3,10})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?"
    r"|(\d{1,2})(?:\.?\s+|-)(?:de )?([^\W\d_]{3,10})\.?,?(?: de)?)"
    r"[\s-]+(\d{4}|\d{2}(?=$|\s))(?:[,T ]+(?:(?:at|à|um|om|kl\.?|alle|(?:a )?las|às)\s+)?"
    r"(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([AaPp])?\.?[Mm]?\.?)?"
    r"\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?",
)
_MONTHS = {
    name: number
    for number, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1
    )
}
_MONTHS |= {"mär": 3, "mrz": 3, "mai": 5, "okt": 10, "dez": 12}
_MONTHS |= {"fév": 2, "fev": 2, "avr": 4, "juin": 6, "juil": 7, "jui": 7, "aoû": 8, "aou": 8, "déc": 12}
_MONTHS |= {
    "ene": 1,
    "abr": 4,
    "ago": 8,
    "dic": 12,
    "set": 9,
    "out": 10,
    "gen": 1,
    "mag": 5,
    "giu": 6,
    "lug": 7,
    "ott": 10,
}
_MONTHS |= {"mrt": 3, "maa": 3, "mei": 5}
_MONTHS |= {"янв": 1, "фев": 2, "мар": 3, "апр": 4, "мая": 5, "май": 5, "июн": 6, "июл": 7, "авг": 8, "сен": 9}
_MONTHS |= {"окт": 10, "ноя": 11, "дек": 12, "led": 1, "úno": 2, "bře": 3, "dub": 4, "kvě": 5, "srp": 8, "zář": 9}
_MONTHS |= {"říj": 10, "lis": 11, "pro": 12, "červene": 7, "červenc": 7, "června": 6, "červen": 6, "des": 12}
_MONTHS |= {
    "sty": 1,
    "lut": 2,
    "kwi": 4,
    "maj": 5,
    "cze": 6,
    "lip": 7,
    "sie": 8,
    "wrz": 9,
    "paź": 10,
    "gru": 12,
    "oca": 1,
    "şub": 2,
    "nis": 4,
}
_MONTHS |= {"haz": 6, "tem": 7, "ağu": 8, "eyl": 9, "eki": 10, "kas": 11, "ara": 12}
_ZONES = {"CET": 1, "CEST": 2, "MEZ": 1, "MESZ": 2, "EET": 2, "EEST": 3, "BST": 1, "WET": 0, "WEST": 1, "IST": 5.5}
_ZONES |= {"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7}
_ZONE = re.compile(r"(.*\d\S*(?: [AaPp]\.?[Mm]\.?)?) \(?([A-Z]{3,4}|[A-Z][a-z]+/[A-Z]\w+)\)?")
"""A zone by its name behind a time; of a place the hour is taken as it stands."""
_UNIX = re.compile(r"1\d{9}(?:\.\d+)?|1\d{12}")
_SERIAL = re.compile(r"(?:3[89]|4\d|5[0-4])\d{3}(?:\.\d+)?")
"""Days since 1899-12-30, as a spreadsheet counts them, of the years 2004 to 2050."""
_NOTHING = frozenset(
    ("", "-", "--", "–", "—", "null", "(null)", "none", "(none)", "nan", "nat", "n/a", "#n/a", "na", "never", "(blank)",
     "(empty)", "\\n", "0000-00-00 00:00:00", "0000-00-00")
)  # fmt: skip


_STARTS = frozenset(word[0] for word in _NOTHING if word) | {"N"}
LONGEST_NOTHING = 24
"""Letters that a cell of nothing has at most."""


def filled_or_empty(text: str) -> str:
    """A cell as it is, ``""`` where a word says that there is no value."""
    return "" if text[:1] in _STARTS and len(text) <= LONGEST_NOTHING and is_nothing(text) else text


def is_nothing(text: str) -> bool:
    """Whether a cell says that there is no value."""
    return text.strip().lower() in _NOTHING


def parse_date(text: str, day_first: bool = False) -> datetime | None:
    """A point in time, with the offset that is written: its hour is the writer's. Where none is, UTC stands for it, so
    that the hour is the one that is written. None: the text is no date.

    Args:
        day_first: how ``03/04/2024`` is meant; with dots it is always day first, as nobody writes it otherwise.
    """
    text = text.strip().removeprefix("'")  # which keeps Excel from changing it
    if len(text) > 60:
        return None
    if found := _ISO.fullmatch(text):
        hour = _hour(found.group(4), found.group(7))
        return _moment(*found.group(1, 2, 3), hour, *found.group(5, 6), zone=found.group(8))
    if is_nothing(text) or not any(sign.isdigit() for sign in text):
        return None
    if found := _IDEOGRAPHS.fullmatch(text):
        return _moment(*found.group(1, 2, 3, 4, 5, 6))
    if found := _LOCAL.fullmatch(text):
        return _local(found, day_first)
    if found := _NAMED.fullmatch(text):
        name = (found.group(1) or found.group(4)).lower()
        month = next((_MONTHS[name[:length]] for length in (7, 6, 4, 3) if name[:length] in _MONTHS), None)
        hour = _hour(found.group(6), found.group(9))
        day = found.group(2) or found.group(3)
        year = found.group(5) if len(found.group(5)) == 4 else f"20{found.group(5)}"
        return _moment(year, month, day, hour, found.group(7), found.group(8), zone=found.group(10))
    if found := _COMPACT.fullmatch(text):
        if len(text) in (8, 12) or "T" in text or len(text) >= 14:
            return _moment(*found.group(1, 2, 3, 4, 5, 6), zone=found.group(7))
        return None
    if _UNIX.fullmatch(text):
        seconds = float(text)
        return datetime.fromtimestamp(seconds / 1000 if seconds > 1e11 else seconds, UTC)
    if _SERIAL.fullmatch(text):
        return datetime(1899, 12, 30, tzinfo=UTC) + timedelta(seconds=round(float(text) * 86400))
    if "," in text or ":" in text:
        try:
            date = parsedate_to_datetime(text)
        except (ValueError, TypeError, IndexError):
            return _with_zone(text, day_first)
        return with_offset(date)
    return None


def with_offset(date: datetime) -> datetime:
    """A time with the offset that it has, which is one object for all times that share it; without one, in UTC."""
    offset = date.utcoffset()
    return date.replace(tzinfo=UTC if offset is None else _offset(offset))


def _with_zone(text: str, day_first: bool) -> datetime | None:
    """A time with its zone's name behind it, as ``14.03.2024 10:12 MEZ``."""
    found = _ZONE.fullmatch(text)
    if not found or not (found.group(2) in _ZONES or "/" in found.group(2)):
        return None
    at = parse_date(found.group(1), day_first)
    return at.replace(tzinfo=_offset(timedelta(hours=_ZONES.get(found.group(2), 0)))) if at else None


def _local(found: re.Match[str], day_first: bool) -> datetime | None:
    one, separator, two, year = found.group(1, 2, 3, 4)
    day_first = day_first or separator == "." or int(one) > 12
    day, month = (one, two) if day_first and int(two) <= 12 else (two, one)
    year = f"20{year}" if len(year) == 2 else year
    hour = _hour(found.group(5), found.group(8))
    return _moment(year, month, day, hour, found.group(6), found.group(7), zone=found.group(9))


def _hour(hour: str | None, half: str | None) -> int | None:
    if hour is None:
        return None
    return int(hour) % 12 + (12 if half in ("p", "P") else 0) if half else int(hour)


def _moment(*parts: str | int | None, zone: str | None = None) -> datetime | None:
    try:
        year, month, day, hour, minute, second = (int(part or 0) for part in parts)
        return datetime(year, month, day, hour, minute, second, tzinfo=_zone(zone))
    except (ValueError, OverflowError):
        return None


def _zone(zone: str | None) -> timezone:
    if zone is None or zone[0] not in "+-":
        return UTC
    minutes = int(zone[1:3]) * 60 + int(zone[-2:])
    return _offset(timedelta(minutes=minutes if zone[0] == "+" else -minutes))


@lru_cache(maxsize=256)
def _offset(offset: timedelta) -> timezone:
    """Raises ValueError: it is a day or more."""
    return timezone(offset) if offset else UTC


def has_local_dates(texts: Iterable[str]) -> bool:
    """Whether a column writes dates as ``3/4/2024``, which are read one way here and the other way there."""
    found = [_LOCAL.match(text.strip()) for text in texts]
    return any(each is not None and each.group(2) != "." for each in found)


def day_comes_first(texts: Iterable[str]) -> bool | None:
    """How ``3/4/2024`` is meant in a column: True, False, or None where no cell tells."""
    told = None
    for text in texts:
        found = _LOCAL.match(text.strip())
        if found and found.group(2) != ".":
            if int(found.group(1)) > 12:
                return True
            if int(found.group(3)) > 12:
                told = False
    return told
