"""Traces of what came after, empty, short, long, foreign and marked-up texts."""

import time

import pytest

from outcome_rl.audit.texts import (
    change_findings,
    has_markup,
    is_empty,
    is_foreign,
    merge_field_finding,
    text_findings,
    trace_findings,
)
from outcome_rl.data.dataset import read_emails
from outcome_rl.text.pii import mask_personal
from tests.helpers.made_emails import HELLO, made, only


@pytest.mark.parametrize(
    "email",
    [
        "Great.\n\nOn Mon, 3 May 2024 at 10:11, Anna wrote:\n> yes",
        "> yes please\n> send it\nThen we will.",
        "See below\n-----Original Message-----\nHello",
        "Thank you so much for signing last week.",
        "Now that the contract is signed, we can start.",
        "Welcome aboard!",
    ],
)
def test_certain_traces_warn(email):
    found = only(trace_findings(made([HELLO, email])), "written-after")
    assert (found.severity, found.rows) == ("warning", (3,))


@pytest.mark.parametrize(
    "email",
    ["Thanks for your quick reply!", "It was great speaking with you yesterday.", "Subject: Re: prices\nHello",
     "Following our call I send the price."],
)  # fmt: skip
def test_others_warn_where_they_go_with_the_outcome(email):
    assert only(trace_findings(made([HELLO, email])), "written-after").severity == "note"
    answered = made([HELLO] * 10 + [email] * 10, [0] * 10 + [1, 2] * 5)
    assert only(trace_findings(answered), "written-after").severity == "warning"


@pytest.mark.parametrize(
    "email",
    [HELLO, "Have you signed up for the webinar?", "I look forward to your reply.", "Regarding the contract: call me.",
     "Thank you for your interest in our prices."],
)  # fmt: skip
def test_ordinary_emails_bear_no_trace(email):
    assert trace_findings(made([email])) == []


@pytest.mark.parametrize("cell", ["n/a", " N/A ", "---", "…", "None", "?!", "\u200b."])
def test_cells_that_hold_nothing(cell):
    assert is_empty(cell)
    assert not is_empty(HELLO)


def test_short_and_long_emails():
    found = text_findings(made([HELLO, "Call me now", "word " * 501, "n/a"]))
    assert {finding.kind: finding.rows for finding in found} == {"short": (3,), "long": (4,), "empty": (5,)}


@pytest.mark.parametrize(
    ("email", "foreign"),
    [
        ("Guten Tag Herr Müller, wir haben mit Ihnen über das Angebot gesprochen und ich freue mich sehr.", True),
        ("Bonjour Madame, nous avons le plaisir de vous présenter une solution pour les équipes.", True),
        ("Hola Ana, le escribo para contarle que nuestra herramienta ayuda a los equipos de ventas.", True),
        ("您好，我们想向您介绍我们的新产品，希望能与您安排一次通话。", True),
        ("Здравствуйте, Анна! Мы хотели бы показать вам нашу систему учёта на следующей неделе.", True),
        (HELLO, False),
        ("Dear Herr Müller, die casting is what the plants in der Schweiz do for you and your team every day.", False),
        ("CRM, ERP, API, SLA, KPI, ROI, B2B, SaaS, HR", False),
        ("Hi José 👋", False),
    ],
)  # fmt: skip
def test_language(email, foreign):
    assert is_foreign(email) is foreign


def test_markup():
    assert all(map(has_markup, ("<p>Hi</p>", "Hi<br/>you", '<a href="x">y</a>', "a&nbsp;b", "<!DOCTYPE html>")))
    assert not any(map(has_markup, ("a < b > c", "<name>", "Hi <First Name>", "R&D; fine", "1 <i 3", HELLO)))


@pytest.mark.parametrize(
    "piece", ["a", "a@", "a.", "1 ", "1-", "+1(", "<a ", "\non ", ">\n", "thank you for ", "great ", "&#1"]
)
def test_a_million_characters_take_no_time(piece):
    cell = (piece * (1_000_000 // len(piece) + 1))[:999_999] + "@"
    start = time.process_time()
    mask_personal(cell), has_markup(cell), is_foreign(cell), is_empty(cell), trace_findings(made([cell]))
    assert time.process_time() - start < 2


def test_conditions_of_templates_are_told_with_merge_fields():
    found = merge_field_finding(made([HELLO, "Hi {{first_name}}, {% if city %}in {{city}}{% endif %}?", HELLO]))
    assert merge_field_finding(made([HELLO, "Ring [phone] or write to [email].", HELLO])) is None
    assert found is not None and found.rows == (3,)
    assert "{% if city %} in 1" in found.message and "{{first_name}} in 1" in found.message


def test_what_reading_puts_right_is_told_in_words(tmp_path):
    link = "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Facme.example"
    count = "https://x.hubspotlinks.com/Ctc/GC+113/VVnGZ15kZ4cqW6jZ7abc"
    emails = [r"{\rtf1 Hello there}", "It=E2=80=99s a demo", f"See {link} now", f"See {count} now"]
    path = tmp_path / "emails.csv"
    path.write_text("context,email_text,outcome\n" + "".join(f'a buyer,"{email}",0\n' for email in emails))
    told = " ".join(finding.message for finding in change_findings(read_emails(path)))
    assert all(words in told for words in ("(RTF)", "quoted-printable", "a mail filter wrapped", "only count clicks"))
