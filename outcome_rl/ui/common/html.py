"""Small pieces of HTML. Every value from outside passes through :func:`text`, so it can only ever show as text."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

GOOD, CAUTION, BAD, PLAIN = "good", "caution", "bad", "plain"


def text(value: Any) -> str:
    """``value`` as text. Braces and dollars are escaped too: gr.HTML fills in templates."""
    escaped = html.escape(str(value), quote=True)
    for sign in "{}$`":
        escaped = escaped.replace(sign, f"&#{ord(sign)};")
    return escaped


def sentence(message: str, tone: str = PLAIN, **data: str) -> str:
    """A message in a box whose colour is never the only sign of what it says; ``data`` are for scripts of the page."""
    more = "".join(f' data-{name}="{text(value)}"' for name, value in data.items() if value)
    return f'<div class="orl-note orl-{tone}" role="status"{more}>{text(message)}</div>' if message else ""


def stale(inside: str) -> str:
    """Something that was true of what is not in use any more, or is about to be replaced: greyed."""
    return f'<div class="orl-stale" aria-label="out of date">{inside}</div>' if inside else ""


def aside(words: str) -> str:
    """Something to know that asks for nothing."""
    return f'<p class="orl-waiting">{text(words)}</p>' if words else ""


def doubt(words: str) -> str:
    """What speaks against a figure beside it."""
    return f'<p class="orl-doubt">{text(words)}</p>' if words else ""


def jump(words: str, target: str, more: str = "") -> str:
    """A link to a part of the tab by its id, and what to say after it."""
    link = f'<a class="orl-link" href="#{text(target)}" target="_self">{text(words)}</a>'
    return f'<p class="orl-waiting">{link}{text(f". {more}" if more else "")}</p>'


def ready_in(words: str, seconds: float) -> str:
    """``words`` with the time of day in so many seconds in place of ``{clock}``, by the browser's clock; see
    ``status_line.js``.
    """
    before, _, after = words.partition("{clock}")
    clock = f'<b data-ready-in="{seconds:.0f}"></b>'
    return f'<p class="orl-waiting orl-ready">{text(before)}{clock}{text(after)}</p>'


def sentences(messages: Iterable[str], tone: str = PLAIN) -> str:
    """Each message in a box of its own."""
    return "".join(sentence(message, tone) for message in messages)


def progress(words: str, fraction: float | None, tone: str = PLAIN) -> str:
    """What is going on, with a bar where it is known how far it is."""
    bar = ""
    if fraction is not None:
        percent = round(100 * min(1.0, max(0.0, fraction)), 1)
        bar = (
            f'<div class="orl-track" role="progressbar" aria-label="progress" aria-valuemin="0" '
            f'aria-valuemax="100" aria-valuenow="{percent}"><div style="width:{percent}%"></div></div>'
        )
    return f'<div class="orl-progress orl-{tone}"><span>{text(words)}</span>{bar}</div>'


def console(lines: str) -> str:
    """The last words of a process."""
    return f'<pre class="orl-console">{text(lines)}</pre>' if lines else ""


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """The first column names the row. On a phone each row is a card, its cells called by the header."""
    titles = [text(cell) for cell in header[1:]]
    head = "".join(f'<th scope="col">{text(cell)}</th>' for cell in header)
    body = "".join(
        f'<tr><th scope="row">{text(row[0])}</th>'
        + "".join(f'<td data-label="{title}">{text(cell)}</td>' for title, cell in zip(titles, row[1:], strict=True))
        + "</tr>"
        for row in rows
    )
    whole = f'<table class="orl-table"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
    return f'<div class="orl-scroll">{whole}</div>'


def shares(values: Sequence[tuple[str, str, float]]) -> str:
    """Bars for (name, colour, share in 0..1); the number stands beside each bar."""
    rows = "".join(
        f'<span>{text(name)}</span><div class="orl-track">'
        f'<div style="width:{100 * share:.1f}%;background:{colour}"></div></div><b>{share:.0%}</b>'
        for name, colour, share in values
    )
    return f'<div class="orl-shares">{rows}</div>'


def facts(values: Iterable[tuple[str, str]]) -> str:
    """Name and value, side by side."""
    cells = "".join(f"<div><span>{text(name)}</span><b>{text(value)}</b></div>" for name, value in values)
    return f'<div class="orl-facts">{cells}</div>'


def glossary(title: str, words: Mapping[str, str]) -> str:
    """Words and what they mean, folded away under a title."""
    return fold(title, f"<ul>{''.join(f'<li><b>{text(a)}</b>: {text(b)}</li>' for a, b in words.items())}</ul>")


def fold(title: str, inside: str) -> str:
    """Something for those who want to know more, folded away under a title; ``inside`` is HTML."""
    if not inside:
        return ""
    return f'<details class="orl-details"><summary>{text(title)}</summary>{inside}</details>'


def email_card(title: str, context: str, email: str, shown: str | None = None, caution: str = "") -> str:
    """``shown`` is the email as HTML where some of its words are marked; ``caution`` stands below the ``context``."""
    body = text(email) if shown is None else shown
    return (
        f'<figure class="orl-email"><figcaption><b>{text(title)}</b>'
        f"{f'<span>{text(context)}</span>' if context else ''}{doubt(caution)}</figcaption>"
        f'<div class="orl-body">{body}</div></figure>'
    )
