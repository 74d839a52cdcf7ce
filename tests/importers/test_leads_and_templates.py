"""A known tool's leads whose columns are called otherwise than the tool calls them, joined to a file of templates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import pytest

from outcome_rl.errors import DataError
from outcome_rl.importers.api import ImportOptions, ImportPreview, preview_import
from outcome_rl.importers.texts import NO_TEMPLATE

Write = Callable[..., Path]
TODAY = date(2026, 11, 28)
LEMLIST = ["email", "firstName", "jobTitle", "lastState", "sequenceStep"]
CALL = "Hello Ana, your rooms are loud at lunch; may I call you about felt?"
TEMPLATES = [
    ["step", "variant", "subject", "text"],
    ["1", "A", "Quiet rooms", "Hi {{firstName}}, our felt baffles make rooms quiet."],
    ["1", "B", "How loud?", "Hi {{firstName}}, may I measure how loud it is at lunch?"],
    ["2", "", "Following up", "Hi {{firstName}}, did you have time to read my note?"],
]


def leads(write: Write, *more: str, rows: Sequence[Sequence[str]]) -> Path:
    """Leads of lemlist: state and step, then the cells of ``more``."""
    cells = [
        [f"p{n}@x.example", f"Ana{n}", "CTO", *row] for n, row in enumerate(rows)
    ]  # fmt: skip
    return write([[*LEMLIST, *more], *cells], "leads.csv")


def look(*files: Path, **said: object) -> ImportPreview:
    return preview_import(files, ImportOptions(today=TODAY, **said))  # type: ignore[arg-type]


def used(preview: ImportPreview) -> dict[str, tuple[str, str]]:
    return {use.role: (use.column, use.reason) for use in preview.columns}


@pytest.mark.parametrize("name", ["sequenceTested", "Variant", "A/B test", "Variant label"])
def test_the_variant_is_read_whatever_the_column_is_called(name: str, write: Write) -> None:
    rows = [["emailsSent", "1", "A"], ["emailsReplied", "1", "B"], ["emailsSent", "2", "A"]]
    preview = look(leads(write, name, rows=rows), templates=write(TEMPLATES, "templates.csv"))
    assert preview.rows == 3 and used(preview)["variant"][0] == name
    assert not any("no template" in warning for warning in preview.warnings)
    texts = {row.recipient: row.email_text.partition("\n")[0] for row in preview.sample}
    assert texts == {"p0@x.example": "Subject: Quiet rooms", "p1@x.example": "Subject: How loud?",
                     "p2@x.example": "Subject: Following up"}  # fmt: skip


def test_a_name_that_the_tool_does_not_use_is_told_by_what_everybody_calls_it(write: Write) -> None:
    rows = [["emailsSent", "1", CALL, "Call"], ["emailsReplied", "1", CALL.replace("Ana", "Bo"), "Note"]]
    preview = look(leads(write, "Message", "Betreff", rows=rows))
    assert used(preview)["text"][0] == "Message" and used(preview)["text"][1].startswith("called 'Message'")
    assert used(preview)["subject"] == ("Betreff", "called 'Betreff'")
    assert preview.rows == 2 and preview.sample[0].email_text == f"Subject: Call\n\n{CALL}"


def test_a_usual_name_takes_nothing_that_the_tools_own_column_tells(write: Write) -> None:
    rows = [["emailsSent", "1", "Call", CALL, "Notiz", "Eine Notiz von mir selbst"]]
    preview = look(leads(write, "subject", "emailText", "Betreff", "Message", rows=rows))
    assert preview.sample[0].email_text == f"Subject: Call\n\n{CALL}"
    assert used(preview)["subject"] == ("subject", "lemlist, campaign export calls it so")


def test_a_text_is_not_looked_for_where_the_tool_has_it_as_html(write: Write) -> None:
    header = ["Email send status", "Email direction", "Email to", "Email subject", "Email body", "Message"]
    sent = ["SENT", "EMAIL", "a@x.example", "Call", "<p>Hello Ana, may I call?</p>", "Ein Vermerk von mir selbst"]
    preview = look(write([header, sent]))
    assert preview.source == "hubspot_emails" and "text" not in used(preview)
    assert used(preview)["html"][0] == "Email body"


@pytest.mark.parametrize("name", ["text", "body", "Message"])
@pytest.mark.parametrize(
    ("cells", "why"),
    [
        (["met at a fair", "", "asked for felt"], "holds 4 words on average"),
        ([f"{CALL} And so on.", "", ""], "holds nothing in most rows"),
    ],
)
def test_notes_about_leads_are_not_what_was_sent(name: str, cells: list[str], why: str, write: Write) -> None:
    file = leads(write, name, rows=[["emailsSent", "1", cell] for cell in cells])
    preview = look(file, templates={"1": "Hello {{firstName}}, a word."})
    assert [row.email_text for row in preview.sample] == [f"Hello Ana{n}, a word." for n in range(3)]
    assert f"column '{name}' was left aside: it {why}" in " ".join(preview.remarks)
    named = look(file, templates={"1": "Hello {{firstName}}, a word."}, columns={"email": name})
    assert max(cells) in {row.email_text for row in named.sample}


def test_outcomes_and_any_date_are_never_told_so(write: Write) -> None:
    rows = [["emailsSent", "1", "yes", "2026-11-27"], ["emailsSent", "1", "no", "2026-11-27"]]
    preview = look(leads(write, "Replied", "Date", rows=rows), templates={"1": "Hello {{firstName}}, a note."})
    assert preview.outcomes == {"no_reply": 2, "reply": 0, "conversion": 0}
    assert not any(use.column in ("Replied", "Date") for use in preview.columns)


@pytest.mark.parametrize("name", ["lastStateAt", "Status date"])
def test_the_date_of_the_state_tells_what_is_too_recent(name: str, write: Write) -> None:
    rows = [["emailsSent", "1", "2026-11-27T08:00:00.000Z"], ["emailsSent", "1", "2026-09-01T08:00:00.000Z"]]
    preview = look(leads(write, name, rows=rows), templates={"1": "Hello {{firstName}}, a note."})
    assert (preview.rows, preview.pending) == (1, 1) and used(preview)["state_at"][0] == name
    assert not any("without a date" in warning for warning in preview.warnings)


def test_an_automatic_reply_explains_what_another_column_calls_a_reply(write: Write) -> None:
    """With the automatic one nothing came; who is interested or won has answered all the same."""
    labelled = [
        ("emailsReplied", "Out of office", 0),
        ("emailsReplied", "", 1),
        ("emailsReplied", "Hot lead", 1),
        ("emailsInterested", "Automatic reply", 1),
        ("meetingBooked", "Out of office", 2),
        ("emailsReplied", "Meeting booked", 2),
        ("emailsSent", "Out of office", 0),
    ]
    file = leads(write, "label", rows=[[state, "1", label] for state, label, _ in labelled])
    preview = look(
        file,
        columns={"outcome": "lastState,label"},
        meanings={"Hot lead": "reply"},
        templates={"1": "Hello {{firstName}}, a note."},
    )
    found = {row.recipient: row.outcome for row in preview.sample}
    assert found == {f"p{n}@x.example": outcome for n, (*_, outcome) in enumerate(labelled)}
    assert preview.outcomes == {"no_reply": 2, "reply": 3, "conversion": 2}


def test_the_tools_own_words_keep_their_meaning_beside_a_column_that_was_added(write: Write) -> None:
    """Instantly's 3 is a meeting; to everybody else it is a number."""
    header = ["email", "payload", "lt_interest_status", "label", "body"]
    rows = [["a@x.example", "", "3", "", CALL], ["b@x.example", "", "", "Interested", CALL]]
    preview = look(write([header, *rows]), columns={"outcome": "lt_interest_status,label"})
    assert preview.outcomes == {"no_reply": 0, "reply": 1, "conversion": 1} and not preview.left_out


