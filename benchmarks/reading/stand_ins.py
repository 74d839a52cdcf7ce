"""Cheap automatic stand-ins for a reader, and how far they go with what readers said."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from scipy.stats import rankdata

from outcome_rl.metrics import members_of
from outcome_rl.text.claims import find_claims
from outcome_rl.text.sense import SenseReport, sense_report

from .answers import Reader
from .forms import Key
from .scoring import Judgements

DRAWS = 1_000
PERPLEXITY = "perplexity"


@dataclass(frozen=True)
class StandIn:
    """A figure of an email. ``flag``: the readers' question that it answers, if any; ``sign``: -1 where more is worse,
    0 where nothing is expected.
    """

    name: str
    measure: Callable[[SenseReport, str], float]
    flag: str = ""
    sign: int = -1


STAND_INS = (
    StandIn("sense problems", lambda sense, _: len(sense.problems)),
    StandIn("cut off", lambda sense, _: sense.cut_off, "cut_off"),
    StandIn("placeholders", lambda sense, _: len(sense.placeholders)),
    StandIn("roles confused", lambda sense, _: len(sense.role_confusion), "roles_confused"),
    StandIn("product missing", lambda sense, _: _unless_none(sense.product_named), "product_missing"),
    StandIn("assistant talk", lambda sense, _: len(sense.assistant_talk)),
    StandIn("repetition", lambda sense, _: len(sense.repeated)),
    StandIn("words", lambda _, email: len(email.split()), sign=0),
)
"""What :func:`~outcome_rl.text.sense.sense_report` sees; claims, which need the facts, and perplexity come besides."""
CLAIMS = "claims"
_FLAG_OF = {each.name: each.flag for each in STAND_INS} | {CLAIMS: "invented_claims"}
_SIGN_OF = {each.name: each.sign for each in STAND_INS}


@dataclass(frozen=True)
class Hits:
    """The stand-in against the readers' own flag: emails that both, only the readers, only the stand-in flag."""

    both: int
    missed: int
    false_alarms: int


@dataclass(frozen=True)
class Usefulness:
    """Spearman's rank correlation with the readers' mean usability, over all emails and within writers (mean)."""

    name: str
    varies: bool
    correlation: float | None
    interval: tuple[float, float] | None
    within: float | None
    within_interval: tuple[float, float] | None
    hits: Hits | None
    verdict: str

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def _unless_none(named: bool | None) -> float:
    return float("nan") if named is None else float(not named)


def measure(key: Key) -> dict[str, np.ndarray]:
    """Each stand-in's figures, (N, K) by item and label; nan where it cannot tell."""
    shape = (len(key.items), len(key.writers))
    found = {name: np.zeros(shape) for name in (*(each.name for each in STAND_INS), CLAIMS)}
    for i, item in enumerate(key.items):
        for j, email in enumerate(item.emails):
            sense = sense_report(email, item.context, key.facts)
            for each in STAND_INS:
                found[each.name][i, j] = each.measure(sense, email)
            found[CLAIMS][i, j] = len(find_claims(email, item.context, key.facts))
    return found


def compare(key: Key, readers: Sequence[Reader], values: Mapping[str, np.ndarray], seed: int = 0) -> list[Usefulness]:
    """How useful each stand-in is, those with the strongest correlation first."""
    found = Judgements.of(key, readers)
    read = found.answered.any(0)
    votes = np.maximum(found.answered.sum(0), 1)[:, None]
    usability = (found.usability.sum(0) / votes)[read]
    flags = {name: (given.sum(0) / votes)[read] for name, given in found.flags.items()}
    writer, context = found.writer[read].ravel(), np.repeat(found.context[read], usability.shape[1])
    result = []
    for name, table in values.items():
        figures = table[read].ravel()
        known = ~np.isnan(figures)
        x, y, groups = figures[known], usability.ravel()[known], np.stack([writer, context])[:, known]
        flag = _FLAG_OF.get(name)
        hits = _hits(x > 0, flags[flag].ravel()[known] >= 0.5) if flag else None
        result.append(_usefulness(name, x, y, groups, hits, seed))
    return sorted(result, key=lambda each: -abs(each.correlation or 0.0))


