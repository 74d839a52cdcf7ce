"""Merge fields and placeholders of an email: what a mail program, or a hurried seller, is to fill in."""

from __future__ import annotations

import re
from dataclasses import dataclass

_FIELD = re.compile(
    r"""\{\{[^{}\n]{1,60}\}\}            # {{first_name}}
    | \$?\{[A-Za-z][^{}\n]{0,40}\}       # {firstName}, ${name}
    | \[(?!\d{1,3}\])(?=[^\[\]\n]{0,60}[^\W\d_])[^\[\]\n]{1,60}\](?!\()  # [First Name], not [1], not [text](link)
    | %[A-Z][A-Z_]{1,30}%                # %FIRST_NAME%
    | \*\|[A-Z][A-Z_:]{0,30}\|\*         # *|FNAME|*
    | <(?i:(?:your|first|last|sender|company|customer|name|product|date|insert|title)\b)[^<>\n]{0,40}>
    """,
    re.X,
)
USUAL = {
    "first_name": "Alex",
    "last_name": "Field",
    "name": "Alex",
    "sender_name": "Sam Field",
    "company": "your company",
}
"""What stands for a field while an email is read."""
_NOT_WORD = re.compile(r"[\W_]+")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")


@dataclass(frozen=True)
class TextField:
    """A field at ``start:end`` of a text; ``name`` in small letters with underscores, however it is written."""

    name: str
    text: str
    start: int
    end: int

    @property
    def is_merge_field(self) -> bool:
        """Whether it is in double braces, as mail programs fill in; anything else is left for a person."""
        return self.text.startswith("{{")


def fields_in(text: str) -> tuple[TextField, ...]:
    """All fields in their order: ``{{first_name}}``, ``{firstName}``, ``[First Name]``, ``*|FNAME|*`` and such."""
    return tuple(TextField(_name(match.group()), match.group(), *match.span()) for match in _FIELD.finditer(text))


def without_fields(text: str) -> str:
    """The text with each field blanked, at its length: what it holds is nobody's claim."""
    return _FIELD.sub(lambda match: "_" * len(match.group()), text)


def as_sent(text: str) -> str:
    """The text with something usual in place of each field in double braces, as a recipient would read it."""

    def usual(match: re.Match[str]) -> str:
        name = _name(match.group())
        return USUAL.get(name, name.replace("_", " ")) if match.group().startswith("{{") else match.group()

    return _FIELD.sub(usual, text) if "{{" in text else text


def _name(written: str) -> str:
    return _NOT_WORD.sub("_", _HUMP.sub("_", written)).strip("_").lower()
