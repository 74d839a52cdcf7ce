"""The emails of a fine-tune: the same contexts written for again at each evaluation, and the latest of training."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from ... import events as ev
from ..common import html
from ..common.page_context import format_number
from ..words import teach as words
from ..words.opinion import PARTS


def evaluation_words(event: ev.RLEvaluation) -> str:
    """When an evaluation was made."""
    when = words.AFTER_ROUND.format(step=event.step) if event.step else words.BEFORE_ROUNDS
    best = words.BEST_SO_FAR if event.best and event.step else ""
    return words.FOR_RECIPIENTS.format(when=when, count=event.contexts, best=best)


def evaluation_cards(evaluations: Sequence[ev.RLEvaluation], index: int, trusted: bool = True) -> str:
    """The emails of one evaluation, beside each other: what changed since the one before, the gain since the first.

    Without figures where the reward model is not to be trusted.
    """
    if not evaluations:
        return ""
    index = min(max(0, index), len(evaluations) - 1)
    shown, before, first = evaluations[index], evaluations[max(0, index - 1)], evaluations[0]
    cards = "".join(
        _card(sample, _at(before.samples, place) if index else None) for place, sample in enumerate(shown.samples)
    )
    figures = _figures(shown, first) if trusted else ""
    return f'{html.aside(evaluation_words(shown))}<div class="orl-cards">{cards}</div>{figures}'


def _figures(shown: ev.RLEvaluation, first: ev.RLEvaluation) -> str:
    """What the emails were judged, folded away: in payoff units, and the gain since the first evaluation."""
    judge = "The independent judge" if shown.independent else "The reward model (there is no independent judge)"
    mean = format_number(shown.judge_mean, "+.2f")
    rows = []
    for place, sample in enumerate(shown.samples):
        before = _at(first.samples, place)
        known = before is not None and before.reward is not None and sample.reward is not None
        gain = f"{(sample.reward or 0.0) - (before.reward or 0.0):+.2f}" if known and before else "–"
        rows.append([sample.context, format_number(sample.reward, "+.2f"), gain])
    table = html.table(["Context", "Judged", "Since the first"], rows)
    said = html.aside(f"{judge} gives {mean} on average of {shown.contexts} contexts that are not trained on.")
    return html.fold(words.DETAILS, said + table)


def _at(samples: Sequence[ev.EmailSample], place: int) -> ev.EmailSample | None:
    return samples[place] if place < len(samples) else None


def _card(sample: ev.EmailSample, before: ev.EmailSample | None) -> str:
    """``before``: the email of the evaluation before for the same context."""
    return html.email_card(sample.context, "", sample.email, changes(before.email if before else None, sample.email))


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
    titles = (words.WRITTEN.format(step=step.step), words.BEST.format(step=step.step))
    cards = "".join(
        html.email_card(title, sample.context, sample.email) for title, sample in zip(titles, step.samples, strict=True)
    )
    return f'<h3>{words.LATEST}</h3><div class="orl-cards">{cards}</div>{_parts(step)}'


def _parts(step: ev.RLStep) -> str:
    """What the step's mean reward is the sum of, folded away."""
    known = [(title, getattr(step, f"reward_{name}")) for name, title in PARTS.items()]
    facts = [(title, f"{value:+.2f}") for title, value in known if value is not None]
    mean = ("Mean reward of the step", format_number(step.reward_mean, "+.2f"))
    return html.fold(words.DETAILS, html.facts([mean, *facts]))
