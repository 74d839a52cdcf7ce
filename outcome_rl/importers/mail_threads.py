"""A mailbox as emails and what came back: whose it is, which messages belong together, what each of them is."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from sys import intern

from ..text.cleaning import clean_email
from .answers import written_answer
from .entries import AFTER_ANSWER, ANSWERED_FIRST
from .firms import is_freemail
from .fold import SentEmail
from .groups import DOUBLE
from .mail_owners import Owners, guess_own
from .mail_steps import count_steps, mark_doubles
from .mailbox import Mail, MailKind
from .meanings import Meaning, Signal
from .signatures import lines_of_each
from .spool import Spool

_PREFIX = re.compile(r"\s*+(?:re|aw|antw|sv|vs|odp|rif|fw|fwd|wg|tr|res|enc)\s*+(?:\[\d+\]\s*+)?:\s*+", re.I)
_FORWARD = re.compile(r"\s*(?:fw|fwd|wg|tr|enc|rv)\s*:", re.I)
FORWARDED = "a message handed on"
LOOKED_AT = 300
"""Emails of a mailbox that its owner's signature is told from."""
_ANSWER_OF = {
    MailKind.AUTOMATIC: Meaning.AUTOMATIC,
    MailKind.ACCEPTED: Meaning.CONVERSION,
    MailKind.BOUNCE: Meaning.BOUNCED,
    MailKind.INVITATION: Meaning.REPLY,  # they invite us
}


@dataclass(frozen=True)
class SentMail:
    """One email that was sent, and to whom."""

    place: str
    """Its file and its number there."""
    recipient: str
    name: str
    subject: str
    body: str
    at: datetime | None
    stop: str = ""
    sender: str = ""
    step: int = 0
    """Which email to this recipient it is, in all threads since their last answer, from 0."""


@dataclass(frozen=True)
class Thread:
    """The emails to one recipient in one thread, in time, and what came back."""

    emails: tuple[SentMail, ...]
    answers: tuple[Signal, ...]

    def sent(self) -> list[SentEmail]:
        """For the fold; conversation counts for no step."""
        bounces = [signal for signal in self.answers if signal.meaning is Meaning.BOUNCED]
        found = []
        for place, email in enumerate(self.emails):
            after = self.emails[place + 1].at if place + 1 < len(self.emails) else None
            hit = any(_between(email.at, bounce.at, after) for bounce in bounces)
            own = (Signal(Meaning.BOUNCED),) if hit else ()
            found.append(SentEmail(email.at, email.step, own, stop=email.stop))
        return found


def _between(sent: datetime | None, bounced: datetime | None, following: datetime | None) -> bool:
    """Whether a bounce is about this email rather than about the following one."""
    if bounced is None or sent is None:
        return following is None
    return sent <= bounced and (following is None or bounced < following)


@dataclass
class MailNotes:
    """What was met in the mailboxes, which are read as one: what was sent and what came back are often a file each."""

    messages: int = 0
    unmatched: int = 0
    doubles: int = 0
    """Messages that came again, as those of several folders or labels do."""
    nothing_sent: bool = False
    nothing_back: bool = False
    own: tuple[str, ...] = ()
    why: str = ""
    signatures: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """The lines of the signature of each of the owner's addresses that has one."""


def read_threads(mails: Iterable[tuple[str, Mail]], own: Sequence[str], notes: MailNotes) -> Iterator[Thread | None]:
    """None for each message that is read, then the threads that hold emails of the mailboxes' owner; texts stay on
    disk until their thread is given out.

    Message-ID, In-Reply-To and References say what belongs together; where they are missing, the subject and the
    address do. An accepted invitation and a bounce, which come by themselves, belong to the last email to whom they
    are from or about.

    Args:
        mails: each with the name of its file.
        own: whose mailboxes they are; empty where it has to be guessed.
        notes: filled while the mails are read.
    """
    owners: dict[str, Owners] = {}
    heads: list[_Head] = []
    whole, met = Owners(), set[int]()
    with Spool() as spool:
        for file, mail in mails:
            notes.messages += 1
            yield None
            place = f"{file}, message {mail.number}"
            known = mail.message_id or place
            if (mark := hash((known, mail.sender, mail.date))) in met:
                notes.doubles += 1
                continue
            met.add(mark)
            whole.add(mail)
            owners.setdefault(file, Owners()).add(mail)
            heads.append(_Head.of(mail, known, len(heads) + 1))
            spool.add("", [place, mail.subject, mail.text if mail.text.strip() else mail.html])
        notes.own, notes.why = (tuple(own), "you said so") if own else guess_own(whole, owners.values())
        box = _Mailbox(heads, notes)
        notes.signatures = _signatures(box.sent(LOOKED_AT), spool)
        for emails, answers in box.threads():
            sent = tuple(_sent(head, stop, spool.get(head.number)) for head, stop in emails)
            yield Thread(sent, tuple(_answer(head, spool) for head in answers))


