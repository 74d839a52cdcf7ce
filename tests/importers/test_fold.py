"""The fold: which email an answer belongs to, what it is worth, and that nobody is lost or counted twice."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outcome_rl.importers.entries import Entry
from outcome_rl.importers.fold import Decision, FoldRules, SentEmail, fold
from outcome_rl.importers.groups import DOUBLE, Item, judge_group
from outcome_rl.importers.layouts import Shape
from outcome_rl.importers.meanings import Meaning, Signal

TODAY = date(2024, 4, 15)
RULES = FoldRules(TODAY)


def day(number: int, hour: int = 9) -> datetime:
    """A day of March 2024; from 32 on, of April."""
    return datetime(2024, 3, 1, hour, tzinfo=UTC) + timedelta(days=number - 1)


def reply(number: int, hour: int = 12) -> Signal:
    return Signal(Meaning.REPLY, day(number, hour))


def called(meaning: Meaning) -> Signal:
    return Signal(meaning, named=True)


def outcomes(emails: list[SentEmail], answers: tuple[Signal, ...] = (), rules: FoldRules = RULES) -> list[int | str]:
    return [each.reason if each.outcome is None else each.outcome for each in fold(emails, answers, rules)]


def test_an_answer_belongs_to_the_last_email_before_it() -> None:
    emails = [SentEmail(day(4), 0), SentEmail(day(8), 1), SentEmail(day(12), 2)]
    assert outcomes(emails, (reply(9),)) == [0, 1, 0]


def test_an_answer_that_is_stamped_on_every_row_counts_once() -> None:
    stamped = (reply(13),)
    emails = [
        SentEmail(day(4), 0, lead=stamped),
        SentEmail(day(8), 1, lead=stamped),
        SentEmail(day(12), 2, lead=stamped),
    ]
    assert outcomes(emails) == [0, 0, 1]


def test_a_category_that_is_stamped_on_every_row_names_the_answer() -> None:
    meeting = called(Meaning.CONVERSION)
    emails = [SentEmail(day(4), 0, lead=(meeting, reply(5))), SentEmail(day(8), 1, lead=(meeting, reply(9)))]
    assert outcomes(emails) == [1, 2]  # the meeting came of the last answer


def test_a_meeting_came_of_the_last_answer_in_whatever_order_they_stand() -> None:
    meeting = called(Meaning.CONVERSION)
    emails = [SentEmail(day(4), 0, lead=(meeting, reply(9))), SentEmail(day(8), 1, lead=(meeting, reply(5)))]
    assert outcomes(emails) == [1, 2]


def test_a_meeting_with_a_time_that_is_stamped_on_every_row_is_of_the_last_email_before_it() -> None:
    met = (Signal(Meaning.CONVERSION, day(9)),)
    emails = [SentEmail(day(number), step, lead=met) for step, number in enumerate((4, 8, 12))]
    assert outcomes(emails) == [0, 2, 0]


@pytest.mark.parametrize(
    ("answered", "expected"),
    [((5, 5, 5), [1, 0, 0]), ((1, 1, 1), [1, 0, 0]), ((5, 9, 9), [1, 1, 0]), ((5, 9, 13), [1] * 3)],
)
def test_a_time_on_every_row_is_that_of_the_email_before_it(answered: tuple[int, ...], expected: list[int]) -> None:
    emails = [
        SentEmail(day(sent), step, own=(reply(came),))
        for step, (sent, came) in enumerate(zip((4, 8, 12), answered, strict=True))
    ]
    assert outcomes(emails) == expected


@pytest.mark.parametrize("word", [Meaning.AUTOMATIC, Meaning.UNSUBSCRIBED])
def test_who_answered_and_opted_out_or_refused_turned_us_down(word: Meaning) -> None:
    refused = Meaning.NEGATIVE if word is Meaning.AUTOMATIC else word
    email = SentEmail(day(4), 0, lead=(called(word), called(refused), reply(5)))
    assert outcomes([email], rules=FoldRules(TODAY, not_interested="reply")) == [1]
    assert outcomes([email]) == [0]


def test_emails_are_in_the_order_of_their_steps_where_one_has_no_time() -> None:
    assert outcomes([SentEmail(day(8), 0), SentEmail(None, 1)], (Signal(Meaning.REPLY),)) == [0, 1]


@pytest.mark.parametrize("word", [Meaning.AUTOMATIC, Meaning.NEGATIVE])
def test_what_an_answer_is_called_goes_for_each_of_them(word: Meaning) -> None:
    emails = [
        SentEmail(day(4), 0, lead=(called(word), reply(4, 10))),
        SentEmail(day(8), 1, lead=(called(word), reply(8, 10))),
    ]
    assert outcomes(emails) == [0, 0]


def test_a_category_without_a_time_belongs_to_the_last_email() -> None:
    interested = called(Meaning.REPLY)
    emails = [SentEmail(day(4), 0, lead=(interested,)), SentEmail(day(8), 1, lead=(interested,))]
    assert outcomes(emails) == [0, 1]


def test_a_category_beside_a_time_adds_no_answer() -> None:
    lead = (called(Meaning.REPLY), reply(5))
    assert outcomes([SentEmail(day(4), 0, lead=lead), SentEmail(day(8), 1, lead=lead)]) == [1, 0]


@pytest.mark.parametrize(
    ("word", "expected"),
    [(Meaning.CONVERSION, [1, 2, 0]), (Meaning.REPLY, [1, 1, 0]), (Meaning.NEGATIVE, [0, 0, 0])],
)
@pytest.mark.parametrize("by_itself", [False, True])
def test_a_category_without_a_time_is_about_the_emails_that_were_answered(
    word: Meaning, expected: list[int], by_itself: bool
) -> None:
    answers = (reply(5), reply(9))
    owns = [(), (), ()] if by_itself else [answers[:1], answers[1:], ()]
    emails = [
        SentEmail(day(at), step, own=own, lead=(called(word),))
        for step, (at, own) in enumerate(zip((4, 8, 12), owns, strict=True))
    ]
    assert outcomes(emails, answers if by_itself else ()) == expected


def test_the_same_word_on_all_steps_of_a_sequence_counts_once() -> None:
    emails = [SentEmail(None, step, own=(called(Meaning.REPLY),)) for step in range(3)]
    assert outcomes(emails) == [0, 0, 1]


@pytest.mark.parametrize("steps", [(None, None), (None, 0), (1, 1)])
def test_emails_that_are_no_sequence_keep_their_own_answers(steps: tuple[int | None, ...]) -> None:
    assert outcomes([SentEmail(None, step, own=(called(Meaning.REPLY),)) for step in steps]) == [1, 1]


def test_a_word_on_some_steps_is_theirs() -> None:
    emails = [SentEmail(None, 0), SentEmail(None, 1, own=(called(Meaning.REPLY),))]
    assert outcomes(emails) == [0, 1]


def test_a_day_without_an_hour_is_any_hour_of_it() -> None:
    answered = Signal(Meaning.REPLY, datetime(2024, 3, 4, tzinfo=UTC))
    assert outcomes([SentEmail(day(4, 15), 0, own=(answered,))]) == [1]
    assert outcomes([SentEmail(day(4, 15), 0), SentEmail(day(5, 15), 1)], (answered,)) == [1, 0]


def test_silence_is_no_reply_from_the_fourteenth_day_on() -> None:
    sent = [datetime(2024, 4, number, 23, 59, tzinfo=UTC) for number in (1, 2)]
    assert outcomes([SentEmail(at, 0) for at in sent[:1]]) == [0]  # 14 days before the fifteenth
    assert outcomes([SentEmail(at, 0) for at in sent[1:]]) == ["pending"]
    assert outcomes([SentEmail(sent[1], 0)], rules=FoldRules(TODAY, days=13)) == [0]


def test_a_young_email_with_an_answer_is_not_pending() -> None:
    assert outcomes([SentEmail(day(44), 0, own=(reply(45),))]) == [1]


def test_an_email_that_lies_ahead_is_pending() -> None:
    assert outcomes([SentEmail(day(60), 0)]) == ["pending"]


def test_what_did_not_go_out_has_no_outcome() -> None:
    emails = [
        SentEmail(day(4), 0, own=(Signal(Meaning.BOUNCED), reply(4))),
        SentEmail(None, 1, own=(Signal(Meaning.UNSENT),)),
        SentEmail(None, 2, own=(Signal(Meaning.UNSENT), Signal(Meaning.UNSUBSCRIBED))),
        SentEmail(day(4), 3, own=(Signal(Meaning.BLOCKED),)),
        SentEmail(day(4), 4, own=(Signal(Meaning.BOUNCED), Signal(Meaning.UNSUBSCRIBED))),
    ]
    assert outcomes(emails) == ["bounced", "not sent", "opted out before sending", "blocked", "bounced"]


def test_a_word_that_is_not_known_is_named_as_far_as_it_is_short() -> None:
    emails = [SentEmail(day(4), unknown="Hot"), SentEmail(day(4), unknown="h" * 90), SentEmail(day(4), unknown="")]
    assert outcomes(emails) == [
        "outcome 'Hot' is not known", f"outcome '{'h' * 40}' is not known", "outcome is blank"
    ]  # fmt: skip


def test_an_answer_does_not_go_to_an_email_that_bounced() -> None:
    emails = [SentEmail(day(4), 0), SentEmail(day(8), 1, own=(Signal(Meaning.BOUNCED),))]
    assert outcomes(emails, (reply(9),)) == [1, "bounced"]


@pytest.mark.parametrize(("worth", "refused", "clicked"), [("no_reply", 0, 0), ("reply", 1, 0), ("skip", None, None)])
def test_a_refusal_is_worth_what_the_seller_says(worth: str, refused: int | None, clicked: int | None) -> None:
    rules = FoldRules(TODAY, not_interested=worth)
    (answer,) = fold([SentEmail(day(4), 0, own=(called(Meaning.NEGATIVE), reply(5)))], (), rules)
    (click,) = fold([SentEmail(day(4), 0, own=(Signal(Meaning.UNSUBSCRIBED),))], (), rules)
    assert (answer.outcome, click.outcome) == (refused, clicked)  # a click on a link is never a reply
    assert answer.turned_down and click.turned_down


def test_writing_to_be_taken_off_the_list_is_a_refusal() -> None:
    emails = [SentEmail(day(4), 0, own=(Signal(Meaning.UNSUBSCRIBED), reply(5)))]
    assert outcomes(emails, rules=FoldRules(TODAY, not_interested="reply")) == [1]
    assert outcomes(emails) == [0]


def test_a_meeting_outweighs_everything() -> None:
    said = (called(Meaning.CONVERSION), called(Meaning.AUTOMATIC), reply(5))
    assert outcomes([SentEmail(day(4), 0, own=said)]) == [2]


def test_a_reply_and_an_automatic_one_are_told_apart_by_their_times() -> None:
    both = (Signal(Meaning.AUTOMATIC, day(4, 10)), reply(6))
    assert outcomes([SentEmail(day(4), 0)], both) == [1]
    flags = (Signal(Meaning.AUTOMATIC), Signal(Meaning.REPLY))
    assert outcomes([SentEmail(day(4), 0, own=flags)]) == ["a reply and out of office are both set"]


def test_what_is_still_running_and_has_no_date_is_pending() -> None:
    assert outcomes([SentEmail(None, 0, own=(called(Meaning.RUNNING),))]) == ["pending"]
    assert fold([SentEmail(None, 0)], (), RULES) == [Decision(0, unaged=True)]
    assert fold([SentEmail(None, 0, own=(called(Meaning.NONE),))], (), RULES) == [Decision(0)]


def test_a_word_that_is_not_known_holds_the_email_back() -> None:
    assert outcomes([SentEmail(day(4), 0, own=(reply(5),), unknown="Hot")]) == ["outcome 'Hot' is not known"]


# --- nobody is lost, nobody counted twice -----------------------------------------------------------------------------

MEANINGS = st.sampled_from(list(Meaning))
TIMES = st.none() | st.integers(1, 60).map(day)
HOURS = st.tuples(st.integers(1, 40), st.integers(0, 23))
SIGNALS = st.builds(Signal, MEANINGS, TIMES, st.booleans())
SENT = st.builds(
    SentEmail,
    at=TIMES,
    step=st.none() | st.integers(0, 4),
    own=st.lists(SIGNALS, max_size=3).map(tuple),
    lead=st.lists(SIGNALS, max_size=3).map(tuple),
    unknown=st.none() | st.just("?"),
)


@settings(max_examples=300)
@given(st.lists(SENT, max_size=6), st.lists(SIGNALS, max_size=4), st.sampled_from(["reply", "no_reply", "skip"]))
def test_every_email_gets_one_decision(emails: list[SentEmail], answers: list[Signal], worth: str) -> None:
    decisions = fold(emails, answers, FoldRules(TODAY, not_interested=worth))
    assert len(decisions) == len(emails)
    assert all((each.outcome in (0, 1, 2)) != bool(each.reason) for each in decisions)
    said = [signal for email in emails for signal in (*email.own, *email.lead)] + answers
    if not any(signal.meaning is Meaning.CONVERSION for signal in said):
        assert all(each.outcome != 2 for each in decisions)  # nothing is won that nobody says was won
    if not any(signal.meaning in (Meaning.REPLY, Meaning.NEGATIVE) for signal in said):
        assert all(each.outcome != 1 for each in decisions)


@settings(max_examples=200)
@given(
    st.lists(st.tuples(st.integers(1, 40), st.integers(0, 23)), min_size=1, max_size=5, unique=True), st.integers(1, 44)
)
def test_one_answer_makes_one_reply_at_most(times: list[tuple[int, int]], answered: int) -> None:
    sent = sorted(day(*time) for time in times)
    answer = Signal(Meaning.REPLY, day(answered, 12))
    stamped = [SentEmail(at, step, lead=(answer,)) for step, at in enumerate(sent)]
    replies = [step for step, each in enumerate(fold(stamped, (), RULES)) if each.outcome == 1]
    before = [step for step, at in enumerate(sent) if at <= day(answered, 12)]
    assert replies == before[-1:]


ITEMS = st.builds(
    lambda sent, text, shape: Item(Entry("a@firm.example", "", sent, step=sent.step), shape, 0, "row", ("a",), text),
    SENT,
    st.integers(0, 2),
    st.sampled_from([Shape.SENDS, Shape.LEADS, Shape.MESSAGES]),
)


@settings(max_examples=300)
@given(st.lists(ITEMS, max_size=6))
def test_every_row_of_a_group_is_an_email_a_double_or_tells_of_the_recipient(items: list[Item]) -> None:
    result = judge_group(items, RULES)
    assert len(result.emails) + len(result.described) == len(items)
    assert all(item.shape is Shape.LEADS for item in result.described)
    assert not result.described or len(result.described) < len(items), "leads alone are emails"
    kept = [each.item for each in result.emails if each.decision.reason != DOUBLE]
    sends = [item.entry for item in kept if item.shape is Shape.SENDS and item.entry.step is not None]
    keys = Counter((entry.step, entry.sent.at if entry.sent else None) for entry in sends)
    assert all(count == 1 for count in keys.values())


def test_a_row_that_comes_twice_is_one_email() -> None:
    sent = SentEmail(day(4), 0, own=(reply(5),))
    items = [Item(Entry("a", "", sent, step=0), Shape.SENDS, 0, "row 2", ("x",), 1)] * 2
    assert sorted(each.decision.reason for each in judge_group(items, RULES).emails) == ["", DOUBLE]