def test_a_variant_that_no_column_says_is_told_with_what_there_is_and_the_way_out(write: Write) -> None:
    rows = [["emailsSent", "1", "A"], ["emailsReplied", "1", "B"], ["emailsSent", "2", "A"]]
    file, templates = leads(write, "Which one", rows=rows), write(TEMPLATES, "templates.csv")
    preview = look(file, templates=templates)
    assert preview.rows == 1 and preview.warnings[0] == (
        "2 emails have no template: the templates belong to step 1 (A, B), step 2, these emails to step 1, and no "
        "column of the export was found that gives the variant ('Which one' may be the one); say which one does, with "
        "--column variant=NAME"
    )
    assert look(file, templates=templates, columns={"variant": "Which one"}).rows == 3


def test_a_column_of_variants_for_each_step_is_told_as_one_is_read_for_all(write: Write) -> None:
    texts = [*TEMPLATES[:3], ["2", "A", "Once more", "Hi {{firstName}}, any news?"], ["2", "B", "Still?", "Well?"]]
    rows = [["emailsSent", "1", "A", "B"], ["emailsReplied", "2", "B", "A"], ["emailsSent", "2", "A", "A"]]
    file, templates = leads(write, "Opener", "Follow-up", rows=rows), write(texts, "templates.csv")
    told = "'Opener' is read for the variant of every step, and 'Follow-up' may hold variants too"
    asked = {"templates": templates, "columns": {"variant": "Opener"}}
    assert any(each.startswith(told) for each in look(file, **asked).warnings)
    one_step = {**asked, "templates": write(TEMPLATES, "one.csv")}
    assert not any("may hold variants too" in each for each in look(file, **one_step).warnings)
    alone = leads(write, "Opener", rows=[row[:3] for row in rows])
    assert not any("may hold variants too" in each for each in look(alone, **asked).warnings)


