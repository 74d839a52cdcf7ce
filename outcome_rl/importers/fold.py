"""One outcome for each email: what was said of a recipient, by rows and events, folded onto the emails they got.

Rules, in their order:

1. An email that did not go out, bounced, or went to somebody who is blocked has no outcome; it is left out.
2. An answer belongs to the last email before it. An answer that is stamped on each of a recipient's rows counts once.
   A deal or a meeting that is dated too long after that email is nobody's.
3. What a recipient is called (interested, not interested, out of office) says what their answer was.
4. An automatic answer is none, and so is one that the user says is none. An answer that turns the seller down is
   worth what the seller says.
5. Where nothing came, the email is "no reply" once it is old enough, else pending.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from ..config import DEFAULT_EXPORT
from .meanings import Meaning, Signal

NO_REPLY, REPLY, CONVERSION = 0, 1, 2
PENDING = "pending"
NOT_INTERESTED = ("no_reply", "reply", "skip")
"""What an answer that turns the seller down may be worth."""
AGREED_MEETING = ("reply", "conversion")
"""What an answer that agrees to meet or orders something in its own words may be worth."""
REPLY_OR_AUTOMATIC = "a reply and out of office are both set"
_STOPS = (Meaning.BOUNCED, Meaning.UNSENT, Meaning.BLOCKED, Meaning.SKIP)
PERSON = (Meaning.CONVERSION, Meaning.REPLY, Meaning.NEGATIVE)
"""What a person answers."""
FROM_RECIPIENTS = (*PERSON, Meaning.AUTOMATIC, Meaning.UNSUBSCRIBED, Meaning.DISMISSED)
"""What comes of an email from the other side."""


@dataclass(frozen=True)
class FoldRules:
    """How to judge: on which day, after how many days of silence, what a refusal and a meeting agreed in an answer are
    worth, and for how long a deal is an email's.
    """

    today: date
    days: int = DEFAULT_EXPORT.days
    not_interested: str = DEFAULT_EXPORT.not_interested
    agreed_meeting: str = DEFAULT_EXPORT.agreed_meeting
    won_within: int = DEFAULT_EXPORT.won_within
    """Days between an email and a deal or a meeting that counts for it."""


@dataclass(frozen=True)
class SentEmail:
    """One email to one recipient and what its own row says; ``lead``: what is stamped on the recipient's rows.

    ``unknown`` is a word that has to be asked for first.
    """

    at: datetime | None = None
    step: int | None = None
    own: tuple[Signal, ...] = ()
    lead: tuple[Signal, ...] = ()
    unknown: str | None = None
    stop: str = ""
    """Why the email is no case at all, where the caller knows it: written after the answer, say."""
    state_at: datetime | None = None
    """When the row's state was reached, where the time of sending is not written; only an age is taken from it."""


@dataclass(frozen=True)
class Decision:
    """An outcome (0, 1, 2), or None and the reason: left out, or :data:`PENDING`."""

    outcome: int | None
    reason: str = ""
    turned_down: bool = False
    """Whether the answer turned the seller down, whatever it was taken for."""
    unaged: bool = False
    """No reply, though nothing says how old the email is."""
    automatic: bool = False
    """Whether a reply was said to have come, and to have been an automatic one."""
    won_late: bool = False
    """Whether a deal or a meeting was left aside that is dated too long after it."""
    agreed: bool = False
    """Whether the answer agrees to meet in its own words, and nothing else says that they were won."""


def fold(emails: Sequence[SentEmail], answers: Sequence[Signal], rules: FoldRules) -> list[Decision]:
    """One decision for each of a recipient's emails, in their order.

    ``answers`` are what came from the recipient by itself: rows of replies, events, messages.
    """
    decisions: list[Decision | None] = [_stopped(each) for each in emails]
    live = _in_order(emails, [place for place, decision in enumerate(decisions) if decision is None])
    emails, answers, late = _without_late(emails, answers, live, rules)
    got: dict[int, list[Signal]] = {place: [] for place in live}
    if live and (answers or any(emails[place].own or emails[place].lead for place in live)):
        _attach_timed(answers, emails, live, got)
        _attach_stamped(emails, live, got)
    for place in live:
        decisions[place] = replace(_decide(emails[place], got[place], rules), won_late=place in late)
    return [decision for decision in decisions if decision is not None]


def _stopped(email: SentEmail) -> Decision | None:
    if email.stop:
        return Decision(None, email.stop)
    said = [signal.meaning for signal in (*email.own, *email.lead)]
    for meaning in _STOPS:
        if meaning in said:
            unsubscribed = Meaning.UNSUBSCRIBED in said and meaning is Meaning.UNSENT
            return Decision(None, "opted out before sending" if unsubscribed else meaning.value)
    if email.unknown is not None:
        return Decision(None, f"outcome '{email.unknown[:40]}' is not known" if email.unknown else "outcome is blank")
    return None


