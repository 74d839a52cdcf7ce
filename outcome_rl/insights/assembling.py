"""Puts counts, differences and words together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..data.dataset import EmailData
from . import sentences
from .comparing import Key, mirrored, tests_in
from .differences import smallest_visible
from .factors import OTHERS, TEMPLATE, Factor
from .published import Advice
from .rates import alikeness, rate, weight_of
from .results import (
    AGREE,
    CANNOT_TELL,
    CONVERTED,
    DISAGREE,
    FEWER,
    MORE,
    REPLIED,
    ClearDifference,
    Effect,
    FactorResult,
    Insights,
    Level,
    OutcomeRate,
    Published,
)

SHOWN_FINDINGS = 5
ALL_ALIKE = "All emails have the same outcome, so there is nothing to compare."
TOO_FEW = "There are too few emails, or too few answers, to compare anything yet; it takes some hundreds of emails."


@dataclass(frozen=True)
class ComparedRows:
    """What was counted and compared. ``rows`` (S,) are those compared, ``texts`` (S,) the numbers of their templates.

    ``measures`` are of all ``n`` rows, (N,) each.
    """

    n: int
    rows: np.ndarray
    texts: np.ndarray
    measures: Mapping[str, np.ndarray]
    effects: Mapping[Key, Effect]
    held: Mapping[str, tuple[str, ...]]

    def alikeness(self) -> dict[str, float]:
        """How much outcomes within a template resemble each other, by measure."""
        return {name: alikeness(y[self.rows].astype(float), self.texts) for name, y in self.measures.items()}


def assemble(
    data: EmailData, table: ComparedRows, factors: Sequence[Factor], advice: Sequence[Advice], notes: Sequence[str]
) -> Insights:
    """The whole result. ``factors`` are of all rows."""
    alike = table.alikeness()
    everything = np.ones(table.n, dtype=bool)
    overall = {name: _rate(table, name, everything, 0.0) for name in table.measures}
    results = tuple(_factor_result(table, factor, advice, alike) for factor in factors)
    found = _findings(table, results)
    tests = tests_in(table.effects)
    headline = _headline(table, results, found, tests)
    counts = data.counts()
    return Insights(
        rows=table.n,
        contexts=len(set(data.contexts)),
        outcomes=(counts[0], counts[1], counts[2]),
        measures=tuple(table.measures),
        replied=overall.get(REPLIED),
        converted=overall.get(CONVERTED),
        headline=headline,
        findings=tuple(found[:SHOWN_FINDINGS]),
        found=len(found),
        tests=tests,
        smallest_visible=_smallest_visible(table, alike, tests),
        factors=results,
        templates=_templates(results),
        notes=tuple(notes),
    )


def _factor_result(
    table: ComparedRows, factor: Factor, advice: Sequence[Advice], alike: Mapping[str, float]
) -> FactorResult:
    levels = tuple(_level(table, factor, code, alike) for code in range(len(factor.labels)))
    told = next((each for each in advice if each.factor == factor.name), None)
    published = _published(table, told, alike) if told else None
    held = sentences.listed(table.held.get(factor.name, ()))
    return FactorResult(factor.name, factor.title, factor.kind, held, factor.note, levels, published)


def _level(table: ComparedRows, factor: Factor, code: int, alike: Mapping[str, float]) -> Level:
    here = factor.codes == code
    rates = {name: _rate(table, name, here, 0.0 if factor.kind == TEMPLATE else alike[name]) for name in table.measures}
    effects = []
    for name in table.measures:
        effect = table.effects.get((factor.name, code, name))
        if effect is None and len(factor.labels) == 2 and factor.labels[code] != OTHERS:
            other = table.effects.get((factor.name, 1 - code, name))
            effect = mirrored(other) if other else None
        effects += [effect] if effect else []
    label, phrase = factor.labels[code], factor.phrases[code]
    return Level(label, phrase, int(here.sum()), rates.get(REPLIED), rates.get(CONVERTED), tuple(effects))


def _rate(table: ComparedRows, measure: str, here: np.ndarray, alike: float) -> OutcomeRate:
    groups = table.texts[here[table.rows]]
    weight = weight_of(groups, alike, table.n / len(table.rows))
    return rate(int(table.measures[measure][here].sum()), int(here.sum()), weight)


def _published(table: ComparedRows, told: Advice, alike: Mapping[str, float]) -> Published:
    outside, inside = (_level(table, told.groups, code, alike) for code in (0, 1))
    measure = next(iter(table.measures), REPLIED)
    effect = inside.effect(measure)
    verdict = {MORE: AGREE, FEWER: DISAGREE}.get(effect.verdict if effect else "", CANNOT_TELL)
    sentence = sentences.published(verdict, inside, outside, measure)
    return Published(told.advice, told.source, verdict, sentence, inside, outside)


def _findings(table: ComparedRows, results: Sequence[FactorResult]) -> list[ClearDifference]:
    """The clearest of each factor first, then what else was told from chance; a level only once."""
    found: list[tuple[int, float, ClearDifference]] = []
    for result in results:
        sure: list[tuple[float, Level, Effect]] = []
        for code, level in enumerate(result.levels):
            own = [effect for effect in level.effects if effect.verdict in (MORE, FEWER)]
            if own and (result.name, code, own[0].measure) in table.effects:  # not the mirrored one of two levels
                sure.append(min(((effect.p or 0.0, level, effect) for effect in own), key=lambda each: each[0]))
        for place, (p, level, effect) in enumerate(sorted(sure, key=lambda each: each[0])):
            found.append((min(place, 1), p, _finding(table, result, level, effect)))
    return [finding for _, _, finding in sorted(found, key=lambda each: each[:2])]


def _finding(table: ComparedRows, result: FactorResult, level: Level, effect: Effect) -> ClearDifference:
    sentence = sentences.finding(level, _rest(result, level, effect.measure), effect.measure, table.held[result.name])
    figures = [float(value or 0.0) for value in (effect.difference, effect.low, effect.high, effect.q)]
    return ClearDifference(sentence, result.name, level.label, effect.measure, *figures)


def _rest(result: FactorResult, level: Level, measure: str) -> OutcomeRate:
    others = [other.rate(measure) for other in result.levels if other is not level]
    return rate(sum(each.hits for each in others if each), sum(each.n for each in others if each))


def _headline(
    table: ComparedRows, results: Sequence[FactorResult], found: Sequence[ClearDifference], tests: int
) -> str:
    if not table.measures:
        return ALL_ALIKE
    if found:
        return sentences.told_apart(len(found), min(len(found), SHOWN_FINDINGS))
    if not tests:
        return TOO_FEW
    tried = [
        (effect.p, place, level, effect)
        for place, result in enumerate(results)
        for level in result.levels
        for effect in level.effects
        if effect.p is not None
    ]
    if not tried:
        return TOO_FEW
    _, place, level, effect = min(tried, key=lambda each: each[:2])
    return sentences.nothing_yet(level, _rest(results[place], level, effect.measure), effect.measure, table.n)


def _templates(results: Sequence[FactorResult]) -> tuple[Level, ...]:
    """Templates by how often they were sent."""
    template = next((result for result in results if result.name == "template"), None)
    return tuple(sorted(template.levels, key=lambda level: -level.n)) if template else ()


def _smallest_visible(table: ComparedRows, alike: Mapping[str, float], tests: int) -> float | None:
    if not tests:
        return None
    measure = next(iter(table.measures))
    y = table.measures[measure]
    weight = weight_of(table.texts, alike[measure], table.n / len(table.rows))
    return min(1.0, smallest_visible(float(y.mean()), round(table.n * weight), tests))
