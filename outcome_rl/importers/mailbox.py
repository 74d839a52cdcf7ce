"""Messages of a mailbox (mbox, or a single .eml), one after the other, each with what it is."""

from __future__ import annotations

import email
import re
from base64 import b64decode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import getaddresses, parsedate_to_datetime
from enum import StrEnum
from quopri import decodestring

from ..data.sources import Kind, Source, detect_kind
from ..errors import DataError
from ..text.automatic_replies import is_automatic_subject, is_automatic_text, is_bounce_subject
from ..text.quotes import cut_quotes
from .addresses import bounced_addresses, is_daemon
from .dates import with_offset

MAX_MESSAGE = 25 * 2**20
"""Bytes of a message that are read; what comes after is the end of an attachment."""
MAX_HEADER = 100_000
"""Characters of a header that are read: a thousand people. Decoding takes the square of its words."""
_SEPARATOR = re.compile(rb">?From \S++.{1,60}?\d\d:\d\d.{0,40}?\d{4}|From [^\s@]*+@\S++ ")
_MACHINE = re.compile(r"^(?:no-?reply|do-?not-?reply|donotreply|notifications?)@", re.I)
_ID = re.compile(r"<[^<>\s]+>")
_ENCODED = re.compile(r"=\?([^?\s]+)\?([bBqQ])\?([^?]*)\?=")
_TAG = re.compile(r"<(?:style|script|head)\b.*?</(?:style|script|head)>|<[^<>]*>", re.I | re.S)
_ADDRESS_IN = re.compile(r"(?<![\w.+%-])[\w.+%-]++@[\w-]++(?:\.[\w-]++)++")


class MailKind(StrEnum):
    """What a message is, told by its headers and parts."""

    MAIL = "mail"
    AUTOMATIC = "automatic"
    BOUNCE = "bounce"
    ACCEPTED = "invitation accepted"
    INVITATION = "invitation"


@dataclass(frozen=True)
class Mail:
    """One message. Addresses are in lower case; times have the offset of whose clock wrote them."""

    number: int
    kind: MailKind
    message_id: str
    references: tuple[str, ...]
    sender: str
    sender_name: str
    recipients: tuple[tuple[str, str], ...]
    """(address, name) of To and Cc, in their order."""
    date: datetime | None
    subject: str
    text: str
    html: str
    labels: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    """Addresses that a bounce says it could not reach."""
    delivered_to: str = ""
    """Whose mailbox it was put into, where a header says so."""


def is_mailbox(source: Source) -> bool:
    """Whether a file holds messages. Raises DataError where it is empty or holds no text."""
    return detect_kind(source) in (Kind.MBOX, Kind.MESSAGE)


def read_mailbox(source: Source) -> Iterator[Mail]:
    """The messages of a file, one in memory at a time.

    Raises:
        DataError: there is none.
    """
    number = 0
    with source.open() as stream:
        for raw in _split(stream):
            number += 1
            yield parse_mail(raw, number)
    if not number:
        raise DataError(f"{source.name}: holds no message; export the mailbox again")


def _split(lines: Iterable[bytes]) -> Iterator[bytes]:
    """The bytes of each message of an mbox: a ``From`` line begins one, ``>From`` within a text is unescaped."""
    parts: list[bytes] = []
    size, blank, started = 0, True, False
    for line in lines:
        if blank and line.startswith((b"From ", b">From ")) and _SEPARATOR.match(line) and not line.startswith(b">"):
            if started and size:
                yield b"".join(parts)
            parts, size, started = [], 0, True
        elif started or line.strip():
            started = True
            if size < MAX_MESSAGE:
                parts.append(line[1:] if line.startswith((b">From ", b">>From ")) else line)
                size += len(line)
        blank = not line.strip()
    if size:
        yield b"".join(parts)


def parse_mail(raw: bytes, number: int = 1) -> Mail:
    """A message from its bytes; what cannot be decoded is replaced, nothing is raised."""
    try:
        return _read(email.message_from_bytes(raw), number)
    except RecursionError:  # parts within parts, thousands deep: its headers alone
        return _read(BytesHeaderParser().parsebytes(raw), number)


def _read(message: Message, number: int) -> Mail:
    ((sender, sender_name), *_) = _addresses(message, "From") or [("", "")]
    parts = _Parts(message)
    kind = _kind(message, sender, parts)
    failed = [*parts.failed, *_ADDRESS_IN.findall(_header(message, "X-Failed-Recipients").lower())]
    if kind is MailKind.BOUNCE and not failed:
        failed = [*bounced_addresses(parts.text)]
    references = [*_ids(message, "References"), *_ids(message, "In-Reply-To"), *parts.original_ids]
    return Mail(
        number=number,
        kind=kind,
        message_id=next(iter(_ids(message, "Message-ID")), ""),
        references=tuple(dict.fromkeys(references)),
        sender=sender,
        sender_name=sender_name,
        recipients=tuple([*_addresses(message, "To"), *_addresses(message, "Cc")]),
        date=_date(message),
        subject=_header(message, "Subject"),
        text=parts.text,
        html=parts.html,
        labels=tuple(label.strip() for label in _header(message, "X-Gmail-Labels").split(",") if label.strip()),
        delivered_to=next((address for address, _ in _addresses(message, "Delivered-To")), ""),
        failed=tuple(dict.fromkeys(failed)),
    )


def _values(message: Message, name: str) -> list[str]:
    """The raw values of a header, as far as :data:`MAX_HEADER` goes; bytes that should have been encoded are read as
    UTF-8, or else as cp1252.
    """
    found, left = [], MAX_HEADER
    for header, value in message.raw_items():
        if left > 0 and header.lower() == name.lower():
            found.append(str(value)[:left])
            left -= len(found[-1])
    return [value if value.isascii() else _repaired(value) for value in found]


