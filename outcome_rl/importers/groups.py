"""A recipient's rows as their emails and what came back: doubles merged, conversations told from first letters."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from .entries import AFTER_ANSWER, ANSWERED_FIRST, Entry
from .fold import FROM_RECIPIENTS, PERSON, Decision, FoldRules, SentEmail, fold, last_moment
from .layouts import WITH_EMAILS, Shape
from .meanings import Meaning, Signal

DOUBLE = "the same email twice"
EARLIER_ANSWER = "its answer is dated before it"
"""Of an email whose row tells of an answer that came before it, or any other, was sent: one of the two is wrong."""
WON_LATE = "won too long after it"
OUTSIDE_SEQUENCE = "an answer of yours outside the sequence"
_STOPS = (Meaning.BOUNCED, Meaning.UNSENT)
LOGGED_TWICE = timedelta(minutes=2)
"""Between the two times of one message that a mailbox and a CRM both have logged."""
_FAR = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Item:
    """A row of a group: what it says, where it is from (``source`` and ``cells`` are handed through)."""

    entry: Entry
    shape: Shape
    source: int
    place: str
    cells: tuple[str, ...]
    text_mark: int = 0
    """Tells texts apart."""


@dataclass(frozen=True)
class Judged:
    """An email of the group with its outcome."""

    item: Item
    decision: Decision
    number: int
    """Which email to this recipient it is, from 0; its step where a row says that."""
    inferred: bool = False
    """Whether no row tells of it, but that of a later step."""


@dataclass(frozen=True)
class GroupResult:
    """What became of a recipient's rows."""

    emails: tuple[Judged, ...]
    unmatched: int = 0
    """Answers before any email, or to somebody who was sent none."""
    answered: frozenset[str] = frozenset()
    """Columns that say that this recipient answered."""
    why_unanswered: str = ""
    """Why none of the emails counts as answered; empty where one does, or where nobody says that it was."""
    described: tuple[Item, ...] = ()
    """Rows of leads that only tell more about the recipient of the emails."""


def judge_group(
    items: Sequence[Item], rules: FoldRules, leads_tell: Collection[Meaning] = FROM_RECIPIENTS
) -> GroupResult:
    """Every email of a recipient with its outcome; nobody is lost, nobody counted twice.

    ``leads_tell``: which answers count that rows of leads tell of where other rows are the emails.
    """
    items, leads = _without_leads(items, leads_tell)
    answers = [signal for item in items for signal in item.entry.answers]
    sends, doubles = _merge_doubles([item for item in items if item.entry.sent is not None])
    if not sends:
        sends = _sent_by_events(items)
    sends = _stops_of_events(sends, answers)
    sends = [_asked(item, items) for item in sends]
    sends = _conversations(_without_own_answers(sends), answers)
    sends = _without_earlier_answers(sends)
    emails = [item.entry.sent or SentEmail() for item in sends]
    decisions = fold(emails, answers, rules)
    judged = [
        Judged(item, decision, item.entry.step if item.entry.step is not None else number)
        for (item, decision), number in zip(
            zip(sends, decisions, strict=True), _numbers(sends), strict=True
        )
    ]  # fmt: skip
    judged += [Judged(item, Decision(None, DOUBLE), 0) for item in doubles]
    answered = _answered(items)
    why = _why_unanswered(items, decisions) if answered else ""
    return GroupResult(tuple(judged), _unmatched(emails, answers), answered, why, tuple(leads))


def _without_leads(items: Sequence[Item], leads_tell: Collection[Meaning]) -> tuple[list[Item], list[Item]]:
    """(the rows with emails, each with the answers that leads tell of; rows of leads that tell more about the same
    person); nothing is put aside where leads are all that tells of emails.
    """
    leads = [item for item in items if item.shape is Shape.LEADS]
    emails = [item for item in items if item.shape in WITH_EMAILS and item.entry.sent is not None]
    if not leads or not emails:
        return list(items), []
    said = [signal for item in leads if item.entry.sent for signal in item.entry.sent.lead]
    said = [signal for signal in said if signal.meaning in leads_tell]
    return [_with_answers(item, said) for item in items if item.shape is not Shape.LEADS], leads