def test_a_step_that_no_template_is_of_is_told(write: Write) -> None:
    rows = [["emailsSent", "4", "A"], ["emailsReplied", "1", "B"], ["emailsSent", "1", "D"]]
    preview = look(leads(write, "variant", rows=rows), templates=write(TEMPLATES, "templates.csv"))
    assert preview.warnings[0] == (
        "2 emails have no template: the templates belong to step 1 (A, B), step 2, these emails to step 1 (D), step "
        "4 (A); add the texts of these, or say which columns hold the two, with --column step=NAME and "
        "--column variant=NAME"
    )


def test_templates_among_the_files_are_templates_and_no_emails(write: Write) -> None:
    rows = [["emailsSent", "1", "A"], ["emailsReplied", "1", "B"], ["emailsSent", "2", "A"]]
    files = write(TEMPLATES, "templates.csv"), leads(write, "variant", rows=rows)
    preview = look(*files)
    assert preview.outcomes == {"no_reply": 2, "reply": 1, "conversion": 0} and preview.rows_read == 3
    assert "templates.csv: the templates of these emails" in preview.why
    given = look(*files, templates={"2": "Another text for {{firstName}} of ours."})  # what is given comes first
    assert given.rows == 3 and any(row.email_text.startswith("Another text for Ana2") for row in given.sample)


