"""A bounce is about the last email before it, and that email alone has no outcome."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from outcome_rl.importers.fold import FoldRules, fold
from outcome_rl.importers.mail_threads import SentMail, Thread
from outcome_rl.importers.meanings import Meaning, Signal


@pytest.mark.parametrize(
    ("bounced", "hit"),
    [
        (datetime(2024, 3, 3), [False, False]),
        (datetime(2024, 3, 4), [True, False]),  # the moment of sending
        (datetime(2024, 3, 7, 23), [True, False]),
        (datetime(2024, 3, 8), [False, True]),
        (datetime(2024, 5, 1), [False, True]),
        (None, [False, True]),
    ],
)
def test_which_of_two_emails_a_bounce_is_about(bounced: datetime | None, hit: list[bool]) -> None:
    emails = tuple(SentMail(n, "ana@firm.example", "", "One", "Hi", datetime(2024, 3, 4 + 4 * n)) for n in range(2))
    sent = Thread(emails, (Signal(Meaning.BOUNCED, bounced),)).sent()
    assert [bool(each.own) for each in sent] == hit
    assert [each.outcome for each in fold(sent, (), FoldRules(date(2024, 4, 15)))] == [
        None if out else 0 for out in hit
    ]
