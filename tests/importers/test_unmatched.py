"""What is said of emails without a template: what there is, what is named, and the way out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from types import SimpleNamespace

import pytest

from outcome_rl.importers.layouts import Layout, Shape
from outcome_rl.importers.tally import ImportTally
from outcome_rl.importers.templates import Template, Templates
from outcome_rl.importers.texts import NO_TEMPLATE
from outcome_rl.importers.unmatched import unmatched_in_words

Pairs = Sequence[tuple[int | None, str]]


def said(have: Pairs, missing: Pairs, *roles: str, emails: int = 7) -> str:
    templates = Templates(tuple(Template("Hi", step=step, variant=name, written=name) for step, name in have))
    tally = ImportTally(left_out=Counter({NO_TEMPLATE: emails}))
    tally.missing.update((step, name.lower(), name, "") for step, name in missing)
    layout = Layout("lemlist", "lemlist", Shape.LEADS, "", {role: role for role in roles}, ())
    empty = SimpleNamespace(header=(), rows=lambda: iter(()))
    return unmatched_in_words(templates, tally, [SimpleNamespace(layout=layout, table=empty)])  # type: ignore[list-item]


def test_nothing_is_said_where_every_email_has_its_template() -> None:
    assert said([(0, "A")], [], emails=0) == ""
    assert unmatched_in_words(None, ImportTally(left_out=Counter({NO_TEMPLATE: 1})), []) == ""


@pytest.mark.parametrize(
    ("have", "missing", "roles", "told"),
    [
        ([(0, ""), (1, "")], [(2, "")], ("step",), "the templates belong to step 1, step 2, these emails to step 3"),
        ([(0, "A"), (0, "B")], [(0, ""), (0, "C")], ("variant",), "to step 1 (A, B), these emails to step 1 (C)"),
        ([(None, "A"), (None, "B")], [(None, "C")], ("variant",), "to variant A, B, these emails to variant C"),
        ([(None, "")], [(None, "")], (), "the templates belong to any step, these emails to any step"),
        ([(1, "A"), (0, "B")], [(1, "C"), (0, "C")], ("step", "variant"), "to step 1 (B), step 2 (A), these"),
        ([(n, "") for n in range(10)], [(10, "")], ("step",), "step 7, step 8 and 2 more, these emails to step 11"),
        ([(0, f"a rather long name {n}") for n in range(3)], [(0, "A")], ("variant",), "a rather long name 2), these"),
        ([(0, "x" * 90)], [(0, "A")], ("variant",), f"to step 1 ({'x' * 59}…), these"),
    ],
)  # fmt: skip
def test_what_there_is_and_what_is_named(have: Pairs, missing: Pairs, roles: Sequence[str], told: str) -> None:
    words = said(have, missing, *roles)
    assert words.startswith("7 emails have no template: the templates belong to ") and told in words
    assert words.endswith("; add the texts of these, or say which columns hold the two, with --column step=NAME and "
                          "--column variant=NAME")  # fmt: skip


@pytest.mark.parametrize(
    ("roles", "nor", "flags"),
    [
        ((), "the step or variant", "--column step=NAME and --column variant=NAME"),
        (("step",), "the variant", "--column variant=NAME"),
        (("variant",), "the step", "--column step=NAME"),
    ],
)
def test_a_column_that_would_tell_them_apart_is_asked_for(roles: Sequence[str], nor: str, flags: str) -> None:
    words = said([(0, "A"), (1, "B")], [(None, "")], *roles)
    assert words.endswith(f"and no column of the export was found that gives {nor}; say which one does, with {flags}")
