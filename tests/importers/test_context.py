"""Contexts: composed of what was known before, never of what came after."""

from __future__ import annotations

from pathlib import Path

import pytest

from outcome_rl.errors import ConfigError
from outcome_rl.importers.api import ImportOptions, import_rows
from outcome_rl.importers.context import (
    FALLBACK,
    PARTS,
    ContextMaker,
    compose,
    context_columns,
    default_sentence,
    is_known_only_after,
    sentence_fields,
)

SENTENCE = "{title} at {industry} company ({size} people), {source}; step {step}"
ALL = {"title": "CTO", "industry": "healthcare", "size": "120", "source": "met at a fair", "step": "2"}


@pytest.mark.parametrize(
    ("missing", "context"),
    [
        ("", "CTO at healthcare company (120 people), met at a fair; step 2"),
        ("title", "healthcare company (120 people), met at a fair; step 2"),
        ("industry", "CTO (120 people), met at a fair; step 2"),
        ("size", "CTO at healthcare company, met at a fair; step 2"),
        ("source", "CTO at healthcare company (120 people); step 2"),
        ("step", "CTO at healthcare company (120 people), met at a fair"),
        ("industry size source step", "CTO"),
        ("title industry size step", "met at a fair"),
        ("title industry size source step", FALLBACK),
        ("title industry size source", f"{FALLBACK}; step 2"),
    ],
)
def test_missing_parts_go_with_the_words_that_lead_to_them(missing: str, context: str) -> None:
    assert compose(SENTENCE, {name: value for name, value in ALL.items() if name not in missing.split()}) == context


@pytest.mark.parametrize(
    ("known", "context"),
    [
        ({"first_name": "Kate", "company": "Acme"}, "Kate at Acme; step 2"),
        ({"first_name": "Kate"}, "Kate; step 2"),
        ({"company": "Acme"}, "Someone at Acme; step 2"),
        ({}, "Someone; step 2"),
    ],
)
def test_who_has_no_name_is_someone(known: dict[str, str], context: str) -> None:
    assert compose("{first_name} at {company}; step {step}", {**known, "step": "2"}) == context
    if "first_name" not in known:
        assert compose("Someone at {company}; step {step}", {**known, "step": "2"}) == context


AFTER = """opens, open_count, Email Open, opened_at, click_count, Clicked, reply_count, replied_at,
    timestamp_last_reply, email_reply_count, last_email_sequence_sent, Last Activity, lastState, Last Contacted, Stage,
    Lifecycle Stage, Status, Lead Status, category, lead_category, is_interested, lt_interest_status, MEMBER_RATING,
    Lead Score, Updated At, Modified Date, Meeting booked, Demoed, Converted, Deal Amount, Revenue, Outcome, Result,
    Bounced, Unsubscribed, Opted out, Message received, Response, Disposition, Sentiment, Finished, Next Step Date,
    Next Follow-up, Total emails, Number of replies, Delivered, Read, Auto replied, calendar_event_id, Engagement,
    geöffnet, Antwort"""
BEFORE = """Title, Job Title, Seniority, # Employees, Employee Count, Number of employees, Industry, Company,
    Account Name, First Name, last_name, Last Name, City, Country, Lead Source, Source, Product, Department, Website,
    context, Persona, Founded Year, Technologies, Job Function, Headcount, Region, Language"""


@pytest.mark.parametrize(
    ("field", "value", "shown"),
    [
        ("industry", "HOSPITAL_HEALTH_CARE", "hospital health care"),
        ("industry", "RESTAURANTS", "restaurants"),
        ("industry", "HVAC", "HVAC"),
        ("industry", "Health_Care", "Health_Care"),
        ("source", "PAID_SEARCH", "paid search"),
        ("source", "IMTS2026", "IMTS2026"),
        ("company", "SIEMENS", "SIEMENS"),
    ],
)
def test_a_tool_s_own_name_for_a_value_is_written_as_people_do(field: str, value: str, shown: str) -> None:
    assert compose(f"{{{field}}}; step {{step}}", {field: value, "step": "1"}) == f"{shown}; step 1"


@pytest.mark.parametrize("name", [each.strip() for each in AFTER.split(",")])
def test_what_is_known_only_after_is_denied(name: str) -> None:
    assert is_known_only_after(name)
    assert context_columns([name]) == {}
    with pytest.raises(ConfigError):
        sentence_fields(f"{{{name}}}")


@pytest.mark.parametrize("name", [each.strip() for each in BEFORE.split(",")])
def test_what_was_known_before_is_allowed(name: str) -> None:
    assert not is_known_only_after(name)


