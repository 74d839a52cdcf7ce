"""The audit before training as a whole: nothing where nothing was planted, problems first, no text stops it."""

from hypothesis import given, settings
from hypothesis import strategies as st

from outcome_rl.audit.audit import audit
from outcome_rl.audit.findings import rows_in_words
from outcome_rl.data.dataset import EmailData
from outcome_rl.text.quoted import quote
from tests.helpers.made_emails import kinds, made, only, plain


def test_the_sample_holds_no_problem(sample):
    found = audit(sample)
    assert kinds(found, "problem") == set()
    assert kinds(found) <= {"personal", "written-after", "length", "context", "merge-field"}


def test_a_file_of_chance_has_no_finding_of_weight():
    assert kinds(audit(plain())) <= {"context"}


def test_problems_come_first_and_rows_are_line_numbers():
    data = plain()
    data = EmailData(data.contexts, (*data.emails[:-1], "n/a"), data.outcomes, tuple(range(100, 340)))
    data = made(list(data.emails), [0] * 239 + [1])
    found = audit(data)
    order = [("problem", "warning", "note").index(finding.severity) for finding in found]
    assert order == sorted(order)
    assert only(found, "empty").rows == (241,)


@settings(max_examples=40)
@given(st.lists(st.tuples(st.text(max_size=80), st.text(max_size=80), st.integers(0, 2)), min_size=1, max_size=12))
def test_strange_text_never_stops_the_audit(rows):
    contexts, emails, outcomes = zip(*rows, strict=True)
    for finding in audit(made(emails * 2, outcomes * 2, contexts * 2)):
        assert set(finding.rows) <= set(range(2, 2 * len(rows) + 2))
        assert finding.message.isprintable()
        assert finding.advice


def test_rows_in_words():
    assert rows_in_words(()) == ""
    assert rows_in_words((3,)) == "row 3"
    assert rows_in_words((3, 17, 20, 21)) == "rows 3, 17, 20 and 21"
    assert rows_in_words(range(1000, 1015)) == "rows 1000, 1001, 1002 and 12 more"
    assert quote("a\n\x1b[31m" + "b" * 90) == f"'a [31m{'b' * 73}…'"