def _answer(head: _Head, spool: Spool) -> Signal:
    """What a message that came back is; a person's own words may say that they are not interested."""
    if head.kind is MailKind.MAIL:
        _, _, body = spool.get(head.number)
        return written_answer(clean_email(body).text, head.at)
    return Signal(_ANSWER_OF[head.kind], head.at)


def _sent(head: _Head, stop: str, texts: list[str]) -> SentMail:
    place, subject, body = texts
    return SentMail(place, head.recipient, head.recipient_name, subject, body, head.at, stop, head.sender, head.step)


def _signatures(heads: Iterable[_Head], spool: Spool) -> dict[str, frozenset[str]]:
    emails: dict[str, list[str]] = defaultdict(list)
    for head in heads:
        emails[head.sender].append(clean_email(spool.get(head.number)[2]).text)
    return lines_of_each(emails)


def subject_key(subject: str) -> str:
    """A subject without Re: and Fwd:, in lower case."""
    while (found := _PREFIX.match(subject)) and found.end():
        subject = subject[found.end() :]
    return " ".join(subject.lower().split())


@dataclass(slots=True)
class _Head:
    """What is kept of a message in memory."""

    number: int
    kind: MailKind
    ids: tuple[int, ...]
    """Marks of its own identifier and of those that it refers to."""
    sender: str
    recipients: tuple[tuple[str, str], ...]
    at: datetime | None
    subject: str
    failed: tuple[str, ...]
    forwarded: bool
    recipient: str = ""
    recipient_name: str = ""
    doubled: bool = False
    step: int = 0

    @classmethod
    def of(cls, mail: Mail, own_id: str, number: int) -> _Head:
        ids = tuple(hash(each) for each in (own_id, *mail.references[-10:]))
        recipients = tuple((intern(address), name) for address, name in mail.recipients[:5])
        subject = intern(subject_key(mail.subject))
        handed_on = _FORWARD.match(mail.subject) is not None
        return cls(number, mail.kind, ids, intern(mail.sender), recipients, mail.date, subject, mail.failed, handed_on)


def _firm(address: str) -> str:
    """The domain of a firm; empty where strangers share it."""
    domain = address.rpartition("@")[2]
    return "" if is_freemail(domain) else domain


class _Links:
    """Which marks belong to one thread (union-find with path halving)."""

    def __init__(self) -> None:
        self._parent: dict[int, int] = {}

    def root(self, mark: int) -> int:
        parent = self._parent
        while (above := parent.get(mark, mark)) != mark:
            parent[mark] = parent.get(above, above)
            mark = above
        return mark

    def join(self, one: int, two: int) -> None:
        first, second = self.root(one), self.root(two)
        if first != second:
            self._parent[second] = first


