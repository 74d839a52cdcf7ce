"""Replies and conversions per 100 emails, worked by hand."""

from __future__ import annotations

import re

from outcome_rl.ui.common import per_hundred
from outcome_rl.ui.words import per_hundred as words


def test_what_came_of_emails_counts_a_conversion_as_a_reply():
    found = per_hundred.of_outcomes([50, 30, 20])
    assert (found.replies.share, found.conversions.share) == (0.5, 0.2)
    # Wilson's interval of 50 in 100 is 0.404 to 0.596
    assert found.replies.in_words() == "50 (40 to 60)"
    assert per_hundred.of_outcomes([0, 0, 0]) is None


def test_what_is_expected_is_the_mean_over_recipients_with_its_interval():
    found = per_hundred.of_predictions([(0.1, 0.1)] * 5)
    assert found.replies.in_words() == "20 (20 to 20)"
    assert found.conversions.in_words() == "10 (10 to 10)"
    spread = per_hundred.of_predictions([(0.0, 0.0), (0.5, 0.5)])
    assert (spread.replies.share, spread.replies.low, spread.replies.high) == (0.5, 0.0, 1.0)
    assert per_hundred.of_predictions([]) is None


def test_the_table_leaves_out_whom_nobody_knows():
    said = per_hundred.table({"A": per_hundred.of_outcomes([1, 1, 0]), "B": None})
    assert ">A<" in said
    assert ">B<" not in said
    assert per_hundred.table({"B": None}) == ""


def test_what_happened_is_not_told_as_a_forecast():
    rows = {"A": per_hundred.of_outcomes([1, 1, 0])}
    assert words.MISTAKES in per_hundred.table(rows).replace("&#x27;", "'")
    happened = per_hundred.table(rows, predicted=False).replace("&#x27;", "'")
    assert words.MISTAKES not in happened and words.IN_BRACKETS in happened


def test_a_single_email_is_told_beside_ones_own():
    own = per_hundred.of_outcomes([80, 10, 10])
    said = per_hundred.in_a_sentence(0.3, 0.2, own)
    assert said == (
        "Of 100 emails like this one, the predictor expects 50 to be answered, 20 of them with a conversion. "
        "Of every 100 emails you sent, 20 were answered, 10 of them with a conversion."
    )
    assert per_hundred.in_a_sentence(None, None, own) == ""


def test_money_is_told_where_somebody_has_said_what_an_outcome_is_worth():
    usual, dollars = {"outcomes": [80, 10, 10], "payoffs": (-1.0, 0.5, 2.0)}, (0.0, 20.0, 500.0)
    assert per_hundred.worth_of(usual) is None
    assert "Worth" not in per_hundred.table({"A": per_hundred.own_emails(usual)})
    own = per_hundred.own_emails(usual | {"payoffs": dollars})
    assert own.worth.share == 52.0  # (10 * 20 + 10 * 500) / 100
    said = per_hundred.table({"A": own, "B": per_hundred.of_predictions([(0.5, 0.1)], dollars)})
    assert ">5,200 (" in said
    assert ">6,000 (6,000 to 6,000)<" in said  # 0.5 * 20 + 0.1 * 500 is 60 an email
    assert words.IN_YOUR_UNIT in said


def test_bars_add_up_to_a_hundred_and_to_the_sentence():
    # each rounded by itself they would be 53, 26 and 22
    bars = per_hundred.bars({"no_reply": 0.526, "reply": 0.256, "conversion": 0.218})
    assert re.findall(r"<b>(\d+)%</b>", bars) == ["53", "25", "22"]
    assert "47 to be answered, 22 of them with a conversion" in per_hundred.in_a_sentence(0.256, 0.218, None)
    assert words.ANSWERED in bars
    two = per_hundred.bars({"no_reply": 0.7, "conversion": 0.3})
    assert re.findall(r"<b>(\d+)%</b>", two) == ["70", "30"]
    assert words.ANSWERED not in two
