"""The example as HTML: made from its files alone, so that nothing is loaded before the page is there."""

from __future__ import annotations

from dataclasses import replace

from ...reward.explain import SentenceEffect
from ...text.findings import find_all
from ..common import claims, html, per_hundred, verdicts
from ..reward.opinion import coloured, legend
from ..words import example as words
from ..words.opinion import MERGE_FIELDS, NOT_FOR_SENSE, WHICH_SENTENCES
from ..words.verdicts import BETTER_BEFORE_TEACHING, Verdict
from .bundle import ROLES, Example, ExampleContext, ExampleEmail


def about(example: Example) -> str:
    """What it is, that it is invented, and the steps that were taken."""
    none, reply, conversion = example.figures["outcomes"]
    values = {
        "count": f"{sum((none, reply, conversion)):,}", "none": none, "reply": reply, "conversion": conversion,
        "rounds": example.result.get("steps", "–"), "made": example.made,
    }  # fmt: skip
    steps = "".join(
        f"<li><b>{html.text(title)}</b><br>{html.text(said.format(**values))}</li>" for title, said in words.STEPS
    )
    said = html.text(words.ABOUT)
    how = html.fold(words.HOW, f'<ul class="orl-steps">{steps}</ul>')
    return f'<span class="orl-example-tag">{words.TAG}</span> {said}{how}'


def verdict(example: Example) -> str:
    """Whether teaching helped."""
    return verdicts.card(_verdict(example), words.VERDICT_OF)


def figures(example: Example) -> str:
    """Replies per 100 emails: of those that it learned from, and of each writer's."""
    comparison = example.result["evaluation"]
    own = per_hundred.own_emails(example.figures)
    count = sum(example.figures["outcomes"])
    rows: dict[str, per_hundred.Expected | None] = {words.OWN.format(count=count): own}
    rows |= {said: per_hundred.of_predictions(example.predicted.get(role, [])) for role, said in words.BY_ROLE.items()}
    count = len(example.predicted.get("tuned", []))
    faulty = round(count * float(comparison["base"].get("share_with_problems", 0)))
    caption = words.EXPECTED.format(count=count) + (words.FAULTY.format(faulty=faulty, count=count) if faulty else "")
    return per_hundred.table(rows, caption)


def _verdict(example: Example) -> Verdict:
    """Whether teaching helped; where only the seller's own sentences did, by how much, with the table's figures."""
    found = verdicts.of_comparison(example.result["evaluation"], example.result)
    expected = [per_hundred.of_predictions(example.predicted.get(role, [])) for role in ROLES]
    if found == BETTER_BEFORE_TEACHING and all(expected):
        plain, own, taught = (per_hundred.number(100 * each.replies.share) for each in expected if each)
        why = words.WHAT_HELPED.format(plain=plain, own=own, taught=taught)
        found = replace(found, answer=words.OWN_SENTENCES_HELPED, why=why)
    return replace(found, next=words.NEXT)


def emails(example: Example, place: int) -> list[str]:
    """What each of the models wrote for the recipient at ``place``, in the order of time."""
    shown = example.contexts[place]
    return [_email(words.BY_ROLE[role], shown, getattr(shown, role), example) for role in ROLES]


def opening(example: Example) -> int:
    """The place of the recipient to begin with: the first whose email practice has changed."""
    changed = (place for place, each in enumerate(example.contexts) if _words(each.warm_start) != _words(each.tuned))
    return next(changed, 0)


def _words(email: ExampleEmail) -> list[str]:
    """An email's words, without its greeting."""
    return email.text.split("\n\n", 1)[-1].split()


def recipients(example: Example) -> list[tuple[str, int]]:
    """Who can be chosen: how they are called, in one notation, and their place."""
    return [(each.context.replace(" | ", " · "), place) for place, each in enumerate(example.contexts)]


def about_recipients(example: Example) -> str:
    """How those that are shown were picked, and what the forecasts go by."""
    picked = words.PICKED.format(shown=len(example.contexts), count=len(example.predicted.get("tuned", [])))
    return html.aside(f"{picked} {NOT_FOR_SENSE}")


def _email(title: str, shown: ExampleContext, email: ExampleEmail, example: Example) -> str:
    effects = [SentenceEffect(sentence, effect) for sentence, effect in email.effects]
    said = per_hundred.in_a_sentence(email.p_reply, email.p_conversion, None)
    found = find_all(email.text, shown.context, example.facts)
    doubt = claims.caution(found.sense, found.claims)
    return html.email_card(title, said, email.text, coloured(email.text, effects), doubt) + claims.to_check(found)


def key() -> str:
    """What the colours and the braces mean."""
    return f'<div class="orl-key"><b>{WHICH_SENTENCES}:</b> {legend()} {html.text(MERGE_FIELDS)}</div>'
