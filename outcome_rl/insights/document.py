"""An analysis as headings, sentences and tables, before anybody decides how they are to look."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from . import sentences
from .results import CONVERTED, REPLIED, FactorResult, Insights, Level, OutcomeRate

READING = (
    "Each row is compared with all other emails, a template with the others of its step, once as they are and once "
    "among emails alike in what is named under the table. “Could be chance” does not mean that there is no "
    "difference: a larger file may show it."
)
METHOD = (
    "How it was counted: a penalised logistic regression gives each email's chance of an answer from what is held "
    "equal, a penalised linear one its chance to be of this row, and what both leave over is compared (partialling "
    "out). Intervals, in brackets, are at 95 % and wide enough both for single emails and for emails of one template "
    "or one context as the unit. Whether templates are all alike is one test more: what is left over of the outcomes "
    "is dealt out anew among the emails of a step, thousands of times, and it is counted how often the templates then "
    "differ as much. Of the differences called too clear to be chance about 5 of 100 should be it at most "
    "(Benjamini and Hochberg, over all tests and over those of each kind)."
)
TITLES = {REPLIED: "Answered", CONVERTED: "Converted"}


@dataclass(frozen=True)
class Heading:
    """A title; ``level`` 1 is the document's."""

    text: str
    level: int


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; a quiet one is set smaller."""

    text: str
    quiet: bool = False


@dataclass(frozen=True)
class Bullets:
    """A list."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Share:
    """A rate in a table, and whose: :data:`REPLIED` or :data:`CONVERTED`."""

    rate: OutcomeRate
    measure: str


Cell = str | int | Share


@dataclass(frozen=True)
class TableBlock:
    """Rows of cells under their columns."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


Block = Heading | Paragraph | Bullets | TableBlock


def document(result: Insights, name: str) -> Iterator[Block]:
    """Everything that is to be read, in order; ``name`` is the file's."""
    yield Heading(f"What goes with answers in {name}", 1)
    yield Paragraph(overview(result))
    yield Paragraph(result.headline)
    if result.findings:
        yield Bullets(tuple(finding.sentence for finding in result.findings))
    if limit := visible(result):
        yield Paragraph(limit, quiet=True)
    template = result.factor("template")
    if template:
        yield Heading("By template", 2)
        yield levels_table(template.title, result.templates, result.measures, "Sent", template.apart)
        yield from remarks(template)
    for factor in result.factors:
        if factor is not template:
            yield Heading(factor.title, 2)
            yield levels_table(factor.title, factor.levels, result.measures, apart=factor.apart)
            yield from remarks(factor)
    yield Heading("How to read this", 2)
    for note in (*result.notes, *((READING, METHOD) if result.tests else ())):
        yield Paragraph(note, quiet=True)


def overview(result: Insights) -> str:
    """How many emails there are, and what came of them."""
    emails, contexts = ("" if count == 1 else "s" for count in (result.rows, result.contexts))
    to = f"to {result.contexts:,} different context{contexts}" if result.contexts > 1 else "with one context"
    parts = [f"{result.rows:,} email{emails} {to}"]
    parts += [f"{sentences.percent(rate)} {word}" for word, rate in _rates(result)]
    return ": ".join((parts[0], "; ".join(parts[1:]))) + "." if parts[1:] else parts[0] + "."


def visible(result: Insights) -> str:
    """Which differences a file of this size can show at all."""
    size = result.smallest_visible
    if size is None or (size >= 1 and result.findings):
        return ""
    if size >= 1:
        return "So few emails, or so few templates, can hardly show any difference."
    return (
        f"Between two halves of a file like this, a difference of {sentences.number(100 * size)} of 100 or more would "
        "probably show; smaller ones would mostly go unseen."
    )


def levels_table(
    title: str, levels: Sequence[Level], measures: Sequence[str], sent: str = "Emails", apart: Sequence[str] = ()
) -> TableBlock:
    """A row for each level: how many, the shares, and the differences to the rest; of templates, to their step's."""
    columns = [title, sent, *(TITLES[measure] for measure in measures)]
    rows = []
    for level in levels:
        cells: list[Cell] = [level.label, level.n]
        cells += [Share(rate, measure) for measure in measures if (rate := level.rate(measure))]
        rows.append((*cells, *([sentences.verdict(level, levels, measures, apart)] if measures else [])))
    rest = "others of its step" if any(level.group for level in levels) else "the rest"
    return TableBlock((*columns, *([f"Compared with {rest}"] if measures else [])), tuple(rows))


def remarks(factor: FactorResult) -> Iterator[Block]:
    """Whether templates are all alike, what was held equal, what others found, and a caution."""
    for sentence in factor.together:
        yield Paragraph(sentence)
    if factor.adjusted_for:
        yield Paragraph(f"Held equal: {factor.adjusted_for}.", quiet=True)
    if factor.note:
        yield Paragraph(factor.note, quiet=True)
    if factor.published:
        advice = f"{factor.published.advice[0].upper()}{factor.published.advice[1:]}"
        yield Paragraph(f"Published: {advice} ({factor.published.source}). {factor.published.sentence}")


def _rates(result: Insights) -> list[tuple[str, OutcomeRate]]:
    found = ((sentences.MEASURE_WORDS[REPLIED], result.replied), (sentences.MEASURE_WORDS[CONVERTED], result.converted))
    return [(word, rate) for word, rate in found if rate]
