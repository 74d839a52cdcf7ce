"""What in the data would fool a model: looked for before training, told with its rows and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..data.dataset import EmailData
from ..text.equal_texts import number_equals
from ..text.near_duplicates import near_duplicate_groups
from ..utils.cpu import give_back_freed_memory
from ..utils.formatting import count_of
from .by_template import template_figures
from .findings import SEVERITIES, Finding
from .leaks import leak_findings
from .outcomes import outcome_findings
from .templates import count_phrases, template_findings
from .texts import change_findings, text_findings, trace_findings

__all__ = ["Finding", "audit"]


def audit(data: EmailData, groups: np.ndarray | None = None) -> tuple[Finding, ...]:
    """All findings, problems first.

    ``groups`` are the emails' near-duplicate groups, (N,), where the caller has them already. Never raises on strange
    text; what the tests find is evidence, not proof, and no finding forbids training.
    """
    from threadpoolctl import threadpool_limits

    if groups is None:
        groups = near_duplicate_groups(data.emails)
    # the regressions are small: on a busy machine threads that wait for each other cost twenty times what they save
    with threadpool_limits(1, user_api="blas"):
        phrases = count_phrases(data)
        found = [
            *leak_findings(phrases),
            *(templates := template_findings(phrases)),
            *(template_figures(data) if templates else []),
        ]
        del phrases
        give_back_freed_memory()
        found += [
            *trace_findings(data),
            *outcome_findings(data),
            *duplicate_findings(data, groups),
            *text_findings(data),
            *change_findings(data),
        ]
    return tuple(sorted(found, key=lambda finding: SEVERITIES.index(finding.severity)))


def duplicate_findings(data: EmailData, groups: Sequence[int] | np.ndarray) -> list[Finding]:
    """Repeated rows, repeated and nearly repeated emails, and repeated emails with different outcomes."""
    emails, _ = number_equals(map(_normalized, data.emails))
    contexts, _ = number_equals(map(_normalized, data.contexts))
    pairs = contexts.astype(np.int64) * len(data) + emails
    repeated, same, near = (_equal_places(keys) for keys in (pairs, emails, np.asarray(groups)))
    again = {place for places in repeated for place in places}
    copies = sorted(again)
    alike = sorted({place for places in (*same, *near) for place in places} - again)
    found = [*_conflicts(data, repeated, same)]
    if copies:
        found.append(Finding(
            "duplicate", "warning",
            f"{count_of(len(copies), 'row')} with the same context and email as another row: {len(repeated):,} "
            f"different, {len(copies) - len(repeated):,} too many",
            "Keep one of each, unless the email was really sent again.",
            _rows(data, copies),
        ))  # fmt: skip
    if alike:
        found.append(Finding(
            "near-duplicate", "warning",
            f"{count_of(len(alike), 'email')} repeating another one, or nearly (other contexts, names or numbers)",
            "They count as fewer rows than they are. Training keeps them on one side of its split, so that the "
            "figures stay honest; the fewer of them, the more there is to learn.",
            _rows(data, alike),
        ))  # fmt: skip
    return found


def _conflicts(data: EmailData, repeated: list[list[int]], same: list[list[int]]) -> list[Finding]:
    """The same email with different outcomes: for the same context labels contradict, for others they need not."""
    found = []
    contradicting = [places for places in repeated if _outcomes_differ(data, places)]
    known = {place for places in contradicting for place in places}
    elsewhere = [places for places in same if _outcomes_differ(data, places) and not known.issuperset(places)]
    if contradicting:
        found.append(Finding(
            "conflict", "warning",
            f"{count_of(len(known), 'row')} with the same context and email but different outcomes, "
            f"{count_of(len(contradicting), 'group')}",
            "Where the same email went to several people described alike, that is as it should be: keep them all. "
            "Where one email stands there twice, keep the row with its outcome.",
            _rows(data, sorted(known)),
        ))  # fmt: skip
    if elsewhere:
        places = sorted({place for places in elsewhere for place in places} - known)
        found.append(Finding(
            "conflict", "note",
            f"{count_of(len(places), 'row')} with an email that had another outcome for another context",
            "This is as it should be where people differ; there a model can learn from the context alone.",
            _rows(data, places),
        ))  # fmt: skip
    return found


def _normalized(text: str) -> str:
    return " ".join(text.lower().split())


def _equal_places(keys: np.ndarray) -> list[list[int]]:
    """Places of equal keys, for keys that occur more than once."""
    order = np.argsort(keys, kind="stable")
    same = keys[order[1:]] == keys[order[:-1]]
    order = order[np.r_[same, False] | np.r_[False, same]] if len(order) else order
    begins = np.flatnonzero(np.diff(keys[order])) + 1
    return [each.tolist() for each in np.split(order, begins)] if len(order) else []


def _outcomes_differ(data: EmailData, places: list[int]) -> bool:
    return len({data.outcomes[place] for place in places}) > 1


def _rows(data: EmailData, places: list[int]) -> tuple[int, ...]:
    return tuple(data.rows[place] for place in places)
