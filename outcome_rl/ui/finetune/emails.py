"""The emails of a fine-tune: the same contexts written for again at each evaluation, and the latest of training."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from ... import events as ev
from ..common import html
from ..common.page_context import format_number

EXPLAINED = (
    "The model writes for these contexts at every evaluation and never learns from them. Marked is what changed since "
    "the evaluation before."
)


def evaluation_words(event: ev.RLEvaluation) -> str:
    """When an evaluation was made and what came of it."""
    when = f"After RL step {event.step}" if event.step else "After the warm start, before RL"
    judge = "the independent judge" if event.independent else "the reward model (there is no independent judge)"
    best = ", the best so far" if event.best and event.step else ""
    mean = format_number(event.judge_mean, "+.2f")
    return f"{when}: {judge} gives {mean} on average of {event.contexts} contexts{best}."


def evaluation_cards(evaluations: Sequence[ev.RLEvaluation], index: int) -> str:
    """The emails of one evaluation, beside each other: what changed since the one before, the gain since the first."""
    if not evaluations:
        return ""
    index = min(max(0, index), len(evaluations) - 1)
    shown, before, first = evaluations[index], evaluations[max(0, index - 1)], evaluations[0]
    cards = "".join(
        _card(sample, _at(before.samples, place) if index else None, _at(first.samples, place) if index else None)
        for place, sample in enumerate(shown.samples)
    )
    return f'{html.sentence(evaluation_words(shown))}<div class="orl-cards">{cards}</div>'


def _at(samples: Sequence[ev.EmailSample], place: int) -> ev.EmailSample | None:
    return samples[place] if place < len(samples) else None


def _card(sample: ev.EmailSample, before: ev.EmailSample | None, first: ev.EmailSample | None) -> str:
    """``before``: the email of the evaluation before, ``first``: that of the first one, for the same context."""
    title = f"Judged {format_number(sample.reward, '+.2f')}"
    if sample.reward is not None and first is not None and first.reward is not None:
        title += f" ({sample.reward - first.reward:+.2f} since the first)"
    old = before.email if before else None
    return html.email_card(title, sample.context, sample.email, changes(old, sample.email))


def changes(old: str | None, new: str) -> str:
    """``new`` as HTML, with the words marked that ``old`` has not in their place."""
    if old is None:
        return html.text(new)
    before, after = _words(old), _words(new)
    parts = []
    for kind, _, _, start, end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        piece = html.text("".join(after[start:end]))
        parts.append(f'<mark class="orl-new">{piece}</mark>' if kind != "equal" and piece.strip() else piece)
    return "".join(parts)


def _words(text: str) -> list[str]:
    """Words with the blanks behind them; joined they are the text again."""
    return re.findall(r"\s*\S+|\s+$", text)


def training_cards(steps: Sequence[ev.RLStep]) -> str:
    """Two of the newest emails that were trained on."""
    if not steps:
        return ""
    step = steps[-1]
    titles = (f"Step {step.step}", f"Best of step {step.step}")
    cards = "".join(
        html.email_card(f"{title}, reward {format_number(sample.reward, '+.2f')}", sample.context, sample.email)
        for title, sample in zip(titles, step.samples, strict=True)
    )
    return f'<h3>Latest emails of training</h3><div class="orl-cards">{cards}</div>'
