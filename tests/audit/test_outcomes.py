"""What tells the outcome without reading: few rows, imbalance, length, context."""

import random

from outcome_rl.audit.outcomes import class_findings, context_findings, length_findings, same_context_findings
from tests.helpers.made_emails import HELLO, made, plain


def test_few_rows_and_imbalance():
    few = class_findings(made([HELLO] * 60, [0] * 40 + [1] * 18 + [2] * 2))
    assert [(finding.kind, finding.severity) for finding in few] == [
        ("few-rows", "warning"), ("few-rows", "problem"), ("imbalance", "warning"),
    ]  # fmt: skip
    assert "67% of the rows are no reply, 3.3% conversion" in few[2].message
    assert class_findings(made([HELLO] * 60)) == []


def test_length_that_goes_with_the_outcome():
    emails = [" ".join(["word"] * (10 + 20 * (i % 3) + i % 7)) for i in range(90)]
    (found,) = length_findings(made(emails))
    assert found.severity == "warning"
    assert "13 words for no reply, 33 words for reply, 53 words for conversion" in found.message
    assert length_findings(made([" ".join(["word"] * (10 + i % 7)) for i in range(90)], plain(90).outcomes)) == []


def test_a_context_that_has_one_outcome():
    contexts = ["Customer: the fair"] * 12 + [f"Customer {i % 10}" for i in range(90)]
    outcomes = [2] * 12 + [i % 3 for i in range(90)]
    (found,) = same_context_findings(made([HELLO] * 102, outcomes, contexts))
    assert found.rows == tuple(range(2, 14))
    mixed = [2] * 11 + [0] + [i % 3 for i in range(90)]
    assert same_context_findings(made([HELLO] * 102, mixed, contexts)) == []


def test_contexts_whose_wording_tells_the_outcome():
    rng = random.Random(1)
    contexts = [f"A customer from {'Rome' if i % 3 else 'Paris'}, number {rng.randrange(50)}" for i in range(150)]
    (found,) = context_findings(made([HELLO] * 150, None, contexts))
    assert found.severity == "warning"
    assert "any answer with an AUC of 1.00" in found.message
    assert context_findings(made([HELLO] * 150, plain(150).outcomes, contexts)) == []
    assert context_findings(made([HELLO] * 150, None, ["?!"] * 150)) == []
