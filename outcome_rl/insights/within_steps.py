"""Whether emails differ among those of the same step: a later one goes only to those whom the earlier did not move."""

from __future__ import annotations

import numpy as np

FEWEST_ERRORS = 3.0
"""Standard errors from which on a difference is hardly chance, where several are looked at."""
THE_SAME = 0.8
"""Share of two groups' emails that both have, from which on they are one group."""


def errors_apart(y: np.ndarray, here: np.ndarray, steps: np.ndarray) -> float:
    """How many standard errors the outcomes ``y`` (N,) of some emails (``here``, (N,)) are from what those of their
    steps (N,) let expect, by Mantel and Haenszel (1959); 0 where no step has both such emails and others.
    """
    beyond = variance = 0.0
    for step in np.unique(steps):
        of_step = steps == step
        n, own, hits = int(of_step.sum()), int((here & of_step).sum()), int(y[of_step].sum())
        if n > 1:
            beyond += int(y[here & of_step].sum()) - own * hits / n
            variance += own * (n - own) * hits * (n - hits) / (n * n * (n - 1))
    return abs(beyond) / variance**0.5 if variance else 0.0


def are_the_same(some: np.ndarray, others: np.ndarray) -> bool:
    """Whether two groups of emails, (N,) each, are the same ones for the most part."""
    return int((some & others).sum()) >= THE_SAME * max(1, int((some | others).sum()))