def _with_answers(item: Item, said: Sequence[Signal]) -> Item:
    sent = item.entry.sent
    if not said or sent is None:
        return item
    return replace(item, entry=replace(item.entry, sent=replace(sent, lead=(*sent.lead, *said))))


def _without_earlier_answers(sends: list[Item]) -> list[Item]:
    """An answer cannot come before its email: those that came more than a day before any email to that recipient belong
    to none. An email with no other is marked to be left out, for neither "reply" nor "no reply" is sure.
    """
    first = min((item.entry.sent.at for item in sends if item.entry.sent and item.entry.sent.at), default=None)
    if first is None:
        return sends
    found = []
    for item in sends:
        sent = item.entry.sent
        assert sent is not None
        told = [signal for signal in (*sent.own, *sent.lead) if not signal.of_person]
        dated = [signal for signal in told if signal.meaning in PERSON and signal.at]
        early = {signal for signal in dated if signal.at and last_moment(signal.at) + timedelta(days=1) < first}
        if early and not sent.stop:
            own, lead = (tuple(each for each in part if each not in early) for part in (sent.own, sent.lead))
            sent = replace(sent, own=own, lead=lead, stop=EARLIER_ANSWER if len(early) == len(set(dated)) else "")
            item = replace(item, entry=replace(item.entry, sent=sent))
        found.append(item)
    return found


def _answered(items: Sequence[Item]) -> frozenset[str]:
    return frozenset(column for item in items for column in item.entry.evidence)


def _why_unanswered(items: Sequence[Item], decisions: Sequence[Decision]) -> str:
    """Why nothing counts as an answer though a column says that one came; empty where something does."""
    if any(decision.outcome for decision in decisions):
        return ""
    said = {
        signal.meaning for item in items if item.entry.sent for signal in (*item.entry.sent.own, *item.entry.sent.lead)
    }
    for meaning in (Meaning.DISMISSED, Meaning.AUTOMATIC):
        if meaning in said:
            return meaning.value
    if any(decision.turned_down for decision in decisions):
        return Meaning.NEGATIVE.value
    if any(decision.won_late for decision in decisions):
        return WON_LATE
    return next((decision.reason for decision in decisions if decision.reason), "answered before they were written to")


def _merge_doubles(items: Sequence[Item]) -> tuple[list[Item], list[Item]]:
    """(emails, each once; rows that are the same email again, as joined exports have them)."""
    kept: dict[tuple[object, ...], Item] = {}
    doubles: list[Item] = []
    logged: dict[int, tuple[datetime, tuple[object, ...]]] = {}
    for item in items:
        key = _identity(item, len(kept) + len(doubles))
        at = item.entry.sent.at if item.entry.sent and item.shape is Shape.MESSAGES else None
        if at and item.text_mark:
            first_at, first_key = logged.setdefault(item.text_mark, (at, key))
            key = first_key if abs(at - first_at) <= LOGGED_TWICE else key
        if key in kept:
            first = kept[key]
            sent, more = first.entry.sent, item.entry.sent
            assert sent is not None and more is not None
            merged = replace(
                sent,
                at=sent.at or more.at,
                own=tuple(dict.fromkeys((*sent.own, *more.own))),
                lead=tuple(dict.fromkeys((*sent.lead, *more.lead))),
                unknown=sent.unknown if sent.unknown is not None else more.unknown,
            )
            better = first if first.text_mark or not item.text_mark else item
            kept[key] = replace(better, entry=replace(better.entry, sent=merged))
            doubles.append(item if better is first else first)
        else:
            kept[key] = item
    return list(kept.values()), doubles


def _identity(item: Item, unique: int) -> tuple[object, ...]:
    """What makes two rows the same email: the step and the time, or else the time and the text."""
    sent = item.entry.sent
    assert sent is not None
    campaign = item.entry.campaign.lower()
    if item.entry.step is not None:
        return campaign, item.entry.step, sent.at if item.shape is not Shape.LEADS else None
    if sent.at is not None:
        return campaign, sent.at, item.text_mark
    if item.shape in (Shape.LEADS, Shape.EVENTS):
        return campaign, item.shape
    return (campaign, item.text_mark, item.cells) if item.text_mark else (campaign, unique)


