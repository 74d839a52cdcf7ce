"""Refusals that end a talk, automatic answers of another moment, and emails whose day is told by their state."""

from __future__ import annotations

from datetime import UTC, date, datetime

from outcome_rl.importers.fold import Decision, FoldRules, SentEmail, fold
from outcome_rl.importers.meanings import Meaning, Signal

RULES = FoldRules(date(2024, 4, 15))


def day(number: int, month: int = 3) -> datetime:
    return datetime(2024, month, number, 9, tzinfo=UTC)


def test_a_written_refusal_after_another_answer_only_ends_the_talk() -> None:
    (talk,) = fold(
        [SentEmail(day(1))], [Signal(Meaning.REPLY, day(2)), Signal(Meaning.NEGATIVE, day(5), written=True)], RULES
    )
    assert talk == Decision(1)
    (first,) = fold(
        [SentEmail(day(1))], [Signal(Meaning.NEGATIVE, day(2), written=True), Signal(Meaning.REPLY, day(5))], RULES
    )
    assert first == Decision(0, turned_down=True)


def test_a_reply_and_an_automatic_answer_of_one_moment_are_one() -> None:
    both = [Signal(Meaning.REPLY, day(2)), Signal(Meaning.AUTOMATIC, day(2))]
    assert fold([SentEmail(day(1))], both, RULES) == [Decision(None, "a reply and out of office are both set")]
    assert fold([SentEmail(day(1))], [both[0], Signal(Meaning.AUTOMATIC, day(3))], RULES) == [Decision(1)]


def test_what_is_said_to_be_none_needs_no_day() -> None:
    (said,) = fold([SentEmail(own=(Signal(Meaning.DISMISSED),))], [], RULES)
    (unsaid,) = fold([SentEmail()], [], RULES)
    assert (said.unaged, unsaid.unaged) == (False, True)


def test_the_day_of_sending_comes_before_that_of_the_state() -> None:
    (decision,) = fold([SentEmail(day(1), state_at=day(14, 4))], [], RULES)
    assert decision == Decision(0)
