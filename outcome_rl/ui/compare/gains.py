"""A paired comparison in words, figures and examples."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...events import EmailWritten
from ..common import html
from ..common.page_context import format_interval, format_number

SHOWN = 3
"""Largest gains, and largest losses."""
NAMES = {"base": "Base", "warm_start": "Warm start", "tuned": "Tuned"}
PREDICTED = {"conversion": "Predicted to convert", "reply": "Predicted to be answered"}
"""The last column, for the best outcome that there is."""
TONES = {True: html.GOOD, False: html.BAD}


def figures(result: dict[str, Any]) -> str:
    """The verdict, and below it the gain with its interval, the win rate and each model's mean."""
    facts = [
        ("Gain, tuned over base", format_number(result["gain"], "+.2f")),
        ("95 % interval", format_interval(result["gain_ci95"], "+.2f")),
        ("Contexts won", f"{result['win_rate']:.0%}"),
        *(
            (f"{words}: mean reward", format_number(result[name]["reward_mean"], "+.2f"))
            for name, words in _there(result)
        ),
    ]
    answered = all("conversion" not in (result[name]["predicted"] or PREDICTED) for name, _ in _there(result))
    best = "reply" if answered else "conversion"
    table = html.table(
        ["On these contexts", "Words", "With a question", "With a call to action", PREDICTED[best]],
        [_row(words, result[name], best) for name, words in _there(result)],
    )
    tone = TONES.get(result["improved"], html.CAUTION)
    return html.sentence(result["verdict"], tone) + html.facts(facts) + table


def _there(result: dict[str, Any]) -> list[tuple[str, str]]:
    return [(name, words) for name, words in NAMES.items() if name in result]


def _row(words: str, summary: dict[str, Any], best: str) -> list[str]:
    predicted = (summary["predicted"] or {}).get(best, 0) / summary["n"]
    shares = (summary["share_with_question"], summary["share_with_cta"], predicted)
    return [words, f"{summary['words_mean']:.0f}", *(f"{share:.0%}" for share in shares)]


Pair = tuple[EmailWritten, EmailWritten]
"""What base and tuned model wrote for one context."""


def gain(pair: Pair) -> float:
    """Reward of the tuned email less that of the base's, in payoff units."""
    return (pair[1].reward or 0.0) - (pair[0].reward or 0.0)


def extremes(pairs: Sequence[Pair]) -> str:
    """The largest gains and the largest losses, both emails of each."""
    ordered = sorted(pairs, key=gain)
    gained = [pair for pair in reversed(ordered) if gain(pair) > 0][:SHOWN]
    lost = [pair for pair in ordered if gain(pair) < 0][:SHOWN]
    return _examples("Largest gains", gained) + _examples("Largest losses", lost)


def _examples(title: str, pairs: Sequence[Pair]) -> str:
    if not pairs:
        return ""
    return f'<h4>{html.text(title)}</h4><div class="orl-gains">{"".join(map(_pair, pairs))}</div>'


def _pair(pair: Pair) -> str:
    sides = "".join(
        f"<div><h4>{NAMES[email.model]}, {format_number(email.reward, '+.2f')}</h4>"
        f'<div class="orl-body">{html.text(email.email_text)}</div></div>'
        for email in pair
    )
    return (
        f'<figure class="orl-email"><figcaption><b class="orl-gain">{gain(pair):+.2f}</b>'
        f'<span>{html.text(pair[0].context)}</span></figcaption><div class="orl-two">{sides}</div></figure>'
    )
