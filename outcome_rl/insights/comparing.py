"""Compares every level of every factor with the rest, and sorts what chance could do from what it could not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from .covariates import Covariates, HeldEqual, entangled_with
from .differences import LEAST_OVERLAP, Differences, adjusted_differences, benjamini_hochberg, emails_needed
from .factors import COLUMN, CONTEXT, OTHERS, TEMPLATE, TEXT, TIME, Factor
from .results import DIFFER, FEWER, MORE, NOT_TESTED, UNCLEAR, Effect
from .together import Together, differ_together

LEAST_ROWS, LEAST_EXPECTED = 10, 3
"""A level, and the rest, needs so many emails, and so many answers and silences if it were like the rest."""
TO_GO_BY = "to go by"
LEAST_TEXTS = 3
"""Templates that a level must stand in, where emails come from templates."""
SURE = 0.05
"""Largest q of a difference that is told from chance."""
FAMILIES = {TEXT: "text", TEMPLATE: "template", CONTEXT: "context", COLUMN: "sending", TIME: "sending"}
"""Kinds whose tests are looked at together."""
Key = tuple[str, int, str]
"""Name of a factor, a level, a measure."""
TOGETHER = -1
"""In the place of a level: all templates at once."""


@dataclass(frozen=True)
class Sample:
    """The rows that are compared: outcomes by measure (N,), and the numbers of their templates, contexts and dates."""

    measures: Mapping[str, np.ndarray]
    texts: np.ndarray
    contexts: np.ndarray
    dates: np.ndarray
    covariates: Covariates

    def texts_beside(self, held: HeldEqual) -> np.ndarray:
        """As ``texts``, but rows of a template that is held equal stand alone: nothing of it is left to share."""
        template = next((each for each in self.covariates.factors if each.name == "template"), None)
        if not held.templates or template is None:
            return self.texts
        named = [place for place, label in enumerate(template.labels) if label != OTHERS]
        alone = np.isin(template.codes, named)
        return np.where(alone, -1 - np.arange(len(alone)), np.unique(self.texts, return_inverse=True)[1])


def compare(
    sample: Sample, factors: Sequence[Factor], advised: Sequence[Factor], seed: int = 0
) -> tuple[dict[Key, Effect], dict[str, tuple[str, ...]], dict[Key, Together]]:
    """The effect of each level, by factor what was held equal, in words, and whether templates are all alike.

    ``advised`` are pairs of groups made after published thresholds; they are compared by the first measure only.
    Of the differences told from chance 5 % are false at most, on average, among all tests and among those of each
    family (:data:`FAMILIES`): plain differences between contexts are no licence for doubtful ones between texts.
    """
    effects: dict[Key, Effect] = {}
    held: dict[str, tuple[str, ...]] = {}
    together: dict[Key, Together] = {}
    first = tuple(sample.measures)[:1]
    for factor, measures in [*((each, tuple(sample.measures)) for each in factors), *((a, first) for a in advised)]:
        words, found = _compared(sample, factor, measures)
        held[factor.name] = words
        effects |= found
        if factor.kind == TEMPLATE and len(factor.labels) > 2:
            together |= _together(sample, factor, seed)
    effects |= {key: Effect(key[2], p=found.p) for key, found in together.items()}
    families = {factor.name: FAMILIES[factor.kind] for factor in (*factors, *advised)}
    return _sorted_out(effects, families, len(sample.texts)), held, together


def _compared(sample: Sample, factor: Factor, measures: Sequence[str]) -> tuple[tuple[str, ...], dict[Key, Effect]]:
    rows = np.flatnonzero(factor.codes >= 0)
    codes = factor.codes[rows]
    chosen = _chosen(factor)
    held = sample.covariates.for_factor(_parent(factor), rows)
    levels = (codes[:, None] == np.array(chosen)).astype(float)
    texts = sample.texts_beside(held)
    clusterings = [clusters[rows] for clusters in _clusterings(sample, factor, texts)]
    by_text = factor.kind != TEMPLATE and len(np.unique(texts)) < 0.9 * len(texts)
    found: dict[Key, Effect] = {}
    for measure in measures:
        y = sample.measures[measure][rows].astype(float)
        reasons = [
            _too_few(levels[:, i], y) or (_few_texts(levels[:, i], texts[rows]) if by_text else "")
            for i in range(len(chosen))
        ]
        tested = [i for i, reason in enumerate(reasons) if not reason]
        results = adjusted_differences(held.x, levels[:, tested], y, clusterings) if tested else None
        for i, level in enumerate(chosen):
            effect = Effect(measure, reason=reasons[i])
            if results and not reasons[i]:
                place = tested.index(i)
                effect = _effect(measure, results, place, by_text)
                if results.overlap[place] < LEAST_OVERLAP:
                    effect = Effect(measure, reason=_entangled(sample, factor, level, rows))
            found[factor.name, level, measure] = effect
    return held.words, found


def _together(sample: Sample, factor: Factor, seed: int) -> dict[Key, Together]:
    """By measure, whether templates are all alike: those of one step, of those with enough emails and outcomes."""
    rows = np.flatnonzero(factor.codes >= 0)
    codes, found = factor.codes[rows], {}
    held = sample.covariates.for_factor(factor, rows)
    clusters = next((each[rows] for each in _clusterings(sample, factor, sample.texts)), None)
    for measure, outcomes in sample.measures.items():
        y = outcomes[rows].astype(float)
        enough = [level for level in _chosen(factor) if not _too_few(codes == level, y)]
        steps = dict.fromkeys(factor.groups[level] for level in enough)
        groups = [[level for level in enough if factor.groups[level] == step] for step in steps]
        if groups := [levels for levels in groups if len(levels) > 1]:
            found[factor.name, TOGETHER, measure] = differ_together(held.x, y, codes, groups, clusters, seed)
    return found


def _chosen(factor: Factor) -> list[int]:
    """Levels to compare with the rest; of two, one says it all."""
    own = [level for level, label in enumerate(factor.labels) if label != OTHERS]
    return own[-1:] if len(factor.labels) == 2 else own


def _clusterings(sample: Sample, factor: Factor, texts: np.ndarray) -> Iterator[np.ndarray]:
    """What makes rows resemble each other for another reason than the one that is asked about."""
    if factor.kind != TEMPLATE:
        yield texts
    if factor.kind == CONTEXT:
        if len(np.unique(sample.contexts)) >= 5 * len(factor.labels):
            yield sample.contexts
    elif not sample.covariates.contexts_apart:
        yield sample.contexts
    if factor.kind == TIME:
        yield sample.dates


def _parent(factor: Factor) -> Factor:
    """The factor under whose name others are held equal: a published threshold's groups leave out what they are of."""
    return replace(factor, name=factor.name.removeprefix("published_"))