def _in_order(emails: Sequence[SentEmail], places: Sequence[int]) -> list[int]:
    """Emails by the time of sending where all have one, else by their step."""
    timed = all(emails[place].at is not None for place in places)

    def order(place: int) -> tuple[float, int]:
        at = emails[place].at
        return at.timestamp() if timed and at else 0.0, emails[place].step or 0

    return sorted(places, key=order)


def _without_late(
    emails: Sequence[SentEmail], answers: Sequence[Signal], live: Sequence[int], rules: FoldRules
) -> tuple[Sequence[SentEmail], Sequence[Signal], set[int]]:
    """(emails and answers without deals and meetings that are dated too long after the last email before them; the
    places of these emails).
    """
    said = [*answers, *(signal for place in live for signal in (*emails[place].own, *emails[place].lead))]
    late: dict[Signal, int] = {}
    for signal in {each for each in said if each.meaning is Meaning.CONVERSION and (each.at or each.won_at)}:
        when = signal.at or signal.won_at
        assert when is not None
        place = _last_before(when, emails, live) if live else None
        sent = emails[place].at if place is not None else None
        if place is not None and sent and (when - sent).days > rules.won_within:
            late[signal] = place
        elif live and place is None and signal.won_at:  # before the first email
            late[signal] = -1
    if not late:
        return emails, answers, set()
    kept = [
        replace(each, own=tuple(one for one in each.own if one not in late),
                lead=tuple(one for one in each.lead if one not in late))
        for each in emails
    ]  # fmt: skip
    return kept, [each for each in answers if each not in late], set(late.values())


def _attach_stamped(emails: Sequence[SentEmail], live: Sequence[int], got: dict[int, list[Signal]]) -> None:
    """What rows say, onto the emails: once where it is stamped on the recipient's rows."""
    lead = [signal for place in live for signal in emails[place].lead]
    called = [signal for signal in lead if signal.at is None and signal.meaning in FROM_RECIPIENTS]
    timed = [signal for signal in lead if signal.at is not None and signal.meaning in FROM_RECIPIENTS]
    replies = sorted(
        (each for each in timed if each.meaning is Meaning.REPLY), key=lambda each: each.at or datetime.min
    )
    others = [each for each in timed if each.meaning is not Meaning.REPLY]
    if replies:
        meant = {signal.meaning for signal in called}
        if any(signal.meaning is Meaning.REPLY and signal.named for signal in called):
            meant.discard(Meaning.AUTOMATIC)  # a machine answered, and so did a person
        replies = _named_replies(replies, meant)
        called = []
    _attach_timed([*replies, *others], emails, live, got)
    _attach_own(emails, live, got)
    for place in _those_called(called, live, got):
        got[place] += called


def _those_called(called: Sequence[Signal], live: Sequence[int], got: Mapping[int, Sequence[Signal]]) -> Sequence[int]:
    """The emails that what a recipient is called is about: those that their rows say were answered, else the last; a
    meeting is the last answer's.
    """
    answered = [place for place in live if any(signal.meaning in PERSON for signal in got[place])]
    won = any(signal.meaning is Meaning.CONVERSION for signal in called)
    return answered if answered and not won else (answered or live)[-1:]


def _named_replies(replies: Sequence[Signal], called: set[Meaning]) -> list[Signal]:
    """Answers with a time, as what the recipient is called: a meeting is the last answer's, all else each answer's."""
    if Meaning.CONVERSION in called:
        return [*replies[:-1], Signal(Meaning.CONVERSION, replies[-1].at)]
    for meaning in (Meaning.DISMISSED, Meaning.NEGATIVE, Meaning.AUTOMATIC, Meaning.UNSUBSCRIBED):
        if meaning in called:
            kind = Meaning.NEGATIVE if meaning is Meaning.UNSUBSCRIBED else meaning
            return [Signal(kind, reply.at) for reply in replies]
    return list(replies)


def _attach_own(emails: Sequence[SentEmail], live: Sequence[int], got: dict[int, list[Signal]]) -> None:
    """What a row says of its own email; where every row says the same, it is the recipient's and counts once."""
    for meaning in FROM_RECIPIENTS:
        saying = {place: _last(emails[place].own, meaning) for place in live}
        said = {place: signal for place, signal in saying.items() if signal}
        stamped = len(said) == len(live) and len({signal.at for signal in said.values()}) == 1
        stamped = stamped and (next(iter(said.values())).at is not None or _in_steps(emails, live))
        if stamped:
            (signal, *_) = said.values()
            place = _last_before(signal.at, emails, live) if signal.at else live[-1]
            got[live[0] if place is None else place].append(signal)
            continue
        for place, signal in said.items():
            sent = emails[place].at
            if signal.at and sent and all(emails[each].at for each in live):
                found = _last_before(signal.at, emails, live)
                place = place if found is None else found
            got[place].append(signal)


