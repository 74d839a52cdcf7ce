"""What a message of a mailbox is, and how a mailbox is read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from outcome_rl.data.sources import find_sources
from outcome_rl.importers.mailbox import MailKind, parse_mail, read_mailbox


def mail(head: str = "", body: str = "Hi", subject: str = "Re: A question", sender: str = "ana@firm.example") -> bytes:
    return f"From: Ana <{sender}>\r\nTo: mo@seller.example\r\nSubject: {subject}\r\n{head}\r\n{body}\r\n".encode()


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (mail(), MailKind.MAIL),
        (mail("Auto-Submitted: no\r\n"), MailKind.MAIL),
        (mail("Auto-Submitted: auto-replied (vacation)\r\n"), MailKind.AUTOMATIC),
        (mail("X-Autoreply: yes\r\n"), MailKind.AUTOMATIC),
        (mail("Precedence: auto_reply\r\n"), MailKind.AUTOMATIC),
        (mail("Precedence: list\r\nIn-Reply-To: <1@x>\r\n"), MailKind.MAIL),
        (mail("List-Unsubscribe: <https://x.example>\r\n"), MailKind.AUTOMATIC),
        (mail(subject="Out of Office: A question"), MailKind.AUTOMATIC),
        (mail(subject="Abwesenheitsnotiz: Frage"), MailKind.AUTOMATIC),
        (mail(subject="=?utf-8?q?R=C3=A9ponse_automatique=3A_X?="), MailKind.AUTOMATIC),
        (mail(subject="Respuesta automática: X"), MailKind.AUTOMATIC),
        (mail(subject="Out of curiosity, what does it cost?"), MailKind.MAIL),
        (mail(subject="Automatic doors: a question"), MailKind.MAIL),
        (mail(sender="mailer-daemon@mx.example", subject="Undelivered Mail"), MailKind.BOUNCE),
        (mail(sender="no-reply@firm.example"), MailKind.AUTOMATIC),
    ],
)
def test_what_a_message_is(raw: bytes, kind: MailKind) -> None:
    assert parse_mail(raw).kind is kind


def test_a_message_in_any_encoding() -> None:
    head = "Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n"
    assert parse_mail(mail(head, "Gr=FC=DFe")).text.strip() == "Grüße"
    wrong = mail("Content-Type: text/plain; charset=us-ascii\r\n", "x").replace(b"\r\nx", "\r\nGrüße".encode())
    assert parse_mail(wrong).text.strip() == "Grüße"
    assert parse_mail(b"\xff\xfe broken \0 bytes").text is not None


def test_a_subject_that_is_only_half_encoded_is_read() -> None:
    assert parse_mail(mail(subject="=?utf-8?q?Eine_Frage_zu_Gr=C3=BCnflächen?=")).subject == "Eine Frage zu Grünflächen"
    assert parse_mail(mail(subject="=?none-such?q?Fl=E4che ä?=")).subject == "=?none-such?q?Fl=E4che ä?="


def test_from_at_the_beginning_of_a_line_is_no_new_message(write: Callable[..., Path]) -> None:
    text = (
        "From mo@x.example Mon Mar  4 09:00:00 2024\nFrom: mo@x.example\nTo: a@y.example\n\n"
        "Hi,\n\n>From Graz to you.\n\nFrom now on it prints.\n\n"
        "From mo@x.example Mon Mar  4 10:00:00 2024\nFrom: mo@x.example\nTo: b@y.example\n\nHi\n"
    )
    (source,) = find_sources([write(text, "box.mbox")])
    mails = list(read_mailbox(source))
    assert [each.recipients[0][0] for each in mails] == ["a@y.example", "b@y.example"]
    assert mails[0].text == "Hi,\n\nFrom Graz to you.\n\nFrom now on it prints.\n\n"
