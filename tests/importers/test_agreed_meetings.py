"""A meeting that is agreed only in the words of an answer: counted, asked about once, worth what the seller says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import pytest

from outcome_rl.cli.import_preview import ask_user
from outcome_rl.errors import ConfigError
from outcome_rl.importers.answers import as_noted, tells_automatic
from outcome_rl.importers.api import ImportOptions, ImportPreview, preview_import
from outcome_rl.importers.meanings import Meaning, Signal
from outcome_rl.text.agreed_meetings import agrees_to_meet

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


def test_an_order_in_the_words_of_an_answer_is_asked_about_too(write: Write) -> None:
    preview = look(table(write, "Send me two boxes.", NO, "Wir nehmen 5 Kisten."))
    assert asked(preview) == [("agreed_meeting", 2, "reply")] and "orders something" in preview.questions[0].text


def test_a_refusal_is_no_meeting(write: Write) -> None:
    preview = look(table(write, "Not interested, thanks.", NO))
    assert [about for about, *_ in asked(preview)] == ["not_interested"]


@pytest.mark.parametrize(
    "answer",
    [
        "Donnerstag 15 Uhr passt, ich habe Ihnen eine Einladung geschickt.", "Thursday 3pm works.",
        "Thanks, send me two boxes.", "Schicken Sie uns bitte zwei Kartons.",
    ],
)  # fmt: skip
def test_in_a_mailbox(answer: str, write: Write) -> None:
    def mail(sender: str, to: str, day: int, text: str, more: str = "") -> str:
        return (
            f"From x Mon Jan  1 00:00:00 2024\nFrom: {sender}\nTo: {to}\nDate: {day} Mar 2024 09:00:00 +0000\n"
            f"Message-ID: <{day}@m.example>\n{more}Subject: Ovens\n\n{text}\n\n"
        )

    own, whom = "sam@seller.example", "ana@firm.example"
    back = mail(whom, own, 5, answer, "In-Reply-To: <4@m.example>\n")
    path = write(mail(own, whom, 4, SENT) + back, "all.mbox")
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


@pytest.mark.parametrize("header", ["Notes", "Mail note", "Reply", "Bemerkungen"])
def test_what_somebody_noted_of_an_answer_is_asked_about_too(header: str, write: Write) -> None:
    notes = ["Tuesday at 2 works, talk then", "asked for prices and the list", "Tuesday at 2 would suit, she says"]
    cells = [[f"p{n}@x.example", SENT, "yes", note] for n, note in enumerate(notes)]
    preview = look(write([["email", "email_text", "Replied", header], *cells]))
    assert list(preview.outcomes.values()) == [0, 3, 0] and asked(preview) == [("agreed_meeting", 2, "reply")]


def test_a_note_of_an_automatic_answer_alone_makes_it_none_and_is_told(write: Write) -> None:
    notes = [
        "auto-reply only, on leave till 7/12",
        "OOO, nothing since",
        "OOO, then asked for prices",
        "auto parts dealer",
    ]
    cells = [[f"p{n}@x.example", SENT, "yes", note] for n, note in enumerate(notes)]
    preview = look(write([["email", "email_text", "Replied", "Notes"], *cells]))
    assert list(preview.outcomes.values()) == [2, 2, 0]
    assert any(each.startswith("2 replies are said to have been automatic") for each in preview.warnings)


@pytest.mark.parametrize(
    ("answer", "agrees"),
    [
        ("Tuesday at 8.30 would suit, before we open.", True),
        ("OK go on so, Thursday 10am. Ask for me at the desk.", True),
        ("Hello,\n\nYes, Friday at 11 then.", True),
        ("Donnerstag um 15 Uhr würde passen.", True),
        ("Would Tuesday at 3 suit?", False),
        ("Tuesday at 3 would suit better", False),
        ("Tuesday at 3 would work if Ann is in.", False),
        ("OK, Tuesday 3pm is too early for us.", False),
        ("Tuesday at 3 would not suit.", False),
    ],
)
def test_polite_and_short_words_agree(answer: str, agrees: bool) -> None:
    assert agrees_to_meet(answer) is agrees


AGREED = """Tuesday 14 March at 10 works for me.
14 March at 10:30 is fine.
Monday at 9 is booked.
Friday, the 3rd of May at 2pm suits us.
Thursday at 9 it is.
Wednesday at 3 is in the diary.
Monday at 9 would be lovely.
Come round on Tuesday at 10, ask for Ann.
Call me on Wednesday at 3.
Please ring me tomorrow at 9.15.
Put me down for Tuesday at 10.
We'll expect you Friday at 11.
Looking forward to seeing you on Monday at 2pm.
I have put you in the diary, see you then.
Dienstag, den 14. März um 10 Uhr passt.
Mardi à 10h nous convient.
D'accord pour jeudi à 14 h 30.
El martes a las 10 me viene bien.
Vale, el jueves a las 16:30.
Martedì alle 10 va bene.
Ok, venerdì alle 9.30.
Dinsdag om 10 uur past prima.
Prima, donderdag om 14.30 uur."""
NOT_AGREED = """Monday at 4, after the children are gone?
Niamh, can you do a call on Wednesday at 3?
I am in London on Tuesday at 10.
Our meeting on 14 March at 10 was with somebody else.
I called you on Wednesday at 3 and nobody answered.
We come home on Tuesday at 10.
Call me when you are back from Tuesday at 10.
Don't call me on Wednesday at 3.
Please do not ring me tomorrow at 9.15.
I cannot put you in the diary before May.
Tuesday at 9 it is not open.
Thursday at 9 is good if my boss agrees.
Thursday at 9 is in the diary of Ann, not mine.
Looking forward to Monday at 2pm not coming soon.
We will be there Friday at 11 unless it rains.
The webinar on 14 March at 10 works without you?
Mardi à 10h ne nous convient pas.
Mardi à 10h nous convient mieux.
Mardi à 10h nous convient si Anne est là.
El martes a las 10 no me viene bien.
El martes a las 10 me viene bien si llueve.
Martedì alle 10 non va bene.
Martedì alle 10 va bene solo se piove.
Dinsdag om 10 uur past niet.
Dinsdag om 10 uur past me beter.
Thursday at 9 works for nobody here.
Thursday at 9 suits my competitor.
Tuesday at 10 is good, Wednesday is better.
Monday at 9 is booked already.
Monday at 9 is booked, sorry.
Thursday 10am is booked out.
Wednesday at 3 is fine. Actually no, I am away.
The shop opens Tuesday at 10.
Deliveries come on Tuesday at 10.
Ok, the sale ends Thursday 10am sharp for everybody."""


@pytest.mark.parametrize("answer", AGREED.splitlines())
def test_more_words_that_agree_to_meet(answer: str) -> None:
    assert agrees_to_meet(answer)


@pytest.mark.parametrize("answer", NOT_AGREED.splitlines())
def test_words_that_only_look_as_if_they_agreed(answer: str) -> None:
    assert not agrees_to_meet(answer)


def test_a_refusal_behind_an_automatic_answer_from_a_college_turns_down(write: Write) -> None:
    """The name of a firm below an answer hands on to no colleague."""
    rows = [
        ["sam@seller.example", "ana@college.example", "out", "2024-03-04 09:00", "Noise", SENT],
        ["ana@college.example", "sam@seller.example", "in", "2024-03-04 09:01", "Automatic reply: Noise", "I am away."],
        ["ana@college.example", "sam@seller.example", "in", "2024-03-04 10:00", "Re: Noise",
         "We can't hang anything there, so I'll have to pass.\n\nAna Field\nSt. Kieran's College"],
    ]  # fmt: skip
    preview = look(write([["From", "To", "Direction", "Date", "Subject", "Body"], *rows]))
    assert list(preview.outcomes.values()) == [1, 0, 0] and asked(preview) == [("not_interested", 1, "no_reply")]


def test_a_note_that_somebody_was_won_is_a_conversion(write: Write) -> None:
    notes = ["visit, offer sent, WON 6.400 EUR", "won; cancelled in May", "asked for prices", "afwezig - automatic"]
    cells = [[f"p{n}@x.example", SENT, "yes", note] for n, note in enumerate(notes)]
    preview = look(write([["email", "email_text", "Replied", "Notes"], *cells]))
    assert list(preview.outcomes.values()) == [1, 2, 1]
    assert any(each.startswith("1 replies are said to have been automatic") for each in preview.warnings)


@pytest.mark.parametrize(
    "note",
    [
        "demo booked, then declined", "meeting booked, fell through", "Meeting booked, didn't show", "won, refunded",
        "meeting booked. He never came", "Termin vereinbart, dann geplatzt", "verkauft, storniert",
    ],
)  # fmt: skip
def test_a_sale_that_a_note_takes_back_is_a_reply(note: str) -> None:
    assert as_noted(Signal(Meaning.REPLY), note).meaning is Meaning.REPLY


@pytest.mark.parametrize(
    ("note", "automatic"),
    [
        ("on holiday, wants prices in May", False), ("en congé, veut les prix", False),
        ("ausente, quiere precios", False),
        ("out of office, ordered 3 kg", False), ("on vacation, meeting booked", False), ("Urlaub, hat bestellt", False),
        ("OOO until 3 May, call Bob", True), ("en congé, rappeler le 3 mai", True), ("auto reply", True),
        ("automatische Nachricht", True), ("Eingangsbestätigung", True), ("just an auto message", True),
        ("fuera de la oficina", True), ("fuori ufficio", True), ("fora do escritório", True), ("fuori stanza", False),
    ],
)  # fmt: skip
def test_a_machine_s_answer_is_none_where_a_person_did_something_too(note: str, automatic: bool) -> None:
    assert tells_automatic(note) is automatic
