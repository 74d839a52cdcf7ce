"""Personal data are masked, and what only looks like it stays."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outcome_rl.audit.texts import has_markup, is_empty, is_foreign, trace_findings
from outcome_rl.text.pii import mask_personal
from tests.helpers.made_emails import made


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Write to anna.berg+x@mail.example.co.uk.", "Write to [email]."),
        ("<a@b.de>, jörg@müller.de;", "<[email]>, [email];"),
        ("Ring +44 20 7946 0958 or (555) 123-4567.", "Ring [phone] or [phone]."),
        ("555-123-4567, 555.123.4567, 5551234567", "[phone], [phone], [phone]"),
        ("Call 555-0142 NOW, 06 12 34 56 78 later", "Call [phone] NOW, [phone] later"),
        ("tel: 123 456 789", "tel: [phone]"),
        ("+49 (0)30 1234567", "[phone]"),
        ("Ada (+43 316 1234567), Bo (0316 1234567)", "Ada ([phone]), Bo ([phone])"),
        ("(+43) 316 1234567", "[phone]"),
    ],
)
def test_personal_data_are_masked(before, after):
    assert mask_personal(before) == after
    assert mask_personal(after) == after


@pytest.mark.parametrize(
    "text",
    [
        "on 2024-05-03 at 10:30, 03/05/2024 and 3.5.2024", "between 2019-2023 we", "1,200,000 or 1.200.000",
        "1 200 000",         "call on 03/05/2024", "10 15 20 25 30 35",
        "from 192.168.100.200", "at 3 @ 5", "version 1.2.3", "$12,500.00",
        "a@b", "[phone] [email]", "90 percent of 415 rows, 77 % of 62",
    ],
)  # fmt: skip
def test_what_only_looks_like_it_stays(text):
    assert mask_personal(text) == text


@settings(max_examples=200)
@given(st.text(alphabet=st.sampled_from("a1@.+-() \n<>&;:/é你"), max_size=200))
def test_masking_twice_changes_nothing_more(value):
    once = mask_personal(value)
    assert mask_personal(once).count("@") == once.count("@")
    has_markup(value), is_foreign(value), is_empty(value), trace_findings(made([value]))