def _hits(fires: np.ndarray, flagged: np.ndarray) -> Hits:
    return Hits(int((fires & flagged).sum()), int((~fires & flagged).sum()), int((fires & ~flagged).sum()))


def _usefulness(
    name: str, x: np.ndarray, y: np.ndarray, groups: np.ndarray, hits: Hits | None, seed: int
) -> Usefulness:
    writer, context = groups
    varies = bool(len(x) and x.min() < x.max())
    if not varies:
        return Usefulness(name, False, None, None, None, None, hits, "never varies here")
    members, rng = members_of(context), np.random.default_rng(seed)
    drawn: list[tuple[float | None, float | None]] = []
    for _ in range(DRAWS if len(members) > 1 else 0):
        rows = np.concatenate([members[i] for i in rng.integers(0, len(members), len(members))])
        drawn.append((spearman(x[rows], y[rows]), _within(x[rows], y[rows], writer[rows])))
    interval, within_interval = (_percentiles([pair[at] for pair in drawn]) for at in (0, 1))
    all_over, within = spearman(x, y), _within(x, y, writer)
    verdict = _verdict(_SIGN_OF.get(name, -1), interval, within_interval)
    return Usefulness(name, True, all_over, interval, within, within_interval, hits, verdict)


def spearman(x: np.ndarray, y: np.ndarray) -> float | None:
    """Spearman's rank correlation, (N,) each, ties at their mean rank; None where one does not vary."""
    if len(x) < 2 or x.min() == x.max() or y.min() == y.max():
        return None
    return float(np.corrcoef(rankdata(x), rankdata(y))[0, 1])


def _within(x: np.ndarray, y: np.ndarray, writer: np.ndarray) -> float | None:
    """Mean over the writers of the correlation among their own emails, weighted by their number."""
    found = [(spearman(x[writer == w], y[writer == w]), int((writer == w).sum())) for w in np.unique(writer)]
    known = [(value, n) for value, n in found if value is not None]
    return float(np.average([v for v, _ in known], weights=[n for _, n in known])) if known else None


def _percentiles(values: Sequence[float | None]) -> tuple[float, float] | None:
    """The middle 95 %; None where the correlation is not defined in one draw of ten or more."""
    known = [value for value in values if value is not None]
    if not known or len(known) < 0.9 * len(values):
        return None
    low, high = np.percentile(known, [2.5, 97.5])
    return float(low), float(high)


def _verdict(sign: int, interval: tuple[float, float] | None, within: tuple[float, float] | None) -> str:
    if not _shows(sign, interval):
        return "not shown to be of use"
    return "worth using" if _shows(sign, within) else "tells the writers apart, not one writer's emails"


def _shows(sign: int, interval: tuple[float, float] | None) -> bool:
    """Whether the interval lies on the side of 0 that is expected; on either side where none is."""
    if interval is None:
        return False
    low, high = interval
    return (high < 0 and sign <= 0) or (low > 0 and sign >= 0)


def in_markdown(found: Sequence[Usefulness]) -> str:
    """A table, the strongest first."""
    rows = [
        "| stand-in | rank correlation with usability | within writers | readers' flag: both, missed, false alarms | |",
        "|---|---|---|---|---|",
    ]
    for each in found:
        hits = f"{each.hits.both}, {each.hits.missed}, {each.hits.false_alarms}" if each.hits else ""
        total, within = _shown(each.correlation, each.interval), _shown(each.within, each.within_interval)
        rows.append(f"| {each.name} | {total} | {within} | {hits} | {each.verdict} |")
    legend = (
        "95 % intervals by a bootstrap over contexts. Worth using: it goes with less usability, over all emails and "
        f"among one writer's, and both intervals leave 0 out. Among {len(found)} figures one may do so by chance."
    )
    return "\n".join([*rows, "", legend])


def _shown(value: float | None, interval: tuple[float, float] | None) -> str:
    if value is None:
        return "–"
    return f"{value:+.2f}" + (f" ({interval[0]:+.2f} to {interval[1]:+.2f})" if interval else "")
