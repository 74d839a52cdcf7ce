"""What one row of a table says: an email to somebody, answers that came, or both."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from ..text.automatic_replies import is_bounce_subject
from ..text.cleaning import clean_email
from ..text.merge_filling import custom_fields
from .addresses import bounced_addresses, first_address
from .answers import as_noted, as_written, message_answer, tells_automatic, written_answer
from .dates import filled_or_empty, is_nothing, parse_date
from .deals import tells_a_meeting
from .event_words import event_meaning, is_only_seen, is_sending
from .firms import is_freemail
from .fold import FROM_RECIPIENTS, PERSON, SentEmail, last_moment
from .guess_outcomes import is_plainly_named
from .last_steps import last_step
from .layouts import Layout, Shape
from .meanings import (
    Form,
    Meaning,
    OutcomeRule,
    Signal,
    Unknown,
    flag_value,
    said_of_the_rest,
    word_key,
)
from .people import NAME_ROLES
from .sayings import Saying, read_saying
from .templates import step_number

_REPLY_SUBJECT = re.compile(r"\s*(?:re|aw|antw|sv|vs|odp|rif|res)\s*(?:\[\d+\])?:", re.I)
MOST_WORDS = 80
AFTER_ANSWER = "written after their answer"
ANSWERED_FIRST = "an answer to an email of theirs"


@dataclass(frozen=True)
class Entry:
    """One row, read. ``sent`` is None where it is an answer or an event that is no sending."""

    recipient: str
    campaign: str
    sent: SentEmail | None
    answers: tuple[Signal, ...] = ()
    step: int | None = None
    variant: str = ""
    template: str = ""
    unknown: tuple[str, ...] = ()
    """Words that have to be asked for."""
    is_reply_subject: bool = False
    evidence: tuple[str, ...] = ()
    """Columns of this row that say that somebody answered."""
    event_at: datetime | None = None
    opened: bool = False


class RowReader:
    """Reads the rows of one table by its layout."""

    def __init__(
        self, layout: Layout, header: Sequence[str], said: Mapping[str, Meaning], own: Sequence[str] = ()
    ) -> None:
        self.layout, self.header, self._said, self._own = layout, tuple(header), said, frozenset(own)
        places = {name: place for place, name in enumerate(header)}
        self._roles = {role: places[name] for role, name in layout.columns.items() if name in places}
        self._rules = [(rule, places[rule.column]) for rule in layout.rules if rule.column in places]
        self._company = places.get(layout.context.get("company", ""))
        self._won_at = places.get(layout.won_at)
        self._alone = sum(not rule.only_values for rule, _ in self._rules) == 1
        self._lead = layout.shape is Shape.LEADS
        self.denied: Counter[tuple[str, str]] = Counter()
        """(a column that says that somebody answered, one that says no), with how many rows disagree so."""
        self.met: Counter[tuple[str, Meaning]] = Counter()
        """Words of outcomes that were understood, with what they were taken for; not all where they are many."""
        self.sayings: Counter[tuple[str, Saying]] = Counter()
        """Notes in people's own words that were taken for what they say."""
        self.answered_all_the_same: Counter[tuple[str, str]] = Counter()
        """(a word that a person takes for no reply, a column that says that somebody answered), with how many rows hold
        both: the answer counts.
        """
        self.contacted_again = 0
        """Rows of leads at a later step who were contacted after their answer, so that it may be to an earlier one."""
        self.unread_dates: dict[str, str] = {}
        """A date that cannot be read, by the column of dates that holds it."""

    def fresh(self) -> RowReader:
        """The same reader that has met nothing yet."""
        return RowReader(self.layout, self.header, self._said, tuple(self._own))

    def cell(self, cells: Sequence[str], role: str) -> str:
        """The cell of a role, ``""`` where there is no such column."""
        place = self._roles.get(role)
        return filled_or_empty(cells[place]) if place is not None else ""

    def has(self, role: str) -> bool:
        """Whether there is a column of a role."""
        return role in self._roles

    def fields(self, cells: Sequence[str]) -> dict[str, str]:
        """All columns of a row by their names, those of a JSON cell too."""
        found = dict(zip(self.header, cells, strict=True))
        if "custom" in self._roles:
            for name, value in custom_fields(self.cell(cells, "custom")).items():
                found.setdefault(name, value)
        return found

    def body(self, cells: Sequence[str]) -> str:
        """The email's text, as plain text where there is one."""
        text = self.cell(cells, "text")
        return text if text.strip() else self.cell(cells, "html")

    def merge_columns(self, cells: Sequence[str], fields: Mapping[str, str]) -> dict[str, str]:
        """What merge fields may be filled with: the names first, never the text itself; an empty cell is one."""
        found = {role: self.cell(cells, role) for role in NAME_ROLES if self.has(role)}
        texts = {self.layout.columns.get(role) for role in ("text", "html", "subject")}
        own = {name: filled_or_empty(value) for name, value in fields.items() if name not in texts}
        filled = found | {name: value for name, value in own.items() if value}
        return filled | {name: "" for name in own if name not in filled}

    def ids(self, cells: Sequence[str]) -> tuple[str, str]:
        """(the message's own id, the id of the one that it answers), where messages are rows."""
        if self.layout.shape is not Shape.MESSAGES:
            return "", ""
        return self.cell(cells, "id").strip(), self.cell(cells, "reply_to").strip()

    def thread(self, cells: Sequence[str]) -> tuple[str, bool]:
        """(the conversation that a message is of, whether we open it)."""
        thread = self.cell(cells, "thread").strip() if self.layout.shape is Shape.MESSAGES else ""
        return thread, bool(thread) and self._way(cells) == "out" and not self.ids(cells)[1]

    def key(self, cells: Sequence[str], with_campaign: bool) -> str:
        """Whose row it is: rows of one key are folded together; ``""`` where each row stands for itself."""
        if self.layout.each_row:
            return ""
        whose = self._counterpart(cells)
        if not whose and (thread := self.thread(cells)[0]):
            return f"thread {thread}"
        if whose and "@" not in whose and self._company is not None:
            whose = f"{whose}, {cells[self._company].strip().lower()}"  # two people may have one name
        campaign = self.cell(cells, "campaign").strip().lower() if with_campaign else ""
        return f"{whose}\t{campaign}" if whose else ""

    def _counterpart(self, cells: Sequence[str]) -> str:
        """Who was written to, or wrote; a table without senders names the contact in both directions."""
        came_in = self.layout.shape is Shape.MESSAGES and self.has("sender") and self._way(cells) == "in"
        role = "sender" if came_in else "recipient"
        text = self.cell(cells, role)
        if came_in and is_bounce_subject(self.cell(cells, "subject")):
            ours = first_address(self.cell(cells, "recipient"))
            text = next((each for each in bounced_addresses(self.body(cells)) if each != ours), text)
        return first_address(text) or text.strip().lower()

    def _way(self, cells: Sequence[str]) -> str:
        """``out``, ``in``, ``aside`` or ``unknown`` for a message."""
        if self.has("direction"):
            way = self.layout.directions.get(word_key(self.cell(cells, "direction")), "unknown")
            return "in" if way == "aside" and self._is_from_outside(cells) else way
        if self._own and self.has("sender"):
            return "out" if _is_own(first_address(self.cell(cells, "sender")), self._own) else "in"
        return "out"

    def _is_from_outside(self, cells: Sequence[str]) -> bool:
        """Whether a message that was handed on is an answer: somebody else wrote it, to us."""
        whose, to = (first_address(self.cell(cells, role)) for role in ("sender", "recipient"))
        return bool(self._own and whose and to) and _is_own(to, self._own) and not _is_own(whose, self._own)

    def read(self, cells: Sequence[str]) -> Entry | None:
        """What a row says; None where it says nothing of an email, as a forwarded message."""
        signals, unknown, evidence = self._signals(cells)
        if self.layout.shape is Shape.EVENTS:
            return self._event(cells)
        way = self._way(cells) if self.layout.shape is Shape.MESSAGES else "out"
        if way in ("aside", "unknown") or (way == "out" and self._is_to_ourselves(cells)):
            return None
        at = self._date(cells, "sent_at")
        if way == "in":
            subject = self.cell(cells, "subject")
            text = self.cell(cells, "text") or self.cell(cells, "html")
            return Entry(self._counterpart(cells), "", None, (message_answer(subject, text, at),))
        return self._sent(cells, signals, unknown, evidence, at)

    def _is_to_ourselves(self, cells: Sequence[str]) -> bool:
        """Whether a message went to an address of the firm that sent it."""
        if self.layout.shape is not Shape.MESSAGES or not self.has("sender"):
            return False
        ours, theirs = (first_address(self.cell(cells, role)).rpartition("@")[2] for role in ("sender", "recipient"))
        return bool(ours) and ours == theirs and not is_freemail(ours)

    def why_nothing(self, cells: Sequence[str]) -> str:
        """Why a row says nothing of an email, where :meth:`read` gives None."""
        if self._way(cells) == "aside":
            return "a forwarded message"
        if self._way(cells) == "out":
            return "a message to your own firm"
        return f"direction '{self.cell(cells, 'direction').strip()[:40]}' is not known"

    def _sent(
        self,
        cells: Sequence[str],
        signals: Sequence[tuple[Signal, bool]],
        unknown: tuple[str, ...],
        evidence: tuple[str, ...],
        at: datetime | None,
    ) -> Entry:
        own = tuple(signal for signal, lead in signals if not lead)
        lead = tuple(signal for signal, lead in signals if lead)
        role = self.layout.unsent_without
        bounced = any(signal.meaning is Meaning.BOUNCED for signal in (*own, *lead))
        if role and self.has(role) and not bounced and self.cell(cells, role).strip() in ("", "0", "null", "None"):
            own = (*own, Signal(Meaning.UNSENT))
        step, variant, is_last = self._step(cells, lead)
        state_at = self._date(cells, "state_at")
        if is_last and any(signal.at for signal in lead):  # a machine's answer, to any of the emails
            lead = tuple(replace(signal, at=None) for signal in lead)
        if (
            self._lead and not is_last and _answered_before(at, lead)
        ):  # somebody wrote to them again, so it is not when the email left
            state_at, at = at, None
            self.contacted_again += bool(step)
        return Entry(
            recipient=self._counterpart(cells),
            campaign=self.cell(cells, "campaign").strip(),
            sent=SentEmail(at, step, own, lead, unknown[0] if unknown else None, state_at=state_at),
            step=step,
            variant=variant,
            template=self.cell(cells, "template").strip(),
            unknown=unknown,
            is_reply_subject=bool(_REPLY_SUBJECT.match(self.cell(cells, "subject"))),
            evidence=evidence,
        )

    def _step(self, cells: Sequence[str], said: Sequence[Signal]) -> tuple[int | None, str, bool]:
        """(which step an email is, from 0, its variant, whether it is the last that was sent because no person
        answered any).
        """
        step, variant = self.cell(cells, "step"), self.cell(cells, "variant").strip()
        meant = {signal.meaning for signal in said}
        silent = Meaning.AUTOMATIC in meant and not meant & {Meaning.CONVERSION, Meaning.NEGATIVE}
        last = last_step(self.cell(cells, "last_step")) if silent or not step.strip() else None
        number = step_number(last[0] if last else step)
        if number is not None:
            number = max(number - self.layout.step_base, 0)
        return number, last[1] if last else variant, last is not None

    def _signals(self, cells: Sequence[str]) -> tuple[list[tuple[Signal, bool]], tuple[str, ...], tuple[str, ...]]:
        """(signals, each with whether it is the recipient's; words to ask for; columns that say that one answered)."""
        signals: list[tuple[Signal, bool]] = []
        unknown: list[str] = []
        evidence: list[str] = []
        automatic = False
        if self.layout.shape is Shape.EVENTS:
            return [], (), ()
        told_beside = self._told_beside(cells)
        for rule, place in self._rules:
            if (rule.where_blank and rule.where_blank not in told_beside) or rule.column in told_beside:
                continue
            said = rule.read(cells[place], self._said, self.layout.day_first, self._alone)
            if isinstance(said, Unknown):
                said = self._of_its_words(said, rule)
            elif said is not None and rule.form is Form.WORD:
                self._meet(cells[place].strip(), said.meaning)
            if isinstance(said, Unknown):
                unknown.append(said.word)
            elif said is not None:
                if said.meaning is Meaning.REPLY and (answer := self.cell(cells, "answer")):
                    said = as_written(said, rule.form, clean_email(answer).text)
                elif said.meaning is Meaning.REPLY and (note := self.cell(cells, "note")):
                    said = as_noted(said, note)
                    automatic = automatic or tells_automatic(note)
                if said.meaning is Meaning.CONVERSION and said.at is None and not tells_a_meeting(rule, cells[place]):
                    said = replace(said, won_at=self._day_of_win(cells))
                signals.append((said, rule.lead or self._lead))
                if said.meaning in PERSON:
                    evidence.append(rule.column)
        if automatic and all(signal.meaning is Meaning.REPLY for signal, _ in signals):
            signals.append((Signal(Meaning.AUTOMATIC, named=True), signals[-1][1]))
        self._compare(cells, evidence)
        for rule, place in self._rules if evidence else ():
            key = word_key(cells[place])
            if rule.form is Form.WORD and self._said.get(key) is Meaning.NONE and rule.says_how_far(key):
                self.answered_all_the_same.update((cells[place].strip(), column) for column in evidence)
        if unknown == [""] and any(signal.meaning not in (Meaning.NONE, Meaning.SILENT) for signal, _ in signals):
            unknown = []  # another column tells
        return signals, tuple(unknown), tuple(evidence)

    def _of_its_words(self, unknown: Unknown, rule: OutcomeRule) -> Signal | Unknown:
        """What a word that nobody knows says by its own words, or as all the rest, where nothing was said of it."""
        word, key = unknown.word, word_key(unknown.word)
        if key in self._said:
            return unknown
        saying = read_saying(word) if rule.form is Form.WORD else None
        if saying:
            self.sayings[word, saying] += 1
            return Signal(saying.meaning, named=saying.meaning is not Meaning.REPLY)
        if meaning := said_of_the_rest(self._said, key):
            self._meet(word, meaning)
            return Signal(meaning, named=True)
        return unknown

    def _meet(self, word: str, meaning: Meaning) -> None:
        if (word, meaning) in self.met or len(self.met) < MOST_WORDS:
            self.met[word, meaning] += 1

    def _told_beside(self, cells: Sequence[str]) -> set[str]:
        """Columns of labels whose empty cell other columns fill, as they say what came back."""
        found = set()
        for rule, place in self._rules:
            if rule.where_blank and is_nothing(cells[self.header.index(rule.where_blank)]):
                said = rule.read(cells[place], self._said, self.layout.day_first)
                if isinstance(said, Signal) and said.meaning in FROM_RECIPIENTS:
                    found.add(rule.where_blank)
        return found

    def _compare(self, cells: Sequence[str], evidence: Sequence[str]) -> None:
        """Count where one column says that a person was won and another says outright that they did not answer."""
        if not evidence or self.layout.tool != "generic" or len(self._rules) < 2:
            return
        for rule, place in self._rules:
            if self._denies(rule, cells[place]):
                self.denied.update((column, rule.column) for column in evidence if column != rule.column)

    def _denies(self, rule: OutcomeRule, cell: str) -> bool:
        """Whether a cell says outright that nobody answered."""
        if rule.form is Form.WORD and is_plainly_named(rule.column):
            said = rule.read(cell, self._said)
            return isinstance(said, Signal) and said.meaning is Meaning.NONE
        return (
            rule.form is Form.FLAG
            and rule.meaning is Meaning.REPLY
            and flag_value(cell) is False
            and bool(cell.strip())
        )

    def _event(self, cells: Sequence[str]) -> Entry:
        word, at = self.cell(cells, "event"), self._date(cells, "sent_at")
        key = word_key(word)
        step = step_number(self.cell(cells, "step"))
        base = Entry(
            recipient=self._counterpart(cells),
            campaign=self.cell(cells, "campaign").strip(),
            sent=None,
            step=None if step is None else max(step - self.layout.step_base, 0),
            variant=self.cell(cells, "variant").strip(),
            event_at=at,
        )
        if is_sending(word) and key not in self._said:
            return _with(base, sent=SentEmail(at, base.step))
        if is_only_seen(word) and key not in self._said:
            return _with(base, opened=True)
        meaning = event_meaning(word, self._said)
        if meaning is None:
            return _with(base, unknown=(word.strip(),))
        if meaning in (Meaning.NONE, Meaning.SILENT, Meaning.SKIP, Meaning.DISMISSED):
            return base
        if meaning is Meaning.REPLY and (text := self.cell(cells, "text")):
            return _with(base, answers=(written_answer(clean_email(text).text, at),))
        return _with(base, answers=(Signal(meaning, at),))

    def _day_of_win(self, cells: Sequence[str]) -> datetime | None:
        """When somebody was won, where a column says that; an open deal's day is one to come."""
        return parse_date(cells[self._won_at], self.layout.day_first) if self._won_at is not None else None

    def _date(self, cells: Sequence[str], role: str) -> datetime | None:
        text = self.cell(cells, role)
        at = parse_date(text, self.layout.day_first) if text else None
        if text.strip() and at is None:
            self.unread_dates.setdefault(self.layout.columns[role], text.strip())
        return at


def _answered_before(at: datetime | None, signals: Sequence[Signal]) -> bool:
    """Whether an answer came before the last contact, which is the only time that a row of a lead tells."""
    times = [signal.at for signal in signals if signal.at and signal.meaning in FROM_RECIPIENTS]
    return at is not None and any(last_moment(time) < at for time in times)


def _with(entry: Entry, **changes: object) -> Entry:
    return replace(entry, **changes)  # type: ignore[arg-type]


def _is_own(address: str, own: frozenset[str]) -> bool:
    """Whether an address is one of those, or of one of those domains (``@acme.example``)."""
    return address in own or f"@{address.rpartition('@')[2]}" in own
