"""Mailboxes: whose they are, and what belongs together."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import pytest

from outcome_rl.errors import DataError
from outcome_rl.importers.api import ImportOptions, ImportPreview, import_rows, preview_import
from outcome_rl.importers.mail_threads import subject_key
from outcome_rl.importers.resolve import resolve_data

MO, ANA = "mo@seller.example", "ana@firm.example"


def message(
    sender: str, to: str, day: int, subject: str = "A question", number: str = "", refs: str = "", head: str = ""
) -> str:
    answers = f"In-Reply-To: <{refs}@x>\n" if refs else ""
    name = f"Message-ID: <{number}@x>\n" if number else ""
    return (
        f"From 1@xxx Mon Mar {day:2} 09:00:00 +0000 2024\nFrom: {sender}\nTo: {to}\nSubject: {subject}\n"
        f"Date: {day} Mar 2024 09:00:00 +0000\n{name}{answers}{head}\nHi, is our planner of use to you?\n\n"
    )


def look(write: Callable[..., Path], *messages: str, **options: object) -> ImportPreview:
    path = write("".join(messages), "box.mbox")
    return preview_import([path], ImportOptions(today=date(2024, 4, 15), **options))  # type: ignore[arg-type]


def test_the_owner_is_who_writes_to_many(write: Callable[..., Path]) -> None:
    sent = [message(MO, f"p{n}@firm{n}.example", 4, number=f"s{n}") for n in range(5)]
    back = [message(f"p{n}@firm{n}.example", MO, 5, refs=f"s{n}") for n in range(3)]
    preview = look(write, *sent, *back)
    assert "the mailbox of mo@seller.example" in preview.why
    assert list(preview.outcomes.values()) == [2, 3, 0] and not any("guess" in each for each in preview.warnings)


def test_labels_and_delivery_say_whose_it_is(write: Callable[..., Path]) -> None:
    for head in ("X-Gmail-Labels: Sent\n", ""):
        delivered = "" if head else f"Delivered-To: {MO}\n"
        preview = look(write, message(MO, ANA, 4, number="s", head=head), message(ANA, MO, 5, refs="s", head=delivered))
        assert "the mailbox of mo@seller.example" in preview.why
        assert list(preview.outcomes.values()) == [0, 1, 0]


def test_two_who_write_to_each_other_are_asked_about(write: Callable[..., Path]) -> None:
    messages = [message(MO, ANA, 4, number="s"), message(ANA, MO, 5, refs="s")]
    assert any("is a guess; say it with own_address" in each for each in look(write, *messages).warnings)
    said = look(write, *messages, own_address=MO)
    assert list(said.outcomes.values()) == [0, 1, 0] and not any("guess" in each for each in said.warnings)


def test_a_second_campaign_to_the_same_person_is_its_own(write: Callable[..., Path]) -> None:
    rows = write(
        message(MO, ANA, 4, "One", "a") + message(ANA, MO, 5, "Re: One", "b", "a") + message(MO, ANA, 20, "Two", "c"),
        "box.mbox",
    )
    got = [
        (row.outcome, row.step) for row in import_rows([rows], ImportOptions(today=date(2024, 4, 15), own_address=MO))
    ]
    assert got == [(1, "1"), (0, "1")]


def test_steps_are_counted_over_threads_until_somebody_answers(write: Callable[..., Path]) -> None:
    options = ImportOptions(today=date(2024, 4, 30), own_address=MO)
    rows = write(
        message(MO, ANA, 4, "One", "a") + message(MO, ANA, 8, "Re: One", "b", "a") + message(MO, ANA, 12, "Two", "c")
        + message(ANA, MO, 13, "Re: Two", "d", "c") + message(MO, ANA, 25, "Three", "e")
        + message(MO, "o@x.example", 5),
        "box.mbox",
    )  # fmt: skip
    got = [(row.sent_at[:10], row.step, row.outcome) for row in import_rows([rows], options)]
    assert sorted(got) == [
        ("2024-03-04", "1", 0), ("2024-03-05", "1", 0), ("2024-03-08", "2", 0), ("2024-03-12", "3", 1),
        ("2024-03-25", "1", 0),
    ]  # fmt: skip
    first = ImportOptions(today=date(2024, 4, 30), own_address=MO, first_steps=True)
    assert preview_import([rows], first).left_out == {"a later step": 2}


def test_an_email_that_was_sent_twice_within_minutes_is_one(write: Callable[..., Path]) -> None:
    again = message(MO, ANA, 4, "One", "b").replace("09:00:00", "09:01:13")
    later = message(MO, ANA, 5, "One", "c")
    preview = look(write, message(MO, ANA, 4, "One", "a"), again, later, message(ANA, MO, 3, "News"), own_address=MO)
    assert list(preview.outcomes.values()) == [2, 0, 0] and preview.left_out == {"the same email twice": 1}


def test_an_answer_goes_to_the_thread_that_it_names(write: Callable[..., Path]) -> None:
    rows = write(
        message(MO, ANA, 4, "One", "a") + message(MO, ANA, 6, "Two", "b") + message(ANA, MO, 8, "Re: One", "c", "a"),
        "box.mbox",
    )
    options = ImportOptions(today=date(2024, 4, 15), own_address=MO)
    assert [(row.email_text.split("\n")[0], row.outcome) for row in import_rows([rows], options)] == [
        ("Subject: One", 1),
        ("Subject: Two", 0),
    ]


def test_an_answer_to_nothing_is_counted(write: Callable[..., Path]) -> None:
    messages = [message(MO, ANA, 4, "One", "a"), message(ANA, MO, 5, "Another thing", "b")]
    preview = look(write, *messages, own_address=MO)
    assert list(preview.outcomes.values()) == [1, 0, 0]
    assert any("1 replies answer no email" in each for each in preview.warnings)


@pytest.mark.parametrize("subject", ["Re: AW: A question", "RE[2]: a  question", "Fwd: Re: A Question", "A question"])
def test_subjects_without_what_programs_put_before_them(subject: str) -> None:
    assert subject_key(subject) == "a question"


def test_a_single_message(write: Callable[..., Path]) -> None:
    text = message(MO, ANA, 4, number="a").split("\n", 1)[1]
    preview = preview_import([write(text, "one.eml")], ImportOptions(today=date(2024, 4, 15)))
    assert preview.rows_read == 1
    assert preview.left_out == {"nothing that came back is in the mailbox": 1}


def saved(write: Callable[..., Path], **boxes: Sequence[str]) -> list[Path]:
    return [write("".join(messages), f"{name}.mbox") for name, messages in boxes.items()]


SENT = [message(MO, f"p{n}@firm{n}.example", 4, number=f"s{n}") for n in range(6)]
BACK = [message(f"p{n}@firm{n}.example", MO, 5, "Re: A question", f"b{n}", f"s{n}") for n in range(2)]
SHOPS = [message(f"s{n}@shop{n}.example", MO, 6, "Offers", f"o{n}") for n in range(20)]


@pytest.mark.parametrize(
    "boxes",
    [
        {"Sent": SENT, "Inbox": BACK},
        {"Inbox": [*BACK, *SHOPS], "Sent": SENT},
        {"All": [*SENT, *BACK], "Sent": SENT, "Important": BACK},
    ],
)
def test_folders_of_one_mailbox_are_one(boxes: dict[str, list[str]], write: Callable[..., Path]) -> None:
    files = saved(write, **boxes)
    preview = preview_import(files, ImportOptions(today=date(2024, 4, 15)))
    assert list(preview.outcomes.values()) == [4, 2, 0] and preview.own_addresses == (MO,)
    assert preview.left_out == ({"the same message twice": 8} if len(boxes) == 3 else {})


def test_single_messages_in_a_zip_are_one_mailbox(tmp_path: Path) -> None:
    path = tmp_path / "mail.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number, text in enumerate([*SENT, *BACK]):
            archive.writestr(f"mail/{number}.eml", text.split("\n", 1)[1])
        archive.writestr("archive_browser.html", "<html></html>")
    preview = preview_import([path], ImportOptions(today=date(2024, 4, 15)))
    assert list(preview.outcomes.values()) == [4, 2, 0] and preview.source == "mailbox"


def test_messages_without_identifiers_in_two_files_are_not_mixed_up(write: Callable[..., Path]) -> None:
    sent = [message(MO, f"p{n}@firm{n}.example", 4, f"For {n}") for n in range(6)]
    back = [message(f"p{n}@firm{n}.example", MO, 5, f"Re: For {n}") for n in (3, 4)]
    files = saved(write, Sent=sent, Inbox=back)
    rows = list(import_rows(files, ImportOptions(today=date(2024, 4, 15))))
    assert [row.outcome for row in rows] == [0, 0, 0, 1, 1, 0]
    assert rows[3].place == "Sent.mbox, message 4"


def test_whole_mailboxes_of_two_people_are_both_read(write: Callable[..., Path]) -> None:
    def of(me: str, mark: str) -> list[str]:
        to = [f"{mark}{n}@firm{n}.example" for n in range(6)]
        sent = [message(me, whom, 4, number=f"{mark}{n}") for n, whom in enumerate(to)]
        return [
            *sent,
            *(message(whom, me, 5, refs=f"{mark}{n}", number=f"{mark}b{n}") for n, whom in enumerate(to[:2])),
        ]

    files = saved(write, max=of("max@gmail.com", "m"), ute=of("ute@gmail.com", "u"))
    preview = preview_import(files, ImportOptions(today=date(2024, 4, 15)))
    assert list(preview.outcomes.values()) == [8, 4, 0]
    assert preview.own_addresses == ("max@gmail.com", "ute@gmail.com")


def test_what_was_sent_alone_has_no_outcomes(write: Callable[..., Path]) -> None:
    (path,) = saved(write, Sent=SENT)
    with pytest.raises(DataError, match="holds only what was sent; give the inbox in the same import"):
        resolve_data(path)
    assert preview_import([path]).rows == 0


def test_an_inbox_alone_says_what_is_missing(write: Callable[..., Path]) -> None:
    (path,) = saved(write, Inbox=[*BACK, *SHOPS])
    with pytest.raises(DataError, match=f"nothing in the mailbox was sent by {MO}; give the folder of sent mail"):
        resolve_data(path)


def test_a_colleague_may_answer(write: Callable[..., Path]) -> None:
    sent = [message(MO, f"p{n}@firm{n}.example", 4, number=f"s{n}") for n in range(6)]
    boss = message("boss@firm2.example", MO, 5, "Re: A question")
    assert list(look(write, *sent, boss).outcomes.values()) == [5, 1, 0]
    both = [*sent, message(MO, "q@firm2.example", 4, number="q")]  # which of two it is about is not told
    assert list(look(write, *both, boss).outcomes.values()) == [7, 0, 0]
    free = [message(MO, f"p{n}@gmail.com", 4, number=f"s{n}") for n in range(6)]
    assert list(look(write, *free, message("boss@gmail.com", MO, 5, "Re: A question")).outcomes.values()) == [6, 0, 0]


@pytest.mark.parametrize("mark", ["Fwd:", "FW:", "WG:", "TR:"])
def test_what_is_handed_on_is_no_email_to_learn_from(mark: str, write: Callable[..., Path]) -> None:
    preview = look(write, *SENT, *BACK, message(MO, "friend@other.example", 6, f"{mark} A question", "f"))
    assert list(preview.outcomes.values()) == [4, 2, 0] and preview.left_out == {"a message handed on": 1}


BLOCK = "Mo Tell\nFelt & Co\nUnit 9, Marina Park, Cork\n+353 21 555 0139"


def test_the_owner_s_signature_without_a_mark_is_cut(write: Callable[..., Path]) -> None:
    hello = "Hi, is our planner of use to you?"
    sent = [
        message(MO, f"p{n}@firm{n}.example", 4, number=f"s{n}").replace(hello, f"Hi, hall {n} is loud.\n\n{BLOCK}")
        for n in range(10)
    ]
    back = message("p1@firm1.example", MO, 5, refs="s1").replace(hello, f"No thanks.\n\n{BLOCK}")
    path = write("".join([*sent, back]), "box.mbox")
    rows = list(import_rows([path], ImportOptions(today=date(2024, 4, 15))))
    texts = [row.email_text.partition("\n\n")[2] for row in rows]
    assert texts == [f"Hi, hall {n} is loud.\n\nMo Tell" for n in range(10)]
    assert [cut.kind for cut in rows[0].cuts] == ["signature"]


def test_the_hour_is_the_sender_s(write: Callable[..., Path]) -> None:
    late = message(MO, ANA, 4, number="s").replace("Date: 4 Mar 2024 09:00:00 +0000", "Date: 4 Mar 2024 23:30:00 -0500")
    path = write(late + message(ANA, MO, 6, refs="s"), "box.mbox")
    (row,) = import_rows([path], ImportOptions(today=date(2024, 4, 15), own_address=MO))
    assert row.sent_at == "2024-03-04T23:30:00-05:00"