def _too_few(level: np.ndarray, y: np.ndarray) -> str:
    n, share = min(level.sum(), len(level) - level.sum()), y.mean() if len(y) else 0.0
    if n < LEAST_ROWS:
        return "too few emails"
    return "too few outcomes" if n * min(share, 1 - share) < LEAST_EXPECTED else ""


def _few_texts(level: np.ndarray, texts: np.ndarray) -> str:
    """Where texts are templates, what one or two of them have in common cannot be told from the rest of them."""
    count = min(len(np.unique(texts[level == side])) for side in (0, 1))
    return "" if count >= LEAST_TEXTS else f"only {count} template{'s' if count > 1 else ''} {TO_GO_BY}"


def _entangled(sample: Sample, factor: Factor, level: int, rows: np.ndarray) -> str:
    other = entangled_with(_parent(factor), level, sample.covariates.factors, rows)
    return f"goes together with: {other.lower()}" if other else "goes together with other things"


def _effect(measure: str, results: Differences, place: int, templates: bool) -> Effect:
    difference, low, high, p = (
        float(values[place]) for values in (results.difference, results.low, results.high, results.p)
    )
    return Effect(measure, difference, low, high, p, few_templates=templates and bool(results.by_cluster[place]))


def _sorted_out(effects: dict[Key, Effect], families: Mapping[str, str], n: int) -> dict[Key, Effect]:
    """With q-values and verdicts, and how many more emails would be needed where nothing can be told."""
    tested = [key for key, effect in effects.items() if effect.p is not None]
    p = np.array([effects[key].p for key in tested], dtype=float)
    q, family = benjamini_hochberg(p), np.array([families[name] for name, _, _ in tested])
    for name in np.unique(family):
        here = family == name
        q[here] = np.maximum(q[here], benjamini_hochberg(p[here]))
    done = dict(effects)
    for key, value in zip(tested, q.tolist(), strict=True):
        effect = effects[key]
        assert effect.p is not None
        sure = value <= SURE
        verdict = UNCLEAR if not sure else _direction(effect.difference)
        needed = None if sure else emails_needed(effect.p, n, len(tested))
        done[key] = replace(effect, q=value, verdict=verdict, emails_needed=needed)
    return done


def _direction(difference: float | None) -> str:
    return DIFFER if difference is None else MORE if difference > 0 else FEWER


def mirrored(effect: Effect) -> Effect:
    """The same difference seen from the other of two levels."""
    if effect.difference is None or effect.low is None or effect.high is None:
        return effect
    verdict = {MORE: FEWER, FEWER: MORE}.get(effect.verdict, effect.verdict)
    return replace(effect, difference=-effect.difference, low=-effect.high, high=-effect.low, verdict=verdict)


def tests_in(effects: Mapping[Key, Effect]) -> int:
    """How many differences were tested."""
    return sum(effect.verdict != NOT_TESTED for effect in effects.values())
