"""Tags of conditions in templates, as the sending tools write them, each in one form."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from .quotes import holds_any

_QUICK = ("{", "*|", "#if", "#set", "%%", "[if")
_SIGN = re.compile(
    r"\{\{\{?[-~]?\s{0,9}(?:[#^/]|:?el(?:s|if)|!--)|\{%|\*\|\s?(?:IF|ELSE|END)|#(?:if|set)\s{0,3}\(|\{!|%%[\[=]|\[if\s"
)
"""A text without any of these holds no tag."""
_TAG = re.compile(
    r"\{\{\{?(?P<trim>[-~]?)\s{0,9}(?P<braces>(?:[#^/]|:?(?:else|elsif|elseif|elif)\b)[^{}\n]{0,200}?)(?P<trimmed>[-~]?)\}\}\}?"
    r"|\{%(?P<cut>[-+]?)\s{0,9}(?P<liquid>[A-Za-z](?:[^%{}]|%(?!\})){0,300}?)(?P<cut_after>[-+]?)%\}"
    r"|\*\|\s?(?P<stars>(?:IF|IFNOT|ELSEIF|ELSE|END|ENDIF)\b:?[^|\n]{0,100})\|\*"
    r"|(?<![#&])\#(?:(?P<hash>if|elseif|set)\s{0,3}\((?P<said>(?:[^()\n]|\([^()\n]{0,80}\)){0,200})\)"
    r"|\{?(?P<bare>else|end)\}?(?!\w))"
    r"|(?P<note>\{\{!--(?s:(?!--\}\}|\{\{!--).){0,1000}--\}\})"
    r"|\[(?P<squares>if\s[^\[\]\n]{1,100}|else|end ?if|/if)\]"
    r"|(?P<formula>\{![^{}()\n]{0,100}\([^{}\n]{0,300}\}|%%\[[^\]]{0,300}\]%%|%%=[^=\n]{1,200}=%%)"
)
_PLAIN = re.compile(r"[\w .\-]{1,48}")
"""What stands in ``{% first_name %}``, which is a field in another spelling."""
_WORDS = re.compile(r"([\w:]+)\s*(.*)", re.S)
_STARS = re.compile(r"\s*([^!=<>]+?)\s*(!=|>=|<=|=|>|<)\s*(.*?)\s*", re.S)
_ALTERNATIVES = re.compile(r"""(?:"[^"]*"|'[^']*'|“[^”]*”|‘[^’]*’|[^,"'\s]+)""")
_OPAQUE = frozenset(
    ("for", "tablerow", "raw", "macro", "block", "call", "filter", "autoescape", "with", "ifchanged", "style", "schema")
)
_OPENING = frozenset(("if", "unless", "case", "comment", "capture")) | _OPAQUE
_ELSE_IF = frozenset(("elsif", "elseif", "elif"))


@dataclass(frozen=True)
class Tag:
    """One tag at ``start:end``. ``kind``: open, else, close, assign, or alone where it is nothing of these; ``name``:
    as it is told to people.
    """

    kind: str
    word: str
    condition: str
    name: str
    text: str
    start: int
    end: int
    trims_before: bool = False
    trims_after: bool = False
    closed_by: frozenset[str] = field(default=frozenset())
    """The words of tags that close it."""

    @property
    def alternatives(self) -> tuple[str, ...]:
        """The values of ``{% when "a", "b" or "c" %}``."""
        return tuple(each for each in _ALTERNATIVES.findall(self.condition) if each.lower() != "or")


def tags_in(text: str) -> list[Tag]:
    """The tags of a text, in their order."""
    if not holds_any(text, _QUICK) or not _SIGN.search(text):
        return []  # quicker than looking for each of their forms
    found = [tag for match in _TAG.finditer(text) if not _is_field(tag := _tag(match))]
    # a text may speak of "#end" or "[if you like]"
    for sign, first, last in (("#", ("#if", "#set"), "#"), ("[", ("[if",), ("[end", "[/"))):
        if not all(any(tag.text.startswith(each) for tag in found) for each in (first, last)):
            found = [tag for tag in found if not tag.text.startswith(sign)]
    return found


def _is_field(tag: Tag) -> bool:
    return tag.kind == "alone" and tag.text.startswith("{%") and _PLAIN.fullmatch(tag.name) is not None