class _Mailbox:
    """The messages sorted into threads; whose mailbox it is is known by now."""

    def __init__(self, heads: Sequence[_Head], notes: MailNotes) -> None:
        self._notes, self._own = notes, frozenset(notes.own)
        self._domains = frozenset(filter(None, map(_firm, self._own)))
        self._links = _Links()
        for head in heads:
            for mark in head.ids[1:]:
                self._links.join(head.ids[0], mark)
        self._out = [head for head in heads if self._is_ours(head.sender) and self._addressed(head)]
        self._in = [head for head in heads if not self._is_ours(head.sender)]
        notes.nothing_sent, notes.nothing_back = not self._out, not self._in
        mark_doubles(self._out)
        self._join_by_subject()

    def _is_ours(self, address: str) -> bool:
        return address in self._own or address.rpartition("@")[2] in self._domains

    def _addressed(self, head: _Head) -> bool:
        """Whether a message of ours goes to somebody else; who that is is put into it."""
        if head.sender not in self._own or head.kind in (MailKind.INVITATION, MailKind.BOUNCE):
            return False
        others = [each for each in head.recipients if not self._is_ours(each[0])]
        if others:
            head.recipient, head.recipient_name = others[0]
        return bool(others)

    def _join_by_subject(self) -> None:
        """Messages of one subject to and from one address belong together, whatever their headers say; so does what
        a colleague at a firm answers where nobody else there got that subject.
        """
        known: dict[tuple[str, str], int] = {}
        firms: dict[tuple[str, str], set[str]] = {}
        for head in self._out:
            if head.subject:
                self._links.join(known.setdefault((head.recipient, head.subject), head.ids[0]), head.ids[0])
                firms.setdefault((_firm(head.recipient), head.subject), set()).add(head.recipient)
        linked = {self._links.root(head.ids[0]) for head in self._out}
        for head in self._in:
            mark = known.get((head.sender, head.subject))
            there = firms.get((_firm(head.sender), head.subject), set())
            if mark is None and _firm(head.sender) and len(there) == 1:
                mark = known[next(iter(there)), head.subject]
            if mark is not None and self._links.root(head.ids[0]) not in linked:
                self._links.join(mark, head.ids[0])

    def sent(self, most: int) -> Sequence[_Head]:
        """Some of our emails, from all of the time."""
        return self._out[:: max(1, len(self._out) // most)][:most]

    def threads(self) -> Iterator[tuple[list[tuple[_Head, str]], list[_Head]]]:
        """(our emails, each with why it is none to learn from; what came back) of each thread, in time."""
        sent: dict[int, list[_Head]] = {}
        to: dict[str, list[_Head]] = {}
        for head in self._out:
            sent.setdefault(self._links.root(head.ids[0]), []).append(head)
            to.setdefault(head.recipient, []).append(head)
        back: dict[int, list[_Head]] = {}
        for head in self._in:
            root = self._links.root(head.ids[0])
            if root not in sent:
                root = self._by_address(head, to, root)
            if root in sent:
                back.setdefault(root, []).append(head)
            elif head.kind is MailKind.MAIL and head.sender in to:
                self._notes.unmatched += 1
        found = [(_in_time(emails, back.get(root, [])), back.get(root, [])) for root, emails in sent.items()]
        count_steps((emails, _people(answers)) for emails, answers in found)
        yield from found

    def _by_address(self, head: _Head, to: dict[str, list[_Head]], root: int) -> int:
        """The thread of the last email to whom a bounce is about or an acceptance is from."""
        addresses = head.failed if head.kind is MailKind.BOUNCE else (head.sender,)
        if head.kind not in (MailKind.BOUNCE, MailKind.ACCEPTED):
            return root
        may = [each for address in addresses for each in to.get(address, ())]
        before = [each for each in may if head.at is None or each.at is None or each.at <= head.at]
        last = max(before, key=lambda each: (each.at is not None, each.at or 0), default=None)
        return self._links.root(last.ids[0]) if last else root


def _people(answers: Sequence[_Head]) -> list[datetime]:
    """When people answered."""
    return [each.at for each in answers if each.kind is MailKind.MAIL and each.at]


def _in_time(emails: Sequence[_Head], answers: Sequence[_Head]) -> list[tuple[_Head, str]]:
    """Our emails in time; those after a person's message are conversation, not first letters."""
    ordered = sorted(emails, key=lambda each: (each.at is not None, each.at or datetime.min, each.number))
    first = min(_people(answers), default=None)
    begun = any(each.at and first and each.at < first for each in ordered)
    stop = AFTER_ANSWER if begun else ANSWERED_FIRST
    late = [bool(first and each.at and each.at > first) for each in ordered]
    return [(each, FORWARDED if each.forwarded else stop if after else DOUBLE if each.doubled else "")
            for each, after in zip(ordered, late, strict=True)]  # fmt: skip