def _repaired(value: str) -> str:
    raw = value.encode("utf-8", "surrogateescape")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def _decoded(value: str) -> str:
    """A header's text with its encoded words decoded."""
    if "=?" not in value:
        return " ".join(value.split())
    try:
        return " ".join(str(make_header(decode_header(value))).split())
    except (ValueError, LookupError, UnicodeError):  # letters that should have been encoded stand in a word that is
        return " ".join(_ENCODED.sub(_decoded_word, value).split())


def _decoded_word(found: re.Match[str]) -> str:
    charset, how, text = found.groups()
    try:
        raw = text.encode("utf-8", "surrogateescape")
        return (b64decode(raw) if how in "Bb" else decodestring(raw, header=True)).decode(charset, "replace")
    except (ValueError, LookupError):
        return found.group()


def _header(message: Message, name: str) -> str:
    return next((_decoded(value) for value in _values(message, name)), "")


def _addresses(message: Message, name: str) -> list[tuple[str, str]]:
    found = []
    try:
        listed = getaddresses(_values(message, name))
    except RecursionError:  # thousands of open brackets: no addresses
        return []
    for shown, address in listed:
        if "@" in address:
            found.append((address.strip().lower(), _decoded(shown)))
    return found


def _ids(message: Message, name: str) -> list[str]:
    return _ID.findall(" ".join(_values(message, name)))


def _date(message: Message) -> datetime | None:
    try:
        date = parsedate_to_datetime(_header(message, "Date"))
    except (ValueError, TypeError, IndexError):
        return None
    return with_offset(date)


class _Parts:
    """What is looked for in the parts of a message."""

    def __init__(self, message: Message) -> None:
        self.text = self.html = ""
        self.accepted = self.calendar_reply = self.invitation = False
        self.delivery_failed = self.delivery_report = self.receipt = False
        self.failed: list[str] = []
        self.original_ids: list[str] = []
        for part in message.walk():
            self._take(part, part is message)

    def _take(self, part: Message, whole: bool) -> None:
        kind = part.get_content_type()
        if kind == "message/delivery-status":
            self._delivery_status(part)
        elif kind == "message/disposition-notification":
            self.receipt = True
        elif kind == "text/rfc822-headers":
            self.original_ids += _ID.findall(_payload(part))
        elif kind == "message/rfc822" and isinstance(part.get_payload(), list):
            for inner in _messages(part):
                self.original_ids += _ids(inner, "Message-ID")
        elif kind == "text/calendar":
            content = _payload(part).upper()
            reply = "METHOD:REPLY" in content or str(part.get_param("method", "")).upper() == "REPLY"
            self.calendar_reply |= reply
            self.accepted |= reply and "PARTSTAT=ACCEPTED" in content
            self.invitation |= "METHOD:REQUEST" in content
        elif kind == "text/plain" and not self.text and part.get_content_disposition() != "attachment":
            self.text = _payload(part)
        elif kind == "text/html" and not self.html and part.get_content_disposition() != "attachment":
            self.html = _payload(part)

    @property
    def beginning(self) -> str:
        """The first lines of its own text, without markup."""
        text = self.text if self.text.strip() else _TAG.sub(" ", self.html[:20_000])
        return cut_quotes(text)[0]

    def _delivery_status(self, part: Message) -> None:
        self.delivery_report = True
        for block in _messages(part):
            action = str(block.get("Action", "")).strip().lower()
            if action == "failed":
                self.delivery_failed = True
                self.failed += _ADDRESS_IN.findall(str(block.get("Final-Recipient", "")).lower())


def _messages(part: Message) -> list[Message]:
    """The messages, or blocks of headers, that a part is made of."""
    inner = part.get_payload()
    return [each for each in inner if isinstance(each, Message)] if isinstance(inner, list) else []


def _payload(part: Message) -> str:
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes):
        return ""
    charset = part.get_content_charset() or "utf-8"
    try:
        text = data.decode(charset)
    except (UnicodeDecodeError, LookupError):
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            text = data.decode("cp1252", "replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _kind(message: Message, sender: str, parts: _Parts) -> MailKind:
    subject = _header(message, "Subject")
    if parts.accepted:
        return MailKind.ACCEPTED
    if parts.calendar_reply:  # declined, or not sure yet: no answer to the email
        return MailKind.AUTOMATIC
    if parts.invitation:
        return MailKind.INVITATION
    if parts.delivery_report:
        return MailKind.BOUNCE if parts.delivery_failed else MailKind.AUTOMATIC
    if parts.receipt:
        return MailKind.AUTOMATIC
    if is_daemon(sender) or (is_bounce_subject(subject) and (not sender or message.get("X-Failed-Recipients"))):
        return MailKind.BOUNCE
    automatic = _header(message, "Auto-Submitted").lower().split(";")[0].strip()
    precedence = _header(message, "Precedence").lower()
    marked = (automatic and automatic != "no") or precedence == "auto_reply"
    marked = marked or any(message.get(name) for name in ("X-Autoreply", "X-Autorespond", "X-Autoresponder"))
    # a person's answer may come through a list (a team's shared address), so lists say nothing of answers
    answers = message.get("In-Reply-To") or message.get("References")
    bulk = not answers and (precedence in ("bulk", "junk", "list") or bool(message.get("List-Unsubscribe")))
    marked = marked or (bool(answers) and is_automatic_text(parts.beginning))
    if marked or bulk or is_automatic_subject(subject) or _MACHINE.match(sender):
        return MailKind.AUTOMATIC
    return MailKind.MAIL