BODIES = [row[3] for row in TEMPLATES[1:]]


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        (["Step", "Variant", "Name", "Body"], [["1", "A", "Quiet"], ["1", "B", "Loud"], ["2", "", "Nudge"]]),
        (["Name", "Body"], [["Quiet rooms"], ["How loud"], ["Follow-up"]]),
        (["Template name", "Step", "Body"], [["Quiet", "1"], ["Loud", "1"], ["Nudge", "2"]]),
        (["Email name", "Status", "Body"], [["Quiet", "Active"], ["Loud", "Draft"], ["Nudge", "Active"]]),
        (["id", "Name", "Step", "Body"], [["7", "Quiet", "1"], ["8", "Loud", "2"], ["9", "Nudge", "3"]]),
        (["Name", "Created at", "Body"], [["Quiet", "2026-03-01"], ["Loud", "2026-03-02"], ["Nudge", "2026-03-02"]]),
    ],
)  # fmt: skip
def test_texts_that_have_names_are_templates(header: list[str], cells: list[list[str]], write: Write) -> None:
    table = [header, *([*row, body] for row, body in zip(cells, BODIES, strict=True))]
    with pytest.raises(DataError, match="holds the templates of emails"):
        look(write(table))


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        (["Name", "Body"], [["Ana Field"], ["Bert Hill"], ["Diana Stone"]]),
        (["Step", "Name", "Body"], [["1", "Ana Field"], ["2", "Bert"], ["3", "Stone, Diana"]]),
        (["Full name", "Step", "Body"], [["Quiet", "1"], ["Loud", "2"], ["Nudge", "3"]]),
        (["Name", "Outcome", "Step", "Body"], [["Quiet", "Hot", "1"], ["Loud", "Cold", "2"], ["X", "Cold", "3"]]),
        (["Name", "Status", "Step", "Body"], [["Quiet", "Replied", "1"], ["Loud", "Draft", "2"], ["X", "Sent", "3"]]),
    ],
)  # fmt: skip
def test_emails_to_people_with_names_are_no_templates(header: list[str], cells: list[list[str]], write: Write) -> None:
    preview = look(write([header, *([*row, body] for row, body in zip(cells, BODIES, strict=True))]))
    assert "templates" not in preview.why and preview.rows_read == 3


def test_names_tell_texts_apart_only_where_they_have_merge_fields(write: Write) -> None:
    rows = [["Tjorven", "A note of mine"], ["Zlatko", "Another note of mine"], ["Quiet", "Hello {{firstName}}"]]
    assert "templates" not in look(write([["name", "body"], *rows])).why


def test_texts_of_steps_need_no_merge_fields_to_have_names(write: Write) -> None:
    rows = [["1", "Quiet", "A note of mine"], ["2", "Loud", "Another note of mine"]]
    with pytest.raises(DataError, match="holds the templates of emails"):
        look(write([["step", "name", "body"], *rows]))


def test_an_export_names_a_text_by_its_name(write: Write) -> None:
    file = leads(write, rows=[["emailsSent", "1"], ["emailsReplied", "1"]])
    other = write([["Name", "Text"], *[[n, body] for n, body in zip("XYZ", BODIES, strict=True)]], "texts.csv")
    preview = look(file, other)
    assert "texts.csv: the templates of these emails" in preview.why and preview.left_out[NO_TEMPLATE] == 2
    named = write(
        [["email", "Template", "Replied"], ["a@x.example", "Y", "no"], ["b@x.example", "Z", "yes"]], "sent.csv"
    )
    texts = {row.recipient: (row.email_text, row.outcome) for row in look(named, other).sample}
    assert [texts[f"{who}@x.example"][1] for who in "ab"] == [0, 1]
    assert texts["a@x.example"][0].endswith("may I measure how loud it is at lunch?")


def test_templates_alone_are_refused(write: Write) -> None:
    with pytest.raises(DataError, match=r"templates\.csv: holds the templates of emails, but not whom they went to"):
        look(write(TEMPLATES, "templates.csv"))


@pytest.mark.parametrize(
    ("name", "cells"),
    [
        ("email", ["a@x.example", "b@x.example", "c@x.example"]),
        ("Replied", ["yes", "no", "no"]),
        ("Company", ["Acme", "Bolt", "Cole"]),
        ("Sent at", ["2026-03-01", "2026-03-02", "2026-03-03"]),
    ],
)
def test_what_says_whom_or_when_or_what_came_is_no_templates(name: str, cells: list[str], write: Write) -> None:
    header, *rows = TEMPLATES
    table = [[*header, name], *([*row, cell] for row, cell in zip(rows, cells, strict=True))]
    assert "templates" not in look(write(table)).why


def test_a_step_that_comes_twice_is_of_emails(write: Write) -> None:
    preview = look(write([*TEMPLATES, TEMPLATES[1]]))
    assert preview.rows == 0 and preview.questions[0].about == "outcome column"
