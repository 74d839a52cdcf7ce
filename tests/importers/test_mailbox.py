"""Messages that would upset a parser of headers."""

from outcome_rl.importers.mailbox import parse_mail


def test_thousands_of_open_brackets_are_nobody_s_address() -> None:
    mail = parse_mail(b"From: " + b"(" * 50_000 + b"\nSubject: hello\n\nText\n")
    assert (mail.sender, mail.subject, mail.text.strip()) == ("", "hello", "Text")
