"""One opinion out of several: a logarithmic pool whose weights are learned from out-of-fold predictions.

Genest & Zidek 1986 (pools of opinions); Wolpert 1992 (stacking).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..outcomes import NUM_OUTCOMES
from .linear import softmax

FLOOR = 1e-3
"""Smallest probability that a member is taken at its word for; one that is sure and wrong must not decide alone."""
WEIGHT_PENALTY = 4.0
BIAS_PENALTY = 5.0
"""How many nats of log-likelihood one unit of squared distance from equal weights, or from no bias, must earn."""


@dataclass(frozen=True)
class Stacker:
    """``log p = log prior + bias + sum of weights · (log p_member - log prior)``, normalised.

    prior, bias: (3,); weights: (M,), none negative. Members without information leave the prior. An outcome that no
    row had has a prior of 0 and gets a probability of 0; it is left out of all else.
    """

    prior: np.ndarray
    bias: np.ndarray
    weights: np.ndarray

    def __call__(self, members: np.ndarray) -> np.ndarray:
        """(M, N, 3) -> (N, 3)."""
        known = self.known
        if known.all():
            return softmax(self.scores(members))
        probs = np.zeros(members.shape[1:])
        probs[:, known] = Stacker(self.prior[known], self.bias[known], self.weights)(members[..., known])
        return probs

    @property
    def known(self) -> np.ndarray:
        """Whether each outcome occurred in what it was fitted on, (3,)."""
        return self.prior > 0

    def scores(self, members: np.ndarray) -> np.ndarray:
        """Unnormalised log-probabilities, (M, N, 3) -> (N, 3); all outcomes have to be known."""
        return np.log(self.prior) + self.bias + np.tensordot(self.weights, evidence(members, self.prior), axes=1)


def evidence(members: np.ndarray, prior: np.ndarray) -> np.ndarray:
    """What each member says beyond the prior, nats, (M, N, 3)."""
    return np.log(np.clip(members, FLOOR, 1.0)) - np.log(prior)


def shares_of(outcomes: Sequence[int] | np.ndarray) -> np.ndarray:
    """Shares of the outcomes, (3,), each that occurs counted half a time more than it does (Jeffreys); 0 of others."""
    counts = np.bincount(np.asarray(outcomes), minlength=NUM_OUTCOMES)
    smoothed = np.where(counts > 0, counts + 0.5, 0.0)
    return smoothed / smoothed.sum()


def log_shares(outcomes: Sequence[int] | np.ndarray) -> np.ndarray:
    """Logarithms of :func:`shares_of`, (3,); minus infinity for an outcome that does not occur."""
    with np.errstate(divide="ignore"):
        return np.log(shares_of(outcomes))


def fit_stacker(members: np.ndarray, outcomes: np.ndarray, copies: int = 1) -> Stacker:
    """The weights and bias that make ``outcomes`` (N,) likeliest, drawn towards equal weights and no bias.

    ``members``: (M, N, 3) probabilities of rows that the members were not trained on. ``copies``: how often each row
    is among them; it counts once.
    """
    prior = shares_of(outcomes)
    known = prior > 0
    if known.all():
        return _fitted(members, outcomes, prior, copies)
    places = np.cumsum(known) - 1  # of the known outcomes among themselves
    fitted = _fitted(members[..., known], places[outcomes], prior[known], copies)
    bias = np.zeros(NUM_OUTCOMES)
    bias[known] = fitted.bias
    return Stacker(prior, bias, fitted.weights)


def _fitted(members: np.ndarray, outcomes: np.ndarray, prior: np.ndarray, copies: int) -> Stacker:
    """:func:`fit_stacker` for outcomes that all occur; ``prior`` (outcomes,): their shares."""
    from scipy.optimize import minimize

    m, n, k = members.shape
    facts, rows = evidence(members, prior), np.arange(n)
    equal = np.full(m, 1.0 / m)

    def objective(point: np.ndarray) -> tuple[float, np.ndarray]:
        weights, bias = point[:m], point[m:]
        probs = softmax(np.log(prior) + bias + np.tensordot(weights, facts, axes=1))
        loss = -np.log(probs[rows, outcomes]).sum() / copies
        loss += WEIGHT_PENALTY * ((weights - equal) ** 2).sum() + BIAS_PENALTY * (bias**2).sum()
        residual = probs.copy()
        residual[rows, outcomes] -= 1
        residual /= copies
        grad_weights = np.tensordot(facts, residual, axes=([1, 2], [0, 1])) + 2 * WEIGHT_PENALTY * (weights - equal)
        return loss, np.concatenate([grad_weights, residual.sum(0) + 2 * BIAS_PENALTY * bias])

    start = np.concatenate([equal, np.zeros(k)])
    found = minimize(objective, start, jac=True, method="L-BFGS-B", bounds=[(0, None)] * m + [(None, None)] * k)
    return Stacker(prior, found.x[m:], found.x[:m])
