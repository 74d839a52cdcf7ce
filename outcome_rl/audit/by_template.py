"""What came of each template, where emails are filled templates: sent, replied, converted, with intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..data.dataset import EmailData
from ..metrics import share_interval
from ..text.near_duplicates import near_duplicate_groups
from ..text.quoted import quote
from ..text.template_names import template_names
from ..utils.formatting import count_of
from .findings import Finding

ONE_TEMPLATE = 0.6
"""Cosine from which two emails are instances of one template: filled fields change a third of a short email."""
FEWEST_SENT = 10
"""Emails from which on a template's figures say anything."""
SHOWN = 5
MOST_COMPARED = 20_000


@dataclass(frozen=True)
class TemplateFigures:
    """A template by its name, and what came of its instances. ``replied`` counts conversions too."""

    name: str
    sent: int
    replied: int
    converted: int
    rows: tuple[int, ...]


def figures_by_template(data: EmailData) -> list[TemplateFigures]:
    """The templates with enough instances, the most sent first; of a large file, of its first rows."""
    emails = data.emails[:MOST_COMPARED]
    groups = near_duplicate_groups(emails, ONE_TEMPLATE)
    outcomes = np.array(data.outcomes[: len(emails)])
    numbers, sent = np.unique(groups, return_counts=True)
    order = [place for place in np.argsort(-sent, kind="stable") if sent[place] >= FEWEST_SENT]
    members = [np.flatnonzero(groups == numbers[place]) for place in order]
    names = template_names([[emails[row] for row in own.tolist()] for own in members])
    return [
        TemplateFigures(
            name,
            len(own),
            int((outcomes[own] >= 1).sum()),
            int((outcomes[own] == 2).sum()),
            tuple(data.rows[row] for row in own),
        )
        for name, own in zip(names, members, strict=True)
    ]


def template_figures(data: EmailData) -> list[Finding]:
    """One finding with the figures of the most used templates; none where there are no two to compare."""
    found = figures_by_template(data)
    if len(found) < 2:
        return []
    known = data.known_outcomes()
    lines = "; ".join(_in_words(each, known) for each in found[:SHOWN])
    more = f"; and {count_of(len(found) - SHOWN, 'template')} more" if len(found) > SHOWN else ""
    message = f"{len(found):,} templates with {FEWEST_SENT} or more instances, with 95 % intervals: {lines}{more}"
    advice = (
        "These are counts, no verdict. Whether the templates differ by more than chance, each compared with those of "
        "its step, is told by “What works in your emails” (the command insights)."
    )
    return [Finding("by-template", "note", message, advice)]


def _in_words(figures: TemplateFigures, known: Sequence[int]) -> str:
    counted = {1: ("replied", figures.replied), 2: ("converted", figures.converted)}
    shares = [f"{_share(count, figures.sent)} {what}" for outcome, (what, count) in counted.items() if outcome in known]
    return f"{quote(figures.name)} sent {figures.sent:,}, {', '.join(shares)}"


def _share(count: int, sent: int) -> str:
    low, high = share_interval(count, sent)
    return f"{count / sent:.0%} ({low:.0%} to {high:.0%})"
