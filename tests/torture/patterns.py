"""Every regular expression of the package, and texts that are made to keep each of them busy."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

import outcome_rl

PACKAGE = str(Path(outcome_rl.__file__).parent)
_parser: Any = re._parser  # type: ignore[attr-defined]  # the one reading of a pattern that is right by definition


@contextmanager
def recorded() -> Iterator[dict[tuple[str, int], str]]:
    """The patterns that the package uses meanwhile, (pattern, flags) to the file that asked for it first."""
    found: dict[tuple[str, int], str] = {}
    compile_one: Callable[..., Any] = re._compile  # type: ignore[attr-defined]

    def watched(pattern: Any, flags: Any) -> Any:
        asked = sys._getframe(2).f_code.co_filename
        if asked.startswith(PACKAGE) and isinstance(pattern, (str, re.Pattern)):
            text, known = (pattern, int(flags)) if isinstance(pattern, str) else (pattern.pattern, pattern.flags)
            if isinstance(text, str):
                found.setdefault((text, known), asked.removeprefix(PACKAGE + "/"))
        return compile_one(pattern, flags)

    re._compile = watched  # type: ignore[attr-defined]
    try:
        yield found
    finally:
        re._compile = compile_one  # type: ignore[attr-defined]


def attacks(pattern: str, flags: int, size: int, dice: Random) -> Iterator[str]:
    """Texts of about ``size`` characters: each repetition of the pattern goes on for long, and then it fails.

    A pattern that tries the rest again at every place of a long repetition, or divides one between two of them,
    takes time that grows with the square of the text or worse.
    """
    tree = _parser.parse(pattern, flags & ~re.DEBUG)
    for before, body in _repetitions(list(tree), "", dice):
        unit = body or "a"
        once = unit * (size // len(unit) + 1)
        for start in dict.fromkeys(("", before)):
            for end in ("", "\0", "!\n", "\x00x"):
                yield start + once + end
        yield (before + unit) * (size // max(1, len(before + unit)) + 1) + "\0"


def _repetitions(items: list[Any], before: str, dice: Random) -> Iterator[tuple[str, str]]:
    """(what stands before a repetition, one round of it), for every repetition of a pattern's tree."""
    for operation, value in items:
        name = str(operation)
        if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            _, most, inner = value
            if most > 1:
                for _ in range(2):
                    yield before, "".join(_shortest(list(inner), dice) for _ in range(dice.randint(1, 2)))
            yield from _repetitions(list(inner), before, dice)
        elif name == "SUBPATTERN":
            yield from _repetitions(list(value[-1]), before, dice)
        elif name == "ATOMIC_GROUP":
            yield from _repetitions(list(value), before, dice)
        elif name == "BRANCH":
            for branch in value[1]:
                yield from _repetitions(list(branch), before, dice)
        elif name in ("ASSERT", "ASSERT_NOT"):
            yield from _repetitions(list(value[1]), before, dice)
        before += _shortest([(operation, value)], dice)


def _shortest(items: list[Any], dice: Random) -> str:
    """A short text that the items match, as far as characters go; look-arounds are taken for met."""
    text = ""
    for operation, value in items:
        name = str(operation)
        if name == "LITERAL":
            text += chr(value)
        elif name == "NOT_LITERAL":
            text += "a" if value != ord("a") else "b"
        elif name == "ANY":
            text += dice.choice("a .:")
        elif name == "IN":
            text += _one_of(value, dice)
        elif name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            text += "".join(_shortest(list(value[2]), dice) for _ in range(min(value[0], 50)))
        elif name == "SUBPATTERN":
            text += _shortest(list(value[-1]), dice)
        elif name == "ATOMIC_GROUP":
            text += _shortest(list(value), dice)
        elif name == "BRANCH":
            text += _shortest(list(dice.choice(value[1])), dice)
    return text


_CATEGORIES = {
    "CATEGORY_DIGIT": "0159",
    "CATEGORY_SPACE": " \t\n",
    "CATEGORY_WORD": "aZ_0é",
    "CATEGORY_NOT_SPACE": "a.@-",
    "CATEGORY_NOT_DIGIT": "a ",
    "CATEGORY_NOT_WORD": ". -",
}


def _one_of(choices: list[Any], dice: Random) -> str:
    """A character of a set."""
    if str(choices[0][0]) == "NEGATE":
        banned = _members(choices[1:])
        return next((each for each in dice.sample("aZ0 .:-@\n\t(", 11) if each not in banned), "ß")
    return dice.choice(_members(choices) or "a")


def _members(choices: list[Any]) -> str:
    found = ""
    for operation, value in choices:
        name = str(operation)
        if name == "LITERAL":
            found += chr(value)
        elif name == "RANGE":
            found += chr(value[0]) + chr(value[1])
        elif name == "CATEGORY":
            found += _CATEGORIES.get(str(value), "a")
    return found
