"""A paired comparison as a verdict, in figures and in examples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...events import EmailWritten
from ..common import html, per_hundred, verdicts
from ..common.page_context import format_interval, format_number
from ..common.shared_sentence import shared_in_words
from ..words import write as words
from ..words.names import ROLES
from ..words.per_hundred import OWN
from ..words.teach import VERDICT_OF

SHOWN = 3
"""Largest gains, and largest losses."""
PREDICTED = {"conversion": "Predicted to convert", "reply": "Predicted to be answered"}
"""The last column, for the best outcome that there is."""


def figures(
    result: dict[str, Any],
    emails: Mapping[str, Sequence[EmailWritten]],
    metrics: dict[str, Any] | None,
    titles: Mapping[str, str] = ROLES,
) -> str:
    """The verdict, below it what is expected of 100 emails, and in a fold the rest.

    ``emails``: what each model wrote, ``metrics``: of the reward model; one that is not to be trusted has no say.
    ``titles``: what the models are called.
    """
    taught = titles is ROLES
    said = (
        verdicts.card(verdicts.of_comparison(result), VERDICT_OF) if taught
        else verdicts.card(verdicts.of_untaught_comparison(result))
    )  # fmt: skip
    if verdicts.distrust(metrics) or result.get("reward_model_guesses"):
        return said
    rows = {OWN: per_hundred.own_emails(metrics)}
    worth = per_hundred.worth_of(metrics)
    rows |= {title: expected(emails.get(name, ()), worth) for name, title in titles.items()}
    return (
        said
        + per_hundred.table(rows, words.EXPECTED)
        + (shared_in_words(each.email_text for each in emails.get("tuned", ())) if taught else "")
        + html.fold(words.FIGURES, _in_reward(result, titles))
    )


def expected(emails: Sequence[EmailWritten], payoffs: Sequence[float] | None = None) -> per_hundred.Expected | None:
    """What is expected of a model's emails; ``payoffs``: what the outcomes are worth."""
    pairs = [(each.p_reply, each.p_conversion) for each in emails]
    return per_hundred.of_predictions([(a, b) for a, b in pairs if a is not None and b is not None], payoffs)


def _in_reward(result: dict[str, Any], titles: Mapping[str, str]) -> str:
    """The gain with its interval, the win rate and each model's mean, in payoff units."""
    facts = [
        ("Gain in reward", format_number(result["gain"], "+.2f")),
        ("95 % interval", format_interval(result["gain_ci95"], "+.2f")),
        ("Contexts won", f"{result['win_rate']:.0%}"),
        *(
            (f"{titles[name]}: mean reward", format_number(result[name]["reward_mean"], "+.2f"))
            for name in _there(result)
        ),
    ]
    answered = all("conversion" not in (result[name]["predicted"] or PREDICTED) for name in _there(result))
    best = "reply" if answered else "conversion"
    table = html.table(
        ["On these contexts", "Words", "With a question", "With a call to action", PREDICTED[best]],
        [_row(titles[name], result[name], best) for name in _there(result)],
    )
    return html.aside(str(result.get("verdict") or "")) + html.facts(facts) + table


def _there(result: dict[str, Any]) -> list[str]:
    return [name for name in ROLES if name in result]


def _row(title: str, summary: dict[str, Any], best: str) -> list[str]:
    predicted = (summary["predicted"] or {}).get(best, 0) / summary["n"]
    shares = (summary["share_with_question"], summary["share_with_cta"], predicted)
    return [title, f"{summary['words_mean']:.0f}", *(f"{share:.0%}" for share in shares)]


Pair = tuple[EmailWritten, EmailWritten]
"""What base and tuned model wrote for one context."""


def gain(pair: Pair) -> float:
    """Reward of the tuned email less that of the base's, in payoff units."""
    return (pair[1].reward or 0.0) - (pair[0].reward or 0.0)


def extremes(pairs: Sequence[Pair], titles: Mapping[str, str] = ROLES) -> str:
    """The largest gains and the largest losses, both emails of each."""
    ordered = sorted(pairs, key=gain)
    gained = [pair for pair in reversed(ordered) if gain(pair) > 0][:SHOWN]
    lost = [pair for pair in ordered if gain(pair) < 0][:SHOWN]
    return _examples(words.GAINED, gained, titles) + _examples(words.LOST, lost, titles)


def _examples(title: str, pairs: Sequence[Pair], titles: Mapping[str, str]) -> str:
    if not pairs:
        return ""
    return f'<h4>{html.text(title)}</h4><div class="orl-gains">{"".join(_pair(each, titles) for each in pairs)}</div>'


def _pair(pair: Pair, titles: Mapping[str, str]) -> str:
    sides = "".join(
        f'<div><h4>{html.text(titles[email.model])}</h4><div class="orl-body">{html.text(email.email_text)}</div></div>'
        for email in pair
    )
    before, after = map(per_hundred.answered, pair)
    change = "" if before is None or after is None else words.CHANGE.format(change=after - before)
    return (
        f'<figure class="orl-email"><figcaption><b class="orl-gain">{html.text(change)}</b>'
        f'<span>{html.text(pair[0].context)}</span></figcaption><div class="orl-two">{sides}</div></figure>'
    )
