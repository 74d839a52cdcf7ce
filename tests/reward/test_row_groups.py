"""Rows that are kept whole: by what they repeat and whom they are for; templates by whom they are for alone."""

from itertools import product

import numpy as np
import pytest

from outcome_rl.data.dataset import EmailData
from outcome_rl.reward.row_groups import FEW_CONTEXTS, KNOWN_TEXTS, row_groups
from outcome_rl.text.near_duplicates import near_duplicate_groups

LONG = "we plan rotas for hotels and clinics that have more people than one can keep in mind"
OWN = ["".join(pair) * 3 + " and nothing else " + "".join(pair) * 4 for pair in product("klmnop", repeat=3)]


def rows(contexts, emails):
    return EmailData(tuple(contexts), tuple(emails), (0,) * len(contexts), tuple(range(2, len(contexts) + 2)))


def as_sets(groups):
    return {frozenset(np.flatnonzero(groups == number).tolist()) for number in np.unique(groups)}


def test_emails_that_repeat_each_other_and_those_for_one_context_belong_together():
    contexts = [f"context {i // 2}" for i in range(80)]
    emails = [OWN[i] if i != 3 else OWN[0] for i in range(80)]  # the fourth repeats the first
    found, said = row_groups(rows(contexts, emails), False)
    assert said is None
    assert frozenset({0, 1, 2, 3}) in as_sets(found)
    assert frozenset({4, 5}) in as_sets(found)


def test_templates_are_kept_whole_by_context_alone_and_that_is_said():
    contexts = [f"context {i // 2}" for i in range(80)]
    found, said = row_groups(rows(contexts, [f"{LONG} a{i % 3}b" * (1 + i % 3) for i in range(80)]), False)
    assert said == KNOWN_TEXTS
    assert as_sets(found) == {frozenset({i, i + 1}) for i in range(0, 80, 2)}


@pytest.mark.parametrize("kinds", [2, 30])
def test_a_few_contexts_are_told_and_texts_kept_whole(kinds):
    contexts = ["usual" if i < 60 else f"context {i % kinds}" for i in range(80)]
    data = rows(contexts, [OWN[i // 2] for i in range(80)])
    found, said = row_groups(data, False)
    assert said == FEW_CONTEXTS
    assert as_sets(found) == as_sets(near_duplicate_groups(data.emails))


@pytest.mark.parametrize(("contexts", "alone"), [(["one"] * 40, False), ([f"c {i}" for i in range(40)], True)])
def test_where_contexts_are_not_read_or_one_nothing_is_said(contexts, alone):
    found, said = row_groups(rows(contexts, [LONG if i % 2 else OWN[i] for i in range(40)]), alone)
    assert said is None
    assert len(as_sets(found)) == 21


@pytest.mark.parametrize(
    "contexts", [[f"c {i % 10}" for i in range(80)], ["usual"] * 55 + [f"c {i}" for i in range(25)]]
)
def test_templates_to_few_contexts_or_mostly_to_one_are_told_as_those(contexts):
    data = rows(contexts, [f"{LONG} a{i % 3}b" * (1 + i % 3) for i in range(80)])
    found, said = row_groups(data, False)
    assert said == FEW_CONTEXTS
    assert as_sets(found) == as_sets(near_duplicate_groups(data.emails))
