"""What can come of an email: 0 no reply, 1 a reply, 2 a conversion."""

from __future__ import annotations

from collections.abc import Sequence

OUTCOMES = ("no_reply", "reply", "conversion")
"""Names of the outcomes 0, 1 and 2, in that order; the class labels of every reward model."""
NUM_OUTCOMES = len(OUTCOMES)


def known_outcomes(counts: Sequence[int]) -> tuple[int, ...]:
    """The outcomes that a model of so many rows of each can tell apart: those that occur.

    "Replied, or not" is the commonest record of all, so no reply and one better outcome are enough. Where one of these
    two is missing, nothing can be learned; then it is all three, so that the gap is seen.
    """
    found = tuple(outcome for outcome, count in enumerate(counts) if count)
    return found if len(found) > 1 and found[0] == 0 else tuple(range(NUM_OUTCOMES))
