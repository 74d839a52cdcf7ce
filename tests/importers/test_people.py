"""Recipients of whom an export knows no more than a name and an address are told apart by them, and so are new ones."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import date
from pathlib import Path

import pytest

from outcome_rl.importers.api import ImportOptions, import_rows, preview_import
from outcome_rl.importers.composition import Composition
from outcome_rl.importers.firms import firm_of, is_freemail
from outcome_rl.importers.people import first_name, person_columns, told, with_people
from outcome_rl.importers.recipients import read_recipients

FIXTURES = Path(__file__).parent / "fixtures"
TODAY = date(2024, 4, 15)
Write = Callable[..., Path]
TAUGHT = Composition("{first_name} at {company}; step {step}", {"first_name": (), "company": (), "step": ("touch",)})
HEADER = ["lead_email", "lead_name", "lead_category", "sequence_number", "email_message", "sent_time", "reply_time"]


@pytest.mark.parametrize(
    ("address", "firm"),
    [
        ("kate@bright-smile.co.uk", "Bright Smile"),
        ("kate@mail.acme.com", "Acme"),
        ("Kate@ACME.example", "Acme"),
        ("Kate Miller <kate@acme.co.uk>", "Acme"),
        ("kate@acme.co.uk, leo@other.example", "Acme"),
        ("kate@bmw.de", "BMW"),
        ("kate@xn--mnchen-3ya.de", "München"),
        ("kate@gmail.com", ""),
        ("kate@yahoo.co.jp", ""),
        ("kate@web.de", ""),
        ("kate@localhost", ""),
        ("kate@[192.168.1.2]", ""),
        ("Kate Miller", ""),
        ("", ""),
    ],
)
def test_an_address_tells_a_firm_and_never_a_free_mail_provider(address: str, firm: str) -> None:
    assert firm_of(address) == firm


def test_free_mail_is_known_by_its_domain() -> None:
    assert is_freemail("GMX.at") and is_freemail("me.com") and not is_freemail("acme.com") and not is_freemail("")


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("Kate", "Kate"),
        ("Kate Miller", "Kate"),
        ("Dr. Kate Miller", "Kate"),
        ("Miller, Kate", "Kate"),
        ("Kate Miller, PhD", "Kate"),
        ("Kate Miller, M.Sc.", "Kate"),
        ("MILLER, KATE", "KATE"),
        ("McIntyre, McKenzie", "McKenzie"),
        ("van der Berg, Kate", "Kate"),
        ("Kate Miller, Jr.", "Kate"),
        ("Kate Miller, CEO", "Kate"),
        ("Kate Miller, Sales Director", "Kate"),
        ("Ingrid Moe", "Ingrid"),
        ("", ""),
        (",", ""),
    ],
)
def test_a_first_name_is_told_by_a_whole_one(name: str, first: str) -> None:
    assert first_name(name) == first


@pytest.mark.parametrize(
    ("name", "firm", "first"),
    [
        ("Steuerberatung Nguyen", "Steuerberatung Nguyen", ""),
        ("Zahnärzte Rademacher & Kollegen", "Zahnaerzte Rademacher Kollegen", ""),
        ("Bright Smile Ltd", "Bright Smile Dental", ""),
        ("Rademacher", "Rademacher", ""),
        ("Bright Smile", "Brightsmile", ""),
        ("Frank's Diner", "Frank's Diner", ""),
        ("Jürgen Weiß", "Juergenweiss", "Jürgen"),
        ("Anna Berg", "Anna Berg Consulting", "Anna"),
        ("Michael Krause", "Krause Versicherungsmakler", "Michael"),
        ("Okoye, Chidi", "Okoye Partners", "Chidi"),
        ("李娜", "Acme", "李娜"),
    ],
)
def test_a_firm_in_a_name_s_place_has_no_first_name(name: str, firm: str, first: str) -> None:
    assert first_name(name, firm) == first
    assert told("first_name", {"name": name, "company": firm}) == first


def test_a_name_is_no_address_and_is_put_together_of_its_parts() -> None:
    assert told("first_name", {"name": "kate@acme.example"}) == ""
    assert told("name", {"first_name": "Kate", "last_name": "Miller"}) == "Kate Miller"
    assert told("title", {"name": "Kate"}) == ""


def test_names_stand_in_only_where_nothing_else_describes() -> None:
    roles = ("name", "recipient")
    assert with_people((), roles) == ["first_name", "company"]
    assert with_people(("company", "location"), roles) == ["first_name", "company", "location"]
    assert with_people(("title",), roles) == ["title"] and with_people(("context",), roles) == ["context"]
    assert with_people((), ()) == []


# --- exports ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tool", "sentence", "context"),
    [
        ("smartlead_statistics", "{first_name} at {company}; step {step}", "Anna at Firm; step 1"),
        (
            "smartlead_leads",
            "{first_name} at {company}, in {location}; step {step}",
            "Anna at Anna Bakery, in Graz; step 2",
        ),
        ("hubspot_emails", "{first_name} at {company}; step {step}", "Anna at Firm; step 2"),
        ("mailbox", "{first_name} at {company}; step {step}", "Anna at Firm; step 1"),
        ("outreach_mailings", "Someone at {company}; step {step}", "Someone at Firm; step 1"),
        ("salesloft_emails", "Someone at {company}; step {step}", "Someone at Firm; step 1"),
        ("salesforce_emailmessage", "Someone at {company}; step {step}", "Someone at Firm; step 1"),
        ("events", "Someone at {company}", "Someone at Firm"),
        ("apollo_contacts", "{title} at {industry} company ({size} people), in {location}", ""),
    ],
)  # fmt: skip
def test_an_export_without_titles_tells_recipients_by_name_and_firm(tool: str, sentence: str, context: str) -> None:
    folder = FIXTURES / tool
    templates = folder / "templates.csv"
    options = ImportOptions(today=TODAY, templates=templates if templates.exists() else None)
    export = next(each for each in folder.iterdir() if each.stem == "export")
    assert preview_import([export], options).context == sentence
    contexts = [row.context for row in import_rows([export], options) if row.recipient.startswith("anna")]
    assert not context or context in contexts


def statistics(write: Write, *people: tuple[str, str, str, str]) -> Path:
    """A campaign's statistics: (address, name, category, time of the answer) of each recipient."""
    text = "Hi there, would a short call on Tuesday suit you?"
    rows = [[address, name, category, "1", text, "2024-03-04", reply] for address, name, category, reply in people]
    return write([HEADER, *rows], "statistics.csv")


