"""A mailbox as emails and what came back: whose it is, which messages belong together, what each of them is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from sys import intern

from .entries import AFTER_ANSWER, ANSWERED_FIRST
from .fold import SentEmail
from .mailbox import Mail, MailKind
from .meanings import Meaning, Signal
from .spool import Spool

_PREFIX = re.compile(r"\s*+(?:re|aw|antw|sv|vs|odp|rif|fw|fwd|wg|tr|res|enc)\s*+(?:\[\d+\]\s*+)?:\s*+", re.I)
_SHARED = """gmail.com googlemail.com outlook.com hotmail.com live.com yahoo.com icloud.com me.com gmx.de gmx.net gmx.at
web.de t-online.de aol.com proton.me protonmail.com orange.fr wanadoo.fr libero.it"""
FREEMAIL = frozenset(_SHARED.split())
"""Domains that strangers share."""
FEWEST_WRITTEN_TO = 5
"""People that a second sender of the same firm wrote to, in a mailbox that holds the mail of both."""
UNSURE = "or it is of"
"""Said where another address is as likely."""
_ANSWER_OF = {
    MailKind.MAIL: Meaning.REPLY,
    MailKind.AUTOMATIC: Meaning.AUTOMATIC,
    MailKind.ACCEPTED: Meaning.CONVERSION,
    MailKind.BOUNCE: Meaning.BOUNCED,
    MailKind.INVITATION: Meaning.REPLY,  # they invite us
}


@dataclass(frozen=True)
class SentMail:
    """One email that was sent, and to whom."""

    number: int
    recipient: str
    name: str
    subject: str
    body: str
    at: datetime | None
    stop: str = ""


@dataclass(frozen=True)
class Thread:
    """The emails to one recipient in one thread, in time, and what came back."""

    emails: tuple[SentMail, ...]
    answers: tuple[Signal, ...]

    def sent(self) -> list[SentEmail]:
        """For the fold; the step is the place in the thread, conversation not counted."""
        bounces = [signal for signal in self.answers if signal.meaning is Meaning.BOUNCED]
        found, step = [], 0
        for place, email in enumerate(self.emails):
            after = self.emails[place + 1].at if place + 1 < len(self.emails) else None
            hit = any(_between(email.at, bounce.at, after) for bounce in bounces)
            own = (Signal(Meaning.BOUNCED),) if hit else ()
            found.append(SentEmail(email.at, step, own, stop=email.stop))
            step += not email.stop
        return found


def _between(sent: datetime | None, bounced: datetime | None, following: datetime | None) -> bool:
    """Whether a bounce is about this email rather than about the following one."""
    if bounced is None or sent is None:
        return following is None
    return sent <= bounced and (following is None or bounced < following)


@dataclass
class MailNotes:
    """What was met in a mailbox."""

    messages: int = 0
    unmatched: int = 0
    own: tuple[str, ...] = ()
    why: str = ""


@dataclass
class _Owners:
    """Who sends and who is written to: the owner does both the most."""

    senders: Counter[str] = field(default_factory=Counter)
    recipients: Counter[str] = field(default_factory=Counter)
    labelled: Counter[str] = field(default_factory=Counter)
    delivered: Counter[str] = field(default_factory=Counter)
    partners: dict[str, set[int]] = field(default_factory=dict)

    def add(self, mail: Mail) -> None:
        if not mail.sender or mail.kind is MailKind.BOUNCE:
            return
        self.senders[mail.sender] += 1
        if mail.delivered_to:
            self.delivered[mail.delivered_to] += 1
        self.recipients.update(address for address, _ in mail.recipients)
        if any(label.lower() in ("sent", "gesendet", "envoyés", "enviados") for label in mail.labels):
            self.labelled[mail.sender] += 1
        if self.senders[mail.sender] > 1:  # most write once
            partners = self.partners.setdefault(mail.sender, set())
            if len(partners) < 50:
                partners.update(hash(address) for address, _ in mail.recipients)

    def guess(self) -> tuple[tuple[str, ...], str]:
        """(own addresses, why); none where nobody is likely."""
        if self.labelled:
            return tuple(sorted(self.labelled)), "messages from it are labelled as sent"
        if not self.senders:
            return (), ""
        found = [address for address, _ in self.delivered.most_common(1) if address in self.senders]
        if found:
            return (found[0],), "messages were delivered to it"

        def both(address: str) -> tuple[int, int, int]:
            wrote_to = len(self.partners.get(address, ()))
            return min(wrote_to, 50) + min(self.recipients[address], 50), wrote_to, self.senders[address]

        ranked = sorted(sorted(self.senders), key=both, reverse=True)
        best, *others = ranked
        why = f"it wrote {self.senders[best]} and got {self.recipients[best]} of the messages"
        domain = best.rpartition("@")[2]
        mates = [each for each in others if domain not in FREEMAIL and each.endswith(f"@{domain}")]
        least = max(FEWEST_WRITTEN_TO, both(best)[1] / 3)
        mates = [each for each in mates if both(each)[1] >= least]
        if mates:
            why += f", and {', '.join(mates)} of the same firm about as many"
        rest = [each for each in others if each not in mates]
        if rest and 2 * both(rest[0])[0] > both(best)[0]:
            why += f" ({UNSURE} {rest[0]})"
        return (best, *mates), why


def read_threads(mails: Iterable[Mail], own: Sequence[str], notes: MailNotes) -> Iterator[Thread]:
    """The threads of a mailbox that hold emails of its owner; texts stay on disk until their thread is given out.

    Message-ID, In-Reply-To and References say what belongs together; where they are missing, the subject and the
    address do. An accepted invitation and a bounce, which come by themselves, belong to the last email to whom they
    are from or about.
    """
    owners, heads = _Owners(), []
    with Spool() as spool:
        for mail in mails:
            notes.messages += 1
            owners.add(mail)
            heads.append(_Head.of(mail))
            spool.add("", [mail.subject, mail.text if mail.text.strip() else mail.html])
        notes.own, notes.why = (tuple(own), "you said so") if own else owners.guess()
        box = _Mailbox(heads, notes)
        for emails, answers in box.threads():
            yield Thread(tuple(_sent(head, stop, spool.get(head.number)) for head, stop in emails), tuple(answers))


def _sent(head: _Head, stop: str, texts: list[str]) -> SentMail:
    subject, body = texts
    return SentMail(head.number, head.recipient, head.recipient_name, subject, body, head.at, stop)


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
    recipient: str = ""
    recipient_name: str = ""

    @classmethod
    def of(cls, mail: Mail) -> _Head:
        ids = tuple(hash(each) for each in (mail.message_id, *mail.references[-10:]))
        recipients = tuple((intern(address), name) for address, name in mail.recipients[:5])
        subject = intern(subject_key(mail.subject))
        return cls(mail.number, mail.kind, ids, intern(mail.sender), recipients, mail.date, subject, mail.failed)


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
        domains = {address.rpartition("@")[2] for address in self._own}
        self._domains = domains - FREEMAIL
        self._links = _Links()
        for head in heads:
            for mark in head.ids[1:]:
                self._links.join(head.ids[0], mark)
        self._out = [head for head in heads if self._is_ours(head.sender) and self._addressed(head)]
        self._in = [head for head in heads if not self._is_ours(head.sender)]
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
        """Messages of one subject to and from one address belong together, whatever their headers say."""
        known: dict[tuple[str, str], int] = {}
        for head in self._out:
            if head.subject:
                self._links.join(known.setdefault((head.recipient, head.subject), head.ids[0]), head.ids[0])
        linked = {self._links.root(head.ids[0]) for head in self._out}
        for head in self._in:
            mark = known.get((head.sender, head.subject))
            if mark is not None and self._links.root(head.ids[0]) not in linked:
                self._links.join(mark, head.ids[0])

    def threads(self) -> Iterator[tuple[list[tuple[_Head, str]], list[Signal]]]:
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
        for root, emails in sent.items():
            answers = back.get(root, [])
            yield _in_time(emails, answers), [Signal(_ANSWER_OF[each.kind], each.at) for each in answers]

    def _by_address(self, head: _Head, to: dict[str, list[_Head]], root: int) -> int:
        """The thread of the last email to whom a bounce is about or an acceptance is from."""
        addresses = head.failed if head.kind is MailKind.BOUNCE else (head.sender,)
        if head.kind not in (MailKind.BOUNCE, MailKind.ACCEPTED):
            return root
        may = [each for address in addresses for each in to.get(address, ())]
        before = [each for each in may if head.at is None or each.at is None or each.at <= head.at]
        last = max(before, key=lambda each: (each.at is not None, each.at or 0), default=None)
        return self._links.root(last.ids[0]) if last else root


def _in_time(emails: Sequence[_Head], answers: Sequence[_Head]) -> list[tuple[_Head, str]]:
    """Our emails in time; those after a person's message are conversation, not first letters."""
    ordered = sorted(emails, key=lambda each: (each.at is not None, each.at or datetime.min, each.number))
    people = [each.at for each in answers if each.kind is MailKind.MAIL and each.at]
    first = min(people, default=None)
    if first is None:
        return [(each, "") for each in ordered]
    begun = any(each.at and each.at < first for each in ordered)
    stop = AFTER_ANSWER if begun else ANSWERED_FIRST
    return [(each, stop if each.at and each.at > first else "") for each in ordered]
