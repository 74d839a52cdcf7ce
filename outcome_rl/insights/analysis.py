"""The way from a file's rows to what can be said of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from ..data.dataset import EmailData
from ..text.near_duplicates import near_duplicate_groups
from . import asks
from .assembling import ComparedRows, assemble
from .columns import column_factors
from .comparing import Sample, compare
from .contexts import phrase_factors
from .covariates import covariates, entangled_with
from .email_facts import email_facts
from .factors import CONTEXT, TEMPLATE, Factor, text_factors
from .published import published_advice
from .results import CONVERTED, REPLIED, Insights
from .send_times import time_factors
from .templates import placed, template_factor, told_by, variants_in_steps

COMPARED_ROWS = 20_000
"""Of more rows a random sample of so many is compared; counts and shares are of all."""
NEAR_DUPLICATE = 0.6
"""Cosine from which two emails come from one template; fields filled in change a third of a short email."""
CAUTION = (
    "Emails that differ in one thing may differ in others that nobody wrote down: what goes with answers need not be "
    "what brings them."
)


def insights(
    data: EmailData,
    columns: Mapping[str, Sequence[str]] | None = None,
    *,
    ask_kind: Callable[[str], str] = asks.ask_kind,
    seed: int = 0,
) -> Insights:
    """What goes with answers and conversions in these emails.

    ``columns``: further columns of the file by name (``columns.NAMES``), a text for each row. ``ask_kind`` says in a
    word what an email asks for. No row is too strange, and one email is enough; where nothing can be compared, that
    is what is said.
    """
    from threadpoolctl import threadpool_limits

    columns = {name: values for name, values in (columns or {}).items() if any(value.strip() for value in values)}
    with threadpool_limits(1, user_api="blas"):  # many small products: threads cost more than they save
        return _analysed(data, columns, ask_kind, seed)


def _analysed(
    data: EmailData, columns: Mapping[str, Sequence[str]], ask_kind: Callable[[str], str], seed: int
) -> Insights:
    n, notes = len(data), [CAUTION]
    rows = np.arange(n)
    if n > COMPARED_ROWS:
        rows = np.sort(np.random.default_rng(seed).permutation(n)[:COMPARED_ROWS])
        notes.append(_sampled(n))
    measures = _measures(np.array(data.outcomes))
    looked_at = np.zeros(n, dtype=bool)
    looked_at[rows] = True
    facts = email_facts(data.contexts, data.emails, ask_kind, looked_at)
    times, dates, zone_note = time_factors(columns.get("sent_at", ()))
    named = _named(columns, data.emails)
    texts, template = _templates(data, columns, named, rows)
    if template := template or next((factor for factor in named if factor.name == "template"), None):
        named = [factor for factor in named if factor.kind != TEMPLATE or not told_by(factor, template)]
    factors = [*text_factors(facts), *named, *times, *([template] if template else [])]
    factors += _phrases(data.contexts, [factor for factor in named if factor.kind == CONTEXT])
    advice = published_advice(facts)
    notes += [zone_note] if zone_note else []
    drawn = [factor.take(rows) for factor in factors]
    contexts = [data.contexts[row] for row in rows]
    sample = Sample(
        {name: y[rows] for name, y in measures.items()},
        texts,
        np.unique(np.array(contexts, dtype=object), return_inverse=True)[1],
        dates[rows] if len(dates) else np.zeros(len(rows)),
        covariates(drawn, contexts, texts),
    )
    effects, held, together = compare(sample, drawn, [each.groups.take(rows) for each in advice], seed)
    table = ComparedRows(n, rows, texts, measures, effects, held, together)
    return assemble(data, table, factors, advice, notes)


def _named(columns: Mapping[str, Sequence[str]], emails: Sequence[str]) -> list[Factor]:
    """The factors that columns name; templates and variants of one step are compared with each other."""
    own = {"variant": variants_in_steps(columns)} if "variant" in columns else {}
    factors = column_factors({**columns, **own})
    return [placed(factor, columns, emails) if factor.kind == TEMPLATE else factor for factor in factors]


def _phrases(contexts: Sequence[str], named: Sequence[Factor]) -> list[Factor]:
    """What contexts say beyond what a column says already; beside it, neither could be told apart."""
    rows = np.arange(len(contexts))
    return [
        factor
        for factor in phrase_factors(contexts)
        if not any(entangled_with(factor, level, named, rows) for level in range(len(factor.labels)))
    ]


def _sampled(n: int) -> str:
    return (
        f"Differences, reading grades, what is asked for, and templates that no column names are of {COMPARED_ROWS:,} "
        f"emails drawn at random; all other counts are of all {n:,}."
    )


def _measures(outcomes: np.ndarray) -> dict[str, np.ndarray]:
    """What varies: answered or not, converted or not; once where both are the same."""
    replied, converted = outcomes >= 1, outcomes == 2
    found = {REPLIED: replied, CONVERTED: converted}
    if (replied == converted).all():
        del found[REPLIED]
    return {name: y for name, y in found.items() if y.any() and not y.all()}


def _templates(
    data: EmailData, columns: Mapping[str, Sequence[str]], named: Sequence[Factor], rows: np.ndarray
) -> tuple[np.ndarray, Factor | None]:
    """Number of the template of each compared row, and the factor where the file does not name templates itself."""
    if any(factor.name == "template" for factor in named):
        names = [" ".join(columns["template"][row].split()) or f"row {row}" for row in rows]
        return np.unique(np.array(names, dtype=object), return_inverse=True)[1], None
    emails = [data.emails[row] for row in rows]
    groups = near_duplicate_groups(emails, NEAR_DUPLICATE)
    factor = template_factor(groups, emails, rows, len(data), columns)
    return groups, factor if factor.differs() else None