def _sent_by_events(items: Sequence[Item]) -> list[Item]:
    """The email that opened, clicked or answered events prove, where no row says that it was sent."""
    events = [item for item in items if item.shape is Shape.EVENTS]
    if not events:
        return []
    first = min(events, key=lambda item: item.entry.event_at or _FAR)
    sent = SentEmail(first.entry.event_at, first.entry.step)
    return [replace(first, entry=replace(first.entry, sent=sent))]


def _stops_of_events(sends: list[Item], answers: Sequence[Signal]) -> list[Item]:
    """Bounces that came as rows of their own, put onto the last email before each."""
    for signal in answers:
        if signal.meaning in _STOPS and sends:
            place = _last_sent(sends, signal.at)
            entry = sends[place].entry
            assert entry.sent is not None
            sent = replace(entry.sent, own=(*entry.sent.own, Signal(signal.meaning)))
            sends[place] = replace(sends[place], entry=replace(entry, sent=sent))
    return sends


def _last_sent(sends: Sequence[Item], at: datetime | None) -> int:
    times = [(item.entry.sent.at if item.entry.sent else None) or datetime.min.replace(tzinfo=UTC) for item in sends]
    before = [place for place, time in enumerate(times) if at is None or time <= at]
    return max(before or range(len(sends)), key=lambda place: times[place])


def _asked(item: Item, items: Sequence[Item]) -> Item:
    """Events with words that are not known hold back the recipient's emails until they are answered."""
    if item.shape is not Shape.EVENTS or item.entry.sent is None or item.entry.sent.unknown is not None:
        return item
    words = [word for each in items for word in each.entry.unknown]
    return replace(item, entry=replace(item.entry, sent=replace(item.entry.sent, unknown=words[0]))) if words else item


def _conversations(sends: list[Item], answers: Sequence[Signal]) -> list[Item]:
    """Messages that answer an answer are no first letters; they are marked to be left out."""
    times = sorted(signal.at for signal in answers if signal.meaning in PERSON and signal.at)
    if not times:
        return sends
    found = []
    opened = min((item.entry.sent.at for item in sends if item.entry.sent and item.entry.sent.at), default=None)
    for item in sends:
        sent = item.entry.sent
        if item.shape is Shape.MESSAGES and item.entry.is_reply_subject and sent and sent.at and sent.at > times[0]:
            first = opened is not None and opened < times[0]
            sent = replace(sent, stop=AFTER_ANSWER if first else ANSWERED_FIRST)
            item = replace(item, entry=replace(item.entry, sent=sent))
        found.append(item)
    return found


def _without_own_answers(sends: list[Item]) -> list[Item]:
    """A sequence's emails; what was sent outside it with the subject of an answer goes on with a talk, once an email of
    the sequence went out.
    """
    of_sequence = [item.entry.sent for item in sends if item.shape is Shape.SENDS and item.entry.step is not None]
    opened = min((sent.at for sent in of_sequence if sent and sent.at), default=None)
    found = []
    for item in sends:
        sent, entry = item.entry.sent, item.entry
        aside = item.shape is Shape.SENDS and entry.step is None and not entry.campaign and entry.is_reply_subject
        if aside and opened and sent and sent.at and sent.at > opened and not sent.stop:
            item = replace(item, entry=replace(entry, sent=replace(sent, stop=OUTSIDE_SEQUENCE)))
        found.append(item)
    return found


def _numbers(sends: Sequence[Item]) -> list[int]:
    """Which email each is, in time; those that are no first letters do not count."""
    order = sorted(
        range(len(sends)), key=lambda place: ((sends[place].entry.sent or SentEmail()).at or _FAR, place)
    )  # fmt: skip
    numbers, number = [0] * len(sends), 0
    for place in order:
        numbers[place] = number
        number += not (sends[place].entry.sent or SentEmail()).stop
    return numbers


def _unmatched(emails: Sequence[SentEmail], answers: Sequence[Signal]) -> int:
    """Answers of people that came before any email, or without one."""
    times = [email.at for email in emails]
    if times and None in times:
        return 0
    first = min((time for time in times if time), default=None)
    told = [signal for signal in answers if signal.meaning in PERSON]
    return sum(1 for each in told if first is None or (each.at and each.at + timedelta(days=1) < first))
