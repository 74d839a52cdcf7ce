"""Every collected file, read as a user reads it: by a command that takes DATA, with nothing said about it."""

from __future__ import annotations

from pathlib import Path

import pytest

from outcome_rl.audit.findings import Finding
from outcome_rl.audit.texts import change_findings, text_findings
from outcome_rl.config import DEFAULT_COLUMNS, Columns
from outcome_rl.data.dataset import EmailData
from outcome_rl.errors import DataError
from outcome_rl.importers.resolve import resolve_data
from tests.helpers.command_line import typed

CASES = Path(__file__).parent
ELSEWHERE = ("model_", "proxy", "windows_pipe", "out_is_a_device", "disk_full")
"""Cases of models and surroundings, which have tests of their own."""
USUAL = [16, 6, 8]
LABELS = {
    **dict.fromkeys(["cp1252", "utf16_excel", "utf8_bom_semicolon", "mac_cr", "pipe", "gz", "header_spaces"], USUAL),
    **dict.fromkeys(["ctrl_chars", "no_header", "excel_blank_rows", "salesforce_footer", "title_line"], USUAL),
    **dict.fromkeys(["duplicate_headers", "trailing_separator", "mojibake"], USUAL),
    "backslash_quotes": [6, 3, 3],
    "json_lines": [3, 3, 3],
    "comma_numbers": [20, 20, 20],
    "no_context": [20, 20, 20],
    "sent_and_received": [20, 20, 20],
    "contradict": [20, 20, 20],
    "dup_rows": [40, 20, 20],
    "one_template": [108, 9, 3],
    "two_percent": [272, 22, 6],
    "yes_no": [40, 20, 0],
    "converted_yes_no": [48, 0, 12],
    "reply_count_012": [83, 37, 0],
    "reply_dates": [40, 13, 7],
    "dates_few": [45, 15, 0],
    "one_class": [0, 30, 0],
}
"""No reply, reply and conversion of files that are read without a question."""
REFUSED = {
    "empty": ("the file is empty", ""),
    "header_only": ("there are no rows below the header", ""),
    "quote_open": ("row 12 (line 82): a quote that is opened here is not closed", ""),
    "blank_is_no_reply": (
        "outcome is empty, which may mean no reply or not known yet; not known, with the number of rows: empty (40)",
        "'=…'",
    ),
    "negative_codes": ("'-1' (21)", "--outcomes '-1=…'"),
    "lead_categories": ("'COMPLETED' (4), 'INPROGRESS' (4), 'Neutral' (4)", "COMPLETED=…,INPROGRESS=…,Neutral=…"),
    "hubspot_send_status": ("Nothing says what came of the emails", "--outcome-column"),
}
"""What is refused: the message, and the way out."""
QUOTES = sorted(each.name for each in CASES.glob("quote_*") if each.name != "quote_open")
MARKUP = sorted(each.name for each in CASES.glob("html_*"))
FIELDS = sorted(each.name for each in CASES.glob("merge_*"))
LANGUAGES = sorted(each.name for each in CASES.glob("lang_*"))


def read(case: str, columns: Columns = DEFAULT_COLUMNS) -> EmailData:
    return resolve_data(CASES / case / "input.csv", columns).read()


def found(data: EmailData) -> dict[str, Finding]:
    return {finding.kind: finding for finding in (*text_findings(data), *change_findings(data))}


def test_no_case_is_forgotten() -> None:
    known = {*LABELS, *REFUSED, *QUOTES, *MARKUP, *FIELDS, *LANGUAGES}
    folders = {each.name for each in CASES.iterdir() if (each / "expected.md").exists()}
    assert {each for each in folders if not each.startswith(ELSEWHERE)} == known


@pytest.mark.parametrize("case", LABELS)
def test_labels(case: str) -> None:
    assert read(case).counts() == LABELS[case]


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_asked_for_is_never_assumed(case: str) -> None:
    with pytest.raises(DataError) as told:
        read(case)
    message, remedy = REFUSED[case]
    assert message in str(told.value) and remedy in told.value.remedy


@pytest.mark.parametrize(
    ("case", "said", "counts"),
    [
        ("negative_codes", "-1=0", [21, 22, 17]),
        ("negative_codes", "-1=skip", [0, 22, 17]),
        ("blank_is_no_reply", "=0", [40, 13, 7]),
        ("blank_is_no_reply", "=skip", [0, 13, 7]),
    ],
)
def test_what_is_said_of_words_is_done(case: str, said: str, counts: list[int]) -> None:
    assert read(case, Columns(outcomes=said)).counts() == counts


@pytest.mark.parametrize("case", QUOTES)
def test_quoted_answers_are_named_and_not_read(case: str) -> None:
    data = read(case)
    assert len(found(data)["written-after"].rows) == 20
    assert all(email.rstrip().endswith("Mo") for email in data.emails)


@pytest.mark.parametrize("case", MARKUP)
def test_markup_is_named_and_not_read(case: str) -> None:
    data = read(case)
    findings = found(data)
    assert len(findings["markup"].rows) >= 18 and "html" not in findings
    assert not any(sign in email for email in data.emails for sign in ("<", ">", "&nbsp", "&lt;", "](", "[cid", "**"))


@pytest.mark.parametrize("case", FIELDS)
def test_merge_fields_are_named(case: str) -> None:
    finding = found(read(case))["merge-field"]
    assert len(finding.rows) == (20 if case == "merge_mixed" else 30)


@pytest.mark.parametrize("case", LANGUAGES)
def test_languages_are_named(case: str) -> None:
    name = case.removeprefix("lang_").capitalize()
    data = read(case)
    assert data.counts() == USUAL
    finding = found(data).get("language")
    if case == "lang_emoji":
        assert finding is None
    else:
        assert finding is not None and len(finding.rows) == 30 and name in finding.message


def test_broken_and_control_characters_are_named() -> None:
    assert len(found(read("mojibake"))["broken-characters"].rows) == 30
    data = read("ctrl_chars")
    assert found(data)["control-characters"].rows
    assert not any(ord(sign) < 32 and sign not in "\n\r\t" for email in data.emails for sign in email)


@pytest.mark.slow
@pytest.mark.parametrize("case", [*LABELS, *REFUSED, *QUOTES, *MARKUP, *FIELDS, *LANGUAGES])
def test_check_tells_it_in_words(case: str, tmp_path: Path) -> None:
    status, out, err = typed("check", CASES / case / "input.csv", cwd=tmp_path)
    assert status in (0, 2), err
    assert ("can be used" in out) == (status == 0)
    assert "Traceback" not in err and "unexpected" not in err
    assert "\x1b" not in out
