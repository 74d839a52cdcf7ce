"""A meeting that is agreed only in the words of an answer: counted, asked about once, worth what the seller says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import pytest

from outcome_rl.cli.import_preview import ask_user
from outcome_rl.errors import ConfigError
from outcome_rl.importers.api import ImportOptions, ImportPreview, preview_import

TODAY = date(2024, 4, 15)
SENT = "Hello Ana, your ovens are cold again and we know how to warm them. Would a call suit you?"
YES, NO = "Thursday 3pm works, I sent you an invite.", "Thursday at 3pm does not work for me, what else is there?"
Write = Callable[..., Path]


def look(path: Path, **options: object) -> ImportPreview:
    return preview_import([path], ImportOptions(**{"today": TODAY, **options}))  # type: ignore[arg-type]


def table(write: Write, *answers: str, more: Sequence[str] = ()) -> Path:
    """Emails that were answered so; ``more``: a further column's name and its cells."""
    cells = [[f"p{n}@x.example", "COO", SENT, "yes", answer, *more[n + 1 : n + 2]] for n, answer in enumerate(answers)]
    return write([["email", "title", "email_text", "Replied", "Reply text", *more[:1]], *cells])


def asked(preview: ImportPreview) -> list[tuple[str, int, str]]:
    return [(each.about, each.rows, each.answer) for each in preview.questions]


def test_it_is_a_reply_until_the_seller_says_that_it_is_worth_more(write: Write) -> None:
    path = table(write, YES, NO, YES)
    preview = look(path)
    assert list(preview.outcomes.values()) == [0, 3, 0] and asked(preview) == [("agreed_meeting", 2, "reply")]
    told = look(path, agreed_meeting="conversion")
    assert list(told.outcomes.values()) == [0, 1, 2] and asked(told) == [("agreed_meeting", 2, "conversion")]
    assert told.questions[0].text.endswith("They are counted as conversions now.")


def test_nothing_is_asked_where_a_column_says_so_already(write: Write) -> None:
    preview = look(table(write, YES, NO, more=("Meeting booked", "yes", "no")))
    assert list(preview.outcomes.values()) == [0, 1, 1] and not asked(preview)


def test_a_refusal_is_no_meeting(write: Write) -> None:
    preview = look(table(write, "Not interested, thanks.", NO))
    assert [about for about, *_ in asked(preview)] == ["not_interested"]


def test_in_a_mailbox(write: Write) -> None:
    def mail(sender: str, to: str, day: int, text: str, more: str = "") -> str:
        return (
            f"From x Mon Jan  1 00:00:00 2024\nFrom: {sender}\nTo: {to}\nDate: {day} Mar 2024 09:00:00 +0000\n"
            f"Message-ID: <{day}@m.example>\n{more}Subject: Ovens\n\n{text}\n\n"
        )

    own, whom = "sam@seller.example", "ana@firm.example"
    answer = mail(
        whom,
        own,
        5,
        "Donnerstag 15 Uhr passt, ich habe Ihnen eine Einladung geschickt.",
        "In-Reply-To: <4@m.example>\n",
    )
    path = write(mail(own, whom, 4, SENT) + answer, "all.mbox")
    for worth, wanted in (("reply", [0, 1, 0]), ("conversion", [0, 0, 1])):
        preview = look(path, own_address=own, agreed_meeting=worth)
        assert list(preview.outcomes.values()) == wanted and asked(preview) == [("agreed_meeting", 1, worth)]


def test_the_answer_in_a_terminal_is_taken(write: Write) -> None:
    preview = look(table(write, YES, NO))
    changed = ask_user(preview.options, preview.questions, lambda text, choices, default: choices[-1])
    assert changed and changed.agreed_meeting == "conversion"


def test_another_worth_is_refused() -> None:
    with pytest.raises(ConfigError, match="agreed_meeting: 'skip' is not one of reply, conversion"):
        ImportOptions(agreed_meeting="skip").validate()
