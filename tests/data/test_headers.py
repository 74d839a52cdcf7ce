"""Whether a table's first row names its columns or is data."""

from __future__ import annotations

import pytest

from outcome_rl.data.headers import is_header

BELOW = [["Bo", "CFO", "no reply"], ["Cy", "COO", "reply"], ["Di", "CFO", ""]]


@pytest.mark.parametrize(
    ("first", "below", "named"),
    [
        (["Name", "Title", "Outcome"], BELOW, True),
        (["Ana", "CFO", "reply"], BELOW, False),  # both stand below too
        (["Name", "Title", "Replied"], [["Bo", "CFO", "Replied"], ["Cy", "COO", ""]], True),  # marked by its name
        (["Name", "Title", "Replied"], [["Bo", "CFO", "Replied"], ["Cy", "COO", "no"]], False),  # one of three
        (["Name", "Title", "Firm", "Town", "Replied"], [["Bo", *"abc", "Replied"], ["Cy", *"abc", "no"]], True),
        (["Name", "Title", "ana@firm.example"], BELOW, False),
    ],
)  # fmt: skip
def test_a_header_is_told_from_data(first: list[str], below: list[list[str]], named: bool) -> None:
    assert is_header(first, below) is named
