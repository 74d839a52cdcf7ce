"""What to check before sending, as a list, and what of it speaks against the figures."""

from __future__ import annotations

from collections.abc import Iterable

from ...text.claims import KINDS, Claim
from ...text.findings import Findings
from ...text.sense import SenseReport
from ..words.claims import WHY
from ..words.opinion import ALL_FAULTS, CHECK_THIS, FAULTS
from . import html

_PLAIN = {why: WHY[kind] for kind, why in KINDS.items() if kind in WHY}


def plain_why(why: str) -> str:
    """The engine's reason in the page's words."""
    return _PLAIN.get(why, why)


def to_check(findings: Findings | None) -> str:
    """What a person should look at before sending: what a reader would stumble over, and claims nobody gave."""
    if findings is None:
        return ""
    items = [f"<li>{html.text(problem)}</li>" for problem in findings.sense.certain]
    items += [f"<li>“{html.text(claim.text)}”: {html.text(plain_why(claim.why))}</li>" for claim in findings.claims]
    if not items:
        return ""
    return f'<div class="orl-note orl-caution"><b>{html.text(CHECK_THIS)}</b><ul>{"".join(items)}</ul></div>'


def caution(sense: SenseReport, claims: Iterable[Claim] = ()) -> str:
    """What speaks against the figures, in a sentence: faults that any reader sees and a predictor does not. Empty where
    there is none.
    """
    present = {
        "cut_off": sense.cut_off,
        "placeholders": sense.placeholders,
        "misspelt": sense.misspelt,
        "greeting": any(claim.kind == "greeting" for claim in claims),
        "product": sense.product_named is False,
        "assistant": sense.assistant_talk,
        "repeated": sense.repeated,
    }
    found = [FAULTS[name] for name, there in present.items() if there]
    if not found:
        return ""
    *first, last = found
    return ALL_FAULTS.format(faults=f"{', '.join(first)} and {last}" if first else last)
