"""Conditions of templates, as far as a recipient's own fields decide them: true, false, or None where they do not.

``company``, ``industry == "SaaS" and employees > 50``, ``title contains "Head"``, ``not city``, ``(eq country "DE")``,
``$COMPANY != ""``, ``contact.firstname is defined``. Own code: what renders templates in Python knows one of the
spellings that sending tools have, and takes for empty what it does not know, which would choose a text that nobody got.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping, Sequence

Lookup = Callable[[str], str | None]
"""What a recipient's field of some name holds; ``""`` where it is empty, None where nothing says."""
LONGEST, MOST_NESTED = 300, 10
"""Characters of a condition, and brackets within brackets; of others nothing is said."""
_TOKEN = re.compile(
    r"""\s*(?:
      (?P<text>"[^"]*"|'[^']*'|“[^”]*”|‘[^’]*’|„[^“”]*[“”])
    | (?P<number>-?\d+(?:[.,]\d+)?(?![\w.]))
    | (?P<sign>===?|!==?|<>|>=|<=|=|<|>|&&|\|\||[()!])
    | \{\{\s*(?P<field>[^{}]{1,60}?)\s*\}\}
    | \$!?\{?(?P<variable>[A-Za-z]\w*(?:\.\w+)*)\}?
    | (?P<name>[^\W\d]\w*(?:[.\-]\w+)*)
    )\s*""",
    re.X,
)
_SIGNS = {
    "===": "==", "=": "==", "!==": "!=", "<>": "!=", "eq": "==", "equals": "==", "ne": "!=", "gt": ">", "lt": "<",
    "gte": ">=", "lte": "<=", "ge": ">=", "le": "<=", "includes": "contains", "&&": "and", "||": "or", "!": "not",
}  # fmt: skip
_BY_SIGN: Mapping[str, Callable[[float, float], bool]] = {
    "==": operator.eq, ">": operator.gt, "<": operator.lt, ">=": operator.ge, "<=": operator.le,
}  # fmt: skip
_COMPARED = frozenset((*_BY_SIGN, "!=", "contains"))
_NOTHING = frozenset(("nil", "null", "none", "blank", "empty", "undefined"))
_WORDS = frozenset(("and", "or", "not", "is", "true", "false")) | _NOTHING | _COMPARED
_DOUBTFUL = frozenset(("false", "0", "no", "off", "null", "none", "nil", "n", "f"))
"""Cells that some tools take for nothing and others for a text."""


_Value = str | bool | None
"""A text, which is empty for nil and blank; true or false as they are written; None where nothing says what it is."""
_NUMBER = re.compile(r"-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?")
_EITHER = re.compile(r"-?\d{1,3}\.\d{3}")
"""One thousand, or one: who writes ``1.000`` knows."""


class _Unread(Exception):
    """A condition of some other form."""


def decide(condition: str, lookup: Lookup) -> bool | None:
    """Whether a condition holds for the recipient whose fields these are; None: they do not say, or it is not read."""
    condition = condition.strip()
    if not condition or len(condition) > LONGEST:
        return None
    try:
        reader = _Reader(_tokens(condition), lookup)
        found = reader.joined()
        return found if reader.done else None
    except _Unread:
        return None


def _tokens(condition: str) -> list[tuple[str, str]]:
    """(kind, word) of each; names that stand side by side are one, as in ``First Name``."""
    found: list[tuple[str, str]] = []
    end = 0
    while end < len(condition):
        match = _TOKEN.match(condition, end)
        if match is None:
            raise _Unread
        kind, end = match.lastgroup or "", match.end()
        word = match.group(kind)
        if kind == "text":
            word = word[1:-1]
        elif kind in ("sign", "name"):
            lowered = _SIGNS.get(word.lower(), word.lower())
            kind, word = ("word", lowered) if lowered in _WORDS or kind == "sign" else ("name", word)
        if kind == "name" and found and found[-1][0] == "name":
            word = f"{found.pop()[1]} {word}"
        found.append((kind, word))
    if sum(word in ("(", "not") for kind, word in found if kind == "word") > MOST_NESTED:
        raise _Unread
    return found