@pytest.mark.parametrize(
    ("header", "sentence"),
    [
        (
            ["Job Title", "Industry", "Employees", "Lead Source"],
            "{title} at {industry} company ({size} people), {source}",
        ),
        (["Job Title", "Company"], "{title} at {company}"),
        (["Seniority", "Industry"], "{seniority} contact at {industry} company"),
        (["Company"], "Someone at {company}"),
        (["brief", "Job Title"], "{context}"),
        (["Stage", "Open count"], FALLBACK),
    ],
)
def test_a_sentence_is_proposed_of_what_there_is(header: list[str], sentence: str) -> None:
    assert default_sentence(list(context_columns(header))) == sentence


def test_the_step_is_named_where_it_is_known() -> None:
    assert default_sentence(["title"], with_step=True) == "{title}; step {step}"


def test_a_column_of_contexts_is_taken_as_it_is() -> None:
    maker = ContextMaker("{context}", ["brief"], {"context": "brief"}, {})
    assert maker.make({"brief": " a  buyer,\nat a mill "}, "") == "a  buyer,\nat a mill"
    assert maker.make({"brief": " "}, "") == FALLBACK


def test_fields_are_columns_however_they_are_written() -> None:
    maker = ContextMaker("{Job Title} in {city}; {pain}", ["job_title", "City"], {}, {})
    assert maker.make({"job_title": "CTO", "City": "Graz", "pain": "late orders"}, "") == "CTO in Graz; late orders"


def test_a_comma_goes_with_the_words_after_it() -> None:
    sentence = "{title} at {company}, in {location}; step {step}"
    assert compose(sentence, {"step": "1"}) == "A prospect; step 1"
    assert compose(sentence, {"title": "CTO", "step": "2"}) == "CTO; step 2"


def test_no_part_of_a_context_is_called_by_what_came_after() -> None:
    assert [name for names in PARTS.values() for name in names if is_known_only_after(name)] == []


def test_of_two_columns_of_a_part_the_first_is_taken() -> None:
    assert context_columns(["Job Title", "job_title", "Company"]) == {"title": "Job Title", "company": "Company"}


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        (["title", "department"], "{title}"),
        (["title", "first_name"], "{title}"),
        (["department", "first_name"], "{department}"),
        (["size"], "{size} people"),
        (["company", "size"], "Someone at {company} ({size} people)"),
    ],
)
def test_one_part_says_who_it_is(parts: list[str], sentence: str) -> None:
    assert default_sentence(parts) == sentence


def test_the_fields_of_a_sentence_are_named_once() -> None:
    assert sentence_fields("{title}, {company}, {title}") == ("title", "company")
    with pytest.raises(ConfigError, match="has no name; write a column's name between the braces"):
        sentence_fields("{title} at {}")


def test_what_was_found_for_a_part_comes_before_columns_of_its_name() -> None:
    header = ["title", "job company", "company", "Firm"]
    maker = ContextMaker("{title} at {company}", header, {"company": "Firm"}, {"title": "company"})
    assert maker.columns == {"title": "title", "company": "Firm"}
    assert ContextMaker("{seniority}", ["Job Seniority"], {}, {}).columns == {"seniority": "Job Seniority"}


def test_names_and_addresses_fill_only_what_no_column_does() -> None:
    roles = {"recipient": "to"}
    both = ContextMaker("{company}; step {step}", ["to", "firm"], {"company": "firm"}, roles)
    assert both.used == ("firm",) and both.make({"to": "a@acme.example", "firm": "Bolt"}, "2") == "Bolt; step 2"
    assert both.make({"to": "a@acme.example", "firm": ""}, "2") == "Acme; step 2"
    alone = ContextMaker("{company}; step {step}", ["to"], {}, roles)
    assert alone.used == ("to",) and alone.make({"to": "a@acme.example"}, "3") == "Acme; step 3"


def test_steps_names_and_firms_may_be_told_where_no_column_is_called_so(tmp_path: Path) -> None:
    rows = "".join(f"ana{n}@acme{n}.com,cafe,Shall we talk about item {n} of it?,{n % 2}\n" for n in range(9))
    file = tmp_path / "sheet.csv"
    file.write_text(f"address,kind,email text,replied\n{rows}", encoding="utf-8")
    sentence = "{kind} at {company}; step {step}"
    found = list(import_rows([file], ImportOptions(context=sentence)))
    assert found[0].context == "cafe at Acme0; step 1"
