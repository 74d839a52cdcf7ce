"""An analysis to take along: a web page in one file that fetches nothing, a Markdown file, or plain text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from importlib.resources import files

from . import sentences
from .colours import OUTCOME_COLOURS
from .document import Block, Bullets, Cell, Heading, Paragraph, Share, TableBlock, document
from .results import CONVERTED, REPLIED, Insights

_MARKDOWN = re.compile(r"[\\`*_\[\]|~]")
_MARKDOWN_START = re.compile(r"^(?:[#>+-]|\d+(?=[.)](?:\s|$)))")
_COLOURS = f":root {{ --{REPLIED}: {OUTCOME_COLOURS['reply']}; --{CONVERTED}: {OUTCOME_COLOURS['conversion']}; }}"
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def html_report(result: Insights, name: str) -> str:
    """A whole page without scripts; all text is escaped."""
    body = "\n".join(_html(block) for block in document(result, name))
    style = files(__package__).joinpath("report.css").read_text(encoding="utf-8")
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(name)}: insights</title>\n<style>\n{_COLOURS}\n{style}</style>\n"
        f"</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def markdown_report(result: Insights, name: str) -> str:
    """Markdown as GitHub reads it; all text is escaped."""
    return "\n\n".join(_markdown(block) for block in document(result, name)) + "\n"


def plain_report(result: Insights, name: str) -> str:
    """Text for a terminal."""
    return "\n\n".join(_plain(block) for block in document(result, name)) + "\n"


# --- HTML -------------------------------------------------------------------------------------------------------------


def _html(block: Block) -> str:
    if isinstance(block, Heading):
        return f"<h{block.level}>{escape(block.text)}</h{block.level}>"
    if isinstance(block, Paragraph):
        quiet = ' class="quiet"' if block.quiet else ""
        return f"<p{quiet}>{escape(block.text)}</p>"
    if isinstance(block, Bullets):
        return "<ul>" + "".join(f"<li>{escape(item)}</li>" for item in block.items) + "</ul>"
    most = max((share.rate.high for share in _shares(block)), default=1.0)
    numbers = [bool(block.rows) and isinstance(cell, int) for cell in (block.rows[0] if block.rows else block.columns)]
    head = "".join(
        f"<th{_number(is_int)}>{escape(column)}</th>" for column, is_int in zip(block.columns, numbers, strict=True)
    )
    rows = "".join("<tr>" + "".join(_html_cell(cell, most) for cell in row) + "</tr>\n" for row in block.rows)
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>\n{rows}</tbody></table></div>'


def _html_cell(cell: Cell, most: float) -> str:
    """A share is a bar with the whisker of its interval, as long as ``most`` would fill the cell."""
    if isinstance(cell, Share):
        rate = cell.rate
        share, low, high = (100 * value / max(most, 1e-9) for value in (rate.share, rate.low, rate.high))
        bar = f'<i style="width:{share:.1f}%"></i><b style="left:{low:.1f}%;width:{high - low:.1f}%"></b>'
        words = f"{sentences.percent(rate)}, {sentences.of(rate)}"
        return f'<td>{escape(words)}<div class="bar {cell.measure}">{bar}</div></td>'
    return f"<td{_number(isinstance(cell, int))}>{escape(_text(cell))}</td>"


def _number(is_number: bool) -> str:
    return ' class="number"' if is_number else ""


# --- Markdown ---------------------------------------------------------------------------------------------------------


def _markdown(block: Block) -> str:
    if isinstance(block, Heading):
        return f"{'#' * block.level} {_escaped(block.text)}"
    if isinstance(block, Paragraph):
        return _escaped(block.text)
    if isinstance(block, Bullets):
        return "\n".join(f"- {_escaped(item)}" for item in block.items)
    lines = [block.columns, ("---",) * len(block.columns)]
    lines[0] = tuple(_escaped(column) for column in block.columns)
    lines += [tuple(_escaped(_text(cell)) for cell in row) for row in block.rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _escaped(text: str) -> str:
    """On one line, with every sign that Markdown or HTML would read made plain."""
    line = _MARKDOWN.sub(r"\\\g<0>", " ".join(text.split())).replace("&", "&amp;").replace("<", "&lt;")
    start = _MARKDOWN_START.match(line)
    if not start:
        return line
    place = start.end() if line[0].isdigit() else 0  # 1\. and \#
    return f"{line[:place]}\\{line[place:]}"


# --- plain text -------------------------------------------------------------------------------------------------------


def _plain(block: Block) -> str:
    if isinstance(block, Heading):
        return f"{block.text}\n{('=' if block.level == 1 else '-') * len(block.text)}"
    if isinstance(block, Paragraph):
        return block.text
    if isinstance(block, Bullets):
        return "\n".join(f"- {item}" for item in block.items)
    lines = [block.columns, *(tuple(_text(cell) for cell in row) for row in block.rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(block.columns))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )


def _text(cell: Cell) -> str:
    if isinstance(cell, Share):
        return sentences.percent(cell.rate)
    return f"{cell:,}" if isinstance(cell, int) else cell


def _shares(table: TableBlock) -> Iterable[Share]:
    return (cell for row in table.rows for cell in row if isinstance(cell, Share))