class _Reader:
    """Reads tokens from left to right, each once."""

    def __init__(self, tokens: Sequence[tuple[str, str]], lookup: Lookup) -> None:
        self._tokens, self._place, self._lookup = tokens, 0, lookup

    @property
    def done(self) -> bool:
        return self._place == len(self._tokens)

    def joined(self) -> bool | None:
        """Terms joined by and, or. Tools group a mixture of both in two ways; where that matters, nothing is said."""
        terms, joints = [self._term()], []
        while (joint := self._word("and", "or")) is not None:
            joints.append(joint)
            terms.append(self._term())
        return _grouped(terms, joints)

    def _term(self) -> bool | None:
        if self._word("not"):
            return denied(self._term())
        if self._word("("):
            held = self.joined()
            if not self._word(")"):
                raise _Unread
            return held
        if (sign := self._word(*_COMPARED)) is not None:  # {{#if (eq country "DE")}}
            return _compared(self._value(), sign, self._value())
        left = self._value()
        if (sign := self._word(*_COMPARED)) is not None:
            return _compared(left, sign, self._value())
        if self._word("is"):
            return self._is(left)
        return _truth(left)

    def _is(self, left: _Value) -> bool | None:
        without = self._word("not") is not None
        kind, word = self._next()
        if word == "defined":
            held = _holds(left)
        elif kind == "word" and word in _NOTHING:
            held = denied(_holds(left))
        else:
            raise _Unread
        return denied(held) if without else held

    def _value(self) -> _Value:
        kind, word = self._next()
        if kind in ("text", "number"):
            return word
        if kind == "word" and word in ("true", "false"):
            return word == "true"
        if kind == "word" and word in _NOTHING:
            return ""
        if kind in ("name", "field", "variable"):
            return None if word.endswith((".size", ".length", ".count")) else self._lookup(word)
        raise _Unread

    def _next(self) -> tuple[str, str]:
        if self.done:
            raise _Unread
        self._place += 1
        return self._tokens[self._place - 1]

    def _word(self, *words: str) -> str | None:
        """The next token where it is one of these words."""
        if not self.done and self._tokens[self._place][0] == "word" and self._tokens[self._place][1] in words:
            return self._next()[1]
        return None


def _grouped(terms: list[bool | None], joints: Sequence[str]) -> bool | None:
    parts: list[list[bool | None]] = [[terms[0]]]
    for joint, term in zip(joints, terms[1:], strict=True):
        if joint == "or":
            parts.append([])
        parts[-1].append(term)
    first = any_of([_all(part) for part in parts])  # "and" binds closer
    last = terms[-1]
    for joint, term in zip(reversed(joints), reversed(terms[:-1]), strict=True):  # from the right, as in Liquid
        last = _all([term, last]) if joint == "and" else any_of([term, last])
    return first if first == last else None


def _all(terms: Sequence[bool | None]) -> bool | None:
    return False if False in terms else None if None in terms else True


def any_of(terms: Sequence[bool | None]) -> bool | None:
    """Whether one of them holds."""
    return True if True in terms else None if None in terms else False


def denied(held: bool | None) -> bool | None:
    """What holds where that does not."""
    return None if held is None else not held


def _holds(value: _Value) -> bool | None:
    """Whether there is anything in it."""
    return bool(value.strip()) if isinstance(value, str) else None


def _truth(value: _Value) -> bool | None:
    if not isinstance(value, str):
        return value
    return None if value.strip().lower() in _DOUBTFUL else _holds(value)


def _compared(left: _Value, sign: str, right: _Value) -> bool | None:
    if sign == "!=":
        return denied(_compared(left, "==", right))
    if isinstance(left, bool):
        left, right = right, left
    if isinstance(right, bool):
        said = left.strip().lower() if sign == "==" and isinstance(left, str) else None
        return said == str(right).lower() if said in ("true", "false", "") else None
    if not isinstance(left, str) or right is None:
        return None
    one, two = left.strip(), right.strip()
    if sign == "contains":
        return two in one
    first, second = _number(one), _number(two)
    if first is None or second is None:
        unsure = one != two and all(
            number is not None or _EITHER.fullmatch(text) for number, text in ((first, one), (second, two))
        )
        return one == two if sign == "==" and not unsure else None
    return _BY_SIGN[sign](first, second)


def _number(text: str) -> float | None:
    if len(text) > 20 or not _NUMBER.fullmatch(text) or _EITHER.fullmatch(text):
        return None
    return float(text.replace(",", ""))