def _tag(match: re.Match[str]) -> Tag:
    read: _Read
    if said := match.group("braces"):
        read = _in_braces(said.strip())
    elif said := match.group("liquid"):
        read = _in_liquid(said.strip())
    elif said := match.group("stars"):
        read = _in_stars(said.strip())
    elif said := match.group("note") or match.group("formula") or match.group("squares"):
        read = "alone", "comment" if match.group("note") else "formula", "", ()
    else:
        said, read = match.group(), _with_hash(match)
    kind, word, condition, closed_by = read
    before = match.group("trim") == "~" or match.group("cut") == "-"
    after = match.group("trimmed") == "~" or match.group("cut_after") == "-"
    name = " ".join(said.split())[:60]
    return Tag(kind, word, condition, name, match.group(), *match.span(), before, after, frozenset(closed_by))


_Read = tuple[str, str, str, tuple[str, ...]]


def _in_braces(said: str) -> _Read:
    """``#if company``, ``else if x``, ``/if``; ``#endif`` and ``#else`` of Apollo; ``#company`` as a section."""
    sign, rest = (said[0], said[1:].strip()) if said[0] in "#^/:" else ("", said)
    found = _WORDS.fullmatch(rest)
    word, condition = (found.group(1).lower(), found.group(2).strip()) if found else ("", "")
    if sign == "/":
        return "close", "/" + "".join(rest.lower().split()), "", ()
    if sign == "^" and not rest:
        return "else", "else", "", ()
    if word == "else" and condition.lower().startswith("if "):
        return "else", "elseif", condition[3:].strip(), ()
    if word == "else":
        return "else", "else", condition, ()
    if word in _ELSE_IF:
        return "else", "elseif", condition or "?", ()
    if sign == "#" and word in ("endif", "end", "endunless"):
        return "close", "#endif", "", ()
    if sign == "#" and word in ("if", "unless"):
        return "open", word, condition, (f"/{word}", "#endif")
    if sign == "#" and word in ("ifequal", "ifeq", "ifnotequal", "ifneq"):
        return "open", "if", f"{'ne' if word.startswith('ifn') else 'eq'} {condition}", (f"/{word}", "#endif")
    closed_by = ("/" + "".join(rest.lower().split()), f"/{word}", "/")
    if not condition and word not in ("each", "with"):  # a section: {{#company}}…{{/company}}
        return "open", "unless" if sign == "^" else "if", rest, closed_by
    return "open", "loop", condition, closed_by


def _in_liquid(said: str) -> _Read:
    found = _WORDS.fullmatch(said)
    word, condition = (found.group(1).lower(), found.group(2).strip()) if found else (said.lower(), "")
    if word in _OPENING:
        return "open", word, condition, (f"end{word}",)
    if word in _ELSE_IF:
        return "else", "elseif", condition or "?", ()
    if word == "else":
        is_if = condition.lower().startswith("if ")
        return "else", "elseif" if is_if else "else", condition[3:].strip() if is_if else condition, ()
    if word == "when":
        return "else", word, condition or "?", ()
    if word.startswith("end"):
        return "close", word, "", ()
    return "assign" if word in ("assign", "set") and "=" in condition else "alone", word, condition, ()


def _in_stars(said: str) -> _Read:
    """``IF:FNAME``, ``IF:PLAN=pro``, ``ELSEIF:PLAN!=pro``, ``IFNOT:FNAME``, ``ELSE:``, ``END:IF``."""
    word, _, rest = said.partition(":")
    found = _STARS.fullmatch(rest)
    condition = rest.strip()
    if found:
        value = found.group(3).replace('"', "")
        condition = f'{found.group(1)} {found.group(2)} "{value}"'
    match word.upper().strip():
        case "IF":
            return "open", "if", condition, ("stars",)
        case "IFNOT":
            return "open", "unless", condition, ("stars",)
        case "ELSEIF":
            return "else", "elseif", condition or "?", ()
        case "ELSE":
            return "else", "else", "", ()
        case _:
            return "close", "stars", "", ()


def _with_hash(match: re.Match[str]) -> _Read:
    word, condition = match.group("hash") or match.group("bare"), match.group("said") or ""
    if word == "if":
        return "open", "if", condition, ("#end",)
    if word == "set":
        return "assign", "set", condition, ()
    if word == "end":
        return "close", "#end", "", ()
    return "else", "elseif" if word == "elseif" else "else", condition, ()
