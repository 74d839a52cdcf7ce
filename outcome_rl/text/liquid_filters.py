"""Filters of a merge field: ``{{ full_name | split: " " | first }}``, ``{{ company | default: "you" | upcase }}``.

Those that only reshape a text are done; of all others (dates, sums) nothing is said.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

LONGEST_VALUE = 2000
"""Characters of a value that filters may grow to."""
_BAR = re.compile(r"""((?:"[^"]*"|'[^']*'|“[^”]*”|[^|"'“])+|["'“])""")
_FILTER = re.compile(r"\s*([A-Za-z_]+)\s*(?:[:=]\s*(.*?)|\((.*?)\))?\s*", re.S)
_ARGUMENT = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)'|“([^”]*)”|‘([^’]*)’|([^,"'“]+?))\s*(?:,|$)""")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:].lower()


def _shortened(text: str, length: str = "50", end: str = "...") -> str:
    most = int(length)
    return text if len(text) <= most else text[: max(most - len(end), 0)] + end


_TEXT: Mapping[str, Callable[..., str]] = {
    "capitalize": _capital,
    "upcase": str.upper,
    "upper": str.upper,
    "uppercase": str.upper,
    "downcase": str.lower,
    "lower": str.lower,
    "lowercase": str.lower,
    "title": str.title,
    "titleize": str.title,
    "titlecase": str.title,
    "strip": str.strip,
    "trim": str.strip,
    "lstrip": str.lstrip,
    "rstrip": str.rstrip,
    "escape": str,
    "safe": str,
    "strip_newlines": lambda text: text.replace("\n", ""),
    "append": lambda text, more: text + more,
    "prepend": lambda text, more: more + text,
    "remove": lambda text, part: text.replace(part, ""),
    "remove_first": lambda text, part: text.replace(part, "", 1),
    "replace": lambda text, part, other="": text.replace(part, other),
    "replace_first": lambda text, part, other="": text.replace(part, other, 1),
    "truncate": _shortened,
}
_LISTS: Mapping[str, Callable[[Sequence[str]], str]] = {
    "first": lambda parts: parts[0] if parts else "",
    "last": lambda parts: parts[-1] if parts else "",
}
_NAMED_DEFAULT = "default without quotes"
"""How one is kept that may name a field: ``default: company``, not ``default: "company"``."""
DEFAULTS = ("default", "fallback", _NAMED_DEFAULT)
_OTHERS = frozenset((
    "date", "size", "plus", "minus", "times", "divided_by", "round", "floor", "ceil", "abs", "truncatewords", "slice",
    "join", "map", "where", "sort", "reverse", "money", "pluralize", "strip_html", "newline_to_br", "url_encode",
))  # fmt: skip
"""Known, and not done."""


@lru_cache(maxsize=1024)
def filters_of(rest: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """(name, arguments) of each filter behind a field's first bar; () where what stands there is no filter, as the
    fallback of ``{{first_name|there}}``.
    """
    found = []
    for part in _BAR.split(rest)[1::2] if "|" in rest else [rest]:
        match = _FILTER.fullmatch(part)
        name = match.group(1).lower() if match else ""
        if match is None or not (name in _TEXT or name in _LISTS or name in (*DEFAULTS, *_OTHERS, "split")):
            return ()
        said = (match.group(2) or match.group(3) or "").strip()
        arguments = _arguments(said)
        if arguments is None:
            return ()
        found.append((_NAMED_DEFAULT if name in DEFAULTS and said[:1].isalpha() else name, arguments))
    return tuple(found)


def _arguments(said: str) -> tuple[str, ...] | None:
    """What stands behind a filter's colon, without quotation marks; None where that is something else."""
    found, end = [], 0
    while end < len(said):
        match = _ARGUMENT.match(said, end)
        if match is None:
            return None
        found.append(next(each for each in match.groups() if each is not None))
        end = match.end()
    return tuple(found)


def filtered(
    value: str | None, filters: Sequence[tuple[str, tuple[str, ...]]], lookup: Callable[[str], str | None]
) -> tuple[str | None, bool]:
    """(what comes of a field's value, whether a default gave it); None: nothing says, or a filter is not known.

    Args:
        value: ``""`` where the field is empty, None where nothing says what it holds.
        lookup: gives the field that a default may name.
    """
    fallen, parts = False, None
    for name, arguments in filters:
        if name in DEFAULTS:
            if not value:
                said, fallen = arguments[0] if arguments else "", True
                value = (lookup(said) if name == _NAMED_DEFAULT else None) or said
            continue
        if value is None:
            continue  # a default may follow
        try:
            if name == "split":
                parts = value.split(arguments[0] or None)
                continue
            if name in _LISTS and parts is not None:
                value, parts = _LISTS[name](parts), None
                continue
            value = _TEXT[name](value, *arguments)
        except (KeyError, IndexError, TypeError, ValueError):
            return None, fallen
        if parts is not None or len(value) > LONGEST_VALUE:
            return None, fallen
    return (None if parts is not None else value), fallen
