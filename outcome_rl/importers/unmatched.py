"""Why emails have no template: which steps and variants the templates are of, and which the export names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from ..text.quoted import one_line, quote_some
from .dates import is_nothing
from .profiles import LOOKED_AT
from .reading import OpenTable
from .tally import ImportTally
from .templates import Templates, variant_key
from .texts import NO_TEMPLATE

STEPS_OF_TEXTS = "give the templates a column step, or call the files step1.txt, step2.txt and so on"
MOST_STEPS = 8
"""Steps, or variants of one, that are named."""


def unmatched_in_words(templates: Templates | None, tally: ImportTally, tables: Sequence[OpenTable]) -> str:
    """What the templates have, what the export names, and the way out; ``""`` where every email has its template."""
    emails = tally.left_out[NO_TEMPLATE]
    if not templates or not emails:
        return ""
    have = _pairs((each.step, each.written) for each in templates.templates)
    named = _pairs((step, written) for step, _, written, _ in tally.missing)
    told = f"{emails:,} emails have no template: the templates belong to {have}, these emails to {named}"
    if None in {each.step for each in templates.templates} and any(step for step, *_ in tally.missing):
        return f"{told}, and neither names nor subjects tell which text belongs to which step; {STEPS_OF_TEXTS}"
    steps, variants = {each.step for each in templates.templates}, {each.variant for each in templates.templates}
    said = {role for each in tables for role in each.layout.columns}
    unsaid = [role for role, of in (("step", steps), ("variant", variants)) if len(of) > 1 and role not in said]
    if not unsaid:
        return f"{told}; add the texts of these, or say which columns hold the two, {_flags(('step', 'variant'))}"
    nor = " or ".join(unsaid)
    may = (
        f" ({quote_some(found)} may be the one)"
        if "variant" in unsaid and (found := list(_may_say(variants, tables)))
        else ""
    )
    return (
        f"{told}, and no column of the export was found that gives the {nor}{may}; say which one does, {_flags(unsaid)}"
    )


def first_step_in_words(templates: Templates | None, tally: ImportTally, tables: Sequence[OpenTable]) -> str:
    """That all emails were taken for the first step's, though the templates are of several; ``""`` where none were."""
    steps = {each.step for each in templates.templates} if templates else set()
    told = any({"step", "last_step"} & {*each.layout.columns} or each.layout.has_steps for each in tables)
    if len(steps) < 2 or told or not tally.rows or not tables or {"text", "html"} & {*tables[0].layout.columns}:
        return ""
    return (
        f"the templates belong to {_pairs((step, '') for step in steps)}, and no column gives the step of each email: "
        f"all have the text of step 1, though an answer may be to another; say which column does, {_flags(('step',))}"
    )


def other_variants_in_words(templates: Templates | None, tables: Sequence[OpenTable]) -> str:
    """That one column is read for the variant of every step, though others hold variants too, as those of exports with
    a column for each step do; ``""`` where there is no other, or one step has variants.
    """
    varied = [each for each in templates.templates if each.variant] if templates else []
    named = [each.layout.columns["variant"] for each in tables if "variant" in each.layout.columns]
    others = list(_may_say({each.variant for each in varied}, tables)) if named else []
    if not others or len({each.step for each in varied}) < 2:
        return ""
    return (
        f"{quote_some(named)} is read for the variant of every step, and {quote_some(others)} may hold variants too: "
        "if each step has a column of its own, emails of the other steps have the wrong text; "
        "keep the first emails alone, with --first-steps"
    )


def _may_say(variants: set[str], tables: Sequence[OpenTable]) -> Iterator[str]:
    """The columns that hold the templates' variants and nothing else."""
    for each in tables:
        used = {*each.layout.columns.values(), *(rule.column for rule in each.layout.rules)}
        rows = [record.cells for record in islice(each.table.rows(), LOOKED_AT)]
        for place, name in enumerate(each.table.header):
            held = {variant_key(row[place]) for row in rows if not is_nothing(row[place])}
            if name not in used and len(held) > 1 and held <= variants:
                yield name


def _flags(roles: Sequence[str]) -> str:
    return "with " + " and ".join(f"--column {role}=NAME" for role in roles)


def _pairs(pairs: Iterable[tuple[int | None, str]]) -> str:
    """``step 1 (A, B), step 2``; a step or a variant that is not said is left away."""
    steps: dict[int | None, list[str]] = {}
    for step, variant in sorted(set(pairs), key=lambda pair: (pair[0] or 0, pair[1])):
        steps.setdefault(step, []).extend([one_line(variant, 60)] if variant else [])
    return _some([_step(step, _some(variants)) for step, variants in steps.items()])


def _step(step: int | None, variants: str) -> str:
    if step is None:
        return f"variant {variants}" if variants else "any step"
    return f"step {step + 1} ({variants})" if variants else f"step {step + 1}"


def _some(names: Sequence[str]) -> str:
    more = len(names) - MOST_STEPS
    shown = ", ".join(names[:MOST_STEPS])
    return f"{shown} and {more} more" if more > 0 else shown
