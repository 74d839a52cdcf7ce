"""HTML as the plain text that its reader saw, without what only its tracker and its quotes put in."""

from __future__ import annotations

import html
import html.entities
import re

from .quotes import Cut

_TAGS = (
    "a|abbr|address|article|b|big|blockquote|body|br|caption|center|code|col|colgroup|dd|del|div|dl|dt|em|font|footer|form"
    "|h[1-6]|head|header|hr|html|i|img|ins|li|link|main|meta|o:p|ol|p|pre|s|script|section|small|span|strike|strong|style"
    "|sub|sup|table|tbody|td|tfoot|th|thead|title|tr|tt|u|ul|v:\\w+|wbr"
)
TAG = re.compile(rf"</?(?:{_TAGS})(?:\s[^<>]*)?/?>|<!--|<!doctype\b", re.I)
ESCAPED_TAG = re.compile(rf"&lt;/?(?:{_TAGS})(?:\s(?:(?!&[lg]t;).){{0,1000}})?/?&gt;", re.I)
ENTITY = re.compile(r"&(?:[A-Za-z][A-Za-z0-9]{1,30}|#\d{2,7}|#[xX][0-9a-fA-F]{2,6});")
_BLOCK = re.compile(r"<(?:p|div|br|table|tr|td|li|ul|ol|h[1-6]|blockquote|pre|hr|center|section|article)\b", re.I)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.S)
_KEPT = re.compile(r"<!--\s*(\{%[^{}]{1,300}%\}|\{\{[#/^][^{}]{1,200}\}\})\s*-->")
"""A comment that holds a condition of a template, so that editors leave it alone."""
_MARKUP = re.compile(r"(<[^<>]*>)")
_QUOTES = (
    "//*[contains(concat(' ', normalize-space(@class), ' '), ' gmail_quote ')]",
    "//*[contains(@class, 'gmail_extra')]",
    "//*[contains(@class, 'moz-cite-prefix')]",
    "//*[contains(@class, 'yahoo_quoted')]",
    "//*[contains(@class, 'protonmail_quote')]",
    "//*[contains(@class, 'OutlookMessageHeader')]",
    "//blockquote[@type='cite']",
)
_AND_ALL_BELOW = (
    "//*[@id='divRplyFwdMsg']",
    "//*[@id='appendonsend']",
    "//*[@id='mail-editor-reference-message-container']",
)
_UNSEEN = "//script | //style | //head | //title | //noscript | //template"


def is_html(text: str) -> bool:
    """Whether a text holds tags that a mail program would not show; a merge field in angle brackets is none."""
    return TAG.search(text) is not None


def html_to_text(source: str) -> tuple[str, list[Cut]]:
    """The text of an HTML email and what was cut from it; quotes that mail programs mark, pixels, images."""
    import lxml.html
    from inscriptis.css_profiles import CSS_PROFILES
    from inscriptis.html_engine import Inscriptis
    from inscriptis.model.config import ParserConfig

    marked = _keep_line_breaks(_COMMENT.sub("", _KEPT.sub(r"\1", source)))
    try:
        tree = lxml.html.document_fromstring(f"<div>{marked}</div>")
    except (ValueError, lxml.etree.ParserError):
        return source, []
    cuts = _cut_elements(tree)
    try:
        text = Inscriptis(tree, ParserConfig(css=CSS_PROFILES["strict"])).get_text()
    except RecursionError:  # tags within tags a thousand deep: nobody laid this out
        text = tree.text_content()
    return tidy(text), cuts


def _keep_line_breaks(source: str) -> str:
    """Line breaks that were meant as such, as ``<br>``: all where no tag makes any, and those between short lines."""
    blocks = _BLOCK.search(source) is not None
    parts = _MARKUP.split(source)
    meant = not blocks or any(re.search(r"\S[ \t\r]*\n[ \t\r]*\n[ \t\r]*\S", part) for part in parts[::2])
    for place in range(0, len(parts), 2):
        part = parts[place]
        if "\n" not in part:
            continue
        if meant:
            parts[place] = re.sub(r"\r?\n", "<br>", part) if not blocks or part.strip() else part
        elif _short_lines(part):
            parts[place] = re.sub(r"(?<=\S)[ \t\r]*\n(?=\S)", "<br>", part)
    return "".join(parts)


def _short_lines(part: str) -> bool:
    """Whether a text's lines were broken by hand: short, none indented."""
    lines = part.strip("\r\n").split("\n")
    return len(lines) > 1 and all(line.strip() and len(line) < 50 and not line[:1].isspace() for line in lines)


def _cut_elements(tree: object) -> list[Cut]:
    cuts: list[Cut] = []
    for element in tree.xpath(_UNSEEN):  # type: ignore[attr-defined]
        _drop(element)
    for image in tree.xpath("//img"):  # type: ignore[attr-defined]
        cuts.append(Cut("tracking pixel" if _is_pixel(image) else "image", (image.get("src") or "")[:200]))
        _drop(image)
    own = " ".join(tree.text_content().split())  # type: ignore[attr-defined]
    for path in _QUOTES:
        for element in tree.xpath(path):  # type: ignore[attr-defined]
            quoted = " ".join(element.text_content().split())
            if quoted and quoted != own:
                cuts.append(Cut("quoted thread", quoted))
                _drop(element)
    for path in _AND_ALL_BELOW:
        for element in tree.xpath(path):  # type: ignore[attr-defined]
            cuts += _drop_from(element)
    return cuts


def _is_pixel(image: object) -> bool:
    sizes = [(image.get(name) or "").strip().removesuffix("px") for name in ("width", "height")]  # type: ignore[attr-defined]
    style = (image.get("style") or "").replace(" ", "").lower()  # type: ignore[attr-defined]
    tiny = any(size in ("0", "1", "2") for size in sizes)
    return tiny or "display:none" in style or bool(re.search(r"(?:width|height):[012]px", style))


def _drop(element: object) -> None:
    """Take an element out and leave the text behind it."""
    parent = element.getparent()  # type: ignore[attr-defined]
    if parent is not None:
        element.drop_tree()  # type: ignore[attr-defined]


def _drop_from(element: object) -> list[Cut]:
    """Take out an element and all its following siblings."""
    gone = []
    for each in [element, *element.itersiblings()]:  # type: ignore[attr-defined]
        text = " ".join(each.text_content().split()) if hasattr(each, "text_content") else ""
        gone.append(text)
        each.getparent().remove(each)
    quoted = " ".join(filter(None, gone))
    return [Cut("quoted thread", quoted)] if quoted else []


def unescape(text: str) -> str:
    """Entities as the characters that they stand for; a no-break space that was written as one becomes a space."""
    return ENTITY.sub(_character, text)


def _character(found: re.Match[str]) -> str:
    entity = found.group()
    if not entity.startswith("&#") and entity[1:] not in html.entities.html5:
        return entity
    return html.unescape(entity).replace("\u00a0", " ")


def tidy(text: str) -> str:
    """Without spaces at the ends of lines, nor more than one blank line together."""
    lines = [line.replace("\u00a0", " ").rstrip() for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