def _in_steps(emails: Sequence[SentEmail], live: Sequence[int]) -> bool:
    """Whether the emails are steps of one sequence."""
    steps = [emails[place].step for place in live]
    return None not in steps and len(set(steps)) == len(steps)


def _last(signals: Sequence[Signal], meaning: Meaning) -> Signal | None:
    """The last signal of a meaning; one with a time before one without, as a state that says the same has none."""
    found = [signal for signal in reversed(signals) if signal.meaning is meaning]
    return next((signal for signal in found if signal.at), found[0] if found else None)


def _attach_timed(
    answers: Sequence[Signal], emails: Sequence[SentEmail], live: Sequence[int], got: dict[int, list[Signal]]
) -> None:
    for answer in answers:
        place = live[-1] if answer.at is None else _last_before(answer.at, emails, live)
        if place is not None:
            got[place].append(answer)


def _last_before(at: datetime, emails: Sequence[SentEmail], live: Sequence[int]) -> int | None:
    """The last email sent before an answer; where no email has a time, the last; None: it came before all of them."""
    if any(emails[place].at is None for place in live):
        return live[-1]
    moment = last_moment(at)
    before = [place for place in live if emails[place].at <= moment]  # type: ignore[operator]
    return before[-1] if before else None


def last_moment(at: datetime) -> datetime:
    """The latest that a time may mean: a day alone may have been any hour of it."""
    return at + timedelta(days=1) if is_day(at) else at


def is_day(at: datetime) -> bool:
    """Whether a time is a day alone: it may have been any hour of it."""
    return (at.hour, at.minute, at.second, at.microsecond) == (0, 0, 0, 0)


def _decide(email: SentEmail, got: Sequence[Signal], rules: FoldRules) -> Decision:
    """What the signals that belong to an email make of it."""
    said = {signal.meaning for signal in got}
    if Meaning.CONVERSION in said:
        return Decision(CONVERSION)
    if Meaning.DISMISSED in said:
        return _silent(email, rules)
    if _refuses(got) or {Meaning.REPLY, Meaning.UNSUBSCRIBED} <= said:
        return _turned_down(rules, Decision(REPLY, turned_down=True))
    if {Meaning.REPLY, Meaning.AUTOMATIC} <= said and not _tells_apart(got):
        named = {signal.meaning for signal in got if signal.named}
        if Meaning.AUTOMATIC not in named:
            return Decision(None, REPLY_OR_AUTOMATIC)
        if Meaning.REPLY not in named:
            return replace(_silent(email, rules), automatic=True)
    if Meaning.REPLY in said:
        agreed = any(signal.agrees for signal in got)
        return Decision(CONVERSION if agreed and rules.agreed_meeting == "conversion" else REPLY, agreed=agreed)
    if Meaning.UNSUBSCRIBED in said:  # a click on a link is no answer
        return _turned_down(rules, Decision(NO_REPLY, turned_down=True))
    return _silent(email, rules)


def _refuses(got: Sequence[Signal]) -> bool:
    """Whether an answer turns the seller down; the words of one that came after another answer only end a talk."""
    first = min((signal.at for signal in got if signal.meaning is Meaning.REPLY and signal.at), default=None)
    refusals = [signal for signal in got if signal.meaning is Meaning.NEGATIVE]
    return any(not (each.written and each.at and first and first < each.at) for each in refusals)


def _tells_apart(got: Sequence[Signal]) -> bool:
    """Whether the reply and the automatic answer are two things, with a time each."""
    replies = {signal.at for signal in got if signal.meaning is Meaning.REPLY and signal.at}
    automatic = {signal.at for signal in got if signal.meaning is Meaning.AUTOMATIC and signal.at}
    return bool(replies and automatic and replies != automatic)


def _turned_down(rules: FoldRules, as_reply: Decision) -> Decision:
    if rules.not_interested == "skip":
        return Decision(None, Meaning.NEGATIVE.value, turned_down=True)
    return as_reply if rules.not_interested == "reply" else Decision(NO_REPLY, turned_down=True)


def _silent(email: SentEmail, rules: FoldRules) -> Decision:
    """No reply once the email is old enough; what is still running and has no time is pending."""
    sent = email.at or email.state_at
    if sent is None:
        said = {signal.meaning for signal in (*email.own, *email.lead)}
        return (
            Decision(None, PENDING)
            if Meaning.RUNNING in said
            else Decision(NO_REPLY, unaged=not {Meaning.NONE, Meaning.DISMISSED} & said)
        )
    return Decision(None, PENDING) if (rules.today - sent.date()).days < rules.days else Decision(NO_REPLY)
