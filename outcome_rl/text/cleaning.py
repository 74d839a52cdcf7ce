"""An email as it was written: no markup, no broken characters, nothing that was quoted, no footer.

A plain email is left as it is, byte for byte. What is cut is returned, so that it can be shown and counted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .encoded_text import encoded_words, quoted_printable, rtf
from .footers import cut_footers
from .html_text import ENTITY, ESCAPED_TAG, TAG, html_to_text, is_html, unescape
from .quotes import Cut, cut_quotes
from .wrapped_links import unwrap_links

_ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u200b\u202a-\u202e\u2066-\u2069\ufeff]")
_CARRIED = "_x000D_"
"""A carriage return as a spreadsheet writes it into its file."""
_LITERAL = re.compile(r"(?:\\r)?\\n")
_CID = re.compile(r"(?<![ \t])[ \t]*+\[(?:cid:[^\]\s]{1,200}|image: [^\]\n]{1,200})\][ \t]*")
_MARKDOWN = (
    re.compile(r"!\[([^\[\]\n]{0,120})\]\((?:https?://|cid:)[^\s()]{1,1000}\)"),
    re.compile(r"\[([^\[\]\n]{1,200})\]\((?:https?://|mailto:|tel:)[^\s()]{1,1000}\)"),
    re.compile(r"(?<![*\w|])\*\*(?=[^\s|])([^*\n]{1,300}?)(?<=[^\s|])\*\*(?![*\w|])"),  # not in *|A|**|B|*
)


@dataclass(frozen=True)
class Cleaned:
    """A text, what was cut from it, and what was repaired in it."""

    text: str
    cuts: tuple[Cut, ...] = ()

    @property
    def kinds(self) -> tuple[str, ...]:
        """What was done, each kind once."""
        return tuple(dict.fromkeys(cut.kind for cut in self.cuts))


def clean_email(text: str) -> Cleaned:
    """The email's own text. Kinds of cuts: html, entities, quoted thread, signature …, in the order they were made."""
    cuts: list[Cut] = []
    for step in _STEPS:
        text, found = step(text)
        cuts += found
    return Cleaned(text, tuple(cuts))


def clean_line(text: str) -> str:
    """A subject or a field on one line: entities, markup and control characters resolved, spaces as they were."""
    for step in (encoded_words, quoted_printable, _mojibake, _entities, _controls):
        text, _ = step(text)
    return " ".join(text.split()) if "\n" in text or "\r" in text else text


def _coded_subject(text: str) -> tuple[str, list[Cut]]:
    """A first line whose letters are coded as in a mail's header."""
    first, gap, rest = text.partition("\n")
    if "=?" not in first:
        return text, []
    plain, cuts = encoded_words(first)
    return plain + gap + rest, cuts


def _literal_breaks(text: str) -> tuple[str, list[Cut]]:
    """``\\n`` written out, where there is no line break at all; a spreadsheet's ``_x000D_`` goes anyway."""
    if _CARRIED in text:
        return text.replace(f"{_CARRIED}\n", "\n").replace(_CARRIED, "\n"), [Cut("literal line breaks", _CARRIED)]
    if "\\n" not in text or "\n" in text:
        return text, []
    return _LITERAL.sub("\n", text).replace("\\t", "\t"), [Cut("literal line breaks", "\\n")]


def _mojibake(text: str) -> tuple[str, list[Cut]]:
    """Text that was decoded wrongly once, as ``GrÃ¼ÃŸe``, put right by ftfy."""
    if text.isascii():
        return text, []
    from ftfy import fix_encoding, is_bad

    if not is_bad(text):
        return text, []
    fixed = "".join(fix_encoding(part) for part in re.split(r"(\n)", text))
    fixed = _pieces_fixed(fixed) if is_bad(fixed) else fixed
    return (fixed, [Cut("broken characters", _changed(text, fixed))]) if fixed != text else (text, [])


def _pieces_fixed(text: str) -> str:
    """Word by word, where right and wrong characters stand in one line."""
    from ftfy import fix_encoding

    return "".join(fix_encoding(part) for part in re.split(r"(\s+)", text))


def _changed(old: str, new: str) -> str:
    """The first word that was put right."""
    pairs = zip(old.split(), new.split(), strict=False)
    return next((one for one, two in pairs if one != two), "")[:80]


def _markup(text: str) -> tuple[str, list[Cut]]:
    if "&amp;lt;" in text:  # escaped twice
        text = text.replace("&amp;", "&")
    escaped = "&lt;" in text and ESCAPED_TAG.search(text) is not None
    source = ESCAPED_TAG.sub(lambda found: unescape(found.group()), text) if escaped else text
    if "<" not in source or not is_html(source):
        return text, []
    tags = TAG.findall(source)
    plain, cuts = html_to_text(source)
    return plain, [Cut("html", " ".join(tags[:5])), *cuts]


def _entities(text: str) -> tuple[str, list[Cut]]:
    if "&" not in text or not (found := ENTITY.search(text)):
        return text, []
    plain = unescape(text)
    return (plain, [Cut("entities", found.group())]) if plain != text else (text, [])


def _controls(text: str) -> tuple[str, list[Cut]]:
    """Without escape sequences, control and direction characters; joiners that scripts and emoji need stay."""
    if not (_CONTROL.search(text) or _ANSI.search(text)):
        return text, []
    plain = _CONTROL.sub("", _ANSI.sub("", text))
    return plain, [Cut("control characters", f"{len(text) - len(plain)} characters")]


def _markdown(text: str) -> tuple[str, list[Cut]]:
    """Markdown's links and bold as their words; references to attached pictures go."""
    cuts: list[Cut] = []
    if "[cid:" in text or "[image: " in text:
        plain = _CID.sub("", text)
        if plain != text:
            cuts.append(Cut("image", (_CID.search(text) or [""])[0].strip()))
            text = plain.rstrip()
    if "](" not in text and "**" not in text:
        return text, cuts
    plain = text
    for pattern in _MARKDOWN:
        plain = pattern.sub(r"\1", plain)
    return (plain, [*cuts, Cut("markdown", _changed(text, plain))]) if plain != text else (text, cuts)


_STEPS = (
    *(rtf, _coded_subject, quoted_printable, _literal_breaks, _mojibake, _markup, _entities, _controls, _markdown),
    *(cut_quotes, cut_footers, unwrap_links),
)
