"""What to check before sending, as a list."""

from __future__ import annotations

from collections.abc import Iterable

from ...text.claims import KINDS
from ..words.claims import WHY
from ..words.opinion import CHECK_THIS
from . import html

_PLAIN = {why: WHY[kind] for kind, why in KINDS.items() if kind in WHY}


def plain_why(why: str) -> str:
    """The engine's reason in the page's words."""
    return _PLAIN.get(why, why)


def to_check(claims: Iterable[tuple[str, str]], problems: Iterable[str] = ()) -> str:
    """``claims``: what is claimed and the engine's reason why it counts; ``problems``: other sentences."""
    items = [f"<li>“{html.text(said)}”: {html.text(plain_why(why))}</li>" for said, why in claims]
    items += [f"<li>{html.text(problem)}</li>" for problem in problems]
    if not items:
        return ""
    return f'<div class="orl-note orl-caution"><b>{html.text(CHECK_THIS)}</b><ul>{"".join(items)}</ul></div>'
