"""What the engine refuses, as the page says it: sentences without the field's words."""

from __future__ import annotations

import re

import pytest

from outcome_rl.config import DEFAULT_COLUMNS
from outcome_rl.data.dataset import EmailData, read_contexts, require_trainable
from outcome_rl.errors import OutcomeRLError
from outcome_rl.reward.metadata import require_trust
from outcome_rl.ui.words import teach
from outcome_rl.ui.words.errors import REFUSED, in_sellers_words
from outcome_rl.ui.words.jargon import JARGON


def refused(action) -> str:
    with pytest.raises(OutcomeRLError) as raised:
        action()
    return in_sellers_words(str(raised.value))


def emails_with(*outcomes: int) -> EmailData:
    return EmailData.from_lists([f"to {n}" for n in range(len(outcomes))], ["Hello there"] * len(outcomes), outcomes)


def test_files_that_teach_nothing_are_refused_in_plain_words():
    assert refused(lambda: require_trainable(emails_with(0, 0, 0))) == (
        "No email in this file was answered. The predictor also needs emails that were: at least 3, ideally 20 or more."
    )
    assert refused(lambda: require_trainable(emails_with(1, 2, 2))) == (
        "Every email in this file was answered. The predictor also needs emails that were not: at least 3, ideally 20 "
        "or more."
    )
    assert refused(lambda: require_trainable(emails_with(*[0] * 20, 1))) == (
        "Too few emails have the outcome “Reply”: 1. At least 3 of each outcome are needed, ideally 20 or more. Add "
        "such emails, or let these count as another outcome: bring the file again and move the words for this outcome "
        "into another list."
    )


def test_a_predictor_that_guesses_locks_teaching_in_the_words_of_the_lock():
    assert refused(lambda: require_trust({"beats_guessing": False}, False)) == teach.UNTRUSTED


def test_names_in_quotes_stay_and_the_rest_is_told_in_the_pages_words(tmp_path):
    file = tmp_path / "people.csv"
    file.write_text("context,city\n,Rome\n", encoding="utf-8")
    assert refused(lambda: read_contexts(file)) == (
        "people.csv: there are no recipients in it; one a row is needed in the column 'context'."
    )
    assert in_sellers_words("a reward model reads the context") == "a predictor reads the recipient."
    assert DEFAULT_COLUMNS.context == "context"


def test_every_plain_refusal_needs_no_dictionary():
    for said in REFUSED.values():
        assert [word for word in JARGON if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", said, re.I)] == [], said
