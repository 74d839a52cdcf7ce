"""Which rows must not be parted when a reward model is tried on rows that it was not trained on."""

from __future__ import annotations

import numpy as np

from ..data.dataset import EmailData
from ..text.near_duplicates import joined, near_duplicate_groups
from .report import FEWEST_GROUPS

LARGEST_GROUP = 0.3
"""Part of the rows that may hang together by their contexts; more could not be parted into folds."""
TEMPLATES = 0.25
"""Groups for each context below which the emails are templates: what they share ties the contexts together."""

FEW_CONTEXTS = "There are few different contexts, or emails that many share; the figures may not hold for new ones."
KNOWN_TEXTS = (
    "Most emails are templates that many share; the figures say how well these texts are known, sent to new "
    "contexts, and may not hold for texts that are worded anew."
)


def row_groups(data: EmailData, by_email_alone: bool) -> tuple[np.ndarray, str | None]:
    """A group number for each row, (N,), and what there is to say of it.

    Emails that repeat each other belong together, and those for one context: a model that has met a context knows how
    its people answer; what it knows of new ones is what counts. Where there are few contexts, nobody writes for new
    ones. Where the emails are templates, they are what will be written again, and keeping each one whole would only
    ask what is known of texts that nobody has sent; then contexts alone are kept whole.

    Args:
        by_email_alone: the model does not read contexts.
    """
    texts = near_duplicate_groups(data.emails)
    contexts = data.unique_contexts()
    if by_email_alone or len(contexts) == 1:
        return texts, None
    places = {context: i for i, context in enumerate(contexts)}
    by_context = np.array([places[context] for context in data.contexts])
    together = joined(texts, by_context)
    many = len(contexts) >= FEWEST_GROUPS
    if many and len(np.unique(together)) < TEMPLATES * len(contexts) and _can_be_parted(by_context):
        return by_context, KNOWN_TEXTS
    if many and _can_be_parted(together):
        return together, None
    return texts, FEW_CONTEXTS


def _can_be_parted(groups: np.ndarray) -> bool:
    return bool(np.bincount(groups).max() <= len(groups) * LARGEST_GROUP)
