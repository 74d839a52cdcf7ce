"""Puts counts, differences and words together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import hypot

import numpy as np

from ..data.dataset import EmailData
from . import sentences
from .comparing import SURE, TO_GO_BY, TOGETHER, Key, mirrored, tests_in
from .differences import smallest_visible
from .factors import OTHERS, TEMPLATE, Factor
from .published import Advice
from .rates import alikeness, rate, weight_of
from .results import (
    AGREE,
    CANNOT_TELL,
    CONVERTED,
    DIFFER,
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
from .together import Group, Together
from .within_steps import FEWEST_ERRORS, are_the_same, errors_apart

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
    together: Mapping[Key, Together]

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
    headline = _headline(table, results, factors, found, tests)
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
    tested = {name: table.effects.get((factor.name, TOGETHER, name)) for name in table.measures}
    apart = tuple(name for name, effect in tested.items() if effect and effect.verdict == DIFFER)
    result = FactorResult(factor.name, factor.title, factor.kind, held, factor.note, levels, published, (), apart)
    return replace(result, together=tuple(_together(table, result, name) for name in tested if tested[name]))


def _together(table: ComparedRows, result: FactorResult, measure: str) -> str:
    """Whether the templates are all alike, in words."""
    if measure not in result.apart:
        return sentences.perhaps_alike(result.title, result.levels, measure)
    return " ".join(finding.sentence for _, finding in _apart(table, result, measure))


def _apart(table: ComparedRows, result: FactorResult, measure: str) -> list[tuple[float, ClearDifference]]:
    """Each group of templates that are not all alike, the clearest first, with its p-value (Holm 1979); at least one.

    Shares are the groups' as they are; of their difference the interval is Newcombe's (1998).
    """
    key = (result.name, TOGETHER, measure)
    test, q = table.together[key], table.effects[key].q or 0.0
    groups = sorted(test.groups, key=lambda group: group.p)
    found: list[tuple[float, ClearDifference]] = []
    p = 0.0
    for place, group in enumerate(groups):
        p = max(p, group.p * (len(groups) - place))
        if place and p > SURE:
            break
        found.append((test.p, _best_and_worst(result, group, measure, max(q, p if place else q))))
    return found


def _best_and_worst(result: FactorResult, group: Group, measure: str, q: float) -> ClearDifference:
    rates = [(level, own) for code in group.levels if (own := (level := result.levels[code]).rate(measure))]
    (worst, least), (best, most) = (choose(rates, key=lambda each: each[1].share) for choose in (min, max))
    difference = most.share - least.share
    low = difference - hypot(most.share - most.low, least.high - least.share)
    high = difference + hypot(most.high - most.share, least.share - least.low)
    sentence = sentences.not_alike(result.title, best, worst, measure)
    return ClearDifference(sentence, result.name, best.label, measure, difference, low, high, q)


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
    group = factor.groups[code] if factor.groups else ""
    return Level(label, phrase, int(here.sum()), rates.get(REPLIED), rates.get(CONVERTED), tuple(effects), group)


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
            told = [effect for effect in level.effects if effect.verdict in (MORE, FEWER)]
            if told and (result.name, code, told[0].measure) in table.effects:  # not the mirrored one of two levels
                sure.append(min(((effect.p or 0.0, level, effect) for effect in told), key=lambda each: each[0]))
        own = [each for measure in result.apart for each in _apart(table, result, measure)]
        own += [(p, _finding(table, result, level, effect)) for p, level, effect in sorted(sure, key=lambda s: s[0])]
        found += [(min(place, 1), p, finding) for place, (p, finding) in enumerate(own)]
    return [finding for _, _, finding in sorted(found, key=lambda each: each[:2])]


def _finding(table: ComparedRows, result: FactorResult, level: Level, effect: Effect) -> ClearDifference:
    sentence = sentences.finding(level, result.levels, effect.measure, table.held[result.name])
    figures = [float(value or 0.0) for value in (effect.difference, effect.low, effect.high, effect.q)]
    return ClearDifference(sentence, result.name, level.label, effect.measure, *figures)


def _headline(
    table: ComparedRows,
    results: Sequence[FactorResult],
    factors: Sequence[Factor],
    found: Sequence[ClearDifference],
    tests: int,
) -> str:
    if not table.measures:
        return ALL_ALIKE
    if found:
        return sentences.told_apart(len(found), min(len(found), SHOWN_FINDINGS))
    if not tests:
        return TOO_FEW
    hidden, rows = _in_few_templates(table, results, factors)
    tried = [
        (effect.p, place, level, effect)
        for place, result in enumerate(results)
        for code, level in enumerate(result.levels)
        for effect in level.effects
        if effect.p is not None and not (hidden and are_the_same(rows, factors[place].codes == code))
    ]
    if not tried:
        return hidden or TOO_FEW
    _, place, level, effect = min(tried, key=lambda each: each[:2])
    told = sentences.nothing_yet(level, results[place].levels, effect.measure, table.n)
    return f"{hidden} {told.replace('Nothing here', 'Nothing else', 1)}" if hidden else told


def _in_few_templates(
    table: ComparedRows, results: Sequence[FactorResult], factors: Sequence[Factor]
) -> tuple[str, np.ndarray]:
    """(the difference that is the farthest from chance of those that stand in too few templates, the emails (N,) that
    it is of); ``""`` for none. Of a sequence's emails it has to show among those of one step.
    """
    steps = next((factor.codes for factor in factors if factor.name == "step"), None)
    found = []
    for result, factor in zip(results, factors, strict=True):
        for code, level in enumerate(result.levels):
            for effect in level.effects:
                here, y = factor.codes == code, table.measures[effect.measure]
                if not effect.reason.endswith(TO_GO_BY) or not sentences.differs(level, result.levels, effect.measure):
                    continue
                if steps is None or errors_apart(y, here, steps) > FEWEST_ERRORS:
                    said = sentences.in_few_templates(level, result.levels, effect, steps is not None)
                    found.append((sentences.apart(level, result.levels, effect.measure), said, here))
    return max(found, key=lambda each: each[0])[1:] if found else ("", np.zeros(table.n, dtype=bool))


def _templates(results: Sequence[FactorResult]) -> tuple[Level, ...]:
    """Templates by step where there are steps, else by how often they were sent."""
    template = next((result for result in results if result.name == "template"), None)
    if not template or any(level.group for level in template.levels):
        return template.levels if template else ()
    return tuple(sorted(template.levels, key=lambda level: -level.n))


def _smallest_visible(table: ComparedRows, alike: Mapping[str, float], tests: int) -> float | None:
    if not tests:
        return None
    measure = next(iter(table.measures))
    y = table.measures[measure]
    weight = weight_of(table.texts, alike[measure], table.n / len(table.rows))
    return min(1.0, smallest_visible(float(y.mean()), round(table.n * weight), tests))