def test_what_is_not_known_of_somebody_goes(write: Write) -> None:
    people = [("kate@acme.example", ""), ("leo@gmail.com", "Leo Moe"), ("emil@web.de", ""), ("ana@acme.example", "Ana")]
    rows = import_rows([statistics(write, *((*each, "", "") for each in people))], ImportOptions(today=TODAY))
    assert {row.recipient[0]: row.context for row in rows} == {
        "k": "Someone at Acme; step 1",
        "l": "Leo; step 1",
        "e": "Someone; step 1",
        "a": "Ana at Acme; step 1",
    }


def test_stand_ins_take_the_place_of_names_whatever_the_columns_are_called(write: Write) -> None:
    people = [("kate@acme.example", "Kate"), ("kate@acme.example", "Kate"), ("leo@leomoe.example", "Leo Moe")]
    path = statistics(write, *((*each, "", "") for each in people))
    rows = list(import_rows([path], ImportOptions(today=TODAY, mask=True)))
    assert {row.context for row in rows} == {"Person 1 at Acme; step 1", "Person 2 at Person 2; step 1"}
    masked = list(import_rows([FIXTURES / "hubspot_emails" / "export.csv"], ImportOptions(today=TODAY, mask=True)))
    plain = list(import_rows([FIXTURES / "hubspot_emails" / "export.csv"], ImportOptions(today=TODAY)))
    names = {row.fields["hs_email_to_firstname"] for row in plain} - {""}
    said = " ".join(f"{row.context} {row.email_text} {' '.join(row.fields.values())}" for row in masked)
    assert names and not any(name in said.split() for name in names)
    assert len({row.context for row in masked}) == len({row.context for row in plain})


def test_columns_that_disagree_are_reconciled_in_figures(write: Write) -> None:
    people = [("a@x.example", "Interested", "2024-03-05"), ("b@x.example", "Out Of Office", "2024-03-05"),
              ("c@x.example", "", ""), ("d@x.example", "Not Interested", "2024-03-06")]  # fmt: skip
    path = statistics(write, *((address, "", category, reply) for address, category, reply in people))
    (said,) = (each for each in preview_import([path], ImportOptions(today=TODAY)).warnings if "answered" in each)
    assert said == (
        "statistics.csv: 3 recipients answered by 'reply_time', 2 by 'lead_category'; 1 count as answered, 2 do not "
        "(1 out of office, 1 not interested)"
    )


# --- leads beside an export of emails ---------------------------------------------------------------------------------

LEADS = FIXTURES / "smartlead_leads" / "export.csv"
STATISTICS = FIXTURES / "smartlead_statistics" / "export.csv"


@pytest.mark.parametrize("files", [[STATISTICS, LEADS], [LEADS, STATISTICS]])
def test_leads_only_describe_whom_the_emails_of_another_export_went_to(files: list[Path]) -> None:
    alone = preview_import([STATISTICS], ImportOptions(today=TODAY))
    both = preview_import(files, ImportOptions(today=TODAY))
    assert (both.outcomes, both.left_out, both.pending) == (alone.outcomes, alone.left_out, alone.pending)
    assert both.questions == alone.questions and not both.needs_templates
    contexts = {row.context for row in import_rows(files, ImportOptions(today=TODAY))}
    assert "Anna at Anna Bakery, in Graz; step 2" in contexts
    assert any("21 rows were read only for what they tell" in remark for remark in both.remarks)
    assert both.composition and both.composition.columns["company"] == ("company_name",)


