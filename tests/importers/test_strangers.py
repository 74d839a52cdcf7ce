"""Tables of no known tool, as strangers have them: what their columns say, singly and together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from outcome_rl.config import Columns
from outcome_rl.errors import DataError
from outcome_rl.importers.api import ImportOptions, import_rows, preview_import
from outcome_rl.importers.dates import parse_date
from outcome_rl.importers.meanings import Meaning
from outcome_rl.importers.outcome_names import Said, said_by_name
from outcome_rl.importers.resolve import resolve_data
from tests.helpers.export_emails import EMAILS
from tests.helpers.strangers import PEOPLE, Write, outcomes, rows, warnings


def table(write: Write, header: str, cells: Sequence[object], *more: tuple[str, Sequence[object]]) -> Path:
    """Emails with a title, a column of this name, and further ones."""
    return write(rows(**{"Title": ["CFO"], "Body": EMAILS, header: cells, **dict(more)}))


@pytest.mark.parametrize(
    ("header", "yes", "no"),
    [
        ("No reply", "TRUE", "FALSE"),
        ("Not replied", "1", "0"),
        ("Did not respond", "Y", "N"),
        ("unanswered", "yes", "no"),
        ("Ignored", "yes", "no"),
        ("Ghosted", "TRUE", "FALSE"),
        ("Unresponsive", "1", "0"),
        ("Keine Antwort", "ja", "nein"),
        ("Sans réponse", "O", "N"),
        ("Sin respuesta", "sí", "no"),
        ("未回复", "是", "否"),
    ],
)
def test_a_column_may_say_by_its_yes_that_nothing_came(header: str, yes: str, no: str, write: Write) -> None:
    path = table(write, header, [yes, no, yes])
    assert outcomes(path) == [0, 1, 0] * 10
    (use,) = (each for each in preview_import([path]).columns if each.role.startswith("outcome"))
    assert "yes means no reply" in use.reason


def test_a_blank_in_a_column_of_no_reply_is_asked_about(write: Write) -> None:
    with pytest.raises(DataError, match="empty"):
        resolve_data(table(write, "No reply", ["yes", ""]))


@pytest.mark.parametrize("header", ["Replied (yes/no)", "Replied? (Y/N)", "No of replies", "Answered"])
def test_what_only_looks_like_a_no_is_none(header: str, write: Write) -> None:
    assert outcomes(table(write, header, ["1", "0"])) == [1, 0] * 15


@pytest.mark.parametrize(
    "header",
    [
        *("Meeting declined", "Meeting no-show", "Demo cancelled", "No meeting", "Deal lost at"),
        *("Previous purchases", "Past meetings", "Existing sale", "Sold before", "Last meeting", "Annual sales"),
        *("Reply score", "Conversion likelihood", "Meetings goal", "Sales volume"),
    ],
)
@pytest.mark.parametrize("cells", [["yes", "no", "no"], ["2", "0", "1"], ["2024-01-05", "", ""]])
def test_what_came_to_nothing_or_was_so_before_is_no_outcome(header: str, cells: list[str], write: Write) -> None:
    assert said_by_name(header) is None
    path = table(write, header, cells, ("Replied", ["no", "yes"]))
    assert outcomes(path) == [0, 1] * 15


def test_sums_of_money_count_no_answers(write: Write) -> None:
    assert outcomes(table(write, "Sales", ["250000", "1000"], ("Replied", ["no", "yes"]))) == [0, 1] * 15


@pytest.mark.parametrize(
    ("replied", "won", "yes", "no"),
    [
        ("Respondeu?", "Reunião marcada?", "Sim", "Não"),
        ("Réponse (O/N)", "RDV pris (O/N)", "O", "N"),
        ("Antwort erhalten", "Termin vereinbart", "J", "N"),
        ("Respondió", "Reunión agendada", "Sí", "No"),
        ("Ha risposto", "Appuntamento fissato", "sì", "no"),
        ("Beantwoord", "Afspraak gemaakt", "ja", "nee"),
        ("Odpowiedź", "Spotkanie umówione", "Tak", "Nie"),
        ("返信", "商談化", "あり", "なし"),
        ("Ответ", "Встреча", "да", "нет"),
    ],
)
def test_replies_and_meetings_in_other_languages_are_a_ladder(
    replied: str, won: str, yes: str, no: str, write: Write
) -> None:
    path = table(write, replied, [no, yes, yes], (won, [no, no, yes]))
    assert outcomes(path) == [0, 1, 2] * 10


@pytest.mark.parametrize(("header", "won"), [("Bought", 2), ("Became customer", 2), ("Interested", 1), ("Comprado", 2)])
def test_a_yes_means_what_its_column_is_called(header: str, won: int, write: Write) -> None:
    path = table(write, header, ["no", "yes"])
    assert outcomes(path) == [0, won] * 15
    assert list(resolve_data(path, Columns(outcome=header)).read().outcomes) == [0, won] * 15


@pytest.mark.parametrize("header", ["Worked", "Opened", "Clicked link"])
@pytest.mark.parametrize("whom", ["Title", "context"])
def test_a_yes_of_a_column_that_does_not_say_of_what_is_asked_about(header: str, whom: str, write: Write) -> None:
    path = write(rows(**{whom: ["CFO"], "email_text": EMAILS, header: ["no", "yes"]}))
    with pytest.raises(DataError, match=r"'no' \(15\), 'yes' \(15\)"):
        resolve_data(path, Columns(outcome=header))
    assert list(resolve_data(path, Columns(outcome=header, outcomes="no=0,yes=2")).read().outcomes) == [0, 2] * 15


@pytest.mark.parametrize("header", ["Antworten", "Réponses", "Respuestas", "Risposte"])
def test_counts_in_other_languages_are_no_labels(header: str, write: Write) -> None:
    assert outcomes(table(write, header, ["0", "1", "2"])) == [0, 1, 1] * 10


@pytest.mark.parametrize("nothing", ["#N/A", "(blank)", "--", "\\N", "NaT"])
def test_a_tool_may_write_in_many_ways_that_there_is_no_date(nothing: str, write: Write) -> None:
    assert outcomes(table(write, "Replied at", [nothing, "2025-03-05 10:00"])) == [0, 1] * 15


@pytest.mark.parametrize("cells", [["NOT INTERESTED", "INTERESTED", "no reply"], ["", "INTERESTED", "INTERESTED"]])
def test_a_column_may_hold_its_own_name(cells: list[str], write: Write) -> None:
    path = table(write, "INTERESTED", cells, ("Firm", ["A Ltd"]), ("Town", ["Graz"]))
    preview = preview_import([path], ImportOptions(meanings={"": 0}))
    assert preview.header == ("Title", "Body", "INTERESTED", "Firm", "Town")
    assert preview.rows == 30 and preview.outcomes["reply"] == 30 * cells.count("INTERESTED") // 3


def test_what_a_person_says_of_yes_and_no_holds(write: Write) -> None:
    path = write(rows(context=["a"], Text=EMAILS, Answered=["yes", "no"]))
    for said in ({"yes": "conversion"}, {"YES": 2}):
        assert outcomes(path, meanings=said, columns={"email": "Text"}) == [2, 0] * 15
    named = Columns(email="Text", outcome="Answered", outcomes="yes=0,no=1")
    assert list(resolve_data(path, named).read().outcomes) == [0, 1] * 15
    blank = write(rows(Title=["a"], Text=EMAILS, Replied=["yes", ""]))
    assert outcomes(blank) == [1, 0] * 15
    assert outcomes(blank, meanings={"": "skip"}) == [1] * 15


def test_of_several_columns_each_yes_keeps_its_own_meaning(write: Write) -> None:
    path = table(write, "Replied", ["no", "yes", "yes"], ("Meeting", ["no", "no", "yes"]))
    assert outcomes(path, meanings={"yes": "reply", "no": "no_reply"}) == [0, 1, 2] * 10


def test_figures_of_templates_are_not_outcomes_of_emails(write: Write) -> None:
    figures = {"Sent": ["400", "250"], "Replies": ["12", "0"], "Meetings": ["1", "0"]}
    path = write(rows(12, Template=["A", "B"], Body=EMAILS, **figures))
    with pytest.raises(DataError, match=r"Each row counts many emails \('Sent'\)"):
        resolve_data(path)
    one_each = write(rows(Email=PEOPLE, Body=EMAILS, Sent=["1", "2"], Replies=["0", "1"]))
    assert outcomes(one_each) == [0, 1] * 15


def test_a_yes_that_only_those_who_answered_have_is_told(write: Write) -> None:
    path = table(write, "Replied", ["no", "yes", "yes", "no"], ("Opportunity created", ["no", "no", "yes", "no"]))
    assert "'Opportunity created' says yes in 7 rows, all of people who answered" in warnings(path)
    assert outcomes(path, columns={"outcome": "Replied,Opportunity created"}) == ([0, 1, 2, 0] * 8)[:30]
    chance = table(write, "Replied", ["no", "yes", "yes", "no"], ("Newsletter", ["yes", "no", "yes"]))
    opened = table(write, "Replied", ["no", "yes", "yes", "no"], ("Opened twice", ["no", "no", "yes", "no"]))
    assert "was not used" not in warnings(chance) + warnings(opened)


def test_the_recipient_is_not_the_account_that_sent(write: Write) -> None:
    accounts = ["me@seller.example", "you@seller.example"]
    path = write(rows(Sent__via=accounts, Prospect=PEOPLE, Title=["CFO"], Body=EMAILS, Replied=["no", "yes"]))
    found = list(import_rows([path], ImportOptions()))
    assert [row.recipient for row in found] == PEOPLE


def steps(write: Write, **whose: Sequence[str]) -> Path:
    """Three emails to each of ten people; of every second it says on all rows that they replied."""
    who = {name: [each for each in people for _ in range(3)] for name, people in whose.items()}
    replied = ["no"] * 3 + ["yes"] * 3
    sent = ["2025-03-01", "2025-03-06", "2025-03-11"]
    touch = {"Step": ["Email 1", "Email 2", "Email 3"]} if "Contact" in whose else {"Sent at": sent}
    return write(rows(**who, Title=["CFO"], Body=EMAILS, **touch, Replied=replied))


def test_a_yes_on_all_rows_of_a_recipient_counts_once(write: Write) -> None:
    path = steps(write, Email=PEOPLE[:10])
    assert outcomes(path) == [0, 0, 0, 0, 0, 1] * 5
    assert any("counts once" in use.reason for use in preview_import([path]).columns)
    mixed = write(
        rows(Email=[each for each in PEOPLE[:10] for _ in range(3)], Title=["CFO"], Body=EMAILS,
             Sent__at=["2025-03-01", "2025-03-06", "2025-03-11"], Replied=["no", "yes", "no", "yes"])
    )  # fmt: skip
    assert outcomes(mixed) == ([0, 1, 0, 1] * 8)[:30]


def test_people_may_be_told_by_their_names_where_there_are_steps(write: Write) -> None:
    names = ["Ana", "Bo", "Cy", "Di", "Ed", "Flo", "Gus", "Hal", "Ivo", "Jo"]
    assert outcomes(steps(write, Contact=names)) == [0, 0, 0, 0, 0, 1] * 5
    twice = steps(write, Contact=["Ana"] * 10)  # ten people of one name: rows stay for themselves
    assert len(outcomes(twice)) == 30
    apart = steps(write, Contact=["Ana", "Bo"] * 5, Company=[f"Firm {number}" for number in range(10)])
    assert len(outcomes(apart)) == 30 and outcomes(apart).count(1) == 5


def test_a_text_that_is_blank_where_nothing_came_is_asked_about(write: Write) -> None:
    answers = ["", "Thanks for the note, could you call me on Friday at ten in the morning please, or on Monday?"]
    path = write(rows(Title=["CFO"], Message=answers, Original=EMAILS, Replied=["no", "yes"]))
    with pytest.raises(DataError, match="Which column holds the email as it was sent: 'Message', 'Original'"):
        resolve_data(path)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("3 mars 2025", (2025, 3, 3)),
        ("12 août 2025 09:15", (2025, 8, 12, 9, 15)),
        ("7 juillet 2025", (2025, 7, 7)),
        ("5 juin 2025", (2025, 6, 5)),
        ("3 de marzo de 2025", (2025, 3, 3)),
        ("10 maggio 2025", (2025, 5, 10)),
        ("Tuesday, May 6th, 2025 at 3:04 PM", (2025, 5, 6, 15, 4)),
        ("45700.5", (2025, 2, 12, 12)),
    ],
)
def test_dates_of_other_languages_and_of_spreadsheets(text: str, day: tuple[int, ...]) -> None:
    assert parse_date(text) == datetime(*day, tzinfo=UTC)  # type: ignore[misc]


def test_zeros_beside_dates_are_nothing(write: Write) -> None:
    path = table(write, "replied_at", ["0", "1743156000000"])
    assert outcomes(path) == [0, 1] * 15
    assert preview_import([path]).layouts[0].rules[0].form == "date"


def test_what_a_name_says() -> None:
    assert said_by_name("Replied (yes/no)") == Said(Meaning.REPLY)
    assert said_by_name("No reply") == Said(Meaning.REPLY, negated=True)
    assert said_by_name("Not interested") == Said(Meaning.NEGATIVE)
    assert said_by_name("Industry") is None


@pytest.mark.parametrize(
    ("sent", "opened", "replied", "won"),
    [
        ("emailSent", "emailOpened", "emailReplied", "meetingBooked"),
        ("EMAIL_DELIVERED", "EMAIL_LINK_CLICKED", "LEAD_REPLIED", "MEETING_BOOKED"),
        ("message sent", "message opened", "reply received", "demo booked"),
    ],
)
def test_events_are_known_however_a_tool_calls_them(
    sent: str, opened: str, replied: str, won: str, write: Write
) -> None:
    lines = [["event", "recipient", "timestamp", "body"]]
    for number in range(12):
        whom = PEOPLE[number]
        lines.append([sent, whom, "2025-03-01T09:00:00Z", EMAILS[number]])
        lines.append([opened, whom, "2025-03-01T10:00:00Z", ""])
        if number % 3:
            lines.append([replied if number % 3 == 1 else won, whom, "2025-03-02T10:00:00Z", ""])
    assert outcomes(write(lines)) == [0, 1, 2] * 4


def test_a_sale_in_a_column_of_states_beside_the_replies_is_not_lost(write: Write) -> None:
    path = table(write, "Replied", ["No", "Yes", "Yes"], ("Lead Status", ["", "Open", "Won"]))
    with pytest.raises(DataError, match=r"not known, with the number of rows: 'Open' \(10\)"):
        resolve_data(path)
    assert outcomes(path, meanings={"Open": "reply"}) == [0, 1, 2] * 10
    states = table(write, "Replied", ["No", "Yes"], ("Lead Status", ["New", "Open", "Working"]))
    assert outcomes(states) == [0, 1] * 15