def two_steps(write: Write, name: str = "", yes: Collection[tuple[str, int]] = ()) -> Path:
    """Two emails each to Ana and Bo, with a column of this name that says yes for some."""
    head = ["Email", "Subject", "Body", "Sent at", "Step", *([name] if name else [])]
    told = {True: "yes", False: "no"}
    return write([head, *([f"{who.lower()}@x.example", "Hello", f"Dear {who}, would a call on Tuesday {step} suit you?",
                           f"2024-03-0{step}", str(step), *([told[(who, step) in yes]] if name else [])]
                          for who in ("Ana", "Bo") for step in (1, 2))], "emails.csv")  # fmt: skip


def leads(write: Write, replies: Sequence[int], categories: Sequence[str] = ("", "")) -> Path:
    """What a sending tool knows of Ana and Bo: how often they answered, and what they are called."""
    header = ["campaign_lead_map_id", "email", "first_name", "last_email_sequence_sent", "reply_count", "category"]
    told = zip(("Ana", "Bo"), replies, categories, strict=True)
    return write(
        [header, *(["1", f"{who.lower()}@x.example", who, "2", str(count), word] for who, count, word in told)]
    )


def steps(files: Sequence[Path]) -> dict[str, int]:
    found = import_rows(files, ImportOptions(today=TODAY))
    return {f"{row.context.split()[0]} {row.step}": row.outcome for row in found}


def test_leads_tell_of_answers_where_the_emails_do_not(write: Write) -> None:
    files = [two_steps(write), leads(write, (1, 0))]
    assert steps(files) == {"Ana 1": 0, "Ana 2": 1, "Bo 1": 0, "Bo 2": 0}


def test_an_answer_that_leads_tell_of_is_not_lost_with_an_email_that_bounced(write: Write) -> None:
    files = [two_steps(write, "Bounced", [("Ana", 2)]), leads(write, (1, 0))]
    assert steps(files) == {"Ana 1": 1, "Bo 1": 0, "Bo 2": 0}


def test_leads_tell_who_was_won_where_the_emails_tell_replies_alone(write: Write) -> None:
    emails = two_steps(write, "Replied", [("Bo", 1)])
    files = [emails, leads(write, (1, 1), ("Interested", "Meeting Booked"))]
    assert steps(files) == {"Ana 1": 0, "Ana 2": 0, "Bo 1": 2, "Bo 2": 0}, "who answered the emails themselves say"


# --- people who are written to later ----------------------------------------------------------------------------------


def test_new_people_are_described_by_their_own_columns_of_name_and_company(write: Write) -> None:
    rows = [
        ["Marta", "Nordlys", "m@gmail.com", "Oslo"],
        ["Kim", "", "kim@blue-sky.example", ""],
        ["", "Acme", "a@b.c", ""],
    ]
    found = read_recipients(write([["First name", "Company", "E-mail", "Town"], *rows]), learned=TAUGHT)
    assert found.contexts == ("Marta at Nordlys; step 1", "Kim at Blue Sky; step 1", "Someone at Acme; step 1")
    assert (found.used, found.unused, found.missing) == (("First name", "Company"), ("Town",), ())
    assert found.said == (
        f"Contexts are composed as: {TAUGHT.sentence}, as in the emails that were learned from; not used for them: "
        "'Town'"
    )


def test_addresses_alone_tell_firms(write: Write) -> None:
    people = write([["lead_email", "lead_name"], ["kate@acme.example", "Kate Miller"], ["leo@gmail.com", ""]])
    found = read_recipients(people, learned=TAUGHT)
    assert found.contexts == ("Kate at Acme; step 1", "Someone; step 1")
    assert found.used == ("lead_name", "lead_email")
    assert read_recipients(people).contexts == ("Kate at Acme", "Someone")
    assert read_recipients(write([["to"], ["kate@acme.example"]])).contexts == ("Someone at Acme",)


def test_emails_that_told_nothing_of_their_recipients_are_said_to_use_nothing(write: Write) -> None:
    taught = Composition("A prospect; step {step}", {"step": ("step",)})
    found = read_recipients(
        write([["First name", "Email"], ["Ana", "a@x.example"], ["Bo", "b@x.example"]]), learned=taught
    )
    assert found.contexts == ("A prospect; step 1",) * 2 and found.all_alike
    assert found.said == (
        "Nothing of the file goes into the contexts, as the emails that were learned from told nothing of their "
        "recipients: all are 'A prospect; step 1'"
    )


def test_columns_of_people_are_told_by_their_names_and_contents() -> None:
    header = ["FirstName", "surname", "where to"]
    rows = [["Ana", "Ruiz", "ana@x.example"], ["Bo", "Roe", ""]]
    assert person_columns(header, rows) == {"first_name": "FirstName", "last_name": "surname", "recipient": "where to"}
    assert person_columns(["Notes"], [["a@x.example"], ["none"]]) == {}


def test_the_addresses_of_those_who_write_are_nobody_s_who_is_written_to() -> None:
    rows = [["me@mine.example", "ana@x.example"], ["me@mine.example", "bo@y.example"]]
    assert person_columns(["Owner email", "Email ID"], rows) == {"recipient": "Email ID"}
    assert person_columns(["Sender", "From"], rows) == {}
